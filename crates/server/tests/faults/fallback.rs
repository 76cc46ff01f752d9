//! Fallbacks over several endpoints and models: what the client learns of the failed attempts.

use orouter_server::config::{Config, ModelConfig};
use orouter_server::provider::Price;
use orouter_upstream_double::{Fault, Reply, Upstream, Vendor};
use serde_json::{Value, json};

use crate::support::client::{HttpResponse, frames};
use crate::support::router::{ask, config, endpoint, model, ordered, provider, start};
use crate::support::{Client, Running};

/// A server with a provider for each reply: `p0`, `p1`, and so on, in the order of the request.
pub(crate) struct Chain {
    pub(crate) server: Running,
    pub(crate) upstreams: Vec<Upstream>,
}

impl Chain {
    pub(crate) async fn new(vendor: Vendor, replies: Vec<Reply>) -> Self {
        Self::with(vendor, replies, |_| {}).await
    }

    /// `change` may change the configuration.
    pub(crate) async fn with(
        vendor: Vendor,
        replies: Vec<Reply>,
        change: impl Fn(&mut Config),
    ) -> Self {
        let mut upstreams = Vec::new();
        for reply in replies {
            upstreams.push(Upstream::replay([reply]).await.unwrap());
        }
        let names: Vec<String> = (0..upstreams.len()).map(|n| format!("p{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let providers = names
            .iter()
            .zip(&upstreams)
            .map(|(name, upstream)| provider(name, vendor, upstream.base_url()));
        let mut config = config(providers, [model("test/model", &names)]);
        change(&mut config);
        let server = start(&config).await;
        Self { server, upstreams }
    }

    pub(crate) fn request(&self, streamed: bool) -> Value {
        let names: Vec<String> = (0..self.upstreams.len()).map(|n| format!("p{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        ordered("test/model", streamed, &names)
    }

    /// Asks with metadata.
    pub(crate) async fn ask(&self, request: &Value) -> HttpResponse {
        let headers = [("x-openrouter-metadata", "enabled")];
        let body = request.to_string();
        let bytes = Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
        self.server.client().open(&bytes).await.whole().await
    }

    pub(crate) fn requests(&self) -> Vec<usize> {
        self.upstreams.iter().map(Upstream::requests).collect()
    }
}

/// Returns a successful reply.
pub(crate) fn success(vendor: Vendor, streamed: bool, text: &str) -> Reply {
    if streamed {
        Reply::stream(vendor.frames("upstream-model", text))
    } else {
        Reply::json(200, &vendor.whole("upstream-model", text).to_string())
    }
}

fn failing(fault: Fault, vendor: Vendor, streamed: bool) -> Reply {
    fault.reply(vendor, streamed).unwrap()
}

/// Returns the response in a body, or in the last event of a stream.
pub(crate) fn response(answer: &HttpResponse, streamed: bool) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    if !streamed {
        return answer.json();
    }
    let frames = frames(&answer.chunks);
    let last: Value = serde_json::from_str(&frames[frames.len() - 2]).unwrap();
    last["response"].clone()
}

#[tokio::test]
async fn the_final_error_lists_the_earlier_failures() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            let faults = [Fault::Status(503), Fault::RateLimit, Fault::Status(502)];
            let replies = faults.map(|fault| failing(fault, vendor, streamed));
            let chain = Chain::new(vendor, replies.into()).await;
            let answer = chain.ask(&chain.request(streamed)).await;
            assert_eq!(answer.status, 502, "{}", answer.text());
            assert_eq!(chain.requests(), [1, 1, 1]);
            let error = answer.error();
            let earlier = error["metadata"]["previous_errors"].as_array().unwrap();
            let column = |name: &str| -> Vec<Value> {
                earlier.iter().map(|error| error[name].clone()).collect()
            };
            assert_eq!(column("provider"), ["p0", "p1"], "{error}");
            assert_eq!(column("status"), [503, 429], "{error}");
            for earlier in earlier {
                assert!(earlier.get("code").is_some(), "{earlier}");
                let names = earlier.as_object().unwrap().keys();
                let known = ["provider", "code", "status"];
                assert!(
                    names.into_iter().all(|name| known.contains(&name.as_str())),
                    "{error}"
                );
            }
            // The hints are not those of all attempts.
            assert_eq!(answer.headers.get("retry-after"), None);
            let metadata = &answer.json()["openrouter_metadata"];
            let attempts = metadata["attempts"].as_array().unwrap();
            let statuses: Vec<&Value> = attempts.iter().map(|one| &one["status"]).collect();
            assert_eq!(statuses, [503, 429, 502]);
            assert_eq!(metadata["attempt"], 3);
        }
    }
}

