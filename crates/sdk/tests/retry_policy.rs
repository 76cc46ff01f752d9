//! The default retry policy: failures, number of attempts and waits, with a test clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    Backoff, Error, ErrorKind, OpenRouter, RequestOptions, RetryBudget, RetryConfig, RetryContext,
    RetryDecision, RetryPolicy, TimeoutKind, Timeouts,
    testing::{ReplayTransport, Reply, TestClock},
};
use support::{CREATED, RESPONSE, builder, events, replay, request};

const SECOND: Duration = Duration::from_secs(1);

fn error_body(status: u16) -> Reply {
    Reply::error(
        status,
        format!(r#"{{"error":{{"code":{status},"message":"no"}}}}"#),
    )
}

/// Returns the outcome of a call whose first attempt gets `first` and whose other attempts succeed.
async fn outcome(first: Reply, options: RequestOptions) -> Result<u32, Error> {
    let (client, ..) = replay([first, Reply::json(RESPONSE)]);
    let call = client
        .responses()
        .create(request())
        .options(options)
        .with_meta();
    call.await.map(|(_, meta)| meta.attempts())
}

fn with(retries: RetryConfig) -> RequestOptions {
    RequestOptions::new().retries(retries)
}

#[tokio::test]
async fn by_default_what_did_not_run_is_tried_again_and_nothing_else() {
    for status in [429, 500, 502, 503, 529] {
        assert_eq!(
            outcome(error_body(status), RequestOptions::new())
                .await
                .unwrap(),
            2,
            "{status}"
        );
    }
    assert_eq!(
        outcome(Reply::refuse(), RequestOptions::new())
            .await
            .unwrap(),
        2
    );
    for status in [
        400, 401, 402, 403, 404, 408, 409, 412, 413, 418, 422, 451, 504, 520, 524,
    ] {
        let error = outcome(error_body(status), RequestOptions::new())
            .await
            .unwrap_err();
        assert_eq!(error.attempts(), 1, "{status}");
    }
    for reply in [Reply::reset(), Reply::never()] {
        let error = outcome(reply, RequestOptions::new()).await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert!(error.maybe_billed());
    }
}

#[tokio::test]
async fn a_server_that_says_that_it_is_of_no_use_is_believed() {
    let reply = |status| {
        Reply::error(
            status,
            r#"{"error":{"message":"no","availability":{"code":"model_deprecated","retryable":false}}}"#,
        )
    };
    for status in [429, 503, 504] {
        let options = with(RetryConfig::default().retry_possibly_billed(true));
        let error = outcome(reply(status), options).await.unwrap_err();
        assert_eq!(
            (error.attempts(), error.is_retryable()),
            (1, false),
            "{status}"
        );
    }
    // The caller's list of statuses overrides the body.
    let options = RequestOptions::new().retry_codes(["503"]);
    assert_eq!(outcome(reply(503), options).await.unwrap(), 2);
    assert_eq!(
        outcome(reply(503), with(RetryConfig::typescript()))
            .await
            .unwrap(),
        2
    );
}

#[tokio::test]
async fn possibly_billed_work_is_repeated_when_told_so() {
    let options = || {
        with(RetryConfig::default().retry_possibly_billed(true))
            .timeouts(Timeouts::default().first_byte(SECOND * 5))
    };
    for reply in [
        error_body(408),
        error_body(504),
        error_body(524),
        Reply::reset(),
        Reply::never(),
    ] {
        assert_eq!(outcome(reply, options()).await.unwrap(), 2);
    }
    assert!(outcome(error_body(400), options()).await.is_err());
}

#[tokio::test]
async fn connection_errors_are_repeated_unless_told_not_to() {
    let options = with(RetryConfig::default().retry_connection_errors(false));
    let error = outcome(Reply::refuse(), options).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
}

#[tokio::test]
async fn codes_replace_the_list() {
    let codes = |codes: &[&str]| RequestOptions::new().retry_codes(codes);
    assert_eq!(outcome(error_body(404), codes(&["404"])).await.unwrap(), 2);
    assert_eq!(outcome(error_body(524), codes(&["5xx"])).await.unwrap(), 2);
    assert!(outcome(error_body(429), codes(&["5XX"])).await.is_err());
    for status in [429, 599] {
        let both = codes(&["429", "5XX"]);
        assert_eq!(outcome(error_body(status), both).await.unwrap(), 2);
    }
    assert!(outcome(error_body(429), codes(&[])).await.is_err());
    assert!(outcome(error_body(503), codes(&[])).await.is_err());
    let error = outcome(error_body(503), codes(&["5X"])).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Configuration, 0)
    );
    assert!(error.to_string().contains("retry_codes"), "{error}");
}

#[tokio::test]
async fn three_attempts_and_then_the_last_error() {
    let (client, transport, _) = replay([error_body(503), error_body(502), error_body(500)]);
    let error = client.responses().create(request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InternalServer);
    assert_eq!(error.attempts(), 3);
    assert_eq!(transport.requests().len(), 3);
    assert!(error.to_string().contains("3 attempts"), "{error}");
}

