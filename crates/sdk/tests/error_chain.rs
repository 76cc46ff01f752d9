//! A report that prints an error and its sources, as `anyhow` does, repeats nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "rustls")]

mod support;
#[path = "support/tls.rs"]
mod tls;

use std::{error::Error as StdError, time::Duration};

use orouter::{
    Error, ErrorKind, OpenRouter, OpenRouterBuilder, RequestOptions, RetryConfig, Timeouts,
    testing::{ScriptedServer, Step, http_response},
    transport::{ReqwestTransport, TransportError},
};
use support::{RESPONSE, builder, request, soon};
use tls::{Authority, TlsServer};

/// Returns the messages of an error and of its sources.
fn chain(error: &dyn StdError) -> Vec<String> {
    let mut messages = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        messages.push(error.to_string());
        next = error.source();
    }
    messages
}

/// Asserts that no message contains a later one, and checks the printed forms.
fn check(error: &Error, sources: usize) {
    let chain = chain(error);
    assert!(chain.len() > sources, "{chain:?}");
    for (index, message) in chain.iter().enumerate() {
        assert!(!message.trim().is_empty(), "{chain:?}");
        for later in &chain[index + 1..] {
            assert!(!message.contains(later.as_str()), "{chain:?}");
        }
    }
    let debug = format!("{error:?}");
    assert!(debug.starts_with(&chain[0]), "{debug}");
    assert!(!debug.contains('\n'), "{debug}");
    let innermost = chain.last().unwrap();
    // An SDK error that is the source of another is printed without location and advice.
    let innermost = innermost.split(" (").next().unwrap();
    assert!(debug.contains(innermost), "{debug}");
    assert!(!debug.contains("test-key"), "{debug}");
    let fields = format!("{error:#?}");
    assert!(
        fields.contains(&format!("kind: {:?}", error.kind())),
        "{fields}"
    );
}

async fn failure(builder: OpenRouterBuilder) -> Error {
    let client = builder.retries(RetryConfig::none()).build().unwrap();
    let options =
        RequestOptions::new().timeouts(Timeouts::default().idle(Duration::from_millis(300)));
    let call = client.responses().create(request()).options(options);
    soon(call).await.unwrap_err()
}

fn closed_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn failures_of_connections() {
    let error = failure(builder().server_url(format!("http://{}/v1", closed_port()))).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    check(&error, 1);
    let error = failure(builder().server_url("http://b.invalid/v1")).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    check(&error, 1);

    let authority = Authority::new();
    let server = TlsServer::start(&authority.identity("127.0.0.1"), None, RESPONSE).await;
    let other = TlsServer::start(&authority.identity("b.example"), None, RESPONSE).await;
    let trusting = || ReqwestTransport::builder().root_certificates_pem(&authority.pem);
    for (server, transport) in [(&server, ReqwestTransport::builder()), (&other, trusting())] {
        let transport = transport.no_proxy().build().unwrap();
        let error = failure(builder().server_url(server.url()).transport(transport)).await;
        assert_eq!(error.kind(), ErrorKind::Connect);
        check(&error, 1);
        assert!(format!("{error:?}").contains("certificate"), "{error:?}");
    }
    for proxy in ["http", "https"] {
        let proxy = format!("{proxy}://{}", closed_port());
        let transport = ReqwestTransport::builder().proxy(proxy).build().unwrap();
        let url = "https://b.invalid/v1";
        let error = failure(builder().server_url(url).transport(transport)).await;
        assert_eq!(error.kind(), ErrorKind::Connect);
        check(&error, 1);
    }
}

