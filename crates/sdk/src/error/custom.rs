//! Errors of the caller's making: of middleware that answers by itself, and in tests.

use bytes::Bytes;

use super::{Error, ErrorKind};
use orouter_http::{redact, retry_after, transport::TransportError};

use crate::meta::Meta;

/// Longest message, in characters.
const MESSAGE: usize = 1000;

/// Making errors: for middleware that refuses a call, and for tests of code that handles them.
impl Error {
    /// An error of this kind, with this message in place of what the client would say.
    ///
    /// [`ErrorKind::Other`] is for what no kind of the client's means. The message is shown in one
    /// line, without what looks like a key. An error that is to look like a server's is
    /// [`of_answer`](Self::of_answer).
    ///
    /// # Example
    ///
    /// ```
    /// use orouter::{Error, ErrorKind};
    ///
    /// let error = Error::custom(ErrorKind::Other, "this month's budget is spent");
    /// assert_eq!(error.to_string(), "this month's budget is spent");
    /// assert!(!error.is_retryable() && error.attempts() == 0);
    /// ```
    #[must_use]
    pub fn custom(kind: ErrorKind, message: impl AsRef<str>) -> Self {
        let mut error = Self::new(kind, redact::line(message.as_ref(), MESSAGE));
        error.0.sent = matches!(
            kind,
            ErrorKind::Transport
                | ErrorKind::Redirect
                | ErrorKind::Decode
                | ErrorKind::ResponseTooLarge
                | ErrorKind::EventTooLarge
                | ErrorKind::Truncated
                | ErrorKind::InBand
        );
        error
    }

    /// The error that the client makes of this answer: the kind by its status, and whatever its
    /// headers and body say. A success with such a body is [`ErrorKind::InBand`].
    ///
    /// Hints that are points in time count from the answer's own `Date`, and are
    /// ignored without one.
    ///
    /// # Example
    ///
    /// A policy tried on a server's 429:
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{HeaderMap, HeaderValue, StatusCode};
    /// use orouter::{Error, Failure, Meta, RetryConfig, RetryDecision, RetryPolicy};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("retry-after", HeaderValue::from_static("7"));
    /// let meta = Meta::new(StatusCode::TOO_MANY_REQUESTS, headers);
    /// let error = Error::of_answer(&meta, r#"{"error":{"code":429,"message":"slow down"}}"#);
    /// assert!(error.is_too_many_requests());
    ///
    /// let failure = Failure::new(&error, 1, Duration::from_secs(1), 0.5);
    /// let decision = RetryConfig::default().decide(&failure);
    /// assert_eq!(decision, RetryDecision::RetryAfter(Duration::from_secs(7)));
    /// ```
    #[must_use]
    pub fn of_answer(meta: &Meta, body: impl Into<Bytes>) -> Self {
        let status = meta.status();
        let (kind, what) = if status.as_u16() >= 400 {
            (ErrorKind::of_status(status), String::new())
        } else if status.is_redirection() {
            (ErrorKind::Redirect, format!("{status} was not followed"))
        } else {
            let what = "the server reported an error".to_owned();
            (ErrorKind::InBand, what)
        };
        Self::reported(kind, what, body.into())
            .with_meta(meta)
            .with_hints(retry_after::date_from_headers(meta.headers()))
    }
}

/// The error that the client makes of it.
impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::transport(error, None)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, StatusCode};

    use super::*;

    #[test]
    fn a_message_is_one_line_without_keys() {
        let error = Error::custom(ErrorKind::Other, "no\nsk-or-v1-0123456789abcdef");
        assert_eq!(error.to_string(), "no (key hidden)");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Other, None));
        let lost = Error::custom(ErrorKind::Transport, "gone");
        assert!(lost.was_sent() && lost.maybe_billed());
        let limited = Error::custom(ErrorKind::TooManyRequests, "our own limit");
        assert!(limited.is_rate_limit() && limited.is_retryable() && !limited.was_sent());
        let late = Error::timed_out(crate::TimeoutKind::FirstByte, Duration::from_secs(1));
        assert!(late.was_sent() && late.maybe_billed());
    }

    #[test]
    fn an_answer_is_read_as_the_client_reads_it() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"),
            ("x-generation-id", "gen-1"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let meta = Meta::new(StatusCode::SERVICE_UNAVAILABLE, headers).with_attempts(2);
        let error = Error::of_answer(&meta, r#"{"error":{"code":503,"message":"busy"}}"#);
        assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
        assert_eq!(error.message(), Some("busy"));
        assert_eq!(
            (error.attempts(), error.generation_id()),
            (2, Some("gen-1"))
        );

        let meta = Meta::new(StatusCode::OK, HeaderMap::new());
        let error = Error::of_answer(&meta, r#"{"error":{"code":429,"message":"busy"}}"#);
        assert!(error.is_in_band() && error.is_rate_limit());
        let meta = Meta::new(StatusCode::FOUND, HeaderMap::new());
        assert_eq!(Error::of_answer(&meta, "").kind(), ErrorKind::Redirect);
    }

    #[test]
    fn a_transports_failure_keeps_its_meaning() {
        let lost = Error::from(TransportError::exchange("reset"));
        assert!(lost.was_sent() && lost.kind() == ErrorKind::Transport);
        assert!(Error::from(TransportError::connect("refused")).is_connect());
    }
}
