//! Items that share an `output_index`, and events under the index of another item.

#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers that take JSON made in place"
)]

use serde_json::{Value, json};

use crate::item::Item;
use crate::response::Response;
use crate::{StreamEvent, from_str};

use super::{Assembler, Auditor};

fn events(values: &[Value]) -> Vec<StreamEvent> {
    values
        .iter()
        .map(|value| from_str(&value.to_string()).unwrap())
        .collect()
}

/// The response of these events and, after them, a last event with this output. The same comes
/// without a last event, except where `only_last` adds to it.
fn assemble(values: &[Value], last: Option<Value>) -> Response {
    let mut assembler = Assembler::new();
    for event in events(values) {
        assembler.push(&event);
    }
    if let Some(output) = last {
        let last = json!({"type": "response.completed", "response": {"id": "r", "status": "completed", "output": output}});
        assembler.push_owned(events(&[last]).remove(0));
    }
    assembler.into_response()
}

/// Kind and content of each item.
fn shown(response: &Response) -> Vec<String> {
    let show = |item: &Item| match item {
        Item::Message(message) => format!("message {}", message.text()),
        Item::Reasoning(reasoning) => format!("reasoning {}", reasoning.summary_text()),
        Item::FunctionCall(call) => format!("call {} {}", call.name, call.arguments),
        item => item.kind().to_owned(),
    };
    response.output.iter().map(show).collect()
}

fn added(index: u32, item: Value) -> Value {
    json!({"type": "response.output_item.added", "output_index": index, "item": item})
}

fn done(index: u32, item: Value) -> Value {
    json!({"type": "response.output_item.done", "output_index": index, "item": item})
}

fn reasoning(id: &str, text: &str) -> Value {
    let summary = match text {
        "" => json!([]),
        text => json!([{"type": "summary_text", "text": text}]),
    };
    json!({"type": "reasoning", "id": id, "summary": summary})
}

fn call(id: &str, call_id: &str, name: &str, arguments: &str) -> Value {
    json!({"type": "function_call", "id": id, "call_id": call_id, "name": name, "arguments": arguments})
}

fn message(id: &str, text: &str) -> Value {
    let content = match text {
        "" => json!([]),
        text => json!([{"type": "output_text", "text": text, "annotations": []}]),
    };
    json!({"type": "message", "id": id, "role": "assistant", "content": content})
}

fn plan(id: &str) -> Value {
    json!({"type": "response.reasoning_summary_text.delta", "item_id": id, "output_index": 0, "summary_index": 0, "delta": "plan"})
}

fn arguments(id: &str, index: u32, delta: &str) -> Value {
    json!({"type": "response.function_call_arguments.delta", "item_id": id, "output_index": index, "delta": delta})
}

fn text(id: &str, index: u32, delta: &str) -> Value {
    json!({"type": "response.output_text.delta", "item_id": id, "output_index": index, "content_index": 0, "delta": delta})
}

/// Drops the ids, as some servers do.
fn without_ids(values: &[Value]) -> Vec<Value> {
    let mut values = values.to_vec();
    for value in &mut values {
        value.as_object_mut().unwrap().remove("item_id");
        if let Some(item) = value.get_mut("item") {
            item.as_object_mut().unwrap().remove("id");
        }
    }
    values
}

#[test]
fn reasoning_and_a_call_under_one_index_are_two_items() {
    let expected = ["reasoning plan", "call f {}"];
    let one_after_the_other = [
        added(0, reasoning("rs", "")),
        plan("rs"),
        done(0, reasoning("rs", "plan")),
        added(0, call("fc", "c1", "f", "")),
        arguments("fc", 0, "{}"),
        done(0, call("fc", "c1", "f", "{}")),
    ];
    let at_once = [
        added(0, reasoning("rs", "")),
        added(0, call("fc", "c1", "f", "")),
        arguments("fc", 0, "{}"),
        plan("rs"),
        done(0, call("fc", "c1", "f", "{}")),
        done(0, reasoning("rs", "plan")),
    ];
    let never_added = [
        plan("rs"),
        arguments("fc", 0, "{}"),
        done(0, call("fc", "c1", "f", "{}")),
    ];
    for values in [&one_after_the_other[..], &at_once, &never_added] {
        let complete = json!([reasoning("rs", "plan"), call("fc", "c1", "f", "{}")]);
        for last in [None, Some(json!([])), Some(complete)] {
            assert_eq!(shown(&assemble(values, last)), expected, "{values:?}");
        }
        let partial = Some(json!([call("fc", "c1", "f", "{}")]));
        assert_eq!(shown(&assemble(values, partial)), expected, "{values:?}");
        let turned = Some(json!([
            call("fc", "c1", "f", "{}"),
            reasoning("rs", "plan")
        ]));
        assert_eq!(shown(&assemble(values, turned)), [expected[1], expected[0]]);
        let other_ids = Some(json!([reasoning("x", "plan"), call("y", "c1", "f", "{}")]));
        assert_eq!(shown(&assemble(values, other_ids)), expected, "{values:?}");
        assert_eq!(
            shown(&assemble(&without_ids(values), None)),
            expected,
            "{values:?}"
        );
    }
}

