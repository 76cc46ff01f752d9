//! `GET /models`, `/model/..`, `/models/..` and `/models/../endpoints` of configured models.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_server::config::{Config, EndpointConfig, ModelConfig, ServedModels};
use orouter_server::provider::Price;
use orouter_server::{Amount, Server};
use orouter_upstream_double::Vendor;
use serde_json::{Value, json};
use support::router::{config, model, provider, start};
use support::script::Script;
use support::{HttpResponse, Running, spec};

/// The server never calls this address: it only lists models.
const BASE_URL: &str = "http://127.0.0.1:9/v1";

fn priced(prompt: f64, completion: f64) -> Price {
    let mut price = Price::per_million(prompt, completion);
    price.cache_read = Some(Amount::per_million(prompt / 2.0));
    price.cache_write = Some(Amount::per_million(3.125));
    price.reasoning = Some(Amount::per_million(12.0));
    price.image = Amount::from_usd(0.002);
    price.request = Amount::from_usd(0.01);
    price
}

/// A model with three endpoints of two providers.
fn large() -> ModelConfig {
    let mut model = ModelConfig::new("openai/gpt-4o");
    model.name = Some("GPT-4o".to_owned());
    model.created = Some(1_715_000_000);
    model.context_length = Some(128_000);
    model.aliases = vec!["gpt-4o".to_owned(), "best/one".to_owned()];
    let mut plain = EndpointConfig::new("openai");
    plain.price = Some(priced(2.5, 10.0));
    plain.max_output_tokens = Some(16_384);
    plain.supported_parameters = Some(vec!["tools".to_owned(), "tool_choice".to_owned()]);
    let mut priority = EndpointConfig::new("openai");
    priority.tier = Some("priority".to_owned());
    priority.price = Some(priced(5.0, 20.0));
    let mut far = EndpointConfig::new("azure");
    far.region = Some("us-east5".to_owned());
    far.quantization = Some("fp16".to_owned());
    model.endpoints = vec![plain, priority, far];
    model
}

fn catalog() -> Config {
    config(
        [
            provider("openai", Vendor::Responses, BASE_URL),
            provider("azure", Vendor::Chat, BASE_URL),
        ],
        [large(), model("meta/llama:free", &["azure"])],
    )
}

async fn get(server: &Running, path: &str) -> Value {
    let response = server.client().get(path).await;
    assert_eq!(response.status, 200, "{path}: {}", response.text());
    response.json()
}

#[tokio::test]
async fn the_list_has_names_prices_and_lengths() {
    let server = start(&catalog()).await;
    let list = get(&server, "/api/v1/models").await;
    assert_eq!(list["total_count"], 2);
    for model in list["data"].as_array().unwrap() {
        spec::check(model, spec::named("Model"), &["object", "owned_by"]);
    }
    let model = &list["data"][0];
    assert_eq!(model["id"], "openai/gpt-4o");
    assert_eq!(model["name"], "GPT-4o");
    assert_eq!(model["created"], 1_715_000_000);
    assert_eq!(model["context_length"], 128_000);
    assert_eq!(
        model["pricing"],
        json!({
            "prompt": "0.0000025", "completion": "0.00001", "request": "0.01", "image": "0.002",
            "input_cache_read": "0.00000125", "input_cache_write": "0.000003125",
            "internal_reasoning": "0.000012",
        })
    );
    assert_eq!(model["top_provider"]["max_completion_tokens"], 16_384);
    let free = &list["data"][1];
    assert_eq!(free["id"], "meta/llama:free");
    // Neither price nor length is known.
    assert_eq!(free["pricing"], json!({"prompt": "-1", "completion": "-1"}));
    assert_eq!(free["context_length"], Value::Null);
}

#[tokio::test]
async fn a_model_is_found_by_every_form_of_its_name() {
    let server = start(&catalog()).await;
    let list = get(&server, "/api/v1/models").await;
    let expected = &list["data"][0];
    for base in ["/api/v1", "/v1"] {
        for name in [
            "openai/gpt-4o",
            "openai%2Fgpt-4o",
            "openai%2fgpt-4o",
            "openai/gpt-4o/",
            "OpenAI/GPT-4o",
            "gpt-4o",
            "GPT-4O",
            "best/one",
            "best%2Fone",
        ] {
            let found = get(&server, &format!("{base}/models/{name}")).await;
            assert_eq!(found, *expected, "{name}");
            let found = get(&server, &format!("{base}/model/{name}")).await;
            assert_eq!(found, json!({ "data": expected }), "{name}");
            let path = format!("{base}/models/{}/endpoints", name.trim_end_matches('/'));
            for path in [path.clone(), format!("{path}/")] {
                let found = get(&server, &path).await;
                assert_eq!(found["data"]["id"], expected["id"], "{path}");
                assert_eq!(found["data"]["endpoints"].as_array().unwrap().len(), 3);
            }
        }
    }
    let free = get(&server, "/v1/models/meta/llama:free").await;
    assert_eq!(free, list["data"][1]);
    let free = get(&server, "/v1/models/meta%2Fllama%3Afree").await;
    assert_eq!(free, list["data"][1]);
    let details = list["data"][0]["links"]["details"].as_str().unwrap();
    assert_eq!(get(&server, details).await["data"]["id"], "openai/gpt-4o");
}

