//! A collector that is down, slow or refuses: requests are served, and spans are dropped and counted.

use std::time::Duration;

use orouter_upstream_double::{Gate, Reply, Step, Upstream};

use crate::collector::Collector;
use crate::serving::{NEVER, ONE_REQUEST, Upstreams, ask};
use crate::support::Running;

/// Number of requests, each of which has two spans.
const REQUESTS: u64 = 20;

const SMALL_QUEUE: (&str, &str) = ("OTEL_BSP_MAX_QUEUE_SIZE", "8");
const BATCH: (&str, &str) = ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4");

async fn ask_often(server: &Running) {
    for _ in 0..REQUESTS {
        ask(server, false, &["works"], &[]).await;
    }
}

async fn dropped(server: &Running) -> u64 {
    let metrics = server.client().get("/metrics").await.text();
    let mut lines = metrics.lines();
    let value = lines.find_map(|line| line.strip_prefix("orouter_dropped_spans_total "));
    value.expect("the metric").parse::<f64>().unwrap() as u64
}

/// Waits until the condition holds.
async fn until(condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait);
    waited.await.expect("the condition holds in the end");
}

#[tokio::test]
async fn a_collector_that_is_down_loses_spans_only() {
    let upstreams = Upstreams::start().await;
    let url = Upstream::refusing().await.unwrap();
    let variables = [SMALL_QUEUE, ("OTEL_EXPORTER_OTLP_TIMEOUT", "100")];
    let server = upstreams.server(&url, &variables).await;
    ask_often(&server).await;
    // Those beyond the queue are dropped at once, and the others after their export.
    until(async || dropped(&server).await == 2 * REQUESTS).await;
}

#[tokio::test]
async fn a_collector_that_does_not_reply_delays_no_request() {
    let gate = Gate::default();
    let opened = gate.clone();
    let collector = Collector::replying(move |_| {
        let reply = Reply::new().step(Step::Until(opened.clone()));
        reply.send(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
        )
    });
    let collector = collector.await;
    let upstreams = Upstreams::start().await;
    let server = upstreams
        .server(&collector.endpoint(), &[SMALL_QUEUE, BATCH])
        .await;
    ask_often(&server).await;
    // The batch that is exported has up to 4 spans, the queue 8, and the rest is dropped.
    until(async || dropped(&server).await >= 2 * REQUESTS - 12).await;
    assert_eq!(collector.0.requests(), 1, "the first export has not ended");
    gate.open();
    let exported = || u64::try_from(collector.spans().len()).unwrap();
    until(async || exported() + dropped(&server).await == 2 * REQUESTS).await;
    assert!(exported() > 8, "{}", exported());
}

#[tokio::test]
async fn spans_that_the_collector_refuses_are_counted() {
    let upstreams = Upstreams::start().await;
    for (status, body, expected) in [
        (401, "{}", 2),
        (200, r#"{"partialSuccess":{"rejectedSpans":"1"}}"#, 1),
    ] {
        let collector = Collector::replying(move |_| Reply::json(status, body)).await;
        let server = upstreams
            .server(&collector.endpoint(), &[NEVER, ONE_REQUEST])
            .await;
        ask(&server, false, &["works"], &[]).await;
        until(async || dropped(&server).await == expected).await;
        assert_eq!(collector.0.requests(), 1);
    }
}
