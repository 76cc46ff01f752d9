//! Routes of single models, `HEAD`, trailing slashes and unsupported methods.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter_server::Server;
use support::Running;
use support::script::{Script, message};

async fn server() -> Running {
    let script = Script::new("test/model-1:free", message("Hi", Duration::ZERO)).alias("short");
    Running::start(Server::builder().provider(script)).await
}

#[tokio::test]
async fn one_model_in_the_form_of_the_hosted_api_and_of_openai() {
    let server = server().await;
    for name in [
        "test/model-1:free",
        "test%2Fmodel-1%3Afree",
        "TEST/Model-1:FREE",
        "short",
        "short/",
        "test/model-1:free/",
    ] {
        for base in ["/api/v1", "/v1"] {
            let response = server.client().get(&format!("{base}/model/{name}")).await;
            assert_eq!(response.status, 200, "{name}");
            assert_eq!(response.json()["data"]["id"], "test/model-1:free");
            let response = server.client().get(&format!("{base}/models/{name}")).await;
            assert_eq!(response.status, 200, "{name}");
            let model = response.json();
            assert_eq!(model["id"], "test/model-1:free");
            assert_eq!(model["object"], "model");
            assert!(model["created"].is_u64() && model["owned_by"] == "test");
        }
    }
    let long = "x".repeat(5000);
    for name in [
        "test/none",
        "none",
        "test%2Fnone",
        "test",
        "test/none/endpoints",
        &long,
    ] {
        for route in ["model", "models"] {
            let response = server.client().get(&format!("/v1/{route}/{name}")).await;
            assert_eq!(response.status, 404, "{route} {name}");
            assert_eq!(response.error()["availability"]["code"], "model_not_found");
            assert!(response.text().len() < 2000, "a long name is not repeated");
        }
    }
}

#[tokio::test]
async fn every_get_route_supports_head_and_a_trailing_slash() {
    let server = server().await;
    for path in [
        "/health",
        "/v1/models",
        "/api/v1/models",
        "/v1/model/test/model-1:free",
        "/v1/models/short",
    ] {
        for path in [path.to_owned(), format!("{path}/"), format!("{path}/?a=b")] {
            let got = server.client().get(&path).await;
            assert_eq!(got.status, 200, "{path}");
            let head =
                format!("HEAD {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            let open = server.client().open(head.as_bytes()).await;
            assert_eq!(open.status, 200, "{path}");
            assert_eq!(open.headers["content-type"], "application/json");
            assert_eq!(open.rest().await, b"", "no body");
        }
    }
    assert_eq!(server.client().get("/v1/models//").await.status, 404);
}

#[tokio::test]
async fn another_method_is_a_405_that_lists_the_supported_ones() {
    let server = server().await;
    for (method, path, allowed) in [
        ("GET", "/v1/responses", "POST"),
        ("PUT", "/v1/responses/", "POST"),
        ("OPTIONS", "/v1/responses", "POST"),
        ("POST", "/v1/models", "GET,HEAD"),
        ("DELETE", "/v1/models/short", "GET,HEAD"),
        ("POST", "/health/", "GET,HEAD"),
    ] {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let response = server.client().open(request.as_bytes()).await.whole().await;
        assert_eq!(response.status, 405, "{method} {path}");
        assert_eq!(response.headers["allow"].replace(' ', ""), allowed);
        assert_eq!(
            response.error()["metadata"]["error_type"],
            "invalid_request"
        );
    }
    let long = format!("/v1/{}", "x".repeat(20_000));
    let response = server.client().get(&long).await;
    assert_eq!(response.status, 404);
    assert!(response.text().len() < 2000, "a long path is not repeated");
}

#[tokio::test]
async fn conflicting_lengths_are_a_400() {
    let server = server().await;
    let head =
        "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    for (lengths, status) in [
        ("content-length: 2\r\ncontent-length: 3\r\n", 400),
        ("content-length: 2, 3\r\n", 400),
        ("content-length: -1\r\n", 400),
        ("content-length: +2\r\n", 400),
        ("content-length: 2x\r\n", 400),
        ("transfer-encoding: gzip\r\n", 400),
    ] {
        let request = format!("{head}{lengths}\r\n{{}}");
        let open = server.client().open(request.as_bytes()).await;
        assert_eq!(open.status, status, "{lengths}");
    }
    for lengths in [
        "content-length: 2\r\ntransfer-encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n",
    ] {
        let request = format!("{head}{lengths}\r\n2\r\n{{}}\r\n0\r\n\r\n");
        let response = server.client().open(request.as_bytes()).await.whole().await;
        assert_eq!(response.status, 400, "{lengths}");
        let error = response.error();
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("Transfer-Encoding"),
            "{error}"
        );
    }
    // Chunked encoding alone is accepted.
    let request = format!("{head}transfer-encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
    let response = server.client().open(request.as_bytes()).await.whole().await;
    assert_eq!(response.error()["param"], "model");
    // The same length twice is one length. The request is refused for its content instead.
    let request = format!("{head}content-length: 2\r\ncontent-length: 2\r\n\r\n{{}}");
    let response = server.client().open(request.as_bytes()).await.whole().await;
    assert_eq!(response.error()["param"], "model");
}
