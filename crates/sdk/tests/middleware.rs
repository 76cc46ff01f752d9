//! Middleware: order, possible actions, and the kinds of its failures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::sync::{Arc, Mutex};

use orouter::{
    Error, ErrorKind, Meta, Response, SendOutput,
    middleware::{Attempt, CallRequest, Middleware, NextAttempt, NextCall},
    testing::{ReplayTransport, Reply, TestClock},
    transport::{BoxFuture, HttpResponse, TransportError},
};
use support::{RESPONSE, builder, events, request};

type Log = Arc<Mutex<Vec<String>>>;

/// Records each time that a call or attempt enters and leaves.
struct Noted(&'static str, Log);

impl Noted {
    fn note(&self, what: &str) {
        self.1.lock().unwrap().push(format!("{} {what}", self.0));
    }
}

impl Middleware for Noted {
    fn on_call<'a>(
        &'a self,
        call: CallRequest,
        next: NextCall<'a>,
    ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
        self.note("call");
        Box::pin(async move {
            let outcome = next.run(call).await;
            self.note(if outcome.is_ok() {
                "call ok"
            } else {
                "call failed"
            });
            outcome
        })
    }

    fn on_attempt<'a>(
        &'a self,
        attempt: Attempt,
        next: NextAttempt<'a>,
    ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        self.note(&format!("attempt {}", attempt.number()));
        Box::pin(async move {
            let response = next.run(attempt).await?;
            self.note(&format!("status {}", response.status().as_u16()));
            Ok(response)
        })
    }
}

fn client(
    replies: impl IntoIterator<Item = Reply>,
    middleware: impl IntoIterator<
        Item = Box<dyn FnOnce(orouter::OpenRouterBuilder) -> orouter::OpenRouterBuilder>,
    >,
) -> (orouter::OpenRouter, ReplayTransport) {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock(replies, clock.clone());
    let mut builder = builder().transport(transport.clone()).clock(clock);
    for add in middleware {
        builder = add(builder);
    }
    (builder.build().unwrap(), transport)
}

#[tokio::test]
async fn the_first_added_stands_outermost_at_both_places() {
    let log = Log::default();
    let (a, b) = (Noted("a", log.clone()), Noted("b", log.clone()));
    let (client, _) = client(
        [Reply::error(503, "{}"), Reply::json(RESPONSE)],
        [
            Box::new(move |builder: orouter::OpenRouterBuilder| builder.middleware(a).middleware(b))
                as _,
        ],
    );
    client.responses().create(request()).await.unwrap();
    assert_eq!(
        *log.lock().unwrap(),
        [
            "a call",
            "b call",
            "a attempt 1",
            "b attempt 1",
            "b status 503",
            "a status 503",
            "a attempt 2",
            "b attempt 2",
            "b status 200",
            "a status 200",
            "b call ok",
            "a call ok",
        ]
    );
}

#[tokio::test]
async fn a_call_can_be_changed_and_answered_without_the_network() {
    struct Cheaper;
    impl Middleware for Cheaper {
        fn on_call<'a>(
            &'a self,
            mut call: CallRequest,
            next: NextCall<'a>,
        ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
            call.request.model = Some("cheaper".to_owned());
            call.options = call.options.header("x-changed", "1");
            next.run(call)
        }
    }
    let (client, transport) = client(
        [Reply::json(RESPONSE)],
        [Box::new(|builder: orouter::OpenRouterBuilder| builder.middleware(Cheaper)) as _],
    );
    client.responses().create(request()).await.unwrap();
    let sent = transport.last_request().unwrap();
    assert!(String::from_utf8_lossy(sent.body()).contains("cheaper"));
    assert_eq!(sent.headers()["x-changed"], "1");
}

