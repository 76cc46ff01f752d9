//! Messages of servers that differ from Anthropic's own, and the parts of a request that change the
//! reply.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use std::sync::Arc;

use orouter_protocols::{ReplyContext, ReplyReader, ToolKind};
use orouter_wire::{ContentPart, Item, StreamEvent};
use reply_support::anthropic::{
    begin, delta, ended, input, is_cut, last, message, outline, response, start, stop, text, tool,
};
use reply_support::{
    anthropic_reader, events_of, events_of_frames, names_of, response_of, whole, without_ids,
    wrapped,
};
use serde_json::{Value, json};

#[test]
fn a_reply_with_a_stop_reason_needs_no_mark() {
    let reader = anthropic_reader(&[]);
    let text = begin(0, json!({"type": "text", "text": "a"}));
    for rest in [
        vec![ended("end_turn")],
        vec![ended("end_turn"), json!("[DONE]")],
        vec![ended("end_turn"), last(), json!("[DONE]")],
        vec![json!("[DONE]")],
        vec![last()],
    ] {
        let mut events = vec![start(), text.clone()];
        events.extend(rest);
        let found = response_of(&events_of(&*reader, &events));
        assert_eq!(found.status.as_str(), "completed");
        assert_eq!(outline(&found), ["text a"]);
    }
}

#[test]
fn the_beginning_of_the_same_message_may_come_again() {
    let reader = anthropic_reader(&[]);
    let text = begin(0, json!({"type": "text", "text": "a"}));
    let mut unnamed = start();
    unnamed["message"].as_object_mut().unwrap().remove("id");
    for again in [start(), unnamed] {
        let events = [
            start(),
            again.clone(),
            text.clone(),
            again,
            stop(0),
            ended("end_turn"),
            last(),
        ];
        assert_eq!(
            outline(&response_of(&events_of(&*reader, &events))),
            ["text a"]
        );
    }
}

#[test]
fn the_beginning_of_another_message_is_a_failure_once_there_is_content() {
    let reader = anthropic_reader(&[]);
    let mut other = start();
    other["message"]["id"] = json!("msg_2");
    let text = begin(0, json!({"type": "text", "text": "a"}));
    let events = [
        start(),
        text.clone(),
        other.clone(),
        text.clone(),
        ended("end_turn"),
        last(),
    ];
    let events = events_of(&*reader, &events);
    assert!(events.last().unwrap().is_failure());
    assert!(events.iter().all(|event| event.response().is_none()));
    let empty = begin(0, json!({"type": "text", "text": ""}));
    let events = [start(), empty, other, text, ended("end_turn"), last()];
    assert_eq!(
        outline(&response_of(&events_of(&*reader, &events))),
        ["text a"]
    );
}

