//! Clients that close their half of the connection get their response. The work for disconnected
//! clients stops.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use orouter_server::Server;
use serde_json::json;
use support::client::Open;
use support::script::{Script, message};
use support::{Client, Running};
use tokio::io::AsyncWriteExt as _;

/// Returns a server whose generations start after this time, and the counter of running
/// generations.
async fn server(before: Duration) -> (Running, Arc<AtomicUsize>) {
    let script = Script::new("test/model", message("Hello", Duration::from_millis(5))).slow(before);
    let active = script.active();
    (
        Running::start(Server::builder().provider(script)).await,
        active,
    )
}

fn posted(stream: bool) -> Vec<u8> {
    let body = json!({"model": "test/model", "input": "hi", "stream": stream}).to_string();
    Client::posted("/v1/responses", body.as_bytes())
}

async fn until(active: &AtomicUsize, count: usize) {
    for _ in 0..2000 {
        if active.load(Ordering::SeqCst) == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} generations are running", active.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_client_that_closes_its_half_gets_its_response() {
    let (server, _) = server(Duration::from_millis(300)).await;
    for stream in [false, true] {
        let mut socket = server.client().send(&posted(stream)).await;
        socket.shutdown().await.unwrap();
        let response = Open::read(socket).await.whole().await;
        if stream {
            assert_eq!(
                response.events().last().unwrap().kind(),
                "response.completed"
            );
        } else {
            assert_eq!(response.response().output_text(), "Hello");
        }
    }
    // Failures and other routes behave in the same way.
    let mut socket = server
        .client()
        .send(&Client::posted("/v1/responses", b"{}"))
        .await;
    socket.shutdown().await.unwrap();
    assert_eq!(Open::read(socket).await.status, 400);
    let get = b"GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut socket = server.client().send(get).await;
    socket.shutdown().await.unwrap();
    assert_eq!(Open::read(socket).await.status, 200);
}

#[tokio::test]
async fn a_long_response_begins_with_an_interim_one() {
    let (server, active) = server(Duration::from_secs(3)).await;
    let mut socket = server.client().send(&posted(false)).await;
    socket.shutdown().await.unwrap();
    until(&active, 1).await;
    let mut open = Open::read(socket).await;
    assert_eq!(open.status, 100);
    while open.status == 100 {
        open = open.next().await;
    }
    let response = open.whole().await;
    assert_eq!(response.response().output_text(), "Hello");
}

#[tokio::test]
async fn the_work_for_a_disconnected_client_stops() {
    // Much longer than the test waits.
    let (server, active) = server(Duration::from_secs(3600)).await;
    for stream in [false, true] {
        let socket = server.client().send(&posted(stream)).await;
        until(&active, 1).await;
        drop(socket);
        until(&active, 0).await;

        // Close one half of the connection, then the other.
        let mut socket = server.client().send(&posted(stream)).await;
        socket.shutdown().await.unwrap();
        until(&active, 1).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(active.load(Ordering::SeqCst), 1, "one half is still open");
        drop(socket);
        until(&active, 0).await;
    }
}

#[tokio::test]
async fn a_stream_stops_when_its_client_disconnects() {
    let script = Script::new(
        "test/model",
        message(&"x".repeat(100_000), Duration::from_millis(20)),
    );
    let active = script.active();
    let server = Running::start(Server::builder().provider(script)).await;
    let mut open = Open::read(server.client().send(&posted(true)).await).await;
    open.chunk().await.unwrap();
    assert_eq!(active.load(Ordering::SeqCst), 1);
    drop(open);
    until(&active, 0).await;
}
