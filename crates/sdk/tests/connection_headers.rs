//! Headers of the connection, and removed headers, checked in the bytes of the request.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    ErrorKind, RequestOptions,
    middleware::{Attempt, Middleware, NextAttempt},
    testing::{ReplayTransport, Reply, ScriptedServer, Step, http_response},
    transport::{BoxFuture, HttpResponse, TransportError},
};
use support::{RESPONSE, builder, request, soon};

const REFUSED: [&str; 8] = [
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
];

#[tokio::test]
async fn what_says_how_the_connection_is_used_is_refused_with_a_reason() {
    let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
    let client = builder().transport(transport.clone()).build().unwrap();
    for name in REFUSED {
        let on_client = builder().header(name, "1").build().unwrap_err();
        let set = RequestOptions::new().header(name.to_uppercase(), "1");
        let removed = RequestOptions::new().remove_header(name);
        let mut errors = vec![on_client];
        for options in [set, removed] {
            let call = client.responses().create(request()).options(options);
            errors.push(call.await.unwrap_err());
        }
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let message = error.to_string();
            assert!(
                message.contains(name) && message.contains("the transport"),
                "{message}"
            );
        }
    }
    let no_host = RequestOptions::new().remove_header("host");
    let call = client.responses().create(request()).options(no_host);
    assert!(call.await.unwrap_err().to_string().contains("host"));
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn middleware_that_sets_one_ends_the_call_before_anything_is_sent() {
    struct Sets(&'static str);
    impl Middleware for Sets {
        fn on_attempt<'a>(
            &'a self,
            mut attempt: Attempt,
            next: NextAttempt<'a>,
        ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
            let headers = attempt.request_mut().headers_mut();
            headers.insert(self.0, 9999.into());
            next.run(attempt)
        }
    }
    for name in REFUSED {
        let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
        let client = builder()
            .transport(transport.clone())
            .middleware(Sets(name))
            .build()
            .unwrap();
        let error = client.responses().create(request()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Configuration, 1)
        );
        assert!(error.to_string().contains(name), "{error}");
        assert!(transport.requests().is_empty());
    }
}

/// Returns the head of the request that a call with these options sends.
async fn sent(options: RequestOptions) -> orouter::testing::Received {
    let json = [("content-type", "application/json")];
    let script = vec![Step::send(http_response(200, &json, RESPONSE))];
    let server = ScriptedServer::start([script]).await.unwrap();
    let call = support::client(&server).responses().create(request());
    soon(call.options(options)).await.unwrap();
    server.received()[0].clone()
}

#[tokio::test]
async fn the_host_can_be_another_than_the_urls() {
    let received = sent(RequestOptions::new().header("host", "api.example")).await;
    assert_eq!(received.header("host"), Some("api.example"));
    let hosts = received
        .head
        .lines()
        .filter(|line| line.starts_with("host"));
    assert_eq!(hosts.count(), 1, "{}", received.head);
}

#[tokio::test]
async fn a_removed_header_is_not_on_the_wire() {
    let removed = ["user-agent", "authorization", "content-type", "x-none"];
    let options = removed
        .into_iter()
        .fold(RequestOptions::new(), RequestOptions::remove_header);
    let received = sent(options).await;
    for name in removed {
        assert_eq!(received.header(name), None, "{}", received.head);
    }
}

/// Without `Accept` the default transport sends `Accept: */*`, which means the same.
#[tokio::test]
async fn a_removed_accept_takes_anything() {
    let received = sent(RequestOptions::new().remove_header("accept")).await;
    let sent = (!support::over_hyper()).then_some("*/*");
    assert_eq!(received.header("accept"), sent);
}

/// With and without the decompression features.
#[tokio::test]
async fn an_answer_as_it_is_can_be_asked_for() {
    let options = RequestOptions::new().header("accept-encoding", "identity");
    let received = sent(options).await;
    assert_eq!(received.header("accept-encoding"), Some("identity"));
}
