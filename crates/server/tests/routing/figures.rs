//! Measured latency and throughput: `sort`, the thresholds, and what is measured.

use std::time::Duration;

use orouter_server::provider::Price;
use orouter_upstream_double::{Reply, Step, Upstream, Vendor};

use super::fake::{Turn, advance};
use super::support::router::{config, endpoint, model, provider};
use super::*;

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// An endpoint whose responses begin after `latency` and then have 5 tokens in `time`.
fn timed(name: &str, usd: f64, latency: f64, time: f64) -> Fake {
    let mut models = vec![
        orouter_server::Model::new(MODEL),
        orouter_server::Model::new(OTHER),
    ];
    for model in &mut models {
        model.price = Some(Price::per_million(usd, usd));
    }
    Fake::of(name, models, [Turn::Timed(seconds(latency), seconds(time))])
}

/// Measures each endpoint once.
async fn measure(server: &Running, model: &str, providers: &[&str]) {
    for provider in providers {
        let only = json!({"model": model, "provider": {"only": [provider]}});
        assert_eq!(ask(server, &only).await.status, 200);
    }
}

/// Returns the provider of the first attempt.
async fn first(server: &Running, members: &Value) -> String {
    attempts(&ask(server, members).await).swap_remove(0)
}

#[tokio::test]
async fn endpoints_are_sorted_by_measured_figures() {
    let quick = timed("quick", 3.0, 1.0, 10.0);
    let fluent = timed("fluent", 2.0, 5.0, 1.0);
    let unknown = timed("unknown", 1.0, 0.1, 0.1);
    let sort = |sort: Value| json!({"provider": {"sort": sort}});
    let variant = |variant: &str| json!({"model": format!("{MODEL}:{variant}")});
    for (members, expected) in [
        (sort(json!("price")), "unknown"),
        (sort(json!("latency")), "quick"),
        (
            sort(json!({"by": "latency", "partition": "model"})),
            "quick",
        ),
        (sort(json!("throughput")), "fluent"),
        (sort(json!({"by": "throughput"})), "fluent"),
        (variant("nitro"), "fluent"),
        (variant("NITRO"), "fluent"),
        (variant("floor"), "unknown"),
        (
            json!({"model": format!("{MODEL}:nitro"), "provider": {"sort": "latency"}}),
            "quick",
        ),
        (
            json!({"model": format!("{MODEL}:nitro"), "provider": {"order": ["quick"]}}),
            "quick",
        ),
    ] {
        let server = serving(&[&unknown, &quick, &fluent]).await;
        measure(&server, MODEL, &["quick", "fluent"]).await;
        assert_eq!(first(&server, &members).await, expected, "{members}");
    }
}

#[tokio::test]
async fn endpoints_without_figures_follow_by_price() {
    let dear = timed("dear", 3.0, 1.0, 1.0);
    let cheap = timed("cheap", 1.0, 1.0, 1.0);
    for by in ["latency", "throughput"] {
        let server = serving(&[&dear, &cheap]).await;
        let members = json!({"provider": {"sort": by}});
        assert_eq!(first(&server, &members).await, "cheap", "{by}");
        let server = serving(&[&dear, &cheap]).await;
        measure(&server, MODEL, &["dear"]).await;
        assert_eq!(first(&server, &members).await, "dear", "{by}");
    }
}

#[tokio::test]
async fn figures_are_those_of_the_last_5_minutes() {
    let (dear, cheap) = (timed("dear", 3.0, 1.0, 1.0), timed("cheap", 1.0, 2.0, 2.0));
    let server = serving(&[&dear, &cheap]).await;
    measure(&server, MODEL, &["dear"]).await;
    let members = json!({"provider": {"sort": "latency", "ignore": ["none"]}});
    assert_eq!(first(&server, &members).await, "dear");
    advance(seconds(301.0)).await;
    assert_eq!(first(&server, &members).await, "cheap");
}

#[tokio::test]
async fn endpoints_beyond_a_threshold_are_tried_after_those_of_all_models() {
    let slow = timed("slow", 1.0, 3.0, 50.0);
    let fast = timed("fast", 9.0, 0.5, 0.1);
    for (preference, moved) in [
        (json!({"preferred_max_latency": 2}), true),
        (json!({"preferred_max_latency": 4}), false),
        (
            json!({"preferred_max_latency": {"p50": 4, "p99": 2.5}}),
            true,
        ),
        (json!({"preferred_max_latency": {"p90": 4}}), false),
        (json!({"preferred_min_throughput": 1}), true),
        (json!({"preferred_min_throughput": 0.01}), false),
        (json!({"preferred_min_throughput": {"p90": 1}}), true),
        (
            json!({"preferred_min_throughput": 0.01, "preferred_max_latency": 2}),
            true,
        ),
        (json!({"preferred_max_latency": 2, "order": ["slow"]}), true),
    ] {
        let server = serving(&[&slow, &fast]).await;
        measure(&server, MODEL, &["slow"]).await;
        let mut provider = preference.clone();
        if provider.get("order").is_none() {
            provider["sort"] = "price".into();
        }
        let expected = if moved { "fast" } else { "slow" };
        let answer = ask(&server, &json!({"provider": provider})).await;
        assert_eq!(attempts(&answer), [expected], "{preference}");
        // The fallback model comes first if only it has an endpoint that meets the threshold.
        let only = Fake::new("slow", &[MODEL], [Turn::Timed(seconds(3.0), seconds(50.0))]);
        let other = Fake::new("fast", &[OTHER], [Turn::Answer]);
        let server = serving(&[&only, &other]).await;
        measure(&server, MODEL, &["slow"]).await;
        let members = json!({"models": [OTHER], "provider": preference});
        assert_eq!(
            attempts(&ask(&server, &members).await),
            [expected],
            "{preference}"
        );
    }
}

