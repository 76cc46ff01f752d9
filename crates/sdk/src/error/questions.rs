//! The usual questions to an error: what it is, whether to try again, what it may have cost.

use http::StatusCode;

use super::{Error, ErrorKind};
use crate::timeout::TimeoutKind;

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

    /// Whether it is about speed: 429, or a failure inside a success with that meaning.
    #[must_use]
    pub fn is_rate_limit(&self) -> bool {
        self.0.kind == ErrorKind::TooManyRequests
            || self.effective_status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || self.error_type() == Some("rate_limit_exceeded")
            || self.code() == Some("rate_limit_exceeded")
    }

    /// Whether the input and the asked-for output do not fit the model.
    ///
    /// What to do: shorten the input, lower `max_output_tokens`, or take a model with more context.
    #[must_use]
    pub fn is_context_length(&self) -> bool {
        matches!(
            self.error_type(),
            Some("context_length_exceeded" | "max_tokens_exceeded" | "token_limit_exceeded")
        ) || self.code() == Some("context_length_exceeded")
    }

    /// Whether content was refused: moderation, a guardrail or the model's own policy.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let metadata = self.metadata();
        matches!(
            self.error_type(),
            Some("content_policy_violation" | "refusal")
        ) || self.code() == Some("image_content_policy_violation")
            || metadata.is_some_and(|m| m.reasons.is_some() || m.patterns.is_some())
    }

    /// Whether the same request may well succeed later: 408, 429, 5XX, connections and time, unless
    /// the server says otherwise (`error.availability.retryable`).
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
            _ => self.effective_status().is_some_and(|status| {
                matches!(status.as_u16(), 408 | 429) || status.is_server_error()
            }),
        }
    }

    /// What the server says of it: `error.availability.retryable`.
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
