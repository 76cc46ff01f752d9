//! Requests that a server must refuse before any upstream is called.

use std::time::Duration;

use orouter_server::{Limits, Server};
use orouter_upstream_double::{Upstream, Vendor};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::fallback::success;
use crate::support::router::{ask, config, model, provider};
use crate::support::{Client, Running};

pub(crate) async fn router(vendor: Vendor, limits: Limits) -> (Running, Upstream) {
    let reply = success(vendor, false, "Hello");
    let upstream = Upstream::replay([reply]).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let config = config([one], [model("test/model", &["one"])]);
    let builder = Server::builder().config(&config).unwrap().limits(limits);
    (Running::start(builder).await, upstream)
}

#[tokio::test]
async fn a_body_of_50_mb_is_a_413() {
    let (server, upstream) = router(Vendor::Chat, Limits::default()).await;
    let mut request = ask("test/model", false);
    request["input"] = Value::from("x".repeat(50 << 20));
    let answer = server.client().ask(&request).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.error()["type"], "payload_too_large");
    assert_eq!(upstream.requests(), 0);
    // The server is still there.
    assert_eq!(
        server.client().ask(&ask("test/model", false)).await.status,
        200
    );
}

#[tokio::test]
async fn slow_clients_are_disconnected() {
    let brief = Duration::from_millis(300);
    let limits = Limits::default().head_timeout(brief).body_timeout(brief);
    let (server, upstream) = router(Vendor::Chat, limits).await;
    // A head that never ends.
    let mut socket = server
        .client()
        .send(b"POST /api/v1/responses HTTP/1.1\r\nx: y")
        .await;
    let mut text = Vec::new();
    socket.read_to_end(&mut text).await.unwrap();
    assert!(text.is_empty() || text.starts_with(b"HTTP/1.1 408"));
    // A body that never ends.
    let bytes = Client::posted("/api/v1/responses", b"{\"model\": \"test/model\"}");
    let (almost, _) = bytes.split_at(bytes.len() - 1);
    let answer = server.client().open(almost).await;
    assert_eq!(answer.status, 408);
    assert_eq!(upstream.requests(), 0);
}

#[tokio::test]
async fn ten_thousand_headers_are_refused() {
    let (server, upstream) = router(Vendor::Chat, Limits::default()).await;
    let mut head = "POST /api/v1/responses HTTP/1.1\r\nhost: localhost\r\n".to_owned();
    for number in 0..10_000 {
        head.push_str(&format!("x-header-{number}: value\r\n"));
    }
    let mut socket = server.client().send(b"").await;
    // The server may close the connection before it has read all.
    let _ = socket.write_all(format!("{head}\r\n").as_bytes()).await;
    let mut text = Vec::new();
    let _ = socket.read_to_end(&mut text).await;
    let text = String::from_utf8(text).unwrap();
    let refused = ["HTTP/1.1 431", "HTTP/1.1 400"];
    assert!(
        text.is_empty() || refused.iter().any(|status| text.starts_with(status)),
        "{text}"
    );
    assert_eq!(upstream.requests(), 0);
}

#[tokio::test]
async fn faulty_requests_never_reach_an_upstream() {
    for vendor in Vendor::ALL {
        let (server, upstream) = router(vendor, Limits::default()).await;
        for (member, value, status) in [
            ("model", json!("test/none"), 404),
            ("model", json!(7), 400),
            ("model", Value::Null, 400),
            ("input", Value::Null, 400),
            ("temperature", json!("hot"), 400),
            ("previous_response_id", json!("resp_1"), 400),
            ("store", json!(true), 400),
            ("tools", json!("none"), 400),
            ("messages", json!([{"role": "user", "content": "Hi"}]), 400),
        ] {
            let mut request = ask("test/model", false);
            request[member] = value.clone();
            let answer = server.client().ask(&request).await;
            assert_eq!(answer.status, status, "{member} {value}: {}", answer.text());
            answer.error();
        }
        assert_eq!(upstream.requests(), 0, "{vendor:?}");
    }
}

#[tokio::test]
async fn functions_without_a_schema_of_an_object_never_reach_an_upstream() {
    for vendor in Vendor::ALL {
        let (server, upstream) = router(vendor, Limits::default()).await;
        let mut request = ask("test/model", false);
        for (parameters, path) in [
            (json!("{}"), "tools[1].parameters"),
            (json!([]), "tools[1].parameters"),
            (json!({"type": "array"}), "tools[1].parameters.type"),
            (
                json!({"type": "object", "properties": {"a": {"required": true}}}),
                "tools[1].parameters.properties.a.required",
            ),
        ] {
            let function = json!({"type": "function", "name": "f", "parameters": parameters});
            request["tools"] = json!([{"type": "function", "name": "ok"}, function]);
            let answer = server.client().ask(&request).await;
            assert_eq!(answer.status, 400, "{parameters}: {}", answer.text());
            let error = answer.error();
            assert_eq!(error["param"], path, "{error}");
            assert!(error["message"].as_str().unwrap().contains(path), "{error}");
        }
        assert_eq!(upstream.requests(), 0, "{vendor:?}");
        // Schemas of the history are not the caller's.
        let loaded = json!({"type": "additional_tools", "tools": [{"type": "function", "name": "f", "parameters": []}]});
        for (member, value) in [
            (
                "tools",
                json!([{"type": "function", "name": "f", "parameters": {}}]),
            ),
            ("input", json!([{"role": "user", "content": "Hi"}, loaded])),
        ] {
            let mut request = ask("test/model", false);
            request[member] = value;
            let answer = server.client().ask(&request).await;
            assert_eq!(answer.status, 200, "{member}: {}", answer.text());
        }
    }
}
