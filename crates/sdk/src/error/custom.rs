//! Errors that callers make: in middleware that responds itself, and in tests.

use bytes::Bytes;
use orouter_http::{redact, retry_after, transport::TransportError};

use super::{Error, ErrorKind};
use crate::meta::Meta;

/// Maximum length of a caller's message, in characters.
const MESSAGE_CHARS: usize = 1000;

/// Constructors for middleware that refuses a call, and for tests of code that handles errors.
impl Error {
    /// Makes an error of this kind with a message of the caller's.
    ///
    /// [`ErrorKind::Other`] fits where no other kind does. The message is printed in one line of at
    /// most 1,000 characters, with everything that looks like a key redacted. To make the error of a
    /// server's response, use [`from_response`](Self::from_response).
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
        let error = Self::new(kind, redact::line(message.as_ref(), MESSAGE_CHARS));
        let sent = matches!(
            kind,
            ErrorKind::Transport
                | ErrorKind::Redirect
                | ErrorKind::Decode
                | ErrorKind::ResponseTooLarge
                | ErrorKind::EventTooLarge
                | ErrorKind::Truncated
                | ErrorKind::InBand
                | ErrorKind::Refusal
                | ErrorKind::Incomplete
                | ErrorKind::OutputMismatch
        );
        if sent { error.in_flight() } else { error }
    }

    /// Makes the error that the client returns for this response.
    ///
    /// The kind follows from the status: [`ErrorKind::Redirect`] for a 3XX, and
    /// [`ErrorKind::InBand`] for any other status below 400. The other parts are read from headers
    /// and body. Retry hints that are points in time count from the response's own `Date`, and are
    /// ignored without one.
    ///
    /// # Example
    ///
    /// Testing a retry policy on a 429:
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{HeaderMap, HeaderValue, StatusCode};
    /// use orouter::{Error, Meta, RetryConfig, RetryContext, RetryDecision, RetryPolicy};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("retry-after", HeaderValue::from_static("7"));
    /// let meta = Meta::new(StatusCode::TOO_MANY_REQUESTS, headers);
    /// let error = Error::from_response(&meta, r#"{"error":{"code":429,"message":"slow down"}}"#);
    /// assert!(error.is_too_many_requests());
    ///
    /// let context = RetryContext::new(&error, 1, Duration::from_secs(1), 0.5);
    /// let decision = RetryConfig::default().decide(&context);
    /// assert_eq!(decision, RetryDecision::RetryAfter(Duration::from_secs(7)));
    /// ```
    #[must_use]
    pub fn from_response(meta: &Meta, body: impl Into<Bytes>) -> Self {
        let status = meta.status();
        let (kind, summary) = if status.as_u16() >= 400 {
            (ErrorKind::from_status(status), String::new())
        } else if status.is_redirection() {
            (ErrorKind::Redirect, format!("{status} was not followed"))
        } else {
            let summary = "the server reported an error".to_owned();
            (ErrorKind::InBand, summary)
        };
        Self::reported(kind, summary, body.into())
            .with_meta(meta)
            .with_hints(retry_after::date_from_headers(meta.headers()))
    }
}

/// Makes the error that the client returns for a transport's failure.
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
    fn a_response_is_read_as_the_client_reads_it() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"),
            ("x-generation-id", "gen-1"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let meta = Meta::new(StatusCode::SERVICE_UNAVAILABLE, headers).with_attempts(2);
        let error = Error::from_response(&meta, r#"{"error":{"code":503,"message":"busy"}}"#);
        assert_eq!(error.kind(), ErrorKind::ServiceUnavailable);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
        assert_eq!(error.message(), Some("busy"));
        assert_eq!(
            (error.attempts(), error.generation_id()),
            (2, Some("gen-1"))
        );

        let meta = Meta::new(StatusCode::OK, HeaderMap::new());
        let error = Error::from_response(&meta, r#"{"error":{"code":429,"message":"busy"}}"#);
        assert!(error.is_in_band() && error.is_rate_limit());
        let meta = Meta::new(StatusCode::FOUND, HeaderMap::new());
        assert_eq!(Error::from_response(&meta, "").kind(), ErrorKind::Redirect);
    }

    #[test]
    fn a_transports_failure_keeps_its_meaning() {
        let lost = Error::from(TransportError::exchange("reset"));
        assert!(lost.was_sent() && lost.kind() == ErrorKind::Transport);
        assert!(Error::from(TransportError::connect("refused")).is_connect());
    }
}
