//! Endless responses: the limits on a body, on an event and on the headers. Each has its own error, and
//! nothing is read past it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use orouter::{
    Error, ErrorKind, OpenRouter, RequestOptions, RetryConfig, Timeouts,
    testing::{Reply, ScriptedServer, Step, http_response},
};
use support::{CREATED, LONG, RESPONSE, builder, replay, request, soon, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const MIB: usize = 1 << 20;

/// A server that sends `start`, then `mebibytes` MiB of the letter x, and counts the bytes sent.
struct Flood {
    url: String,
    sent: Arc<AtomicUsize>,
    /// The client closed the connection before the server had sent everything.
    cut: Arc<AtomicUsize>,
}

impl Flood {
    async fn start(start: String, mebibytes: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let (sent, cut) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let flood = Self {
            url,
            sent: Arc::clone(&sent),
            cut: Arc::clone(&cut),
        };
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(start.as_bytes()).await;
                let chunk = vec![b'x'; MIB];
                for _ in 0..mebibytes {
                    if socket.write_all(&chunk).await.is_err() {
                        cut.fetch_add(1, Ordering::SeqCst);
                        break;
                    }
                    sent.fetch_add(MIB, Ordering::SeqCst);
                }
            }
        });
        flood
    }

    fn client(&self) -> OpenRouter {
        let limits = Timeouts::default()
            .connect(LONG)
            .first_byte(LONG)
            .idle(LONG);
        builder()
            .server_url(&self.url)
            .timeouts(limits)
            .retries(RetryConfig::none())
            .build()
            .unwrap()
    }

    /// Asserts that the client read about `mebibytes` MiB and closed the connection.
    async fn stopped_after(&self, mebibytes: usize) {
        until(|| self.cut.load(Ordering::SeqCst) == 1).await;
        let sent = self.sent.load(Ordering::SeqCst) / MIB;
        // The buffers of two sockets hold some unread bytes.
        assert!(
            (mebibytes..mebibytes + 32).contains(&sent),
            "{sent} MiB were sent"
        );
    }
}

const ENDLESS_JSON: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"id\":\"";

async fn failed(client: &OpenRouter) -> Error {
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    support::assert_presentable(&error);
    error
}

#[tokio::test]
async fn a_body_of_a_gigabyte_ends_at_the_limit_and_is_not_read_on() {
    let flood = Flood::start(ENDLESS_JSON.to_owned(), 1024).await;
    let client = flood.client();
    let error = failed(&client).await;
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert!(error.to_string().contains("67108864"), "{error}");
    assert!(error.to_string().contains("max_response_bytes"), "{error}");
    assert_eq!(
        (error.attempts(), error.status().unwrap().as_u16()),
        (1, 200)
    );
    assert!(error.maybe_billed());
    // The client still exists, so the call closed the connection.
    flood.stopped_after(64).await;
    drop(client);
}

#[tokio::test]
async fn a_body_that_announces_a_gigabyte_is_not_read_at_all() {
    let head = ENDLESS_JSON.replace("connection: close", "content-length: 1073741824");
    let flood = Flood::start(head, 1024).await;
    let client = flood.client();
    assert_eq!(failed(&client).await.kind(), ErrorKind::ResponseTooLarge);
    flood.stopped_after(0).await;
}

#[tokio::test]
async fn an_event_of_a_hundred_megabytes_ends_at_the_limit_and_is_not_read_on() {
    let start = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: {CREATED}\n\ndata: "
    );
    let flood = Flood::start(start, 100).await;
    let client = flood.client();
    let mut stream = soon(client.responses().stream(request())).await.unwrap();
    assert_eq!(
        soon(stream.next()).await.unwrap().unwrap().kind(),
        "response.created"
    );
    let error = soon(stream.next()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EventTooLarge);
    assert!(error.to_string().contains("max_event_bytes"), "{error}");
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
    assert!(soon(stream.next()).await.is_none());
    drop(stream);
    flood.stopped_after(64).await;
}

#[tokio::test]
async fn headers_of_a_megabyte_are_no_answer() {
    let one_long = format!("x-long: {}\r\n", "x".repeat(MIB));
    let many = (0..9000).fold(String::new(), |headers, n| {
        headers + &format!("x-header-{n}: {}\r\n", "x".repeat(100))
    });
    let endless = format!(
        "HTTP/1.1 200 OK\r\n{}",
        "x-more: and more\r\n".repeat(MIB / 18)
    );
    for (what, head) in [
        (
            "one",
            format!("HTTP/1.1 200 OK\r\n{one_long}\r\n{RESPONSE}"),
        ),
        ("many", format!("HTTP/1.1 200 OK\r\n{many}\r\n{RESPONSE}")),
        ("endless", endless),
    ] {
        let server = ScriptedServer::start([vec![Step::send(head), Step::Hang]])
            .await
            .unwrap();
        let error = failed(&support::client(&server)).await;
        assert_eq!(error.kind(), ErrorKind::Transport, "{what}: {error}");
        let printed = format!("{error:?}");
        assert!(
            printed.contains("head") && printed.len() < 500,
            "{what}: {printed}"
        );
        until(|| server.open_connections() == 0).await;
    }
}

/// The client does not limit the caller's headers; the server's response decides.
#[tokio::test]
async fn a_header_of_a_megabyte_is_sent_and_the_server_judges_it() {
    let refusal = http_response(431, &[("content-type", "text/plain")], "Too much.");
    let server = ScriptedServer::start([vec![Step::send(refusal)]])
        .await
        .unwrap();
    let client = support::client(&server);
    let options = RequestOptions::new().header("x-long", "x".repeat(MIB));
    let call = client.responses().create(request()).options(options);
    let error = soon(call).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::OtherStatus, 431)
    );
    assert_eq!(server.received()[0].header("x-long").unwrap().len(), MIB);
    support::assert_presentable(&error);
}

#[tokio::test]
async fn what_fits_exactly_is_read() {
    for (limit, fits) in [(RESPONSE.len(), true), (RESPONSE.len() - 1, false)] {
        let (start, rest) = RESPONSE.split_at(100);
        let (client, ..) = replay([Reply::json(start).body(rest)]);
        let options = RequestOptions::new().max_response_bytes(limit);
        let outcome = client.responses().create(request()).options(options).await;
        assert_eq!(outcome.is_ok(), fits, "{limit}");
    }
}
