//! [`RetryPolicy`]: the decision whether and when to retry, as a trait.

use std::{fmt, time::Duration};

use http::StatusCode;

use crate::error::Error;

/// Decides after each failed attempt whether the client makes another, and when.
///
/// Most callers need only [`RetryConfig`](crate::RetryConfig), which implements this trait.
///
/// Independently of the policy, the client never retries a call that received the head of a success,
/// that was aborted, or whose total time ran out. A retry also needs tokens of the shared
/// [`RetryBudget`](crate::RetryBudget), unless the policy is
/// [exempt](Self::within_default_budget).
///
/// # Example
///
/// A policy with three quick attempts for failed connections and no other retries:
///
/// ```
/// use std::time::Duration;
/// use orouter::{RequestOptions, RetryContext, RetryDecision, RetryPolicy};
///
/// #[derive(Debug)]
/// struct OnlyConnections;
///
/// impl RetryPolicy for OnlyConnections {
///     fn decide(&self, context: &RetryContext<'_>) -> RetryDecision {
///         if context.error().is_connect() && context.attempts() < 3 {
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
    /// Decides what follows a failed attempt.
    fn decide(&self, context: &RetryContext<'_>) -> RetryDecision;

    /// Returns `true` if the client's default [`RetryBudget`](crate::RetryBudget) limits the retries
    /// of this policy. Default `true`.
    ///
    /// A budget that was [set](crate::OpenRouterBuilder::retry_budget) limits them in any case.
    fn within_default_budget(&self) -> bool {
        true
    }
}

/// The step after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryDecision {
    /// Make another attempt after this wait.
    RetryAfter(Duration),
    /// Return the error to the caller.
    Stop,
}

/// A failed attempt and its circumstances, for a [`RetryPolicy`].
#[derive(Debug)]
pub struct RetryContext<'a> {
    error: &'a Error,
    attempts: u32,
    elapsed: Duration,
    random: f64,
}

impl<'a> RetryContext<'a> {
    /// Makes a context. The client does this for each failed attempt; tests of a policy do it
    /// themselves.
    ///
    /// `attempts` counts the attempts made, `elapsed` is the time since the start of the call, and
    /// `random` a number from 0 to 1.
    #[must_use]
    pub fn new(error: &'a Error, attempts: u32, elapsed: Duration, random: f64) -> Self {
        Self {
            error,
            attempts,
            elapsed,
            random,
        }
    }

    /// Returns the error of the attempt.
    #[must_use]
    pub fn error(&self) -> &'a Error {
        self.error
    }

    /// Returns the number of attempts made, at least 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the time since the start of the call.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the wait that the server asked for, if it did ([`Error::retry_after`]).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.error.retry_after()
    }

    /// Returns a random number from 0 to 1, a new one for each failed attempt, for jitter.
    #[must_use]
    pub fn random(&self) -> f64 {
        self.random
    }

    /// Returns the status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.error.status()
    }

    /// Returns `true` if the server may have received the request and may be processing it.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.error.was_sent()
    }
}
