//! Whole bodies of Responses upstreams.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use bytes::Bytes;
use orouter_protocols::{
    Notes, Original, Protocol, RequestSource, Target, UnreadableReply, UpstreamEvent,
};
use orouter_wire::{Response, ResponsesRequest, StreamEvent};
use serde_json::{Value, json};

fn read(body: &str) -> Result<UpstreamEvent, UnreadableReply> {
    let request = ResponsesRequest::new("a/b");
    let none = Bytes::new();
    let source = RequestSource::new(&request, &none);
    let sent = Protocol::Responses.request(&source, &Target::new("b"), &Notes::default());
    sent.unwrap()
        .reader
        .body(&Bytes::copy_from_slice(body.as_bytes()))
}

#[test]
fn recorded_bodies_pass() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/responses-body");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no recordings of bodies");
        return;
    };
    let mut failed = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let event = read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let response: Response = orouter_wire::from_str(&text).unwrap();
        failed += usize::from(event.event.failure().is_some());
        assert!(event.event.is_terminal(), "{}", path.display());
        let read = event.event.response().unwrap();
        let both = |response: &Response| {
            let Response {
                id,
                status,
                error,
                incomplete_details,
                model,
                output,
                usage,
                openrouter_metadata,
                ..
            } = response.clone();
            let about = (id, status, error, incomplete_details, model);
            (about, output, usage, openrouter_metadata)
        };
        assert_eq!(both(read), both(&response), "{}", path.display());
        match event.original {
            Some(Original::Response(original)) => assert_eq!(original.text(), text.trim()),
            other => panic!("{}: {other:?}", path.display()),
        }
    }
    println!("{failed} bodies report a failure");
}

#[test]
fn recorded_errors_are_failures() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/responses-error");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no recordings of errors");
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(object)) if object.contains_key("error") => {
                let event = read(&text).unwrap();
                assert!(
                    event.event.failure().is_some(),
                    "{}: {text}",
                    path.display()
                );
            }
            _ => {
                let failed = read(&text).map_or(true, |event| event.event.failure().is_some());
                assert!(failed, "{}: {text}", path.display());
            }
        }
    }
}

#[test]
fn the_status_decides_the_event() {
    for (status, kind) in [
        ("completed", "response.completed"),
        ("incomplete", "response.incomplete"),
        ("failed", "response.failed"),
        ("cancelled", "response.cancelled"),
    ] {
        let body = json!({"object": "response", "status": status, "output": []}).to_string();
        assert_eq!(read(&body).unwrap().event.kind(), kind);
    }
    let output = json!([{"type": "message", "role": "assistant", "content": "hi"}]);
    let event = read(&json!({"output": output}).to_string()).unwrap().event;
    assert_eq!(event.kind(), "response.completed");
    assert_eq!(event.response().unwrap().output_text(), "hi");
}

#[test]
fn a_failure_in_the_body_of_a_success_is_a_failure() {
    let error = json!({"message": "m", "code": "rate_limit_exceeded"});
    for body in [
        json!({"error": error}),
        json!({"error": "m"}),
        json!({"type": "error", "error": error}),
        json!({"type": "error", "message": "m", "code": "x"}),
        json!({"type": "response.failed", "response": {"status": "failed", "error": error}}),
        json!({"id": "resp_1", "object": "response", "status": "failed", "error": error, "output": []}),
        json!({"id": "resp_1", "object": "response", "error": error, "output": []}),
    ] {
        let event: StreamEvent = read(&body.to_string()).unwrap().event;
        assert!(event.failure().is_some(), "{body}");
    }
}

#[test]
fn other_bodies_are_unreadable() {
    for body in [
        "",
        "[]",
        "null",
        "\"error\"",
        "<html></html>",
        "{\"object\":\"response\"",
        "{}",
        r#"{"object":"chat.completion","choices":[]}"#,
        r#"{"object":"response","status":"in_progress","output":[]}"#,
        r#"{"object":"response","status":"queued","output":[]}"#,
    ] {
        let error = read(body).unwrap_err().to_string();
        assert!(!error.is_empty(), "{body}");
    }
}
