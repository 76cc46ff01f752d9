//! `Timeouts::event_idle`: the limit on the time between two events of a stream.
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
    ErrorKind, OpenRouter, ResponseStream, StreamEvent, TimeoutKind, Timeouts,
    testing::{ReplayTransport, Reply, ScriptedServer, Step, TestClock, sse},
};
use support::{CREATED, HEL, ITEM_ADDED, LO, PART_ADDED, completed, request, soon};

const SECOND: Duration = Duration::from_secs(1);

fn client(reply: Reply, timeouts: Timeouts) -> OpenRouter {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock([reply], clock.clone());
    let builder = support::builder().transport(transport).clock(clock);
    builder.timeouts(timeouts).build().unwrap()
}

async fn open(reply: Reply, timeouts: Timeouts) -> ResponseStream {
    client(reply, timeouts)
        .responses()
        .stream(request())
        .await
        .unwrap()
}

/// A stream with one event, then a minute of something every second, then the rest.
fn busy(every_second: &str) -> Reply {
    let mut reply = Reply::events([CREATED, ITEM_ADDED, PART_ADDED, HEL]);
    for _ in 0..60 {
        reply = reply.then_pause(SECOND).body(every_second.to_owned());
    }
    for event in [LO.to_owned(), completed()] {
        reply = reply.body(format!("data: {event}\n\n"));
    }
    reply
}

const KEEP_ALIVES: [&str; 4] = [
    ": OPENROUTER PROCESSING\n\n",
    "data: {\"type\":\"keepalive\"}\n\n",
    "data: {\"type\":\"ping\"}\n\n",
    "event: response.keep_alive\ndata: {\"type\":\"response.keep_alive\"}\n\n",
];

#[tokio::test]
async fn comments_and_keep_alive_events_do_not_count() {
    for keep_alive in KEEP_ALIVES {
        let timeouts = Timeouts::default().event_idle(SECOND * 30);
        let mut stream = open(busy(keep_alive), timeouts).await;
        let error = loop {
            match stream.next().await.expect(keep_alive) {
                Ok(event) => assert!(!event.is_terminal(), "{keep_alive}"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.timeout(), Some(TimeoutKind::EventIdle));
        assert_eq!(error.partial_response().unwrap().output_text(), "Hel");
        assert!(error.maybe_billed());
        let message = error.to_string();
        assert!(message.contains("no event arrived for 30s"), "{message}");
        assert!(message.contains("Timeouts::event_idle"), "{message}");
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn without_the_limit_they_keep_the_stream_alive() {
    for keep_alive in KEEP_ALIVES {
        for timeouts in [
            Timeouts::default().idle(SECOND * 30),
            Timeouts::default().event_idle(None),
            Timeouts::default().event_idle(Duration::ZERO),
            Timeouts::default().event_idle(SECOND * 90),
        ] {
            let response = open(busy(keep_alive), timeouts).await.into_response().await;
            assert_eq!(response.unwrap().output_text(), "Hello", "{keep_alive}");
        }
    }
}

#[tokio::test]
async fn each_event_begins_the_time_anew() {
    let mut reply = Reply::events([CREATED, ITEM_ADDED, PART_ADDED]);
    for event in [HEL.to_owned(), LO.to_owned(), completed()] {
        reply = reply
            .then_pause(SECOND * 20)
            .body(format!("data: {event}\n\n"));
    }
    let timeouts = Timeouts::default().event_idle(SECOND * 30);
    let response = open(reply, timeouts).await.into_response().await.unwrap();
    assert_eq!(response.output_text(), "Hello");
}

#[tokio::test]
async fn an_event_that_arrives_in_pieces_is_no_event_yet() {
    let mut reply = Reply::events([CREATED]).body("data: {\"type\":\"response.in_progress\"");
    for _ in 0..60 {
        reply = reply.then_pause(SECOND).body(" ");
    }
    let mut stream = open(reply, Timeouts::default().event_idle(SECOND * 30)).await;
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::EventIdle));
}

#[tokio::test]
async fn a_whole_body_has_no_events_to_wait_for() {
    let reply = Reply::json(support::RESPONSE[..40].to_owned())
        .then_pause(SECOND * 60)
        .body(support::RESPONSE[40..].to_owned());
    let timeouts = Timeouts::default().event_idle(SECOND * 30);
    let client = client(reply, timeouts);
    let response = client.responses().create(request()).await.unwrap();
    assert_eq!(response.output_text(), "Hello");
    let stream = client.responses().stream(request()).await.unwrap();
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn over_a_socket_the_limit_ends_a_stream_of_comments() {
    let mut steps = vec![Step::send(sse([CREATED]))];
    for _ in 0..200 {
        steps.push(Step::send(": ping\n\n"));
        steps.push(Step::Wait(Duration::from_millis(20)));
    }
    let server = ScriptedServer::start([steps]).await.unwrap();
    let client = support::client(&server);
    let timeouts = Timeouts::default().event_idle(Duration::from_millis(200));
    let options = orouter::RequestOptions::new().timeouts(timeouts);
    let call = client.responses().stream(request()).options(options);
    let mut stream = soon(call).await.unwrap();
    let created = soon(stream.next()).await.unwrap().unwrap();
    assert!(matches!(created, StreamEvent::Created(_)));
    // The caller's own time does not count.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = soon(stream.next()).await.unwrap().unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::EventIdle));
    support::until(|| server.open_connections() == 0).await;
}
