//! Limits of endpoints: concurrent requests, and the circuit breaker.

use std::time::Duration;

use orouter_upstream_double::{Fault, Gate, Reply, Step, Upstream, Vendor};
use serde_json::Value;

use super::fallback::{Chain, success};
use crate::support::client::HttpResponse;
use crate::support::router::{ask, config, endpoint, model, ordered, provider, start};

/// Returns a reply that waits at the gate.
fn gated(vendor: Vendor, streamed: bool, gate: &Gate) -> Reply {
    success(vendor, streamed, "Hello").after(Step::Until(gate.clone()))
}

#[tokio::test]
async fn requests_beyond_the_queue_are_a_429() {
    for vendor in Vendor::ALL {
        for streamed in [false, true] {
            let gate = Gate::default();
            let upstream = Upstream::replay([gated(vendor, streamed, &gate)])
                .await
                .unwrap();
            let one = provider("one", vendor, upstream.base_url());
            let mut limited = model("test/model", &[]);
            let mut two_at_once = endpoint("one");
            two_at_once.max_concurrent = Some(2);
            limited.endpoints = vec![two_at_once];
            let server = start(&config([one], [limited])).await;
            // Two run, two wait, and two are refused.
            let requests = (0..6).map(|_| {
                let client = server.client();
                tokio::spawn(async move { client.ask(&ask("test/model", streamed)).await })
            });
            let requests: Vec<_> = requests.collect();
            assert!(upstream.until(|upstream| upstream.busy() == 2).await);
            let finished = async || {
                let done = requests.iter().filter(|request| request.is_finished());
                done.count()
            };
            while finished().await < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!((upstream.busy(), upstream.requests()), (2, 2));
            gate.open();
            let mut statuses = Vec::new();
            for request in requests {
                let answer: HttpResponse = request.await.unwrap();
                if answer.status == 429 {
                    let error = answer.error();
                    assert_eq!(error["availability"]["code"], "capacity_exhausted");
                    assert_eq!(error["availability"]["retryable"], true);
                    assert!(answer.headers.contains_key("retry-after"));
                }
                statuses.push(answer.status);
            }
            statuses.sort_unstable();
            assert_eq!(
                statuses,
                [200, 200, 200, 200, 429, 429],
                "{vendor:?} {streamed}"
            );
            assert_eq!(upstream.requests(), 4);
        }
    }
}

#[tokio::test]
async fn a_client_that_leaves_the_queue_frees_its_place() {
    let gate = Gate::default();
    let vendor = Vendor::Chat;
    let upstream = Upstream::replay([gated(vendor, false, &gate)])
        .await
        .unwrap();
    let one = provider("one", vendor, upstream.base_url());
    let mut limited = model("test/model", &[]);
    let mut single = endpoint("one");
    single.max_concurrent = Some(1);
    limited.endpoints = vec![single];
    let server = start(&config([one], [limited])).await;
    let spawn = || {
        let client = server.client();
        tokio::spawn(async move { client.ask(&ask("test/model", false)).await.status })
    };
    let running = spawn();
    assert!(upstream.until(|upstream| upstream.busy() == 1).await);
    let waiting = spawn();
    // The queue has one place: once it is taken, requests are refused.
    let refused = async || {
        let status = tokio::time::timeout(Duration::from_millis(500), spawn()).await;
        status.is_ok_and(|status| status.unwrap() == 429)
    };
    while !refused().await {}
    waiting.abort();
    let _ = waiting.await;
    while refused().await {}
    gate.open();
    assert_eq!(running.await.unwrap(), 200);
    server.idle().await;
}

#[tokio::test]
async fn another_endpoint_with_room_is_used_first() {
    let gate = Gate::default();
    let vendor = Vendor::Responses;
    let replies = vec![gated(vendor, false, &gate), success(vendor, false, "Hello")];
    let chain = Chain::with(vendor, replies, |config| {
        for endpoint in config
            .models
            .iter_mut()
            .flat_map(|model| &mut model.endpoints)
        {
            endpoint.max_concurrent = Some(1);
        }
    })
    .await;
    let request = chain.request(false);
    let client = chain.server.client();
    let body = request.clone();
    let first = tokio::spawn(async move { client.ask(&body).await.status });
    assert!(
        chain.upstreams[0]
            .until(|upstream| upstream.busy() == 1)
            .await
    );
    assert_eq!(chain.ask(&request).await.status, 200);
    assert_eq!(chain.requests(), [1, 1]);
    gate.open();
    assert_eq!(first.await.unwrap(), 200);
}

