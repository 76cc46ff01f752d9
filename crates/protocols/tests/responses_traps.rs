//! The known traps of gateways, as far as they concern Responses upstreams.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashSet;

use bytes::Bytes;
use orouter_protocols::{Notes, Original, Protocol, Repair, RequestSource, Target, UpstreamEvent};
use orouter_wire::item::ItemStatus;
use orouter_wire::{Item, ResponsesRequest, StreamEvent};
use serde_json::{Value, json};

/// Translates these events.
fn translated(events: &[Value]) -> Vec<UpstreamEvent> {
    let frames: Vec<(&str, String)> = events.iter().map(|event| ("", event.to_string())).collect();
    let frames: Vec<(&str, &str)> = frames.iter().map(|(name, data)| (*name, &**data)).collect();
    decoded(&frames)
}

fn decoded(frames: &[(&str, &str)]) -> Vec<UpstreamEvent> {
    let request = ResponsesRequest::new("a/b");
    let body = Bytes::new();
    let source = RequestSource::new(&request, &body);
    let sent = Protocol::Responses.request(&source, &Target::new("b"), &Notes::default());
    let mut translator = sent.unwrap().reader.stream();
    let mut found = Vec::new();
    for (name, data) in frames {
        translator.frame(name, data, &mut found);
    }
    translator.end(false, &mut found);
    found
}

/// Translates and repairs these events. Returns them and the output.
fn repaired(events: &[Value]) -> (Vec<UpstreamEvent>, Vec<Item>) {
    let mut repair = Repair::new("gen-1");
    let mut sent = Vec::new();
    for event in translated(events) {
        repair.push(event, &mut |event| sent.push(event));
    }
    let output = repair.finish(Vec::new(), &ItemStatus::Completed, true, &mut |event| {
        sent.push(event);
    });
    (sent, output.items)
}

fn text(event: &UpstreamEvent) -> Value {
    let text = match &event.original {
        Some(Original::Event(text)) => String::from_utf8(text.to_vec()).unwrap(),
        _ => orouter_wire::to_string(&event.event),
    };
    serde_json::from_str(&text).unwrap()
}

