//! The values of the metrics after known requests.

use std::time::Duration;

use orouter_server::config::{Config, EndpointConfig, ModelConfig};
use orouter_server::provider::Price;
use orouter_server::{Failure, FailureKind, Server};
use orouter_upstream_double::{Reply, Step, Upstream, Vendor};
use serde_json::json;

use crate::exposition::Exposition;
use crate::serving::{FAILING, MODEL, Serving, ask, builder};
use crate::support::router::{config, model, provider};
use crate::support::script::{Line, Script, message};

const HTTP: &str = "http_server_request_duration_seconds_count";
const REQUESTS: &str = "gen_ai_server_request_duration_seconds_count";
const ATTEMPTS: &str = "orouter_attempts_total";

#[tokio::test]
async fn requests_are_counted_by_route_method_and_status() {
    let server = Serving::local(builder()).await;
    let client = server.client();
    client.ask(&ask(MODEL, false)).await;
    client.ask(&ask(FAILING, false)).await;
    client.ask(&ask("none", true)).await;
    client.get("/v1/models/test/works/").await;
    client.get("/secret/path?key=1").await;
    client.request("BREW", "/health", &[]).await;
    client.request("DELETE", "/v1/responses", &[]).await;
    client.open(b"not http\r\n\r\n").await.rest().await;
    let metrics = server.scrape().await;
    let count = |labels: &[(&str, &str)]| metrics.sum(HTTP, labels);
    let route = ("http_route", "/api/v1/responses");
    let status = |status: &'static str| ("http_response_status_code", status);
    assert_eq!(
        count(&[route, status("200"), ("http_request_method", "POST")]),
        1.0
    );
    assert_eq!(count(&[route, status("503"), ("error_type", "503")]), 1.0);
    assert_eq!(count(&[route, status("404")]), 1.0);
    assert_eq!(
        count(&[("http_route", "/v1/models/{*name}"), status("200")]),
        1.0
    );
    assert_eq!(count(&[status("404")]), 2.0);
    assert_eq!(
        count(&[("http_request_method", "_OTHER"), status("405")]),
        1.0
    );
    assert_eq!(
        count(&[("http_route", "/v1/responses"), status("405")]),
        1.0
    );
    assert_eq!(
        count(&[("http_request_method", "_OTHER"), status("400")]),
        1.0
    );
    assert!(metrics.find(HTTP, &[status("404")]).iter().any(|sample| {
        !sample.labels.contains_key("http_route") && !sample.labels.contains_key("error_type")
    }));
    // The request of the metrics itself is in progress.
    assert_eq!(metrics.sum("http_server_active_requests", &[]), 1.0);
    assert_eq!(count(&[("http_route", "/metrics")]), 0.0);
    assert_eq!(
        server
            .scrape()
            .await
            .sum(HTTP, &[("http_route", "/metrics")]),
        1.0
    );
}

