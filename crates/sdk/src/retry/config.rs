//! [`RetryConfig`]: the failures to retry, the number of attempts and the waits.

use std::time::Duration;

use super::{Backoff, RetryCodes, RetryContext, RetryDecision, RetryPolicy, backoff::Growth};
use crate::error::{Error, ErrorKind, Resend};

/// The failures to retry, the number of attempts and the waits between them.
///
/// The default makes up to 3 attempts, and retries only failures that cannot be billed:
///
/// | Failure | Retried |
/// |---|---|
/// | no connection; request rejected before processing (HTTP/2) | yes; see [`retry_connection_errors`](Self::retry_connection_errors) |
/// | 429, 500, 502, 503, 529 | yes |
/// | 408, 504, 524; no first byte in time; connection lost after sending | only with [`retry_possibly_billed`](Self::retry_possibly_billed) |
/// | other error statuses | no |
/// | any failure after the head of a success | no |
///
/// Two members of an error body change this for a failure with a status. A code or type for a cause
/// that a retry cannot resolve, such as `insufficient_quota`, prevents the retry. If the server sends
/// `error.availability.retryable`, that value decides.
/// [`RequestOptions::retry_codes`](crate::RequestOptions::retry_codes) overrides both: a status on
/// that list is retried whatever the body contains.
///
/// # Errors
///
/// Settings that contradict [`none`](Self::none) are not refused when they are made. The call, or
/// [`build`](crate::OpenRouterBuilder::build), returns an error of kind
/// [`ErrorKind::Configuration`] instead, and nothing is sent.
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
    /// By the retry class of each status, and by the body.
    Default,
    /// These statuses, whatever the body contains.
    Listed(RetryCodes),
    /// Every 5XX, as the TypeScript SDK does.
    ServerErrors,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::backoff(Backoff::new())
    }
}