#[tokio::test]
async fn failures_of_exchanges() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let text = |text: String| vec![Step::send(text), Step::Close];
    for (script, kind, sources) in [
        (vec![Step::Reset], ErrorKind::Transport, 1),
        (vec![Step::Close], ErrorKind::Transport, 1),
        (text("nonsense\r\n\r\n".into()), ErrorKind::Transport, 1),
        (
            text(format!("{head}content-length: 9\r\n\r\n{{")),
            ErrorKind::Transport,
            1,
        ),
        (
            text(format!("{head}transfer-encoding: chunked\r\n\r\nz\r\n")),
            ErrorKind::Transport,
            1,
        ),
        (
            text(format!(
                "{head}content-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!"
            )),
            ErrorKind::Decode,
            usize::from(cfg!(feature = "gzip") && !support::over_hyper()),
        ),
        (
            text(format!("{head}content-length: 2\r\n\r\n{{,")),
            ErrorKind::Decode,
            1,
        ),
        (
            text(format!("{head}content-length: 2\r\n\r\n[]")),
            ErrorKind::Decode,
            1,
        ),
        (
            text(format!("{head}content-length: 2\r\n\r\n{{}}")),
            ErrorKind::Decode,
            0,
        ),
        (
            vec![
                Step::send(format!("{head}content-length: 9\r\n\r\n{{")),
                Step::Hang,
            ],
            ErrorKind::Timeout,
            0,
        ),
        (
            vec![Step::send(http_response(
                503,
                &[],
                r#"{"error":{"message":"busy"}}"#,
            ))],
            ErrorKind::ServiceUnavailable,
            0,
        ),
        (
            vec![Step::send(http_response(
                200,
                &[("content-type", "text/event-stream")],
                "data: {broken\n\n",
            ))],
            ErrorKind::Decode,
            1,
        ),
    ] {
        let server = ScriptedServer::start([script]).await.unwrap();
        let error = failure(builder().server_url(server.url())).await;
        assert_eq!(error.kind(), kind, "{error:?}");
        check(&error, sources);
    }
}

#[tokio::test]
async fn failures_that_end_a_wait() {
    let busy = Step::send(http_response(503, &[], r#"{"error":{"message":"busy"}}"#));
    let server = ScriptedServer::start([vec![busy]]).await.unwrap();
    let client = builder().server_url(server.url()).build().unwrap();
    let abort = orouter::AbortHandle::new();
    let backoff = orouter::Backoff::new().initial_interval(Duration::from_secs(3600));
    let backoff = backoff
        .max_interval(Duration::from_secs(3600))
        .max_elapsed_time(Duration::from_secs(36000));
    let retries = RetryConfig::backoff(backoff);
    let options = RequestOptions::new().abort(&abort).retries(retries);
    let call = tokio::spawn(
        client
            .responses()
            .create(request())
            .options(options)
            .into_future(),
    );
    support::until(|| server.received().len() == 1).await;
    abort.abort();
    let error = soon(call).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    check(&error, 0);
}

#[tokio::test]
async fn failures_of_the_set_up() {
    let error = ReqwestTransport::builder()
        .root_certificates_pem("no certificate")
        .build()
        .unwrap_err();
    assert!(
        error.to_string().contains("root_certificates_pem"),
        "{error}"
    );
    check(&error.into(), 1);
    let error = ReqwestTransport::builder()
        .client_certificate_pem("no certificate")
        .build()
        .unwrap_err();
    assert!(
        error.to_string().contains("client_certificate_pem"),
        "{error}"
    );
    check(&error.into(), 1);
    let provided = OpenRouter::builder()
        .env(|_| None)
        .api_key_provider(|| async { Err::<String, _>(std::io::Error::other("no vault")) });
    let error = failure(provided).await;
    check(&error, 1);

    let client = builder().build().unwrap();
    let outside = std::thread::spawn(move || {
        let mut call = std::pin::pin!(client.responses().create(request()).into_future());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        match call.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(outcome) => outcome.unwrap_err(),
            std::task::Poll::Pending => panic!("it waits"),
        }
    });
    let error = outside.join().unwrap();
    assert!(error.to_string().contains("no tokio runtime"), "{error}");
    check(&error, 0);

    let lost = TransportError::exchange(std::io::Error::other("cable cut"));
    assert_eq!(chain(&lost), ["the connection broke", "cable cut"]);
    check(&Error::from(lost), 1);
    let custom = Error::custom(ErrorKind::Other, "the budget is spent");
    check(&custom.with_source(std::io::Error::other("2 of 2 used")), 1);
}
