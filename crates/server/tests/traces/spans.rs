//! The spans of a request and of its attempts, and their attributes.

use crate::collector::Collector;
use crate::serving::{CLIENT_KEY, COLLECTOR_KEY, PROMPT, REPLY, Upstreams, ask, sorted};
use crate::support::Running;
use crate::support::router::UPSTREAM_KEY;

const SERVICE: (&str, &str) = ("OTEL_SERVICE_NAME", "gateway");

async fn serving() -> (Collector, Upstreams, Running) {
    let collector = Collector::start().await;
    let upstreams = Upstreams::start().await;
    let server = upstreams.server(&collector.endpoint(), &[SERVICE]).await;
    (collector, upstreams, server)
}

#[tokio::test]
async fn a_request_and_its_attempt_have_a_span() {
    let (collector, _upstreams, server) = serving().await;
    let response = ask(&server, false, &["works"], &[]).await;
    let (request, attempts) = sorted(collector.wait(2).await);

    assert_eq!(request.name(), "POST /api/v1/responses");
    assert_eq!(request.resource("service.name"), "gateway");
    assert!(!request.resource("service.version").is_empty());
    assert_eq!(request.span["parentSpanId"], serde_json::Value::Null);
    assert_eq!(request.span["flags"], 0x101);
    request.has(&[
        ("http.request.method", "POST"),
        ("http.route", "/api/v1/responses"),
        ("http.response.status_code", "200"),
        ("url.scheme", "http"),
        ("url.path", "/api/v1/responses"),
        (
            "orouter.generation.id",
            &response.headers["x-generation-id"],
        ),
        ("orouter.attempts", "1"),
        ("error.type", ""),
    ]);
    assert!(!request.failed());

    let [attempt] = &attempts[..] else {
        panic!("{attempts:#?}");
    };
    assert_eq!((attempt.name(), attempt.kind()), ("chat upstream-model", 3));
    assert_eq!(attempt.span["parentSpanId"], request.span["spanId"]);
    assert_eq!(attempt.span["traceId"], request.span["traceId"]);
    attempt.has(&[
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "works"),
        ("gen_ai.request.model", "upstream-model"),
        ("gen_ai.request.temperature", "0.5"),
        ("gen_ai.request.stream", "false"),
        ("gen_ai.response.model", "upstream-model"),
        ("gen_ai.response.finish_reasons", "stop"),
        ("gen_ai.response.time_to_first_chunk", ""),
        ("gen_ai.usage.input_tokens", "11"),
        ("gen_ai.usage.output_tokens", "5"),
        ("orouter.model", "test/model"),
        ("orouter.endpoint", "works"),
        ("http.request.method", "POST"),
        ("http.response.status_code", "200"),
        ("server.address", "127.0.0.1"),
        ("error.type", ""),
    ]);
    assert!(!attempt.failed());
    let time = |member: &str, span: &serde_json::Value| -> u64 {
        span[member].as_str().unwrap().parse().unwrap()
    };
    let (outer, inner) = (&request.span, &attempt.span);
    assert!(time("startTimeUnixNano", outer) <= time("startTimeUnixNano", inner));
    assert!(time("endTimeUnixNano", inner) <= time("endTimeUnixNano", outer));
}

#[tokio::test]
async fn each_attempt_of_a_stream_has_a_span() {
    let (collector, _upstreams, server) = serving().await;
    ask(&server, true, &["down", "works"], &[]).await;
    let (request, attempts) = sorted(collector.wait(3).await);
    request.has(&[("orouter.attempts", "2"), ("error.type", "")]);
    let [failed, served] = &attempts[..] else {
        panic!("{attempts:#?}");
    };
    failed.has(&[
        ("gen_ai.provider.name", "down"),
        ("http.response.status_code", "503"),
        ("error.type", "provider_overloaded"),
        ("gen_ai.usage.input_tokens", ""),
    ]);
    assert!(failed.failed());
    served.has(&[
        ("gen_ai.provider.name", "works"),
        ("gen_ai.request.stream", "true"),
        ("gen_ai.response.finish_reasons", "stop"),
        ("gen_ai.usage.output_tokens", "5"),
    ]);
    assert!(!served.failed());
    let first = served.get("gen_ai.response.time_to_first_chunk");
    assert!(first.parse::<f64>().unwrap() > 0.0, "{first}");
}

#[tokio::test]
async fn a_model_that_is_not_in_the_catalog_is_named() {
    let (collector, _upstreams, server) = serving().await;
    let request = serde_json::json!({"model": "works/of-the-client", "input": "x"});
    server.client().ask(&request).await;
    let (_, attempts) = sorted(collector.wait(2).await);
    assert_eq!(attempts[0].name(), "chat of-the-client");
    attempts[0].has(&[
        ("gen_ai.request.model", "of-the-client"),
        ("orouter.model", "works/of-the-client"),
    ]);
}

#[tokio::test]
async fn spans_contain_no_keys_and_no_content() {
    let (collector, _upstreams, server) = serving().await;
    ask(&server, true, &["down", "works"], &[]).await;
    let path = format!("/v1/keys/sk-or-v1-{CLIENT_KEY}?key={CLIENT_KEY}");
    server.client().get(&path).await;
    collector.wait(4).await;
    let text = collector.text();
    for secret in [CLIENT_KEY, UPSTREAM_KEY, PROMPT, REPLY, COLLECTOR_KEY] {
        assert!(!text.contains(secret), "{secret}");
    }
    let received = collector.0.received();
    assert_eq!(received[0].header("x-collector-key"), Some(COLLECTOR_KEY));
}
