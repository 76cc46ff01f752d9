//! Over HTTP: parameters take effect, are refused or are noted in the metadata, and headers never
//! cause a refusal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod metadata;
mod routing;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use orouter_server::provider::{BoxFuture, Price};
use orouter_server::{
    EventStream, Failure, FailureKind, Limits, Load, Model, Policy, Provider, ProviderRequest,
    Server, ServerBuilder,
};
use orouter_wire::StreamEvent;
use serde_json::{Value, json};
use support::client::frames;
use support::script::{Line, Script, message};
use support::{Client, HttpResponse, Running};

const MODEL: &str = "example/one";

/// A scripted provider with a name, models and a policy of its own.
struct At {
    provider: &'static str,
    script: Script,
    models: Vec<Model>,
    policy: Policy,
}

impl At {
    fn new(provider: &'static str, script: Script) -> Self {
        let models = script.models().to_vec();
        Self {
            provider,
            script,
            models,
            policy: Policy::default(),
        }
    }

    fn answering(provider: &'static str, model: &str) -> Self {
        Self::new(provider, Script::new(model, message("ok", Duration::ZERO)))
    }

    fn failing(provider: &'static str, model: &str, kind: FailureKind) -> Self {
        Self::new(provider, Script::refusing(model, Failure::new(kind, "no")))
    }

    fn model(mut self, change: impl FnOnce(&mut Model)) -> Self {
        change(&mut self.models[0]);
        self
    }
}

impl Provider for At {
    fn name(&self) -> &str {
        self.provider
    }

    fn models(&self) -> &[Model] {
        &self.models
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn policy(&self) -> Policy {
        self.policy.clone()
    }

    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        self.script.generate(request)
    }
}

async fn serving(providers: impl IntoIterator<Item = At>) -> Running {
    let builder = providers
        .into_iter()
        .fold(Server::builder(), ServerBuilder::provider);
    Running::start(builder.limits(Limits::default().body_bytes(200_000))).await
}

async fn one() -> Running {
    serving([At::answering("alpha", MODEL)]).await
}

/// Two providers of the same model.
async fn two() -> Running {
    serving([
        At::answering("alpha", MODEL),
        At::answering("beta/eu", MODEL),
    ])
    .await
}

fn body(members: &Value) -> Value {
    let mut body = json!({"model": MODEL, "input": "hi"});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    body
}

