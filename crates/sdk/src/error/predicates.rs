//! Questions about an error that return `true` or `false`, and the kind and class behind them.

use http::StatusCode;
use orouter_http::TimeoutKind;
use orouter_wire::failure::FailureClass;

use super::{
    Error, ErrorKind,
    table::{Resend, StatusRow},
};

/// The kind of the failure.
impl Error {
    /// Returns the kind of the failure, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the limit that ran out, if the kind is [`ErrorKind::Timeout`].
    #[must_use]
    pub fn timeout(&self) -> Option<TimeoutKind> {
        self.0.timeout
    }

    /// Returns `true` if the server responded with an error status.
    #[must_use]
    pub fn is_status(&self) -> bool {
        self.0.kind.is_status()
    }

    /// Returns `true` if a limit of the client ran out. Timeouts of the server are
    /// [`ErrorKind::RequestTimeout`] and [`ErrorKind::EdgeNetworkTimeout`].
    ///
    /// # Troubleshooting
    ///
    /// [`timeout`](Self::timeout) returns the limit; [`Timeouts`](crate::Timeouts) lists the
    /// defaults. A request that ran into the first-byte limit may have been billed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Returns `true` if no connection could be made, in time or at all. The request was not sent.
    ///
    /// # Troubleshooting
    ///
    /// Check the server URL, the network, the proxy variables and the certificates; the causes are
    /// in [`source`](std::error::Error::source) and printed by `{:?}`.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect || self.0.timeout == Some(TimeoutKind::Connect)
    }

    /// Returns `true` if the caller aborted the call.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.0.kind == ErrorKind::Aborted
    }

    /// Returns `true` if the server sent status 200, then an error in the body or the stream.
    #[must_use]
    pub fn is_in_band(&self) -> bool {
        self.0.kind == ErrorKind::InBand
    }
}

/// The cause that the server reported.
impl Error {
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
    /// let error = Error::from_response(&meta, body);
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

    /// Returns the error status, if the kind comes from one.
    fn error_status(&self) -> Option<u16> {
        let status = self.effective_status().map(|status| status.as_u16());
        status.filter(|_| self.is_status())
    }

    /// Returns the status of the failure: that of the response, or the one that a failure inside a
    /// success claims.
    fn effective_status(&self) -> Option<StatusCode> {
        match self.0.kind {
            ErrorKind::InBand => StatusCode::from_u16(self.0.detail.status(None)?).ok(),
            kind if kind.is_status() => self.status().or_else(|| kind.own_status()),
            _ => None,
        }
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
    /// # Troubleshooting
    ///
    /// Shorten the input, lower `max_output_tokens`, or choose a model with more context.
    #[must_use]
    pub fn is_context_length(&self) -> bool {
        self.class() == Some(FailureClass::ContextLength)
    }

    /// Returns `true` if content was refused: by moderation, a guardrail or the model's policy, or by the
    /// model itself ([`ErrorKind::Refusal`]).
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        let metadata = self.metadata();
        self.0.kind == ErrorKind::Refusal
            || self.class() == Some(FailureClass::ContentPolicy)
            || metadata.is_some_and(|m| m.reasons.is_some() || m.patterns.is_some())
    }
}

