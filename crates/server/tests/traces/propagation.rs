//! The context of clients, its place in the spans, and what upstreams get of it.

use orouter_upstream_double::Received;
use serde_json::Value;

use crate::collector::Collector;
use crate::serving::{Upstreams, ask, sorted};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

fn parent(flags: &str) -> String {
    format!("00-{TRACE}-{SPAN}-{flags}")
}

fn traceparent(received: &Received) -> Vec<String> {
    let header = received.header("traceparent").unwrap();
    header.split('-').map(str::to_owned).collect()
}

#[tokio::test]
async fn the_context_of_a_client_is_kept_and_passed_on() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    let headers = [("traceparent", &*parent("01")), ("tracestate", "vendor=1")];
    ask(&server, true, &["down", "works"], &headers).await;
    let (request, attempts) = sorted(collector.wait(3).await);
    assert_eq!(request.span["traceId"], TRACE);
    assert_eq!(request.span["parentSpanId"], SPAN);
    assert_eq!(request.span["flags"], 0x301);
    assert_eq!(request.span["traceState"], "vendor=1");
    // Each upstream is within the span of its attempt.
    for (attempt, upstream) in attempts.iter().zip([&upstreams.down, &upstreams.works]) {
        let received = upstream.received().pop().unwrap();
        assert_eq!(traceparent(&received), ["00", TRACE, attempt.id(), "01"]);
        assert_eq!(received.header("tracestate"), Some("vendor=1"));
    }
}

#[tokio::test]
async fn a_trace_that_is_not_sampled_is_passed_on_and_not_exported() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    ask(
        &server,
        false,
        &["works"],
        &[("traceparent", &parent("00"))],
    )
    .await;
    let received = upstreams.works.received().pop().unwrap();
    let context = traceparent(&received);
    assert_eq!((&*context[1], &*context[3]), (TRACE, "00"));
    // The next trace begins here, because its parent is not valid.
    ask(&server, false, &["works"], &[("traceparent", "00-0-0-01")]).await;
    let (request, _) = sorted(collector.wait(2).await);
    assert_ne!(request.span["traceId"], TRACE);
    assert_eq!(request.span["parentSpanId"], Value::Null);
}

#[tokio::test]
async fn contexts_can_be_ignored() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let variable = ("OTEL_PROPAGATORS", "none");
    let server = upstreams.server(&collector.endpoint(), &[variable]).await;
    ask(
        &server,
        false,
        &["works"],
        &[("traceparent", &parent("00"))],
    )
    .await;
    let (request, _) = sorted(collector.wait(2).await);
    assert_ne!(request.span["traceId"], TRACE);
    let received = upstreams.works.received().pop().unwrap();
    assert_eq!(received.header("traceparent"), None);
}

#[tokio::test]
async fn the_sampler_decides_about_traces_that_begin_here() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let variable = ("OTEL_TRACES_SAMPLER", "parentbased_always_off");
    let server = upstreams.server(&collector.endpoint(), &[variable]).await;
    ask(&server, false, &["works"], &[]).await;
    ask(
        &server,
        false,
        &["works"],
        &[("traceparent", &parent("01"))],
    )
    .await;
    let (request, _) = sorted(collector.wait(2).await);
    assert_eq!(request.span["traceId"], TRACE);
}

#[tokio::test]
async fn without_an_exporter_upstreams_get_no_context() {
    let upstreams = Upstreams::start().await;
    let variable = ("OTEL_SDK_DISABLED", "true");
    let server = upstreams.server("http://127.0.0.1:9", &[variable]).await;
    ask(&server, true, &["works"], &[]).await;
    let received = upstreams.works.received().pop().unwrap();
    assert_eq!(received.header("traceparent"), None);
    let metrics = server.client().get("/metrics").await.text();
    assert!(!metrics.contains("orouter_dropped_spans"), "{metrics}");
}
