//! Upstreams of each protocol behind the route.

use orouter_upstream_double::{Upstream, Vendor};
use serde_json::{Value, json};

use super::client::{ask_with, chunks, last, post, post_with, text};
use crate::support::Running;
use crate::support::router::{config, model, provider, start};

async fn serving(vendor: Vendor) -> (Running, Upstream) {
    let upstream = Upstream::start(move |request| vendor.reply(request, "Hello there"))
        .await
        .unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let server = start(&config([one], [model("test/model", &["one"])])).await;
    (server, upstream)
}

#[tokio::test]
async fn every_protocol_serves_the_route() {
    for vendor in Vendor::ALL {
        let (server, upstream) = serving(vendor).await;
        for stream in [false, true] {
            let answer = post(&server, &ask_with(stream, &json!({"max_tokens": 50}))).await;
            let last = last(&answer, stream);
            let said = match stream {
                true => text(&chunks(&answer)),
                false => last["choices"][0]["message"]["content"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            };
            assert_eq!(said, "Hello there", "{vendor:?}");
            assert_eq!(last["choices"][0]["finish_reason"], "stop");
            assert_eq!(last["provider"], "one");
            assert_eq!(last["usage"]["prompt_tokens"], 11);
            assert_eq!(last["usage"]["completion_tokens"], 5);
        }
        assert_eq!(upstream.requests(), 2);
    }
}

/// A conversation with everything that a client sends often.
fn conversation() -> Value {
    json!({
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "See:"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}}]},
            {"role": "assistant", "content": "Calling.", "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"}}]},
            {"role": "tool", "tool_call_id": "call_1", "content": "2"},
            {"role": "user", "content": "And?"},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}}],
        "tool_choice": "auto", "temperature": 0.25, "max_tokens": 7, "stop": ["x"], "seed": 5,
        "response_format": {"type": "json_object"}, "user": "u",
    })
}

#[tokio::test]
async fn a_chat_upstream_gets_the_request_of_the_client() {
    let (server, upstream) = serving(Vendor::Chat).await;
    let request = ask_with(false, &conversation());
    assert_eq!(post(&server, &request).await.status, 200);
    let received = upstream.received().pop().unwrap();
    assert!(received.path().ends_with("/chat/completions"));
    let mut body = received.json();
    assert_eq!(body["model"], "upstream-model");
    // The Responses API has another default.
    assert_eq!(body["tools"][0]["function"]["strict"], false);
    body["tools"][0]["function"]
        .as_object_mut()
        .unwrap()
        .remove("strict");
    for (name, value) in conversation().as_object().unwrap() {
        assert_eq!(&body[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_responses_upstream_gets_items() {
    let (server, upstream) = serving(Vendor::Responses).await;
    let request = ask_with(false, &conversation());
    assert_eq!(post(&server, &request).await.status, 200);
    let received = upstream.received().pop().unwrap();
    assert!(received.path().ends_with("/responses"));
    let body = received.json();
    let kinds: Vec<&str> = body["input"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "message",
            "message",
            "message",
            "function_call",
            "function_call_output",
            "message"
        ]
    );
    assert_eq!(body["max_output_tokens"], 7);
    assert_eq!(body["text"]["format"]["type"], "json_object");
    assert_eq!(body["tools"][0]["name"], "f");
    assert_eq!(body["tools"][0]["strict"], false);
    for member in ["messages", "max_tokens", "response_format"] {
        assert!(body.get(member).is_none(), "{member}");
    }
}

#[tokio::test]
async fn tools_of_the_service_are_skipped_with_a_note() {
    let (server, upstream) = serving(Vendor::Chat).await;
    let tools =
        json!([{"type": "openrouter:web_search"}, {"type": "function", "function": {"name": "f"}}]);
    let request = ask_with(false, &json!({"tools": tools}));
    let answer = post_with(&server, &[("x-openrouter-metadata", "enabled")], &request).await;
    let body = answer.json();
    let notes = &body["openrouter_metadata"]["pipeline"][0]["data"]["notes"];
    assert_eq!(notes[0]["param"], "tools[0]", "{notes}");
    assert_eq!(notes[0]["action"], "skipped");
    let sent = upstream.received().pop().unwrap().json();
    assert_eq!(sent["tools"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cost_is_in_the_usage() {
    let upstream = Upstream::start(|request| Vendor::Chat.reply(request, "Hello"))
        .await
        .unwrap();
    let one = provider("one", Vendor::Chat, upstream.base_url());
    let mut priced = model("test/model", &["one"]);
    priced.endpoints[0].price = Some(orouter_server::provider::Price::per_million(1000.0, 2000.0));
    let server = start(&config([one], [priced])).await;
    for stream in [false, true] {
        let last = last(&post(&server, &ask_with(stream, &json!({}))).await, stream);
        let usage = &last["usage"];
        let close =
            |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-9;
        assert!(close(&usage["cost"], 0.021), "{usage}");
        let details = &usage["cost_details"];
        assert!(
            close(&details["upstream_inference_prompt_cost"], 0.011),
            "{usage}"
        );
        assert!(
            close(&details["upstream_inference_completions_cost"], 0.01),
            "{usage}"
        );
        assert_eq!(usage["is_byok"], false);
    }
}
