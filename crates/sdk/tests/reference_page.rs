//! Every row of the reference page of `beta.responses.send`, and its equivalent in this crate.
//!
//! Each test is named after its row. `docs/migrating-from-typescript.md` lists the differences and the
//! reasons.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    Backoff, Error, ErrorKind, OpenRouter, OpenRouterCore, RequestOptions, Response,
    ResponseStream, ResponsesRequest, RetryConfig, Sent, StreamEvent, Timeouts, funcs,
    testing::{ReplayTransport, Reply, ScriptedServer, Step, http_response, sse},
};
use support::{RESPONSE, STATUSES, builder, error_of, events, replay, request, soon};

/// `openRouter.beta.responses.send(request)`, streaming or not; `responses.send` is equal.
#[tokio::test]
async fn row_beta_responses_send() {
    let script = |stream| {
        vec![
            if stream {
                Step::send(sse(events()))
            } else {
                Step::send(http_response(
                    200,
                    &[
                        ("content-type", "application/json"),
                        ("connection", "close"),
                    ],
                    RESPONSE,
                ))
            },
            Step::Close,
        ]
    };
    let server = ScriptedServer::start([script(false), script(true), script(false), script(true)])
        .await
        .unwrap();
    let client = support::client(&server);
    for responses in [client.beta().responses(), client.responses()] {
        match soon(responses.send(request())).await.unwrap() {
            Sent::Response(response) => assert_eq!(response.output_text(), "Hello"),
            Sent::Stream(_) => panic!("no stream was asked for"),
        }
        match soon(responses.send(request().stream(true))).await.unwrap() {
            Sent::Stream(stream) => {
                assert_eq!(
                    soon(stream.into_response()).await.unwrap().output_text(),
                    "Hello"
                );
            }
            Sent::Response(_) => panic!("a stream was asked for"),
        }
    }
    let received = server.received();
    assert_eq!(received[0].body, received[2].body);
    assert_eq!(received[1].body, received[3].body);
    assert!(
        received
            .iter()
            .all(|r| r.request_line() == "POST /api/v1/responses HTTP/1.1")
    );
    assert_eq!(received[0].header("accept"), Some("application/json"));
    assert_eq!(received[1].header("accept"), Some("text/event-stream"));
}

/// The request `{}` is valid: the client requires no member and adds none.
#[tokio::test]
async fn row_the_empty_request() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    client
        .beta()
        .responses()
        .send(ResponsesRequest::default())
        .await
        .unwrap();
    assert_eq!(transport.last_request().unwrap().body(), "{}");
    client
        .responses()
        .send(ResponsesRequest::default().stream(true))
        .await
        .unwrap();
    assert_eq!(
        transport.last_request().unwrap().body(),
        r#"{"stream":true}"#
    );
}

/// `new OpenRouter({apiKey})`: an option or a variable; an empty key is a local error.
#[tokio::test]
async fn row_new_openrouter_api_key() {
    let error = OpenRouter::new("").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let from_env = |value: &'static str| {
        let transport = ReplayTransport::new([Reply::json(RESPONSE)]);
        let env = move |name: &str| (name == "OPENROUTER_API_KEY").then(|| value.to_owned());
        (
            OpenRouter::builder()
                .env(env)
                .transport(transport.clone())
                .build(),
            transport,
        )
    };
    let (client, transport) = from_env("from-env");
    client.unwrap().responses().send(request()).await.unwrap();
    assert_eq!(
        transport.last_request().unwrap().headers()["authorization"],
        "Bearer from-env"
    );
    assert_eq!(from_env("").0.unwrap_err().kind(), ErrorKind::Configuration);
}

/// The standalone function on the core: every failure is in the `Result`.
#[tokio::test]
async fn row_standalone_function() {
    let (client, ..) = replay([Reply::json(RESPONSE), Reply::refuse()]);
    let core: OpenRouterCore = client.core().clone();
    let sent: Result<Sent, Error> =
        funcs::responses_send(&core, request(), RequestOptions::new()).await;
    assert!(matches!(sent, Ok(Sent::Response(_))));
    let failed = funcs::beta_responses_send(
        &core,
        request(),
        RequestOptions::new().retries(RetryConfig::none()),
    )
    .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Connect);
    let bad = RequestOptions::new().header("bad name", "x");
    let failed = funcs::responses_send(&core, request(), bad).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Configuration);
}

