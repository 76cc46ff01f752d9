//! Defects that translators of Chat Completions streams have had: one test for each.

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

mod reply_support;

use orouter_protocols::ToolKind;
use orouter_protocols::{Notes, Protocol, RequestSource, Target};
use orouter_wire::{EventClass, Item, Response, StreamEvent};
use reply_support::{events_of, reader_with, response_of, streamed, whole, wrapped};
use serde_json::{Value, json};

fn delta(delta: Value) -> Value {
    json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]})
}

fn text(text: &str) -> Value {
    delta(json!({"content": text}))
}

fn finish(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

fn calls(calls: Value) -> Value {
    delta(json!({"tool_calls": calls}))
}

/// The calls of a response: name and arguments.
fn calls_of(response: &Response) -> Vec<(String, String)> {
    let mut ids: Vec<&str> = response
        .function_calls()
        .map(|call| &*call.call_id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        ids.len(),
        response.function_calls().count(),
        "call ids are unique"
    );
    assert!(ids.iter().all(|id| !id.is_empty()));
    let calls = response.function_calls();
    calls
        .map(|call| (call.name.clone(), call.arguments.clone()))
        .collect()
}

fn pairs(calls: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(name, arguments): &(&str, &str)| ((*name).to_owned(), (*arguments).to_owned());
    calls.iter().map(own).collect()
}

/// The kinds of the output's items.
fn kinds(response: &Response) -> Vec<&str> {
    response.output.iter().map(Item::kind).collect()
}

#[test]
fn trap_01_parallel_calls_do_not_merge() {
    let reader = reader_with(&[]);
    let (a, b) = (r#"{"x":1}"#, r#"{"y":2}"#);
    let call = |index: Value, id: Value, name: &str, arguments: &str| json!({"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
    let null = Value::Null;
    let expected = pairs(&[("first", a), ("second", b)]);
    for (title, chunks) in [
        (
            "an index for each",
            vec![
                calls(json!([call(json!(0), json!("c0"), "first", "")])),
                calls(json!([{"index": 0, "function": {"arguments": "{\"x\""}}])),
                calls(json!([call(json!(1), json!("c1"), "second", "")])),
                calls(
                    json!([{"index": 0, "function": {"arguments": ":1}"}}, {"index": 1, "function": {"arguments": b}}]),
                ),
            ],
        ),
        (
            "whole calls, all with index 0",
            vec![
                calls(json!([call(json!(0), json!("c0"), "first", a)])),
                calls(json!([call(json!(0), json!("c1"), "second", b)])),
            ],
        ),
        (
            "whole calls, index 0, no ids",
            vec![
                calls(json!([call(json!(0), null.clone(), "first", a)])),
                calls(json!([call(json!(0), json!(""), "second", b)])),
            ],
        ),
        (
            "whole calls, index 0, one id",
            vec![
                calls(json!([call(json!(0), json!("call"), "first", a)])),
                calls(json!([call(json!(0), json!("call"), "second", b)])),
            ],
        ),
        (
            "an index for each, one id",
            vec![calls(json!([
                call(json!(0), json!("call"), "first", a),
                call(json!(1), json!("call"), "second", b)
            ]))],
        ),
        (
            "neither index nor id",
            vec![calls(json!([
                call(null.clone(), null.clone(), "first", a),
                call(null.clone(), null.clone(), "second", b)
            ]))],
        ),
        (
            "ids only",
            vec![
                calls(json!([call(null.clone(), json!("c0"), "first", a)])),
                calls(json!([call(null.clone(), json!("c1"), "second", b)])),
            ],
        ),
        (
            "one list with index 0",
            vec![calls(json!([
                call(json!(0), null.clone(), "first", a),
                call(json!(0), null.clone(), "second", b)
            ]))],
        ),
        (
            "the id in every chunk, pieces by id",
            vec![
                calls(json!([call(null.clone(), json!("c0"), "first", "{\"x\"")])),
                calls(json!([{"id": "c1", "function": {"name": "second", "arguments": "{\"y\""}}])),
                calls(json!([{"id": "c0", "function": {"arguments": ":1}"}}])),
                calls(json!([{"id": "c1", "function": {"arguments": ":2}"}}])),
            ],
        ),
        (
            "one index, interleaved, told apart by ids",
            vec![
                calls(json!([call(json!(0), json!("c0"), "first", "{\"x\"")])),
                calls(json!([call(json!(0), json!("c1"), "second", "{\"y\"")])),
                calls(json!([{"index": 0, "id": "c0", "function": {"arguments": ":1}"}}])),
                calls(json!([{"index": 0, "id": "c1", "function": {"arguments": ":2}"}}])),
            ],
        ),
        (
            "one index, interleaved, with the names in each piece",
            vec![
                calls(json!([call(json!(0), json!("c0"), "first", "{\"x\"")])),
                calls(json!([
                    call(json!(0), json!("c1"), "second", "{\"y\""),
                    call(json!(0), json!("c0"), "first", ":1}")
                ])),
                calls(json!([call(json!(0), json!("c1"), "second", ":2}")])),
            ],
        ),
        (
            "one index, announced first, pieces without an id for the last call",
            vec![
                calls(json!([call(json!(0), json!("c0"), "first", "")])),
                calls(json!([call(json!(0), json!("c1"), "second", "")])),
                calls(json!([{"index": 0, "id": "c0", "function": {"arguments": a}}])),
                calls(json!([{"index": 0, "function": {"arguments": "{\"y\""}}])),
                calls(json!([{"index": 0, "function": {"arguments": ":2}"}}])),
            ],
        ),
        (
            "an index for each, and one id in every piece",
            vec![
                calls(json!([call(json!(0), json!("call"), "first", "{\"x\"")])),
                calls(json!([call(json!(1), json!("call"), "second", "{\"y\"")])),
                calls(json!([{"index": 0, "id": "call", "function": {"arguments": ":1}"}}])),
                calls(json!([{"index": 1, "id": "call", "function": {"arguments": ":2}"}}])),
            ],
        ),
        (
            "a made up id in every piece",
            vec![
                calls(json!([call(json!(0), json!("r0"), "first", "")])),
                calls(json!([{"index": 0, "id": "r1", "function": {"arguments": "{\"x\""}}])),
                calls(json!([{"index": 0, "id": "r2", "function": {"arguments": ":1}"}}])),
                calls(json!([call(json!(1), json!("r3"), "second", "")])),
                calls(json!([{"index": 1, "id": "r4", "function": {"arguments": b}}])),
            ],
        ),
        (
            "indexes with gaps",
            vec![calls(json!([
                call(json!(3), json!("c0"), "first", a),
                call(json!(7), json!("c1"), "second", b)
            ]))],
        ),
        (
            "arguments as objects",
            vec![calls(json!([
                {"index": 0, "id": "c0", "function": {"name": "first", "arguments": {"x":1}}},
                {"index": 1, "id": "c1", "function": {"name": "second", "arguments": {"y":2}}},
            ]))],
        ),
    ] {
        let mut chunks = chunks;
        chunks.push(finish("tool_calls"));
        let response = streamed(&*reader, &chunks);
        assert_eq!(calls_of(&response), expected, "{title}");
        assert_eq!(response.status.as_str(), "completed");
    }
}

#[test]
fn trap_01_two_calls_of_one_tool_without_arguments_stay_two() {
    let reader = reader_with(&[("now", "now", None, ToolKind::Function)]);
    let call = |index: Value| json!({"index": index, "function": {"name": "now", "arguments": ""}});
    for chunk in [
        json!([call(json!(0)), call(json!(1))]),
        json!([call(json!(0)), call(json!(0))]),
        json!([call(Value::Null), call(Value::Null)]),
    ] {
        let response = streamed(&*reader, &[calls(chunk), finish("tool_calls")]);
        assert_eq!(calls_of(&response), pairs(&[("now", "{}"), ("now", "{}")]));
    }
}

#[test]
fn trap_01_calls_keep_the_ids_of_the_provider() {
    let reader = reader_with(&[]);
    let call = |id: &str, name: &str, arguments: &str| json!({"index": 0, "id": id, "function": {"name": name, "arguments": arguments}});
    let chunks = [
        calls(json!([call("c0", "f", "{")])),
        calls(json!([call("c1", "g", "{")])),
        calls(json!([call("c0", "", "}")])),
        calls(json!([call("c1", "", "}")])),
        finish("tool_calls"),
    ];
    let response = streamed(&*reader, &chunks);
    let ids: Vec<&str> = response
        .function_calls()
        .map(|call| &*call.call_id)
        .collect();
    assert_eq!(ids, ["c0", "c1"]);
    assert_eq!(calls_of(&response), pairs(&[("f", "{}"), ("g", "{}")]));
}

#[test]
fn trap_02_argument_deltas_make_up_the_arguments() {
    let reader = reader_with(&[]);
    let named = |arguments: Value| json!([{"index": 0, "id": "c", "function": {"name": "f", "arguments": arguments}}]);
    let more = |arguments: &str| calls(json!([{"index": 0, "function": {"arguments": arguments}}]));
    for (title, pieces, expected) in [
        ("none", vec![calls(named(Value::Null))], "{}"),
        ("an empty string", vec![calls(named(json!("")))], "{}"),
        ("an empty object", vec![calls(named(json!({})))], "{}"),
        (
            "an empty object in a string",
            vec![calls(named(json!("{}")))],
            "{}",
        ),
        (
            "an empty object, twice",
            vec![calls(named(json!("{}"))), more("{}")],
            "{}",
        ),
        (
            "an empty object before the real ones",
            vec![calls(named(json!("{}"))), more("{\"a\""), more(":1}")],
            "{\"a\":1}",
        ),
        (
            "pieces",
            vec![
                calls(named(json!(""))),
                more("{\"a"),
                more("\":\"}"),
                more("\"}"),
            ],
            "{\"a\":\"}\"}",
        ),
        (
            "repeated at the end",
            vec![
                calls(named(json!("{\"a\""))),
                more(":1}"),
                more("{\"a\":1}"),
            ],
            "{\"a\":1}",
        ),
        (
            "the name in each chunk",
            vec![calls(named(json!("{\"a\""))), calls(named(json!(":1}")))],
            "{\"a\":1}",
        ),
        (
            "white space first",
            vec![calls(named(json!(" "))), more("{\"a\":1}")],
            " {\"a\":1}",
        ),
    ] {
        let mut chunks = pieces;
        chunks.push(finish("tool_calls"));
        let response = streamed(&*reader, &chunks);
        assert_eq!(calls_of(&response), pairs(&[("f", expected)]), "{title}");
    }
}

#[test]
fn trap_02_a_call_may_come_in_very_many_pieces() {
    // Each piece ends like an object. The time grows with the number of pieces, not its square.
    let reader = reader_with(&[]);
    let piece = |name: &str, arguments: &str| json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": name, "arguments": arguments}}]}}]});
    for name in ["f", ""] {
        let mut chunks = vec![piece("f", "{\"a\":[{}")];
        chunks.resize(50_000, piece(name, ",{}"));
        chunks.push(piece(name, "]}"));
        chunks.push(finish("tool_calls"));
        let expected = format!("{{\"a\":[{{}}{}]}}", ",{}".repeat(49_999));
        let response = streamed(&*reader, &chunks);
        assert!(calls_of(&response) == pairs(&[("f", &expected)]));
    }
}

#[test]
fn trap_02_names_may_come_in_pieces_or_repeated() {
    let reader = reader_with(&[]);
    let piece = |name: &str, arguments: &str| {
        calls(json!([{"index": 0, "function": {"name": name, "arguments": arguments}}]))
    };
    for chunks in [
        vec![piece("get_", ""), piece("weather", ""), piece("", "{}")],
        vec![
            piece("get_weather", ""),
            piece("get_weather", "{"),
            piece("get_weather", "}"),
        ],
        vec![
            calls(json!([{"index": 0, "id": "c"}])),
            piece("get_weather", "{}"),
        ],
        vec![
            calls(json!([{"index": 0, "id": "c", "function": {"arguments": "{"}}])),
            piece("get_weather", "}"),
        ],
    ] {
        let mut chunks = chunks;
        chunks.push(finish("tool_calls"));
        assert_eq!(
            calls_of(&streamed(&*reader, &chunks)),
            pairs(&[("get_weather", "{}")])
        );
    }
}

#[test]
fn trap_05_the_translator_leaves_numbers_to_the_server() {
    let reader = reader_with(&[]);
    let events = events_of(&*reader, &[text("a"), finish("stop"), json!("[DONE]")]);
    assert!(events.iter().all(|event| event.sequence_number().is_none()));
    response_of(&events);
}

#[test]
fn trap_06_signatures_and_encrypted_reasoning_are_kept() {
    let reader = reader_with(&[]);
    let details = |details: Value| delta(json!({"content": "", "reasoning_details": details}));
    let format = "anthropic-claude-v1";
    let response = streamed(
        &*reader,
        &[
            details(
                json!([{"type": "reasoning.text", "text": "Let me", "format": format, "index": 0}]),
            ),
            details(
                json!([{"type": "reasoning.text", "text": " think", "format": format, "index": 0}]),
            ),
            details(
                json!([{"type": "reasoning.text", "signature": "sig0", "format": format, "index": 0}]),
            ),
            details(
                json!([{"type": "reasoning.text", "text": "More", "format": format, "index": 1}]),
            ),
            details(
                json!([{"type": "reasoning.text", "signature": "sig1", "format": format, "index": 1}]),
            ),
            details(
                json!([{"type": "reasoning.encrypted", "data": "xyz", "format": format, "index": 2}]),
            ),
            text("Done"),
            finish("stop"),
        ],
    );
    let items: Vec<Value> = response
        .output
        .iter()
        .map(|item| {
            let mut item: Value = serde_json::from_str(&orouter_wire::to_string(item)).unwrap();
            item.as_object_mut().unwrap().remove("id");
            item
        })
        .collect();
    let signed = |text: &str, signature: &str| {
        json!({
            "type": "reasoning", "status": "completed", "summary": [], "format": format,
            "content": [{"type": "reasoning_text", "text": text}], "signature": signature,
        })
    };
    assert_eq!(
        items[..3],
        [
            signed("Let me think", "sig0"),
            signed("More", "sig1"),
            json!({"type": "reasoning", "status": "completed", "summary": [], "format": format, "encrypted_content": "xyz"}),
        ]
    );
    assert_eq!(items[3]["content"][0]["text"], "Done");
}

#[test]
fn trap_06_reasoning_data_after_the_text_is_kept() {
    let reader = reader_with(&[]);
    let encrypted = json!([{"type": "reasoning.encrypted", "data": "xyz", "id": "rs_1", "format": "openai-responses-v1", "index": 0}]);
    let chunks = [
        delta(
            json!({"reasoning": "Hm", "reasoning_details": [{"type": "reasoning.summary", "summary": "Hm", "format": "openai-responses-v1", "index": 0}]}),
        ),
        text("Hel"),
        delta(json!({"reasoning_details": encrypted})),
        text("lo"),
        finish("stop"),
    ];
    let response = streamed(&*reader, &chunks);
    assert_eq!(kinds(&response), ["reasoning", "message", "reasoning"]);
    assert_eq!(response.output_text(), "Hello");
    assert_eq!(response.reasoning_text().as_deref(), Some("Hm"));
    let last = response.output[2].as_reasoning().unwrap();
    assert_eq!(last.encrypted_content.as_deref(), Some("xyz"));
    assert_eq!(last.id.as_deref(), Some("rs_1"));
    assert_eq!(
        last.format.as_ref().unwrap().as_str(),
        "openai-responses-v1"
    );
}

/// Returns the calls that the next request sends back for the output of a response.
fn sent_back(response: &Response) -> Vec<Value> {
    let mut input: Vec<Value> = Vec::new();
    for item in &response.output {
        input.push(serde_json::from_str(&orouter_wire::to_string(item)).unwrap());
        let kind = format!("{}_output", item.kind());
        input.push(json!({"type": kind, "call_id": item.call_id().unwrap(), "output": "ok"}));
    }
    let body = json!({"model": "m", "input": input}).to_string();
    let request = orouter_wire::from_str(&body).unwrap();
    let body = body.into();
    let source = RequestSource::new(&request, &body);
    let sent = Protocol::Chat
        .request(&source, &Target::new("m"), &Notes::default())
        .unwrap();
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    let messages = body["messages"].as_array().unwrap();
    let calls = messages
        .iter()
        .filter_map(|message| message["tool_calls"].as_array());
    calls.flatten().cloned().collect()
}

#[test]
fn trap_08_signatures_of_calls_return_with_the_next_request() {
    let tools = [("c", "custom", None, ToolKind::Custom)];
    let reader = reader_with(&tools);
    let seal = |text: &str| json!({"google": {"thought_signature": text}});
    let call = |extra: Value| json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}, "extra_content": extra});
    let only = |extra: Value| json!({"index": 0, "extra_content": extra});
    let more =
        |extra: Value| json!({"index": 0, "function": {"arguments": "}"}, "extra_content": extra});
    let first = json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}});
    let custom = json!({"index": 0, "id": "a", "function": {"name": "c", "arguments": "{\"input\":\"x\"}"}, "extra_content": seal("A")});
    let direct = json!({"index": 0, "id": "a", "custom": {"name": "g", "input": "x"}, "extra_content": seal("A")});
    for (title, pieces, expected) in [
        ("whole", vec![call(seal("A"))], seal("A")),
        (
            "before the call",
            vec![
                json!({"index": 0, "id": "a", "extra_content": seal("A")}),
                first.clone(),
                more(json!(null)),
            ],
            seal("A"),
        ),
        (
            "with a later piece",
            vec![first.clone(), more(seal("A"))],
            seal("A"),
        ),
        ("alone", vec![call(json!(null)), only(seal("A"))], seal("A")),
        (
            "alone, without an index",
            vec![call(json!(null)), json!({"extra_content": seal("A")})],
            seal("A"),
        ),
        (
            "the last counts",
            vec![call(seal("A")), only(seal("B"))],
            seal("B"),
        ),
        (
            "null changes nothing",
            vec![call(seal("A")), only(json!(null))],
            seal("A"),
        ),
        (
            "other types change nothing",
            vec![call(seal("A")), only(json!("x")), only(json!(["y"]))],
            seal("A"),
        ),
        ("none", vec![call(json!(null))], Value::Null),
        ("a custom tool", vec![custom], seal("A")),
        ("a custom call", vec![direct], seal("A")),
    ] {
        let mut chunks: Vec<Value> = pieces
            .into_iter()
            .map(|piece| calls(json!([piece])))
            .collect();
        chunks.push(finish("tool_calls"));
        let response = streamed(&*reader, &chunks);
        let sent = sent_back(&response);
        assert_eq!(sent.len(), 1, "{title}");
        assert_eq!(sent[0]["extra_content"], expected, "{title}");
    }
    // Only the calls with a signature have one; a body is read like a stream.
    let second = json!({"index": 1, "id": "b", "function": {"name": "g", "arguments": "{}"}});
    let both = json!([call(seal("A")), second]);
    let body =
        json!({"choices": [{"message": {"tool_calls": both}, "finish_reason": "tool_calls"}]});
    for response in [
        whole(&*reader, &body),
        streamed(&*reader, &[calls(both), finish("tool_calls")]),
    ] {
        let sent = sent_back(&response);
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0]["extra_content"], seal("A"));
        assert!(sent[1].get("extra_content").is_none());
    }
}