#[test]
fn trap_01_parallel_calls_at_one_index_stay_apart() {
    let call = |id: &str, arguments: &str| json!({"type": "function_call", "id": id, "call_id": format!("call_{id}"), "name": id, "arguments": arguments, "status": "completed"});
    let added = |id: &str| json!({"type": "response.output_item.added", "output_index": 0, "item": call(id, "")});
    let delta = |id: &str, delta: &str| json!({"type": "response.function_call_arguments.delta", "output_index": 0, "item_id": id, "delta": delta});
    let done = |id: &str, arguments: &str| json!({"type": "response.output_item.done", "output_index": 0, "item": call(id, arguments)});
    let (events, output) = repaired(&[
        added("a"),
        added("b"),
        delta("a", "{\"x\":"),
        delta("b", "{}"),
        delta("a", "1}"),
        done("b", "{}"),
        done("a", "{\"x\":1}"),
    ]);
    let calls: Vec<(&str, &str)> = output
        .iter()
        .filter_map(Item::as_function_call)
        .map(|call| (call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(calls, [("a", "{\"x\":1}"), ("b", "{}")]);
    for event in &events {
        let text = text(event);
        let id = text["item_id"]
            .as_str()
            .or(text["item"]["id"].as_str())
            .unwrap();
        assert_eq!(text["output_index"], u32::from(id == "b"), "{text}");
    }
}

#[test]
fn trap_02_arguments_without_deltas_are_sent_in_deltas() {
    let item = |arguments: &str| json!({"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": arguments, "status": "in_progress"});
    for known in ["", "{\"a\"", "{\"a\":1}"] {
        let (events, output) = repaired(&[
            json!({"type": "response.output_item.added", "output_index": 0, "item": item("")}),
            json!({"type": "response.function_call_arguments.delta", "output_index": 0, "item_id": "fc", "delta": known}),
            json!({"type": "response.output_item.done", "output_index": 0, "item": item("{\"a\":1}")}),
        ]);
        let deltas: String = events
            .iter()
            .filter_map(|event| match &event.event {
                StreamEvent::FunctionCallArgumentsDelta(event) => Some(event.delta.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(deltas, "{\"a\":1}");
        let call = output[0].as_function_call().unwrap();
        assert_eq!(call.arguments, "{\"a\":1}");
    }
}

#[test]
fn trap_04_ids_and_indexes_are_stable() {
    let part = json!({"type": "output_text", "text": "ab", "annotations": []});
    let message = |id: &str, content: Value| json!({"type": "message", "id": id, "role": "assistant", "status": "in_progress", "content": content});
    let (events, output) = repaired(&[
        json!({"type": "response.output_item.added", "output_index": 4, "item": message("m1", json!([]))}),
        json!({"type": "response.output_text.delta", "output_index": 4, "item_id": "m2", "content_index": 3, "delta": "a", "x": 1}),
        json!({"type": "response.output_text.delta", "output_index": 4, "item_id": "m3", "content_index": 3, "delta": "b"}),
        json!({"type": "response.output_item.done", "output_index": 4, "item": message("m4", json!([part]))}),
        json!({"type": "response.output_text.delta", "output_index": 4, "item_id": "m4", "content_index": 3, "delta": "late"}),
    ]);
    let kinds: Vec<&str> = events.iter().map(|event| event.event.kind()).collect();
    assert_eq!(
        kinds,
        [
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
        ]
    );
    for event in &events {
        let text = text(event);
        assert_eq!(text["output_index"], 0, "{text}");
        let id = text["item_id"].as_str().or(text["item"]["id"].as_str());
        assert_eq!(id, Some("m1"), "{text}");
        assert!(
            matches!(text["content_index"].as_u64(), None | Some(0)),
            "{text}"
        );
    }
    assert_eq!(
        text(&events[2])["x"],
        1,
        "a changed event keeps unknown members"
    );
    assert_eq!(output.len(), 1);
    assert_eq!(output[0].as_message().unwrap().text(), "ab");
    assert_eq!(output[0].status(), Some(&ItemStatus::Completed));
}

/// The numbers of the parts that the events begin and end, in order.
fn part_numbers(events: &[UpstreamEvent]) -> [Vec<u64>; 2] {
    ["added", "done"].map(|end| {
        let kinds = ["content_part", "reasoning_summary_part"];
        let kinds = kinds.map(|kind| format!("response.{kind}.{end}"));
        let ends = events
            .iter()
            .filter(|event| kinds.iter().any(|kind| kind == event.event.kind()));
        ends.map(|event| {
            let text = text(event);
            let number = text["content_index"].as_u64();
            number.or(text["summary_index"].as_u64()).unwrap()
        })
        .collect()
    })
}

#[test]
fn trap_04_items_may_have_very_many_parts() {
    // The time grows with the number of parts, not its square.
    let count = 20_000_u64;
    let all: Vec<u64> = (0..count).collect();
    let message = |content: Value| json!({"type": "message", "id": "m", "role": "assistant", "status": "in_progress", "content": content});
    let delta = |number: u64| json!({"type": "response.output_text.delta", "output_index": 0, "item_id": "m", "content_index": number, "delta": "a"});
    let added = json!({"type": "response.output_item.added", "output_index": 0, "item": message(json!([]))});
    let parts = |count: u64| {
        Value::from_iter(
            (0..count).map(|_| json!({"type": "output_text", "text": "a", "annotations": []})),
        )
    };
    let done = json!({"type": "response.output_item.done", "output_index": 0, "item": message(parts(count))});
    let begun = || vec![added.clone()];
    for (title, events) in [
        ("cut", begun().into_iter().chain((0..count).map(delta)).collect::<Vec<_>>()),
        ("ended", begun().into_iter().chain((0..count).map(delta)).chain([done.clone()]).collect()),
        ("only at the end", vec![added.clone(), done.clone()]),
        ("again from the first", begun().into_iter().chain((0..count).map(delta)).chain((0..count).map(|number| {
            json!({"type": "response.output_text.done", "output_index": 0, "item_id": "m", "content_index": number, "text": "a"})
        })).collect()),
    ] {
        let (events, output) = repaired(&events);
        assert!(part_numbers(&events).iter().all(|numbers| *numbers == all), "{title}");
        assert_eq!(output[0].as_message().unwrap().text().len(), 20_000, "{title}");
    }
    let delta = |number: u64| json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "item_id": "r", "summary_index": number, "delta": "a"});
    let events: Vec<Value> = (0..count).rev().map(delta).collect();
    let (events, _) = repaired(&events);
    assert!(part_numbers(&events).iter().all(|numbers| *numbers == all));
}

#[test]
fn trap_04_items_of_unknown_kinds_have_ids_of_their_own() {
    let item = |kind: &str, id: Value| json!({"type": kind, "id": id, "x": 1.50});
    let whole = |index: u64, item: &Value| {
        ["added", "done"].map(|end| json!({"type": format!("response.output_item.{end}"), "output_index": index, "item": item}))
    };
    let search = json!({"type": "web_search_call", "id": "a", "status": "completed"});
    let progress =
        json!({"type": "response.web_search_call.searching", "item_id": "a", "output_index": 1});
    let [added, done] = whole(1, &item("odd", json!("a")));
    let mut events = whole(0, &search).to_vec();
    events.extend([added, progress, done]);
    let (events, output) = repaired(&events);
    let ids: Vec<Value> = events
        .iter()
        .map(text)
        .filter(|event| event["output_index"] == 1)
        .map(|event| {
            event["item_id"]
                .as_str()
                .or(event["item"]["id"].as_str())
                .unwrap()
                .into()
        })
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0] && *id != "a"), "{ids:?}");
    let last: Value = serde_json::from_str(&orouter_wire::to_string(&output[1])).unwrap();
    assert_eq!(last, json!({"type": "odd", "id": ids[0], "x": 1.5}));
    // An id that no other item has stays, and so does an item without one.
    for item in [item("odd", json!("b")), json!({"type": "odd", "x": 1.50})] {
        let mut events = whole(0, &search).to_vec();
        events.extend(whole(1, &item));
        let (events, _) = repaired(&events);
        for event in events
            .iter()
            .map(text)
            .filter(|event| event["output_index"] == 1)
        {
            assert_eq!(event["item"], item);
        }
    }
}