#[tokio::test]
async fn thresholds_exclude_no_endpoint() {
    let slow = timed("slow", 1.0, 3.0, 50.0);
    let server = serving(&[&slow]).await;
    measure(&server, MODEL, &["slow"]).await;
    let members = json!({"provider": {"preferred_max_latency": 0.1, "allow_fallbacks": false}});
    assert_eq!(attempts(&ask(&server, &members).await), ["slow"]);
}

#[tokio::test]
async fn failures_have_no_figures() {
    let failing = Fake::failing(
        "a",
        &[MODEL],
        orouter_server::FailureKind::ProviderOverloaded,
    );
    let cheap = Fake::priced("b", &[MODEL], Price::free());
    let server = serving(&[&failing, &cheap]).await;
    let only = json!({"provider": {"only": ["a"]}});
    assert_eq!(ask(&server, &only).await.status, 503);
    assert_eq!(
        first(&server, &json!({"provider": {"sort": "latency"}})).await,
        "b"
    );
}

/// Upstreams that send a response with 5 tokens after some time, streamed or not.
async fn upstreams(times: [(u64, u64); 2]) -> (Running, [Upstream; 2]) {
    let start = |(head, rest): (u64, u64)| {
        Upstream::start(move |request| {
            let wait = |milliseconds| Step::Wait(Duration::from_millis(milliseconds));
            let reply = Vendor::Responses.reply(request, "Hello");
            if !request.is_streamed() {
                return reply.after(wait(head + rest));
            }
            let frames = Vendor::Responses.frames("m", "Hello");
            let (last, first) = frames.split_last().unwrap();
            let reply = Reply::open_stream(first).step(wait(rest));
            reply.chunk(last).send("0\r\n\r\n").after(wait(head))
        })
    };
    let [one, two] = times;
    let upstreams = [start(one).await.unwrap(), start(two).await.unwrap()];
    let providers = ["p0", "p1"].iter().zip(&upstreams);
    let providers =
        providers.map(|(name, upstream)| provider(name, Vendor::Responses, upstream.base_url()));
    let mut model = model(MODEL, &[]);
    model.endpoints = vec![endpoint("p0"), endpoint("p1")];
    let config = config(providers, [model]);
    (start_configured(&config).await, upstreams)
}

async fn start_configured(config: &orouter_server::config::Config) -> Running {
    start(Server::builder().config(config).unwrap()).await
}

#[tokio::test]
async fn streams_and_bodies_of_upstreams_are_measured() {
    for stream in [false, true] {
        // The first one is faster until the first content, the second one after it.
        let (server, _upstreams) = upstreams([(20, 600), (200, 100)]).await;
        for provider in ["p0", "p1"] {
            let members = json!({"stream": stream, "provider": {"only": [provider]}});
            assert_eq!(ask(&server, &members).await.status, 200);
        }
        let sort = |by: &str| json!({"provider": {"sort": by}});
        assert_eq!(first(&server, &sort("throughput")).await, "p1", "{stream}");
        // A body tells nothing about its beginning: its whole time counts.
        let expected = if stream { "p0" } else { "p1" };
        assert_eq!(first(&server, &sort("latency")).await, expected, "{stream}");
    }
}

#[tokio::test]
async fn figures_and_conversations_outlive_a_reload() {
    let endpoint = |name: &str, usd: f64| {
        let mut endpoint = orouter_server::config::EndpointConfig::new(name);
        endpoint.model = Some(MODEL.to_owned());
        let mut price = Price::per_million(usd, usd);
        price.cache_read = Some(orouter_server::Amount::per_million(0.1));
        endpoint.price = Some(price);
        endpoint
    };
    let mut kept = model("kept/model", &[]);
    kept.endpoints = vec![endpoint("dear", 9.0), endpoint("cheap", 1.0)];
    let mut config = config([], [kept]);
    let server = Server::builder()
        .provider(timed("dear", 9.0, 1.0, 1.0))
        .provider(timed("cheap", 1.0, 1.0, 1.0))
        .config(&config)
        .unwrap()
        .build();
    let bound = server.bind("127.0.0.1:0").await.unwrap();
    let client = support::Client::new(bound.local_addr());
    tokio::spawn(bound.serve(std::future::pending()));
    let first = async |members: &Value| {
        let mut members = members.clone();
        members["model"] = "kept/model".into();
        let body = body(&members).to_string();
        let headers = [("x-openrouter-metadata", "enabled")];
        let bytes = support::Client::posted_with("/api/v1/responses", &headers, body.as_bytes());
        attempts(&client.open(&bytes).await.whole().await).swap_remove(0)
    };
    let begin = json!({"session_id": "s", "provider": {"only": ["dear"]}});
    assert_eq!(first(&begin).await, "dear");
    config.models.push(model("added/model", &["cheap"]));
    config.models[1].endpoints[0].model = Some(MODEL.to_owned());
    server.reload(&config).unwrap();
    let latency = json!({"provider": {"sort": "latency"}});
    assert_eq!(first(&latency).await, "dear", "the only one with figures");
    let session = json!({"session_id": "s", "provider": {"sort": "price"}});
    assert_eq!(first(&session).await, "dear", "the one of the conversation");
    let price = json!({"provider": {"sort": "price"}});
    assert_eq!(first(&price).await, "cheap");
}
