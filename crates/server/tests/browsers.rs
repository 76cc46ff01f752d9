//! Web pages and host names: CORS, and the requests that a server on a loopback address refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter_server::{AllowedOrigin, Limits, Server, ServerBuilder};
use serde_json::json;
use support::script::{Script, message};
use support::{HttpResponse, Running};

const APP: &str = "https://app.example";

fn builder() -> ServerBuilder {
    let script = Script::new("test/model", message("Hi", Duration::ZERO));
    Server::builder()
        .provider(script)
        .limits(Limits::default().body_bytes(10_000))
}

async fn allowing(origins: &[&str]) -> Running {
    let origins = origins.iter().map(|o| o.parse::<AllowedOrigin>().unwrap());
    Running::start(builder().allow_origins(origins)).await
}

/// Sends a request with these header lines and this body.
async fn send(server: &Running, line: &str, headers: &str, body: &str) -> HttpResponse {
    let head = format!(
        "{line} HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let open = server.client().open(head.as_bytes()).await;
    if open.status == 204 || line.starts_with("HEAD") {
        return HttpResponse {
            status: open.status,
            headers: open.headers,
            chunks: Vec::new(),
        };
    }
    open.whole().await
}

fn posted(stream: bool) -> String {
    json!({"model": "test/model", "input": "hi", "stream": stream}).to_string()
}

const JSON: &str = "content-type: application/json\r\n";

#[tokio::test]
async fn a_preflight_of_an_allowed_origin_allows_what_it_asks_for() {
    let server = allowing(&[APP, "http://localhost:3000"]).await;
    for origin in [APP, "http://localhost:3000"] {
        let headers = format!(
            "host: localhost\r\norigin: {origin}\r\naccess-control-request-method: POST\r\n\
             access-control-request-headers: authorization,content-type,x-stainless-os\r\n\
             access-control-request-private-network: true\r\n"
        );
        let response = send(&server, "OPTIONS /api/v1/responses", &headers, "").await;
        assert_eq!(response.status, 204);
        let header = |name: &str| response.headers[name].as_str();
        assert_eq!(header("access-control-allow-origin"), origin);
        assert_eq!(header("access-control-allow-methods"), "POST");
        assert_eq!(
            header("access-control-allow-headers"),
            "authorization,content-type,x-stainless-os"
        );
        assert_eq!(header("access-control-allow-private-network"), "true");
        assert!(response.headers.contains_key("access-control-max-age"));
        assert!(response.headers.contains_key("x-generation-id"));
    }
}

#[tokio::test]
async fn responses_failures_and_streams_can_be_read_by_pages_of_an_allowed_origin() {
    for allowed in [&[APP][..], &["*"][..]] {
        let server = allowing(allowed).await;
        let big = "a".repeat(20_000);
        let json = format!("host: localhost\r\norigin: {APP}\r\n{JSON}");
        let text = format!("host: localhost\r\norigin: {APP}\r\ncontent-type: text/plain\r\n");
        let deflate = format!("{json}content-encoding: deflate\r\n");
        let cases = [
            ("POST /v1/responses", &json, posted(false), 200),
            ("POST /v1/responses", &json, posted(true), 200),
            ("GET /v1/models", &json, String::new(), 200),
            ("GET /health", &json, String::new(), 200),
            ("POST /v1/responses", &json, "{}".to_owned(), 400),
            ("GET /v1/nothing", &json, String::new(), 404),
            ("DELETE /v1/responses", &json, String::new(), 405),
            ("POST /v1/responses", &json, big, 413),
            ("POST /v1/responses", &text, posted(false), 415),
            ("POST /v1/responses", &deflate, posted(false), 415),
        ];
        for (line, headers, body, status) in cases {
            let response = send(&server, line, headers, &body).await;
            assert_eq!(response.status, status, "{line} {}", response.text());
            let origin = if allowed == ["*"] { "*" } else { APP };
            assert_eq!(response.headers["access-control-allow-origin"], origin);
            assert_eq!(response.headers["vary"], "Origin");
            let exposed = response.headers["access-control-expose-headers"].to_lowercase();
            for name in [
                "x-generation-id",
                "x-request-id",
                "retry-after",
                "x-ratelimit-limit",
                "x-ratelimit-remaining",
                "x-ratelimit-reset",
                "x-openrouter-cache-status",
            ] {
                assert!(exposed.split(", ").any(|word| word == name), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_on_loopback() {
    let server = allowing(&[APP]).await;
    let host = format!("127.0.0.1:{}", server.address.port());
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "http://localhost:3000",
        "http://127.0.0.1:1",
        "null",
        "nonsense",
    ] {
        let headers = format!("host: {host}\r\norigin: {origin}\r\n{JSON}");
        let response = send(&server, "POST /v1/responses", &headers, &posted(false)).await;
        assert_eq!(response.status, 403, "{origin}");
        assert_eq!(
            response.error()["metadata"]["error_type"],
            "permission_denied"
        );
        assert!(!response.headers.contains_key("access-control-allow-origin"));
        assert_eq!(response.headers["vary"], "Origin");
        let asks =
            format!("host: {host}\r\norigin: {origin}\r\naccess-control-request-method: POST\r\n");
        let response = send(&server, "OPTIONS /v1/responses", &asks, "").await;
        assert_eq!(response.status, 403, "{origin}");
        assert!(!response.headers.contains_key("access-control-allow-origin"));
    }
    // Requests without `Origin` that a browser sends for another site's page, such as for an image.
    for (site, mode, status) in [
        ("cross-site", "no-cors", 403),
        ("same-site", "no-cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ] {
        let headers =
            format!("host: {host}\r\nsec-fetch-site: {site}\r\nsec-fetch-mode: {mode}\r\n");
        let response = send(&server, "GET /v1/models", &headers, "").await;
        assert_eq!(response.status, status, "{site} {mode}");
    }
    // A page of the same origin.
    let headers = format!("host: {host}\r\norigin: http://{host}\r\n{JSON}");
    let response = send(&server, "POST /v1/responses", &headers, &posted(false)).await;
    assert_eq!(response.status, 200, "{}", response.text());
}

#[tokio::test]
async fn only_loopback_names_and_allowed_hosts_are_accepted_on_loopback() {
    let hosts = ["api.example".parse().unwrap()];
    let server = Running::start(builder().allow_hosts(hosts)).await;
    for (host, status) in [
        ("localhost", 200),
        ("LOCALHOST:99", 200),
        ("localhost.:8080", 200),
        ("x.localhost", 200),
        ("127.0.0.1", 200),
        ("127.1.2.3:80", 200),
        ("[::1]:8080", 200),
        ("api.example", 200),
        ("API.example:443", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.nip.io", 403),
        ("192.168.1.1", 403),
        ("0.0.0.0:8080", 403),
        ("", 400),
        ("a b", 400),
        ("localhost:port", 400),
        ("user@localhost", 400),
    ] {
        let response = send(&server, "GET /v1/models", &format!("host: {host}\r\n"), "").await;
        assert_eq!(response.status, status, "{host} {}", response.text());
        if status != 200 {
            response.error();
        }
    }
    for (line, headers, status) in [
        ("GET /health", "", 400),
        ("GET /health", "host: localhost\r\nhost: localhost\r\n", 400),
        (
            "GET /health",
            "host: localhost\r\nhost: evil.example\r\n",
            400,
        ),
        ("GET http://evil.example/health", "host: localhost\r\n", 403),
        ("GET http://localhost/health", "host: evil.example\r\n", 403),
        ("GET http://localhost/health", "host: localhost\r\n", 200),
    ] {
        let response = send(&server, line, headers, "").await;
        assert_eq!(response.status, status, "{line} {headers}");
    }
    // A health check of a proxy in HTTP/1.0 has no `Host`.
    let open = server.client().open(b"GET /health HTTP/1.0\r\n\r\n").await;
    assert_eq!(open.status, 200);
}

#[tokio::test]
async fn a_server_on_another_address_checks_neither() {
    let bound = builder()
        .allow_origins([APP.parse().unwrap()])
        .build()
        .bind("0.0.0.0:0")
        .await
        .unwrap();
    let port = bound.local_addr().port();
    tokio::spawn(bound.serve(std::future::pending()));
    let client = support::Client::new(([127, 0, 0, 1], port).into());
    for (origin, readable) in [(APP, true), ("https://other.example", false)] {
        let request =
            format!("GET /v1/models HTTP/1.1\r\nhost: api.example\r\norigin: {origin}\r\n\r\n");
        let response = client.open(request.as_bytes()).await.whole().await;
        assert_eq!(response.status, 200);
        assert_eq!(
            response.headers.contains_key("access-control-allow-origin"),
            readable
        );
    }
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    let server = allowing(&[APP]).await;
    let page = format!("origin: {APP}\r\n");
    for (headers, status) in [
        ("content-type: application/json\r\n", 200),
        ("content-type: Application/JSON; charset=UTF-8\r\n", 200),
        ("content-type: application/vnd.api+json\r\n", 200),
        ("", 200),
        ("content-type: text/plain\r\n", 415),
        ("content-type: application/x-www-form-urlencoded\r\n", 415),
        ("content-type: multipart/form-data; boundary=x\r\n", 415),
        ("content-type: text/json\r\n", 415),
        ("content-type: application/json; charset=utf-16\r\n", 415),
        ("content-type: \r\n", 415),
        (
            "content-type: text/plain\r\ncontent-type: application/json\r\n",
            415,
        ),
        (page.as_str(), 415),
    ] {
        let headers = format!("host: localhost\r\n{headers}");
        for path in ["/v1/responses", "/api/v1/responses/"] {
            let line = format!("POST {path}");
            let response = send(&server, &line, &headers, &posted(false)).await;
            assert_eq!(response.status, status, "{headers} {}", response.text());
            if status == 415 {
                let error = response.error();
                assert_eq!(error["metadata"]["error_type"], "invalid_request");
                assert!(
                    error["message"]
                        .as_str()
                        .unwrap()
                        .contains("application/json")
                );
            }
        }
    }
}