/// `options.fetchOptions`: all properties of the HTTP request except method and body.
#[tokio::test]
async fn row_options_fetch_options() {
    let (client, transport, _) = replay([Reply::json(RESPONSE)]);
    let options = RequestOptions::new()
        .header("x-trace", "1")
        .query("debug", "yes")
        .server_url("https://elsewhere.example/v1")
        .timeouts(Timeouts::default().total(Duration::from_secs(5)))
        .abort(&orouter::AbortHandle::new())
        .extra_body("seed", 7);
    client
        .responses()
        .send(request())
        .options(options)
        .await
        .unwrap();
    let sent = transport.last_request().unwrap();
    assert_eq!(sent.method(), "POST");
    assert_eq!(
        sent.url(),
        "https://elsewhere.example/v1/responses?debug=yes"
    );
    assert_eq!(sent.headers()["x-trace"], "1");
    let body: serde_json::Value = serde_json::from_slice(sent.body()).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"model": "m", "input": "hi", "seed": 7})
    );
}

/// `options.retries`: none, or backoff with the same four numbers and `retryConnectionErrors`.
#[tokio::test]
async fn row_options_retries() {
    let second = Duration::from_secs(1);
    let backoff = Backoff::new()
        .initial_interval(second)
        .max_interval(second * 3)
        .exponent(1.5)
        .max_elapsed_time(second * 30);
    let retries = RetryConfig::backoff(backoff)
        .max_attempts(4)
        .retry_connection_errors(false);
    let (client, _, clock) = replay([Reply::error(503, "{}")]);
    let call = client
        .responses()
        .send(request())
        .options(RequestOptions::new().retries(retries.clone()));
    assert_eq!(call.await.unwrap_err().attempts(), 4);
    assert!(clock.slept().iter().all(|wait| *wait <= second * 3));

    let (client, ..) = replay([Reply::refuse()]);
    let call = client
        .responses()
        .send(request())
        .options(RequestOptions::new().retries(retries));
    assert_eq!(call.await.unwrap_err().attempts(), 1);
    let none = RequestOptions::new().retries(RetryConfig::none());
    assert_eq!(
        client
            .responses()
            .send(request())
            .options(none)
            .await
            .unwrap_err()
            .attempts(),
        1
    );
}

/// `options.retryCodes`, `timeoutMs`, `serverURL`: members of the type, not on the page.
#[tokio::test]
async fn row_options_retry_codes_timeout_ms_server_url() {
    let (client, transport, clock) = replay([Reply::error(418, "{}"), Reply::never()]);
    let options = RequestOptions::new()
        .retry_codes(["418", "5XX"])
        .timeouts(Timeouts::default().total(Duration::from_millis(2500)))
        .server_url("http://127.0.0.1:8080/api/v1");
    let error = client
        .responses()
        .send(request())
        .options(options)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    assert_eq!(clock.elapsed(), Duration::from_millis(2500));
    assert_eq!(
        transport.last_request().unwrap().url(),
        "http://127.0.0.1:8080/api/v1/responses"
    );
}

/// The response: a result or a stream, with status, headers and ids, which the reference drops.
#[tokio::test]
async fn row_response() {
    let head = |reply: Reply| reply.header("x-generation-id", "gen-1");
    let (client, ..) = replay([head(Reply::json(RESPONSE)), head(Reply::events(events()))]);
    let (response, meta): (Response, _) = client
        .responses()
        .create(request())
        .with_meta()
        .await
        .unwrap();
    assert_eq!(response.usage.unwrap().output_tokens, 2);
    assert_eq!(
        (meta.status().as_u16(), meta.generation_id()),
        (200, Some("gen-1"))
    );
    let mut stream: ResponseStream = client.responses().stream(request()).await.unwrap();
    assert_eq!(stream.meta().generation_id(), Some("gen-1"));
    let mut text = String::new();
    while let Some(event) = stream.next().await {
        if let StreamEvent::OutputTextDelta(delta) = event.unwrap() {
            text.push_str(&delta.delta);
        }
    }
    assert_eq!(text, "Hello");
}