impl RetryConfig {
    /// Makes one attempt and no retries.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            backoff: None,
            max_attempts: Some(1),
            connection_errors: false,
            possibly_billed: false,
            codes: Codes::Default,
        }
    }

    /// Makes up to 3 attempts with the waits of `backoff` between them.
    #[must_use]
    pub const fn backoff(backoff: Backoff) -> Self {
        Self {
            backoff: Some(backoff),
            max_attempts: Some(3),
            connection_errors: true,
            possibly_billed: false,
            codes: Codes::Default,
        }
    }

    /// Retries as the TypeScript SDK does: every 5XX, lost connections and timeouts, for an hour,
    /// without a limit on attempts. This can repeat requests that were billed.
    ///
    /// The wait before retry `n`, counted from 0, is `0.5 s · n^1.5` and up to 1 s more, at most 60 s.
    /// A wait that the server asked for replaces it, cut to 60 s. 429 is retried only if
    /// [`RequestOptions::retry_codes`](crate::RequestOptions::retry_codes) lists it.
    ///
    /// The client's default [`RetryBudget`](crate::RetryBudget) does not limit these retries, because
    /// the TypeScript SDK has no budget: in an outage each call goes on for its hour. A budget that
    /// was [set](crate::OpenRouterBuilder::retry_budget) does.
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

    /// Sets the maximum number of attempts, the first included. Default 3; 0 counts as 1; `None`
    /// removes the limit, so that only [`Backoff::max_elapsed_time`] ends the retries.
    ///
    /// A number above 1 and `None` contradict [`none`](Self::none). To retry a call of a client that
    /// does not retry, use [`RequestOptions::max_attempts`](crate::RequestOptions::max_attempts).
    #[must_use]
    pub fn max_attempts(mut self, attempts: impl Into<Option<u32>>) -> Self {
        self.max_attempts = attempts.into().map(|attempts| attempts.max(1));
        self
    }

    /// Sets whether to retry when no connection could be made, or the server rejected the request
    /// before processing it. Default `true`.
    ///
    /// Applies only to failures that cannot be billed. `true` contradicts [`none`](Self::none).
    #[doc(alias = "retryConnectionErrors")]
    #[must_use]
    pub fn retry_connection_errors(mut self, retry: bool) -> Self {
        self.connection_errors = retry;
        self
    }

    /// Sets whether to retry when the failed attempt may have been billed. Default `false`.
    ///
    /// Such failures are the statuses 408, 504 and 524, a first byte that did not arrive in time, and
    /// a connection that broke after the request was sent, among them a pooled connection that the
    /// server had closed. `true` contradicts [`none`](Self::none).
    ///
    /// With the default limits a missing first byte is not retried even so: that limit is 300 s
    /// ([`Timeouts::first_byte`](crate::Timeouts::first_byte)), and no attempt starts later than 60 s
    /// after the call ([`Backoff::max_elapsed_time`]). Lower the former or raise the latter.
    #[must_use]
    pub fn retry_possibly_billed(mut self, retry: bool) -> Self {
        self.possibly_billed = retry;
        self
    }

    /// Returns an error message if a setting has no effect because there are no retries.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.backoff.is_some() {
            return Ok(());
        }
        if self.max_attempts != Some(1) {
            return Err(
                "RetryConfig::none() contradicts max_attempts, which allows more than one attempt; \
                 start from RetryConfig::default() or RetryConfig::backoff(..)",
            );
        }
        if self.connection_errors || self.possibly_billed {
            return Err(
                "RetryConfig::none() contradicts retry_connection_errors(true) and \
                 retry_possibly_billed(true); start from RetryConfig::default() or \
                 RetryConfig::backoff(..)",
            );
        }
        Ok(())
    }

    /// Replaces the number of attempts. [`none`](Self::none) becomes the default schedule if `attempts`
    /// is above 1.
    pub(crate) fn with_attempts(self, attempts: u32) -> Self {
        let config = match self.backoff {
            None if attempts > 1 => Self::default(),
            _ => self,
        };
        config.max_attempts(attempts)
    }

    pub(crate) fn with_codes(mut self, codes: Option<&RetryCodes>) -> Self {
        if let Some(codes) = codes {
            self.codes = Codes::Listed(codes.clone());
        }
        self
    }

    fn retries_status(&self, error: &Error) -> bool {
        let Some(status) = error.status() else {
            return false;
        };
        match &self.codes {
            Codes::Listed(codes) => codes.contains(status),
            Codes::ServerErrors => status.is_server_error(),
            Codes::Default => match error.resend() {
                Some(Resend::Unbilled) => true,
                Some(Resend::MaybeBilled) => self.possibly_billed,
                Some(Resend::Never) | None => false,
            },
        }
    }

    fn retries(&self, error: &Error) -> bool {
        let unprocessed = error.kind() == ErrorKind::Transport && !error.was_sent();
        if error.is_connect() || unprocessed {
            return self.connection_errors;
        }
        // The body does not override statuses that the caller listed.
        if self.codes == Codes::Default && error.is_status() {
            if let Some(retryable) = error.retryable_override() {
                return retryable;
            }
            if error.class().is_some_and(|class| !class.is_transient()) {
                return false;
            }
        }
        match error.kind() {
            ErrorKind::Timeout | ErrorKind::Transport => self.possibly_billed,
            kind => kind.is_status() && self.retries_status(error),
        }
    }
}

impl RetryPolicy for RetryConfig {
    fn within_default_budget(&self) -> bool {
        let growth = self.backoff.map(|backoff| backoff.growth);
        growth != Some(Growth::Reference)
    }

    fn decide(&self, context: &RetryContext<'_>) -> RetryDecision {
        let Some(backoff) = &self.backoff else {
            return RetryDecision::Stop;
        };
        let attempts = context.attempts();
        if self.max_attempts.is_some_and(|max| attempts >= max) || !self.retries(context.error()) {
            return RetryDecision::Stop;
        }
        let wait = backoff.wait(attempts, context.random(), context.retry_after());
        // The TypeScript SDK compares the time that has passed, not the start of the next attempt.
        let start = match backoff.growth {
            Growth::FullJitter => context.elapsed().saturating_add(wait),
            Growth::Reference => context.elapsed(),
        };
        if start > backoff.max_elapsed {
            return RetryDecision::Stop;
        }
        RetryDecision::RetryAfter(wait)
    }
}
