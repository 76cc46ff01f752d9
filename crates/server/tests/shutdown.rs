//! Shutdown: running responses finish within the drain timeout, and others end as failed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::{Duration, Instant};

use orouter_server::{Limits, Server};
use orouter_wire::StreamEvent;
use serde_json::json;
use support::Running;
use support::script::{Script, message};

const MS: Duration = Duration::from_millis(1);

async fn server(drain: Duration) -> Running {
    let script = Script::new("test/model", message("abcdefghij", 50 * MS));
    Running::start(
        Server::builder()
            .provider(script)
            .limits(Limits::default().drain(drain)),
    )
    .await
}

#[tokio::test]
async fn a_running_response_finishes() {
    let server = server(Duration::from_secs(30)).await;
    let client = server.client();
    let idle = client.send(b"").await;
    let body = json!({"model": "test/model", "input": "hi", "stream": true});
    let open = client.begin(&body).await;
    let stopped = server.stop();
    let events = open.whole().await.events();
    assert!(
        matches!(events.last(), Some(StreamEvent::Completed(_))),
        "{events:#?}"
    );
    tokio::time::timeout(Duration::from_secs(5), stopped)
        .await
        .unwrap()
        .unwrap();
    drop(idle);
}

#[tokio::test]
async fn after_the_drain_timeout_responses_end_as_failed() {
    let server = server(100 * MS).await;
    let client = server.client();
    let mut body = json!({"model": "test/model", "input": "hi", "stream": true});
    let open = client.begin(&body).await;
    body["stream"] = false.into();
    let bytes = support::Client::posted("/v1/responses", body.to_string().as_bytes());
    let waiting = client.send(&bytes).await;
    tokio::time::sleep(50 * MS).await;
    let began = Instant::now();
    let stopped = server.stop();
    let events = open.whole().await.events();
    let Some(StreamEvent::Failed(last)) = events.last() else {
        panic!("{events:#?}")
    };
    let error = last.response.as_ref().unwrap().error.as_ref().unwrap();
    assert!(error.message.contains("shutting down"));
    let response = support::client::Open::read(waiting).await.whole().await;
    assert_eq!(response.status, 503);
    assert!(response.headers.contains_key("retry-after"));
    stopped.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3));
}
