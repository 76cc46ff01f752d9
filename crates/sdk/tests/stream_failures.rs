//! Failures of a stream: none is lost, for every reader and every form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{AbortHandle, Error, ErrorKind, RequestOptions, testing::Reply};
use support::{CREATED, HEL, RESPONSE, replay, request};

const EVENTS: &str = "text/event-stream";

/// Returns the error of a stream of this body.
async fn end_of(body: String) -> Error {
    let (client, ..) = replay([Reply::status(200).header("content-type", EVENTS).body(body)]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    loop {
        match stream.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => return error,
            None => panic!("the stream ended well"),
        }
    }
}

#[tokio::test]
async fn an_error_that_was_given_is_given_again() {
    let failure = r#"{"type":"error","error":{"code":"rate_limit_exceeded","message":"Slow down","metadata":{"error_type":"rate_limit_exceeded"},"availability":{"code":"x","retryable":true,"retry_after":3}}}"#;
    for reply in [
        Reply::events([CREATED, HEL, failure]),
        Reply::events([CREATED, HEL]),
        Reply::events([CREATED, HEL]).then_break(),
        Reply::events([CREATED, HEL, "not JSON"]),
        Reply::events([CREATED, HEL]).then_hang(),
    ] {
        let (client, ..) = replay([reply.header("x-generation-id", "gen-1")]);
        let mut stream = client.responses().stream(request()).await.unwrap();
        let first = loop {
            if let Err(error) = stream.next().await.unwrap() {
                break error;
            }
        };
        assert!(stream.next().await.is_none());
        let again = stream.into_response().await.unwrap_err();
        assert_eq!(again.kind(), first.kind());
        assert_eq!(again.timeout(), first.timeout());
        assert_eq!(again.code(), first.code());
        assert_eq!(again.error_type(), first.error_type());
        assert_eq!(again.retry_after(), first.retry_after());
        assert_eq!(again.body(), first.body());
        assert_eq!(again.generation_id(), Some("gen-1"));
        assert_eq!(
            (
                again.is_rate_limit(),
                again.is_retryable(),
                again.maybe_billed()
            ),
            (
                first.is_rate_limit(),
                first.is_retryable(),
                first.maybe_billed()
            )
        );
        assert_eq!(again.to_string(), first.to_string());
        assert_eq!(format!("{again:?}"), format!("{first:?}"));
        let sources =
            [&again, &first].map(|error| std::error::Error::source(error).map(ToString::to_string));
        assert_eq!(sources[0], sources[1]);
        assert_eq!(again.partial_response(), first.partial_response());
        assert_eq!(again.into_partial_response().unwrap().output_text(), "Hel");
        assert_eq!(first.into_partial_response().unwrap().output_text(), "Hel");
    }
}

