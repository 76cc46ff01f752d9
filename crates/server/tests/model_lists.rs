//! `GET /models` with its query parameters, `/models/count`, `/models/user`, `/providers` and
//! `/endpoints/zdr`, in the form of the hosted API's specification.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::{SystemTime, UNIX_EPOCH};

use orouter_server::config::{Config, EndpointConfig, KeyConfig, ModelConfig};
use orouter_server::provider::Price;
use orouter_upstream_double::Vendor;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use support::router::{config, provider, start};
use support::{Running, spec};

/// The server never calls this address: it only lists models.
const BASE_URL: &str = "http://127.0.0.1:9/v1";

/// The routes of this page, without their base.
const ROUTES: [&str; 5] = [
    "/models",
    "/models/count",
    "/models/user",
    "/providers",
    "/endpoints/zdr",
];

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn at(provider: &str, change: impl FnOnce(&mut EndpointConfig)) -> EndpointConfig {
    let mut endpoint = EndpointConfig::new(provider);
    change(&mut endpoint);
    endpoint
}

/// Six models: a large one, a small one, a cheap one of another author, one of which nothing is
/// known, and two without text output.
fn catalog() -> Config {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let days_ago = |days: u64| Some(now.as_secs() - days * 86_400 - 60);
    let mut large = ModelConfig::new("openai/gpt-large");
    large.name = Some("GPT Large".to_owned());
    large.created = days_ago(10);
    large.context_length = Some(400_000);
    large.tokenizer = Some("GPT".to_owned());
    large.input_modalities = Some(strings(&["text", "image", "file"]));
    large.price = Some(Price::per_million(5.0, 20.0));
    large.supported_parameters = Some(strings(&["tools", "temperature"]));
    large.endpoints = vec![
        at("openai", |_| {}),
        at("azure", |endpoint| {
            endpoint.region = Some("eu-west1".to_owned());
            endpoint.tier = Some("priority".to_owned());
            endpoint.zdr = Some(true);
        }),
    ];
    let mut small = ModelConfig::new("openai/gpt-small");
    small.created = days_ago(100);
    small.context_length = Some(128_000);
    small.tokenizer = Some("GPT".to_owned());
    small.input_modalities = Some(strings(&["text", "image"]));
    small.output_modalities = Some(strings(&["text", "audio"]));
    small.endpoints = vec![at("openai", |endpoint| {
        endpoint.price = Some(Price::per_million(1.0, 4.0));
        endpoint.supported_parameters = Some(strings(&["temperature"]));
    })];
    let mut cheap = ModelConfig::new("meta/llama");
    cheap.created = days_ago(400);
    cheap.context_length = Some(8_000);
    cheap.price = Some(Price::per_million(0.1, 0.2));
    cheap.endpoints = vec![at("azure", |endpoint| {
        endpoint.region = Some("us-east5".to_owned());
        endpoint.zdr = Some(true);
        endpoint.distillable = Some(true);
    })];
    let mut plain = ModelConfig::new("x/plain");
    plain.endpoints = vec![at("openai", |_| {})];
    let mut image = ModelConfig::new("x/painter");
    image.output_modalities = Some(strings(&["image"]));
    image.endpoints = vec![at("openai", |_| {})];
    let mut vectors = ModelConfig::new("x/vectors");
    vectors.output_modalities = Some(strings(&["embeddings"]));
    vectors.endpoints = vec![at("azure", |endpoint| endpoint.zdr = Some(true))];
    config(
        [
            provider("openai", Vendor::Responses, BASE_URL),
            provider("azure", Vendor::Chat, BASE_URL),
        ],
        [large, small, cheap, plain, image, vectors],
    )
}

async fn get(server: &Running, path: &str) -> Value {
    let response = server.client().get(path).await;
    assert_eq!(response.status, 200, "{path}: {}", response.text());
    response.json()
}

/// Returns the ids in a list, without their authors.
fn names(list: &Value) -> Vec<&str> {
    let models = list["data"].as_array().unwrap().iter();
    let ids = models.map(|model| model["id"].as_str().unwrap());
    ids.map(|id| id.split('/').nth(1).unwrap()).collect()
}