#[test]
fn the_beginning_of_a_message_may_have_content() {
    let reader = anthropic_reader(&[]);
    let mut begun = start();
    begun["message"]["content"] = json!([{"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}}, {"type": "text", "text": ""}]);
    begun["message"]["stop_reason"] = json!("tool_use");
    let expected = ["call a f {\"x\": 1} completed".replace(": ", ":")];
    let events = [begun.clone(), last()];
    assert_eq!(
        outline(&response_of(&events_of(&*reader, &events))),
        expected
    );
    // The block may begin once more.
    let events = [
        begun.clone(),
        begin(0, tool("a", "f")),
        input(0, "{\"x\":1}"),
        stop(0),
        begin(1, json!({"type": "text", "text": ""})),
        text(1, "b"),
        stop(1),
        ended("tool_use"),
        last(),
    ];
    let found = outline(&response_of(&events_of(&*reader, &events)));
    assert_eq!(found, [expected[0].as_str(), "text b"]);
    // The stop reason does not make a cut stream whole.
    assert!(is_cut(&events_of(&*reader, &[begun])));
}

#[test]
fn unknown_events_and_members_are_left_out() {
    let reader = anthropic_reader(&[]);
    let middle = vec![
        json!({"type": "new_event", "index": 0, "text": "x"}),
        json!("null"),
        json!(": comment"),
        begin(
            0,
            json!({"type": "text", "text": null, "citations": null, "new": 1}),
        ),
        delta(0, json!({"type": "new_delta", "new": "x"})),
        delta(0, json!({"type": "text_delta", "text": 5})),
        text(0, "a"),
        json!({"type": "content_block_delta", "index": 0, "delta": null}),
        json!({"type": "content_block_start", "index": 1}),
        json!({"type": "message_delta", "usage": null}),
        stop(9),
        stop(0),
    ];
    let found = response_of(&events_of(&*reader, &message(middle, "end_turn")));
    assert_eq!(outline(&found), ["text a"]);
    // Events without a type have that of the frame.
    let frames: Vec<(String, String)> = message(
        vec![begin(0, json!({"type": "text", "text": "a"}))],
        "end_turn",
    )
    .into_iter()
    .map(|mut event| {
        let name = event["type"].as_str().unwrap().to_owned();
        event.as_object_mut().unwrap().remove("type");
        (name, event.to_string())
    })
    .collect();
    assert_eq!(
        outline(&response_of(&events_of_frames(&*reader, &frames))),
        ["text a"]
    );
}

#[test]
fn bodies_without_content_cannot_be_read() {
    let reader = anthropic_reader(&[]);
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "<html>",
        r#"{"type":"message"}"#,
        r#"{"type":"message","content":[]}"#,
        r#"{"choices":[]}"#,
    ] {
        assert!(reader.body(&bytes::Bytes::from(body)).is_err(), "{body}");
    }
    // A string is a text block.
    let found = whole(
        &*reader,
        &json!({"content": "a", "stop_reason": "end_turn"}),
    );
    assert_eq!(outline(&found), ["text a"]);
    // Odd blocks cost nothing else.
    let content =
        json!([null, 1, {"type": "text", "text": "a"}, "x", {"type": "text", "text": ["b"]}]);
    let found = whole(
        &*reader,
        &json!({"content": content, "stop_reason": "end_turn"}),
    );
    assert_eq!(outline(&found), ["text a"]);
    let found = whole(
        &*reader,
        &json!({"type": "message", "content": [], "stop_reason": "end_turn"}),
    );
    assert_eq!(outline(&found), Vec::<String>::new());
}

#[test]
fn names_of_tools_are_turned_back() {
    let reader = anthropic_reader(&[
        ("shell", "shell", None, ToolKind::Custom),
        ("ns__g", "g", Some("ns"), ToolKind::Function),
    ]);
    let middle = vec![
        begin(0, tool("a", "shell")),
        input(0, "{\"input\":\"ls"),
        input(0, " -l\"}"),
        stop(0),
        begin(1, tool("b", "ns__g")),
        stop(1),
        begin(2, tool("c", "unknown")),
        stop(2),
    ];
    let found = response_of(&events_of(&*reader, &message(middle, "tool_use")));
    let Item::CustomToolCall(shell) = &found.output[0] else {
        panic!("{:?}", found.output[0]);
    };
    assert_eq!(
        (&*shell.call_id, &*shell.name, &*shell.input),
        ("a", "shell", "ls -l")
    );
    let Item::FunctionCall(call) = &found.output[1] else {
        panic!("{:?}", found.output[1]);
    };
    assert_eq!((&*call.name, call.namespace.as_deref()), ("g", Some("ns")));
    assert_eq!(outline(&found)[2], "call c unknown {} completed");
}

#[test]
fn ids_of_calls_are_unique() {
    let middle = vec![
        begin(0, tool("a", "f")),
        stop(0),
        begin(1, tool("a", "f")),
        stop(1),
        begin(2, tool("", "f")),
        stop(2),
    ];
    let found = response(middle, "tool_use");
    let mut ids: Vec<&str> = found.function_calls().map(|call| &*call.call_id).collect();
    assert_eq!(ids[0], "a");
    assert!(ids.iter().all(|id| !id.is_empty()));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

fn output_reader() -> Arc<dyn ReplyReader> {
    let names = names_of(&[("f", "f", None, ToolKind::Function)]);
    orouter_protocols::anthropic::reader(ReplyContext::new(names).answer_tool("output"))
}

#[test]
fn the_input_of_the_output_tool_is_text() {
    let reader = output_reader();
    for (middle, expected) in [
        (
            vec![
                begin(0, tool("a", "output")),
                input(0, "{\"x\":"),
                input(0, "1}"),
                stop(0),
            ],
            vec!["text {\"x\":1}"],
        ),
        (
            vec![
                begin(
                    0,
                    json!({"type": "tool_use", "id": "a", "name": "output", "input": {"x":1}}),
                ),
                stop(0),
            ],
            vec!["text {\"x\":1}"],
        ),
        (
            vec![begin(0, tool("a", "output")), stop(0)],
            vec!["text {}"],
        ),
        (
            vec![
                begin(
                    0,
                    json!({"type": "thinking", "thinking": "hm", "signature": "s"}),
                ),
                stop(0),
                begin(1, json!({"type": "text", "text": "Here:"})),
                stop(1),
                begin(2, tool("a", "output")),
                input(2, "{}"),
                stop(2),
                begin(3, tool("b", "f")),
                stop(3),
            ],
            vec![
                "thinking hm s -",
                "text Here:",
                "text {}",
                "call b f {} completed",
            ],
        ),
    ] {
        let found = response_of(&events_of(&*reader, &message(middle, "tool_use")));
        assert_eq!(outline(&found), expected);
        assert_eq!(found.status.as_str(), "completed");
    }
    // Nothing is made up for a call that is cut.
    let middle = vec![begin(0, tool("a", "output")), stop(0)];
    let found = response_of(&events_of(&*reader, &message(middle, "max_tokens")));
    assert_eq!(outline(&found), Vec::<String>::new());
    let body = json!({"type": "message", "stop_reason": "tool_use", "content": [
        {"type": "tool_use", "id": "a", "name": "output", "input": {"x": 1}},
    ]});
    assert_eq!(outline(&whole(&*reader, &body)), ["text {\"x\":1}"]);
}

#[test]
fn citations_are_annotations_of_their_text() {
    let source = |url: &str| json!({"type": "web_search_result_location", "url": url, "title": "T", "cited_text": "c", "encrypted_index": "E"});
    let middle = vec![
        begin(0, json!({"type": "text", "text": ""})),
        text(0, "é "),
        stop(0),
        begin(1, json!({"type": "text", "text": "", "citations": []})),
        delta(
            1,
            json!({"type": "citations_delta", "citation": source("https://a.example/")}),
        ),
        text(1, "naïve"),
        delta(
            1,
            json!({"type": "citations_delta", "citation": source("https://b.example/")}),
        ),
        delta(
            1,
            json!({"type": "citations_delta", "citation": source("https://b.example/")}),
        ),
        stop(1),
    ];
    let reader = anthropic_reader(&[]);
    let events = events_of(&*reader, &message(middle, "end_turn"));
    let found = response_of(&events);
    let Item::Message(message) = &found.output[0] else {
        panic!();
    };
    let ranges: Vec<Vec<(String, u64, u64)>> = message
        .parts()
        .iter()
        .map(|part| {
            let ContentPart::OutputText(part) = part else {
                panic!();
            };
            let annotations = part.annotations.iter().flatten();
            annotations
                .map(|annotation| {
                    let json: Value =
                        serde_json::from_str(&orouter_wire::to_string(annotation)).unwrap();
                    (
                        json["url"].as_str().unwrap().to_owned(),
                        json["start_index"].as_u64().unwrap(),
                        json["end_index"].as_u64().unwrap(),
                    )
                })
                .collect()
        })
        .collect();
    assert_eq!(
        ranges,
        [
            vec![],
            vec![
                ("https://a.example/".to_owned(), 0, 5),
                ("https://b.example/".to_owned(), 0, 5)
            ]
        ]
    );
    let added = wrapped(&events)
        .iter()
        .filter(|event| matches!(event, StreamEvent::OutputTextAnnotationAdded(_)))
        .count();
    assert_eq!(added, 2);
}

#[test]
fn a_stream_and_a_body_with_the_same_message_are_the_same_response() {
    let reader = anthropic_reader(&[]);
    let content = json!([
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "e"},
        {"type": "text", "text": "a"},
        {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
    ]);
    let body = json!({"type": "message", "id": "msg_1", "model": "claude-x", "content": content, "stop_reason": "tool_use", "usage": {"input_tokens": 1, "output_tokens": 2}});
    let expected = without_ids(&whole(&*reader, &body));
    // A whole message may come as one event.
    let events = events_of(&*reader, std::slice::from_ref(&body));
    assert_eq!(without_ids(&response_of(&events)), expected);
    let mut begun = start();
    begun["message"]["usage"] = json!({"input_tokens": 1, "output_tokens": 1});
    let mut events = vec![begun];
    for (index, block) in (0..).zip(content.as_array().unwrap()) {
        events.extend([begin(index, block.clone()), stop(index)]);
    }
    events.push(json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 2}}));
    events.push(last());
    let events = events_of(&*reader, &events);
    assert_eq!(without_ids(&response_of(&events)), expected);
}

#[test]
fn a_reply_is_bounded() {
    let reader = anthropic_reader(&[]);
    let many = |block: &dyn Fn(i64) -> Value| {
        let mut events = vec![start()];
        events.extend((0..5000).map(|index| begin(index, block(index))));
        events.push(ended("end_turn"));
        let events = events_of(&*reader, &events);
        assert!(events.last().unwrap().is_failure());
        events.len()
    };
    assert!(many(&|_| json!({"type": "server_tool_use", "name": "x"})) < 5000);
    assert!(many(&|index| tool(&index.to_string(), "f")) < 20_000);
    let blocks: Vec<Value> = (0..5000)
        .map(|_| json!({"type": "redacted_thinking", "data": "e"}))
        .collect();
    let body = json!({"content": blocks, "stop_reason": "end_turn"}).to_string();
    let event = reader.body(&bytes::Bytes::from(body)).unwrap().event;
    assert!(event.is_failure());
}