/// The members `item_id` of the events, and the ids of their items.
fn ids(events: &[UpstreamEvent]) -> Vec<Option<String>> {
    let id = |event: &UpstreamEvent| {
        let text = text(event);
        let id = text["item_id"].as_str().or(text["item"]["id"].as_str());
        id.map(str::to_owned)
    };
    events.iter().map(id).collect()
}

#[test]
fn trap_04_items_that_begin_without_an_id_have_one_id() {
    let item = json!({"type": "odd", "x": 1.50});
    let named = |id: &str| json!({"type": "odd", "id": id, "x": 1.50});
    let added = |item: &Value| json!({"type": "response.output_item.added", "output_index": 0, "item": item});
    let done = |item: &Value| json!({"type": "response.output_item.done", "output_index": 0, "item": item});
    let at = |kind: &str, id: Option<&str>| {
        let mut event = json!({"type": format!("response.{kind}"), "output_index": 0});
        if let Some(id) = id {
            event["item_id"] = id.into();
        }
        event
    };
    let known = |id| at("web_search_call.searching", id);
    let unknown = |id| at("odd.progress", id);
    for (events, expected) in [
        (vec![known(Some("a")), known(Some("b"))], "-aa-"),
        (
            vec![known(None), known(Some("a")), known(None), known(Some("b"))],
            "--aaa-",
        ),
        (
            vec![known(Some("a")), unknown(Some("b")), known(Some("c"))],
            "-aaa-",
        ),
        (vec![unknown(Some("a")), known(Some("b"))], "-aa-"),
        (
            vec![unknown(None), known(Some("a")), unknown(Some(""))],
            "--aa-",
        ),
    ] {
        let mut events = events;
        events.insert(0, added(&item));
        let cut = repaired(&events);
        events.push(done(&item));
        for (sent, output) in [repaired(&events), cut] {
            let ids = ids(&sent).into_iter();
            let ids: String = ids.map(|id| id.unwrap_or("-".to_owned())).collect();
            assert_eq!(ids, expected, "{events:?}");
            let output: Vec<String> = output.iter().map(orouter_wire::to_string).collect();
            assert_eq!(output, [item.to_string()], "the item stays without an id");
        }
    }
    let some = |ids: &[&str]| -> Vec<Option<String>> {
        ids.iter()
            .map(|id| (!id.is_empty()).then(|| (*id).to_owned()))
            .collect()
    };
    // The end may be the first event with an id.
    for (before, id) in [(vec![], "z"), (vec![known(Some("a"))], "a")] {
        let mut events = vec![added(&item)];
        events.extend(before.clone());
        events.push(done(&named("z")));
        let (sent, output) = repaired(&events);
        let expected = [vec![""], vec!["a"; before.len()], vec![id]].concat();
        assert_eq!(ids(&sent), some(&expected));
        assert_eq!(orouter_wire::to_string(&output[0]), named(id).to_string());
    }
    // So may the output of the last event.
    let mut repair = Repair::new("gen-1");
    let mut sent = Vec::new();
    for event in translated(&[added(&item), known(Some("a"))]) {
        repair.push(event, &mut |event| sent.push(event));
    }
    let last = orouter_wire::from_str(&named("z").to_string()).unwrap();
    let output = repair.finish(vec![last], &ItemStatus::Completed, true, &mut |event| {
        sent.push(event);
    });
    assert_eq!(ids(&sent), some(&["", "a", "a"]));
    assert_eq!(
        orouter_wire::to_string(&output.items[0]),
        named("a").to_string()
    );
}

