//! Precedence of retry settings: those of the call, of the client and of the budget.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    Error, ErrorKind, OpenRouter, RequestOptions, RetryBudget, RetryConfig, RetryContext,
    RetryDecision, RetryPolicy,
    testing::{ReplayTransport, Reply, TestClock},
};
use support::{builder, request};

/// A policy with seven attempts for every failure.
#[derive(Debug)]
struct Seven;

impl RetryPolicy for Seven {
    fn decide(&self, context: &RetryContext<'_>) -> RetryDecision {
        if context.attempts() < 7 {
            RetryDecision::RetryAfter(Duration::from_millis(1))
        } else {
            RetryDecision::Stop
        }
    }
}

/// Returns a client of a server that responds to every request with this status.
fn client(status: u16, options: RequestOptions, budget: Option<RetryBudget>) -> OpenRouter {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock([Reply::error(status, "{}")], clock.clone());
    let mut builder = builder().transport(transport).clock(clock).options(options);
    if let Some(budget) = budget {
        builder = builder.retry_budget(budget);
    }
    builder.build().unwrap()
}

async fn error(client: &OpenRouter, options: RequestOptions) -> Error {
    let call = client.responses().create(request()).options(options);
    call.await.unwrap_err()
}

async fn attempts(client: RequestOptions, call: RequestOptions) -> u32 {
    let client = self::client(404, client, None);
    error(&client, call).await.attempts()
}

#[tokio::test]
async fn a_calls_settings_replace_the_clients_policy() {
    let none = RequestOptions::new;
    let policy = || none().retry_policy(Seven);
    assert_eq!(attempts(policy(), none()).await, 7);
    assert_eq!(attempts(policy(), none().retry_codes(["404"])).await, 3);
    assert_eq!(attempts(policy(), none().retry_codes(["429"])).await, 1);
    assert_eq!(
        attempts(policy(), none().retries(RetryConfig::none())).await,
        1
    );
    assert_eq!(attempts(none().retry_codes(["404"]), policy()).await, 7);
}

#[tokio::test]
async fn configuration_and_statuses_go_together_across_layers() {
    let none = RequestOptions::new;
    let five = || none().retries(RetryConfig::default().max_attempts(5));
    let codes = || none().retry_codes(["404"]);
    assert_eq!(attempts(five(), codes()).await, 5);
    assert_eq!(attempts(codes(), five()).await, 5);
}

#[tokio::test]
async fn in_one_set_of_options_the_last_word_holds() {
    let none = RequestOptions::new;
    let codes_last = none().retry_policy(Seven).retry_codes(["404"]);
    assert_eq!(attempts(none(), codes_last).await, 3);
    let policy_last = none()
        .retry_codes(["404"])
        .retries(RetryConfig::none())
        .retry_policy(Seven);
    assert_eq!(attempts(none(), policy_last).await, 7);
}

/// The TypeScript schedule makes more retries in an hour than the default budget allows.
#[tokio::test]
async fn the_reference_schedule_is_the_same_for_every_call() {
    let client = client(
        503,
        RequestOptions::new().retries(RetryConfig::typescript()),
        None,
    );
    let hour = Duration::from_secs(3600);
    for _ in 0..3 {
        let error = error(&client, RequestOptions::new()).await;
        assert!(error.attempts() > 50 && error.elapsed() >= hour, "{error}");
    }
    // These retries took no tokens from the default budget.
    let usual = RequestOptions::new().retries(RetryConfig::default());
    assert_eq!(error(&client, usual).await.attempts(), 3);
}

#[tokio::test]
async fn a_budget_that_was_set_limits_the_reference_schedule_too() {
    let budget = RetryBudget::new(20);
    let options = RequestOptions::new().retries(RetryConfig::typescript());
    let client = client(503, options, Some(budget.clone()));
    assert_eq!(error(&client, RequestOptions::new()).await.attempts(), 5);
    assert_eq!(budget.available(), 0);
}

/// With the default limits a missing first byte is not retried, as documented.
#[tokio::test]
async fn a_late_first_byte_is_tried_again_only_where_time_is_left() {
    use orouter::{Backoff, Timeouts};
    let billed = |backoff| {
        let retries = RetryConfig::backoff(backoff).retry_possibly_billed(true);
        RequestOptions::new().retries(retries)
    };
    for (options, expected) in [
        (billed(Backoff::new()), 1),
        (
            billed(Backoff::new().max_elapsed_time(Duration::from_secs(3600))),
            3,
        ),
        (
            billed(Backoff::new())
                .timeouts(Timeouts::default().first_byte(Duration::from_secs(10))),
            3,
        ),
    ] {
        let (client, ..) = support::replay([Reply::never()]);
        assert_eq!(error(&client, options).await.attempts(), expected);
    }
}

#[tokio::test]
async fn a_number_of_attempts_holds_over_the_layers_below() {
    let none = RequestOptions::new;
    let no_retries = || none().retries(RetryConfig::none());
    let five = || none().retries(RetryConfig::default().max_attempts(5));
    let attempts = async |client: RequestOptions, call: RequestOptions| {
        let client = self::client(503, client, None);
        error(&client, call).await.attempts()
    };
    assert_eq!(attempts(no_retries(), none()).await, 1);
    assert_eq!(attempts(no_retries(), none().max_attempts(3)).await, 3);
    assert_eq!(attempts(no_retries(), none().max_attempts(0)).await, 1);
    assert_eq!(attempts(five(), none().max_attempts(2)).await, 2);
    assert_eq!(attempts(none().max_attempts(4), none()).await, 4);
    assert_eq!(attempts(none().max_attempts(4), five()).await, 5);
    assert_eq!(attempts(none().max_attempts(4), no_retries()).await, 1);
    assert_eq!(attempts(no_retries(), five()).await, 5);
    let policy = none().retry_policy(Seven);
    assert_eq!(attempts(policy, none().max_attempts(2)).await, 2);
    // Of two setters on one value the later one counts.
    assert_eq!(
        attempts(none(), none().max_attempts(4).retries(RetryConfig::none())).await,
        1
    );
    assert_eq!(attempts(none(), no_retries().max_attempts(4)).await, 4);
    let codes = none().retry_codes(["418"]).max_attempts(4);
    assert_eq!(attempts(none(), codes).await, 1);

    let client = self::client(503, no_retries(), None);
    let call = client
        .responses()
        .create(request())
        .max_attempts(3)
        .options(none());
    assert_eq!(call.await.unwrap_err().attempts(), 3);
    let call = client.models().list().max_attempts(2);
    assert_eq!(call.await.unwrap_err().attempts(), 2);
}

#[tokio::test]
async fn retries_that_contradict_themselves_are_refused() {
    let none = RetryConfig::none;
    for retries in [
        none().max_attempts(3),
        none().max_attempts(2),
        none().max_attempts(None),
        none().retry_connection_errors(true),
        none().retry_possibly_billed(true),
    ] {
        let transport = ReplayTransport::new([Reply::error(503, "{}")]);
        let options = RequestOptions::new().retries(retries.clone());
        let client = builder().transport(transport.clone()).build().unwrap();
        let error = error(&client, options.clone()).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{retries:?}");
        assert!(error.to_string().contains("RetryConfig::none()"), "{error}");
        assert!(transport.requests().is_empty());
        let error = builder().options(options).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    for retries in [
        none(),
        none().max_attempts(1),
        none().max_attempts(0),
        none().retry_connection_errors(false),
    ] {
        let options = RequestOptions::new().retries(retries);
        assert_eq!(attempts(RequestOptions::new(), options).await, 1);
    }
}
