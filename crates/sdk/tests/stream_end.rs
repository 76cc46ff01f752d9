//! Reuse of the connection after the last event of a stream.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::testing::{ScriptedServer, Step};
use support::{events, request, soon};

#[tokio::test]
async fn a_finished_stream_gives_its_connection_back() {
    let body = events()
        .iter()
        .map(|data| format!("data: {data}\n\n"))
        .collect::<String>();
    let whole = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = ScriptedServer::start([vec![Step::send(whole)]])
        .await
        .unwrap();
    let client = support::client(&server);
    for _ in 0..3 {
        let stream = soon(client.responses().stream(request())).await.unwrap();
        soon(stream.into_response()).await.unwrap();
    }
    assert_eq!(server.accepted_connections(), 1);
}

/// Returns a chunk of a chunked body.
fn chunk(text: &str) -> Step {
    Step::send(format!("{:x}\r\n{text}\r\n", text.len()))
}

/// Returns the bytes of a stream up to the last event, followed by `end`.
fn chunked(end: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let events = events();
    let events = events
        .iter()
        .map(|data| chunk(&format!("data: {data}\n\n")));
    std::iter::once(Step::send(head))
        .chain(events)
        .chain(end)
        .collect()
}

#[tokio::test]
async fn the_end_of_a_stream_may_come_a_little_later() {
    let pause = Step::Wait(Duration::from_millis(5));
    let done = [
        pause.clone(),
        chunk("data: [DONE]\n\n"),
        pause,
        Step::send("0\r\n\r\n"),
    ];
    let server = ScriptedServer::start([chunked(done)]).await.unwrap();
    let client = support::client(&server);
    for _ in 0..3 {
        let stream = soon(client.responses().stream(request())).await.unwrap();
        soon(stream.into_response()).await.unwrap();
    }
    assert_eq!(server.accepted_connections(), 1);
}

#[tokio::test]
async fn an_end_that_does_not_come_is_not_waited_for() {
    let more = chunk(&"data: {}\n\n".repeat(2000));
    for end in [vec![Step::Hang], vec![more; 10]] {
        let server = ScriptedServer::start([chunked(end)]).await.unwrap();
        let client = support::client(&server);
        let stream = soon(client.responses().stream(request())).await.unwrap();
        let response = soon(stream.into_response()).await.unwrap();
        assert_eq!(response.output_text(), "Hello");
        support::until(|| server.open_connections() == 0).await;
    }
}