#[test]
fn trap_04_late_ids_are_those_of_one_item() {
    let item = json!({"type": "odd", "x": 1.50});
    let whole = |kind: &str, index: u64, item: &Value| json!({"type": format!("response.output_item.{kind}"), "output_index": index, "item": item});
    let at = |index: u64, id: &str| json!({"type": "response.web_search_call.searching", "output_index": index, "item_id": id});
    // Events that keep the rules pass unchanged.
    let events = [
        whole("added", 0, &item),
        whole("added", 1, &item),
        at(1, "b"),
        at(0, "a"),
        at(1, "b"),
        whole("done", 0, &item),
        whole("done", 1, &item),
    ];
    let (sent, _) = repaired(&events);
    assert_eq!(sent.iter().map(text).collect::<Vec<_>>(), events);
    // An id that another item has is replaced.
    let search = json!({"type": "web_search_call", "id": "a", "status": "completed"});
    let named = json!({"type": "odd", "id": "a", "x": 1.50});
    let (sent, output) = repaired(&[
        whole("added", 0, &search),
        whole("added", 1, &item),
        whole("done", 1, &named),
        whole("done", 0, &search),
    ]);
    let ids = ids(&sent);
    assert_eq!(
        [&ids[0], &ids[1], &ids[3]],
        [&Some("a".to_owned()), &None, &ids[0]]
    );
    assert!(ids[2].is_some() && ids[2] != ids[0], "{ids:?}");
    let last: Value = serde_json::from_str(&orouter_wire::to_string(&output[1])).unwrap();
    assert_eq!(last["id"].as_str(), ids[2].as_deref());
}

