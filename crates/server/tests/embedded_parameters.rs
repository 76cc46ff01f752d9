//! Parameters with the embedded model: preferences, context length and truncation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "local")]

mod support;

use serde_json::{Value, json};
use support::{MODEL, Running, request};

#[tokio::test]
async fn preferences_that_the_embedded_model_meets_are_served() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let mut body = request("Hi");
    body["provider"] = json!({
        "only": ["local"], "order": ["Local"], "allow_fallbacks": false, "data_collection": "deny",
        "zdr": true, "enforce_distillable_text": true, "quantizations": ["int4", "int8"],
        "max_price": {"prompt": 0, "completion": 0}, "require_parameters": true,
    });
    body["temperature"] = 0.into();
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 200, "{}", response.text());
    for provider in [
        json!({"only": ["azure"]}),
        json!({"ignore": ["local"]}),
        json!({"quantizations": ["fp16"]}),
    ] {
        let mut body = request("Hi");
        body["provider"] = provider.clone();
        let response = server.client().ask(&body).await;
        assert_eq!(response.status, 404, "{provider}");
    }
    let mut body = request("Hi");
    body["reasoning"] = json!({"effort": "high"});
    body["provider"] = json!({"require_parameters": true});
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 404, "{}", response.text());
    let by = &response.error()["availability"]["excluded_by"];
    assert_eq!(*by, json!(["require_parameters"]));
}

/// Returns a conversation longer than the context, with turns of a few hundred words.
fn long_conversation() -> Value {
    let words = "The quick brown fox jumps over the lazy dog and runs away. ".repeat(60);
    let mut turns = Vec::new();
    for number in 0..12 {
        turns.push(json!({"role": "user", "content": format!("Turn {number}. {words}")}));
        turns.push(json!({"role": "assistant", "content": format!("Reply {number}. {words}")}));
    }
    turns.push(json!({"role": "user", "content": "Say hello."}));
    json!(turns)
}

#[tokio::test]
async fn input_beyond_the_context_has_the_message_that_clients_match() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    for stream in [false, true] {
        let mut body = request(long_conversation());
        body["stream"] = stream.into();
        let response = server.client().ask(&body).await;
        assert_eq!(response.status, 400, "{}", response.text());
        let error = response.error();
        assert_eq!(error["type"], "context_length_exceeded");
        assert_eq!(error["param"], "input");
        let message = error["message"].as_str().unwrap();
        let context = server
            .client()
            .get(&format!("/api/v1/model/{MODEL}"))
            .await
            .json();
        let limit = &context["data"]["context_length"];
        let words = format!("maximum context length is {limit} tokens");
        assert!(message.contains(&words), "{message}");
    }
}

#[tokio::test]
async fn truncation_drops_the_oldest_turns() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    // The kept part is short, so that the model reads few tokens.
    let long = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "word ".repeat(9_000)},
        {"role": "assistant", "content": "A reply."},
        {"role": "user", "content": "Say hello."},
    ]);
    for (input, words) in [
        (long, "the 2 oldest turns were dropped"),
        (json!("Hi"), "nothing was dropped"),
    ] {
        let mut body = request(input);
        body["truncation"] = "auto".into();
        let length = body.to_string().len();
        let head = format!(
            "POST /v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nx-openrouter-metadata: enabled\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let http_response = server.client().open(head.as_bytes()).await.whole().await;
        assert_eq!(http_response.status, 200, "{}", http_response.text());
        let response = http_response.json();
        assert_eq!(response["truncation"], "auto");
        let pipeline = response["openrouter_metadata"]["pipeline"].to_string();
        assert!(pipeline.contains(words), "{pipeline}");
    }
    // A single turn that is too long is not cut.
    let mut body = request("word ".repeat(20_000));
    body["truncation"] = "auto".into();
    let http_response = server.client().ask(&body).await;
    assert_eq!(http_response.status, 400);
    assert_eq!(http_response.error()["type"], "context_length_exceeded");
}
