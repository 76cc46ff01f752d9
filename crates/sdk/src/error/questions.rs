//! The usual questions to an error: what it is, whether to try again, what it may have cost.

use http::StatusCode;
use orouter_wire::failure::FailureClass;

use super::{Error, ErrorKind};
use orouter_http::TimeoutKind;

/// What it is.
impl Error {
    /// What kind of failure it is: what to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Which limit ran out, when the kind is [`ErrorKind::Timeout`].
    #[must_use]
    pub fn timeout(&self) -> Option<TimeoutKind> {
        self.0.timeout
    }

    /// Whether the server answered with an error status.
    #[must_use]
    pub fn is_status(&self) -> bool {
        self.0.kind.is_status()
    }

    /// Whether a limit of the client ran out. The server's own are
    /// [`ErrorKind::RequestTimeout`] and [`ErrorKind::EdgeNetworkTimeout`].
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether no connection could be made, for lack of time or otherwise.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect || self.0.timeout == Some(TimeoutKind::Connect)
    }

    /// Whether the caller aborted the call.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.0.kind == ErrorKind::Aborted
    }

    /// Whether the failure came inside a success: status 200, then an error in the body or stream.
    #[must_use]
    pub fn is_in_band(&self) -> bool {
        self.0.kind == ErrorKind::InBand
    }

    /// Returns the cause that the server reported, by status, code and type, in the vocabulary of
    /// any known service. The same failure has the same class as an error status, as an error in a
    /// 200 body and as an event of a stream.
    ///
    /// Returns `None` if the server reported no failure, or one of an unknown cause.
    ///
    /// # Example
    ///
    /// ```
    /// use http::{HeaderMap, StatusCode};
    /// use orouter::{Error, Meta, failure::FailureClass};
    ///
    /// let body = r#"{"error":{"type":"insufficient_quota","message":"Check your plan"}}"#;
    /// let meta = Meta::new(StatusCode::TOO_MANY_REQUESTS, HeaderMap::new());
    /// let error = Error::of_answer(&meta, body);
    /// assert_eq!(error.class(), Some(FailureClass::Quota));
    /// assert!(!error.is_retryable() && !error.is_rate_limit());
    /// ```
    #[must_use]
    pub fn class(&self) -> Option<FailureClass> {
        match self.0.kind {
            ErrorKind::InBand => self.0.detail.class(None),
            kind if kind.is_status() => self.0.detail.class(self.error_status()),
            _ => None,
        }
    }

    /// The error status, if the kind comes from one.
    fn error_status(&self) -> Option<u16> {
        let status = self.effective_status().map(|status| status.as_u16());
        status.filter(|_| self.is_status())
    }

    /// Returns `true` if there were too many requests or tokens in a period of time: by the code or
    /// type that the server sent, or by status 429 with no code for another cause that a retry cannot
    /// resolve.
    #[must_use]
    pub fn is_rate_limit(&self) -> bool {
        let class = self.class();
        class == Some(FailureClass::RateLimit)
            || self.effective_status() == Some(StatusCode::TOO_MANY_REQUESTS)
                && class.is_some_and(FailureClass::is_transient)
    }

    /// Returns `true` if the input and the requested output exceed a token limit of the model.
    ///
    /// What to do: shorten the input, lower `max_output_tokens`, or take a model with more context.
    #[must_use]
    pub fn is_context_length(&self) -> bool {
        self.class() == Some(FailureClass::ContextLength)
    }

    /// Returns `true` if content was refused: by moderation, a guardrail or the model's policy.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let metadata = self.metadata();
        self.class() == Some(FailureClass::ContentPolicy)
            || metadata.is_some_and(|m| m.reasons.is_some() || m.patterns.is_some())
    }

    /// Returns `true` if the same request may succeed later. In order of precedence:
    ///
    /// 1. `error.availability.retryable`, if the server sent it;
    /// 2. a code or type for a cause that a retry cannot resolve, such as `insufficient_quota`,
    ///    `invalid_api_key` or `model_not_found`: no, whatever the status;
    /// 3. a 4XX other than 408 and 429: no;
    /// 4. any other error status, and inside a success a code or type for a transient cause, such
    ///    as `server_is_overloaded`: yes;
    /// 5. lost connections, timeouts and streams that ended early: yes.
    ///
    /// A call is not retried for every failure for which this is `true`; see
    /// [`RetryConfig`](crate::RetryConfig).
    ///
    /// What the client has already tried is [`attempts`](Self::attempts). Whether trying again can
    /// cost twice is [`maybe_billed`](Self::maybe_billed).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        if let Some(retryable) = self.says_retryable() {
            return retryable;
        }
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => true,
            ErrorKind::Truncated => true,
            ErrorKind::InBand => self.0.detail.is_retryable(None),
            kind => kind.is_status() && self.0.detail.is_retryable(self.error_status()),
        }
    }

    /// `error.availability.retryable`, if the server sent it.
    pub(crate) fn says_retryable(&self) -> Option<bool> {
        self.0.detail.retryable
    }

    /// Whether the work may have been done, and billed, although no answer came through: in any
    /// attempt of the call.
    ///
    /// An answer with an error status says that it was not, unless the status is about time (408,
    /// 504, 524). Without an answer, it may have been as soon as an attempt was under way.
    #[must_use]
    pub fn maybe_billed(&self) -> bool {
        let refused = |status: &StatusCode| status.is_client_error() || status.is_server_error();
        let billed = match (self.status().filter(refused), self.0.kind) {
            (Some(status), _) => matches!(status.as_u16(), 408 | 504 | 524),
            (None, ErrorKind::RequestTimeout | ErrorKind::EdgeNetworkTimeout) => true,
            (
                None,
                ErrorKind::Timeout
                | ErrorKind::Transport
                | ErrorKind::Aborted
                | ErrorKind::Decode
                | ErrorKind::ResponseTooLarge
                | ErrorKind::EventTooLarge
                | ErrorKind::Truncated
                | ErrorKind::InBand,
            ) => self.0.sent,
            (None, _) => false,
        };
        billed || self.0.billed_before
    }
}
