//! Service tiers: which endpoints serve a request, in which order, and what the upstream is sent.

use orouter_server::config::{Config, EndpointConfig, ModelConfig, ServedModels};
use orouter_server::provider::Price;
use orouter_upstream_double::{Reply, Upstream, Vendor};

use super::support::router::{config, provider};
use super::*;

/// An endpoint of a tier at the provider `p`, whose upstream model is `model`.
fn endpoint(model: &str, region: &str, tier: &str, usd: f64) -> EndpointConfig {
    let mut endpoint = EndpointConfig::new("p");
    endpoint.model = Some(model.to_owned());
    endpoint.region = Some(region.to_owned());
    endpoint.tier = Some(tier.to_owned());
    endpoint.price = Some(Price::per_million(usd, usd));
    endpoint
}

/// A server with a model that has endpoints of every tier, and one with standard endpoints only.
/// The upstream fails unless the model's name at the upstream is `serves`.
async fn server(serves: &'static str) -> (Running, Upstream) {
    let reply = move |request: &orouter_upstream_double::Received| {
        if request.json()["model"] == serves || serves == "all" {
            Vendor::Responses.reply(request, "Hello")
        } else {
            Reply::json(503, r#"{"error":{"message":"overloaded"}}"#)
        }
    };
    let upstream = Upstream::start(reply).await.unwrap();
    let mut tiered = ModelConfig::new(MODEL);
    tiered.endpoints = vec![
        endpoint("plain", "a", "default", 2.0),
        endpoint("dear", "b", "default", 3.0),
        endpoint("quick", "a", "priority", 8.0),
        endpoint("quicker", "b", "priority", 9.0),
        endpoint("flex", "a", "flex", 1.0),
    ];
    let mut standard = ModelConfig::new(OTHER);
    standard.endpoints = vec![endpoint("other", "a", "default", 1.0)];
    let mut any = provider("p", Vendor::Responses, upstream.base_url());
    any.models = ServedModels::Any;
    let config: Config = config([any], [tiered, standard]);
    let server = start(Server::builder().config(&config).unwrap()).await;
    (server, upstream)
}

/// Returns the upstream's names of the models that were tried.
fn tried(upstream: &Upstream) -> Vec<String> {
    let model = |body: Value| body["model"].as_str().unwrap().to_owned();
    let received = upstream.received();
    received
        .iter()
        .map(|request| model(request.json()))
        .collect()
}

fn tier(tier: &str) -> Value {
    json!({"service_tier": tier, "provider": {"sort": "price"}})
}

#[tokio::test]
async fn the_tier_of_the_request_chooses_the_endpoints() {
    let standard = ["plain", "dear"];
    let priority = ["quick", "quicker", "plain", "dear"];
    for (members, expected) in [
        (json!({"provider": {"sort": "price"}}), &standard[..]),
        (tier("auto"), &standard),
        (tier("default"), &standard),
        (tier("scale"), &standard),
        (tier("priority"), &priority),
        (tier("fast"), &priority),
        (tier("ultrafast"), &priority),
        (tier("flex"), &["flex"]),
        (json!({"service_tier": "flex"}), &["flex"]),
    ] {
        let (server, upstream) = server("none").await;
        assert_eq!(ask(&server, &members).await.status, 503, "{members}");
        assert_eq!(tried(&upstream), expected, "{members}");
    }
}

#[tokio::test]
async fn variants_let_a_tier_compete() {
    let variant = |variant: &str, members: Value| {
        let mut request = json!({"model": format!("{MODEL}:{variant}")});
        let members = members.as_object().unwrap().clone();
        request.as_object_mut().unwrap().extend(members);
        request
    };
    // Without figures, `:nitro` is by price too.
    for (members, expected) in [
        (variant("floor", json!({})), &["flex", "plain", "dear"][..]),
        (
            variant("nitro", json!({})),
            &["plain", "dear", "quick", "quicker"],
        ),
        (
            variant("floor", json!({"service_tier": "auto"})),
            &["flex", "plain", "dear"],
        ),
        (
            variant("floor", json!({"service_tier": "default"})),
            &["plain", "dear"],
        ),
        (
            variant("nitro", json!({"service_tier": "default"})),
            &["plain", "dear"],
        ),
        (
            variant("floor", json!({"provider": {"order": ["p/b"]}})),
            &["dear", "plain"],
        ),
        (
            variant("nitro", json!({"provider": {"order": ["p/b/priority"]}})),
            &["quicker", "plain", "dear"],
        ),
        (variant("floor", json!({"service_tier": "flex"})), &["flex"]),
        (
            variant("floor", json!({"service_tier": "priority"})),
            &["quick", "quicker", "flex", "plain", "dear"],
        ),
    ] {
        // `p/b` names an endpoint of two regions without the tier.
        let (server, upstream) = server("none").await;
        assert_eq!(ask(&server, &members).await.status, 503, "{members}");
        assert_eq!(tried(&upstream), expected, "{members}");
    }
}

#[tokio::test]
async fn priority_endpoints_are_sorted_by_throughput() {
    let (server, upstream) = server("all").await;
    let only = json!({"provider": {"only": ["p/b/priority"]}});
    assert_eq!(ask(&server, &only).await.status, 200);
    assert_eq!(ask(&server, &tier("priority")).await.status, 200);
    assert_eq!(tried(&upstream), ["quicker", "quicker"]);
}

#[tokio::test]
async fn a_model_without_flex_endpoints_is_a_404() {
    let (server, upstream) = server("all").await;
    for members in [
        json!({"model": OTHER}),
        json!({"model": OTHER, "models": ["unknown/one"]}),
    ] {
        let mut members = members;
        members["service_tier"] = "flex".into();
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 404, "{}", answer.text());
        let error = answer.error();
        assert_eq!(error["param"], "service_tier");
        assert_eq!(error["availability"]["code"], "constraint_filtered");
        assert_eq!(error["availability"]["constraint"]["field"], "service_tier");
        assert_eq!(error["availability"]["affected_providers"], json!(["p/a"]));
    }
    assert_eq!(upstream.requests(), 0);
    let with_fallback = json!({"model": OTHER, "models": [MODEL], "service_tier": "flex"});
    assert_eq!(ask(&server, &with_fallback).await.status, 200);
    assert_eq!(tried(&upstream), ["flex"]);
}