#[test]
fn calls_under_one_index_are_told_apart_by_call_id_or_name() {
    let expected = ["call f {1}", "call f {2}"];
    let parallel = [
        added(0, call("a", "c1", "f", "")),
        added(0, call("b", "c2", "f", "")),
        arguments("b", 0, "{2}"),
        arguments("a", 0, "{1}"),
        done(0, call("b", "c2", "f", "{2}")),
        done(0, call("a", "c1", "f", "{1}")),
    ];
    assert_eq!(shown(&assemble(&parallel, None)), expected);
    assert_eq!(shown(&assemble(&parallel, Some(json!([])))), expected);
    let whole = [
        done(0, call("", "c1", "f", "{1}")),
        done(0, call("", "c2", "f", "{2}")),
        done(0, call("", "c2", "f", "{2}")),
    ];
    assert_eq!(shown(&assemble(&whole, None)), expected);
    let named = [
        added(0, call("a", "", "f", "")),
        added(0, call("b", "", "g", "")),
        arguments("a", 0, "{1}"),
        arguments("b", 0, "{2}"),
    ];
    assert_eq!(shown(&assemble(&named, None)), ["call f {1}", "call g {2}"]);
    // The id changes with every event, the call_id does not.
    let renamed = [
        added(0, call("a", "c1", "f", "")),
        arguments("b", 0, "{1}"),
        done(0, call("c", "c1", "f", "{1}")),
    ];
    let last = json!([call("d", "c1", "f", "{1}")]);
    assert_eq!(shown(&assemble(&renamed, None)), ["call f {1}"]);
    assert_eq!(shown(&assemble(&renamed, Some(last))), ["call f {1}"]);
}

#[test]
fn events_of_a_message_under_the_index_of_a_call_are_about_the_message() {
    let expected = ["message Hello", "call f {}"];
    let place =
        |kind: &str| json!({"type": kind, "item_id": "m", "output_index": 1, "content_index": 0});
    let mut text_done = place("response.output_text.done");
    text_done["text"] = json!("Hello");
    let mut part_done = place("response.content_part.done");
    part_done["part"] = json!({"type": "output_text", "text": "Hello", "annotations": []});
    let values = [
        added(0, message("m", "")),
        text("m", 0, "Hello"),
        added(1, call("fc", "c1", "f", "")),
        arguments("fc", 1, "{}"),
        text_done,
        part_done,
        done(1, message("m", "Hello")),
        done(1, call("fc", "c1", "f", "{}")),
    ];
    for last in [
        None,
        Some(json!([])),
        Some(json!([message("m", "Hello"), call("fc", "c1", "f", "{}")])),
    ] {
        assert_eq!(shown(&assemble(&values, last)), expected);
    }
    assert_eq!(shown(&assemble(&without_ids(&values), None)), expected);
}

#[test]
fn an_item_that_begins_after_one_is_done_is_another() {
    let values = [
        added(0, message("a", "")),
        text("a", 0, "One"),
        done(0, message("a", "One")),
        added(0, message("b", "")),
        text("b", 0, "Two"),
        done(0, message("b", "Two")),
    ];
    let expected = ["message One", "message Two"];
    assert_eq!(shown(&assemble(&values, None)), expected);
    assert_eq!(shown(&assemble(&without_ids(&values), None)), expected);
    assert_eq!(
        shown(&assemble(&values, Some(json!([message("b", "Two")])))),
        expected
    );
    // An item that is done again is the same, also under another id.
    let mut again = values[..3].to_vec();
    again.push(done(0, message("x", "One")));
    again.push(done(0, message("a", "One")));
    assert_eq!(shown(&assemble(&again, None)), ["message One"]);
}

#[test]
fn the_last_output_fills_and_adds_but_repeats_nothing() {
    let values = [
        added(0, message("a", "")),
        text("a", 0, "One"),
        added(1, reasoning("rs", "plan")),
    ];
    for (last, expected) in [
        (
            json!([message("x", "One")]),
            &["message One", "reasoning plan"][..],
        ),
        (
            json!([message("x", "")]),
            &["message One", "reasoning plan"],
        ),
        (
            json!([message("", "One"), message("", "Two")]),
            &["message One", "reasoning plan", "message Two"],
        ),
        (
            json!([reasoning("rs", ""), message("x", "One!")]),
            &["reasoning plan", "message One!"],
        ),
        (
            json!([call("fc", "c", "f", "")]),
            &["message One", "reasoning plan", "call f "],
        ),
    ] {
        let mut shown = shown(&assemble(&values, Some(last.clone())));
        let mut expected = expected.to_vec();
        shown.sort();
        expected.sort_unstable();
        assert_eq!(shown, expected, "{last}");
    }
    // Two messages that the last event joins.
    let values = [text("a", 0, "One"), text("b", 1, "Two")];
    let joined = assemble(&values, Some(json!([message("x", "OneTwo")])));
    assert_eq!(shown(&joined), ["message OneTwo"]);
}

