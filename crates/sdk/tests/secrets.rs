//! The caller's secrets are never printed, in whatever place a server repeats them and whatever they
//! look like. Accessors return the server's text unchanged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::{Arc, Mutex};

use orouter::{
    Error, ErrorKind, OpenRouter, RequestOptions, RetryConfig,
    middleware::{Attempt, Middleware, NextAttempt},
    testing::{ReplayTransport, Reply},
    transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError},
};
use support::{CREATED, builder, request};

const KEY: &str = "my-company-token";

fn client(transport: impl Transport) -> OpenRouter {
    let options = RequestOptions::new().retries(RetryConfig::none());
    let builder = builder().api_key(KEY).options(options);
    builder.transport(transport).build().unwrap()
}

fn assert_hidden(what: &str, secret: &str, text: &str) {
    // The first characters alone must not be printed either.
    let start = &secret[..secret.len().min(8)];
    assert!(!text.contains(start), "{what}: {text}");
    assert!(text.contains("(key hidden)"), "{what}: {text}");
}

fn assert_error_hides(what: &str, secret: &str, error: &Error) {
    assert_hidden(what, secret, &error.to_string());
    assert_hidden(what, secret, &format!("{error:?}"));
}

/// Returns the error of a call that gets this reply.
async fn error_of(reply: Reply) -> Error {
    let client = client(ReplayTransport::new([reply]));
    client.responses().create(request()).await.unwrap_err()
}

