//! Endpoints that a request excludes, and requests that exclude all.

use orouter_server::config::Config;
use orouter_upstream_double::{Upstream, Vendor};

use super::support::router::{config, endpoint, model, provider};
use super::*;

/// A server with two providers for Responses, which answer.
async fn server(change: impl Fn(&mut Config)) -> (Running, Vec<Upstream>) {
    let mut upstreams = Vec::new();
    for _ in 0..2 {
        let reply = |request: &_| Vendor::Responses.reply(request, "Hello");
        upstreams.push(Upstream::start(reply).await.unwrap());
    }
    let providers = ["p0", "p1"].iter().zip(&upstreams);
    let providers =
        providers.map(|(name, upstream)| provider(name, Vendor::Responses, upstream.base_url()));
    let mut config = config(providers, [model(MODEL, &["p0", "p1"])]);
    change(&mut config);
    (
        start(Server::builder().config(&config).unwrap()).await,
        upstreams,
    )
}

#[tokio::test]
async fn endpoints_that_are_too_small_are_excluded() {
    let (server, upstreams) = server(|config| {
        config.models[0].context_length = Some(1000);
        config.models[0].endpoints[0].max_output_tokens = Some(100);
        config.models[0].endpoints[1].max_output_tokens = Some(200);
    })
    .await;
    let answer = ask(&server, &json!({"max_output_tokens": 150})).await;
    assert_eq!(attempts(&answer), ["p1"]);
    assert_eq!(upstreams[0].requests(), 0);
    for (members, param) in [
        (json!({"max_output_tokens": 201}), "max_output_tokens"),
        (json!({"input": "x".repeat(8 * 1001 + 100)}), "input"),
    ] {
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.error()["type"], "context_length_exceeded");
        assert_eq!(answer.error()["param"], param);
    }
    let combined = json!({"max_output_tokens": 150, "provider": {"only": ["p0"]}});
    let answer = ask(&server, &combined).await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    let excluded_by = &answer.error()["availability"]["excluded_by"];
    assert_eq!(excluded_by, &json!(["allowed_providers", "context_length"]));
    // Images are no text, and with `truncation: auto` the upstream drops turns.
    let image = format!("data:image/png;base64,{}", "A".repeat(20_000));
    let image = json!({"input": [{"role": "user", "content": [
        {"type": "input_image", "image_url": image}]}]});
    assert_eq!(ask(&server, &image).await.status, 200);
    let long = json!({"input": "x".repeat(20_000), "truncation": "auto"});
    assert_eq!(ask(&server, &long).await.status, 200);
}

#[tokio::test]
async fn endpoints_that_read_images_are_preferred() {
    let image = json!({"input": [{"role": "user", "content": [
        {"type": "input_image", "image_url": "https://a.example/b.png"}]}]});
    let text = || Some(vec!["text".to_owned()]);
    let (server, _upstreams) = server(|config| {
        config.models[0].endpoints[0].input_modalities = text();
    })
    .await;
    assert_eq!(attempts(&ask(&server, &image).await), ["p1"]);
    assert_eq!(attempts(&ask(&server, &json!({})).await), ["p0"]);
}

#[tokio::test]
async fn endpoints_of_service_tiers_are_used_only_by_their_full_name() {
    let (server, _upstreams) = server(|config| {
        config.models[0].endpoints[0].tier = Some("flex".to_owned());
        config.models[0].endpoints[1].region = Some("eu".to_owned());
    })
    .await;
    for (provider, chosen) in [
        (json!({}), "p1/eu"),
        (json!({"order": ["p0"]}), "p1/eu"),
        (json!({"order": ["p0/flex"]}), "p0/flex"),
        (json!({"only": ["p0/flex"]}), "p0/flex"),
        (json!({"only": ["p1"]}), "p1/eu"),
        (json!({"only": ["p1/eu"]}), "p1/eu"),
    ] {
        let answer = ask(&server, &json!({"provider": provider.clone()})).await;
        assert_eq!(answer.status, 200, "{provider}: {}", answer.text());
        assert_eq!(attempts(&answer), [chosen], "{provider}");
    }
    let answer = ask(&server, &json!({"provider": {"only": ["p0"]}})).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn policies_and_prices_are_those_of_each_endpoint() {
    let (server, _upstreams) = server(|config| {
        let endpoints = &mut config.models[0].endpoints;
        endpoints[1] = endpoint("p1");
        endpoints[1].data_collection = Some(false);
        endpoints[1].zdr = Some(true);
        endpoints[1].distillable = Some(true);
        endpoints[1].quantization = Some("fp8".to_owned());
        endpoints[1].supported_parameters = Some(vec!["tools".to_owned()]);
        endpoints[0].supported_parameters = Some(vec![]);
        endpoints[1].price = Some(orouter_server::provider::Price::per_million(1.0, 2.0));
    })
    .await;
    for preference in [
        json!({"data_collection": "deny"}),
        json!({"zdr": true}),
        json!({"enforce_distillable_text": true}),
        json!({"quantizations": ["fp8"]}),
        json!({"max_price": {"prompt": 1, "completion": 2}}),
        json!({"require_parameters": true}),
    ] {
        let tools = json!([{"type": "function", "name": "f", "parameters": {"type": "object"}}]);
        let members = json!({"provider": preference, "tools": tools});
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 200, "{preference}: {}", answer.text());
        assert_eq!(attempts(&answer), ["p1"], "{preference}");
    }
}

#[tokio::test]
async fn a_failure_of_preferences_names_the_models_that_can_serve() {
    let (server, _upstreams) = server(|config| {
        let mut private = model(OTHER, &["p1"]);
        private.endpoints[0].zdr = Some(true);
        let mut priority = model("test/three", &["p1"]);
        priority.endpoints[0].zdr = Some(true);
        priority.endpoints[0].tier = Some("priority".to_owned());
        config.models.extend([private, priority]);
    })
    .await;
    for (provider, code, by, models) in [
        (
            json!({"zdr": true}),
            "privacy_restricted",
            json!(["data_policy:zdr"]),
            json!([OTHER]),
        ),
        (
            json!({"data_collection": "deny"}),
            "privacy_restricted",
            json!(["data_policy:training"]),
            Value::Null,
        ),
        (
            json!({"quantizations": ["fp8"]}),
            "constraint_filtered",
            json!(["quantization"]),
            Value::Null,
        ),
        (
            json!({"only": ["p0"], "ignore": ["p0"]}),
            "constraint_filtered",
            json!(["allowed_providers"]),
            Value::Null,
        ),
        (
            json!({"zdr": true, "only": ["p0", "p1", "p1/priority"]}),
            "privacy_restricted",
            json!(["data_policy:zdr"]),
            json!([OTHER, "test/three"]),
        ),
    ] {
        let answer = ask(&server, &json!({"provider": provider})).await;
        assert_eq!(answer.status, 404, "{provider}: {}", answer.text());
        let availability = &answer.error()["availability"];
        assert_eq!(availability["code"], code, "{provider}");
        assert_eq!(availability["fallback_models"], models, "{provider}");
        assert_eq!(availability["affected_providers"], json!(["p0", "p1"]));
        assert_eq!(availability["requested_models"], json!([MODEL]));
        assert_eq!(availability["excluded_by"], by, "{provider}");
    }
}