/// Asks until `condition` holds.
async fn ask_until(chain: &Chain, request: &Value, condition: impl Fn(&Chain) -> bool) {
    for _ in 0..600 {
        assert_eq!(chain.ask(request).await.status, 200);
        if condition(chain) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the endpoint was not tried again: {:?}", chain.requests());
}

#[tokio::test]
async fn an_endpoint_that_fails_is_left_out_and_tried_again() {
    let vendor = Vendor::Chat;
    let failure = Fault::Status(500).reply(vendor, false).unwrap();
    let good = success(vendor, false, "Hello");
    let mut replies = vec![failure; 5];
    replies.push(good.clone());
    let failing = Upstream::replay(replies).await.unwrap();
    let other = Upstream::replay([good]).await.unwrap();
    let providers = [
        provider("p0", vendor, failing.base_url()),
        provider("p1", vendor, other.base_url()),
    ];
    let server = start(&config(providers, [model("test/model", &["p0", "p1"])])).await;
    let chain = Chain {
        server,
        upstreams: vec![failing, other],
    };
    let request = ordered("test/model", false, &["p0", "p1"]);
    // Five failures open the breaker; then the endpoint is not called.
    for _ in 0..9 {
        assert_eq!(chain.ask(&request).await.status, 200);
    }
    assert_eq!(chain.requests(), [5, 9]);
    // A probe succeeds, and the endpoint is the first again.
    ask_until(&chain, &request, |chain| chain.requests()[0] == 6).await;
    let before = chain.requests();
    assert_eq!(chain.ask(&request).await.status, 200);
    assert_eq!(chain.requests(), [before[0] + 1, before[1]]);
}

#[tokio::test]
async fn an_endpoint_that_breaks_off_its_streams_is_left_out() {
    for vendor in Vendor::ALL {
        for fault in [Fault::Cut, Fault::TooShort, Fault::ErrorAfterText] {
            let broken = fault.reply(vendor, true).unwrap();
            let chain = Chain::new(vendor, vec![broken, success(vendor, true, "Hello")]).await;
            for _ in 0..9 {
                assert_eq!(chain.ask(&chain.request(true)).await.status, 200);
            }
            assert_eq!(chain.requests(), [5, 4], "{vendor:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn streams_that_are_broken_off_now_and_then_do_not_open_the_breaker() {
    let vendor = Vendor::Responses;
    let broken = Fault::Cut.reply(vendor, true).unwrap();
    let good = success(vendor, true, "Hello");
    let replies = (0..12).map(|count| match count % 3 {
        2 => good.clone(),
        _ => broken.clone(),
    });
    let first = Upstream::replay(replies).await.unwrap();
    let second = Upstream::replay([good.clone()]).await.unwrap();
    let providers = [
        provider("p0", vendor, first.base_url()),
        provider("p1", vendor, second.base_url()),
    ];
    let server = start(&config(providers, [model("test/model", &["p0", "p1"])])).await;
    let request = ordered("test/model", true, &["p0", "p1"]);
    for _ in 0..12 {
        assert_eq!(server.client().ask(&request).await.status, 200);
    }
    assert_eq!((first.requests(), second.requests()), (12, 0));
}

#[tokio::test]
async fn the_success_of_an_older_request_does_not_end_a_rate_limit() {
    let vendor = Vendor::Responses;
    for streamed in [false, true] {
        let gate = Gate::default();
        let limited = Fault::RateLimit.reply(vendor, streamed).unwrap();
        let good = success(vendor, streamed, "Hello");
        let replies = [gated(vendor, streamed, &gate), limited, good.clone()];
        let first = Upstream::replay(replies).await.unwrap();
        let second = Upstream::replay([good]).await.unwrap();
        let providers = [
            provider("p0", vendor, first.base_url()),
            provider("p1", vendor, second.base_url()),
        ];
        let server = start(&config(providers, [model("test/model", &["p0", "p1"])])).await;
        let request = ordered("test/model", streamed, &["p0", "p1"]);
        let (client, body) = (server.client(), request.clone());
        let older = tokio::spawn(async move { client.ask(&body).await.status });
        assert!(first.until(|upstream| upstream.busy() == 1).await);
        assert_eq!(server.client().ask(&request).await.status, 200);
        assert_eq!((first.requests(), second.requests()), (2, 1));
        gate.open();
        assert_eq!(older.await.unwrap(), 200);
        assert_eq!(server.client().ask(&request).await.status, 200);
        assert_eq!((first.requests(), second.requests()), (2, 2), "{streamed}");
    }
}

#[tokio::test]
async fn faults_of_requests_do_not_count_against_an_endpoint() {
    let vendor = Vendor::Responses;
    for fault in [
        Fault::Status(400),
        Fault::Status(413),
        Fault::Status(422),
        Fault::ContextLength,
        Fault::Moderation,
    ] {
        let failure = fault.reply(vendor, false).unwrap();
        let chain = Chain::new(vendor, vec![failure]).await;
        for count in 1..=12 {
            let status = chain.ask(&chain.request(false)).await.status;
            assert!((400..500).contains(&status), "{status}");
            assert_eq!(chain.requests(), [count], "{fault:?}");
        }
    }
}
