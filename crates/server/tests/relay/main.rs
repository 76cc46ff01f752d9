//! The relay: the status of failures before and after the head, keep-alives, and disconnected
//! clients.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod output;
#[path = "../support/mod.rs"]
mod support;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use orouter_conformance::Auditor;
use orouter_server::{Failure, FailureKind, Limits, Server};
use orouter_wire::item::ItemStatus;
use orouter_wire::{Item, ResponseStatus, StreamEvent};
use serde_json::{Value, json};
use support::Running;
use support::script::{Line, Script, message};

const MS: Duration = Duration::from_millis(1);

async fn server(script: Script) -> Running {
    let limits = Limits::default().head_hold(300 * MS).keep_alive(50 * MS);
    Running::start(Server::builder().provider(script).limits(limits)).await
}

fn ask(stream: bool) -> Value {
    json!({"model": "test/model", "input": "hi", "stream": stream})
}

fn overloaded() -> Failure {
    Failure::new(FailureKind::ProviderOverloaded, "no room").retry_after(7 * Duration::from_secs(1))
}

fn audit(events: &[StreamEvent]) {
    let mut auditor = Auditor::new();
    for event in events {
        auditor.push(event);
    }
    let found = auditor.finish();
    assert!(found.is_empty(), "{found:?}\n{events:#?}");
}

#[tokio::test]
async fn a_refusal_within_the_hold_keeps_its_status() {
    let server = server(Script::refusing("test/model", overloaded()).slow(100 * MS)).await;
    for stream in [true, false] {
        let response = server.client().ask(&ask(stream)).await;
        assert_eq!(response.status, 503);
        assert_eq!(response.headers["retry-after"], "7");
        assert_eq!(
            response.error()["metadata"]["error_type"],
            "provider_overloaded"
        );
    }
}

#[tokio::test]
async fn a_failure_right_after_the_announcement_keeps_its_status() {
    let announced =
        json!({"type": "response.created", "response": {"id": "theirs"}, "sequence_number": 0});
    let failed = json!({"type": "response.failed", "response": {"id": "theirs", "status": "failed", "error": {"code": "provider_unavailable", "message": "out of order"}}});
    let lines = vec![
        Line::Event(announced),
        Line::Event(json!({"type": "keepalive"})),
        Line::Event(failed),
    ];
    let server = server(Script::new("test/model", lines)).await;
    for stream in [true, false] {
        let response = server.client().ask(&ask(stream)).await;
        assert_eq!(response.status, 502);
        assert_eq!(response.error()["message"], "out of order");
    }
}

/// The forms in which services report a failure within a stream.
fn forms(code: &str, message: &str) -> Vec<Value> {
    let response = |status: &str| json!({"status": status, "output": [], "error": {"code": code, "message": message}});
    vec![
        json!({"type": "error", "code": code, "message": message, "param": null}),
        json!({"type": "error", "error": {"code": code, "message": message}}),
        json!({"type": "response.error", "error": {"type": code, "message": message}}),
        json!({"error": {"code": code, "message": message}}),
        json!({"type": "response.failed", "response": response("failed")}),
        json!({"type": "response.failed", "response": {"error_type": code, "error": {"code": "server_error", "message": message}}}),
        json!({"type": "response.done", "response": response("failed")}),
        json!({"type": "response.completed", "response": response("failed")}),
    ]
}

