//! Rate limits, alone and shared by replicas, and the exchange between servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(all(feature = "sqlite", feature = "postgres"))]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orouter_store::testing::PostgresServer;
use orouter_store::{
    ApiKey, EndpointCounts, Exchange, ExchangeReceiver, Key, NewKey, PostgresOptions,
    PostgresStore, ProcessId, RateKind, RateLimiter, RateLimiterOptions, ServedConversation, Store,
};
use tokio::sync::watch;

async fn postgres(url: &str) -> Arc<dyn Store> {
    let mut options = PostgresOptions::new(url);
    options.max_connections = 4;
    Arc::new(PostgresStore::open(options).await.unwrap())
}

async fn key(store: &dyn Store, requests: Option<u32>, tokens: Option<u32>) -> Key {
    let mut new = NewKey::new("key");
    (new.requests_per_minute, new.tokens_per_minute) = (requests, tokens);
    store
        .create_key(new, &ApiKey::random().unwrap())
        .await
        .unwrap()
        .key
}

/// Waits until a minute has begun, if the present one is about to end.
async fn early_in_a_minute(store: &dyn Store) {
    let millis = store.now().await.unwrap().to_millis().rem_euclid(60_000);
    if millis > 45_000 {
        let wait = u64::try_from(60_050 - millis).unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
}

fn patient() -> RateLimiterOptions {
    let mut options = RateLimiterOptions::default();
    options.deadline = Duration::from_secs(10);
    options
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_admit_the_limit_together() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let (one, two) = (
        postgres(&server.url("postgres")).await,
        postgres(&server.url("postgres")).await,
    );
    let key = key(one.as_ref(), Some(100), None).await;
    early_in_a_minute(one.as_ref()).await;
    let limiters = [
        RateLimiter::new(one, patient()),
        RateLimiter::new(two, patient()),
    ];
    let mut tasks = Vec::new();
    for task in 0..20 {
        let (limiter, key) = (limiters[task % 2].clone(), key.clone());
        tasks.push(tokio::spawn(async move {
            let mut admitted = 0;
            for _ in 0..20 {
                admitted += u32::from(limiter.admit(&key, 0).await.is_ok());
            }
            admitted
        }));
    }
    let mut admitted = 0;
    for task in tasks {
        admitted += task.await.unwrap();
    }
    assert_eq!(admitted, 100);
    let limited = limiters[0].admit(&key, 0).await.unwrap_err().0;
    assert_eq!(
        (limited.kind, limited.limit, limited.remaining),
        (RateKind::Requests, 100, 0)
    );
    assert!(limited.resets_in <= Duration::from_secs(60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_were_used_beyond_the_estimate_count() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let store = postgres(&server.url("postgres")).await;
    let key = key(store.as_ref(), None, Some(1000)).await;
    early_in_a_minute(store.as_ref()).await;
    let limiter = RateLimiter::new(store, patient());
    limiter.admit(&key, 100).await.unwrap();
    limiter.add_tokens(&key, 850);
    limiter.admit(&key, 100).await.unwrap_err();
    limiter.admit(&key, 50).await.unwrap();
    limiter.admit(&key, 1).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_applies_to_one_process_while_the_database_does_not_answer() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let store = postgres(&server.url("postgres")).await;
    let key = key(store.as_ref(), Some(50), None).await;
    early_in_a_minute(store.as_ref()).await;
    let mut options = RateLimiterOptions::default();
    options.deadline = Duration::from_millis(100);
    let limiter = RateLimiter::new(store, options);
    limiter.admit(&key, 0).await.unwrap();
    server.pause().unwrap();
    let start = Instant::now();
    let mut admitted = 1;
    while limiter.admit(&key, 0).await.is_ok() {
        admitted += 1;
    }
    assert_eq!(admitted, 50);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    server.resume().unwrap();
}

#[derive(Default)]
struct Received {
    conversations: Mutex<Vec<ServedConversation>>,
    outages: Mutex<Vec<EndpointCounts>>,
}

impl ExchangeReceiver for Received {
    fn conversations(&self, served: Vec<ServedConversation>) {
        self.conversations.lock().unwrap().extend(served);
    }

    fn outages(&self, counts: Vec<EndpointCounts>) {
        *self.outages.lock().unwrap() = counts;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_exchange_conversations_and_outages() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let (_stop, stopped) = watch::channel(false);
    let start = async || {
        let store = postgres(&server.url("postgres")).await;
        let (exchange, received) = (Exchange::default(), Arc::new(Received::default()));
        let (running, receiver) = (exchange.clone(), Arc::clone(&received));
        let (process, stopped) = (ProcessId::random().unwrap(), stopped.clone());
        let of_task = Arc::clone(&store);
        tokio::spawn(async move { running.run(of_task, process, receiver, stopped).await });
        (store, exchange, received)
    };
    let (store, one, one_received) = start().await;
    let (_, _, two_received) = start().await;
    one.serves("conversation".to_owned(), "p/x".to_owned());
    let now = store.now().await.unwrap();
    one.count("p/x", now, 3, 1);
    one.count("p/x", now, 1, 1);
    let began = Instant::now();
    loop {
        let served = two_received.conversations.lock().unwrap().clone();
        let counts = two_received.outages.lock().unwrap().clone();
        let has = served
            .iter()
            .any(|it| it.conversation == "conversation" && it.endpoint == "p/x");
        if has && counts.iter().any(|it| (it.attempts, it.failures) == (4, 2)) {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{served:?} {counts:?}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        one_received.outages.lock().unwrap().is_empty(),
        "its own counts come back"
    );
}