#[test]
fn trap_04_events_of_unknown_kinds_have_the_id_of_their_item() {
    let message = |id: &str| json!({"type": "message", "id": id, "role": "assistant", "status": "completed", "content": []});
    let whole = |kind: &str, id: &str| json!({"type": format!("response.output_item.{kind}"), "output_index": 0, "item": message(id)});
    let odd = |id: &str| json!({"type": "response.odd.begin", "output_index": 0, "item_id": id, "x": 1.50});
    let (sent, _) = repaired(&[
        whole("added", "a"),
        odd("b"),
        odd("a"),
        odd(""),
        whole("done", "c"),
    ]);
    assert!(ids(&sent).iter().all(|id| id.as_deref() == Some("a")));
    assert_eq!(text(&sent[1]), odd("a"), "the other members stay");
    // After the end of an item, another id is that of an item to come.
    let (sent, _) = repaired(&[whole("added", "a"), whole("done", "a"), odd("b"), odd("a")]);
    let expected = ["a", "a", "b", "a"].map(|id| Some(id.to_owned()));
    assert_eq!(ids(&sent), expected);
}

#[test]
fn trap_04_replies_may_have_very_many_items() {
    // The time grows with the number of items, not its square.
    let count = 20_000;
    let call = |number: usize| json!({"type": "response.output_item.done", "output_index": number, "item": {"type": "function_call", "call_id": format!("c{number}"), "name": "f", "arguments": "{}"}});
    let events: Vec<Value> = (0..count).map(call).collect();
    let (_, output) = repaired(&events);
    let ids: HashSet<&str> = output.iter().filter_map(Item::id).collect();
    assert_eq!((output.len(), ids.len()), (count, count));
    for (number, item) in output.iter().enumerate() {
        assert_eq!(item.call_id(), Some(&*format!("c{number}")));
    }
}

#[test]
fn trap_04_parts_of_several_lists_and_kinds_share_numbers() {
    let at = |kind: &str, list: &str, number: u64, delta: &str| json!({"type": format!("response.{kind}.delta"), "output_index": 0, "item_id": "x", list: number, "delta": delta});
    let (events, output) = repaired(&[
        at("reasoning_text", "content_index", 7, "a"),
        at("reasoning_summary_text", "summary_index", 7, "b"),
        at("reasoning_text", "content_index", 2, "c"),
        at("reasoning_summary_text", "summary_index", 7, "d"),
        at("reasoning_text", "content_index", 7, "e"),
    ]);
    assert_eq!(part_numbers(&events), [[0, 0, 1], [0, 0, 1]]);
    let item: Value = serde_json::from_str(&orouter_wire::to_string(&output[0])).unwrap();
    assert_eq!(item["content"][0]["text"], "ae");
    assert_eq!(item["content"][1]["text"], "c");
    assert_eq!(item["summary"][0]["text"], "bd");
    let (_, output) = repaired(&[
        at("output_text", "content_index", 0, "a"),
        at("refusal", "content_index", 0, "b"),
        at("output_text", "content_index", 0, "c"),
    ]);
    let item: Value = serde_json::from_str(&orouter_wire::to_string(&output[0])).unwrap();
    assert_eq!(item["content"][0]["text"], "ac");
    assert_eq!(item["content"][1]["refusal"], "b");
}

#[test]
fn trap_19_each_form_of_an_error_is_a_failure() {
    for data in [
        r#"{"type":"error","code":"x","message":"m"}"#,
        r#"{"type":"error","error":{"message":"m"}}"#,
        r#"{"type":"response.error","error":{"message":"m"}}"#,
        r#"{"error":{"message":"m","code":502}}"#,
        r#"{"error":"m"}"#,
        r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"m"}}}"#,
        r#"{"type":"response.completed","response":{"status":"failed","error":{"code":"server_error","message":"m"}}}"#,
        r#"{"type":"response.done","response":{"status":"failed"}}"#,
    ] {
        let more = r#"{"type":"response.completed","response":{"status":"completed","output":[]}}"#;
        let events = decoded(&[("", data), ("", more)]);
        assert_eq!(events.len(), 1, "nothing follows {data}");
        assert!(events[0].event.failure().is_some(), "{data}");
    }
    for (name, data) in [
        ("error", r#"{"message":"m"}"#),
        ("response.failed", r#"{"response":{"status":"failed"}}"#),
    ] {
        let events = decoded(&[(name, data)]);
        assert!(events[0].event.failure().is_some(), "{name} {data}");
    }
}

#[test]
fn trap_19_a_stream_that_is_cut_has_no_last_event() {
    let delta = r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"item_id":"m","delta":"a"}"#;
    for rest in [
        "[DONE]",
        "",
        "{\"type\":\"response.comp",
        "null",
        "{}",
        "[]",
        "7",
    ] {
        let events = decoded(&[("", delta), ("", rest)]);
        assert_eq!(events.len(), 1, "{rest}");
        assert!(!events[0].event.is_terminal());
    }
}