#[tokio::test]
async fn a_failure_before_content_has_the_status_of_its_cause() {
    let cases = [
        ("rate_limit_exceeded", 429, "rate_limit_exceeded"),
        ("server_is_overloaded", 503, "provider_overloaded"),
        ("overloaded_error", 529, "provider_overloaded"),
        ("insufficient_quota", 502, "provider_unavailable"),
        ("invalid_api_key", 502, "provider_unavailable"),
        ("model_not_found", 502, "provider_unavailable"),
        ("context_length_exceeded", 400, "context_length_exceeded"),
        ("gateway_timeout", 524, "timeout"),
    ];
    for (code, status, kind) in cases {
        for form in forms(code, "Please try again in 12s.") {
            let server = server(Script::new("test/model", vec![Line::Event(form.clone())])).await;
            for stream in [true, false] {
                let response = server.client().ask(&ask(stream)).await;
                assert_eq!(response.status, status, "{form}: {}", response.text());
                let metadata = response.error()["metadata"].clone();
                assert_eq!(metadata["error_type"], kind, "{form}");
                assert_eq!(metadata["provider_name"], "script", "{form}");
                let hinted = matches!(status, 429 | 503 | 529 | 524);
                assert_eq!(
                    response.headers.contains_key("retry-after"),
                    hinted,
                    "{form}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_fault_inside_of_the_provider_is_masked() {
    for form in forms("internal_server_error", "stack trace: secret") {
        let server = server(Script::new("test/model", vec![Line::Event(form.clone())])).await;
        let response = server.client().ask(&ask(false)).await;
        assert_eq!(response.status, 500, "{form}");
        let text = response.text();
        assert!(
            !text.contains("secret") && !text.contains("provider_code"),
            "{text}"
        );
    }
}

/// Streams this script. Returns the events and the final response, and checks that the stream is
/// valid.
async fn streamed(lines: Vec<Line>) -> (Vec<StreamEvent>, orouter_wire::Response) {
    let server = server(Script::new("test/model", lines)).await;
    let events = server.client().ask(&ask(true)).await.events();
    audit(&events);
    let response = events.last().unwrap().response().unwrap().clone();
    (events, response)
}

fn text_of(events: &[StreamEvent]) -> String {
    events.iter().filter_map(StreamEvent::text_delta).collect()
}

#[tokio::test]
async fn after_the_hold_comments_are_sent_and_a_refusal_is_in_the_stream() {
    let server = server(Script::refusing("test/model", overloaded()).slow(600 * MS)).await;
    let http_response = server.client().ask(&ask(true)).await;
    let events = http_response.events();
    assert!(http_response.comments() >= 3, "{}", http_response.text());
    assert!(
        http_response.chunks[0].starts_with(b": "),
        "the head is sent with a comment"
    );
    audit(&events);
    assert_eq!(events.len(), 3);
    let StreamEvent::Failed(last) = &events[2] else {
        panic!("{events:#?}")
    };
    let response = last.response.as_ref().unwrap();
    assert_eq!(response.status, ResponseStatus::Failed);
    assert_eq!(response.error.as_ref().unwrap().message, "no room");
    assert_eq!(
        response.error_type.as_ref().unwrap().as_str(),
        "provider_overloaded"
    );
    assert_eq!(response.id, http_response.headers["x-generation-id"]);
}

#[tokio::test]
async fn a_slow_response_is_complete_with_comments_in_between() {
    let server = server(Script::new("test/model", message("abc", 120 * MS)).slow(500 * MS)).await;
    let http_response = server.client().ask(&ask(true)).await;
    let events = http_response.events();
    audit(&events);
    assert!(http_response.comments() >= 5, "{}", http_response.text());
    let text: String = events
        .iter()
        .filter_map(|event| match event {
            StreamEvent::OutputTextDelta(delta) => Some(delta.delta.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(text, "abc");
    let StreamEvent::Completed(last) = events.last().unwrap() else {
        panic!("{events:#?}")
    };
    let response = last.response.as_ref().unwrap();
    assert_eq!(response.output_text(), "abc");
    let usage = response.usage.as_ref().unwrap();
    assert_eq!(
        (usage.input_tokens, usage.output_tokens, usage.cost),
        (3, 2, None)
    );
}

#[tokio::test]
async fn a_failure_after_content_ends_the_response_as_failed() {
    for (end, text) in [
        (vec![Line::Fail(overloaded())], "no room"),
        (
            vec![Line::Event(
                json!({"type": "error", "code": "x", "message": "burnt"}),
            )],
            "burnt",
        ),
        (vec![], "ended before"),
    ] {
        let mut lines = message("abc", Duration::ZERO);
        lines.truncate(6);
        lines.extend(end);
        let server = server(Script::new("test/model", lines)).await;
        let http_response = server.client().ask(&ask(true)).await;
        let events = http_response.events();
        audit(&events);
        let StreamEvent::Failed(last) = events.last().unwrap() else {
            panic!("{events:#?}")
        };
        let response = last.response.as_ref().unwrap();
        assert!(response.error.as_ref().unwrap().message.contains(text));
        assert_eq!(response.output_text(), "ab", "the output so far is kept");

        // Without a stream nothing has been sent, so that the status reports the failure.
        let http_response = server.client().ask(&ask(false)).await;
        assert!(http_response.status >= 500, "{}", http_response.text());
        assert!(
            http_response.error()["message"]
                .as_str()
                .unwrap()
                .contains(text)
        );
    }
}

#[tokio::test]
async fn the_next_model_is_used_if_the_first_one_fails() {
    let failing = Script::refusing("test/model", overloaded());
    let server = Running::start(
        Server::builder()
            .provider(failing)
            .provider(Script::new("test/other", message("b", MS))),
    )
    .await;
    let mut body = ask(false);
    body["models"] = json!(["test/none", "test/other"]);
    let response = server.client().ask(&body).await.response();
    assert_eq!(
        (response.model.as_str(), response.output_text().as_str()),
        ("test/other", "b")
    );
}

#[tokio::test]
async fn a_disconnected_client_stops_the_generation() {
    for stream in [true, false] {
        let script = Script::new("test/model", message(&"x".repeat(10_000), 10 * MS));
        let active = script.active();
        let server = server(script).await;
        let socket = server
            .client()
            .send(&support::Client::posted(
                "/v1/responses",
                ask(stream).to_string().as_bytes(),
            ))
            .await;
        while active.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(MS).await;
        }
        tokio::time::sleep(50 * MS).await;
        drop(socket);
        let gone = Instant::now();
        while active.load(Ordering::SeqCst) > 0 {
            assert!(
                gone.elapsed() < Duration::from_secs(2),
                "still generating, stream: {stream}"
            );
            tokio::time::sleep(MS).await;
        }
    }
}