#[test]
fn trap_09_items_keep_the_order_of_the_reply() {
    let reader = reader_with(&[]);
    let response = streamed(
        &*reader,
        &[
            delta(json!({"reasoning_content": "first"})),
            text("one"),
            delta(json!({"reasoning_content": "second"})),
            text("two"),
            calls(json!([{"index": 0, "id": "c0", "function": {"name": "f", "arguments": "{"}}])),
            text("three"),
            calls(json!([{"index": 0, "function": {"arguments": "}"}}])),
            text(" and four"),
            calls(json!([{"index": 1, "id": "c1", "function": {"name": "g", "arguments": "{}"}}])),
            finish("tool_calls"),
        ],
    );
    assert_eq!(
        kinds(&response),
        [
            "reasoning",
            "message",
            "reasoning",
            "message",
            "function_call",
            "message",
            "function_call"
        ]
    );
    let texts: Vec<String> = response
        .messages()
        .map(orouter_wire::Message::text)
        .collect();
    assert_eq!(texts, ["one", "two", "three and four"]);
    assert_eq!(calls_of(&response), pairs(&[("f", "{}"), ("g", "{}")]));
}

#[test]
fn trap_10_a_refusal_is_a_refusal() {
    let reader = reader_with(&[]);
    let chunks = [
        delta(json!({"role": "assistant", "content": "", "refusal": null})),
        delta(json!({"refusal": "I can"})),
        delta(json!({"refusal": "not."})),
    ];
    for (reason, status) in [
        ("stop", "completed"),
        ("content_filter", "incomplete"),
        ("refusal", "incomplete"),
    ] {
        let mut chunks = chunks.to_vec();
        chunks.push(finish(reason));
        let response = streamed(&*reader, &chunks);
        assert_eq!(response.refusal(), Some("I cannot."));
        assert_eq!(response.output_text(), "");
        assert_eq!(response.status.as_str(), status, "{reason}");
    }
}

