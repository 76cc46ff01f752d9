//! Damaged error bodies: the sound members are read, and the damaged text is never printed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{Error, ErrorKind, RequestOptions, RetryConfig, testing::Reply};
use support::{CREATED, assert_presentable, error_of, replay, request};

/// Returns a body with every documented member, whose flagged prompt contains `oddity`.
fn body(oddity: &[u8]) -> Vec<u8> {
    let start = br#"{"error":{"code":403,"message":"Flagged","metadata":{"error_type":"content_policy_violation","reasons":["violence"],"flagged_input":"my prompt "#;
    let end = br#"","provider_name":"OpenAI"},"availability":{"code":"brand_new","retryable":true,"retry_after":7}},"user_id":"user_1","openrouter_metadata":{"strategy":"direct"}}"#;
    [start, oddity, end].concat()
}

/// Returns the error of a response with an error status.
async fn by_status(body: Vec<u8>) -> Error {
    let reply = Reply::status(403).header("content-type", "application/json");
    error_of(reply.body(body)).await
}

/// Returns the error of a success with this body.
async fn in_band(body: Vec<u8>) -> Error {
    let reply = Reply::status(200).header("content-type", "application/json");
    error_of(reply.body(body)).await
}

/// Returns the error of a stream with this event.
async fn in_stream(body: Vec<u8>) -> Error {
    let frames = [
        format!("data: {CREATED}\n\ndata: ").as_bytes(),
        &body,
        b"\n\n",
    ]
    .concat();
    let reply = Reply::status(200).header("content-type", "text/event-stream");
    error_of(reply.body(frames)).await
}

fn assert_whole(error: &Error, what: &str) {
    assert_eq!(error.message(), Some("Flagged"), "{what}");
    assert_eq!(error.code(), Some("403"), "{what}");
    assert_eq!(error.error_type(), Some("content_policy_violation"));
    assert!(error.is_refusal(), "{what}");
    let metadata = error.metadata().unwrap();
    assert_eq!(metadata.provider_name.as_deref(), Some("OpenAI"), "{what}");
    assert_eq!(error.user_id(), Some("user_1"), "{what}");
    assert!(error.openrouter_metadata().is_some(), "{what}");
    assert!(error.availability().unwrap().retryable, "{what}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{what}");
    assert_hidden(error);
}

fn assert_hidden(error: &Error) {
    assert_presentable(error);
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("my prompt"), "{text}");
        assert!(!text.contains('{') || text.starts_with("Error {"), "{text}");
    }
}