/// The errors by status: a kind for each, and accessors for the members of the body.
#[tokio::test]
async fn row_errors_by_status() {
    for (status, kind) in STATUSES {
        let body = format!(
            r#"{{"error":{{"code":{status},"message":"no","metadata":{{"provider_name":"P"}}}},"openrouter_metadata":{{"strategy":"direct"}},"user_id":"u"}}"#
        );
        let reply = Reply::error(status, body.clone()).header("x-generation-id", "gen-1");
        let error = error_of(reply).await;
        assert_eq!(error.kind(), kind);
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.message(), Some("no"));
        assert_eq!(error.code(), Some(status.to_string().as_str()));
        let metadata = error.metadata().unwrap();
        assert_eq!(metadata.provider_name.as_deref(), Some("P"));
        assert!(error.openrouter_metadata().is_some());
        assert_eq!(error.user_id(), Some("u"));
        assert_eq!(error.body().unwrap(), &body);
        assert_eq!(error.headers().unwrap()["content-type"], "application/json");
        assert_eq!(error.generation_id(), Some("gen-1"));
    }
}

/// `OpenRouterDefaultError`: any other 4XX and 5XX, any content type, with status and raw body.
#[tokio::test]
async fn row_openrouter_default_error() {
    for (status, content_type, body) in [
        (418, "text/html", "<h1>teapot</h1>"),
        (504, "application/octet-stream", "\u{0}"),
        (599, "", ""),
    ] {
        let reply = Reply::status(status)
            .header("content-type", content_type)
            .body(body);
        let client = builder()
            .transport(ReplayTransport::new([reply]))
            .build()
            .unwrap();
        let error = client.responses().send(request()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status().unwrap().as_u16()),
            (ErrorKind::OtherStatus, status)
        );
        assert_eq!(error.body().unwrap(), body);
    }
}

/// The names on the reference page.
const NAMES: [&str; 36] = [
    "openRouter.beta.responses.send",
    "@openrouter/sdk",
    "OpenRouter",
    "OpenRouterCore",
    "apiKey",
    "OPENROUTER_API_KEY",
    "betaResponsesSend",
    "createResponses",
    "res.ok",
    "res.value",
    "res.error",
    "request",
    "OpenResponsesRequest",
    "options",
    "RequestOptions",
    "options.fetchOptions",
    "RequestInit",
    "method",
    "body",
    "options.retries",
    "RetryConfig",
    "CreateResponsesResponse",
    "BadRequestResponseError",
    "UnauthorizedResponseError",
    "PaymentRequiredResponseError",
    "NotFoundResponseError",
    "RequestTimeoutResponseError",
    "PayloadTooLargeResponseError",
    "UnprocessableEntityResponseError",
    "TooManyRequestsResponseError",
    "InternalServerResponseError",
    "BadGatewayResponseError",
    "ServiceUnavailableResponseError",
    "EdgeNetworkTimeoutResponseError",
    "ProviderOverloadedResponseError",
    "OpenRouterDefaultError",
];

#[test]
#[allow(clippy::print_stdout, reason = "a test that was not run says so")]
fn every_name_of_the_page_stands_in_the_migration_guide() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = std::fs::read_to_string(root.join("docs/migrating-from-typescript.md")).unwrap();
    for name in NAMES {
        assert!(guide.contains(name), "{name}");
    }
    // The page itself, if it exists here. Names are words with a capital letter inside.
    let Ok(page) = std::fs::read_to_string(root.join("../shared/field/reference-page.md")) else {
        println!("skipped: no reference page, ../shared is not there");
        return;
    };
    let (_, page) = page.split_once("## Overview").unwrap();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_name = |word: &&str| {
        let capital = |c: char| c.is_ascii_uppercase();
        word.contains(|c: char| c.is_ascii_lowercase()) && word.chars().skip(1).any(capital)
    };
    // Names of the page's own components and of its example.
    let own = [
        "UsageSnippet",
        "operationID",
        "openRouter",
        "OpenResponses",
        "TypeScript",
    ];
    for name in page.split(|c| !is_part(c)).filter(is_name) {
        assert!(own.contains(&name) || guide.contains(name), "{name}");
    }
}