#[test]
fn trap_23_unknown_events_and_members_pass() {
    let texts = [
        r#"{"type":"response.thought.delta","item_id":"x","output_index":7,"n":1.50}"#,
        r#"{"n": 1.0,"type":"response.output_item.added","output_index":0,"item":{"type":"item_of_tomorrow","k":[1]}}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"item_of_tomorrow","k":[1, 2]}}"#,
    ];
    let frames: Vec<(&str, &str)> = texts.iter().map(|text| ("", *text)).collect();
    let mut repair = Repair::new("gen-1");
    let mut sent = Vec::new();
    for event in decoded(&frames) {
        repair.push(event, &mut |event| sent.push(event));
    }
    let originals: Vec<&[u8]> = sent
        .iter()
        .map(|event| match &event.original {
            Some(Original::Event(text)) => &text[..],
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(originals, texts.map(str::as_bytes));
}

#[test]
fn frames_without_a_type_are_named_by_their_event_line() {
    let events = decoded(&[(
        "response.output_text.delta",
        r#"{"output_index":0,"content_index":0,"item_id":"m","delta":"a"}"#,
    )]);
    assert_eq!(events[0].event.text_delta(), Some("a"));
    assert!(decoded(&[("ping", "{}"), ("message", r#"{"a":1}"#)]).is_empty());
}

/// Returns a value for each member that some event must have.
fn members_of_events(value: &Value) -> serde_json::Map<String, Value> {
    let names = [
        "output_index",
        "content_index",
        "summary_index",
        "command_index",
        "annotation_index",
        "partial_image_index",
        "partial_image_b64",
        "delta",
        "text",
        "refusal",
        "arguments",
        "input",
        "diff",
        "code",
        "command",
        "model",
        "content",
        "logprobs",
    ];
    names
        .map(|name| (name.to_owned(), value.clone()))
        .into_iter()
        .collect()
}

/// The members of each kind of event that must be there, as the specification lists them.
const REQUIRED: &[(&str, &[&str])] = &[
    ("output_text.delta", &["content_index", "delta"]),
    ("output_text.done", &["content_index", "text"]),
    ("content_part.delta", &["content_index", "delta"]),
    ("refusal.delta", &["content_index", "delta"]),
    ("refusal.done", &["content_index", "refusal"]),
    ("reasoning_text.delta", &["content_index", "delta"]),
    ("reasoning_text.done", &["content_index", "text"]),
    ("reasoning_summary_text.delta", &["summary_index", "delta"]),
    ("reasoning_summary_text.done", &["summary_index", "text"]),
    (
        "output_text.annotation.added",
        &["content_index", "annotation_index"],
    ),
    ("function_call_arguments.delta", &["delta"]),
    ("function_call_arguments.done", &["arguments"]),
    ("custom_tool_call_input.delta", &["delta"]),
    ("custom_tool_call_input.done", &["input"]),
    ("apply_patch_call_operation_diff.delta", &["delta"]),
    ("apply_patch_call_operation_diff.done", &["diff"]),
    ("code_interpreter_call_code.delta", &["delta"]),
    ("code_interpreter_call_code.done", &["code"]),
    ("mcp_call_arguments.delta", &["delta"]),
    ("shell_call_command.delta", &["command_index", "delta"]),
    ("shell_call_command.done", &["command_index", "command"]),
    (
        "image_generation_call.partial_image",
        &["partial_image_index", "partial_image_b64"],
    ),
    ("fusion_call.panel.delta", &["model", "delta"]),
    ("fusion_call.panel.completed", &["model", "content"]),
    ("web_search_call.searching", &[]),
];

#[test]
fn members_that_are_null_or_missing_get_their_default() {
    let wrong = [json!(null), json!({"a": 1}), json!(true)];
    for (kind, required) in REQUIRED {
        let bare = json!({"type": format!("response.{kind}"), "item_id": "x", "new": 1.5});
        let mut cases = vec![bare.clone()];
        for value in &wrong {
            let mut event = bare.clone();
            event
                .as_object_mut()
                .unwrap()
                .extend(members_of_events(value));
            cases.push(event);
        }
        for event in cases {
            let sent = &translated(std::slice::from_ref(&event))[0];
            let sent = text(sent);
            for member in required.iter().chain(&["output_index"]) {
                let expected = if member.ends_with("index") {
                    json!(0)
                } else {
                    json!("")
                };
                assert_eq!(sent[member], expected, "{member} of {event}");
            }
            assert_eq!(sent["new"], 1.5, "{event}");
            assert_eq!(sent["item_id"], "x", "{event}");
        }
    }
}

#[test]
fn every_event_about_an_item_says_which_item() {
    for (kind, _) in StreamEvent::TYPES {
        let event = json!({"type": kind, "item_id": "x", "output_index": null});
        let events = translated(std::slice::from_ref(&event));
        let Some(event) = events
            .first()
            .filter(|event| event.event.item_change().is_some())
        else {
            continue;
        };
        assert_eq!(text(event)["output_index"], 0, "{kind}");
        let typed: Value = serde_json::from_str(&orouter_wire::to_string(&event.event)).unwrap();
        assert_eq!(typed["output_index"], 0, "{kind}");
    }
}

#[test]
fn names_of_members_in_other_places_do_not_count() {
    let kind = "response.output_text.delta";
    for data in [
        r#"{"type":"response.output_text.delta","output_index" : null,"content_index":null,"item_id":"m","delta":null}"#,
        r#"{"type":"response.output_text.delta","item_id":"\"output_index\":0,\"content_index\":0,\"delta\":\"x\""}"#,
        r#"{"type":"response.output_text.delta","item_id":"output_index","a":"content_index","b":"delta"}"#,
        r#"{"type":"response.output_text.delta","item_id":"m","new":{"output_index":0,"content_index":0,"delta":"x"}}"#,
        r#"{"type":"response.output_text.delta","item_id":"m","new":[{"output_index":0,"content_index":0,"delta":"x"}]}"#,
        r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"output_index":null,"content_index":0,"content_index":null,"delta":null}"#,
    ] {
        let sent = &decoded(&[("", data)])[0];
        let Some(Original::Event(bytes)) = &sent.original else {
            panic!("{data}");
        };
        let written: Value = serde_json::from_slice(bytes).unwrap();
        assert_eq!(written["output_index"], 0, "{data}");
        assert_eq!(written["content_index"], 0, "{data}");
        assert_eq!(written["delta"], "", "{data}");
        let decoded: StreamEvent =
            orouter_wire::from_str(std::str::from_utf8(bytes).unwrap()).unwrap();
        assert_eq!((&decoded, sent.event.kind()), (&sent.event, kind));
    }
}

#[test]
fn complete_events_keep_their_text() {
    for data in [
        r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"item_id":"m","delta":"null"}"#,
        r#"{"type":"response.output_text.delta","output_index": 0, "content_index": 0, "item_id": "m", "delta": ""}"#,
        r#"{"type":"response.output_text.delta","output_index" :0,"content_index" : 0,"item_id":"m","delta" :"{\"a\":null}","logprobs":[]}"#,
        r#"{"type":"response.output_text.delta","output_index":3,"content_index":1,"item_id":"m","delta":"x","logprobs":[{"token":"x","logprob":null}],"new":null}"#,
        r#"{"type":"response.function_call_arguments.done","output_index":0,"item_id":null,"arguments":"{}","name":null}"#,
        r#"{"\u0074ype":"response.refusal.delta","output_\u0069ndex":0,"content_index":0,"item_id":"m","delta":"x"}"#,
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"f","call_id":"c","name":"f","arguments":""}}"#,
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"m","role":"assistant","content":[]}}"#,
        r#"{"type":"response.content_part.added","output_index":0,"content_index":0,"item_id":"m","part":{"type":"output_text","text":"","annotations":null}}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"web_search_call","id":"w","action":null}}"#,
    ] {
        let sent = &decoded(&[("", data)])[0];
        let Some(Original::Event(text)) = &sent.original else {
            panic!("{data}");
        };
        assert_eq!(text, data.as_bytes());
    }
}

