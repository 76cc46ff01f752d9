//! Replies of a scripted provider: streams, bodies, keep-alives, cancellation, the log.

use std::sync::atomic::Ordering;
use std::time::Duration;

use orouter_server::{Limits, Server};
use serde_json::{Value, json};

use super::client::{PATH, ask, ask_with, check_head, chunks, data, last, post, post_with, text};
use crate::support::log::Lines;
use crate::support::script::{Line, Script, message};
use crate::support::{Client, Running};

const MS: Duration = Duration::from_millis(1);

async fn server(lines: Vec<Line>) -> Running {
    let script = Script::new("test/model", lines);
    let limits = Limits::default().head_hold(300 * MS).keep_alive(50 * MS);
    Running::start(Server::builder().provider(script).limits(limits)).await
}

#[tokio::test]
async fn a_stream_has_a_chunk_for_each_delta() {
    let server = server(message("Hello", 2 * MS)).await;
    for path in [PATH, "/v1/chat/completions", "/api/v1/chat/completions/"] {
        let body = ask(true).to_string();
        let answer = server.client().post(path, body).await;
        let chunks = chunks(&answer);
        assert_eq!(text(&chunks), "Hello");
        assert_eq!(chunks.len(), 6, "{chunks:?}");
        let last = chunks.last().unwrap();
        assert_eq!(last["provider"], "script");
        assert_eq!(last["choices"][0]["finish_reason"], "stop");
        assert_eq!(last["usage"]["prompt_tokens"], 3);
        assert_eq!(last["usage"]["completion_tokens"], 2);
        assert_eq!(answer.headers["x-accel-buffering"], "no");
        assert_eq!(
            answer.headers["x-request-id"],
            answer.headers["x-generation-id"]
        );
    }
}

#[tokio::test]
async fn the_usage_has_a_chunk_without_choices_if_the_request_asks_for_it() {
    let server = server(message("Hi", MS)).await;
    let request = ask_with(true, &json!({"stream_options": {"include_usage": true}}));
    let chunks = chunks(&post(&server, &request).await);
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["total_tokens"], 5);
    let finish = &chunks[chunks.len() - 2];
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert!(finish.get("usage").is_none());
}

#[tokio::test]
async fn a_body_has_the_message_and_the_usage() {
    let server = server(message("Hello", MS)).await;
    for request in [ask(false), ask_with(false, &json!({"stream": null}))] {
        let answer = post(&server, &request).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.json();
        check_head(&body, "chat.completion", &answer);
        let choice = &body["choices"][0];
        assert_eq!(choice["message"]["role"], "assistant");
        assert_eq!(choice["message"]["content"], "Hello");
        assert_eq!(choice["finish_reason"], "stop");
        assert_eq!(body["usage"]["total_tokens"], 5);
        assert_eq!(body["provider"], "script");
        assert!(body.get("openrouter_metadata").is_none());
    }
}

#[tokio::test]
async fn calls_and_reasoning_reach_the_client() {
    let item = |index: u64, item: Value| {
        [
            json!({"type": "response.output_item.added", "output_index": index, "item": item}),
            json!({"type": "response.output_item.done", "output_index": index, "item": item}),
        ]
    };
    let mut lines = Vec::new();
    lines.extend(item(0, json!({"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Let me think."}], "encrypted_content": "sealed"})));
    lines.extend(item(1, json!({"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": "{\"a\":1}"})));
    lines.extend(item(2, json!({"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "g", "arguments": ""})));
    lines.push(json!({"type": "response.completed", "response": {"status": "completed"}}));
    let server = server(lines.into_iter().map(Line::Event).collect()).await;
    let tools = json!([{"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": "g"}}]);

    let request = ask_with(false, &json!({"tools": tools}));
    let body = post(&server, &request).await.json();
    let message = &body["choices"][0]["message"];
    assert_eq!(message["content"], Value::Null);
    assert_eq!(message["reasoning"], "Let me think.");
    assert_eq!(message["reasoning_details"][1]["data"], "sealed");
    let calls = message["tool_calls"].as_array().unwrap();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0]["function"]["arguments"], "{\"a\":1}");
    assert_eq!(calls[1]["function"]["arguments"], "{}");
    assert_eq!(body["choices"][0]["finish_reason"], "tool_calls");

    let answer = post(&server, &ask_with(true, &json!({"tools": tools}))).await;
    let chunks = chunks(&answer);
    let deltas: Vec<&Value> = chunks
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"])
        .collect();
    let reasoning: String = deltas
        .iter()
        .filter_map(|delta| delta["reasoning"].as_str())
        .collect();
    assert_eq!(reasoning, "Let me think.");
    let mut arguments = [String::new(), String::new()];
    let mut ids = Vec::new();
    for call in deltas
        .iter()
        .filter_map(|delta| delta["tool_calls"].as_array())
        .flatten()
    {
        let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
        ids.extend(call["id"].as_str());
        arguments[index].push_str(call["function"]["arguments"].as_str().unwrap_or_default());
    }
    assert_eq!(ids, ["call_1", "call_2"]);
    assert_eq!(arguments, ["{\"a\":1}", "{}"]);
    let finish = &chunks.last().unwrap()["choices"][0];
    assert_eq!(finish["finish_reason"], "tool_calls");

    let hidden = ask_with(false, &json!({"reasoning": {"exclude": true}}));
    let message = post(&server, &hidden).await.json()["choices"][0]["message"].clone();
    assert!(message.get("reasoning").is_none(), "{message}");
}

