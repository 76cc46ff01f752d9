//! `into_text_deltas`: the text of a response as a stream that owns the response's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::disallowed_methods, reason = "beside a socket, time is real")]

mod support;

use futures_core::{FusedStream as _, Stream};
use orouter::{
    Error, ErrorKind, Response, ResponseStatus, TextStream, blocking,
    testing::{self, ReplayTransport, Reply, ScriptedServer, Step, sse},
};
use support::{CREATED, HEL, ITEM_ADDED, LO, PART_ADDED, request, soon};

fn assert_for_handlers<T: Stream<Item = Result<String, Error>> + Send + Unpin + 'static>(_: &T) {}

async fn open(reply: Reply) -> TextStream {
    let (client, _) = testing::client([reply]).unwrap();
    let stream = client.responses().stream(request()).await.unwrap();
    stream.into_text_deltas()
}

#[tokio::test]
async fn it_outlives_the_client_and_moves_to_another_task() {
    let text = open(Reply::text("Hello")).await;
    assert_for_handlers(&text);
    let task = tokio::spawn(async move {
        let mut text = text;
        let mut all = String::new();
        while let Some(delta) = text.next().await {
            all.push_str(&delta.unwrap());
        }
        assert!(text.is_terminated());
        (all, text.snapshot().status.clone())
    });
    let (all, status) = task.await.unwrap();
    assert_eq!(all, "Hello");
    assert_eq!(status, ResponseStatus::Completed);
}

#[tokio::test]
async fn the_rest_can_be_read_as_a_response() {
    let events = [CREATED, ITEM_ADDED, PART_ADDED, HEL, LO].map(str::to_owned);
    let events = events.into_iter().chain([support::completed()]);
    let mut text = open(Reply::events(events).header("x-generation-id", "gen-1")).await;
    assert_eq!(text.next().await.unwrap().unwrap(), "Hel");
    assert_eq!(text.snapshot().output_text(), "Hel");
    assert_eq!(text.meta().generation_id(), Some("gen-1"));
    assert!(!text.is_terminated());
    assert!(!format!("{text:?}").contains("Hel"));
    let response: Response = text.into_response().await.unwrap();
    assert_eq!(response.output_text(), "Hello");
}

#[tokio::test]
async fn a_break_is_one_error_after_the_text() {
    let mut text = open(Reply::events([CREATED, ITEM_ADDED, PART_ADDED, HEL]).then_break()).await;
    assert_eq!(text.next().await.unwrap().unwrap(), "Hel");
    let error = text.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(error.partial_response().unwrap().output_text(), "Hel");
    assert!(text.next().await.is_none());
    assert_eq!(
        text.into_response().await.unwrap_err().kind(),
        ErrorKind::Transport
    );
}

#[tokio::test]
async fn text_of_the_event_that_reports_a_failure_comes_before_the_error() {
    let failed = r#"{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"m"},"output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Hel"}]}]}}"#;
    let mut text = open(Reply::events([CREATED, failed])).await;
    assert_eq!(text.next().await.unwrap().unwrap(), "Hel");
    assert!(!text.is_terminated());
    let error = text.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InBand);
    assert!(text.is_terminated());
}

#[tokio::test]
async fn dropping_it_closes_the_connection() {
    let events = sse([CREATED, ITEM_ADDED, PART_ADDED, HEL]);
    let server = ScriptedServer::start([vec![Step::send(events), Step::Hang]])
        .await
        .unwrap();
    let client = support::client(&server);
    let stream = soon(client.responses().stream(request())).await.unwrap();
    let mut text = stream.into_text_deltas();
    assert_eq!(soon(text.next()).await.unwrap().unwrap(), "Hel");
    assert_eq!(server.open_connections(), 1);
    drop(text);
    support::until(|| server.open_connections() == 0).await;
}

#[test]
fn blocking_code_has_the_same() {
    let transport = ReplayTransport::new([Reply::text("Hello")]);
    let builder = support::builder().transport(transport);
    let client = blocking::OpenRouter::from_builder(builder).unwrap();
    let mut text = client
        .responses()
        .stream(request())
        .call()
        .unwrap()
        .into_text_deltas();
    assert_eq!(text.next().unwrap().unwrap(), "Hello");
    assert_eq!(text.snapshot().output_text(), "Hello");
    assert_eq!(text.meta().attempts(), 1);
    assert_eq!(text.into_response().unwrap().output_text(), "Hello");
}
