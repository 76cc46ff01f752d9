//! HTTP/2 over TLS against a real server: negotiation, one stream per call, and failing streams.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(all(feature = "rustls", feature = "http2"))]

#[path = "support/http2.rs"]
mod http2;
mod support;
#[path = "support/tls.rs"]
mod tls;

use http2::{CANCEL, Http2Server, INTERNAL_ERROR, NO_ERROR, REFUSED_STREAM, Seen, Step};
use orouter::{
    Error, ErrorKind, OpenRouter, RequestOptions, Response, RetryConfig,
    transport::{ReqwestTransport, ReqwestTransportBuilder},
};
use support::{CREATED, RESPONSE, assert_presentable, builder, events, request, soon, until};
use tls::Authority;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

fn whole() -> Vec<Step> {
    let data = Step::Data(RESPONSE.to_owned());
    vec![Step::Head(JSON, Some(RESPONSE.len())), data, Step::End]
}

fn event(data: &str) -> Step {
    Step::Data(format!("data: {data}\n\n"))
}

/// Returns a script that sends the start of a stream, then these steps.
fn begun(then: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let start = [Step::Head(EVENTS, None), event(CREATED)];
    start.into_iter().chain(then).collect()
}

async fn serve(scripts: impl IntoIterator<Item = Vec<Step>>) -> (Http2Server, OpenRouter) {
    serve_with(scripts, |transport| transport).await
}

async fn serve_with(
    scripts: impl IntoIterator<Item = Vec<Step>>,
    set_up: fn(ReqwestTransportBuilder) -> ReqwestTransportBuilder,
) -> (Http2Server, OpenRouter) {
    let authority = Authority::new();
    let server = Http2Server::start(&authority, scripts).await;
    let transport = ReqwestTransport::builder()
        .no_proxy()
        .root_certificates_pem(&authority.pem);
    let client = builder()
        .server_url(server.url())
        .transport(set_up(transport).build().unwrap())
        .build()
        .unwrap();
    (server, client)
}

async fn create(client: &OpenRouter) -> Result<Response, Error> {
    soon(client.responses().create(request())).await
}

/// Reads a stream to its end.
async fn stream(client: &OpenRouter) -> Result<Response, Error> {
    let stream = soon(client.responses().stream(request())).await?;
    soon(stream.into_response()).await
}

#[tokio::test]
async fn a_server_that_offers_it_gets_it_and_calls_share_a_connection() {
    let streamed = std::iter::once(Step::Head(EVENTS, None))
        .chain(events().into_iter().map(|data| event(&data)))
        .chain([Step::End]);
    let (server, client) = serve([whole(), streamed.collect(), whole()]).await;
    for _ in 0..3 {
        let response = match server.requests() {
            1 => stream(&client).await,
            _ => create(&client).await,
        };
        assert_eq!(response.unwrap().output_text(), "Hello");
    }
    let connection = Seen::Connection("h2".to_owned());
    let requests = [1, 3, 5].map(Seen::Request);
    let all: Vec<_> = [connection].into_iter().chain(requests).collect();
    assert_eq!(server.seen(), all);
}

#[tokio::test]
async fn a_client_that_wants_http1_does_not_offer_it() {
    let (server, client) = serve_with([], |transport| transport.http1_only(true)).await;
    create(&client).await.unwrap_err();
    assert_eq!(server.seen(), [Seen::Connection("http/1.1".to_owned())]);
}