#[tokio::test]
async fn every_list_has_the_form_of_the_specification() {
    let server = start(&catalog()).await;
    for path in ROUTES {
        let further = ["object", "owned_by"];
        for base in ["/api/v1", "/v1"] {
            let body = get(&server, &format!("{base}{path}")).await;
            spec::check(&body, spec::of_route(path), &further);
            let slash = get(&server, &format!("{base}{path}/")).await;
            assert_eq!(slash, body, "{path}");
        }
    }
    let body = get(&server, "/v1/models/openai/gpt-large/endpoints").await;
    spec::check(
        &body,
        spec::of_route("/models/{author}/{slug}/endpoints"),
        &[],
    );
    let body = get(&server, "/v1/model/openai/gpt-large").await;
    let schema = spec::of_route("/model/{author}/{slug}");
    spec::check(&body, schema, &["object", "owned_by"]);
}

#[tokio::test]
async fn the_filters_of_the_query_select_models() {
    let server = start(&catalog()).await;
    let text = ["gpt-large", "gpt-small", "llama", "plain"];
    let all = [
        "gpt-large",
        "gpt-small",
        "llama",
        "plain",
        "painter",
        "vectors",
    ];
    for (query, expected) in [
        ("", &text[..]),
        ("output_modalities=text", &text),
        ("output_modalities=all", &all),
        ("output_modalities=ALL,text", &all),
        ("output_modalities=image", &["painter"]),
        (
            "output_modalities=image,%20audio",
            &["gpt-small", "painter"],
        ),
        (
            "output_modalities=image&output_modalities=embeddings",
            &["painter", "vectors"],
        ),
        ("input_modalities=image", &["gpt-large", "gpt-small"]),
        ("input_modalities=image,file", &["gpt-large"]),
        ("input_modalities=video", &[]),
        (
            "supported_parameters=temperature",
            &["gpt-large", "gpt-small"],
        ),
        ("supported_parameters=temperature,tools", &["gpt-large"]),
        ("harness=codex", &["gpt-large"]),
        ("q=gpt", &["gpt-large", "gpt-small"]),
        ("q=LARGE+gpt", &["gpt-large"]),
        ("q=meta%2F", &["llama"]),
        ("context=128000", &["gpt-large", "gpt-small"]),
        ("min_price=1", &["gpt-large", "gpt-small"]),
        ("max_price=1", &["gpt-small", "llama"]),
        ("min_price=0.5&max_price=2", &["gpt-small"]),
        ("min_output_price=20", &["gpt-large"]),
        ("max_output_price=4.0", &["gpt-small", "llama"]),
        ("min_age_days=100", &["gpt-small", "llama"]),
        ("max_age_days=100", &["gpt-large"]),
        ("arch=gpt", &["gpt-large", "gpt-small"]),
        ("model_authors=Meta,x", &["llama", "plain"]),
        ("providers=azure", &["gpt-large", "llama"]),
        ("providers=Azure,openai", &text),
        ("distillable=true", &["llama"]),
        ("distillable=false", &["gpt-large", "gpt-small", "plain"]),
        ("zdr=true", &["gpt-large", "llama"]),
        (
            "zdr=true&output_modalities=all",
            &["gpt-large", "llama", "vectors"],
        ),
        ("region=eu", &["gpt-large"]),
        ("region=us", &["llama"]),
        ("no_such_parameter=1", &text),
        ("context=&q=", &text),
    ] {
        for path in ["/v1/models", "/api/v1/models/user"] {
            let list = get(&server, &format!("{path}?{query}")).await;
            assert_eq!(names(&list), expected, "{query}");
            assert_eq!(list["total_count"], expected.len(), "{query}");
        }
        let count = get(&server, &format!("/v1/models/count?{query}")).await;
        assert_eq!(count, json!({"data": {"count": expected.len()}}), "{query}");
    }
}

#[tokio::test]
async fn the_list_is_sorted_with_unknown_figures_last() {
    let server = start(&catalog()).await;
    for (sort, expected) in [
        ("newest", ["gpt-large", "gpt-small", "llama", "plain"]),
        (
            "pricing-low-to-high",
            ["llama", "gpt-small", "gpt-large", "plain"],
        ),
        (
            "pricing-high-to-low",
            ["gpt-large", "gpt-small", "llama", "plain"],
        ),
        (
            "context-high-to-low",
            ["gpt-large", "gpt-small", "llama", "plain"],
        ),
    ] {
        let list = get(&server, &format!("/v1/models?sort={sort}")).await;
        assert_eq!(names(&list), expected, "{sort}");
    }
}