#[tokio::test]
async fn an_outcome_can_be_replaced_and_a_stream_still_comes_out() {
    struct Fallback;
    impl Middleware for Fallback {
        fn on_call<'a>(
            &'a self,
            call: CallRequest,
            next: NextCall<'a>,
        ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
            Box::pin(async move {
                match next.run(call).await {
                    Err(error) if error.kind() == ErrorKind::PaymentRequired => {
                        let meta = error.meta().unwrap().clone();
                        Ok((
                            SendOutput::Response(Response::new("resp_fallback", "none")),
                            meta,
                        ))
                    }
                    outcome => outcome,
                }
            })
        }
    }
    let (client, _) = client(
        [Reply::error(402, "{}")],
        [Box::new(|builder: orouter::OpenRouterBuilder| builder.middleware(Fallback)) as _],
    );
    let (response, meta) = client
        .responses()
        .create(request())
        .with_meta()
        .await
        .unwrap();
    assert_eq!(
        (response.id.as_str(), meta.status().as_u16()),
        ("resp_fallback", 402)
    );
    let stream = client.responses().stream(request()).await.unwrap();
    assert_eq!(stream.into_response().await.unwrap().id, "resp_fallback");
}

#[tokio::test]
async fn failures_of_an_attempt_count_as_the_transports() {
    struct Failing(fn() -> TransportError);
    impl Middleware for Failing {
        fn on_attempt<'a>(
            &'a self,
            attempt: Attempt,
            next: NextAttempt<'a>,
        ) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
            if attempt.number() == 1 {
                Box::pin(async { Err((self.0)()) })
            } else {
                next.run(attempt)
            }
        }
    }
    let with = |failure: fn() -> TransportError| {
        let add = move |builder: orouter::OpenRouterBuilder| builder.middleware(Failing(failure));
        client([Reply::json(RESPONSE)], [Box::new(add) as _]).0
    };
    let retried = with(|| TransportError::connect("no route"));
    let (_, meta) = retried
        .responses()
        .create(request())
        .with_meta()
        .await
        .unwrap();
    assert_eq!(meta.attempts(), 2);
    let lost = with(|| TransportError::exchange("gone"));
    assert_eq!(
        lost.responses().create(request()).await.unwrap_err().kind(),
        ErrorKind::Transport
    );
    let refused = with(|| TransportError::unusable("signing key is missing"));
    let error = refused.responses().create(request()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Configuration, 1)
    );
    assert!(
        error.to_string().contains("signing key is missing"),
        "{error}"
    );
}

#[tokio::test]
async fn a_debug_log_shows_attempts_and_no_secrets() {
    let log = Log::default();
    let sink = log.clone();
    let (client, _) = client(
        [
            Reply::error(503, "{}"),
            Reply::json(RESPONSE).header("x-generation-id", "gen-1"),
        ],
        [Box::new(move |builder: orouter::OpenRouterBuilder| {
            builder
                .header("x-token", "hush")
                .debug_log(move |line| sink.lock().unwrap().push(line.to_owned()))
        }) as _],
    );
    client
        .responses()
        .create(request().input("my secret prompt"))
        .await
        .unwrap();
    let lines = log.lock().unwrap().clone();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines[0].contains("attempt 1: POST https://openrouter.ai/api/v1/responses"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains("503") && lines[3].contains("200") && lines[3].contains("gen-1"));
    let all = lines.concat();
    for secret in ["test-key", "hush", "secret prompt"] {
        assert!(!all.contains(secret), "{all}");
    }
}

#[tokio::test]
async fn content_is_logged_when_asked_for_and_keys_never() {
    let log = Log::default();
    let sink = log.clone();
    let (client, _) = client(
        [Reply::events(events())],
        [Box::new(move |builder: orouter::OpenRouterBuilder| {
            builder
                .log_content(true)
                .debug_log(move |line| sink.lock().unwrap().push(line.to_owned()))
        }) as _],
    );
    client
        .responses()
        .stream(request().input("my prompt"))
        .await
        .unwrap()
        .into_response()
        .await
        .unwrap();
    let all = log.lock().unwrap().concat();
    assert!(
        all.contains("my prompt") && !all.contains("test-key"),
        "{all}"
    );
}
