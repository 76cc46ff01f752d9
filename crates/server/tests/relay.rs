//! Failures keep their status as long as that can be told, and are told in the stream after that;
//! slow answers show signs of life; whoever goes away ends the work.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use orouter_server::{Failure, FailureKind, Limits, Server};
use orouter_wire::assemble::Auditor;
use orouter_wire::{ResponseStatus, StreamEvent};
use serde_json::{Value, json};
use support::Running;
use support::script::{Line, Script, message};

const MS: Duration = Duration::from_millis(1);

async fn server(script: Script) -> Running {
    let limits = Limits::default().head_hold(300 * MS).keep_alive(50 * MS);
    Running::start(Server::builder().endpoint(script).limits(limits)).await
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
        let answer = server.client().ask(&ask(stream)).await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.headers["retry-after"], "7");
        assert_eq!(
            answer.error()["metadata"]["error_type"],
            "provider_overloaded"
        );
    }
}

#[tokio::test]
async fn a_failure_right_after_the_announcement_keeps_its_status() {
    let announced =
        json!({"type": "response.created", "response": {"id": "theirs"}, "sequence_number": 0});
    let failed = json!({"type": "response.failed", "response": {"id": "theirs", "status": "failed", "error": {"code": "server_error", "message": "out of order"}}});
    let lines = vec![Line::Event(announced), Line::Event(failed)];
    let server = server(Script::new("test/model", lines)).await;
    for stream in [true, false] {
        let answer = server.client().ask(&ask(stream)).await;
        assert_eq!(answer.status, 502);
        assert_eq!(answer.error()["message"], "out of order");
    }
}

#[tokio::test]
async fn after_the_hold_comments_flow_and_a_refusal_is_told_in_the_stream() {
    let server = server(Script::refusing("test/model", overloaded()).slow(600 * MS)).await;
    let answer = server.client().ask(&ask(true)).await;
    let events = answer.events();
    assert!(answer.comments() >= 3, "{}", answer.text());
    assert!(
        answer.chunks[0].starts_with(b": "),
        "the head comes with a sign of life"
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
    assert_eq!(response.id, answer.headers["x-generation-id"]);
}

#[tokio::test]
async fn a_slow_answer_comes_whole_with_comments_in_between() {
    let server = server(Script::new("test/model", message("abc", 120 * MS)).slow(500 * MS)).await;
    let answer = server.client().ask(&ask(true)).await;
    let events = answer.events();
    audit(&events);
    assert!(answer.comments() >= 5, "{}", answer.text());
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
        (3, 2, Some(0.0))
    );
}

#[tokio::test]
async fn a_failure_amid_the_answer_ends_it_as_failed() {
    for (end, said) in [
        (vec![Line::Fail(overloaded())], "no room"),
        (
            vec![Line::Event(
                json!({"type": "error", "code": "x", "message": "burnt"}),
            )],
            "burnt",
        ),
        (vec![], "broke off"),
    ] {
        let mut lines = message("abc", Duration::ZERO);
        lines.truncate(6);
        lines.extend(end);
        let server = server(Script::new("test/model", lines)).await;
        let answer = server.client().ask(&ask(true)).await;
        let events = answer.events();
        audit(&events);
        let StreamEvent::Failed(last) = events.last().unwrap() else {
            panic!("{events:#?}")
        };
        let response = last.response.as_ref().unwrap();
        assert!(response.error.as_ref().unwrap().message.contains(said));
        assert_eq!(response.output_text(), "ab", "what had come is still there");

        // Without a stream nothing was sent yet: the status tells it.
        let answer = server.client().ask(&ask(false)).await;
        assert!(answer.status >= 500, "{}", answer.text());
        assert!(answer.error()["message"].as_str().unwrap().contains(said));
    }
}

#[tokio::test]
async fn the_next_model_answers_when_the_first_one_fails() {
    let failing = Script::refusing("test/model", overloaded());
    let server = Running::start(
        Server::builder()
            .endpoint(failing)
            .endpoint(Script::new("test/other", message("b", MS))),
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
async fn a_client_that_goes_away_ends_the_work() {
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
                "still at work, stream: {stream}"
            );
            tokio::time::sleep(MS).await;
        }
    }
}
