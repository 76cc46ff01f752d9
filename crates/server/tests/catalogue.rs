//! `GET /models` and `GET /health`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_server::Server;
use orouter_server::provider::{Model, Price};
use serde_json::{Value, json};
use support::Running;
use support::script::Script;

#[tokio::test]
async fn models_are_listed_in_the_catalogs_form() {
    let server = Running::start(
        Server::builder()
            .provider(Script::new("test/one", vec![]))
            .provider(Script::new("test/two", vec![])),
    )
    .await;
    for path in ["/api/v1/models", "/v1/models"] {
        let list = server.client().get(path).await.json();
        assert_eq!(list["total_count"], 2);
        assert_eq!(list["links"], json!({"next": null}));
        let ids: Vec<_> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| &m["id"])
            .collect();
        assert_eq!(ids, ["test/one", "test/two"]);
        for member in [
            "id",
            "canonical_slug",
            "name",
            "created",
            "pricing",
            "context_length",
            "architecture",
            "top_provider",
            "per_request_limits",
            "supported_parameters",
            "default_parameters",
            "supported_voices",
            "links",
        ] {
            assert!(list["data"][0].get(member).is_some(), "{member}");
        }
        // The prices of these models are not known.
        assert_eq!(list["data"][0]["pricing"]["prompt"], "-1");
    }
    let list = server.client().get("/api/v1/models").await.json();
    let details = list["data"][1]["links"]["details"].as_str().unwrap();
    let endpoints = &server.client().get(details).await.json()["data"];
    assert_eq!(endpoints["id"], list["data"][1]["id"]);
    assert_eq!(endpoints["endpoints"][0]["provider_name"], "script");
    let path = format!("/api/v1/model/{}", list["data"][1]["id"].as_str().unwrap());
    assert_eq!(
        server.client().get(&path).await.json()["data"],
        list["data"][1]
    );
    let response = server.client().get("/api/v1/model/test/none").await;
    assert_eq!(response.status, 404);
    assert_eq!(response.error()["availability"]["code"], "model_not_found");
}

#[tokio::test]
async fn health_has_counts_and_limits() {
    let server = Running::start(Server::builder().provider(Script::new("test/one", vec![]))).await;
    let response = server.client().get("/health").await;
    assert!(response.headers["x-generation-id"].starts_with("gen-"));
    let health = response.json();
    assert_eq!(health["status"], "ok");
    assert_eq!(
        (&health["active_generations"], &health["queued"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(health["endpoints"][0]["models"], json!(["test/one"]));
    assert_eq!(health["endpoints"][0]["loaded"], true);
}

#[tokio::test]
async fn a_model_has_its_own_prices_and_modalities() {
    let mut model = Model::new("test/large");
    let mut price = Price::per_million(2.5, 10.0);
    price.image = orouter_server::Amount::from_usd(0.002);
    model.price = Some(price);
    model.input_modalities = vec!["text".to_owned(), "image".to_owned()];
    model.output_modalities = vec!["text".to_owned(), "audio".to_owned()];
    model.tokenizer = "GPT".to_owned();
    model.max_output_tokens = Some(4096);
    let server = Running::start(
        Server::builder()
            .provider(Script::new("test/plain", vec![]))
            .provider(Script::new("test/large", vec![]).describing(model)),
    )
    .await;
    let list = server.client().get("/api/v1/models").await.json();
    let (plain, large) = (&list["data"][0], &list["data"][1]);
    assert_eq!(
        large["pricing"],
        json!({"prompt": "0.0000025", "completion": "0.00001", "request": "0", "image": "0.002"})
    );
    assert_eq!(
        large["architecture"],
        json!({
            "modality": "text+image->text+audio",
            "input_modalities": ["text", "image"],
            "output_modalities": ["text", "audio"],
            "tokenizer": "GPT",
            "instruct_type": null,
        })
    );
    assert_eq!(large["top_provider"]["max_completion_tokens"], 4096);
    assert_eq!(
        plain["pricing"],
        json!({"prompt": "-1", "completion": "-1"})
    );
    assert_eq!(plain["architecture"]["modality"], "text->text");
    assert_eq!(plain["architecture"]["instruct_type"], Value::Null);
}

#[cfg(feature = "local")]
#[tokio::test]
async fn the_embedded_model_is_free_and_takes_chatml() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let list = server.client().get("/api/v1/models").await.json();
    let model = &list["data"][0];
    assert_eq!(model["pricing"]["prompt"], "0");
    assert_eq!(model["pricing"]["completion"], "0");
    assert_eq!(model["architecture"]["instruct_type"], "chatml");
    let parameters = model["supported_parameters"].to_string();
    for name in ["top_k", "frequency_penalty", "presence_penalty"] {
        assert!(parameters.contains(name), "{parameters}");
    }
}
