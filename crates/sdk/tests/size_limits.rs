//! Answers without end: a limit on a body and on an event, each an error of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{ErrorKind, RequestOptions, testing::Reply};
use support::{CREATED, RESPONSE, replay, request};

const MIB: usize = 1 << 20;

/// The chunks share one piece of memory: what is held is what the client holds.
fn endless(mut reply: Reply, mebibytes: usize) -> Reply {
    let chunk = bytes::Bytes::from(vec![b'x'; MIB]);
    for _ in 0..mebibytes {
        reply = reply.body(chunk.clone());
    }
    reply
}

#[tokio::test]
async fn a_body_of_a_gigabyte_ends_at_the_limit() {
    let reply = endless(Reply::json(r#"{"id":""#), 1024);
    let (client, ..) = replay([reply]);
    let error = client.responses().create(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert!(error.to_string().contains("67108864"), "{error}");
    assert_eq!(
        (error.attempts(), error.status().unwrap().as_u16()),
        (1, 200)
    );
}

#[tokio::test]
async fn an_event_of_a_hundred_megabytes_ends_at_the_limit() {
    let (client, ..) = replay([endless(Reply::events([CREATED]).body("data: "), 100)]);
    let stream = client.responses().stream(request()).await.unwrap();
    let error = stream.into_response().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EventTooLarge);
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
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