/// Retries and billing.
impl Error {
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
    /// The client does not retry every failure for which this is `true`; see
    /// [`RetryConfig`](crate::RetryConfig). [`attempts`](Self::attempts) returns the number of
    /// attempts that were made, [`maybe_billed`](Self::maybe_billed) whether a retry can cost twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        if let Some(retryable) = self.retryable_override() {
            return retryable;
        }
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => true,
            ErrorKind::Truncated => true,
            ErrorKind::InBand => self.0.detail.is_retryable(None),
            kind => kind.is_status() && self.0.detail.is_retryable(self.error_status()),
        }
    }

    /// Returns `error.availability.retryable`, if the server sent it.
    pub(crate) fn retryable_override(&self) -> Option<bool> {
        self.0.detail.retryable
    }

    /// Returns the retry class of the response's status, if the table lists it.
    pub(crate) fn resend(&self) -> Option<Resend> {
        let status = self.status().or_else(|| self.0.kind.own_status())?;
        StatusRow::find(status).map(|row| row.resend)
    }

    /// Returns `true` if an attempt of the call may have been processed and billed although the
    /// caller got no response.
    ///
    /// A response with an error status means that the attempt was not billed, unless the status is
    /// that of a timeout (408, 504, 524). Without a response, the attempt may have been billed if
    /// its request was sent.
    #[must_use]
    pub fn maybe_billed(&self) -> bool {
        let is_error = |status: StatusCode| status.is_client_error() || status.is_server_error();
        let billed = if self.is_status() || self.status().is_some_and(is_error) {
            self.resend() == Some(Resend::MaybeBilled)
        } else {
            let unbilled = matches!(
                self.0.kind,
                ErrorKind::Configuration
                    | ErrorKind::Build
                    | ErrorKind::Connect
                    | ErrorKind::Redirect
                    | ErrorKind::Schema
                    | ErrorKind::Other
            );
            self.0.sent && !unbilled
        };
        billed || self.0.billed_before
    }

    /// Returns `true` if the request may have left for the server, as far as the transport can tell.
    pub(crate) fn was_sent(&self) -> bool {
        self.0.sent
    }
}

macro_rules! status_predicates {
    ($($name:ident $kind:ident)*) => {
        /// One predicate for each documented status, also `true` for the same failure inside a
        /// success.
        impl Error {
            $(
                #[doc = concat!("Returns `true` if the kind is [`ErrorKind::", stringify!($kind), "`],")]
                /// or [`ErrorKind::InBand`] with a code or type that stands for the same status.
                #[must_use]
                pub fn $name(&self) -> bool {
                    self.kind() == ErrorKind::$kind || self.stands_for(ErrorKind::$kind)
                }
            )*

            /// Returns `true` for a failure inside a success whose status would have this kind.
            fn stands_for(&self, kind: ErrorKind) -> bool {
                self.is_in_band() && self.effective_status().map(ErrorKind::from_status) == Some(kind)
            }
        }

        #[cfg(test)]
        const STATUS_PREDICATES: &[(ErrorKind, fn(&Error) -> bool)] =
            &[$((ErrorKind::$kind, Error::$name),)*];
    };
}

status_predicates! {
    is_bad_request BadRequest
    is_unauthorized Unauthorized
    is_payment_required PaymentRequired
    is_forbidden Forbidden
    is_not_found NotFound
    is_request_timeout RequestTimeout
    is_payload_too_large PayloadTooLarge
    is_unprocessable_entity UnprocessableEntity
    is_too_many_requests TooManyRequests
    is_internal_server InternalServer
    is_bad_gateway BadGateway
    is_service_unavailable ServiceUnavailable
    is_edge_network_timeout EdgeNetworkTimeout
    is_provider_overloaded ProviderOverloaded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::table::KINDS;

    #[test]
    fn every_kind_with_a_status_has_a_predicate_of_its_own() {
        let named = KINDS.iter().filter(|kind| kind.own_status().is_some());
        let with_predicate = STATUS_PREDICATES.iter().map(|(kind, _)| kind);
        assert!(named.eq(with_predicate));
        for kind in KINDS {
            let mut errors = vec![Error::new(*kind, "")];
            if let Some(status) = kind.own_status() {
                let body = format!(r#"{{"error":{{"code":{}}}}}"#, status.as_u16());
                errors.push(Error::reported(ErrorKind::InBand, "", body.into()));
            }
            for error in errors {
                for (other, predicate) in STATUS_PREDICATES {
                    assert_eq!(predicate(&error), other == kind, "{kind:?}, {other:?}");
                }
            }
        }
    }
}