#[tokio::test]
async fn generations_are_counted_by_endpoint_and_error() {
    let cut = vec![
        message("Hi", Duration::ZERO).remove(0),
        message("Hi", Duration::ZERO).remove(1),
        message("Hi", Duration::ZERO).remove(2),
        Line::Fail(Failure::new(FailureKind::ProviderTimeout, "late")),
    ];
    let builder = builder().provider(Script::new("test/cut", cut));
    let server = Serving::local(builder).await;
    let client = server.client();
    client.ask(&ask(MODEL, true)).await;
    client.ask(&ask(MODEL, false)).await;
    client.ask(&ask(FAILING, false)).await;
    client.ask(&ask("test/cut", true)).await;
    client.ask(&ask("made/up", false)).await;
    client.ask(&json!({"model": 5})).await;
    let metrics = server.scrape().await;
    let model = |model: &'static str| ("gen_ai_request_model", model);
    let error = |error: &'static str| ("error_type", error);
    for name in [REQUESTS, "gen_ai_client_operation_duration_seconds_count"] {
        assert_eq!(
            metrics.sum(name, &[model(MODEL), ("gen_ai_operation_name", "chat")]),
            2.0
        );
        let failed = [model(FAILING), error("provider_overloaded")];
        assert_eq!(metrics.sum(name, &failed), 1.0);
        assert_eq!(
            metrics.sum(name, &[model("test/cut"), error("timeout")]),
            1.0
        );
    }
    assert_eq!(
        metrics.sum(ATTEMPTS, &[model(MODEL), ("outcome", "success")]),
        2.0
    );
    assert_eq!(
        metrics.sum(ATTEMPTS, &[model("test/cut"), ("outcome", "failure")]),
        1.0
    );
    let unknown = [model("unknown"), ("gen_ai_provider_name", "unknown")];
    assert_eq!(metrics.sum(REQUESTS, &unknown), 2.0);
    assert_eq!(
        metrics.sum(REQUESTS, &[model("unknown"), error("not_found")]),
        1.0
    );
    assert_eq!(
        metrics.sum(REQUESTS, &[model("unknown"), error("invalid_request")]),
        1.0
    );
    let first = "gen_ai_server_time_to_first_token_seconds_count";
    assert_eq!(metrics.sum(first, &[]), 2.0, "only successes");
    assert_eq!(metrics.sum(first, &[model(MODEL)]), 2.0);
    assert!(metrics.find(REQUESTS, &[]).iter().all(|sample| {
        let labels = &sample.labels;
        !labels.values().any(|value| value.contains("made/up"))
    }));
}