#[tokio::test]
async fn the_upstream_is_sent_the_tier_of_the_endpoint() {
    for (members, serves, sent, reported) in [
        (json!({}), "plain", Value::Null, "default"),
        (
            json!({"service_tier": "auto"}),
            "plain",
            json!("auto"),
            "default",
        ),
        (
            json!({"service_tier": "fast"}),
            "quick",
            json!("priority"),
            "priority",
        ),
        // The price of a standard endpoint is not that of its upstream's priority tier.
        (
            json!({"service_tier": "priority"}),
            "plain",
            json!("default"),
            "default",
        ),
        (
            json!({"service_tier": "flex"}),
            "flex",
            json!("flex"),
            "flex",
        ),
        (
            json!({"model": format!("{MODEL}:floor")}),
            "flex",
            json!("flex"),
            "flex",
        ),
        (
            json!({"provider": {"only": ["p/a/priority"]}}),
            "quick",
            json!("priority"),
            "priority",
        ),
        // The server knows no tiers of these: the upstream decides.
        (
            json!({"model": OTHER, "service_tier": "priority"}),
            "other",
            json!("priority"),
            "default",
        ),
        (
            json!({"model": "p/anything", "service_tier": "flex"}),
            "anything",
            json!("flex"),
            "default",
        ),
    ] {
        for stream in [false, true] {
            let (server, upstream) = server(serves).await;
            let mut members = members.clone();
            members["stream"] = stream.into();
            if members.get("provider").is_none() {
                members["provider"] = json!({"sort": "price"});
            }
            let answer = ask(&server, &members).await;
            assert_eq!(answer.status, 200, "{members}: {}", answer.text());
            let body = upstream.received().last().unwrap().json();
            assert_eq!(body["service_tier"], sent, "{members}");
            assert_eq!(body["input"], "hi");
            let response = match stream {
                false => answer.json(),
                true => {
                    let events = answer.events();
                    let last = events.last().unwrap().response().unwrap().clone();
                    serde_json::from_str(&orouter_wire::to_string(&last)).unwrap()
                }
            };
            assert_eq!(response["service_tier"], reported, "{members}");
        }
    }
}
