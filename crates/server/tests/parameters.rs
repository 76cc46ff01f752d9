//! Over HTTP: parameters take effect, are refused or are noted in the metadata, and headers never
//! cause a refusal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter_server::endpoint::{BoxFuture, Price};
use orouter_server::{
    Call, Endpoint, EventStream, Failure, FailureKind, Limits, Load, Model, Policy, Server,
    ServerBuilder,
};
use orouter_wire::StreamEvent;
use serde_json::{Value, json};
use support::client::frames;
use support::script::{Line, Script, message};
use support::{Answer, Client, Running};

const MODEL: &str = "example/one";

/// A script at a provider of this name.
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

impl Endpoint for At {
    fn provider(&self) -> &str {
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

    fn answer(&self, call: Call) -> BoxFuture<Result<EventStream, Failure>> {
        self.script.answer(call)
    }
}

async fn serving(endpoints: impl IntoIterator<Item = At>) -> Running {
    let builder = endpoints
        .into_iter()
        .fold(Server::builder(), ServerBuilder::endpoint);
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
async fn post(client: &Client, headers: &[(&str, &str)], body: &Value) -> Answer {
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

/// The metadata of a response that is served.
async fn metadata(server: &Running, members: &Value) -> Value {
    let answer = post(&server.client(), ENABLED, &body(members)).await;
    assert_eq!(answer.status, 200, "{members}: {}", answer.text());
    answer.json()["openrouter_metadata"].clone()
}

#[tokio::test]
async fn metadata_is_sent_only_where_it_is_asked_for() {
    let server = one().await;
    let client = server.client();
    for (headers, sent) in [
        (&[("X-OpenRouter-Metadata", "enabled")][..], true),
        (&[("x-openrouter-metadata", "ENABLED")], true),
        (&[("X-OpenRouter-Experimental-Metadata", "enabled")], true),
        (&[("X-OpenRouter-Metadata", "disabled")], false),
        (&[("X-OpenRouter-Metadata", "yes")], false),
        (&[], false),
    ] {
        let answer = post(&client, headers, &body(&json!({}))).await;
        assert_eq!(answer.status, 200);
        let response = answer.json();
        assert_eq!(
            response.get("openrouter_metadata").is_some(),
            sent,
            "{headers:?}"
        );
        let answer = post(&client, headers, &body(&json!({"model": "no/such"}))).await;
        assert_eq!(answer.status, 404);
        let failure = answer.json();
        assert_eq!(
            failure.get("openrouter_metadata").is_some(),
            sent,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn metadata_tells_the_path_of_the_request() {
    let failing = At::failing("alpha", MODEL, FailureKind::ProviderOverloaded);
    let server = serving([failing, At::answering("beta", MODEL)]).await;
    let metadata = metadata(&server, &json!({})).await;
    assert_eq!(metadata["requested"], MODEL);
    assert_eq!(metadata["strategy"], "direct");
    assert_eq!(metadata["attempt"], 2);
    assert_eq!(
        metadata["attempts"],
        json!([
            {"model": MODEL, "provider": "alpha", "status": 503},
            {"model": MODEL, "provider": "beta", "status": 200},
        ])
    );
    assert_eq!(metadata["endpoints"]["total"], 2);
    assert_eq!(metadata["endpoints"]["available"][0]["selected"], false);
    assert_eq!(metadata["endpoints"]["available"][1]["selected"], true);
    assert_eq!(metadata["region"], Value::Null);
    assert_eq!(metadata["is_byok"], false);
    assert_eq!(metadata["pipeline"], json!([]));
    assert!(metadata["summary"].is_string() && metadata["generation_time"].is_u64());
}

#[tokio::test]
async fn the_last_event_of_a_stream_has_the_metadata() {
    let server = one().await;
    let members = json!({"stream": true, "service_tier": "flex"});
    let answer = post(&server.client(), ENABLED, &body(&members)).await;
    let events = answer.events();
    let (last, earlier) = events.split_last().unwrap();
    for event in earlier {
        let response = event.response();
        assert!(
            response.is_none_or(|r| r.openrouter_metadata.is_none()),
            "{event:?}"
        );
    }
    let metadata = last
        .response()
        .unwrap()
        .openrouter_metadata
        .as_ref()
        .unwrap();
    assert_eq!(metadata.attempt, Some(1));
    let text = orouter_wire::to_string(&**metadata);
    assert!(text.contains("service_tier"), "{text}");
}

#[tokio::test]
async fn some_failures_have_metadata_and_some_never() {
    for (kind, status, has) in [
        (FailureKind::ProviderUnavailable, 502, true),
        (FailureKind::ProviderOverloaded, 503, true),
        (FailureKind::ProviderTimeout, 524, true),
        (FailureKind::InvalidRequest, 400, false),
        (FailureKind::Server, 500, false),
        (FailureKind::RateLimited, 429, false),
    ] {
        let server = serving([At::failing("alpha", MODEL, kind)]).await;
        for stream in [false, true] {
            let request = body(&json!({"stream": stream}));
            let answer = post(&server.client(), ENABLED, &request).await;
            assert_eq!(answer.status, status);
            let failure = answer.json();
            assert_eq!(
                failure.get("openrouter_metadata").is_some(),
                has,
                "{failure}"
            );
            if has {
                assert_eq!(failure["openrouter_metadata"]["attempt"], 1);
                let available = &failure["openrouter_metadata"]["endpoints"]["available"];
                assert_eq!(available[0]["selected"], false);
            }
        }
    }
    let server = one().await;
    let answer = post(
        &server.client(),
        ENABLED,
        &body(&json!({"model": "no/such"})),
    )
    .await;
    assert_eq!(answer.json()["openrouter_metadata"]["attempt"], 0);
    assert_eq!(answer.json()["openrouter_metadata"]["requested"], "no/such");
}

#[tokio::test]
async fn a_stream_that_fails_has_type_param_and_metadata() {
    let mut lines = message("ok", Duration::ZERO);
    lines.truncate(4);
    lines.push(Line::Fail(Failure::new(
        FailureKind::ProviderUnavailable,
        "broke",
    )));
    let server = serving([At::new("alpha", Script::new(MODEL, lines))]).await;
    let answer = post(&server.client(), ENABLED, &body(&json!({"stream": true}))).await;
    let events = answer.events();
    let Some(StreamEvent::Failed(_)) = events.last() else {
        panic!("{events:?}")
    };
    let data = frames(&answer.chunks);
    let last: Value = serde_json::from_str(&data[data.len() - 2]).unwrap();
    let response = &last["response"];
    assert_eq!(response["error"]["code"], "server_error");
    assert_eq!(response["error"]["type"], "provider_unavailable");
    assert_eq!(response["error"].get("param"), Some(&Value::Null));
    assert_eq!(response["error_type"], "provider_unavailable");
    assert_eq!(response["openrouter_metadata"]["attempt"], 1);
}

#[tokio::test]
async fn parameters_without_effect_are_in_the_metadata() {
    let server = one().await;
    for (members, param) in [
        (json!({"service_tier": "priority"}), "service_tier"),
        (json!({"top_k": 40}), "top_k"),
        (json!({"frequency_penalty": 0.5}), "frequency_penalty"),
        (json!({"text": {"verbosity": "low"}}), "text.verbosity"),
        (json!({"reasoning": {"effort": "high"}}), "reasoning"),
        (json!({"max_tool_calls": 3}), "max_tool_calls"),
        (json!({"no_such_member": [1, 2]}), "no_such_member"),
        (json!({"provider": {"sort": "latency"}}), "provider.sort"),
        (json!({"model": format!("{MODEL}:nitro")}), "model"),
        (json!({"models": [format!("{MODEL}:floor")]}), "models[0]"),
    ] {
        let metadata = metadata(&server, &members).await;
        let stage = &metadata["pipeline"][0];
        assert_eq!(stage["name"], "request", "{members}: {metadata}");
        let notes = stage["data"]["notes"].as_array().unwrap();
        assert!(
            notes
                .iter()
                .any(|note| note["param"] == param && note["reason"] != ""),
            "{members}: {metadata}"
        );
    }
    let echo = server
        .client()
        .ask(&body(&json!({"service_tier": "flex"})))
        .await;
    assert_eq!(echo.json()["service_tier"], "default");
}

#[tokio::test]
async fn provider_preferences_choose_the_endpoint() {
    let server = two().await;
    for (provider, chosen) in [
        (json!({"only": ["beta"]}), "beta/eu"),
        (json!({"only": ["beta/eu"]}), "beta/eu"),
        (json!({"only": ["Alpha"]}), "alpha"),
        (json!({"only": ["azure", "beta"]}), "beta/eu"),
        (json!({"ignore": ["alpha"]}), "beta/eu"),
        (json!({"order": ["beta", "alpha"]}), "beta/eu"),
        (json!({"order": ["azure"]}), "alpha"),
        (
            json!({"order": ["beta"], "allow_fallbacks": false}),
            "beta/eu",
        ),
        (json!({}), "alpha"),
        (json!({"only": [], "ignore": [], "sort": null}), "alpha"),
    ] {
        let metadata = metadata(&server, &json!({"provider": provider})).await;
        assert_eq!(metadata["attempts"][0]["provider"], chosen, "{provider}");
    }
}

#[tokio::test]
async fn without_fallbacks_one_endpoint_is_tried() {
    let failing = At::failing("alpha", MODEL, FailureKind::ProviderUnavailable);
    let server = serving([failing, At::answering("beta", MODEL)]).await;
    for (provider, status) in [
        (json!({"allow_fallbacks": false}), 502),
        (json!({"allow_fallbacks": false, "order": ["alpha"]}), 502),
        (json!({"allow_fallbacks": true, "order": ["alpha"]}), 200),
        (json!({"allow_fallbacks": false, "order": ["beta"]}), 200),
    ] {
        let request = body(&json!({"provider": provider.clone()}));
        let answer = server.client().ask(&request).await;
        assert_eq!(answer.status, status, "{provider}");
    }
}

#[tokio::test]
async fn preferences_that_exclude_every_endpoint_are_a_404() {
    let priced = At::answering("alpha", MODEL).model(|model| {
        model.price = Some(Price::new("0.000002", "0.000004"));
        model.supported_parameters = vec!["temperature".to_owned()];
    });
    let server = serving([priced]).await;
    for (provider, field, by) in [
        (
            json!({"only": ["azure"]}),
            "provider.only",
            Some("allowed_providers"),
        ),
        (
            json!({"ignore": ["alpha"]}),
            "provider.ignore",
            Some("allowed_providers"),
        ),
        (
            json!({"order": ["azure"], "allow_fallbacks": false}),
            "provider.allow_fallbacks",
            Some("allowed_providers"),
        ),
        (
            json!({"data_collection": "deny"}),
            "provider.data_collection",
            Some("data_policy:training"),
        ),
        (
            json!({"zdr": true}),
            "provider.zdr",
            Some("data_policy:zdr"),
        ),
        (
            json!({"enforce_distillable_text": true}),
            "provider.enforce_distillable_text",
            None,
        ),
        (
            json!({"quantizations": ["fp8", "fp16"]}),
            "provider.quantizations",
            Some("quantization"),
        ),
        (
            json!({"max_price": {"prompt": 1.9}}),
            "provider.max_price",
            Some("max_price"),
        ),
        (
            json!({"require_parameters": true}),
            "provider.require_parameters",
            Some("require_parameters"),
        ),
    ] {
        let request = body(&json!({"provider": provider.clone(), "top_k": 3}));
        let answer = server.client().ask(&request).await;
        assert_eq!(answer.status, 404, "{provider}");
        let error = answer.error();
        assert_eq!(error["type"], "not_found");
        assert_eq!(error["param"], field);
        let availability = &error["availability"];
        assert_eq!(availability["constraint"]["field"], field, "{error}");
        assert_eq!(availability["retryable"], false);
        assert_eq!(availability["requested_models"], json!([MODEL]));
        assert_eq!(availability["affected_providers"], json!(["alpha"]));
        match by {
            Some(by) => assert_eq!(availability["excluded_by"], json!([by])),
            None => assert!(availability.get("excluded_by").is_none()),
        }
    }
    for provider in [
        json!({"data_collection": "allow", "zdr": false, "require_parameters": false}),
        json!({"max_price": {"prompt": 2, "completion": "4", "request": 0, "image": 0}}),
        json!({"quantizations": ["unknown"]}),
        json!({"enforce_distillable_text": null}),
    ] {
        let request = body(&json!({"provider": provider.clone()}));
        let answer = server.client().ask(&request).await;
        assert_eq!(answer.status, 200, "{provider}: {}", answer.text());
    }
}

#[tokio::test]
async fn variants_that_need_what_is_not_here_are_refused() {
    let mut free = Model::new(MODEL);
    free.id = format!("{MODEL}:free");
    let listed = At::answering("alpha", &free.id);
    let server = serving([At::answering("alpha", MODEL), listed]).await;
    for (variant, status) in [
        ("online", 400),
        ("exacto", 400),
        ("thinking", 404),
        ("extended", 404),
        ("free", 200),
        ("nitro", 200),
        ("FLOOR", 200),
    ] {
        let request = body(&json!({"model": format!("{MODEL}:{variant}")}));
        let answer = server.client().ask(&request).await;
        assert_eq!(answer.status, status, "{variant}: {}", answer.text());
        if status == 400 {
            let message = answer.error()["message"].clone();
            assert!(message.as_str().unwrap().contains(variant), "{message}");
        }
        if variant == "free" {
            assert_eq!(answer.json()["model"], free.id);
        }
    }
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
            let answer = post(&client, headers, &body(&json!({"stream": stream}))).await;
            assert_eq!(answer.status, 200, "{headers:?}");
            let status = answer.headers.get("x-openrouter-cache-status");
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
    let answers = [
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
    for (answer, kind) in answers {
        let id = &answer.headers["x-generation-id"];
        assert!(id.starts_with("gen-"));
        assert_eq!(&answer.headers["x-request-id"], id);
        if let Some(kind) = kind {
            let error = answer.error();
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
        let answer = client.ask(&body(&members)).await;
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        let error = answer.error();
        let message = error["message"].as_str().unwrap();
        assert!(
            message.chars().count() < 1000,
            "{} characters",
            message.len()
        );
        assert!(!message.chars().any(char::is_control), "{message:?}");
        assert!(
            answer.text().len() < 16_000,
            "{} bytes",
            answer.text().len()
        );
    }
    let long = format!("/api/v1/{}", "p".repeat(5000));
    let answer = client.get(&long).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().len() < 1000);
    let noted = json!({"x".repeat(50_000): 1, "reasoning": {"y".repeat(50_000): 1}});
    let answer = post(&client, ENABLED, &body(&noted)).await;
    assert_eq!(answer.status, 200);
    let metadata = answer.json()["openrouter_metadata"].to_string();
    assert!(metadata.contains("reasoning.yyy") && metadata.len() < 2000);
}
