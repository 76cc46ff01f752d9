//! Aborting a call: before it starts, while it waits, and in the middle of a response.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::disallowed_methods, reason = "beside a socket, time is real")]

mod support;

use std::time::Duration;

use orouter::{
    AbortHandle, ErrorKind, RequestOptions,
    testing::{Reply, ScriptedServer, Step, sse},
};
use support::{CREATED, RESPONSE, abortable_call, replay, request, soon, until};

#[tokio::test]
async fn before_the_call_nothing_is_sent() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    let abort = AbortHandle::new();
    abort.abort();
    let options = RequestOptions::new().abort(&abort);
    let error = support::failure(&client, options).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Aborted, 0));
    assert!(error.is_aborted() && !error.maybe_billed() && !error.is_retryable());
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn while_waiting_for_the_head_the_connection_is_closed() {
    let server = ScriptedServer::start([vec![Step::Hang]]).await.unwrap();
    let client = support::client(&server);
    let (abort, call) = abortable_call(&client);
    until(|| !server.received().is_empty()).await;
    abort.abort();
    let error = soon(call).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    until(|| server.open_connections() == 0).await;
}

#[tokio::test]
async fn in_the_middle_of_a_stream_what_came_is_kept() {
    let server = ScriptedServer::start([vec![Step::send(sse([CREATED])), Step::Hang]])
        .await
        .unwrap();
    let client = support::client(&server);
    let abort = AbortHandle::new();
    let options = RequestOptions::new().abort(&abort);
    let mut stream = soon(client.responses().stream(request()).options(options))
        .await
        .unwrap();
    soon(stream.next()).await.unwrap().unwrap();
    let reading = tokio::spawn(stream.into_response());
    tokio::time::sleep(Duration::from_millis(10)).await;
    abort.abort();
    let error = soon(reading).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
}

#[tokio::test]
async fn events_at_hand_do_not_outlive_an_abort() {
    // All events are in one chunk, so they are in the decoder when the abort happens.
    let body: String = support::events()
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .collect();
    let reply = Reply::status(200).header("content-type", "text/event-stream");
    let (client, ..) = replay([reply.body(body)]);
    let abort = AbortHandle::new();
    let options = RequestOptions::new().abort(&abort);
    let mut stream = client
        .responses()
        .stream(request())
        .options(options)
        .await
        .unwrap();
    stream.next().await.unwrap().unwrap();
    abort.abort();
    assert!(stream.next().await.unwrap().unwrap_err().is_aborted());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn one_handle_on_the_client_ends_all_its_calls() {
    let abort = AbortHandle::new();
    let client = support::builder()
        .transport(orouter::testing::ReplayTransport::new([Reply::never()]))
        .options(RequestOptions::new().abort(&abort))
        .build()
        .unwrap();
    let calls: Vec<_> = (0..3)
        .map(|_| tokio::spawn(client.responses().create(request()).into_future()))
        .collect();
    tokio::task::yield_now().await;
    abort.abort();
    for call in calls {
        assert!(soon(call).await.unwrap().unwrap_err().is_aborted());
    }
}
