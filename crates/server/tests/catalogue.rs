//! `GET /models` and `GET /health`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_server::Server;
use serde_json::json;
use support::Running;
use support::script::Script;

#[tokio::test]
async fn models_are_listed_in_the_catalogues_shape() {
    let server = Running::start(
        Server::builder()
            .endpoint(Script::new("test/one", vec![]))
            .endpoint(Script::new("test/two", vec![])),
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
        assert_eq!(list["data"][0]["pricing"]["prompt"], "0");
    }
    let list = server.client().get("/api/v1/models").await.json();
    let details = list["data"][1]["links"]["details"].as_str().unwrap();
    assert_eq!(
        server.client().get(details).await.json()["data"],
        list["data"][1]
    );
    let answer = server.client().get("/api/v1/model/test/none").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.error()["availability"]["code"], "model_not_found");
}

#[tokio::test]
async fn health_says_what_is_going_on() {
    let server = Running::start(Server::builder().endpoint(Script::new("test/one", vec![]))).await;
    let answer = server.client().get("/health").await;
    assert!(answer.headers["x-generation-id"].starts_with("gen-"));
    let health = answer.json();
    assert_eq!(health["status"], "ok");
    assert_eq!(
        (&health["active_generations"], &health["queued"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(health["endpoints"][0]["models"], json!(["test/one"]));
    assert_eq!(health["endpoints"][0]["loaded"], true);
}
