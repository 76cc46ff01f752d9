//! Providers that speak Gemini's generateContent.

use serde_json::{Value, json};

use super::support::{Setup, collect, json, request, request_of, stream};
use crate::config::Protocol;

async fn setup(script: Vec<orouter_http::testing::Step>) -> Setup {
    Setup::configured([script], |config| {
        config.protocol = Protocol::Gemini;
    })
    .await
}

const CHUNKS: [&str; 2] = [
    r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"index":0}]}"#,
    r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"!"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5}}"#,
];

#[tokio::test]
async fn a_stream_has_its_own_method_and_the_key_its_own_header() {
    let setup = setup(stream(&CHUNKS)).await;
    let (events, failure) = collect(setup.provider.generate(request("a")).await.unwrap()).await;
    assert!(failure.is_none());
    let response = events.last().unwrap().response().unwrap();
    assert_eq!(response.output_text(), "Hi!");
    assert_eq!(response.usage.as_ref().unwrap().total_tokens, 5);
    let received = &setup.server.received()[0];
    assert_eq!(
        received.request_line(),
        "POST /api/v1/models/gpt:streamGenerateContent?alt=sse HTTP/1.1"
    );
    let key = "sk-upstream-0123456789abcdef";
    assert_eq!(received.header("x-goog-api-key"), Some(key));
    assert_eq!(received.header("authorization"), None);
    let body: Value = serde_json::from_slice(&received.body).unwrap();
    let contents = json!([{"role": "user", "parts": [{"text": "hi"}]}]);
    assert_eq!(body, json!({"contents": contents}));
}

#[tokio::test]
async fn a_whole_reply_is_one_response() {
    let setup = setup(json(200, CHUNKS[1])).await;
    let request = request_of(r#"{"model":"m","input":"hi"}"#, "a");
    let (events, failure) = collect(setup.provider.generate(request).await.unwrap()).await;
    assert!(failure.is_none());
    let response = events.last().unwrap().response().unwrap();
    assert_eq!(response.output_text(), "!");
    let received = &setup.server.received()[0];
    let line = "POST /api/v1/models/gpt:generateContent HTTP/1.1";
    assert_eq!(received.request_line(), line);
}

#[tokio::test]
async fn a_failure_has_the_status_of_its_kind() {
    let body = r#"{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}"#;
    let setup = setup(json(429, body)).await;
    let failure = setup.call().await.unwrap_err();
    assert_eq!(failure.status(), 429);
}
