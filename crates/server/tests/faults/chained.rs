//! A router in front of a second server: one real server calls another one.

use std::time::Duration;

use orouter_server::config::{Config, KeyConfig, Secret, ServedModels};
use orouter_server::{Failure, FailureKind, Server};
use orouter_upstream_double::Vendor;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::fallback::response;
use crate::support::Running;
use crate::support::router::{ask, config, provider, start};
use crate::support::script::{Line, Script, message};

const KEY: &str = "sk-inner-key";

/// Starts an inner server with these models that requires a key, and a router in front of it.
async fn pair(scripts: Vec<Script>, key: &str) -> (Running, Running) {
    let mut keys = Config::default();
    keys.keys = vec![KeyConfig::new("outer", Sha256::digest(KEY).into())];
    let mut builder = Server::builder().config(&keys).unwrap();
    for script in scripts {
        builder = builder.provider(script);
    }
    let inner = Running::start(builder).await;
    let base_url = format!("http://{}/api/v1", inner.address);
    let mut provider = provider("inner", Vendor::Responses, base_url);
    provider.api_key = Some(Secret::new(key));
    provider.models = ServedModels::Any;
    let outer = start(&config([provider], [])).await;
    (inner, outer)
}

#[tokio::test]
async fn a_response_passes_both_servers() {
    let script = Script::new("test/hello", message("Hello", Duration::ZERO));
    let (inner, outer) = pair(vec![script], KEY).await;
    for streamed in [false, true] {
        let answer = outer.client().ask(&ask("inner/test/hello", streamed)).await;
        let response = response(&answer, streamed);
        assert_eq!(response["status"], "completed");
        assert_eq!(response["model"], "inner/test/hello");
        assert_eq!(response["output"][0]["content"][0]["text"], "Hello");
        assert_eq!(response["usage"]["total_tokens"], 5);
        if streamed {
            let findings = orouter_conformance::audit(&answer.events());
            assert!(findings.is_empty(), "{findings:?}");
        }
    }
    inner.idle().await;
}

#[tokio::test]
async fn failures_of_the_inner_server_keep_their_meaning() {
    let failing = |name: &str, kind| Script::refusing(name, Failure::new(kind, "not today"));
    let mut late = message("Hello", Duration::ZERO);
    late.truncate(4);
    late.push(Line::Fail(Failure::new(
        FailureKind::ProviderOverloaded,
        "busy",
    )));
    let scripts = vec![
        failing("test/invalid", FailureKind::InvalidRequest),
        failing("test/busy", FailureKind::ProviderOverloaded),
        failing("test/broken", FailureKind::Server),
        Script::new("test/late", late),
    ];
    let (_inner, outer) = pair(scripts, KEY).await;
    for streamed in [false, true] {
        for (model, status) in [
            ("inner/test/invalid", 400),
            ("inner/test/busy", 503),
            ("inner/test/broken", 500),
            // The inner server does not know the model.
            ("inner/test/none", 502),
        ] {
            let answer = outer.client().ask(&ask(model, streamed)).await;
            assert_eq!(answer.status, status, "{model}: {}", answer.text());
            answer.error();
        }
    }
    let answer = outer.client().ask(&ask("inner/test/late", true)).await;
    let last = response(&answer, true);
    assert_eq!(
        (&last["status"], &last["error_type"]),
        (&"failed".into(), &"provider_overloaded".into())
    );
}

#[tokio::test]
async fn a_wrong_key_at_the_inner_server_is_a_502() {
    let script = Script::new("test/hello", message("Hello", Duration::ZERO));
    let (_inner, outer) = pair(vec![script], "sk-wrong").await;
    let answer = outer.client().ask(&ask("inner/test/hello", false)).await;
    assert_eq!(answer.status, 502);
    let error: Value = answer.error();
    assert_eq!(error["type"], "provider_unavailable");
    assert!(!answer.text().contains("sk-wrong"));
}

#[tokio::test]
async fn a_disconnected_client_stops_the_generation_of_the_inner_server() {
    let script = Script::new("test/slow", message("Hello", Duration::from_secs(600)));
    let active = script.active();
    let (inner, outer) = pair(vec![script], KEY).await;
    for streamed in [false, true] {
        let body = ask("inner/test/slow", streamed).to_string();
        let bytes = crate::support::Client::posted("/api/v1/responses", body.as_bytes());
        let socket = outer.client().send(&bytes).await;
        while active.load(std::sync::atomic::Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(socket);
        inner.idle().await;
        assert_eq!(active.load(std::sync::atomic::Ordering::SeqCst), 0);
    }
}
