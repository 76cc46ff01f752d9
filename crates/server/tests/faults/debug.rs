//! `debug.echo_upstream_body`: a stream begins with the bodies that were sent to upstreams.

use std::time::Duration;

use orouter_server::Server;
use orouter_upstream_double::{Fault, Reply, Step, Upstream, Vendor};
use serde_json::{Value, json};

use super::fallback::{Chain, response, success};
use crate::support::client::{HttpResponse, frames};
use crate::support::router::{UPSTREAM_KEY, ask, config, model, provider, start};
use crate::support::script::{Script, message};
use crate::support::{Running, spec};

fn asking(mut request: Value) -> Value {
    request["debug"] = json!({"echo_upstream_body": true});
    request
}

/// Returns the bodies in the events at the beginning of a stream. Checks that they come first, that
/// the stream is valid and that it contains no key.
fn echoed(answer: &HttpResponse) -> Vec<Value> {
    let findings = orouter_conformance::audit(&answer.events());
    assert!(findings.is_empty(), "{findings:?}");
    assert!(!answer.text().contains(UPSTREAM_KEY));
    assert!(!answer.text().to_lowercase().contains("bearer"));
    let mut bodies = Vec::new();
    let mut ended = false;
    for (number, frame) in frames(&answer.chunks).iter().enumerate() {
        if frame == "[DONE]" {
            break;
        }
        let event: Value = serde_json::from_str(frame).unwrap();
        assert_eq!(event["sequence_number"], number, "{frame}");
        if event["type"] == "response.debug" {
            assert!(!ended, "after another event: {frame}");
            spec::check(&event, spec::named("DebugEvent"), &[]);
            bodies.push(event["debug"]["echo_upstream_body"].clone());
        } else if !ended {
            assert_eq!(event["type"], "response.created");
            ended = true;
        }
    }
    bodies
}

fn received(chain: &Chain) -> Vec<Value> {
    let received = chain.upstreams.iter().flat_map(Upstream::received);
    received.map(|request| request.json()).collect()
}

#[tokio::test]
async fn a_stream_begins_with_the_body_that_the_upstream_got() {
    for vendor in Vendor::ALL {
        let chain = Chain::new(vendor, vec![success(vendor, true, "Hello")]).await;
        let mut request = asking(chain.request(true));
        request["temperature"] = json!(0.5);
        let answer = chain.ask(&request).await;
        let bodies = echoed(&answer);
        assert_eq!(bodies, received(&chain), "{vendor:?}");
        assert!(bodies[0].to_string().contains("confidential question"));
        assert!(bodies[0].get("debug").is_none(), "{}", bodies[0]);
        let usage = &response(&answer, true)["usage"];
        assert_eq!(usage["output_tokens"], 5, "{usage}");
    }
}

#[tokio::test]
async fn each_attempted_endpoint_has_an_event_in_order() {
    for vendor in Vendor::ALL {
        for fault in [
            Fault::Status(503),
            Fault::CloseBeforeHead,
            Fault::ErrorFirst,
            Fault::Empty,
        ] {
            let failed = fault.reply(vendor, true).unwrap();
            let replies = vec![failed.clone(), failed, success(vendor, true, "Hello")];
            let chain = Chain::new(vendor, replies).await;
            let answer = chain.ask(&asking(chain.request(true))).await;
            let bodies = echoed(&answer);
            assert_eq!(bodies.len(), 3, "{vendor:?} {fault:?}");
            assert_eq!(bodies, received(&chain));
        }
    }
}

#[tokio::test]
async fn endpoints_of_two_protocols_have_the_bodies_of_their_own() {
    let failing = Fault::Status(500).reply(Vendor::Responses, true).unwrap();
    let one = Upstream::replay([failing]).await.unwrap();
    let two = Upstream::start(|request: &_| Vendor::Chat.reply(request, "Hello"));
    let two = two.await.unwrap();
    let server = start(&config(
        [
            provider("one", Vendor::Responses, one.base_url()),
            provider("two", Vendor::Chat, two.base_url()),
        ],
        [model("test/model", &["one", "two"])],
    ))
    .await;
    let mut request = asking(ask("test/model", true));
    request["provider"] = json!({"order": ["one", "two"]});
    let bodies = echoed(&server.client().ask(&request).await);
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].get("input").is_some() && bodies[0].get("messages").is_none());
    assert!(bodies[1].get("messages").is_some() && bodies[1].get("input").is_none());
}

