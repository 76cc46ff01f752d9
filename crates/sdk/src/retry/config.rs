//! `RetryConfig`: the vocabulary of retries.

use std::time::Duration;

use http::StatusCode;

use super::{Backoff, Failure, RetryCodes, RetryDecision, RetryPolicy, backoff::Growth};
use crate::error::ErrorKind;

/// How often and when a failed call is tried again.
///
/// The default makes up to 3 attempts and repeats only what cannot have run: connections that failed
/// before the request was sent, and the statuses 429, 500, 502, 503 and 529. It does not repeat what
/// may be running and billed on the other side (408, 504, 524, a first byte that did not come in
/// time, a connection lost after sending); [`retry_possibly_billed`](Self::retry_possibly_billed)
/// changes that. Other 4XX are never repeated, nor is a failure whose code or type says that a retry
/// cannot resolve it, such as `insufficient_quota`, whatever its status. `error.availability.retryable`
/// overrides all of this in both directions, and
/// [`RequestOptions::retry_codes`](crate::RequestOptions::retry_codes) overrides that. Nothing is
/// repeated once the head of a success is there.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter::{Backoff, OpenRouter, RetryConfig};
///
/// # fn main() -> Result<(), orouter::Error> {
/// let client = OpenRouter::builder()
///     .api_key("key")
///     .retries(RetryConfig::backoff(Backoff::new().initial_interval(Duration::from_secs(1))).max_attempts(5))
///     .build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryConfig {
    backoff: Option<Backoff>,
    max_attempts: Option<u32>,
    connection_errors: bool,
    possibly_billed: bool,
    codes: Codes,
}

#[derive(Clone, Debug, PartialEq)]
enum Codes {
    /// Ours: what did not run, and with `possibly_billed` what may have.
    Usual,
    /// These, whatever they mean.
    These(RetryCodes),
    /// The reference's default.
    ServerErrors,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::backoff(Backoff::new())
    }
}

impl RetryConfig {
    /// One attempt.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            backoff: None,
            max_attempts: Some(1),
            connection_errors: false,
            possibly_billed: false,
            codes: Codes::Usual,
        }
    }

    /// Up to 3 attempts with the waits of `backoff` between them.
    #[must_use]
    pub const fn backoff(backoff: Backoff) -> Self {
        Self {
            backoff: Some(backoff),
            max_attempts: Some(3),
            connection_errors: true,
            possibly_billed: false,
            codes: Codes::Usual,
        }
    }

    /// The schedule of the TypeScript SDK: every 5XX, lost connections and timeouts are tried again
    /// for an hour, with no limit on attempts.
    ///
    /// The wait before retry `n` is `0.5 s · n^1.5` and up to a second more, at most 60 s, and a
    /// server's hint is cut to 60 s too. It repeats what may have been billed. 429 is not repeated
    /// unless named in [`RequestOptions::retry_codes`](crate::RequestOptions::retry_codes).
    ///
    /// The budget that a client has by default does not limit it, since the reference has none: in an
    /// outage every call goes on for its hour. A [`RetryBudget`](crate::RetryBudget) that is set on
    /// the client does.
    #[must_use]
    pub const fn typescript() -> Self {
        let mut backoff = Backoff::new();
        backoff.exponent = 1.5;
        backoff.max_elapsed = Duration::from_secs(3600);
        backoff.growth = Growth::Reference;
        Self {
            backoff: Some(backoff),
            max_attempts: None,
            connection_errors: true,
            possibly_billed: true,
            codes: Codes::ServerErrors,
        }
    }

    /// The most attempts in all, the first included. 0 counts as 1; `None` is no limit but time.
    #[must_use]
    pub fn max_attempts(mut self, attempts: impl Into<Option<u32>>) -> Self {
        self.max_attempts = attempts.into().map(|attempts| attempts.max(1));
        self
    }

    /// Whether to try again when no connection could be made, or the server turned the request away
    /// unprocessed. Default `true`.
    ///
    /// It governs failures of which nobody can be billed only.
    #[doc(alias = "retryConnectionErrors")]
    #[must_use]
    pub fn retry_connection_errors(mut self, retry: bool) -> Self {
        self.connection_errors = retry;
        self
    }

    /// Whether to try again when the work may be running, and be billed twice. Default `false`.
    ///
    /// That is: 408, 504, 524, a first byte that did not come in time, and connections lost after
    /// the request was sent, among them pooled ones that the server had closed.
    ///
    /// With the default limits a first byte that did not come is not tried again all the same: it
    /// is given up after 300 s ([`Timeouts::first_byte`](crate::Timeouts::first_byte)), when no
    /// attempt may start any more
    /// ([`Backoff::max_elapsed_time`](crate::Backoff::max_elapsed_time), 60 s). Lower the one or raise
    /// the other.
    #[must_use]
    pub fn retry_possibly_billed(mut self, retry: bool) -> Self {
        self.possibly_billed = retry;
        self
    }

    pub(crate) fn with_codes(mut self, codes: Option<&RetryCodes>) -> Self {
        if let Some(codes) = codes {
            self.codes = Codes::These(codes.clone());
        }
        self
    }

    fn retries_status(&self, status: StatusCode) -> bool {
        match &self.codes {
            Codes::These(codes) => codes.contains(status),
            Codes::ServerErrors => status.is_server_error(),
            Codes::Usual => match status.as_u16() {
                429 | 500 | 502 | 503 | 529 => true,
                408 | 504 | 524 => self.possibly_billed,
                _ => false,
            },
        }
    }

    fn retries(&self, failure: &Failure<'_>) -> bool {
        let error = failure.error;
        let never_ran = error.kind() == ErrorKind::Transport && !failure.was_sent();
        if error.is_connect() || never_ran {
            return self.connection_errors;
        }
        // Statuses that the caller named count whatever the body says.
        if self.codes == Codes::Usual && error.is_status() {
            if let Some(retryable) = error.says_retryable() {
                return retryable;
            }
            if error.class().is_some_and(|class| !class.is_transient()) {
                return false;
            }
        }
        match error.kind() {
            ErrorKind::Timeout | ErrorKind::Transport => self.possibly_billed,
            kind if kind.is_status() => error.status().is_some_and(|s| self.retries_status(s)),
            _ => false,
        }
    }
}

impl RetryPolicy for RetryConfig {
    fn within_default_budget(&self) -> bool {
        let growth = self.backoff.map(|backoff| backoff.growth);
        growth != Some(Growth::Reference)
    }

    fn decide(&self, failure: &Failure<'_>) -> RetryDecision {
        let Some(backoff) = &self.backoff else {
            return RetryDecision::Stop;
        };
        if self
            .max_attempts
            .is_some_and(|most| failure.attempts >= most)
            || !self.retries(failure)
        {
            return RetryDecision::Stop;
        }
        let wait = backoff.wait(failure.attempts, failure.random, failure.hint());
        // The reference looks at the time that has passed, not at when the next attempt would start.
        let start = match backoff.growth {
            Growth::FullJitter => failure.elapsed.saturating_add(wait),
            Growth::Reference => failure.elapsed,
        };
        if start > backoff.max_elapsed {
            return RetryDecision::Stop;
        }
        RetryDecision::RetryAfter(wait)
    }
}
