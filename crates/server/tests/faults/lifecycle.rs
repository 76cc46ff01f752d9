//! Reloads and shutdowns while upstreams reply.

use std::time::Duration;

use orouter_server::{Limits, Server};
use orouter_upstream_double::{Gate, Reply, Step, Upstream, Vendor};
use serde_json::Value;

use super::fallback::{response, success};
use crate::support::client::{Open, frames};
use crate::support::router::{ask, config, model, provider};
use crate::support::{Client, Running};

/// A stream that waits at the gate after its text.
fn gated(vendor: Vendor, gate: &Gate) -> Reply {
    let start = vendor.start("upstream-model", "Hello");
    let mut reply = Reply::open_stream(start).step(Step::Until(gate.clone()));
    for frame in vendor.end("upstream-model", "Hello") {
        reply = reply.chunk(&frame);
    }
    reply.send("0\r\n\r\n")
}

#[tokio::test]
async fn a_reload_changes_new_requests_and_keeps_streams() {
    for vendor in Vendor::ALL {
        let gate = Gate::default();
        let old = Upstream::replay([gated(vendor, &gate)]).await.unwrap();
        let new = Upstream::replay([success(vendor, true, "Bye")])
            .await
            .unwrap();
        let of = |upstream: &Upstream, name: &str| {
            let one = provider("one", vendor, upstream.base_url());
            config([one], [model(name, &["one"])])
        };
        let builder = Server::builder().config(&of(&old, "test/old")).unwrap();
        let server = builder.build();
        let bound = server.bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(bound.local_addr());
        let serving = tokio::spawn(bound.serve(std::future::pending()));

        let begun = client.begin(&ask("test/old", true)).await;
        assert_eq!(begun.status, 200);
        server.reload(&of(&new, "test/new")).unwrap();
        let answer = client.ask(&ask("test/new", true)).await;
        assert_eq!(response(&answer, true)["status"], "completed");
        assert_eq!(client.ask(&ask("test/old", true)).await.status, 404);
        gate.open();
        let whole = begun.whole().await;
        let response = response(&whole, true);
        assert_eq!(
            (&response["status"], &response["model"]),
            (&"completed".into(), &"test/old".into())
        );
        assert_eq!((old.requests(), new.requests()), (1, 1));
        serving.abort();
    }
}

async fn draining(vendor: Vendor, reply: Reply) -> (Running, Upstream) {
    let upstream = Upstream::replay([reply]).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let config = config([one], [model("test/model", &["one"])]);
    let limits = Limits::default()
        .drain(Duration::from_millis(200))
        .shutdown_delay(Duration::ZERO);
    let builder = Server::builder().config(&config).unwrap().limits(limits);
    (Running::start(builder).await, upstream)
}

#[tokio::test]
async fn a_shutdown_ends_streams_in_band_and_cancels_the_upstream() {
    for vendor in Vendor::ALL {
        let stalling = Reply::open_stream(vendor.start("m", "Hello")).step(Step::Hang);
        let (server, upstream) = draining(vendor, stalling).await;
        let begun = server.client().begin(&ask("test/model", true)).await;
        let stopped = server.stop();
        let whole = begun.whole().await;
        let frames = frames(&whole.chunks);
        let last: Value = serde_json::from_str(&frames[frames.len() - 2]).unwrap();
        assert_eq!(last["type"], "response.failed", "{vendor:?}");
        assert_eq!(last["response"]["error_type"], "provider_overloaded");
        let text = &last["response"]["output"][0]["content"][0]["text"];
        assert_eq!(text, "Hello");
        assert_eq!(frames.last().unwrap(), "[DONE]");
        stopped.await.unwrap();
        assert!(upstream.until(|upstream| upstream.cancelled() == 1).await);
    }
}

#[tokio::test]
async fn a_shutdown_ends_other_requests_with_503() {
    for vendor in Vendor::ALL {
        let (server, upstream) = draining(vendor, Reply::new().step(Step::Hang)).await;
        let body = ask("test/model", false).to_string();
        let bytes = Client::posted("/api/v1/responses", body.as_bytes());
        let socket = server.client().send(&bytes).await;
        assert!(upstream.until(|upstream| upstream.busy() == 1).await);
        let stopped = server.stop();
        let answer = Open::read(socket).await;
        assert_eq!(answer.status, 503, "{vendor:?}");
        assert!(answer.headers["x-generation-id"].starts_with("gen-"));
        stopped.await.unwrap();
        assert!(upstream.until(|upstream| upstream.cancelled() == 1).await);
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_streams_that_end_in_time() {
    let gate = Gate::default();
    let vendor = Vendor::Chat;
    let upstream = Upstream::replay([gated(vendor, &gate)]).await.unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let config = config([one], [model("test/model", &["one"])]);
    let server = Running::start(Server::builder().config(&config).unwrap()).await;
    let begun = server.client().begin(&ask("test/model", true)).await;
    let stopped = server.stop();
    gate.open();
    assert_eq!(response(&begun.whole().await, true)["status"], "completed");
    stopped.await.unwrap();
}