#[test]
fn trap_11_finish_reasons_are_statuses() {
    let reader = reader_with(&[]);
    for (reason, status, details) in [
        ("stop", "completed", None),
        ("end_turn", "completed", None),
        ("eos", "completed", None),
        ("length", "incomplete", Some("max_output_tokens")),
        ("MAX_TOKENS", "incomplete", Some("max_output_tokens")),
        (
            "model_context_window_exceeded",
            "incomplete",
            Some("max_output_tokens"),
        ),
        ("content_filter", "incomplete", Some("content_filter")),
        ("SAFETY", "incomplete", Some("content_filter")),
        ("pause_turn", "incomplete", Some("max_tool_calls")),
        ("error", "failed", None),
        ("network_error", "failed", None),
        ("insufficient_system_resource", "failed", None),
        ("a_word_of_tomorrow", "failed", None),
    ] {
        let chunks = [text("Hello"), finish(reason)];
        let body = json!({"choices": [{"message": {"content": "Hello"}, "finish_reason": reason}]});
        for response in [streamed(&*reader, &chunks), whole(&*reader, &body)] {
            assert_eq!(response.status.as_str(), status, "{reason}");
            let found = response.incomplete_details.as_ref();
            assert_eq!(
                found.map(|found| found.reason.as_ref().unwrap().as_str()),
                details,
                "{reason}"
            );
            assert_eq!(response.has_failed(), status == "failed");
            assert_eq!(response.output_text(), "Hello");
            let item = response.output[0].status().unwrap().as_str();
            assert_eq!(
                item,
                if status == "completed" {
                    status
                } else {
                    "incomplete"
                }
            );
        }
    }
}

