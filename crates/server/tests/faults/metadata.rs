//! `openrouter_metadata`: the statuses that have it, its members, and where it is.

use std::time::Duration;

use orouter_server::Server;
use orouter_server::config::{Config, KeyConfig};
use orouter_upstream_double::{Fault, Reply, Upstream, Vendor};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::fallback::{Chain, response, success};
use crate::support::client::{HttpResponse, frames};
use crate::support::router::{ask, config, endpoint, model, ordered, provider, start};
use crate::support::{Client, Running, spec};

/// Sends a request that asks for metadata.
async fn post(server: &Running, body: &str, headers: &[(&str, &str)]) -> HttpResponse {
    let mut all = vec![("x-openrouter-metadata", "Enabled")];
    all.extend(headers);
    let bytes = Client::posted_with("/api/v1/responses", &all, body.as_bytes());
    server.client().open(&bytes).await.whole().await
}

/// Checks the metadata of a failure against the specification: no endpoint is selected.
fn check_failed(metadata: &Value, attempts: u64) {
    let further = ["maybe_billed"];
    spec::check(metadata, spec::named("OpenRouterMetadata"), &further);
    assert_eq!(metadata["attempt"], attempts, "{metadata}");
    let listed = metadata["attempts"].as_array().unwrap().len() as u64;
    assert_eq!(listed, attempts, "{metadata}");
    for endpoint in metadata["endpoints"]["available"].as_array().unwrap() {
        assert_eq!(endpoint["selected"], false, "{metadata}");
    }
    assert_eq!(metadata.get("generation_time").is_some(), attempts > 0);
}

#[tokio::test]
async fn failures_of_upstreams_have_metadata_by_their_status() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            for (fault, status, has) in [
                (Fault::Status(400), 400, false),
                (Fault::Status(413), 413, false),
                (Fault::Status(422), 422, false),
                (Fault::Status(429), 429, false),
                (Fault::Status(500), 500, false),
                (Fault::Status(401), 502, true),
                (Fault::Status(404), 502, true),
                (Fault::Status(502), 502, true),
                (Fault::Status(503), 503, true),
                (Fault::Status(504), 524, true),
                (Fault::Status(408), 524, true),
                (Fault::Status(529), 529, true),
            ] {
                let Some(reply) = fault.reply(vendor, streamed) else {
                    continue; // The vendor does not have the fault.
                };
                let chain = Chain::new(vendor, vec![reply]).await;
                let answer = chain.ask(&chain.request(streamed)).await;
                let body = answer.json();
                assert_eq!(answer.status, status, "{body}");
                let metadata = &body["openrouter_metadata"];
                assert_eq!(metadata.is_object(), has, "{fault:?}: {body}");
                if has {
                    check_failed(metadata, 1);
                    assert_eq!(metadata["summary"], "available=1, attempts=1");
                }
                assert_eq!(body.get("openrouter_metadata").is_some(), has, "{body}");
            }
        }
    }
}