#[tokio::test]
async fn an_odd_byte_costs_no_part() {
    let deep = [b"\",\"deep\":".to_vec(), vec![b'['; 500], vec![b']'; 500]].concat();
    let deep = [deep, b",\"and\":\"".to_vec()].concat();
    let oddities: [(&str, Vec<u8>); 7] = [
        ("nothing", Vec::new()),
        ("half a pair", br"\ud83d".to_vec()),
        ("the other half", br"\ude00 x".to_vec()),
        ("no UTF-8", b"\xff\xc3".to_vec()),
        ("a number too large", br#"","n":1e999,"and":""#.to_vec()),
        ("nested deeply", deep),
        ("a name twice", br#"","n":1,"n":2,"and":""#.to_vec()),
    ];
    for (what, oddity) in oddities {
        let body = body(&oddity);
        let error = by_status(body.clone()).await;
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{what}");
        assert_eq!(error.body().unwrap(), &body, "{what}");
        assert_whole(&error, what);
        let error = in_band(body.clone()).await;
        assert_eq!(error.kind(), ErrorKind::InBand, "{what}");
        assert_whole(&error, what);
        let error = in_stream(body).await;
        assert_eq!(error.kind(), ErrorKind::InBand, "{what}");
        assert_whole(&error, what);
    }
}

#[tokio::test]
async fn a_byte_order_mark_and_line_breaks_in_strings_cost_no_part() {
    let marked = [b"\xef\xbb\xbf".to_vec(), body(b"")].concat();
    for body in [marked, body(b"first line\nsecond\tline\r\n")] {
        assert_whole(&by_status(body.clone()).await, "by status");
        assert_whole(&in_band(body).await, "in band");
    }
    let page = by_status("\u{feff}<html><title>No.</title>my prompt".into()).await;
    assert_eq!(page.message(), Some("No."));
}

#[tokio::test]
async fn of_a_body_that_was_cut_the_whole_members_are_known() {
    let whole = body(b"");
    for end in 1..whole.len() {
        let error = by_status(whole[..end].to_vec()).await;
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert_hidden(&error);
        let so_far = std::str::from_utf8(&whole[..end]).unwrap();
        assert_eq!(error.message().is_some(), so_far.contains("Flagged\""));
        assert_eq!(error.code().is_some(), so_far.contains("403,"));
        assert_eq!(error.user_id().is_some(), so_far.contains("user_1\""));
        if error.message().is_none() {
            let text = error.to_string();
            assert!(
                text.contains("the error body is JSON that was cut short"),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_body_over_what_is_kept_tells_what_came_before_that() {
    let body = body("x".repeat(2 << 20).as_bytes());
    let error = by_status(body).await;
    assert_eq!(error.body().unwrap().len(), 1 << 20);
    assert_eq!(
        (error.message(), error.code()),
        (Some("Flagged"), Some("403"))
    );
    assert!(error.is_refusal());
    assert_hidden(&error);
}

#[tokio::test]
async fn of_a_body_that_breaks_off_the_whole_members_are_known() {
    let start = r#"{"error":{"code":429,"message":"Slow down","metadata":{"flagged_input":"my pro"#;
    for reply in [
        Reply::status(429).body(start).then_hang(),
        Reply::status(429).body(start).then_break(),
    ] {
        let error = error_of(reply.header("content-type", "application/json")).await;
        assert_eq!(error.message(), Some("Slow down"));
        assert_hidden(&error);
    }
}

#[tokio::test]
async fn a_number_before_a_missing_comma_is_known() {
    let body = br#"{"error":{"code":429 "message":"x"}}"#.to_vec();
    assert_eq!(by_status(body).await.code(), Some("429"));
}

#[tokio::test]
async fn what_only_looks_like_json_is_not_quoted() {
    for body in [
        "{'error': {'message': 'my prompt'}}",
        "{\"error\":{\"message\":my prompt}}",
        "[my prompt]",
        "\u{feff}\n {my prompt}",
    ] {
        let error = by_status(body.into()).await;
        assert_eq!(error.message(), None, "{body}");
        assert_hidden(&error);
        let text = error.to_string();
        assert!(text.contains("the error body is malformed JSON"), "{text}");
    }
}

#[tokio::test]
async fn what_is_not_text_is_not_quoted() {
    // Two bodies that are not text: a gzip that was not requested, and a PNG.
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabVJ-*\xca/R\xb2R\xaa\x05\x00";
    let png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe";
    for (body, encoding, says) in [
        (
            &gzip[..],
            "gzip",
            "the error body is compressed (gzip), which was not requested",
        ),
        (&gzip[..], "identity", "the error body is not text"),
        (&png[..], "", "the error body is not text"),
    ] {
        let reply = Reply::status(429)
            .header("content-encoding", encoding)
            .header("retry-after", "3");
        let error = error_of(reply.body(body.to_vec())).await;
        assert_eq!(error.kind(), ErrorKind::TooManyRequests);
        assert_eq!(
            (error.message(), error.body().unwrap().as_ref()),
            (None, body)
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
        let text = error.to_string();
        assert!(text.contains(says) && text.is_ascii(), "{text}");
        assert_presentable(&error);
    }
}

#[tokio::test]
async fn a_hint_is_kept_through_damage() {
    // The retry policy uses the hint of a damaged body.
    let damaged = String::from_utf8(body(br"\ud83d")).unwrap();
    let (client, _, clock) = replay([Reply::error(503, damaged), Reply::json(support::RESPONSE)]);
    let options = RequestOptions::new().retries(RetryConfig::default());
    client
        .responses()
        .create(request())
        .options(options)
        .await
        .unwrap();
    assert!(clock.elapsed() >= Duration::from_secs(7));
}
