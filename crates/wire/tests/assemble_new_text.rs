//! All text exactly once, whichever events bring it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers that take JSON made in place"
)]

use serde_json::{Value, json};

use orouter_wire::{StreamEvent, from_str};

use orouter_wire::assemble::Assembler;

/// What each event adds, and the text of the response in the end.
fn read(values: &[Value]) -> (Vec<String>, String) {
    let mut assembler = Assembler::new();
    let mut pieces = Vec::new();
    for value in values {
        let event: StreamEvent = from_str(&value.to_string()).unwrap();
        assembler.push(&event);
        let piece = assembler.new_text().into_owned();
        if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    (pieces, assembler.into_response().output_text())
}

#[track_caller]
fn check(values: &[Value], expected: &[&str]) {
    let (pieces, text) = read(values);
    assert_eq!(pieces, expected);
    assert_eq!(pieces.concat(), text);
}

fn delta(part: u32, text: &str) -> Value {
    json!({"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": part, "delta": text})
}

fn text_done(part: u32, text: &str) -> Value {
    json!({"type": "response.output_text.done", "item_id": "m", "output_index": 0, "content_index": part, "text": text})
}

fn part(kind: &str, number: u32, text: &str) -> Value {
    json!({"type": format!("response.content_part.{kind}"), "item_id": "m", "output_index": 0, "content_index": number,
        "part": {"type": "output_text", "text": text, "annotations": []}})
}

fn message(id: &str, texts: &[&str]) -> Value {
    let parts: Vec<Value> = texts
        .iter()
        .map(|text| json!({"type": "output_text", "text": text, "annotations": []}))
        .collect();
    json!({"type": "message", "id": id, "role": "assistant", "content": parts})
}

fn item(kind: &str, item: Value) -> Value {
    json!({"type": format!("response.output_item.{kind}"), "output_index": 0, "item": item})
}

fn last(kind: &str, output: Value) -> Value {
    json!({"type": format!("response.{kind}"), "response": {"id": "r", "output": output}})
}

#[test]
fn text_that_only_one_kind_of_event_brings() {
    for event in [
        delta(0, "Grüße 🦀"),
        text_done(0, "Grüße 🦀"),
        part("added", 0, "Grüße 🦀"),
        part("done", 0, "Grüße 🦀"),
        item("added", message("m", &["Grüße 🦀"])),
        item("done", message("m", &["Grüße 🦀"])),
        item("done", message("m", &["Grü", "ße 🦀"])),
        item(
            "done",
            json!({"type": "message", "id": "m", "role": "assistant", "content": "Grüße 🦀"}),
        ),
        last("created", json!([message("m", &["Grüße 🦀"])])),
        last("completed", json!([message("m", &["Grüße 🦀"])])),
        last(
            "incomplete",
            json!([message("m", &["Grüße"]), message("n", &[" 🦀"])]),
        ),
        last("failed", json!([message("m", &["Grüße 🦀"])])),
        last("done", json!([message("m", &["Grüße 🦀"])])),
        json!({"type": "response.completed", "response": {"id": "r", "output": [], "output_text": "Grüße 🦀"}}),
        json!({"type": "response.content_part.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "Grüße 🦀"}),
    ] {
        check(std::slice::from_ref(&event), &["Grüße 🦀"]);
        if event["response"].is_null() {
            for output in [
                json!([]),
                json!([message("m", &["Grüße 🦀"])]),
                json!([message("x", &["Grüße 🦀"])]),
            ] {
                let mut output_text = last("completed", output);
                output_text["response"]["output_text"] = json!("Grüße 🦀");
                check(&[event.clone(), output_text], &["Grüße 🦀"]);
            }
        }
    }
}

#[test]
fn each_event_adds_what_those_before_it_lack() {
    check(&[delta(0, "Hel"), text_done(0, "Hello")], &["Hel", "lo"]);
    check(
        &[
            item("added", message("m", &[])),
            part("added", 0, ""),
            delta(0, "a"),
            text_done(0, "aé"),
            part("done", 0, "aé🦀"),
            item("done", message("m", &["aé🦀b", "c"])),
            last(
                "completed",
                json!([message("m", &["aé🦀b", "cd"]), message("n", &["e"])]),
            ),
        ],
        &["a", "é", "🦀", "bc", "de"],
    );
}

#[test]
fn a_part_that_comes_late_is_not_lost() {
    let (pieces, text) = read(&[delta(1, "b"), item("done", message("m", &["a", "b"]))]);
    assert_eq!((pieces.concat().as_str(), text.as_str()), ("ba", "ab"));
    let (pieces, text) = read(&[
        delta(1, "b"),
        last("completed", json!([message("m", &["a", "b"])])),
    ]);
    assert_eq!((pieces.concat().as_str(), text.as_str()), ("ba", "ab"));
    // The sender splits the text in another way.
    check(
        &[
            delta(0, "Hel"),
            delta(1, "lo"),
            item("done", message("m", &["Hello!"])),
        ],
        &["Hel", "lo", "!"],
    );
    check(
        &[
            delta(0, "Hello"),
            last(
                "completed",
                json!([message("x", &["Hel"]), message("y", &["lo!"])]),
            ),
        ],
        &["Hello", "!"],
    );
}

#[test]
fn text_that_contradicts_what_was_told_is_never_told() {
    for end in [
        text_done(0, "Hello, world"),
        part("done", 0, "Hello, world"),
        item("done", message("m", &["Hello, world"])),
        last("completed", json!([message("m", &["Hello, world"])])),
        last("completed", json!([message("x", &["Hello, world"])])),
    ] {
        let (pieces, text) = read(&[delta(0, "Hello wrld"), end]);
        assert_eq!(pieces, ["Hello wrld"]);
        assert_eq!(text, "Hello, world");
    }
    // Shorter, then whole again.
    check(
        &[
            delta(0, "Hello"),
            text_done(0, "Hel"),
            item("done", message("m", &["Hello"])),
            last("completed", json!([message("m", &["Hello!"])])),
        ],
        &["Hello", "!"],
    );
}

#[test]
fn deltas_may_repeat_or_continue_the_text_that_a_part_began_with() {
    for begin in [
        part("added", 0, "Hel"),
        item("added", message("m", &["Hel"])),
        last("created", json!([message("m", &["Hel"])])),
    ] {
        check(&[begin.clone(), delta(0, "lo")], &["Hel", "lo"]);
        check(
            &[begin.clone(), delta(0, "H"), delta(0, "el"), delta(0, "lo")],
            &["Hel", "lo"],
        );
        check(&[begin.clone(), delta(0, "Hello")], &["Hel", "lo"]);
        check(
            &[begin.clone(), delta(0, "He"), delta(0, "!")],
            &["Hel", "He!"],
        );
        check(
            &[begin.clone(), delta(0, "Hel"), text_done(0, "Hel")],
            &["Hel"],
        );
        check(
            &[begin, text_done(0, "Hello"), delta(0, "")],
            &["Hel", "lo"],
        );
    }
}

#[test]
fn refusals_reasoning_and_late_events_are_not_text() {
    let refusal = json!({"type": "response.refusal.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "No."});
    let refused = json!({"type": "response.refusal.done", "item_id": "m", "output_index": 0, "content_index": 0, "refusal": "No."});
    let more = json!({"type": "response.content_part.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "No."});
    check(&[refusal.clone(), more, refused], &[]);
    // A refusal and text with one number are two parts.
    check(
        &[delta(0, "Well. "), refusal, delta(0, "Sorry.")],
        &["Well. ", "Sorry."],
    );
    let thought = json!({"type": "response.reasoning_text.delta", "item_id": "rs", "output_index": 0, "content_index": 0, "delta": "Hm"});
    check(&[thought, delta(0, "Yes")], &["Yes"]);
    check(
        &[
            last("completed", json!([message("m", &["a"])])),
            delta(0, "b"),
            text_done(0, "c"),
        ],
        &["a"],
    );
}

#[test]
fn messages_under_one_index_keep_their_texts_apart() {
    let call = json!({"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": "{}"});
    check(
        &[
            item("done", call.clone()),
            text_done(0, "Hello"),
            item("done", message("m", &["Hello"])),
            last("completed", json!([call, message("m", &["Hello"])])),
        ],
        &["Hello"],
    );
}
