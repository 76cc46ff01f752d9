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
    let failed = json!({"type": "response.failed", "response": {"id": "theirs", "status": "failed", "error": {"code": "provider_unavailable", "message": "out of order"}}});
    let lines = vec![
        Line::Event(announced),
        Line::Event(json!({"type": "keepalive"})),
        Line::Event(failed),
    ];
    let server = server(Script::new("test/model", lines)).await;
    for stream in [true, false] {
        let answer = server.client().ask(&ask(stream)).await;
        assert_eq!(answer.status, 502);
        assert_eq!(answer.error()["message"], "out of order");
    }
}

/// The forms in which services report a failure inside of a stream.
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
                let answer = server.client().ask(&ask(stream)).await;
                assert_eq!(answer.status, status, "{form}: {}", answer.text());
                let metadata = answer.error()["metadata"].clone();
                assert_eq!(metadata["error_type"], kind, "{form}");
                assert_eq!(metadata["provider_name"], "script", "{form}");
                let hinted = matches!(status, 429 | 503 | 529 | 524);
                assert_eq!(answer.headers.contains_key("retry-after"), hinted, "{form}");
            }
        }
    }
}

#[tokio::test]
async fn a_fault_inside_of_the_provider_is_masked() {
    for form in forms("internal_server_error", "stack trace: secret") {
        let server = server(Script::new("test/model", vec![Line::Event(form.clone())])).await;
        let answer = server.client().ask(&ask(false)).await;
        assert_eq!(answer.status, 500, "{form}");
        let text = answer.text();
        assert!(
            !text.contains("secret") && !text.contains("provider_code"),
            "{text}"
        );
    }
}

/// The last response of the stream of this script, which breaks no rule.
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
async fn the_type_of_the_last_event_decides_the_outcome() {
    let usage = json!({"input_tokens": 3, "output_tokens": 2, "total_tokens": 5});
    let cases = [
        ("response.completed", json!("completed"), "completed"),
        ("response.completed", json!(null), "completed"),
        ("response.completed", json!("in_progress"), "completed"),
        ("response.completed", json!("incomplete"), "incomplete"),
        ("response.completed", json!("failed"), "failed"),
        ("response.done", json!("completed"), "completed"),
        ("response.done", json!(null), "completed"),
        ("response.done", json!("incomplete"), "incomplete"),
        ("response.done", json!("failed"), "failed"),
        ("response.incomplete", json!(null), "incomplete"),
        ("response.incomplete", json!("completed"), "incomplete"),
        ("response.failed", json!(null), "failed"),
        ("response.failed", json!("completed"), "failed"),
        ("response.cancelled", json!("cancelled"), "incomplete"),
    ];
    for (kind, status, outcome) in cases {
        let mut lines = message("abc", Duration::ZERO);
        lines.pop();
        let mut response = json!({"usage": usage});
        if !status.is_null() {
            response["status"] = status.clone();
        }
        lines.push(Line::Event(json!({"type": kind, "response": response})));
        let (events, response) = streamed(lines).await;
        assert_eq!(response.status.as_str(), outcome, "{kind} {status}");
        let last = events.last().unwrap().kind().to_owned();
        assert_eq!(last, format!("response.{outcome}"), "{kind} {status}");
        let usage = response.usage.as_ref().unwrap();
        assert_eq!((usage.input_tokens, usage.output_tokens), (3, 2));
        assert_eq!(response.output_text(), "abc");
        assert_eq!(response.error.is_some(), outcome == "failed");
    }
    let mut lines = message("abc", Duration::ZERO);
    lines.pop();
    lines.push(Line::Event(json!({"type": "response.completed"})));
    assert_eq!(streamed(lines).await.1.status, ResponseStatus::Completed);
    let mut lines = message("abc", Duration::ZERO);
    lines.pop();
    lines.push(Line::Event(json!({"type": "response.done", "response": {"incomplete_details": {"reason": "max_output_tokens"}}})));
    let (_, response) = streamed(lines).await;
    assert_eq!(response.status, ResponseStatus::Incomplete);
    assert!(response.incomplete_details.is_some());
}