#[tokio::test]
async fn trap_27_statuses_are_not_flattened_and_keep_their_delay() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            for (fault, status, error_type, delay) in [
                (Fault::Status(401), 502, "provider_unavailable", None),
                (Fault::Status(413), 413, "payload_too_large", None),
                (Fault::RateLimit, 429, "rate_limit_exceeded", Some("7")),
                (Fault::Status(500), 500, "server", None),
                (Fault::Status(503), 503, "provider_overloaded", None),
                (Fault::Status(529), 529, "provider_overloaded", None),
                (Fault::Status(504), 524, "timeout", None),
            ] {
                let Some(reply) = fault.reply(vendor, streamed) else {
                    continue; // The vendor does not have the fault.
                };
                let chain = Chain::new(vendor, vec![reply]).await;
                let answer = chain.ask(&chain.request(streamed)).await;
                let name = format!("{vendor:?} {fault:?} {streamed}: {}", answer.text());
                assert_eq!(answer.status, status, "{name}");
                assert_eq!(answer.error()["code"], status, "{name}");
                assert_eq!(
                    answer.error()["metadata"]["error_type"],
                    error_type,
                    "{name}"
                );
                let found = answer.headers.get("retry-after").map(String::as_str);
                assert_eq!(found, delay, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn retry_after_is_the_smallest_hint_of_all_attempts() {
    let vendor = Vendor::Chat;
    for (faults, hint) in [
        ([Fault::RateLimitInMessage, Fault::RateLimit], Some("7")),
        ([Fault::RateLimit, Fault::RateLimitInMessage], Some("7")),
        (
            [Fault::RateLimitInMessage, Fault::RateLimitInMessage],
            Some("9"),
        ),
        ([Fault::Status(503), Fault::RateLimit], None),
        ([Fault::Status(429), Fault::RateLimit], None),
        ([Fault::RateLimit, Fault::Status(429)], None),
    ] {
        let replies = faults.map(|fault| failing(fault, vendor, false));
        let chain = Chain::new(vendor, replies.into()).await;
        let answer = chain.ask(&chain.request(false)).await;
        assert_eq!(answer.status, 429, "{faults:?}");
        let found = answer.headers.get("retry-after").map(String::as_str);
        assert_eq!(found, hint, "{faults:?}");
    }
}

#[tokio::test]
async fn the_response_names_the_model_and_costs_what_it_served() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            let replies = vec![
                failing(Fault::Status(500), vendor, streamed),
                success(vendor, streamed, "Hello there"),
            ];
            let chain = Chain::with(vendor, replies, |config| {
                let price = |prompt, completion| Some(Price::per_million(prompt, completion));
                let mut first = ModelConfig::new("test/first");
                let mut expensive = endpoint("p0");
                expensive.price = price(100.0, 100.0);
                first.endpoints = vec![expensive];
                let mut second = ModelConfig::new("test/second");
                let mut cheap = endpoint("p1");
                cheap.price = price(2.5, 10.0);
                second.endpoints = vec![cheap];
                config.models = vec![first, second];
            })
            .await;
            let mut request = ask("test/first", streamed);
            request["models"] = json!(["TEST/Second"]);
            let answer = chain.ask(&request).await;
            let response = response(&answer, streamed);
            assert_eq!(response["model"], "test/second");
            let usage = &response["usage"];
            assert_eq!(usage["input_tokens"], 11, "{usage}");
            assert_eq!(usage["output_tokens"], 5, "{usage}");
            assert_eq!(usage["total_tokens"], 16, "{usage}");
            // 11 tokens at 2.5, 5 at 10 USD per million.
            let cost = usage["cost"].as_f64().unwrap();
            assert!((cost - 0.000_077_5).abs() < 1e-12, "{usage}");
            let upstream_cost = usage["cost_details"]["upstream_inference_cost"].as_f64();
            assert!(
                (upstream_cost.unwrap() - 0.000_077_5).abs() < 1e-12,
                "{usage}"
            );
            assert_eq!(usage["is_byok"], false);
            let metadata = &response["openrouter_metadata"];
            let attempts = metadata["attempts"].as_array().unwrap();
            let attempts: Vec<_> = attempts
                .iter()
                .map(|one| (&one["model"], &one["provider"], &one["status"]))
                .collect();
            let (first, second) = (json!("test/first"), json!("test/second"));
            assert_eq!(
                attempts,
                [
                    (&first, &json!("p0"), &json!(500)),
                    (&second, &json!("p1"), &json!(200))
                ]
            );
            assert!(
                !answer.text().contains("upstream-model"),
                "{}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn a_model_without_a_price_has_no_cost() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            let chain = Chain::new(vendor, vec![success(vendor, streamed, "Hello")]).await;
            let answer = chain.ask(&chain.request(streamed)).await;
            let usage = &response(&answer, streamed)["usage"];
            assert_eq!(usage["output_tokens"], 5);
            assert!(usage["cost"].is_null(), "{usage}");
        }
    }
}

