//! The decision to try again, as a trait.

use std::{fmt, time::Duration};

use http::StatusCode;

use crate::error::Error;

/// Decides after each failed attempt whether there is another, and when.
///
/// [`RetryConfig`](crate::RetryConfig) is the one that most callers want. Whatever a policy says, the client
/// never repeats a call that got the head of a success, that was aborted, or that ran out of total
/// time; and the shared [`RetryBudget`](crate::RetryBudget) has the last word, unless the policy is
/// [exempt](Self::within_default_budget) from it.
///
/// # Example
///
/// Three quick attempts for connections, none for anything else:
///
/// ```
/// use std::time::Duration;
/// use orouter::{Failure, RequestOptions, RetryDecision, RetryPolicy};
///
/// #[derive(Debug)]
/// struct OnlyConnections;
///
/// impl RetryPolicy for OnlyConnections {
///     fn decide(&self, failure: &Failure<'_>) -> RetryDecision {
///         if failure.error().is_connect() && failure.attempts() < 3 {
///             RetryDecision::RetryAfter(Duration::from_millis(50))
///         } else {
///             RetryDecision::Stop
///         }
///     }
/// }
///
/// let options = RequestOptions::new().retry_policy(OnlyConnections);
/// # let _ = options;
/// ```
pub trait RetryPolicy: Send + Sync + fmt::Debug + 'static {
    /// Says what to do after `failure`.
    fn decide(&self, failure: &Failure<'_>) -> RetryDecision;

    /// Whether the [`RetryBudget`](crate::RetryBudget) that a client has by default limits the
    /// retries decided here. Default `true`.
    ///
    /// A budget that was [set](crate::OpenRouterBuilder::retry_budget) does in any case.
    fn within_default_budget(&self) -> bool {
        true
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryDecision {
    /// Try again after this long.
    RetryAfter(Duration),
    /// Give the error to the caller.
    Stop,
}

/// A failed attempt, as a policy sees it.
#[derive(Debug)]
pub struct Failure<'a> {
    pub(crate) error: &'a Error,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    pub(crate) random: f64,
}

impl<'a> Failure<'a> {
    /// A failure to try a policy on, in its tests.
    #[must_use]
    pub fn new(error: &'a Error, attempts: u32, elapsed: Duration, random: f64) -> Self {
        Self {
            error,
            attempts,
            elapsed,
            random,
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> &Error {
        self.error
    }

    /// How many attempts were made, at least 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long ago the call was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How long the server asks to wait.
    #[must_use]
    pub fn hint(&self) -> Option<Duration> {
        self.error.retry_after()
    }

    /// A random number from 0 to 1, drawn anew for each failure: for jitter.
    #[must_use]
    pub fn random(&self) -> f64 {
        self.random
    }

    /// The status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.error.status()
    }

    /// Whether the request can have reached the server, and be running there.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.error.was_sent()
    }
}