#[tokio::test]
async fn output_of_the_last_event_alone_is_kept_once() {
    let said = |text: &str| json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": text, "annotations": []}]});
    let other = |text: &str| {
        let mut item = said(text);
        item["id"] = json!("msg_other");
        item
    };
    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{\"a\":1}", "status": "completed"});
    let custom = json!({"type": "custom_tool_call", "call_id": "d", "name": "g", "input": "text"});
    let reasoning = json!({"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm."}], "encrypted_content": "x"});
    // The number of scripted lines before the last event, its output, the kinds and the text that
    // the client must get.
    let cases = [
        (0, json!([said("abc")]), vec!["message"], "abc"),
        (
            0,
            json!([reasoning, said("abc"), call, custom]),
            vec!["reasoning", "message", "function_call", "custom_tool_call"],
            "abc",
        ),
        (
            0,
            json!([{"role": "assistant", "content": "abc"}]),
            vec!["message"],
            "abc",
        ),
        (8, json!([said("abc")]), vec!["message"], "abc"),
        (8, json!([other("abc")]), vec!["message"], "abc"),
        (8, json!([]), vec!["message"], "abc"),
        (
            8,
            json!([said("abc"), call]),
            vec!["message", "function_call"],
            "abc",
        ),
        (4, json!([said("abc")]), vec!["message"], "abc"),
        (
            4,
            json!([other("abc"), call]),
            vec!["message", "function_call"],
            "abc",
        ),
        (2, json!([said("abc")]), vec!["message"], "abc"),
        (1, json!([said("abc")]), vec!["message"], "abc"),
        (6, json!([said("abc")]), vec!["message"], "abc"),
        (7, json!([said("abc")]), vec!["message"], "abc"),
        (5, json!([]), vec!["message"], "abc"),
    ];
    for (lines_before, output, kinds, text) in cases {
        let mut lines: Vec<Line> = message("abc", Duration::ZERO)
            .into_iter()
            .filter(|line| matches!(line, Line::Event(_)))
            .collect();
        lines.truncate(lines_before);
        lines.push(Line::Event(json!({"type": "response.completed", "response": {"status": "completed", "output": output}})));
        let (events, response) = streamed(lines.clone()).await;
        let case = format!("{lines_before} {output}");
        let found: Vec<&str> = response.output.iter().map(Item::kind).collect();
        assert_eq!(found, kinds, "{case}");
        assert_eq!(text_of(&events), text, "{case}");
        assert_eq!(response.output_text(), text, "{case}");
        assert!(
            response.output.iter().all(|item| item
                .status()
                .is_some_and(|status| status.as_str() == "completed")),
            "{case} {response:?}"
        );

        let server = server(Script::new("test/model", lines)).await;
        let whole = server.client().ask(&ask(false)).await.response();
        assert_eq!(whole.output.len(), kinds.len(), "{case}");
        assert_eq!(whole.output_text(), text, "{case}");
    }
}

