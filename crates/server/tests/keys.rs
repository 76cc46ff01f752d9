//! Static keys: who is admitted, and what the log says about the others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_server::Server;
use orouter_server::config::{Config, KeyConfig};
use orouter_upstream_double::{Upstream, Vendor};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use support::log::Lines;
use support::router::{ask, config, model, provider, start};
use support::{Client, HttpResponse, Running};

const KEY: &str = "sk-or-v1-0123456789abcdef0123456789abcdef";
const OTHER: &str = "sk-or-v1-another";
const WRONG: &str = "sk-or-v1-wrong-and-secret";

fn key(name: &str, text: &str) -> KeyConfig {
    KeyConfig::new(name, Sha256::digest(text).into())
}

async fn upstream() -> Upstream {
    let respond = |request: &_| Vendor::Responses.reply(request, "Hello");
    Upstream::start(respond).await.unwrap()
}

fn with_keys(upstream: &Upstream, keys: Vec<KeyConfig>, required: Option<bool>) -> Config {
    let one = provider("one", Vendor::Responses, upstream.base_url());
    let mut config = config([one], [model("test/model", &["one"])]);
    config.keys = keys;
    config.records.require_keys = required;
    config
}

fn both() -> Vec<KeyConfig> {
    vec![key("ci", KEY), key("app", OTHER)]
}

async fn post(server: &Running, path: &str, headers: &[(&str, &str)]) -> HttpResponse {
    let body = ask("test/model", false).to_string();
    let bytes = Client::posted_with(path, headers, body.as_bytes());
    server.client().open(&bytes).await.whole().await
}

/// Asks with this `Authorization`.
async fn authorized(server: &Running, value: &str) -> HttpResponse {
    post(server, "/api/v1/responses", &[("authorization", value)]).await
}

fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

/// Returns the body of a 401.
fn refused(response: &HttpResponse) -> Value {
    assert_eq!(response.status, 401, "{}", response.text());
    assert_eq!(response.headers["www-authenticate"], "Bearer");
    let error = response.error();
    assert_eq!(error["type"], "authentication");
    assert_eq!(error["metadata"]["error_type"], "authentication");
    response.json()
}

#[tokio::test]
async fn every_refused_key_gets_the_same_401() {
    let upstream = upstream().await;
    let server = start(&with_keys(&upstream, both(), None)).await;
    let missing = refused(&post(&server, "/api/v1/responses", &[]).await);
    assert_eq!(missing["error"]["metadata"].as_object().unwrap().len(), 1);
    for value in [
        &bearer(WRONG),
        &bearer(&KEY[..KEY.len() - 1]),
        &bearer(&format!("{KEY}0")),
        &bearer(&KEY.to_uppercase()),
        KEY,
        "Bearer",
        "Bearer ",
        &format!("Basic {KEY}"),
        &format!("Bearer{KEY}"),
        &format!("Bearer {KEY} {KEY}"),
    ] {
        assert_eq!(
            refused(&authorized(&server, value).await),
            missing,
            "{value}"
        );
    }
    let twice = [
        ("authorization", &*bearer(KEY)),
        ("authorization", &*bearer(KEY)),
    ];
    assert_eq!(
        refused(&post(&server, "/api/v1/responses", &twice).await),
        missing
    );
    let metadata = [("x-openrouter-metadata", "enabled")];
    assert_eq!(
        refused(&post(&server, "/api/v1/responses", &metadata).await),
        missing
    );
    assert_eq!(upstream.requests(), 0);
}

#[tokio::test]
async fn each_key_is_admitted_and_stays_in_the_server() {
    let upstream = upstream().await;
    let server = start(&with_keys(&upstream, both(), None)).await;
    for value in [
        bearer(KEY),
        bearer(OTHER),
        format!("bearer {KEY}"),
        format!("BEARER {KEY}"),
        format!("Bearer   {KEY}  "),
    ] {
        let response = authorized(&server, &value).await;
        assert_eq!(response.response().output_text(), "Hello", "{value}");
    }
    for received in upstream.received() {
        assert!(!received.head.contains(KEY) && !received.head.contains(OTHER));
    }
}

#[tokio::test]
async fn keys_protect_the_api_and_not_the_health() {
    let upstream = upstream().await;
    let server = start(&with_keys(&upstream, both(), None)).await;
    let key = bearer(KEY);
    let key = [("authorization", key.as_str())];
    for base in ["/api/v1", "/v1"] {
        for path in [
            "/models",
            "/models/",
            "/models/test/model",
            "/models/test%2Fmodel",
            "/models/test/none",
            "/model/test/model",
            "/models/test/model/endpoints",
        ] {
            let path = format!("{base}{path}");
            refused(&server.client().request("GET", &path, &[]).await);
            let response = server.client().request("GET", &path, &key).await;
            assert_ne!(response.status, 401, "{path}");
        }
        refused(&post(&server, &format!("{base}/responses"), &[]).await);
        refused(&post(&server, &format!("{base}/responses/"), &[]).await);
    }
    for path in ["/health", "/ready", "/version", "/health/"] {
        assert_eq!(server.client().get(path).await.status, 200, "{path}");
    }
    assert_eq!(server.client().get("/api/v1/unknown").await.status, 404);
}

