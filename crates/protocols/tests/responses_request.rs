//! Requests to Responses upstreams: the client's text, except for the members that must change.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use bytes::Bytes;
use orouter_protocols::{NoteAction, Notes, Protocol, RequestSource, Target};
use orouter_wire::ResponsesRequest;
use serde_json::{Value, json};

/// Members that are not sent as the client sent them.
const CHANGED: &[&str] = &[
    "model",
    "store",
    "models",
    "provider",
    "plugins",
    "route",
    "session_id",
    "trace",
    "debug",
    "client_metadata",
];

fn sent_to(text: &str, target: &Target<'_>, notes: &Notes) -> String {
    let request: ResponsesRequest = orouter_wire::from_str(text).unwrap();
    let body = Bytes::copy_from_slice(text.as_bytes());
    let source = RequestSource::new(&request, &body);
    let sent = Protocol::Responses.request(&source, target, notes).unwrap();
    assert_eq!(sent.path, "responses");
    String::from_utf8(sent.body.to_vec()).unwrap()
}

fn sent(text: &str) -> String {
    sent_to(text, &Target::new("gpt-\"4o\""), &Notes::default())
}

#[test]
fn only_the_members_that_must_change_do() {
    let text = "{\n  \"temperature\": 1.0, \"model\" : \"openai/gpt-4o\",\"n\":1.50e+2,\n  \"models\":[\"x/y\"],\"input\":\"\\u00e9\\ud83d\\ude00 \\/\",\"x\":{\"model\":\"kept\",\"store\":true},\"provider\":{\"sort\":\"price\"}}\n";
    assert_eq!(
        sent(text),
        "{\n  \"temperature\": 1.0, \"model\" : \"gpt-\\\"4o\\\"\",\"n\":1.50e+2,\"input\":\"\\u00e9\\ud83d\\ude00 \\/\",\"x\":{\"model\":\"kept\",\"store\":true},\"store\":false}"
    );
    assert_eq!(sent("{}"), "{\"model\":\"gpt-\\\"4o\\\"\",\"store\":false}");
    assert_eq!(
        sent("{\"mod\\u0065l\":\"a\",\"stream\":true,\"store\":null}"),
        "{\"mod\\u0065l\":\"gpt-\\\"4o\\\"\",\"stream\":true,\"store\":false}"
    );
}

#[test]
fn a_request_without_text_is_encoded() {
    let request = ResponsesRequest::new("a/b")
        .input("hi")
        .models(["c/d".to_owned()])
        .stream(true);
    let body = Bytes::new();
    let source = RequestSource::new(&request, &body);
    let sent = Protocol::Responses
        .request(&source, &Target::new("b"), &Notes::default())
        .unwrap();
    let sent: Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(
        sent,
        json!({"model": "b", "input": "hi", "stream": true, "store": false})
    );
}

#[test]
fn recorded_requests_pass() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/responses-request");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no recordings of requests");
        return;
    };
    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let sent: Value = serde_json::from_str(&sent(&text)).unwrap();
        let mut expected: Value = serde_json::from_str(&text).unwrap();
        let members = expected.as_object_mut().unwrap();
        members.retain(|name, _| !CHANGED.contains(&name.as_str()));
        members.insert("model".into(), "gpt-\"4o\"".into());
        members.insert("store".into(), false.into());
        assert_eq!(sent, expected, "{}", path.display());
        count += 1;
    }
    assert!(count > 100);
}

#[test]
fn parameters_that_the_endpoint_does_not_support_are_not_sent() {
    let text = json!({
        "model": "a/b", "temperature": 0.5, "top_p": 0.5, "seed": 1, "top_k": 3, "tools": [],
        "text": {"verbosity": "low", "format": {"type": "text"}}, "max_output_tokens": 7,
    })
    .to_string();
    let supported = ["temperature".to_owned(), "max_completion_tokens".to_owned()];
    let target = Target::new("b").supported_parameters(Some(&supported));
    let notes = Notes::default();
    let sent: Value = serde_json::from_str(&sent_to(&text, &target, &notes)).unwrap();
    let mut noted: Vec<String> = notes.list().into_iter().map(|note| note.param).collect();
    noted.sort_unstable();
    assert_eq!(noted, ["seed", "text.verbosity", "top_k", "top_p"]);
    assert_eq!(
        sent,
        json!({"model": "b", "store": false, "temperature": 0.5, "tools": [],
            "text": {"format": {"type": "text"}}, "max_output_tokens": 7})
    );
    let idle = r#"{"model":"m","top_k":0,"frequency_penalty":0.0,"top_logprobs":0,"stop":null}"#;
    let notes = Notes::default();
    let sent: Value = serde_json::from_str(&sent_to(idle, &target, &notes)).unwrap();
    assert_eq!(sent, json!({"model": "b", "store": false}));
    assert!(notes.list().is_empty(), "{notes:?}");
}

