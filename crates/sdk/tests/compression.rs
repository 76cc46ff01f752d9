//! Compressed bodies: decompressed if the feature is on, and within the size limits.
//! Each test uses those of gzip, brotli and zstd that are built in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(any(feature = "gzip", feature = "brotli", feature = "zstd"))]

mod support;

use orouter::{
    Error, ErrorKind, OpenRouter, RequestOptions, Response, RetryConfig,
    testing::{ScriptedServer, Step},
    transport::ReqwestTransport,
};
use support::{
    CREATED, HEL, RESPONSE, completed,
    compressed::{Body, Coding},
    events, request, soon,
};

/// Returns a client with the transport that decompresses.
fn decompressing(server: &ScriptedServer) -> OpenRouter {
    support::builder()
        .transport(ReqwestTransport::builder().build().unwrap())
        .server_url(server.url())
        .retries(RetryConfig::none())
        .build()
        .unwrap()
}

/// Returns a head with the length of its body, or without one, so that the connection's end is the
/// body's.
fn head(status: &str, content_type: &str, coding: Coding, length: Option<usize>) -> String {
    let length = length.map_or_else(
        || "connection: close".to_owned(),
        |length| format!("content-length: {length}"),
    );
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-encoding: {}\r\n{length}\r\n\r\n",
        coding.name()
    )
}

async fn serve(head: String, body: &[u8]) -> ScriptedServer {
    let whole = [head.as_bytes(), body].concat();
    ScriptedServer::start([vec![Step::send(whole), Step::Close]])
        .await
        .unwrap()
}

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
const OK: &str = "200 OK";

fn frame(data: &str) -> String {
    format!("data: {data}\n\n")
}

#[tokio::test]
async fn what_is_built_in_is_asked_for_and_read() {
    for coding in Coding::built() {
        let body = coding.whole(RESPONSE.as_bytes());
        let server = serve(head(OK, JSON, coding, Some(body.len())), &body).await;
        let client = decompressing(&server);
        let (response, meta): (Response, _) =
            soon(client.responses().create(request()).with_meta())
                .await
                .unwrap();
        assert_eq!(response.output_text(), "Hello", "{coding:?}");
        // The headers describe the compressed body, not the decompressed one.
        assert_eq!(meta.header("content-encoding"), None);
        assert_eq!(meta.header("content-length"), None);
        let received = server.received();
        let asked = received[0].header("accept-encoding").unwrap();
        let asked: Vec<_> = asked.split(',').map(str::trim).collect();
        for coding in Coding::ALL {
            let built = coding.is_built();
            assert_eq!(asked.contains(&coding.name()), built, "{asked:?}");
        }
    }
}

#[tokio::test]
async fn events_come_as_they_are_sent() {
    for coding in Coding::built() {
        let mut body = Body::new(coding);
        let first = [CREATED, HEL]
            .map(|data| body.push(frame(data).as_bytes()))
            .concat();
        let rest = [body.push(frame(&completed()).as_bytes()), body.last()].concat();
        let start = [head(OK, EVENTS, coding, None).as_bytes(), &first].concat();
        // The server sends the rest after another request arrived. By then the first events were read.
        let server = ScriptedServer::start([
            vec![Step::send(start), Step::Hang],
            vec![
                Step::send([head(OK, EVENTS, coding, None).as_bytes(), &first, &rest].concat()),
                Step::Close,
            ],
        ])
        .await
        .unwrap();
        let client = decompressing(&server);
        let mut stream = soon(client.responses().stream(request())).await.unwrap();
        for kind in ["response.created", "response.output_text.delta"] {
            let event = soon(stream.next()).await.unwrap().unwrap();
            assert_eq!(event.kind(), kind, "{coding:?}: before the body has ended");
        }
        let whole = soon(client.responses().stream(request())).await.unwrap();
        let response = soon(whole.into_response()).await.unwrap();
        assert_eq!(response.output_text(), "Hello", "{coding:?}");
    }
}

#[tokio::test]
async fn an_error_is_read_too() {
    for coding in Coding::built() {
        let text = r#"{"error":{"code":402,"message":"No credits."}}"#;
        let body = coding.whole(text.as_bytes());
        let head = head("402 Payment Required", JSON, coding, Some(body.len()));
        let server = serve(head, &body).await;
        let client = decompressing(&server);
        let error = soon(client.responses().create(request()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PaymentRequired, "{coding:?}");
        assert_eq!(error.message(), Some("No credits."));
        assert_eq!(error.body().unwrap(), text);
    }
}

/// Returns the error of a call whose response is `body`, with the correct length.
async fn refused(coding: Coding, body: &[u8]) -> Error {
    let server = serve(head(OK, JSON, coding, Some(body.len())), body).await;
    let client = decompressing(&server);
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    support::assert_presentable(&error);
    error
}

#[tokio::test]
async fn a_body_that_was_cut_before_it_was_sent_is_no_answer() {
    for coding in Coding::built() {
        let body = coding.whole(RESPONSE.as_bytes());
        for left in [1, 5, 100, body.len() - 1] {
            let error = refused(coding, &body[..left]).await;
            assert_eq!(
                error.kind(),
                ErrorKind::Transport,
                "{coding:?} {left}: {error}"
            );
            assert!(error.maybe_billed());
        }
        // A stream returns the part that was decompressed.
        let events: String = events().iter().map(|data| frame(data)).collect();
        let body = coding.whole(events.as_bytes());
        let server = serve(head(OK, EVENTS, coding, None), &body[..body.len() - 200]).await;
        let client = decompressing(&server);
        let stream = soon(client.responses().stream(request())).await.unwrap();
        let error = soon(stream.into_response()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{coding:?}");
        assert_eq!(error.partial_response().unwrap().output_text(), "Hello");
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_its_head_says_is_named() {
    for coding in Coding::built() {
        let mut body = coding.whole(RESPONSE.as_bytes());
        body[..30].fill(0xfe);
        for body in [RESPONSE.as_bytes(), &body] {
            let error = refused(coding, body).await;
            assert_eq!(error.kind(), ErrorKind::Decode, "{coding:?}");
            assert!(error.to_string().contains("decompress"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_bomb_ends_at_the_limit() {
    let limit = 1 << 20;
    let options = || {
        RequestOptions::new()
            .max_response_bytes(limit)
            .max_event_bytes(limit)
    };
    for coding in Coding::built() {
        let bomb = coding.bomb();
        assert!(bomb.len() < limit / 2);
        let server = serve(head(OK, JSON, coding, Some(bomb.len())), &bomb).await;
        let client = decompressing(&server);
        let call = client.responses().create(request()).options(options());
        let error = soon(call).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseTooLarge, "{coding:?}");

        let server = serve(head(OK, EVENTS, coding, None), &bomb).await;
        let client = decompressing(&server);
        let call = client.responses().stream(request()).options(options());
        let stream = soon(call).await.unwrap();
        let error = soon(stream.into_response()).await.unwrap_err();
        // White space at the start is not part of an event.
        assert_eq!(error.kind(), ErrorKind::ResponseTooLarge, "{coding:?}");
    }
}