#[tokio::test]
async fn keys_are_required_as_configured() {
    let upstream = upstream().await;
    for (keys, setting, without, wrong, right) in [
        (vec![], None, 200, 200, 200),
        (vec![], Some(false), 200, 200, 200),
        (vec![], Some(true), 401, 401, 401),
        (both(), None, 401, 401, 200),
        (both(), Some(true), 401, 401, 200),
        (both(), Some(false), 200, 200, 200),
    ] {
        let server = start(&with_keys(&upstream, keys, setting)).await;
        let statuses = [
            post(&server, "/api/v1/responses", &[]).await.status,
            authorized(&server, &bearer(WRONG)).await.status,
            authorized(&server, &bearer(KEY)).await.status,
        ];
        assert_eq!(statuses, [without, wrong, right], "{setting:?}");
    }
}

#[tokio::test]
async fn an_address_of_the_network_requires_keys() {
    let upstream = upstream().await;
    for (setting, status) in [(None, 401), (Some(false), 200)] {
        let config = with_keys(&upstream, vec![], setting);
        let server = Server::builder().config(&config).unwrap().build();
        let bound = server.bind("0.0.0.0:0").await.unwrap();
        let client = Client::new(([127, 0, 0, 1], bound.local_addr().port()).into());
        let serving = tokio::spawn(bound.serve(std::future::pending()));
        assert_eq!(client.get("/api/v1/models").await.status, status);
        assert_eq!(client.get("/health").await.status, 200);
        serving.abort();
    }
}

#[tokio::test]
async fn the_key_is_checked_before_the_body_is_read() {
    let upstream = upstream().await;
    let server = start(&with_keys(&upstream, both(), None)).await;
    let head = "POST /api/v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\
                \r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n";
    // The first response is the 401, not `100 Continue`.
    let response = server.client().open(head.as_bytes()).await;
    assert_eq!(response.status, 401);
    // A body that is not JSON, or too large, is not looked at either.
    let body = vec![b'x'; 40 << 20];
    let bytes = Client::posted_with("/api/v1/responses", &[], &body);
    assert_eq!(server.client().open(&bytes).await.status, 401);
}

#[tokio::test]
async fn the_log_has_the_reason_and_the_name_but_no_key() {
    let log = Lines::get();
    let upstream = upstream().await;
    let server = start(&with_keys(&upstream, both(), None)).await;
    let key = bearer(KEY);
    let wrong = bearer(WRONG);
    for (path, headers, caller, reason) in [
        ("/v1/models/log/1", vec![], None, Some("no key")),
        (
            "/v1/models/log/2",
            vec![("authorization", wrong.as_str())],
            None,
            Some("unknown key"),
        ),
        (
            "/v1/models/log/3",
            vec![("authorization", "Basic abc")],
            None,
            Some("Authorization is not a bearer key"),
        ),
        (
            "/v1/models/log/4",
            vec![("authorization", key.as_str()); 2],
            None,
            Some("more than one Authorization header"),
        ),
        (
            "/v1/models/log/5",
            vec![("authorization", key.as_str())],
            Some("ci"),
            None,
        ),
    ] {
        server.client().request("GET", path, &headers).await;
        let line = log.line(path).await;
        assert_eq!(line["caller"].as_str(), caller, "{line}");
        assert_eq!(line["key_refused"].as_str(), reason, "{line}");
        if reason.is_some() {
            assert_eq!(
                (&line["status"], &line["outcome"]),
                (&401.into(), &"refused".into())
            );
            assert_eq!(line["error_type"], "authentication");
        }
    }
    for secret in [KEY, WRONG, OTHER] {
        assert!(!log.text().contains(secret), "{secret} in the log");
    }
}

#[tokio::test]
async fn a_reload_replaces_the_keys() {
    let upstream = upstream().await;
    let server = Server::builder().config(&with_keys(&upstream, both(), None));
    let server = server.unwrap().build();
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(bound.local_addr());
    let serving = tokio::spawn(bound.serve(std::future::pending()));
    let status = async |key: &str| {
        let key = bearer(key);
        let headers = [("authorization", key.as_str())];
        client.request("GET", "/v1/models", &headers).await.status
    };
    assert_eq!((status(KEY).await, status(OTHER).await), (200, 200));
    let reloaded = with_keys(&upstream, vec![key("ci", KEY)], None);
    server.reload(&reloaded).unwrap();
    assert_eq!((status(KEY).await, status(OTHER).await), (200, 401));
    serving.abort();
}