#[tokio::test]
async fn events_come_as_they_are_sent_and_a_drop_cancels_the_stream_alone() {
    let (server, client) = serve([begun([]), whole()]).await;
    let mut stream = soon(client.responses().stream(request())).await.unwrap();
    // The server does not end the stream.
    soon(stream.next()).await.unwrap().unwrap();
    assert_eq!(stream.snapshot().id, "resp_1");
    drop(stream);
    let cancelled = Seen::Reset(1, CANCEL);
    until(|| server.seen().contains(&cancelled)).await;

    assert_eq!(create(&client).await.unwrap().output_text(), "Hello");
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[tokio::test]
async fn a_call_that_is_dropped_before_its_answer_is_cancelled() {
    let (server, client) = serve([vec![], whole()]).await;
    let (abort, call) = support::abortable_call(&client);
    until(|| server.requests() == 1).await;
    abort.abort();
    let error = soon(call).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    let cancelled = Seen::Reset(1, CANCEL);
    until(|| server.seen().contains(&cancelled)).await;
    create(&client).await.unwrap();
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn what_the_server_did_not_process_is_tried_again() {
    for away in [
        vec![Step::Reset(REFUSED_STREAM)],
        vec![Step::GoAway { served: false }],
        vec![Step::GoAway { served: false }, Step::Close],
    ] {
        let (server, client) = serve([away.clone(), whole()]).await;
        let call = client.responses().create(request()).with_meta();
        let (response, meta) = soon(call).await.unwrap();
        assert_eq!(response.output_text(), "Hello");
        assert_eq!((meta.attempts(), server.requests()), (2, 2), "{away:?}");

        // The HTTP library makes no retries of its own.
        for retries in [
            RetryConfig::none(),
            RetryConfig::default().retry_connection_errors(false),
        ] {
            let (server, client) = serve([away.clone()]).await;
            let options = RequestOptions::new().retries(retries);
            let call = client.responses().create(request()).options(options);
            let error = soon(call).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
            assert!(!error.maybe_billed() && error.is_retryable(), "{error}");
            assert!(error.to_string().contains("not processed"), "{error}");
            assert_eq!((error.attempts(), server.requests()), (1, 1));
            assert_presentable(&error);
        }
    }
}

#[tokio::test]
async fn what_the_server_may_have_processed_is_not() {
    for broken in [
        vec![Step::Reset(INTERNAL_ERROR)],
        vec![Step::Reset(CANCEL)],
        vec![Step::Close],
        vec![Step::GoAway { served: true }, Step::Close],
    ] {
        let (server, client) = serve([broken.clone(), whole()]).await;
        let error = create(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{broken:?} {error}");
        assert!(error.maybe_billed() && error.is_retryable(), "{broken:?}");
        assert_eq!((error.attempts(), server.requests()), (1, 1), "{broken:?}");
        assert_presentable(&error);
    }
}

#[tokio::test]
async fn a_shutdown_lets_the_streams_that_it_serves_end() {
    let mut script = begun([Step::GoAway { served: true }]);
    script.extend(events()[1..].iter().map(|data| event(data)));
    script.push(Step::End);
    let (server, client) = serve([script, whole()]).await;
    assert_eq!(stream(&client).await.unwrap().output_text(), "Hello");
    // The next call does not use the closed connection.
    create(&client).await.unwrap();
    assert_eq!((server.connections(), server.requests()), (2, 2));
}

#[tokio::test]
async fn a_stream_that_ends_too_early_says_how() {
    for (end, kind) in [
        (vec![Step::Reset(INTERNAL_ERROR)], ErrorKind::Transport),
        (vec![Step::Reset(REFUSED_STREAM)], ErrorKind::Transport),
        (vec![Step::Close], ErrorKind::Transport),
        (
            vec![Step::GoAway { served: true }, Step::Close],
            ErrorKind::Transport,
        ),
        (vec![Step::Reset(CANCEL)], ErrorKind::Transport),
        // As over HTTP/1.1, the end of the body does not complete the response.
        (vec![Step::End], ErrorKind::Truncated),
        (vec![Step::Reset(NO_ERROR)], ErrorKind::Truncated),
    ] {
        let (server, client) = serve([begun(end.clone())]).await;
        let error = stream(&client).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{end:?} {error}");
        assert_eq!(error.partial_response().unwrap().id, "resp_1", "{end:?}");
        assert!(error.maybe_billed(), "{end:?}");
        assert_eq!((error.attempts(), server.requests()), (1, 1), "{end:?}");
        assert_presentable(&error);
    }
}

#[tokio::test]
async fn a_body_that_ends_before_its_length_is_a_broken_connection() {
    for end in [
        Step::End,
        Step::Reset(NO_ERROR),
        Step::Reset(INTERNAL_ERROR),
    ] {
        let head = Step::Head(JSON, Some(RESPONSE.len()));
        let data = Step::Data(RESPONSE[..20].to_owned());
        let (_server, client) = serve([vec![head, data, end.clone()]]).await;
        let error = create(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{end:?} {error}");
    }
}
