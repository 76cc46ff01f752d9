//! Limits of connections and time, readiness, and panics, which end only their request.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use orouter_server::provider::BoxFuture;
use orouter_server::{
    EventStream, Failure, Limits, Load, Model, Provider, ProviderRequest, Readiness, Server,
};
use orouter_wire::StreamEvent;
use serde_json::{Value, json};
use support::client::Open;
use support::script::{Script, message};
use support::{Client, Running};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MS: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_secs(60);

async fn server(limits: Limits) -> Running {
    let script = Script::new("test/model", message("abcdef", 50 * MS));
    Running::start(Server::builder().provider(script).limits(limits)).await
}

const GET: &[u8] = b"GET /version HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Sends a request on an open connection and reads the whole response.
async fn again(socket: &mut TcpStream, request: &[u8]) -> String {
    socket.write_all(request).await.unwrap();
    let mut text = String::new();
    while !text.contains("\"version\"") {
        let mut bytes = [0; 4096];
        let read = tokio::time::timeout(PATIENCE, socket.read(&mut bytes));
        let read = read.await.unwrap().unwrap();
        assert!(read > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    text
}

/// Reads the bytes that the server sends until it closes the connection.
async fn rest(socket: &mut TcpStream) -> String {
    let mut text = String::new();
    let read = socket.read_to_string(&mut text);
    tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
    text
}

#[tokio::test]
async fn waiting_for_a_request_is_not_reading_its_head() {
    let limits = Limits::default().head_timeout(100 * MS);
    let server = server(limits.keep_alive_timeout(PATIENCE)).await;
    let mut socket = server.client().send(b"").await;
    for _ in 0..3 {
        assert!(again(&mut socket, GET).await.starts_with("HTTP/1.1 200"));
        tokio::time::sleep(400 * MS).await;
    }
    // A head in pieces, within the timeout.
    for piece in GET.chunks(16) {
        socket.write_all(piece).await.unwrap();
        tokio::time::sleep(MS).await;
    }
    assert!(again(&mut socket, b"").await.starts_with("HTTP/1.1 200"));
    // A head that is never completed.
    socket.write_all(b"GET /ver").await.unwrap();
    assert!(rest(&mut socket).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn connections_without_requests_are_closed() {
    let limits = Limits::default().head_timeout(PATIENCE);
    let server = server(limits.keep_alive_timeout(100 * MS)).await;
    let mut socket = server.client().send(b"").await;
    again(&mut socket, GET).await;
    assert_eq!(rest(&mut socket).await, "");
    // A response may take longer than the idle timeout.
    let body = json!({"model": "test/model", "input": "hi"});
    assert_eq!(server.client().ask(&body).await.status, 200);

    let limits = Limits::default().head_timeout(100 * MS);
    let server = self::server(limits).await;
    assert_eq!(rest(&mut server.client().send(b"").await).await, "");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let server = server(Limits::default().max_connections(2)).await;
    let mut first = server.client().send(b"").await;
    let mut second = server.client().send(b"").await;
    again(&mut first, GET).await;
    again(&mut second, GET).await;
    let mut third = server.client().send(GET).await;
    let mut byte = [0];
    let waits = tokio::time::timeout(300 * MS, third.read(&mut byte)).await;
    assert!(waits.is_err(), "{waits:?}");
    drop(first);
    assert!(again(&mut third, b"").await.contains("200 OK"));
    assert!(again(&mut second, GET).await.contains("200 OK"));
}

#[tokio::test]
async fn the_version_names_the_package() {
    let server = server(Limits::default()).await;
    let version = server.client().get("/version").await.json();
    assert_eq!(version["name"], "orouter");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(version["commit"].is_string() || version["commit"].is_null());
}

/// A provider with a given readiness that panics when it generates.
struct Fragile {
    models: [Model; 1],
    readiness: Readiness,
    panics_in_load: Arc<AtomicBool>,
    /// Events before the panic. `None` panics before the stream.
    events: Option<Vec<Value>>,
}

impl Fragile {
    fn new(readiness: Readiness) -> Self {
        Self {
            models: [Model::new("test/fragile")],
            readiness,
            panics_in_load: Arc::default(),
            events: None,
        }
    }
}

impl Provider for Fragile {
    fn name(&self) -> &str {
        "fragile"
    }

    fn models(&self) -> &[Model] {
        &self.models
    }

    fn load(&self) -> Load {
        assert!(!self.panics_in_load.load(Ordering::SeqCst), "load");
        let mut load = Load::default();
        load.readiness = self.readiness.clone();
        load
    }

    fn generate(&self, _: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        let events = self.events.clone();
        Box::pin(async move {
            let events = events.expect("a secret that no client may see");
            let panics = std::iter::once_with(|| panic!("a secret that no client may see"));
            let events = events
                .into_iter()
                .map(|event| orouter_wire::from_str::<StreamEvent>(&event.to_string()).unwrap());
            let events: Box<dyn Iterator<Item = StreamEvent> + Send> =
                Box::new(events.chain(panics));
            Ok(EventStream::ready(events))
        })
    }
}

#[tokio::test]
async fn ready_while_a_provider_can_serve() {
    let failed = || Readiness::Failed("no such file".to_owned());
    for (states, code, status) in [
        (vec![], 200, "ready"),
        (vec![Readiness::Ready], 200, "ready"),
        (vec![Readiness::Loading], 503, "loading"),
        (vec![failed()], 503, "failing"),
        (vec![failed(), Readiness::Loading], 503, "loading"),
        (vec![failed(), Readiness::Ready], 200, "ready"),
    ] {
        let mut builder = Server::builder();
        for state in states.clone() {
            builder = builder.provider(Fragile::new(state));
        }
        let server = Running::start(builder).await;
        let response = server.client().get("/ready").await;
        assert_eq!(response.status, code, "{states:?}");
        assert_eq!(response.json()["status"], status, "{states:?}");
    }
}

#[tokio::test]
async fn a_shutdown_is_announced_before_the_listener_closes() {
    let server = server(Limits::default().shutdown_delay(1500 * MS)).await;
    let address = server.address;
    let client = Client::new(address);
    assert_eq!(client.get("/ready").await.status, 200);
    let mut kept = client.send(b"").await;
    again(&mut kept, GET).await;
    let stopped = server.stop();
    // New and kept connections are served, and see that the server is not ready.
    loop {
        let ready = client.get("/ready").await;
        if ready.status == 503 {
            assert_eq!(ready.json()["status"], "stopping");
            break;
        }
        tokio::time::sleep(MS).await;
    }
    again(&mut kept, GET).await;
    let health = client.get("/health").await;
    assert_eq!(
        (health.status, &health.json()["stopping"]),
        (200, &json!(true))
    );
    let body = json!({"model": "test/model", "input": "hi"});
    assert_eq!(client.ask(&body).await.status, 200);
    tokio::time::timeout(PATIENCE, stopped)
        .await
        .unwrap()
        .unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    assert_eq!(rest(&mut kept).await, "");
}

#[tokio::test]
async fn health_reports_connections_and_dropped_log_lines() {
    let counter = Arc::new(AtomicU64::new(7));
    let limits = Limits::default().max_connections(5);
    let builder = Server::builder().limits(limits).dropped_log_lines(counter);
    let server = Running::start(builder).await;
    let _open = server.client().open(GET).await;
    let health = server.health().await;
    assert_eq!(health["dropped_log_lines"], 7);
    assert_eq!(health["limits"]["connections"], 5);
    assert_eq!(health["connections"], 2);
}

#[tokio::test]
async fn a_panic_before_the_head_is_a_masked_500() {
    let fragile = Fragile::new(Readiness::Ready);
    let panics_in_load = Arc::clone(&fragile.panics_in_load);
    let server = Running::start(Server::builder().provider(fragile)).await;
    let client = server.client();
    for stream in [false, true, false, true] {
        let body = json!({"model": "test/fragile", "input": "hi", "stream": stream});
        let response = client.ask(&body).await;
        assert_eq!(response.status, 500);
        assert_eq!(response.error()["metadata"]["error_type"], "server");
        assert!(!response.text().contains("secret"), "{}", response.text());
    }
    panics_in_load.store(true, Ordering::SeqCst);
    assert_eq!(client.get("/health").await.status, 500);
    panics_in_load.store(false, Ordering::SeqCst);
    assert_eq!(client.get("/health").await.status, 200);

    // The connection stays usable.
    let mut socket = client.send(b"").await;
    let body = json!({"model": "test/fragile", "input": "hi"}).to_string();
    socket
        .write_all(&Client::posted("/v1/responses", body.as_bytes()))
        .await
        .unwrap();
    let responses = again(&mut socket, GET).await;
    assert!(responses.starts_with("HTTP/1.1 500"), "{responses}");
    assert!(responses.contains("HTTP/1.1 200"), "{responses}");
}

#[tokio::test]
async fn a_panic_within_a_stream_ends_it_as_failed() {
    let mut fragile = Fragile::new(Readiness::Ready);
    fragile.events = Some(vec![
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress", "content": []}}),
        json!({"type": "response.content_part.added", "item_id": "msg_1", "output_index": 0, "content_index": 0, "part": {"type": "output_text", "text": "", "annotations": []}}),
        json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "abc"}),
    ]);
    let other = Script::new("test/model", message("abcdef", 50 * MS));
    let server = Running::start(Server::builder().provider(fragile).provider(other)).await;
    let client = server.client();
    let beside: Open = client
        .begin(&json!({"model": "test/model", "input": "hi", "stream": true}))
        .await;
    let body = json!({"model": "test/fragile", "input": "hi", "stream": true});
    for _ in 0..2 {
        let http_response = client.ask(&body).await;
        assert!(
            !http_response.text().contains("secret"),
            "{}",
            http_response.text()
        );
        let events = http_response.events();
        let Some(StreamEvent::Failed(last)) = events.last() else {
            panic!("{events:#?}")
        };
        let response = last.response.as_ref().unwrap();
        assert_eq!(response.output_text(), "abc");
        assert_eq!(response.error_type.as_ref().unwrap().as_str(), "server");
    }
    let events = beside.whole().await.events();
    assert!(matches!(events.last(), Some(StreamEvent::Completed(_))));
}
