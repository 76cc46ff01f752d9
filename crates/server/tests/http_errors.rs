//! Errors of HTTP: unknown paths, unsupported methods, and bodies beyond the limit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_server::{Limits, Server};
use serde_json::json;
use support::Running;
use support::script::Script;

async fn server() -> Running {
    let script = Script::new("test/model", Vec::new());
    let limits = Limits::default().body_bytes(100_000);
    Running::start(Server::builder().provider(script).limits(limits)).await
}

#[tokio::test]
async fn a_body_past_the_limit_is_a_413() {
    let server = server().await;
    let body = json!({"model": "test/model", "input": "a".repeat(100_001)});
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 413);
    assert_eq!(
        response.error()["metadata"]["error_type"],
        "payload_too_large"
    );

    // The same without a word about its length beforehand.
    let mut bytes =
        b"POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
            .to_vec();
    for _ in 0..101 {
        bytes.extend_from_slice(format!("3e8\r\n{}\r\n", "a".repeat(1000)).as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let response = server.client().open(&bytes).await.whole().await;
    assert_eq!(response.status, 413);
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    let server = server().await;
    let body = vec![b'a'; 16 << 20];
    let cases = [
        ("POST /v1/completions", "", 404),
        ("PUT /v1/responses", "", 405),
        ("POST /v1/responses", "content-encoding: br\r\n", 415),
        ("POST /v1/responses", "", 413),
        ("POST /v1/chat/completions", "", 413),
    ];
    for (line, header, status) in cases {
        let head = format!(
            "{line} HTTP/1.1\r\nhost: localhost\r\n{header}content-length: {}\r\n",
            body.len()
        );
        let whole = [head.as_bytes(), b"\r\n", &body].concat();
        let response = server.client().open(&whole).await.whole().await;
        assert_eq!(response.status, status, "{line} {:?}", response.error());

        // A client that asks before it sends is told at once, not that it may send.
        let asking = format!("{head}expect: 100-continue\r\n\r\n");
        let open = server.client().open(asking.as_bytes()).await;
        assert_eq!(open.status, status, "{line}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_have_error_bodies() {
    let server = server().await;
    let client = server.client();
    let response = client.get("/api/v1/chat").await;
    assert_eq!(response.status, 404);
    assert_eq!(response.error()["metadata"]["error_type"], "not_found");
    let response = client.get("/api/v1/responses").await;
    assert_eq!(response.status, 405);
    assert_eq!(response.headers["allow"], "POST");
    assert_eq!(
        response.error()["metadata"]["error_type"],
        "invalid_request"
    );
    assert_eq!(client.post("/v1/models", "{}").await.status, 405);
    let response = client.get("/v1/model/%ff/x").await;
    assert_eq!(response.status, 400);
    assert_eq!(
        response.error()["metadata"]["error_type"],
        "invalid_request"
    );
}