#[test]
fn a_list_of_log_probabilities_is_not_null() {
    let event = json!({"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "x", "logprobs": null});
    assert_eq!(text(&translated(&[event])[0])["logprobs"], json!([]));
}

#[test]
fn items_and_parts_inside_events_are_completed() {
    for (object, member, default) in [
        (
            json!({"type": "function_call", "id": "x", "call_id": "c", "name": "f"}),
            "arguments",
            json!(""),
        ),
        (
            json!({"type": "custom_tool_call", "id": "x", "call_id": "c", "name": "f"}),
            "input",
            json!(""),
        ),
        (
            json!({"type": "message", "id": "x", "role": "assistant"}),
            "content",
            json!([]),
        ),
        (
            json!({"type": "reasoning", "id": "x"}),
            "summary",
            json!([]),
        ),
        (json!({"type": "output_text"}), "text", json!("")),
        (json!({"type": "refusal"}), "refusal", json!("")),
        (json!({"type": "reasoning_text"}), "text", json!("")),
        (json!({"type": "summary_text"}), "text", json!("")),
    ] {
        let is_item = object.get("id").is_some();
        for value in [None, Some(Value::Null)] {
            let mut object = object.clone();
            object["new"] = json!(1.5);
            if let Some(value) = value {
                object[member] = value;
            }
            let (kinds, holder): (&[&str], _) = match (is_item, object["type"] == "summary_text") {
                (true, _) => (&["output_item.added", "output_item.done"], "item"),
                (false, true) => (
                    &[
                        "reasoning_summary_part.added",
                        "reasoning_summary_part.done",
                    ],
                    "part",
                ),
                (false, false) => (&["content_part.added", "content_part.done"], "part"),
            };
            for kind in kinds {
                let event = json!({"type": format!("response.{kind}"), "output_index": 0, "item_id": "x", holder: object});
                let sent = text(&translated(&[event])[0]);
                assert_eq!(sent[holder][member], default, "{sent}");
                assert_eq!(sent[holder]["new"], 1.5, "{sent}");
            }
            if is_item {
                let event = json!({"type": "response.completed", "response": {"status": "completed", "error": null, "output": [{"type": "new", "a": null}, object]}});
                let sent = text(&translated(&[event])[0]);
                assert_eq!(sent["response"]["output"][1][member], default, "{sent}");
                assert_eq!(sent["response"]["output"][0]["a"], Value::Null, "{sent}");
            }
        }
    }
}

#[test]
fn the_client_gets_no_null_after_the_repair() {
    let delta = |delta: Value| json!({"type": "response.output_text.delta", "output_index": null, "item_id": null, "content_index": null, "delta": delta});
    let (events, output) = repaired(&[
        json!({"type": "response.output_item.added", "output_index": null, "item": {"type": "message", "id": null, "role": "assistant", "content": null}}),
        delta(json!("a")),
        delta(Value::Null),
        json!({"type": "response.output_text.done", "output_index": null, "item_id": null, "content_index": null, "text": null}),
    ]);
    assert_eq!(output[0].as_message().unwrap().text(), "a");
    for event in &events {
        let text = text(event);
        let members = text.as_object().unwrap();
        assert!(members.values().all(|value| !value.is_null()), "{text}");
        assert!(!text.to_string().contains("null"), "{text}");
    }
}
