//! `maybe_billed()`: it depends on what was sent and what was received.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::{future::IntoFuture, time::Duration};

use orouter::{
    AbortHandle, Error, ErrorKind, OpenRouter, RequestOptions, RetryConfig, TimeoutKind, Timeouts,
    testing::{ReplayTransport, Reply, TestClock},
};
use support::{CREATED, builder, error_of, replay, request, until};

const SECOND: Duration = Duration::from_secs(1);

/// Returns the error of a call that is aborted as soon as `when` is true for the transport.
async fn aborted(
    (client, transport): (&OpenRouter, &ReplayTransport),
    options: RequestOptions,
    when: impl Fn(&ReplayTransport) -> bool,
) -> Error {
    let abort = AbortHandle::new();
    let call = client.responses().create(request());
    let call = tokio::spawn(call.options(options.abort(&abort)).into_future());
    until(|| when(transport)).await;
    // Let the call run up to its next wait.
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    abort.abort();
    let error = support::soon(call).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted, "{error}");
    error
}

fn sent(count: usize) -> impl Fn(&ReplayTransport) -> bool {
    move |transport| transport.requests().len() == count
}

/// Returns a client with a real clock, so that no wait ends during a check.
fn standing(replies: impl IntoIterator<Item = Reply>) -> (OpenRouter, ReplayTransport) {
    let transport = ReplayTransport::new(replies);
    let client = builder().transport(transport.clone()).build().unwrap();
    (client, transport)
}

#[tokio::test]
async fn an_abort_before_anything_went_out_costs_nothing() {
    let (client, transport) = standing([]);
    let abort = AbortHandle::new();
    abort.abort();
    let options = RequestOptions::new().abort(&abort);
    let call = client.responses().create(request()).options(options);
    assert!(!call.await.unwrap_err().maybe_billed());
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn an_abort_in_flight_may_have_cost() {
    let (client, transport) = standing([Reply::never()]);
    let error = aborted((&client, &transport), RequestOptions::new(), sent(1)).await;
    assert!(error.maybe_billed());
    assert_eq!((error.status(), error.attempts()), (None, 1));
}

#[tokio::test]
async fn an_abort_within_an_answer_may_have_cost() {
    let (client, transport) = standing([Reply::status(200)
        .header("content-type", "application/json")
        .body("{")
        .then_hang()]);
    let error = aborted((&client, &transport), RequestOptions::new(), sent(1)).await;
    assert!(error.maybe_billed() && error.status().unwrap() == 200);
}

#[tokio::test]
async fn an_abort_within_the_body_of_an_error_costs_what_the_status_says() {
    for (status, billed) in [
        (429, false),
        (500, false),
        (408, true),
        (504, true),
        (524, true),
    ] {
        let body = r#"{"error":{"message":"No.","#;
        let (client, transport) = standing([Reply::status(status).body(body).then_hang()]);
        let error = aborted((&client, &transport), RequestOptions::new(), sent(1)).await;
        assert_eq!(error.maybe_billed(), billed, "{status}");
        assert_eq!(error.status().unwrap(), status);
        // The source is the failure of the attempt, as far as it was read.
        let below = std::error::Error::source(&error).unwrap();
        let below = below.downcast_ref::<Error>().unwrap();
        assert_eq!(
            (below.status().unwrap().as_u16(), below.message()),
            (status, Some("No."))
        );
    }
}

#[tokio::test]
async fn an_abort_while_waiting_to_try_again_costs_what_the_attempts_did() {
    let patient =
        || RequestOptions::new().retries(RetryConfig::default().retry_possibly_billed(true));
    let refused = || Reply::status(503).header("retry-after", "30");
    let (client, transport) = standing([refused()]);
    let error = aborted((&client, &transport), patient(), sent(1)).await;
    assert!(!error.maybe_billed());
    let (client, transport) = standing([Reply::status(504).header("retry-after", "30")]);
    let error = aborted((&client, &transport), patient(), sent(1)).await;
    assert!(error.maybe_billed());
}

#[tokio::test]
async fn what_an_earlier_attempt_may_have_cost_is_not_forgotten() {
    let patient =
        || RequestOptions::new().retries(RetryConfig::default().retry_possibly_billed(true));
    for (replies, billed) in [
        ([Reply::reset(), Reply::refuse(), Reply::refuse()], true),
        (
            [Reply::status(504), Reply::status(503), Reply::status(400)],
            true,
        ),
        (
            [Reply::status(503), Reply::refuse(), Reply::status(400)],
            false,
        ),
    ] {
        let (client, ..) = replay(replies);
        let error = client
            .responses()
            .create(request())
            .options(patient())
            .await
            .unwrap_err();
        assert_eq!(
            (error.maybe_billed(), error.attempts()),
            (billed, 3),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_total_limit_before_the_first_attempt_costs_nothing() {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock([], clock.clone());
    let client = OpenRouter::builder()
        .env(|_| None)
        .api_key_provider(std::future::pending::<Result<String, std::io::Error>>)
        .transport(transport.clone())
        .clock(clock)
        .build()
        .unwrap();
    let options = RequestOptions::new().timeouts(Timeouts::default().total(SECOND));
    let error = support::failure(&client, options).await;
    assert_eq!(error.timeout(), Some(TimeoutKind::Total));
    assert_eq!((error.maybe_billed(), error.attempts()), (false, 0));
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn the_total_limit_later_may_have_cost() {
    for reply in [Reply::never(), Reply::events([CREATED]).then_hang()] {
        let (client, ..) = replay([reply]);
        let options = RequestOptions::new().timeouts(Timeouts::default().total(SECOND));
        let error = support::failure(&client, options).await;
        assert_eq!(error.timeout(), Some(TimeoutKind::Total));
        assert!(error.maybe_billed());
    }
}

#[tokio::test]
async fn the_total_limit_within_the_body_of_an_error_keeps_what_had_come() {
    let body = r#"{"error":{"code":503,"message":"No.","#;
    let (client, ..) = replay([Reply::status(503).body(body).then_hang()]);
    let options = RequestOptions::new().timeouts(Timeouts::default().total(SECOND));
    let error = support::failure(&client, options).await;
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
    assert_eq!((error.message(), error.code()), (Some("No."), Some("503")));
    assert_eq!(error.body().unwrap(), body);
    assert!(!error.maybe_billed());
}

#[tokio::test]
async fn a_status_says_it_alone() {
    for (status, billed) in [
        (400, false),
        (408, true),
        (500, false),
        (504, true),
        (524, true),
        (529, false),
    ] {
        let error = error_of(Reply::status(status)).await;
        assert_eq!(error.maybe_billed(), billed, "{status}");
    }
}