#[tokio::test]
async fn every_attempt_sends_the_same_request_and_shares_its_body() {
    let (client, transport, _) = replay([error_body(503), Reply::refuse(), Reply::json(RESPONSE)]);
    client.responses().create(request()).await.unwrap();
    let sent = transport.requests();
    assert_eq!(sent.len(), 3);
    for request in &sent {
        assert_eq!(request.headers(), sent[0].headers());
        assert_eq!(request.url(), sent[0].url());
        // The same address: the body was not copied.
        assert_eq!(request.body().as_ptr(), sent[0].body().as_ptr());
    }
}

#[tokio::test]
async fn waits_are_drawn_below_a_growing_ceiling() {
    for _ in 0..50 {
        let (client, _, clock) = replay([error_body(503)]);
        let retries = RetryConfig::default().max_attempts(5);
        client
            .responses()
            .create(request())
            .options(with(retries))
            .await
            .unwrap_err();
        let waits = clock.slept();
        assert_eq!(waits.len(), 4);
        for (wait, ceiling) in waits.iter().zip([500, 1000, 2000, 4000]) {
            assert!(*wait <= Duration::from_millis(ceiling), "{waits:?}");
        }
    }
}

#[tokio::test]
async fn a_hint_is_a_lower_bound_in_all_its_forms() {
    let body = r#"{"error":{"message":"busy","availability":{"code":"capacity_exhausted","retryable":true,"retry_after":9}}}"#;
    let hints = [
        (error_body(429).header("retry-after", "9"), 9000),
        (error_body(429).header("retry-after", "8.5"), 8500),
        (error_body(429).header("retry-after-ms", "7250"), 7250),
        (
            error_body(429)
                .header("retry-after-ms", "7250")
                .header("retry-after", "30"),
            7250,
        ),
        // The test clock starts on Tuesday 1 January 2030, at midnight.
        (
            error_body(503).header("retry-after", "Tue, 01 Jan 2030 00:00:20 GMT"),
            20_000,
        ),
        (Reply::error(429, body), 9000),
    ];
    for (reply, expected) in hints {
        let (client, _, clock) = replay([reply, Reply::json(RESPONSE)]);
        client.responses().create(request()).await.unwrap();
        assert_eq!(clock.elapsed(), Duration::from_millis(expected));
    }
}

#[tokio::test]
async fn a_hint_past_the_last_start_ends_the_call_at_once() {
    let (client, _, clock) = replay([error_body(429).header("retry-after", "61")]);
    let error = client.responses().create(request()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(SECOND * 61));
    assert_eq!((error.attempts(), clock.elapsed()), (1, Duration::ZERO));
    assert!(error.to_string().contains("retry after 61s"), "{error}");

    let (client, _, clock) = replay([error_body(429).header("retry-after", "20")]);
    let retries = RetryConfig::default().max_attempts(None);
    let error = client
        .responses()
        .create(request())
        .options(with(retries))
        .await
        .unwrap_err();
    assert_eq!((error.attempts(), clock.elapsed()), (4, SECOND * 60));
}