#[test]
fn a_delta_goes_where_its_id_says_if_it_can() {
    let values = [
        added(0, message("m", "")),
        added(1, call("fc", "c", "f", "")),
        text("m", 1, "a"),
        // The id of the call, the index of the message.
        text("fc", 0, "b"),
        arguments("fc", 0, "{}"),
    ];
    assert_eq!(shown(&assemble(&values, None)), ["message ab", "call f {}"]);
    // Nothing but the call is there.
    let values = [
        added(0, call("fc", "c", "f", "")),
        text("fc", 0, "a"),
        text("fc", 0, "b"),
    ];
    assert_eq!(shown(&assemble(&values, None)), ["call f ", "message ab"]);
}

#[test]
fn thousands_of_items_under_one_index_take_no_quadratic_time() {
    let mut assembler = Assembler::new();
    for number in 0..4_000 {
        let id = number.to_string();
        for event in events(&[done(0, call(&id, &id, "f", "{}"))]) {
            assembler.push(&event);
        }
    }
    let output: Vec<Value> = (0..4_000)
        .map(|n| call("", &format!("x{n}"), "f", "{}"))
        .collect();
    let last = json!({"type": "response.completed", "response": {"output": output}});
    assembler.push(&events(&[last])[0]);
    assert_eq!(assembler.snapshot().output.len(), 8_000);
}

fn findings(values: &[Value]) -> Vec<String> {
    let mut values = values.to_vec();
    let response = |status| json!({"id": "r", "status": status, "output": []});
    values.insert(
        0,
        json!({"type": "response.created", "response": response("in_progress")}),
    );
    values.insert(
        1,
        json!({"type": "response.in_progress", "response": response("in_progress")}),
    );
    let items = values
        .iter()
        .filter(|it| it["type"] == "response.output_item.done");
    let mut items: Vec<(u64, Value)> = items
        .map(|it| (it["output_index"].as_u64().unwrap(), it["item"].clone()))
        .collect();
    items.sort_by_key(|(index, _)| *index);
    let output: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    values.push(json!({"type": "response.completed", "response": {"id": "r", "status": "completed", "output": output}}));
    let mut auditor = Auditor::new();
    for (mut event, number) in events(&values).into_iter().zip(0..) {
        event.set_sequence_number(number);
        auditor.push(&event);
    }
    auditor.finish().iter().map(ToString::to_string).collect()
}

#[test]
fn the_auditor_reports_an_index_once() {
    let none: [&str; 0] = [];
    let (a, b) = (reasoning("a", ""), reasoning("b", ""));
    // Announced out of order.
    let turned = [
        added(1, b.clone()),
        added(0, a.clone()),
        done(0, a.clone()),
        done(1, b.clone()),
    ];
    assert_eq!(findings(&turned), none);
    let gap = [
        added(0, a.clone()),
        added(2, b.clone()),
        done(0, a.clone()),
        done(2, b.clone()),
    ];
    assert_eq!(
        findings(&gap),
        ["after 7 events: no item has output_index 1"]
    );
    let shared = [
        added(0, a.clone()),
        done(0, a),
        added(0, call("c", "c", "f", "")),
        done(0, call("c", "c", "f", "")),
    ];
    assert_eq!(
        findings(&shared),
        ["event 4 (response.output_item.added): another item was added at output_index 0"]
    );
    // Every event has another id.
    let renamed = [
        added(0, message("a", "")),
        json!({"type": "response.content_part.added", "item_id": "b", "output_index": 0, "content_index": 0, "part": {"type": "output_text", "text": ""}}),
        text("c", 0, "x"),
        json!({"type": "response.content_part.done", "item_id": "d", "output_index": 0, "content_index": 0, "part": {"type": "output_text", "text": "x"}}),
        done(0, message("e", "x")),
    ];
    assert_eq!(
        findings(&renamed),
        ["event 3 (response.content_part.added): the id of item 0 was \"a\" and is \"b\""]
    );
}

#[test]
fn the_fingerprint_of_a_program_may_change() {
    let program = |fingerprint: &str, code: &str| json!({"type": "program", "id": "p", "call_id": "c", "code": code, "fingerprint": fingerprint});
    let audit = |last: Value| {
        let mut auditor = Auditor::new();
        let response =
            |status: &str, output: Value| json!({"id": "r", "status": status, "output": output});
        for (mut event, number) in events(&[
            json!({"type": "response.created", "response": response("in_progress", json!([]))}),
            json!({"type": "response.in_progress", "response": response("in_progress", json!([]))}),
            added(0, program("", "")),
            done(0, program("one", "x")),
            json!({"type": "response.completed", "response": response("completed", json!([last]))}),
        ])
        .into_iter()
        .zip(0..)
        {
            event.set_sequence_number(number);
            auditor.push(&event);
        }
        auditor.finish().len()
    };
    assert_eq!(audit(program("two", "x")), 0);
    assert_eq!(audit(program("two", "y")), 1);
}