#[test]
fn trap_07_signatures_of_another_endpoint_are_not_sent() {
    let accepts = |seal: &str| !seal.contains("theirs");
    let target = Target::new("b").accepts_encrypted(&accepts);
    for (item, removed, left) in [
        (
            json!({"type": "reasoning", "id": "rs", "summary": [], "signature": "theirs"}),
            "input[0]",
            None,
        ),
        (
            json!({"type": "reasoning", "id": "rs", "summary": [], "content": [
                {"type": "reasoning_text", "text": "a", "signature": "ours"},
                {"type": "reasoning_text", "text": "b", "signature": "theirs"},
            ]}),
            "input[0]",
            None,
        ),
        (
            json!({"type": "agent_message", "author": "a", "recipient": "b", "content": [{"type": "encrypted_content", "encrypted_content": "theirs"}]}),
            "input[0]",
            None,
        ),
        (
            json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "n": 1.5, "extra_content": {"google": {"thought_signature": "theirs"}}}),
            "input[0].extra_content",
            Some(
                json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "n": 1.5}),
            ),
        ),
        (
            json!({"role": "assistant", "content": "x", "reasoning_details": [{"signature": "theirs"}]}),
            "input[0].reasoning_details",
            Some(json!({"role": "assistant", "content": "x"})),
        ),
    ] {
        let text =
            json!({"model": "m", "input": [item, {"role": "user", "content": "hi"}]}).to_string();
        let notes = Notes::default();
        let sent: Value = serde_json::from_str(&sent_to(&text, &target, &notes)).unwrap();
        let input = sent["input"].as_array().unwrap();
        match left {
            Some(left) => assert_eq!(input[0], left),
            None => assert_eq!(input.len(), 1, "{item}"),
        }
        let noted: Vec<String> = notes.list().into_iter().map(|note| note.param).collect();
        assert_eq!(noted, [removed]);
        let unchanged: Value =
            serde_json::from_str(&sent_to(&text, &Target::new("b"), &Notes::default())).unwrap();
        assert_eq!(unchanged["input"][0], item);
    }
}

#[test]
fn trap_07_reasoning_encrypted_for_another_endpoint_is_not_sent() {
    let text = r#"{"model":"a/b","input":[{"role":"user","content":"1.0"},
        {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"mine"},
        {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"theirs"},
        {"type":"compaction","encrypted_content":"theirs"},
        {"type":"reasoning","id":"rs_3","summary":[]},
        {"type":"new_kind", "n": 1.50}]}"#;
    let accepts = |content: &str| content == "mine";
    let target = Target::new("b").accepts_encrypted(&accepts);
    let notes = Notes::default();
    let sent = sent_to(text, &target, &notes);
    assert!(sent.contains(r#"{"type":"new_kind", "n": 1.50}"#), "{sent}");
    assert!(sent.contains("rs_1") && sent.contains("rs_3"), "{sent}");
    assert!(!sent.contains("rs_2") && !sent.contains("theirs"), "{sent}");
    let noted: Vec<(NoteAction, String)> = notes
        .list()
        .into_iter()
        .map(|note| (note.action, note.param))
        .collect();
    assert_eq!(
        noted,
        [
            (NoteAction::Skipped, "input[2]".to_owned()),
            (NoteAction::Skipped, "input[3]".to_owned())
        ]
    );
    let all = sent_to(text, &Target::new("b"), &notes);
    assert!(all.contains("rs_2"), "{all}");
}

#[test]
fn trap_23_unknown_items_and_tools_pass() {
    let text = r#"{"model":"m","input":[{"type":"item_of_tomorrow","x":[1]}],"tools":[{"type":"tool_of_tomorrow","y":{}}],"member_of_tomorrow":true,"store":false}"#;
    assert_eq!(
        sent(text),
        text.replace(r#""model":"m""#, r#""model":"gpt-\"4o\"""#)
    );
}

#[test]
fn trap_26_members_for_this_server_do_not_reach_the_upstream() {
    let text = json!({
        "model": "a/b", "models": ["c/d"], "provider": {"order": ["x"]}, "plugins": [{"id": "web"}],
        "route": "fallback", "session_id": "s", "trace": {"trace_id": "t"},
        "debug": {"echo_upstream_body": true}, "client_metadata": {"k": "v"},
        "metadata": {"k": "v"}, "user": "u",
    });
    let sent: Value = serde_json::from_str(&sent(&text.to_string())).unwrap();
    assert_eq!(
        sent,
        json!({"model": "gpt-\"4o\"", "store": false, "metadata": {"k": "v"}, "user": "u"})
    );
}

#[test]
fn functions_without_a_schema_of_an_object_are_refused() {
    let function =
        |parameters: Value| json!({"type": "function", "name": "f", "parameters": parameters});
    let space = json!({"type": "namespace", "name": "n", "description": "", "tools": [function(json!([]))]});
    for (tool, param) in [
        (function(json!("x")), "tools[1].parameters"),
        (
            function(json!({"type": "string"})),
            "tools[1].parameters.type",
        ),
        (space, "tools[1].tools[0].parameters"),
    ] {
        let text =
            json!({"model": "m", "input": "hi", "tools": [{"type": "new"}, tool]}).to_string();
        let request: ResponsesRequest = orouter_wire::from_str(&text).unwrap();
        let body = Bytes::from(text);
        let source = RequestSource::new(&request, &body);
        for protocol in [Protocol::Responses, Protocol::Chat] {
            let refused = protocol.request(&source, &Target::new("b"), &Notes::default());
            assert_eq!(refused.unwrap_err().param, param, "{protocol}");
        }
    }
}

#[test]
fn a_function_without_a_name_is_refused() {
    for tool in [
        json!({"type": "function", "parameters": {}}),
        json!({"type": "function", "name": ""}),
        json!({"type": "custom"}),
    ] {
        let text = json!({"model": "m", "tools": [{"type": "new"}, tool]}).to_string();
        let request: ResponsesRequest = orouter_wire::from_str(&text).unwrap();
        let body = Bytes::from(text);
        let source = RequestSource::new(&request, &body);
        let refused = Protocol::Responses.request(&source, &Target::new("b"), &Notes::default());
        assert_eq!(refused.unwrap_err().param, "tools[1].name");
    }
}
