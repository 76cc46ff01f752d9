//! Many clients at once: all are served, disconnected ones stop their work, and those beyond the
//! queue get a 503 with `Retry-After`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "local")]

mod support;

use std::time::Duration;

use orouter_wire::StreamEvent;
use serde_json::{Value, json};
use support::{Client, Running, request};

fn long(stream: bool) -> Value {
    let mut body = request("Tell me a very long story about the sea.");
    body["max_output_tokens"] = 3000.into();
    body["stream"] = stream.into();
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_streams_at_once_are_complete() {
    let Some(server) = Running::with_model(4, 8).await else {
        return;
    };
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let client = server.client();
        tasks.spawn(async move {
            let mut body = request(format!("Write a sentence about the number {n}."));
            body["stream"] = true.into();
            body["max_output_tokens"] = 24.into();
            let events = client.ask(&body).await.events();
            assert!(matches!(
                events.last(),
                Some(StreamEvent::Completed(_) | StreamEvent::Incomplete(_))
            ));
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    server.idle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_disconnected_clients_leave_no_work() {
    let Some(server) = Running::with_model(4, 8).await else {
        return;
    };
    let client = server.client();
    let mut waiting = Vec::new();
    for n in 0..8 {
        let body = long(n % 2 == 0).to_string();
        waiting.push(
            client
                .send(&Client::posted("/api/v1/responses", body.as_bytes()))
                .await,
        );
    }
    loop {
        let health = server.health().await;
        let (active, queued) = (&health["active_generations"], &health["queued"]);
        if active.as_u64().unwrap() + queued.as_u64().unwrap() == 8 {
            assert_eq!(
                health["endpoints"][0]["limits"],
                json!({"parallel": 4, "queue": 8})
            );
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(waiting);
    server.idle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_queue_is_a_503_with_retry_after() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let client = server.client();
    let bytes = Client::posted("/v1/responses", long(true).to_string().as_bytes());
    let mut held = Vec::new();
    for expected in 1..=2 {
        held.push(client.send(&bytes).await);
        loop {
            let health = server.health().await;
            let sum =
                health["active_generations"].as_u64().unwrap() + health["queued"].as_u64().unwrap();
            if sum == expected {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    for stream in [true, false] {
        let response = client.ask(&long(stream)).await;
        assert_eq!(response.status, 503, "{}", response.text());
        let seconds: u64 = response.headers["retry-after"].parse().unwrap();
        assert!(seconds >= 1);
        let error = response.error();
        assert_eq!(error["availability"]["code"], "temporarily_unavailable");
        assert_eq!(error["availability"]["retryable"], true);
        assert_eq!(
            error["availability"]["retry_after"].as_f64(),
            Some(seconds as f64)
        );
        assert_eq!(error["metadata"]["error_type"], "provider_overloaded");
    }
    drop(held);
    server.idle().await;
    assert_eq!(
        client.ask(&request("Hi")).await.status,
        200,
        "there is room again"
    );
}