#[tokio::test]
async fn a_failure_in_plain_words_is_one() {
    for (frame, message) in [
        (
            "event: error\ndata: upstream says no",
            Some("upstream says no"),
        ),
        (
            "event: error\ndata: \"upstream says no\"",
            Some("upstream says no"),
        ),
        (
            "event: error\ndata: <html><title>No</title></html>",
            Some("No"),
        ),
        (
            "event: error\ndata: {\"message\":\"No\",\"detail\":",
            Some("No"),
        ),
        (
            "event: error\ndata: {\"type\":\"overloaded\",\"message\":\"No\"}",
            Some("No"),
        ),
        ("data: {\"error\":{\"message\":\"No\"},", Some("No")),
        ("event: error\ndata: {my prompt", None),
    ] {
        let error = end_of(format!("data: {CREATED}\n\n{frame}\n\n")).await;
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::InBand, message),
            "{frame}"
        );
        assert_eq!(error.partial_response().unwrap().id, "resp_1");
        assert!(!error.to_string().contains("my prompt"), "{error}");
    }
    // Without the name it is only an event that is not JSON.
    let error = end_of(format!("data: {CREATED}\n\ndata: upstream says no\n\n")).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn an_error_in_json_that_is_called_a_stream_is_read() {
    for body in [
        r#"{"error":{"code":429,"message":"Slow down"}}"#,
        "\u{feff} \n[{\"error\":{\"code\":429,\"message\":\"Slow down\"}}]\n",
        "{\n  \"error\": {\n    \"code\": 429,\n    \"message\": \"Slow down\"\n  }\n}\n",
    ] {
        for parts in [1, 3] {
            let mut reply = Reply::status(200).header("content-type", EVENTS);
            for part in body.as_bytes().chunks(body.len().div_ceil(parts)) {
                reply = reply.body(part.to_vec());
            }
            let (client, ..) = replay([reply]);
            let mut stream = client.responses().stream(request()).await.unwrap();
            let error = stream.next().await.unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InBand, "{body}");
            assert_eq!(
                (error.message(), error.code()),
                (Some("Slow down"), Some("429"))
            );
            assert_eq!(error.body().unwrap(), body);
            assert!(error.is_rate_limit() && error.partial_response().is_none());
            assert!(stream.into_response().await.unwrap_err().is_rate_limit());
        }
    }
    let error = end_of("{\"error".to_owned()).await;
    assert_eq!((error.kind(), error.message()), (ErrorKind::Decode, None));
}

#[tokio::test]
async fn a_response_in_json_that_is_called_a_stream_is_read_as_one_of_it() {
    let reply = || {
        Reply::status(200)
            .header("content-type", EVENTS)
            .body(RESPONSE)
    };
    let (client, ..) = replay([reply(), reply()]);
    let response = client.responses().create(request()).await.unwrap();
    assert_eq!(response.output_text(), "Hello");
    let mut stream = client.responses().stream(request()).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first.kind(), "response.created");
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn a_response_in_json_over_the_limit_is_not_kept() {
    let body = vec![b'['; 3000];
    let (client, ..) = replay([Reply::status(200).header("content-type", EVENTS).body(body)]);
    let options = RequestOptions::new().max_response_bytes(2000);
    let call = client.responses().create(request()).options(options);
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::ResponseTooLarge);
}

#[tokio::test]
async fn an_abort_ends_a_stream_of_a_response_that_came_whole() {
    for kind in ["application/json", EVENTS] {
        for on_client in [false, true] {
            let abort = AbortHandle::new();
            let options = RequestOptions::new().abort(&abort);
            let reply = Reply::status(200)
                .header("content-type", kind)
                .body(RESPONSE);
            let transport = orouter::testing::ReplayTransport::new([reply]);
            let mut builder = support::builder().transport(transport);
            let mut call = RequestOptions::new();
            if on_client {
                builder = builder.options(options);
            } else {
                call = options;
            }
            let client = builder.build().unwrap();
            let mut stream = client
                .responses()
                .stream(request())
                .options(call)
                .await
                .unwrap();
            stream.next().await.unwrap().unwrap();
            abort.abort();
            let error = stream.next().await.unwrap().unwrap_err();
            assert!(error.is_aborted(), "{error}");
            assert_eq!(error.status().unwrap(), 200);
            assert_eq!(error.partial_response().unwrap().id, "resp_1");
            assert!(stream.next().await.is_none());
            assert!(stream.into_response().await.unwrap_err().is_aborted());
        }
    }
}

#[tokio::test]
async fn an_abort_after_the_last_event_changes_nothing() {
    let abort = AbortHandle::new();
    let (client, ..) = replay([Reply::json(RESPONSE)]);
    let options = RequestOptions::new().abort(&abort);
    let mut stream = client
        .responses()
        .stream(request())
        .options(options)
        .await
        .unwrap();
    while !stream.next().await.unwrap().unwrap().is_terminal() {}
    abort.abort();
    assert!(stream.next().await.is_none());
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}