#[tokio::test]
async fn wherever_an_answer_repeats_the_key_it_is_hidden() {
    let refused = |body: String| Reply::error(401, body);
    let text = |content_type: &str, body: String| {
        Reply::status(502)
            .header("content-type", content_type)
            .body(body)
    };
    let leads_to = |place: String| Reply::status(302).header("location", &place);
    let failed = |code: &str, message: &str| {
        let error = format!(r#"{{"code":"{code}","message":"{message}"}}"#);
        Reply::json(format!(r#"{{"id":"r","status":"failed","error":{error}}}"#))
    };
    let x = |count: usize| "x".repeat(count);
    for (what, reply) in [
        (
            "message",
            refused(format!(r#"{{"error":{{"message":"No: {KEY}."}}}}"#)),
        ),
        (
            "a long message",
            refused(format!(r#"{{"message":"{} {KEY}"}}"#, x(280))),
        ),
        (
            "the whole value",
            refused(format!(r#"{{"error":"Bearer {KEY} is not known"}}"#)),
        ),
        (
            "type",
            refused(format!(r#"{{"error_type":"x:{KEY}","message":"m"}}"#)),
        ),
        ("text", text("text/plain", format!("no {KEY} here"))),
        (
            "a long text",
            text("text/plain", format!("{} {KEY}", x(188))),
        ),
        (
            "title",
            text("text/html", format!("<html><title>No {KEY}</title></html>")),
        ),
        (
            "request id",
            refused("{}".to_owned()).header("x-request-id", KEY),
        ),
        (
            "generation id",
            refused("{}".to_owned()).header("x-generation-id", KEY),
        ),
        ("redirect", leads_to(format!("https://other/{KEY}/x"))),
        (
            "content type",
            Reply::status(200)
                .header("content-type", &format!("x/{KEY}"))
                .body("x"),
        ),
        (
            "a long encoding",
            Reply::json("x").header("content-encoding", &format!("{}{KEY}", x(10))),
        ),
        ("in-band code", failed(KEY, "m")),
        ("in-band message", failed("x", &format!("({KEY})"))),
    ] {
        assert_error_hides(what, KEY, &error_of(reply).await);
    }
}

#[tokio::test]
async fn headers_in_debug_hide_it_and_the_accessors_do_not() {
    let body = format!(r#"{{"error":{{"code":"{KEY}","message":"no {KEY}"}}}}"#);
    let error = error_of(Reply::error(401, body.clone()).header("server", KEY)).await;
    let shown = format!("{error:#?}");
    assert_hidden("headers", KEY, &shown);
    assert!(shown.contains(r#""server": "(key hidden)""#), "{shown}");
    assert!(shown.contains(r#"code: "(key hidden)""#), "{shown}");
    assert_hidden("meta", KEY, &format!("{:?}", error.meta().unwrap()));
    assert_eq!(error.body().unwrap(), &body);
    assert_eq!(error.headers().unwrap()["server"], KEY);
    assert_eq!(error.message(), Some(format!("no {KEY}").as_str()));
    assert_eq!(error.code(), Some(KEY));
}

#[tokio::test]
async fn a_stream_and_its_failures_hide_it() {
    let failure = format!(r#"{{"type":"error","code":"x","message":"no {KEY}"}}"#);
    let reply = Reply::events([CREATED, &failure]).header("server", KEY);
    let client = client(ReplayTransport::new([reply]));
    let mut stream = client.responses().stream(request()).await.unwrap();
    assert_hidden("stream", KEY, &format!("{stream:?}"));
    stream.next().await.unwrap().unwrap();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InBand);
    assert_error_hides("event", KEY, &error);
}

#[tokio::test]
async fn the_list_of_models_hides_it() {
    let body = format!(r#"{{"error":{{"message":"no {KEY}"}}}}"#);
    let client = client(ReplayTransport::new([
        Reply::json(body.clone()),
        Reply::error(401, body),
    ]));
    for _ in 0..2 {
        let error = client.models().list().await.unwrap_err();
        assert_error_hides("models", KEY, &error);
    }
}

/// A transport whose failures contain the key.
struct Telltale;

impl Transport for Telltale {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let key = request.headers()["authorization"].to_str().unwrap();
        let error = TransportError::exchange(format!("the line {key:?} broke"));
        Box::pin(async { Err(error) })
    }
}

#[tokio::test]
async fn what_a_transport_says_hides_it() {
    let error = client(Telltale).responses().create(request()).await;
    let error = error.unwrap_err();
    assert_hidden("sources", KEY, &format!("{error:?}"));
    assert_hidden("sources", KEY, &format!("{error:#?}"));
    assert!(!error.to_string().contains(KEY), "{error}");
}

#[tokio::test]
async fn whatever_the_caller_proves_himself_with_is_hidden() {
    const SECRET: &str = "entirely-secret-0123";
    let new = RequestOptions::new;
    for options in [
        new().header("authorization", format!("Bearer {SECRET}")),
        new().header("authorization", SECRET),
        new().header("proxy-authorization", format!("Basic {SECRET}")),
        new().header("cookie", format!("a=b; session={SECRET}")),
        new().header("x-api-key", SECRET),
        new().header("x-my-token", SECRET),
        new().query("subscription-key", SECRET),
    ] {
        let body = format!(r#"{{"error":"{SECRET} is not known"}}"#);
        let client = client(ReplayTransport::new([Reply::error(403, body)]));
        let options = options.retries(RetryConfig::none());
        let call = client
            .responses()
            .create(request())
            .options(options.clone());
        assert_error_hides(&format!("{options:?}"), SECRET, &call.await.unwrap_err());
    }
}

#[tokio::test]
async fn a_key_that_was_provided_for_the_call_is_hidden() {
    let reply = Reply::error(401, format!(r#"{{"error":"{KEY} is not known"}}"#));
    let client = OpenRouter::builder()
        .env(|_| None)
        .api_key_provider(|| async { Ok::<_, Error>(KEY.to_owned()) })
        .transport(ReplayTransport::new([reply]))
        .build()
        .unwrap();
    let error = client.responses().create(request()).await.unwrap_err();
    assert_error_hides("provided", KEY, &error);
}

/// Signs attempts, the first with an expired key.
struct Signs;

impl Middleware for Signs {
    fn on_attempt<'a>(
        &'a self,
        mut attempt: Attempt,
        next: NextAttempt<'a>,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            for key in ["Bearer out-of-date-0123", "Bearer up-to-date-4567"] {
                let headers = attempt.request_mut().headers_mut();
                headers.insert("authorization", key.parse().unwrap());
                let response = next.run(attempt.clone()).await?;
                if response.status() != 401 {
                    return Ok(response);
                }
            }
            next.run(attempt).await
        })
    }
}

#[tokio::test]
async fn keys_that_middleware_sent_are_hidden() {
    let body = r#"{"error":"not 'out-of-date-0123', and not 'up-to-date-4567'"}"#;
    let transport = ReplayTransport::new([Reply::error(401, "{}"), Reply::error(403, body)]);
    let client = builder()
        .middleware(Signs)
        .transport(transport)
        .build()
        .unwrap();
    let error = client.responses().create(request()).await.unwrap_err();
    assert_error_hides("the first", "out-of-date-0123", &error);
    assert_error_hides("the second", "up-to-date-4567", &error);
}

#[tokio::test]
async fn the_debug_log_hides_it() {
    let lines = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&lines);
    let client = builder()
        .api_key(KEY)
        .options(RequestOptions::new().query("api_key", "a-secret-of-the-query"))
        .transport(ReplayTransport::new([
            Reply::json(support::RESPONSE)
                .header("server", KEY)
                .header("x-request-id", "a-secret-of-the-query"),
            Reply::status(307).header("location", &format!("/{KEY}/x")),
            Reply::json(support::RESPONSE),
        ]))
        .debug_log(move |line| sink.lock().unwrap().push_str(line))
        .build()
        .unwrap();
    for _ in 0..2 {
        client.responses().create(request()).await.unwrap();
    }
    let lines = lines.lock().unwrap();
    assert!(lines.contains("x-request-id"), "{lines}");
    assert_hidden("log", KEY, &lines);
    assert_hidden("log", "a-secret-of-the-query", &lines);
}

#[tokio::test]
async fn a_key_that_is_an_ordinary_word_leaves_messages_readable() {
    for (key, shown) in [
        ("model", "no such model as models/model"),
        ("models", "no such model as (key hidden)/model"),
    ] {
        let reply = Reply::error(404, r#"{"error":"no such model as models/model"}"#);
        let client = builder()
            .api_key(key)
            .transport(ReplayTransport::new([reply]))
            .build()
            .unwrap();
        let error = client.responses().create(request()).await.unwrap_err();
        assert!(error.to_string().contains(shown), "{error}");
    }
}