#[tokio::test]
async fn failures_of_this_server_have_metadata_by_their_status() {
    let upstream = Upstream::refusing().await.unwrap();
    let one = provider("one", Vendor::Chat, upstream);
    let mut config = config([one], [model("test/model", &["one"])]);
    let key = "sk-or-v1-0123456789abcdef";
    config.keys = vec![KeyConfig::new("ci", Sha256::digest(key).into())];
    let server = start(&config).await;
    let (right, wrong) = (format!("Bearer {key}"), "Bearer sk-or-v1-wrong".to_owned());
    let zdr = {
        let mut request = ask("test/model", false);
        request["provider"] = json!({"zdr": true});
        request.to_string()
    };
    let unknown = ask("no/such", true).to_string();
    let known = ask("test/model", true).to_string();
    for (body, key, status, attempts) in [
        (&*known, &right, 502, Some(1)),
        (&unknown, &right, 404, Some(0)),
        (&zdr, &right, 404, Some(0)),
        (r#"{"model":"test/model"}"#, &right, 400, None),
        ("not JSON", &right, 400, None),
        (&known, &wrong, 401, None),
    ] {
        let answer = post(&server, body, &[("authorization", key)]).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        match attempts {
            Some(attempts) => check_failed(&answer.json()["openrouter_metadata"], attempts),
            None => assert!(answer.json().get("openrouter_metadata").is_none()),
        }
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_has_metadata() {
    let limits = orouter_server::Limits::default().body_timeout(Duration::from_millis(100));
    let server = Running::start(Server::builder().limits(limits)).await;
    let head = "POST /api/v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\
                content-type: application/json\r\nx-openrouter-metadata: enabled\r\n\r\n{";
    let answer = server.client().open(head.as_bytes()).await.whole().await;
    assert_eq!(answer.status, 408, "{}", answer.text());
    let metadata = &answer.json()["openrouter_metadata"];
    check_failed(metadata, 0);
    assert_eq!(metadata["requested"], "");
}

#[tokio::test]
async fn a_full_queue_of_this_server_has_no_metadata() {
    let upstream = Upstream::start(|_: &_| Reply::new().step(orouter_upstream_double::Step::Hang));
    let upstream = upstream.await.unwrap();
    let mut models = model("test/model", &["one"]);
    models.endpoints[0].max_concurrent = Some(1);
    let one = provider("one", Vendor::Chat, upstream.base_url());
    let server = start(&config([one], [models])).await;
    let body = ask("test/model", false).to_string();
    let bytes = Client::posted("/api/v1/responses", body.as_bytes());
    // One runs and one waits.
    let _running = server.client().send(&bytes).await;
    assert!(upstream.until(|upstream| upstream.requests() == 1).await);
    let _queued = server.client().send(&bytes).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let answer = post(&server, &body, &[]).await;
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert!(answer.json().get("openrouter_metadata").is_none());
}

#[tokio::test]
async fn a_stream_that_fails_after_content_has_metadata_in_its_last_event() {
    for vendor in Vendor::ALL {
        for (fault, error_type, has) in [
            (Fault::Cut, "provider_unavailable", true),
            (Fault::GarbageFrame, "provider_unavailable", true),
            (Fault::ErrorAfterText, "server", false),
        ] {
            let failed = Fault::Status(503).reply(vendor, true).unwrap();
            let reply = fault.reply(vendor, true).unwrap();
            let chain = Chain::new(vendor, vec![failed, reply]).await;
            let answer = chain.ask(&chain.request(true)).await;
            let last = response(&answer, true);
            if !fault.follows_content(true) {
                continue;
            }
            assert_eq!(last["error_type"], error_type, "{last}");
            assert_eq!(last["openrouter_metadata"].is_object(), has, "{last}");
            if has {
                check_failed(&last["openrouter_metadata"], 2);
            }
            let all = frames(&answer.chunks).concat();
            let expected = usize::from(has);
            assert_eq!(
                all.matches("openrouter_metadata").count(),
                expected,
                "{all}"
            );
        }
    }
}

#[tokio::test]
async fn a_stream_whose_attempts_all_fail_after_its_head_has_metadata_in_its_last_event() {
    let vendor = Vendor::Chat;
    let late = Reply::new().step(orouter_upstream_double::Step::Wait(Duration::from_millis(
        300,
    )));
    let late = late.send("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}");
    let upstream = Upstream::replay([late]).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let config = config([one], [model("test/model", &["one"])]);
    let limits = orouter_server::Limits::default().head_hold(Duration::from_millis(50));
    let builder = Server::builder().config(&config).unwrap().limits(limits);
    let server = Running::start(builder).await;
    let answer = post(&server, &ask("test/model", true).to_string(), &[]).await;
    let last = response(&answer, true);
    assert_eq!(last["status"], "failed", "{last}");
    check_failed(&last["openrouter_metadata"], 1);
    assert_eq!(last["openrouter_metadata"]["attempts"][0]["status"], 503);
}

/// Two models: the first with an endpoint that fails and one that retains data, the second with one
/// that succeeds.
async fn routed(request: impl Fn(&mut Value), streamed: bool) -> Value {
    let vendor = Vendor::Responses;
    let replies = vec![
        Fault::Status(503).reply(vendor, streamed).unwrap(),
        Fault::Status(500).reply(vendor, streamed).unwrap(),
        success(vendor, streamed, "Hello"),
    ];
    let change = |config: &mut Config| {
        let mut first = model("test/first", &["p0", "p1"]);
        first.aliases = vec!["short".to_owned()];
        let mut kept = endpoint("p0");
        kept.zdr = Some(true);
        first.endpoints[0] = kept;
        let mut second = model("test/second", &["p2"]);
        second.endpoints[0].zdr = Some(true);
        config.models = vec![first, second];
    };
    let chain = Chain::with(vendor, replies, change).await;
    let mut body = ordered("test/first", streamed, &["p0", "p1", "p2"]);
    body["models"] = json!(["test/second"]);
    request(&mut body);
    let answer = chain.ask(&body).await;
    let metadata = response(&answer, streamed)["openrouter_metadata"].clone();
    spec::check(
        &metadata,
        spec::named("OpenRouterMetadata"),
        &["maybe_billed"],
    );
    metadata
}

#[tokio::test]
async fn a_success_lists_candidates_attempts_and_the_selected_endpoint() {
    for streamed in [false, true] {
        let metadata = routed(|_| {}, streamed).await;
        assert_eq!(metadata["requested"], "test/first");
        assert_eq!(metadata["strategy"], "fallback");
        assert_eq!(metadata["attempt"], 3);
        let attempt = |model: &str, provider: &str, status: u16| json!({"model": model, "provider": provider, "status": status});
        assert_eq!(
            metadata["attempts"],
            json!([
                attempt("test/first", "p0", 503),
                attempt("test/first", "p1", 500),
                attempt("test/second", "p2", 200),
            ])
        );
        let candidate = |model: &str, provider: &str, selected: bool| json!({"model": model, "provider": provider, "selected": selected});
        assert_eq!(
            metadata["endpoints"],
            json!({"total": 3, "available": [
                candidate("test/first", "p0", false),
                candidate("test/first", "p1", false),
                candidate("test/second", "p2", true),
            ]})
        );
        assert_eq!(metadata["summary"], "available=3, selected=p2, attempts=3");
        assert_eq!(metadata["is_byok"], false);
        assert_eq!(metadata["region"], Value::Null);
        assert!(metadata["generation_time"].is_u64(), "{metadata}");
        assert!(metadata.get("params").is_none(), "{metadata}");
    }
}

#[tokio::test]
async fn excluded_endpoints_count_but_are_not_available() {
    let metadata = routed(|request| request["provider"]["zdr"] = true.into(), false).await;
    assert_eq!(metadata["endpoints"]["total"], 3);
    let available = metadata["endpoints"]["available"].as_array().unwrap();
    assert_eq!(available.len(), 2, "{metadata}");
    assert_eq!(metadata["attempt"], 2);
}

#[tokio::test]
async fn an_alias_whose_model_fails_is_followed_by_a_fallback() {
    let metadata = routed(|request| request["model"] = "SHORT".into(), true).await;
    assert_eq!(metadata["requested"], "SHORT");
    assert_eq!(metadata["strategy"], "fallback");
    let reverse = |request: &mut Value| {
        request["model"] = "test/second".into();
        request["models"] = json!(["short"]);
    };
    let metadata = routed(reverse, false).await;
    assert_eq!(metadata["strategy"], "direct");
    assert_eq!(metadata["attempt"], 1);
    assert_eq!(metadata["summary"], "available=3, selected=p2");
}

#[tokio::test]
async fn an_endpoint_that_cannot_express_the_request_is_no_attempt() {
    let upstream = Upstream::start(|request: &_| Vendor::Responses.reply(request, "Hello"));
    let upstream = upstream.await.unwrap();
    let unused = Upstream::start(|request: &_| Vendor::Chat.reply(request, "Hello"));
    let unused = unused.await.unwrap();
    let server = start(&config(
        [
            provider("chat", Vendor::Chat, unused.base_url()),
            provider("full", Vendor::Responses, upstream.base_url()),
        ],
        [model("test/model", &["chat", "full"])],
    ))
    .await;
    let mut request = ordered("test/model", false, &["chat", "full"]);
    request["input"] = json!([{"role": "user", "content": [
        {"type": "input_file", "file_url": "https://example.com/a.pdf"},
        {"type": "input_text", "text": "Summarize."},
    ]}]);
    let answer = post(&server, &request.to_string(), &[]).await;
    let metadata = &response(&answer, false)["openrouter_metadata"];
    assert_eq!((unused.requests(), upstream.requests()), (0, 1));
    assert_eq!(metadata["attempt"], 1, "{metadata}");
    assert_eq!(metadata["attempts"][0]["provider"], "full");
    assert_eq!(metadata["endpoints"]["total"], 2);
}