#[tokio::test]
async fn only_the_listed_providers_are_tried_without_fallbacks() {
    let vendor = Vendor::Responses;
    let replies = vec![
        failing(Fault::Status(503), vendor, false),
        success(vendor, false, "Hello"),
    ];
    let chain = Chain::new(vendor, replies).await;
    let mut request = ask("test/model", false);
    request["provider"] = json!({"order": ["p0"], "allow_fallbacks": false});
    assert_eq!(chain.ask(&request).await.status, 503);
    assert_eq!(chain.requests(), [1, 0]);
    request["provider"] = json!({"order": ["p0"]});
    assert_eq!(chain.ask(&request).await.status, 200);
    assert_eq!(chain.requests()[1], 1);
}

#[tokio::test]
async fn encrypted_reasoning_that_an_upstream_refuses_is_left_out_once() {
    let vendor = Vendor::Responses;
    for streamed in [false, true] {
        let error = vendor.error(
            "invalid_request_error",
            &"invalid_encrypted_content".into(),
            "The encrypted content could not be verified.",
        );
        let refusal = Reply::json(400, &error.to_string());
        let replies = [refusal.clone(), success(vendor, streamed, "Hello")];
        let upstream = Upstream::replay(replies).await.unwrap();
        let one = provider("one", vendor, upstream.base_url());
        let server = start(&config([one], [model("test/model", &["one"])])).await;
        let mut request = ask("test/model", streamed);
        request["input"] = json!([
            {"type": "message", "role": "user", "content": "Hi"},
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "opaque-blob"},
            {"type": "message", "role": "user", "content": "Go on"},
        ]);
        let answer = server.client().ask(&request).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let received = upstream.received();
        let has_blob: Vec<bool> = received
            .iter()
            .map(|request| request.json().to_string().contains("opaque-blob"))
            .collect();
        assert_eq!(has_blob, [true, false]);
        // Without encrypted reasoning there is nothing to leave out.
        let upstream = Upstream::replay([refusal]).await.unwrap();
        let one = provider("one", vendor, upstream.base_url());
        let server = start(&config([one], [model("test/model", &["one"])])).await;
        let answer = server.client().ask(&ask("test/model", streamed)).await;
        assert_eq!((answer.status, upstream.requests()), (400, 1));
    }
}