#[tokio::test]
async fn a_client_that_disconnects_is_counted_as_cancelled() {
    let before =
        Script::new("test/before", message("x", Duration::ZERO)).slow(Duration::from_secs(60));
    let within = Script::new("test/within", message("Hello", Duration::from_secs(60)));
    let server = Serving::local(Server::builder().provider(before).provider(within)).await;
    let body = ask("test/before", false).to_string();
    let request = crate::support::Client::posted("/v1/responses", body.as_bytes());
    drop(server.client().send(&request).await);
    let mut open = server.client().begin(&ask("test/within", true)).await;
    open.chunk().await.unwrap();
    drop(open);
    let cancelled = ("error_type", "cancelled");
    let metrics = loop {
        let metrics = server.scrape().await;
        if metrics.sum(REQUESTS, &[cancelled]) == 2.0 && metrics.sum(HTTP, &[cancelled]) == 1.0 {
            break metrics;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(
        metrics.sum(ATTEMPTS, &[("outcome", "cancelled"), cancelled]),
        2.0
    );
    let streamed = [
        ("http_response_status_code", "200"),
        ("http_route", "/api/v1/responses"),
    ];
    assert_eq!(metrics.sum(HTTP, &streamed), 1.0);
}

fn priced(vendor: Vendor, upstream: &Upstream) -> Config {
    let mut listed = model("test/model", &[]);
    for tier in ["default", "flex"] {
        let mut endpoint = EndpointConfig::new("gemini");
        endpoint.model = Some("upstream-model".to_owned());
        endpoint.price = Some(Price::per_million(1000.0, 2000.0));
        endpoint.tier = Some(tier.to_owned());
        listed.endpoints.push(endpoint);
    }
    let models: [ModelConfig; 1] = [listed];
    config([provider("gemini", vendor, upstream.base_url())], models)
}

#[tokio::test]
async fn tokens_and_cost_are_those_of_the_responses() {
    let upstream = Upstream::start(|request| Vendor::Chat.reply(request, "Hello there"))
        .await
        .unwrap();
    let builder = Server::builder()
        .config(&priced(Vendor::Chat, &upstream))
        .unwrap();
    let server = Serving::local(builder).await;
    let mut cost = 0.0;
    for tier in [None, Some("flex")] {
        let mut request = ask("test/model", false);
        if let Some(tier) = tier {
            request["service_tier"] = json!(tier);
        }
        let usage = server
            .client()
            .ask(&request)
            .await
            .response()
            .usage
            .unwrap();
        cost += usage.cost.unwrap();
    }
    let metrics = server.scrape().await;
    let provider = ("gen_ai_provider_name", "gcp.gemini");
    for (kind, tokens) in [("input", 22.0), ("output", 10.0)] {
        let labels = [provider, ("gen_ai_token_type", kind)];
        assert_eq!(
            metrics.sum("gen_ai_client_token_usage_sum", &labels),
            tokens
        );
        assert_eq!(metrics.sum("gen_ai_client_token_usage_count", &labels), 2.0);
    }
    assert!(cost > 0.0);
    assert!((metrics.sum("orouter_cost_usd_total", &[provider]) - cost).abs() < 1e-9);
    let flex = [("orouter_endpoint", "gemini/flex")];
    assert_eq!(metrics.sum(ATTEMPTS, &flex), 1.0);
    // The body of an upstream arrives at once.
    assert!(
        metrics
            .find("gen_ai_server_time_to_first_token_seconds_count", &[])
            .is_empty()
    );
}

#[tokio::test]
async fn the_breaker_the_queue_and_running_requests_are_shown() {
    let server = Serving::local(builder()).await;
    let state = |metrics: &Exposition| {
        metrics.sum(
            "orouter_endpoint_breaker_state",
            &[("gen_ai_request_model", FAILING)],
        )
    };
    assert_eq!(state(&server.scrape().await), 0.0);
    for _ in 0..5 {
        server.client().ask(&ask(FAILING, false)).await;
    }
    assert_eq!(state(&server.scrape().await), 2.0);

    let upstream = Upstream::start(|_: &_| Reply::new().step(Step::Hang))
        .await
        .unwrap();
    let mut config = priced(Vendor::Chat, &upstream);
    config.models[0].endpoints.truncate(1);
    config.models[0].endpoints[0].max_concurrent = Some(1);
    let server = Serving::local(Server::builder().config(&config).unwrap()).await;
    let body = ask("test/model", false).to_string();
    let request = crate::support::Client::posted("/v1/responses", body.as_bytes());
    let _running = server.client().send(&request).await;
    let _queued = server.client().send(&request).await;
    let labels = [("orouter_endpoint", "gemini")];
    loop {
        let metrics = server.scrape().await;
        let active = metrics.sum("orouter_endpoint_active_requests", &labels);
        let queued = metrics.sum("orouter_endpoint_queued_requests", &labels);
        if (active, queued) == (1.0, 1.0) {
            assert!(metrics.sum("orouter_open_connections", &[]) >= 3.0);
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn counts_outlive_a_reload() {
    let upstream = Upstream::start(|request| Vendor::Chat.reply(request, "Hi"))
        .await
        .unwrap();
    let config = priced(Vendor::Chat, &upstream);
    let server = Server::builder().config(&config).unwrap().build();
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr();
    tokio::spawn(bound.serve(std::future::pending()));
    let client = crate::support::Client::new(address);
    client.ask(&ask("test/model", false)).await;
    server.reload(&config).unwrap();
    client.ask(&ask("test/model", false)).await;
    let read = async || Exposition::read(&client.get("/metrics").await.text(), false);
    let labels = [("gen_ai_request_model", "test/model")];
    assert_eq!(read().await.sum(REQUESTS, &labels), 2.0);
    let mut without = config.clone();
    without.models.clear();
    server.reload(&without).unwrap();
    assert!(read().await.find(REQUESTS, &labels).is_empty());
}

#[tokio::test]
async fn the_process_and_the_build_are_described() {
    let server = Serving::local(builder()).await;
    let metrics = server.scrape().await;
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(metrics.sum("orouter_build_info", &version), 1.0);
    if cfg!(target_os = "linux") {
        let resident = metrics.sum("process_resident_memory_bytes", &[]);
        assert!((1e6..1e11).contains(&resident), "{resident}");
        assert!(metrics.sum("process_open_fds", &[]) >= 3.0);
        assert!(metrics.sum("process_max_fds", &[]) >= 3.0);
        let start = metrics.sum("process_start_time_seconds", &[]);
        let now = std::time::SystemTime::now();
        let now = now
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs_f64();
        assert!(
            (now - 24.0 * 3600.0..now + 2.0).contains(&start),
            "{start} {now}"
        );
    }
}