#[tokio::test]
async fn text_without_deltas_is_told_in_deltas_once() {
    fn named(line: &Line, kind: &str) -> bool {
        match line {
            Line::Event(event) => event["type"].as_str().unwrap().ends_with(kind),
            _ => false,
        }
    }
    let without = |kinds: &[&str]| -> Vec<Line> {
        message("abc", Duration::ZERO)
            .into_iter()
            .filter(|line| matches!(line, Line::Event(_)))
            .filter(|line| !kinds.iter().any(|kind| named(line, kind)))
            .collect()
    };
    let mut scripts = vec![
        without(&[]),
        without(&["text.delta"]),
        without(&["text.delta", "text.done"]),
        without(&["text.delta", "part.added", "text.done"]),
        without(&["text.delta", "part.added", "text.done", "part.done"]),
        without(&[
            "text.delta",
            "part.added",
            "text.done",
            "part.done",
            "item.added",
        ]),
        without(&["text.done", "part.done"]),
        without(&["item.done"]),
    ];
    // One delta of three is lost.
    let mut cut = without(&[]);
    cut.remove(4);
    scripts.push(cut);
    for lines in scripts {
        let case: Vec<String> = lines
            .iter()
            .map(|line| match line {
                Line::Event(event) => event["type"].to_string(),
                _ => String::new(),
            })
            .collect();
        let (events, response) = streamed(lines).await;
        assert_eq!(text_of(&events), "abc", "{case:?}");
        assert_eq!(response.output_text(), "abc", "{case:?}");
        assert_eq!(response.output.len(), 1, "{case:?}");
    }

    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{\"a\":1}", "status": "completed"});
    let begun = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "", "status": "in_progress"});
    let added = json!({"type": "response.output_item.added", "output_index": 0, "item": begun});
    let arguments = json!({"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 0, "name": "f", "arguments": "{\"a\":1}"});
    let done = json!({"type": "response.output_item.done", "output_index": 0, "item": call});
    let end = json!({"type": "response.completed", "response": {"output": [call]}});
    for lines in [
        vec![&added, &arguments, &done, &end],
        vec![&added, &done, &end],
        vec![&done, &end],
        vec![&added, &end],
    ] {
        let lines = lines.into_iter().cloned().map(Line::Event).collect();
        let (events, response) = streamed(lines).await;
        let deltas: String = events
            .iter()
            .filter_map(|event| match event {
                StreamEvent::FunctionCallArgumentsDelta(event) => Some(event.delta.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(deltas, "{\"a\":1}");
        assert_eq!(response.output.len(), 1);
    }
}

#[tokio::test]
async fn a_failed_response_keeps_its_usage_and_its_items_are_incomplete() {
    let added = |index: u32, item: Value| {
        Line::Event(
            json!({"type": "response.output_item.added", "output_index": index, "item": item}),
        )
    };
    let mut lines = message("abc", Duration::ZERO);
    lines.truncate(4);
    lines.extend([
        added(1, json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "", "status": "in_progress"})),
        added(2, json!({"type": "web_search_call", "id": "ws_1", "status": "searching", "action": {"type": "search", "query": "q"}})),
        added(3, json!({"type": "image_generation_call", "id": "ig_1", "status": "generating", "result": null})),
        added(4, json!({"type": "custom_tool_call", "id": "ct_1", "call_id": "d", "name": "g", "input": ""})),
        added(5, json!({"type": "code_interpreter_call", "id": "ci_1", "status": "interpreting", "code": "1", "container_id": "x", "outputs": null})),
    ]);
    let end = json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": "slow_down", "message": "Too busy, try again in 9s."}, "usage": {"input_tokens": 7, "output_tokens": 1, "total_tokens": 8}}});
    for (end, used) in [(Some(end), true), (None, false)] {
        let mut lines = lines.clone();
        lines.extend(end.map(Line::Event));
        let (_, response) = streamed(lines).await;
        assert_eq!(response.status, ResponseStatus::Failed);
        assert_eq!(response.output.len(), 6);
        for item in &response.output {
            assert_eq!(
                item.status().map(ItemStatus::as_str),
                Some("incomplete"),
                "{item:?}"
            );
        }
        assert_eq!(
            response.usage.map(|usage| usage.input_tokens),
            used.then_some(7)
        );
        if used {
            let error = response.error.unwrap();
            let metadata = orouter_wire::to_string(&error.metadata.unwrap());
            let metadata: Value = serde_json::from_str(&metadata).unwrap();
            assert_eq!(metadata["provider_code"], "slow_down");
            assert_eq!(metadata["provider_name"], "script");
            assert_eq!(metadata["retry_after"], 9);
        }
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