#[tokio::test]
async fn pages_follow_each_other() {
    let server = start(&catalog()).await;
    let mut path = "/api/v1/models?limit=1&sort=pricing-low-to-high&q=a".to_owned();
    let mut found = Vec::new();
    loop {
        let page = get(&server, &path).await;
        assert_eq!(page["total_count"], 4, "{page}");
        found.extend(names(&page).into_iter().map(str::to_owned));
        match page["links"]["next"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
        assert!(found.len() < 10, "{path}");
    }
    assert_eq!(found, ["llama", "gpt-small", "gpt-large", "plain"]);
    for (query, expected) in [
        ("offset=3", &["plain"][..]),
        ("offset=4", &[]),
        ("offset=99999999999999", &[]),
        ("offset=1&limit=2", &["gpt-small", "llama"]),
        ("limit=1000", &["gpt-large", "gpt-small", "llama", "plain"]),
    ] {
        let page = get(&server, &format!("/v1/models/user?{query}")).await;
        assert_eq!(names(&page), expected, "{query}");
        let last = !query.contains("limit=2");
        assert_eq!(page["links"]["next"].is_null(), last, "{page}");
    }
    let page = get(&server, "/v1/models/user?limit=2").await;
    assert_eq!(
        page["links"]["next"],
        "/api/v1/models/user?offset=2&limit=2"
    );
}

#[tokio::test]
async fn parameters_that_cannot_take_effect_are_a_400() {
    let server = start(&catalog()).await;
    for path in ["/v1/models", "/v1/models/count", "/v1/models/user"] {
        for (query, param) in [
            ("category=programming", "category"),
            ("sort=most-popular", "sort"),
            ("min_intelligence_index=1", "min_intelligence_index"),
            ("limit=5000", "limit"),
            ("offset=-1", "offset"),
            ("output_modalities=smell", "output_modalities"),
        ] {
            let response = server.client().get(&format!("{path}?{query}")).await;
            assert_eq!(response.status, 400, "{query}");
            assert_eq!(response.error()["param"], param);
            let text = response.error()["message"].to_string();
            assert!(text.contains(&format!("`{param}`")), "{text}");
        }
    }
}

#[tokio::test]
async fn providers_are_those_of_the_configuration() {
    let server = start(&catalog()).await;
    let list = get(&server, "/api/v1/providers").await;
    let slugs: Vec<&Value> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|provider| &provider["slug"])
        .collect();
    assert_eq!(slugs, ["openai", "azure"]);
    assert_eq!(list["data"][0]["name"], "openai");
    assert!(!list.to_string().contains("127.0.0.1"), "{list}");
}

#[tokio::test]
async fn endpoints_that_retain_no_data_are_listed_with_their_model() {
    let server = start(&catalog()).await;
    let list = get(&server, "/v1/endpoints/zdr").await;
    let found: Vec<(&str, &str)> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|endpoint| {
            let text = |name: &str| endpoint[name].as_str().unwrap();
            (text("model_id"), text("tag"))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("openai/gpt-large", "azure/eu-west1/priority"),
            ("meta/llama", "azure/us-east5"),
            ("x/vectors", "azure"),
        ]
    );
}

#[tokio::test]
async fn the_routes_support_head_and_refuse_other_methods() {
    let server = start(&catalog()).await;
    for path in ROUTES {
        let path = format!("/api/v1{path}");
        let length = server.client().get(&path).await.headers["content-length"].clone();
        for path in [path.clone(), format!("{path}/"), format!("{path}?x=1")] {
            let head =
                format!("HEAD {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            let head = server.client().open(head.as_bytes()).await;
            assert_eq!(head.status, 200, "{path}");
            assert_eq!(head.headers["content-length"], length, "{path}");
            assert!(head.rest().await.is_empty(), "{path}");
        }
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let refused = server.client().request(method, &path, &[]).await;
            assert_eq!(refused.status, 405, "{method} {path}");
            assert_eq!(refused.headers["allow"].replace(' ', ""), "GET,HEAD");
        }
    }
}

#[tokio::test]
async fn the_routes_need_a_key_if_the_server_requires_keys() {
    let key = "sk-or-v1-0123456789abcdef";
    let mut config = catalog();
    config.keys = vec![KeyConfig::new("ci", Sha256::digest(key).into())];
    let server = start(&config).await;
    let header = format!("Bearer {key}");
    for path in ROUTES {
        let path = format!("/v1{path}");
        let refused = server.client().get(&path).await;
        assert_eq!(refused.status, 401, "{path}");
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        let headers = [("authorization", header.as_str())];
        let response = server.client().request("GET", &path, &headers).await;
        assert_eq!(response.status, 200, "{path}");
    }
}