#[tokio::test]
async fn no_other_response_has_the_event() {
    let vendor = Vendor::Chat;
    for debug in [
        json!({"echo_upstream_body": false}),
        json!({"echo_upstream_body": null}),
        json!({}),
        Value::Null,
    ] {
        let chain = Chain::new(vendor, vec![success(vendor, true, "Hello")]).await;
        let mut request = chain.request(true);
        request["debug"] = debug;
        assert_eq!(echoed(&chain.ask(&request).await), [Value::Null; 0]);
    }
    let chain = Chain::new(vendor, vec![success(vendor, false, "Hello")]).await;
    let answer = chain.ask(&asking(chain.request(false))).await;
    let body = response(&answer, false);
    let pipeline = body["openrouter_metadata"]["pipeline"].to_string();
    assert!(pipeline.contains("debug.echo_upstream_body"), "{pipeline}");
    assert!(!answer.text().contains("confidential question"));
    for streamed in [false, true] {
        let failing = Fault::Status(503).reply(vendor, streamed).unwrap();
        let chain = Chain::new(vendor, vec![failing]).await;
        let answer = chain.ask(&asking(chain.request(streamed))).await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(!answer.text().contains("confidential question"));
    }
}

#[tokio::test]
async fn a_model_without_upstream_request_is_noted() {
    let script = Script::new("test/own", message("Hello", Duration::ZERO));
    let server = Running::start(Server::builder().provider(script)).await;
    let body = asking(ask("test/own", true)).to_string();
    let headers = [("x-openrouter-metadata", "enabled")];
    let bytes = crate::support::Client::posted_with("/v1/responses", &headers, body.as_bytes());
    let answer = server.client().open(&bytes).await.whole().await;
    assert_eq!(echoed(&answer), [Value::Null; 0]);
    let metadata = &response(&answer, true)["openrouter_metadata"];
    let note = &metadata["pipeline"][0]["data"]["notes"][0];
    assert_eq!(note["param"], "debug.echo_upstream_body", "{metadata}");
    assert_eq!(note["action"], "ignored");
}

#[tokio::test]
async fn a_repeated_call_of_one_endpoint_has_one_event_with_its_last_body() {
    let vendor = Vendor::Responses;
    let error = vendor.error(
        "invalid_request_error",
        &"invalid_encrypted_content".into(),
        "The encrypted content could not be verified.",
    );
    let replies = [
        Reply::json(400, &error.to_string()),
        success(vendor, true, "Hello"),
    ];
    let upstream = Upstream::replay(replies).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let server = start(&config([one], [model("test/model", &["one"])])).await;
    let mut request = asking(ask("test/model", true));
    request["input"] = json!([
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "opaque-blob"},
        {"type": "message", "role": "user", "content": "Go on"},
    ]);
    let bodies = echoed(&server.client().ask(&request).await);
    assert_eq!(bodies, [upstream.received()[1].json()]);
}

#[tokio::test]
async fn a_stream_that_fails_after_its_head_begins_with_the_events() {
    let vendor = Vendor::Chat;
    let late = Reply::new().step(Step::Wait(Duration::from_millis(300)));
    let late = late.send("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}");
    let upstream = Upstream::replay([late]).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let config = config([one], [model("test/model", &["one"])]);
    let limits = orouter_server::Limits::default().head_hold(Duration::from_millis(50));
    let builder = Server::builder().config(&config).unwrap().limits(limits);
    let server = Running::start(builder).await;
    let answer = server.client().ask(&asking(ask("test/model", true))).await;
    assert_eq!(response(&answer, true)["status"], "failed");
    assert_eq!(echoed(&answer), [upstream.received()[0].json()]);
}

#[tokio::test]
async fn data_is_cut_and_the_size_is_bounded() {
    let image = format!("data:image/png;base64,{}", "QUJD".repeat(100_000));
    let prose = "A sentence with words. ".repeat(40_000);
    let plain = "A sentence with words. ".repeat(1000);
    let part = |text: &str| json!([{"role": "user", "content": text}]);
    let picture = json!([{"role": "user", "content": [
        {"type": "input_text", "text": "Describe it."},
        {"type": "input_image", "image_url": image, "detail": "auto"},
    ]}]);
    for vendor in Vendor::ALL {
        for (input, whole, most) in [
            (picture.clone(), false, 2_000),
            (part(&prose), false, 2_000),
            (part(&plain), true, 30_000),
        ] {
            let chain = Chain::new(vendor, vec![success(vendor, true, "Hello")]).await;
            let mut request = asking(chain.request(true));
            request["input"] = input;
            let bodies = echoed(&chain.ask(&request).await);
            let sent = received(&chain);
            assert_eq!(bodies == sent, whole, "{vendor:?}");
            let text = bodies[0].to_string();
            assert!(text.len() < most, "{}", text.len());
            assert_eq!(text.contains("bytes left out"), !whole);
            assert_eq!(bodies[0]["model"], sent[0]["model"]);
        }
    }
}