#[test]
fn trap_11_a_call_that_a_limit_cuts_is_incomplete() {
    let reader = reader_with(&[]);
    let response = streamed(
        &*reader,
        &[
            calls(json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}])),
            calls(
                json!([{"index": 1, "id": "b", "function": {"name": "g", "arguments": "{\"x\": [1,"}}]),
            ),
            finish("length"),
        ],
    );
    let statuses: Vec<&str> = response
        .function_calls()
        .map(|call| call.status.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(statuses, ["completed", "incomplete"]);
}

#[test]
fn trap_19_an_error_in_the_stream_is_an_error() {
    let reader = reader_with(&[]);
    for error in [
        json!({"error": {"message": "Overloaded", "code": 529}}),
        json!({"error": "Overloaded"}),
        json!({"id": "x", "choices": [], "error": {"message": "Overloaded", "type": "overloaded_error"}}),
        json!({"choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}], "error": {"code": 502, "message": "Overloaded"}}),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "error", "error": {"code": 502, "message": "Overloaded"}}]}),
        json!({"object": "error", "message": "Overloaded", "type": "BadRequestError", "param": null, "code": 400}),
        json!({"x_groq": {"id": "r", "error": {"message": "Overloaded"}}}),
        json!({"detail": "Overloaded"}),
    ] {
        for before in [
            vec![],
            vec![text("Hel")],
            vec![text("Hello"), finish("stop")],
        ] {
            let mut chunks = before;
            chunks.extend([error.clone(), text("more"), finish("stop"), json!("[DONE]")]);
            let events = events_of(&*reader, &chunks);
            let last = events.last().unwrap();
            assert_eq!(last.class(), EventClass::Error, "{error}");
            assert_eq!(
                last.failure().unwrap().message.as_deref(),
                Some("Overloaded"),
                "{error}"
            );
            assert!(
                !events
                    .iter()
                    .any(|event| event.class() == EventClass::Terminal)
            );
        }
    }
    let failed = events_of(&*reader, &[text("Hel"), finish("error"), json!("[DONE]")]);
    assert!(failed.last().unwrap().is_failure());
}

#[test]
fn trap_19_errors_keep_what_classifies_them() {
    let reader = reader_with(&[]);
    for (error, status) in [
        (json!({"error": {"message": "Slow down", "code": 429}}), 429),
        (
            json!({"error": {"message": "Slow down", "type": "rate_limit_exceeded"}}),
            429,
        ),
        (
            json!({"error": {"message": "x", "code": "context_length_exceeded"}}),
            400,
        ),
        (json!({"error": "x", "status_code": 503}), 503),
        (
            json!({"object": "error", "message": "x", "code": 400, "type": "BadRequestError"}),
            400,
        ),
    ] {
        let events = events_of(&*reader, std::slice::from_ref(&error));
        assert_eq!(
            events[0].failure().unwrap().status(None),
            Some(status),
            "{error}"
        );
    }
}

#[test]
fn trap_19_empty_errors_are_none() {
    let reader = reader_with(&[]);
    for error in [json!(null), json!({}), json!(""), json!(false)] {
        let chunk = json!({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop", "error": error}], "error": error});
        assert_eq!(streamed(&*reader, &[chunk]).output_text(), "Hi");
    }
}

#[test]
fn trap_19_an_event_named_error_is_an_error() {
    let reader = reader_with(&[]);
    for (data, message) in [
        ("upstream broke", "upstream broke"),
        (r#"{"message":"broke"}"#, "broke"),
        (r#"{"error":{"message":"broke"}}"#, "broke"),
    ] {
        let mut translator = reader.stream();
        let mut events = Vec::new();
        translator.frame("error", data, &mut events);
        assert_eq!(
            events[0].event.failure().unwrap().message.as_deref(),
            Some(message)
        );
    }
}

#[test]
fn trap_19_a_stream_without_its_end_is_cut() {
    let reader = reader_with(&[]);
    let call = |arguments: &str| {
        calls(json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": arguments}}]))
    };
    for chunks in [
        vec![],
        vec![json!("[DONE]")],
        vec![text("Hel")],
        vec![call("{}")],
        vec![delta(json!({"reasoning": "Hm"})), json!("[DONE]")],
        vec![text("Hel"), call("{\"a\":"), json!("[DONE]")],
        vec![json!({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})],
    ] {
        let events = events_of(&*reader, &chunks);
        let ends =
            |event: &StreamEvent| matches!(event.class(), EventClass::Terminal | EventClass::Error);
        assert!(!events.iter().any(ends), "{chunks:?}");
        // The text that came is announced all the same.
        let text: String = events.iter().filter_map(StreamEvent::text_delta).collect();
        assert_eq!(
            text.is_empty(),
            !chunks.iter().any(|chunk| chunk.to_string().contains("Hel"))
        );
    }
}

#[test]
fn trap_19_a_chunk_that_cannot_be_read_is_a_failure() {
    let reader = reader_with(&[]);
    for frame in [
        "{\"choices\":[{\"delta\":{\"content\":\"cut",
        "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}{\"choices\":[]}",
        "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n{\"choices\":[]}",
        "{'choices': []}",
        "{broken}",
        " {\"a\":1",
    ] {
        for before in [
            vec![],
            vec![text("Hel")],
            vec![text("Hello"), finish("stop")],
        ] {
            let mut chunks = before;
            chunks.extend([json!(frame), text("more"), finish("stop"), json!("[DONE]")]);
            let events = events_of(&*reader, &chunks);
            let last = events.last().unwrap();
            assert_eq!(last.class(), EventClass::Error, "{frame}");
            let message = last.failure().unwrap().message.unwrap();
            assert!(message.contains("is not JSON"), "{message}");
        }
    }
}

#[test]
fn trap_19_damage_without_a_finish_reason_is_a_cut() {
    let reader = reader_with(&[]);
    let ends =
        |event: &StreamEvent| matches!(event.class(), EventClass::Terminal | EventClass::Error);
    for damage in [
        "upstream connect error or disconnect",
        "<html>502</html>",
        "choices\":[]}",
        "[{\"choices\":[]",
        "[1, 2]",
        "\"text\"",
        "5",
    ] {
        for chunks in [
            vec![json!(damage), text("Hel"), json!("[DONE]")],
            vec![text("Hel"), json!(damage), json!("[DONE]")],
        ] {
            let events = events_of(&*reader, &chunks);
            assert!(!events.iter().any(ends), "{damage}");
        }
        // The provider says that the reply is complete.
        let chunks = [text("Hello"), json!(damage), finish("stop")];
        assert_eq!(streamed(&*reader, &chunks).output_text(), "Hello");
    }
    for harmless in [
        "",
        " ",
        "\n",
        "null",
        ": keep-alive",
        "{}",
        "{\"type\":\"ping\"}",
    ] {
        let chunks = [json!(harmless), text("Hel"), json!(harmless), text("lo")];
        let response = streamed(&*reader, &chunks);
        assert_eq!(response.output_text(), "Hello", "{harmless}");
        assert_eq!(response.status.as_str(), "completed");
    }
}

#[test]
fn trap_19_done_ends_a_reply_without_finish_reason() {
    let reader = reader_with(&[]);
    assert_eq!(
        streamed(&*reader, &[text("Hel"), text("lo")])
            .status
            .as_str(),
        "completed"
    );
    let call =
        calls(json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}]));
    assert_eq!(streamed(&*reader, &[call]).status.as_str(), "completed");
    // A finish reason needs no `[DONE]`.
    let events = events_of(&*reader, &[text("Hello"), finish("stop")]);
    assert_eq!(response_of(&events).status.as_str(), "completed");
}

#[test]
fn trap_20_no_event_comes_before_the_first_content() {
    let reader = reader_with(&[]);
    let mut translator = reader.stream();
    let mut events = Vec::new();
    for chunk in [
        json!({"choices": [], "prompt_filter_results": []}),
        delta(json!({"role": "assistant", "content": ""})),
        delta(
            json!({"role": "assistant", "content": null, "reasoning": null, "tool_calls": null, "refusal": null}),
        ),
        delta(json!({"reasoning": "", "reasoning_details": [], "tool_calls": []})),
        json!({"choices": [{"index": 0, "delta": null}], "usage": null}),
        json!({"type": "ping"}),
    ] {
        translator.frame("", &chunk.to_string(), &mut events);
    }
    translator.frame("", "", &mut events);
    translator.frame("ping", "{}", &mut events);
    assert!(events.is_empty());
    // So a failure of the second event is still the first that the server sees.
    translator.frame(
        "",
        r#"{"error":{"code":"insufficient_quota","message":"x"}}"#,
        &mut events,
    );
    assert_eq!(events.len(), 1);
    assert!(events[0].event.is_failure());
}

#[test]
fn trap_18_usage_is_found_where_servers_put_it() {
    let reader = reader_with(&[]);
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15});
    let early = json!({"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11});
    let last = |usage: &Value| json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": usage});
    for chunks in [
        vec![text("Hi"), last(&usage)],
        vec![
            text("Hi"),
            finish("stop"),
            json!({"choices": [], "usage": usage}),
        ],
        vec![text("Hi"), finish("stop"), json!({"usage": usage})],
        vec![
            json!({"choices": [{"delta": {"content": "Hi"}}], "usage": early}),
            last(&usage),
        ],
        vec![
            text("Hi"),
            last(&usage),
            json!({"choices": [], "usage": null}),
        ],
        vec![
            text("Hi"),
            json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "x_groq": {"id": "r", "usage": usage}}),
        ],
    ] {
        let found = streamed(&*reader, &chunks).usage.unwrap();
        assert_eq!(
            (found.input_tokens, found.output_tokens, found.total_tokens),
            (10, 5, 15)
        );
    }
    assert!(
        streamed(&*reader, &[text("Hi"), finish("stop")])
            .usage
            .is_none()
    );
}

#[test]
fn trap_18_later_usage_does_not_lose_what_earlier_usage_has() {
    let reader = reader_with(&[]);
    let full = json!({
        "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 3},
        "cost": 0.5,
    });
    for later in [
        json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}),
        json!({"prompt_tokens": 10, "completion_tokens": 5}),
        json!({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cost": 0}),
        json!({"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {}, "completion_tokens_details": {"reasoning_tokens": 0}}),
        json!({"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": null, "cost": null}),
        json!({}),
        full.clone(),
    ] {
        for (first, last) in [(&full, &later), (&later, &full)] {
            let chunks = [
                text("Hi"),
                json!({"choices": [], "usage": first}),
                finish("stop"),
                json!({"choices": [], "usage": last}),
            ];
            let found = streamed(&*reader, &chunks).usage.unwrap();
            assert_eq!(
                (found.input_tokens, found.output_tokens),
                (10, 5),
                "{later}"
            );
            assert_eq!(
                (found.cached_tokens(), found.reasoning_tokens()),
                (4, 3),
                "{later}"
            );
            let cost = found.cost_details.unwrap().upstream_inference_cost;
            assert_eq!(cost, Some(0.5), "{later}");
        }
    }
    // Empty usage does not hide that of Groq.
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 5});
    let chunk = json!({"choices": [], "usage": {}, "x_groq": {"usage": usage}});
    let found = streamed(&*reader, &[text("Hi"), finish("stop"), chunk])
        .usage
        .unwrap();
    assert_eq!((found.input_tokens, found.output_tokens), (10, 5));
    // Counts that grow replace the earlier ones.
    let first = json!({"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11, "completion_tokens_details": {"reasoning_tokens": 1}});
    let last = json!({"prompt_tokens": 10, "completion_tokens": 7, "completion_tokens_details": {"reasoning_tokens": 6}});
    let chunks = [
        json!({"choices": [], "usage": first}),
        text("Hi"),
        json!({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": last}),
    ];
    let found = streamed(&*reader, &chunks).usage.unwrap();
    assert_eq!(
        (found.input_tokens, found.output_tokens, found.total_tokens),
        (10, 7, 17)
    );
    assert_eq!(found.reasoning_tokens(), 6);
}

#[test]
fn every_prefix_of_a_stream_obeys_the_rules() {
    let reader = reader_with(&[]);
    let chunks = [
        delta(json!({"reasoning": "Hm"})),
        text("one"),
        calls(json!([{"index": 0, "id": "c0", "function": {"name": "f", "arguments": "{"}}])),
        delta(json!({"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]})),
        text("two"),
        delta(json!({"refusal": "no"})),
        calls(json!([{"index": 0, "function": {"arguments": "}"}}])),
        finish("tool_calls"),
    ];
    for end in 0..=chunks.len() {
        let events = wrapped(&events_of(&*reader, &chunks[..end]));
        let findings: Vec<String> = orouter_conformance::audit(&events)
            .iter()
            .map(ToString::to_string)
            .collect();
        let missing = findings
            .iter()
            .filter(|finding| !finding.contains("does not end with"));
        assert_eq!(missing.count(), 0, "{findings:?}");
    }
}

#[test]
fn log_probabilities_count_as_part_of_the_reply() {
    let reader = reader_with(&[]);
    let alternatives = vec![json!({}); 60_000];
    let token = json!({"token": "a", "logprob": -1, "top_logprobs": alternatives});
    for delta in [json!({"content": "a"}), json!({})] {
        let chunk =
            json!({"choices": [{"index": 0, "delta": delta, "logprobs": {"content": [token]}}]});
        let few = events_of(&*reader, &vec![chunk.clone(); 2]);
        assert!(!few.iter().any(StreamEvent::is_failure));
        let many = events_of(&*reader, &vec![chunk; 40]);
        assert!(many.iter().any(StreamEvent::is_failure));
    }
}