#[tokio::test]
async fn a_wait_past_the_total_limit_ends_the_call_at_once() {
    let (client, _, clock) = replay([error_body(503).header("retry-after", "10")]);
    let options = RequestOptions::new().timeouts(Timeouts::default().total(SECOND * 5));
    let error = support::failure(&client, options).await;
    assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
    assert_eq!(clock.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn the_total_limit_holds_over_all_attempts() {
    let reply = || error_body(503).delay(SECOND * 3);
    let (client, _, clock) = replay([reply(), Reply::never()]);
    let options = RequestOptions::new().timeouts(Timeouts::default().total(SECOND * 10));
    let error = support::failure(&client, options).await;
    assert_eq!(error.timeout(), Some(TimeoutKind::Total));
    assert_eq!((error.attempts(), clock.elapsed()), (2, SECOND * 10));
}

#[tokio::test]
async fn first_byte_limits_each_attempt() {
    let (client, _, clock) = replay([Reply::never()]);
    let options = with(
        RetryConfig::default()
            .retry_possibly_billed(true)
            .max_attempts(2),
    )
    .timeouts(Timeouts::default().first_byte(SECOND * 7));
    let error = support::failure(&client, options).await;
    assert_eq!(error.timeout(), Some(TimeoutKind::FirstByte));
    assert_eq!(error.attempts(), 2);
    assert!(clock.elapsed() >= SECOND * 14 && clock.elapsed() < SECOND * 15);
}

#[tokio::test]
async fn a_success_is_never_repeated_whatever_its_body_does() {
    let replies = [
        Reply::json("not json"),
        Reply::json(r#"{"id":"#).then_break(),
        Reply::json(r#"{"error":{"code":503,"message":"busy"}}"#),
        Reply::status(204),
        Reply::events([CREATED]).then_break(),
    ];
    for reply in replies {
        let (client, transport, _) = replay([reply]);
        let retries = RetryConfig::typescript();
        let call = client.responses().create(request()).options(with(retries));
        assert_eq!(call.await.unwrap_err().attempts(), 1);
        assert_eq!(transport.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_stream_is_retried_before_its_head_only() {
    let (client, ..) = replay([error_body(503), Reply::events(events())]);
    let stream = client.responses().stream(request()).await.unwrap();
    assert_eq!(stream.meta().attempts(), 2);
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn none_is_one_attempt() {
    for reply in [
        error_body(503),
        Reply::refuse(),
        Reply::reset(),
        Reply::never(),
    ] {
        let error = outcome(reply, with(RetryConfig::none())).await.unwrap_err();
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn the_reference_schedule_is_there_by_name() {
    let (client, _, clock) = replay([error_body(524)]);
    let client = OpenRouter::from(client.core().clone());
    let call = client
        .responses()
        .create(request())
        .options(with(RetryConfig::typescript()));
    let error = call.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EdgeNetworkTimeout);
    let hour = SECOND * 3600;
    // The time is compared before a wait, so the last attempt may start up to one wait later.
    assert!(clock.elapsed() > hour && clock.elapsed() <= hour + SECOND * 60);
    assert!(
        (65..=85).contains(&error.attempts()),
        "{}",
        error.attempts()
    );
    let waits = clock.slept();
    assert!(waits[0] <= SECOND, "the first wait is jitter only");
    assert!(
        waits[4] >= SECOND * 4 && waits[4] <= SECOND * 5,
        "0.5 s · 4^1.5 and up to 1 s"
    );
    assert_eq!(waits.last(), Some(&(SECOND * 60)));

    // A hint is cut to the maximum wait, and 429 is not on the list.
    let (client, _, clock) = replay([
        error_body(503).header("retry-after", "999"),
        Reply::json(RESPONSE),
    ]);
    client
        .responses()
        .create(request())
        .options(with(RetryConfig::typescript()))
        .await
        .unwrap();
    assert_eq!(clock.elapsed(), SECOND * 60);
    assert!(
        outcome(error_body(429), with(RetryConfig::typescript()))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn options_of_a_call_replace_those_of_the_client() {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock([error_body(503)], clock.clone());
    let client = builder()
        .transport(transport.clone())
        .clock(clock)
        .retries(RetryConfig::backoff(Backoff::new().initial_interval(SECOND)).max_attempts(5))
        .build()
        .unwrap();
    assert_eq!(
        client
            .responses()
            .create(request())
            .await
            .unwrap_err()
            .attempts(),
        5
    );
    let call = client
        .responses()
        .create(request())
        .options(with(RetryConfig::none()));
    assert_eq!(call.await.unwrap_err().attempts(), 1);
    let codes = RequestOptions::new().retry_codes(["429"]);
    let call = client.responses().create(request()).options(codes);
    assert_eq!(call.await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn the_budget_is_shared_by_clones_and_ends_retries_in_an_outage() {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock([error_body(503)], clock.clone());
    let budget = RetryBudget::new(20);
    let client = builder()
        .transport(transport.clone())
        .clock(clock)
        .retry_budget(budget.clone())
        .build()
        .unwrap();
    let mut attempts = Vec::new();
    for _ in 0..5 {
        let error = client
            .clone()
            .responses()
            .create(request())
            .await
            .unwrap_err();
        attempts.push(error.attempts());
    }
    // 20 tokens allow four retries of all clones together.
    assert_eq!(attempts, [3, 3, 1, 1, 1]);
    assert_eq!(budget.available(), 0);
}

#[tokio::test]
async fn an_abort_ends_a_wait_at_once() {
    // With a real clock the wait would be 30 s.
    let transport = ReplayTransport::new([error_body(503).header("retry-after", "30")]);
    let client = builder().transport(transport.clone()).build().unwrap();
    let (abort, call) = support::abortable_call(&client);
    support::until(|| !transport.requests().is_empty()).await;
    abort.abort();
    let error = support::soon(call).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert_eq!(error.attempts(), 1);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.starts_with("503"),
        "the reason for the wait is kept: {cause}"
    );
}

#[tokio::test]
async fn a_policy_of_ones_own_decides() {
    #[derive(Debug)]
    struct Eager;
    impl RetryPolicy for Eager {
        fn decide(&self, context: &RetryContext<'_>) -> RetryDecision {
            assert!((0.0..1.0).contains(&context.random()));
            match context.error().kind() {
                ErrorKind::NotFound if context.attempts() < 4 => {
                    RetryDecision::RetryAfter(SECOND * context.attempts())
                }
                _ => RetryDecision::Stop,
            }
        }
    }
    let (client, _, clock) = replay([error_body(404)]);
    let options = RequestOptions::new().retry_policy(Eager);
    let error = support::failure(&client, options).await;
    assert_eq!(error.attempts(), 4);
    assert_eq!(clock.slept(), [SECOND, SECOND * 2, SECOND * 3]);
}