#[tokio::test]
async fn comments_keep_a_slow_stream_alive() {
    let server = server(message("ab", 400 * MS)).await;
    let answer = post(&server, &ask(true)).await;
    assert!(answer.comments() > 4, "{}", answer.text());
    assert_eq!(text(&chunks(&answer)), "ab");
}

#[tokio::test]
async fn a_disconnected_client_stops_the_generation() {
    for stream in [true, false] {
        let script = Script::new("test/model", message("abcdefghij", 100 * MS));
        let active = script.active();
        let server = Running::start(Server::builder().provider(script)).await;
        let bytes = Client::posted(PATH, ask(stream).to_string().as_bytes());
        let socket = server.client().send(&bytes).await;
        while active.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(MS).await;
        }
        drop(socket);
        server.idle().await;
        assert_eq!(active.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn metadata_is_in_the_last_document_with_the_names_of_the_client() {
    let server = server(message("Hi", MS)).await;
    for stream in [true, false] {
        let request = ask_with(
            stream,
            &json!({"max_completion_tokens": 9, "response_format": {"type": "json_object"}, "min_p": 0.1, "store": true, "odd": 1}),
        );
        let answer = post_with(&server, &[("x-openrouter-metadata", "enabled")], &request).await;
        let last = last(&answer, stream);
        let metadata = &last["openrouter_metadata"];
        assert_eq!(metadata["requested"], "test/model", "{last}");
        let notes = metadata["pipeline"][0]["data"]["notes"].as_array().unwrap();
        let params: Vec<&str> = notes
            .iter()
            .map(|note| note["param"].as_str().unwrap())
            .collect();
        for name in ["min_p", "store", "odd"] {
            assert!(params.contains(&name), "{params:?}");
        }
        for param in params {
            assert!(
                !param.starts_with("text") && param != "max_output_tokens",
                "{param}"
            );
        }
    }
}

#[tokio::test]
async fn a_failure_within_a_stream_is_its_last_chunk() {
    let mut lines = message("Hello", MS);
    lines.truncate(5);
    let failed = json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": "server_is_overloaded", "message": "busy"}, "usage": {"input_tokens": 3, "output_tokens": 1, "total_tokens": 4}}});
    lines.push(Line::Event(failed));
    let server = server(lines).await;
    let headers = [("x-openrouter-metadata", "enabled")];
    let answer = post_with(&server, &headers, &ask(true)).await;
    let (chunks, done) = data(&answer);
    assert!(!done, "`[DONE]` is the end of complete replies");
    let last = chunks.last().unwrap();
    check_head(last, "chat.completion.chunk", &answer);
    assert_eq!(last["error"]["code"], 503);
    assert_eq!(last["error"]["message"], "busy");
    assert_eq!(
        last["error"]["metadata"]["error_type"],
        "provider_overloaded"
    );
    assert_eq!(last["choices"][0]["finish_reason"], "error");
    assert_eq!(last["usage"]["total_tokens"], 4);
    assert!(last["openrouter_metadata"].is_object());
    // The same failure is the status of a body.
    let answer = post(&server, &ask(false)).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.error()["message"], "busy");
}

#[tokio::test]
async fn the_log_has_the_path_and_the_usage() {
    let lines = Lines::get();
    let script = Script::new("test/model", message("confidential", MS));
    let server = Running::start(Server::builder().provider(script)).await;
    // Another path than those of the other tests, whose lines are in the same log.
    let path = "/v1/chat/completions?log";
    for stream in [true, false] {
        let answer = server.client().post(path, ask(stream).to_string()).await;
        let id = answer.headers["x-generation-id"].clone();
        let find = || {
            let text = lines.text();
            let mut parsed = text
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap());
            parsed.find(|line| line["message"] == "request" && line["generation"] == id.as_str())
        };
        let mut line = find();
        while line.is_none() {
            tokio::time::sleep(MS).await;
            line = find();
        }
        let line = line.unwrap();
        assert_eq!(line["path"], "/v1/chat/completions");
        assert_eq!(line["model"], "test/model");
        assert_eq!(line["streamed"], stream);
        assert_eq!(line["outcome"], "completed");
        assert_eq!(
            (&line["input_tokens"], &line["output_tokens"]),
            (&json!(3), &json!(2))
        );
        assert!(!line.to_string().contains("confidential"), "{line}");
    }
}
