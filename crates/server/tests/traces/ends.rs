//! Requests that do not succeed, and those that have no span.

use orouter_upstream_double::{Gate, Reply, Step, Vendor};

use crate::collector::Collector;
use crate::serving::{REPLY, Upstreams, ask, bytes, request, sorted};

#[tokio::test]
async fn a_client_that_disconnects_cancels_its_spans() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::with(|_: &_| {
        Reply::open_stream(Vendor::Chat.start("upstream-model", REPLY)).step(Step::Hang)
    });
    let upstreams = upstreams.await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    let bytes = bytes(&request(true, &["works"]), &[]);
    let mut open = server.client().open(&bytes).await;
    open.chunk().await.unwrap();
    drop(open);
    let (request, attempts) = sorted(collector.wait(2).await);
    request.has(&[
        ("http.response.status_code", "200"),
        ("error.type", "cancelled"),
    ]);
    attempts[0].has(&[
        ("error.type", "cancelled"),
        ("gen_ai.response.finish_reasons", ""),
        ("http.response.status_code", ""),
    ]);
    assert!(request.failed() && attempts[0].failed());
}

#[tokio::test]
async fn a_client_that_disconnects_before_the_head_cancels_its_spans() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::with(|_: &_| Reply::new().step(Step::Until(Gate::default()))).await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    let bytes = bytes(&request(false, &["works"]), &[]);
    let socket = server.client().send(&bytes).await;
    assert!(upstreams.works.until(|works| works.requests() == 1).await);
    drop(socket);
    let (request, attempts) = sorted(collector.wait(2).await);
    for span in [&request, &attempts[0]] {
        span.has(&[
            ("http.response.status_code", ""),
            ("error.type", "cancelled"),
        ]);
    }
}

#[tokio::test]
async fn a_request_without_a_working_endpoint_fails() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    let bytes = bytes(&request(false, &["down"]), &[]);
    let response = server.client().open(&bytes).await.whole().await;
    let (request, attempts) = sorted(collector.wait(2).await);
    let status = response.status.to_string();
    request.has(&[
        ("http.response.status_code", &status),
        ("error.type", &status),
    ]);
    assert!(request.failed() && attempts[0].failed());
}

#[tokio::test]
async fn a_stream_that_fails_after_its_head_fails() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::with(|_: &_| {
        let start = Vendor::Chat.start("upstream-model", REPLY);
        Reply::open_stream(start).step(Step::Reset)
    });
    let upstreams = upstreams.await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    ask(&server, true, &["works"], &[]).await;
    let (request, attempts) = sorted(collector.wait(2).await);
    request.has(&[("http.response.status_code", "200")]);
    for span in [&request, &attempts[0]] {
        assert!(span.failed(), "{span:#?}");
        let error = span.get("error.type");
        assert!(error.starts_with("provider_"), "{error}");
    }
}

#[tokio::test]
async fn refused_requests_have_a_span_and_probes_have_none() {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams.server(&collector.endpoint(), &[]).await;
    for path in ["/health", "/ready", "/version", "/metrics"] {
        assert_eq!(server.client().get(path).await.status, 200, "{path}");
    }
    let response = server.client().post("/v1/responses", "{").await;
    assert_eq!(response.status, 400);
    let (request, attempts) = sorted(collector.wait(1).await);
    assert_eq!(request.name(), "POST /v1/responses");
    request.has(&[("http.response.status_code", "400"), ("error.type", "")]);
    assert!(!request.failed() && attempts.is_empty());
}