/// Posts with these headers.
async fn post(client: &Client, headers: &[(&str, &str)], body: &Value) -> HttpResponse {
    let body = body.to_string();
    let mut head = String::from("POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = body.len();
    head.push_str(&format!(
        "content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    ));
    client.open(head.as_bytes()).await.whole().await
}

const ENABLED: &[(&str, &str)] = &[("X-OpenRouter-Metadata", "enabled")];

/// Returns the metadata of a 200.
async fn metadata(server: &Running, members: &Value) -> Value {
    let response = post(&server.client(), ENABLED, &body(members)).await;
    assert_eq!(response.status, 200, "{members}: {}", response.text());
    response.json()["openrouter_metadata"].clone()
}

#[tokio::test]
async fn headers_never_cause_a_refusal() {
    let server = one().await;
    let client = server.client();
    for (headers, miss) in [
        (&[("X-OpenRouter-Cache", "true")][..], true),
        (
            &[
                ("X-OpenRouter-Cache", "TRUE"),
                ("X-OpenRouter-Cache-TTL", "60abc"),
            ],
            true,
        ),
        (&[("X-OpenRouter-Cache", "false")], false),
        (&[("X-OpenRouter-Cache", "1")], false),
        (&[("X-OpenRouter-Cache-Clear", "true")], false),
        (
            &[("X-OpenRouter-Debug", "\"x\""), ("x-session-id", "s")],
            false,
        ),
        (
            &[
                ("X-OpenRouter-Metadata", ""),
                ("HTTP-Referer", "::"),
                ("X-Title", "t"),
            ],
            false,
        ),
    ] {
        for stream in [false, true] {
            let response = post(&client, headers, &body(&json!({"stream": stream}))).await;
            assert_eq!(response.status, 200, "{headers:?}");
            let status = response.headers.get("x-openrouter-cache-status");
            assert_eq!(
                status.map(String::as_str),
                miss.then_some("MISS"),
                "{headers:?}"
            );
        }
    }
    let headers = [
        ENABLED,
        &[("X-OpenRouter-Cache", "true"), ("X-OpenRouter-Debug", "1")],
    ]
    .concat();
    let text = post(&client, &headers, &body(&json!({}))).await.text();
    assert!(
        text.contains("x-openrouter-cache") && text.contains("x-openrouter-debug"),
        "{text}"
    );
}

#[tokio::test]
async fn every_response_has_both_ids_and_every_error_type_and_param() {
    let server = one().await;
    let client = server.client();
    let large = vec![b' '; 200_001];
    let responses = [
        (client.get("/api/v1/models").await, None),
        (client.get("/health").await, None),
        (client.ask(&body(&json!({}))).await, None),
        (client.ask(&body(&json!({"stream": true}))).await, None),
        (client.get("/api/v1/nothing").await, Some("not_found")),
        (client.get("/api/v1/model/a/b").await, Some("not_found")),
        (
            client.get("/api/v1/responses").await,
            Some("invalid_request"),
        ),
        (
            client.post("/api/v1/responses", "{").await,
            Some("invalid_request"),
        ),
        (
            client.post("/api/v1/responses", "").await,
            Some("invalid_request"),
        ),
        (
            client.post("/api/v1/responses", large).await,
            Some("payload_too_large"),
        ),
        (
            client.ask(&json!({"model": "a/b", "input": "x"})).await,
            Some("not_found"),
        ),
        (
            client.ask(&body(&json!({"top_p": 9}))).await,
            Some("invalid_request"),
        ),
    ];
    for (response, kind) in responses {
        let id = &response.headers["x-generation-id"];
        assert!(id.starts_with("gen-"));
        assert_eq!(&response.headers["x-request-id"], id);
        if let Some(kind) = kind {
            let error = response.error();
            assert_eq!(error["type"], kind, "{error}");
            assert_eq!(error["metadata"]["error_type"], kind);
            let param = error.get("param").expect("always present");
            assert!(param.is_null() || param.is_string(), "{error}");
        }
    }
}

#[tokio::test]
async fn client_text_in_messages_is_short_and_without_control_characters() {
    let server = one().await;
    let client = server.client();
    let long = format!("{}\u{1b}[31m\r\n{}", "a", "long".repeat(20_000));
    let names: Vec<String> = (0..500)
        .map(|n| format!("{n}{}", "m".repeat(300)))
        .collect();
    for members in [
        json!({"model": long}),
        json!({"model": format!("{long}:online")}),
        json!({"models": names, "model": "x"}),
        json!({"metadata": {"k": "v", long.clone(): "v"}}),
        json!({"truncation": long}),
        json!({"service_tier": long}),
        json!({"provider": {"only": [long]}}),
        json!({"provider": {"only": names}}),
        json!({"text": {"format": {"type": long}}}),
        json!({"stop_server_tools_when": [{"type": long}]}),
        json!({"temperature": long}),
    ] {
        let response = client.ask(&body(&members)).await;
        assert!((400..500).contains(&response.status), "{}", response.status);
        let error = response.error();
        let message = error["message"].as_str().unwrap();
        assert!(
            message.chars().count() < 1000,
            "{} characters",
            message.len()
        );
        assert!(!message.chars().any(char::is_control), "{message:?}");
        assert!(
            response.text().len() < 16_000,
            "{} bytes",
            response.text().len()
        );
    }
    let long = format!("/api/v1/{}", "p".repeat(5000));
    let response = client.get(&long).await;
    assert_eq!(response.status, 404);
    assert!(response.text().len() < 1000);
    let noted = json!({"x".repeat(50_000): 1, "reasoning": {"y".repeat(50_000): 1}});
    let response = post(&client, ENABLED, &body(&noted)).await;
    assert_eq!(response.status, 200);
    let metadata = response.json()["openrouter_metadata"].to_string();
    assert!(metadata.contains("reasoning.yyy") && metadata.len() < 2000);
}