#[tokio::test]
async fn endpoints_have_their_own_prices_and_slugs() {
    let server = start(&catalog()).await;
    let body = get(&server, "/api/v1/models/openai/gpt-4o/endpoints").await;
    let data = &body["data"];
    spec::check(data, spec::named("ListEndpointsResponse"), &[]);
    let endpoints = data["endpoints"].as_array().unwrap();
    for endpoint in endpoints {
        assert_eq!(endpoint["model_id"], "openai/gpt-4o");
        assert_eq!(endpoint["context_length"], 128_000);
    }
    let column = |name: &str| -> Vec<Value> {
        endpoints
            .iter()
            .map(|endpoint| endpoint[name].clone())
            .collect()
    };
    assert_eq!(
        column("tag"),
        ["openai", "openai/priority", "azure/us-east5"]
    );
    assert_eq!(column("provider_name"), ["openai", "openai", "azure"]);
    assert_eq!(
        column("service_tier"),
        [Value::Null, json!("priority"), Value::Null]
    );
    assert_eq!(column("quantization"), ["unknown", "unknown", "fp16"]);
    let completion = endpoints
        .iter()
        .map(|endpoint| &endpoint["pricing"]["completion"]);
    assert_eq!(completion.collect::<Vec<_>>(), ["0.00001", "0.00002", "-1"]);
    let limits = [json!(16_384), Value::Null, Value::Null];
    assert_eq!(column("max_completion_tokens"), limits);
    assert_eq!(
        endpoints[0]["supported_parameters"],
        json!(["tools", "tool_choice"])
    );
    assert_eq!(endpoints[0]["supports_tool_choice"]["required"], true);
    // The parameters of this endpoint are not known: those of the model are shown.
    assert_eq!(
        endpoints[2]["supported_parameters"],
        endpoints[0]["supported_parameters"]
    );
    assert_eq!(endpoints[0]["supports_implicit_caching"], true);
}

#[tokio::test]
async fn unknown_models_are_a_404_with_the_known_ones() {
    let server = start(&catalog()).await;
    for path in [
        "/models/openai/none",
        "/model/openai/none",
        "/models/openai/none/endpoints",
        "/models/endpoints",
        "/models/%20",
        "/models/openai/gpt-4o/endpoints/more",
    ] {
        let response: HttpResponse = server.client().get(&format!("/v1{path}")).await;
        assert_eq!(response.status, 404, "{path}");
        let error = response.error();
        assert_eq!(error["availability"]["code"], "model_not_found", "{path}");
        let known = json!(["openai/gpt-4o", "meta/llama:free"]);
        assert_eq!(error["availability"]["fallback_models"], known);
    }
    let invalid = server.client().get("/v1/models/%FF").await;
    assert_eq!(invalid.status, 400);
    let later = server.client().get("/v1/key").await;
    assert_eq!(later.status, 404);
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    let server = start(&catalog()).await;
    for path in [
        "/v1/models",
        "/v1/models/openai/gpt-4o",
        "/v1/model/openai/gpt-4o",
        "/v1/models/openai/gpt-4o/endpoints/",
    ] {
        let get = server.client().get(path).await;
        let head = format!("HEAD {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let head = server.client().open(head.as_bytes()).await;
        assert_eq!(head.status, 200, "{path}");
        assert_eq!(head.headers["content-type"], "application/json");
        assert_eq!(
            head.headers["content-length"],
            get.headers["content-length"]
        );
        assert!(head.headers["x-generation-id"].starts_with("gen-"));
        assert!(head.rest().await.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn models_of_open_providers_are_found_and_not_listed() {
    let mut open = provider("ollama", Vendor::Chat, BASE_URL);
    open.models = ServedModels::Any;
    let mut named = provider("vllm", Vendor::Chat, BASE_URL);
    named.models = ServedModels::Names(vec!["qwen".to_owned(), "org/name".to_owned()]);
    let server = start(&config([open, named], [])).await;
    let list = get(&server, "/v1/models").await;
    let ids = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| &model["id"]);
    assert_eq!(ids.collect::<Vec<_>>(), ["vllm/qwen", "vllm/org/name"]);
    assert_eq!(
        get(&server, "/v1/models/vllm/org/name").await["id"],
        "vllm/org/name"
    );
    let endpoints = get(&server, "/v1/models/vllm/org/name/endpoints").await;
    assert_eq!(endpoints["data"]["endpoints"][0]["tag"], "vllm");
    assert_eq!(
        get(&server, "/v1/models/ollama/Any:7b").await["id"],
        "ollama/Any:7b"
    );
    let endpoints = get(&server, "/v1/models/ollama/Any:7b/endpoints").await;
    assert_eq!(endpoints["data"]["id"], "ollama/Any:7b");
    assert_eq!(
        server.client().get("/v1/models/vllm/other").await.status,
        404
    );
}

#[tokio::test]
async fn own_providers_are_listed_beside_configured_ones() {
    let builder = Server::builder().provider(Script::new("test/own", vec![]));
    let server = Running::start(builder.config(&catalog()).unwrap()).await;
    let list = get(&server, "/v1/models").await;
    let ids = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| &model["id"]);
    let ids: Vec<&Value> = ids.collect();
    assert_eq!(ids.len(), 3);
    for id in ["test/own", "openai/gpt-4o", "meta/llama:free"] {
        assert!(ids.contains(&&json!(id)), "{ids:?}");
    }
    let own = get(&server, "/v1/models/test/own/endpoints").await;
    assert_eq!(own["data"]["endpoints"][0]["provider_name"], "script");
}
