//! The requests to the collector: repetitions, encodings, and the last export on shutdown.

use std::io::Read as _;
use std::time::Duration;

use orouter_upstream_double::{Reply, Step};

use crate::collector::Collector;
use crate::serving::{NEVER, ONE_REQUEST, Upstreams, ask};

#[tokio::test]
async fn an_export_is_repeated_while_the_collector_is_busy() {
    let replies = std::sync::atomic::AtomicUsize::new(0);
    let collector = Collector::replying(move |_| {
        match replies.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Reply::body(503, "text/plain", &[("retry-after", "0")], "busy"),
            _ => Reply::json(200, "{}"),
        }
    });
    let collector = collector.await;
    let upstreams = Upstreams::start().await;
    let server = upstreams
        .server(&collector.endpoint(), &[NEVER, ONE_REQUEST])
        .await;
    ask(&server, false, &["works"], &[]).await;
    // Both requests have the same two spans.
    let spans = collector.wait(4).await;
    assert_eq!(spans[0].id(), spans[2].id());
    let metrics = server.client().get("/metrics").await.text();
    assert!(
        metrics.contains("orouter_dropped_spans_total 0"),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_full_batch_does_not_wait() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams
        .server(&collector.endpoint(), &[NEVER, ONE_REQUEST])
        .await;
    ask(&server, false, &["works"], &[]).await;
    collector.wait(2).await;
    assert_eq!(collector.0.requests(), 1);
}

#[tokio::test]
async fn the_last_spans_are_exported_on_shutdown() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams.server(&collector.endpoint(), &[NEVER]).await;
    ask(&server, false, &["works"], &[]).await;
    assert_eq!(collector.0.requests(), 0);
    server.stop().await.unwrap();
    assert_eq!(collector.spans().len(), 2);
}

#[tokio::test]
async fn a_collector_that_does_not_reply_delays_shutdown_for_a_limited_time() {
    let collector = Collector::replying(|_| Reply::new().step(Step::Hang)).await;
    let upstreams = Upstreams::start().await;
    let timeout = ("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000");
    let server = upstreams
        .server(&collector.endpoint(), &[NEVER, timeout])
        .await;
    ask(&server, false, &["works"], &[]).await;
    let stopped = tokio::time::timeout(Duration::from_secs(60), server.stop());
    stopped.await.expect("the shutdown ends").unwrap();
    assert_eq!(collector.0.requests(), 1);
}

#[tokio::test]
async fn spans_are_protobuf_with_or_without_gzip() {
    for coding in ["none", "gzip"] {
        let collector =
            Collector::replying(|_| Reply::body(200, "application/x-protobuf", &[], "")).await;
        let upstreams = Upstreams::start().await;
        let variables = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", coding),
            NEVER,
        ];
        let server = upstreams.server(&collector.endpoint(), &variables).await;
        ask(&server, false, &["works"], &[]).await;
        server.stop().await.unwrap();
        let request = collector.0.received().remove(0);
        let kind = request.header("content-type");
        assert_eq!(kind, Some("application/x-protobuf"));
        let mut body = request.body.clone();
        if coding == "gzip" {
            assert_eq!(request.header("content-encoding"), Some("gzip"));
            body.clear();
            let mut decoder = flate2::read::GzDecoder::new(&request.body[..]);
            decoder.read_to_end(&mut body).unwrap();
        }
        // The encoding itself is compared with that of the official library in the unit tests.
        assert_eq!(body[0], 0x0a);
        let text = String::from_utf8_lossy(&body);
        for expected in [
            "service.name",
            "POST /api/v1/responses",
            "chat upstream-model",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }
}
