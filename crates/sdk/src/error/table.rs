//! The table of failures: each kind with its name and advice, each known HTTP status with its kind,
//! reason phrase, retry class and advice.
//!
//! The aliases are the names of the same errors in the TypeScript SDK.

use std::fmt;

use http::StatusCode;

/// Advice that depends on more than the kind and the status.
pub(super) mod advice {
    pub(in crate::error) const FIRST_BYTE: &str =
        "it may have been billed; stream the response, or raise Timeouts::first_byte";
    pub(in crate::error) const IDLE: &str = "it may have been billed; raise Timeouts::idle";
    pub(in crate::error) const EVENT_IDLE: &str =
        "it may have been billed; raise Timeouts::event_idle";
    pub(in crate::error) const TOTAL: &str = "raise Timeouts::total";
    pub(in crate::error) const FALLBACKS: &str = "add fallback models to the request's models";
    pub(in crate::error) const UNPROCESSED: &str = "it was not processed; try again";
    pub(in crate::error) const MAYBE_BILLED: &str = "it may have been billed";
}

/// The retry class of a status: the part that it has in [`RetryConfig`](crate::RetryConfig).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resend {
    /// Not retried: the server would refuse the request again, or is not known to recover.
    Never,
    /// Retried: the failed attempt was not billed.
    Unbilled,
    /// Retried if the caller accepts that the failed attempt may have been billed too.
    MaybeBilled,
}

/// A known HTTP status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatusRow {
    pub(crate) status: u16,
    pub(super) kind: ErrorKind,
    /// Reason phrase.
    pub(super) reason: &'static str,
    pub(crate) resend: Resend,
    pub(super) advice: &'static str,
}

impl StatusRow {
    /// Returns the row of a status, if the table lists it.
    pub(crate) fn find(status: StatusCode) -> Option<&'static Self> {
        let status = status.as_u16();
        STATUSES.iter().find(|row| row.status == status)
    }
}

macro_rules! table {
    (
        statuses {
            $($(#[$status_doc:meta])*
            $Status:ident = $status:literal, $reason:literal, $status_name:literal, $resend:ident,
            $status_advice:literal;)*
        }
        statuses without a kind {
            $($other:literal, $other_reason:literal, $other_resend:ident, $other_advice:literal;)*
        }
        kinds {
            $($(#[$doc:meta])* $Kind:ident, $name:literal, $advice:literal;)*
        }
    ) => {
        /// The kind of a failure, to match on.
        ///
        /// The kinds up to [`OtherStatus`](Self::OtherStatus) come from an HTTP error status. The
        /// others are failures of the client, of the connection, or inside a success.
        /// Versions to come may add kinds, so a `match` needs a `_` arm.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$status_doc])* $Status,)*
            $($(#[$doc])* $Kind,)*
        }

        const STATUSES: &[StatusRow] = &[
            $(StatusRow {
                status: $status,
                kind: ErrorKind::$Status,
                reason: $reason,
                resend: Resend::$resend,
                advice: $status_advice,
            },)*
            $(StatusRow {
                status: $other,
                kind: ErrorKind::OtherStatus,
                reason: $other_reason,
                resend: Resend::$other_resend,
                advice: $other_advice,
            },)*
        ];

        impl ErrorKind {
            /// Returns `true` if the kind comes from an HTTP status of 400 or above.
            #[must_use]
            pub fn is_status(self) -> bool {
                matches!(self, $(Self::$Status |)* Self::OtherStatus)
            }

            /// Returns the name of the kind for logs and metrics, in snake_case:
            /// `too_many_requests`, `truncated`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Status => $status_name,)*
                    $(Self::$Kind => $name,)*
                }
            }

            /// Returns what to do about the failure; empty if that depends on more than the kind.
            pub(super) fn advice(self) -> &'static str {
                match self {
                    $(Self::$Status => $status_advice,)*
                    $(Self::$Kind => $advice,)*
                }
            }

            /// Returns the status that the kind is named for.
            pub(super) fn own_status(self) -> Option<StatusCode> {
                let status = match self {
                    $(Self::$Status => $status,)*
                    $(Self::$Kind => return None,)*
                };
                StatusCode::from_u16(status).ok()
            }
        }

        #[cfg(test)]
        pub(super) const KINDS: &[ErrorKind] = &[
            $(ErrorKind::$Status,)*
            $(ErrorKind::$Kind,)*
        ];
    };
}

table! {
    statuses {
        /// 400: the request is malformed, or names something that does not exist.
        #[doc(alias = "BadRequestResponseError")]
        BadRequest = 400, "Bad Request", "bad_request", Never, "";

        /// 401: the key is missing, unknown or revoked.
        #[doc(alias = "UnauthorizedResponseError")]
        Unauthorized = 401, "Unauthorized", "unauthorized", Never,
            "check the API key (OPENROUTER_API_KEY)";

        /// 402: the balance or the key's limit does not cover the request.
        #[doc(alias = "PaymentRequiredResponseError")]
        PaymentRequired = 402, "Payment Required", "payment_required", Never,
            "add credits, raise the key's limit or lower max_output_tokens";

        /// 403: the key lacks a permission, or moderation refused the input.
        #[doc(alias = "ForbiddenResponseError")]
        Forbidden = 403, "Forbidden", "forbidden", Never,
            "check the key's permissions; if moderation refused the input, change the input";

        /// 404: the model does not exist, or no endpoint fits the request's preferences.
        #[doc(alias = "NotFoundResponseError")]
        NotFound = 404, "Not Found", "not_found", Never,
            "check the model's name, the provider preferences and the server URL";

        /// 408: the server's own time limit ran out. The request may have been billed.
        ///
        /// The client's limits are [`ErrorKind::Timeout`].
        #[doc(alias = "RequestTimeoutResponseError")]
        RequestTimeout = 408, "Request Timeout", "request_timeout", MaybeBilled,
            "it may have been billed; stream the response or lower max_output_tokens";

        /// 413: the request body is larger than the server's limit.
        #[doc(alias = "PayloadTooLargeResponseError")]
        PayloadTooLarge = 413, "Payload Too Large", "payload_too_large", Never,
            "shorten the input";

        /// 422: the request is well-formed, but the server cannot carry it out.
        #[doc(alias = "UnprocessableEntityResponseError")]
        UnprocessableEntity = 422, "Unprocessable Entity", "unprocessable_entity", Never, "";

        /// 429: too many requests, or a quota is used up ([`Error::class`](super::Error::class)
        /// tells them apart).
        #[doc(alias = "TooManyRequestsResponseError")]
        TooManyRequests = 429, "Too Many Requests", "too_many_requests", Unbilled,
            "wait, then send fewer requests at a time";

        /// 500: a fault inside the server.
        #[doc(alias = "InternalServerResponseError")]
        InternalServer = 500, "Internal Server Error", "internal_server", Unbilled,
            "try again later, or add fallback models to the request's models";

        /// 502: the model's provider failed.
        #[doc(alias = "BadGatewayResponseError")]
        BadGateway = 502, "Bad Gateway", "bad_gateway", Unbilled,
            "try again later, or add fallback models to the request's models";

        /// 503: no provider can serve the request at the moment.
        #[doc(alias = "ServiceUnavailableResponseError")]
        ServiceUnavailable = 503, "Service Unavailable", "service_unavailable", Unbilled,
            "try again later, or add fallback models to the request's models";

        /// 524: the provider did not respond in time. The request may have been billed.
        #[doc(alias = "EdgeNetworkTimeoutResponseError")]
        EdgeNetworkTimeout = 524, "Edge Network Timeout", "edge_network_timeout", MaybeBilled,
            "it may have been billed; stream the response or lower max_output_tokens";

        /// 529: the provider is overloaded.
        #[doc(alias = "ProviderOverloadedResponseError")]
        ProviderOverloaded = 529, "Provider Overloaded", "provider_overloaded", Unbilled,
            "try again later, or add fallback models to the request's models";
    }
    statuses without a kind {
        504, "Gateway Timeout", MaybeBilled,
            "it may have been billed; stream the response or lower max_output_tokens";
        520, "Unknown Edge Error", Never, "";
    }
    kinds {
        /// Any other status of 400 or above.
        #[doc(alias = "OpenRouterDefaultError")]
        OtherStatus, "other_status", "";

        /// An option or environment variable cannot be used. The request was not sent.
        #[doc(alias = "InvalidRequestError")]
        Configuration, "configuration", "";

        /// The request cannot be expressed in JSON or HTTP. It was not sent.
        #[doc(alias = "SDKValidationError")]
        Build, "build", "";

        /// No connection could be made. The request was not sent.
        #[doc(alias = "ConnectionError")]
        Connect, "connect",
            "check the server URL, the network, proxy settings and certificates";

        /// A limit of [`Timeouts`](crate::Timeouts) ran out;
        /// [`Error::timeout`](super::Error::timeout) returns the limit.
        #[doc(alias = "RequestTimeoutError")]
        Timeout, "timeout", "";

        /// The caller aborted the call.
        #[doc(alias = "RequestAbortedError")]
        Aborted, "aborted", "";

        /// The connection broke after the request was, or may have been, sent; or, on HTTP/2, the
        /// server rejected the request before processing it, and
        /// [`Error::maybe_billed`](super::Error::maybe_billed) is `false`.
        #[doc(alias = "UnexpectedClientError")]
        Transport, "transport",
            "it may have been billed; RetryConfig::retry_possibly_billed retries it";

        /// A redirect that the client does not follow: to another origin, with a status other than
        /// 307 and 308, or after too many others.
        Redirect, "redirect", "set the server URL to the address that the server redirects to";

        /// The body of a success is not a response: not JSON, empty, of another content type, or of
        /// another API.
        #[doc(alias = "ResponseValidationError")]
        Decode, "decode", "check that the server URL is that of a Responses API";

        /// The body is larger than
        /// [`RequestOptions::max_response_bytes`](crate::RequestOptions::max_response_bytes).
        ResponseTooLarge, "response_too_large", "raise max_response_bytes";

        /// An event of a stream is larger than
        /// [`RequestOptions::max_event_bytes`](crate::RequestOptions::max_event_bytes).
        EventTooLarge, "event_too_large", "raise max_event_bytes";

        /// A stream ended before its last event.
        Truncated, "truncated", "partial_response() returns the part that arrived";

        /// The server sent a success status, then reported a failure in the body or the stream.
        InBand, "in_band", "";

        /// A tool failed, and ended its run; see
        /// [`RunCall::on_tool_error`](crate::RunCall::on_tool_error).
        Tool, "tool", "";

        /// The type of a structured output or of a function's arguments has no schema that can be sent. The
        /// request was not sent. The cause, a `SchemaError`, names the member.
        Schema, "schema", "";

        /// The model refused to produce the structured output. The request was billed.
        Refusal, "refusal", "partial_response() returns the response with the refusal";

        /// The response ended before the structured output was complete: at a limit, or by a content
        /// filter.
        Incomplete, "incomplete", "partial_response() returns the response so far";

        /// The text of the response is missing, is not JSON, or does not match the type of the
        /// structured output. The cause, an [`OutputError`](crate::OutputError), names the member.
        OutputMismatch, "output_mismatch", "partial_response() returns the response";

        /// A refusal by code around the call, made with [`Error::custom`](super::Error::custom).
        Other, "other", "";
    }
}

impl ErrorKind {
    /// Returns the kind of an HTTP status of 400 or above.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        StatusRow::find(status).map_or(Self::OtherStatus, |row| row.kind)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use orouter_wire::failure::FailureClass;

    use super::*;

    fn status(row: &StatusRow) -> StatusCode {
        StatusCode::from_u16(row.status).unwrap()
    }

    #[test]
    fn every_kind_has_a_name_of_its_own_and_a_status_if_it_is_named_for_one() {
        let mut names = HashSet::new();
        for kind in KINDS {
            assert!(names.insert(kind.as_str()), "{kind:?}");
            let words = kind.as_str().replace('_', "");
            assert_eq!(words, format!("{kind:?}").to_lowercase());
            match kind.own_status() {
                Some(status) => {
                    assert_eq!(ErrorKind::from_status(status), *kind);
                    assert!(kind.is_status());
                }
                None => assert_eq!(
                    kind.is_status(),
                    *kind == ErrorKind::OtherStatus,
                    "{kind:?}"
                ),
            }
        }
    }

    #[test]
    fn every_status_leads_to_its_kind_and_its_advice() {
        let mut seen = HashSet::new();
        for row in STATUSES {
            assert!(seen.insert(row.status), "{row:?}");
            assert_eq!(ErrorKind::from_status(status(row)), row.kind);
            if row.kind != ErrorKind::OtherStatus {
                assert_eq!(row.kind.own_status(), Some(status(row)), "{row:?}");
                assert_eq!(row.kind.advice(), row.advice);
            }
            // `http` knows most of these statuses by the same words.
            let canonical = status(row).canonical_reason().unwrap_or(row.reason);
            assert_eq!(row.reason, canonical);
        }
        let unlisted = [StatusCode::IM_A_TEAPOT, StatusCode::NOT_IMPLEMENTED];
        for status in unlisted {
            assert_eq!(ErrorKind::from_status(status), ErrorKind::OtherStatus);
        }
    }

    #[test]
    fn statuses_that_are_resent_have_a_transient_cause() {
        for row in STATUSES.iter().filter(|row| row.resend != Resend::Never) {
            let class = FailureClass::from_status(row.status).unwrap();
            assert!(class.is_transient(), "{row:?}");
            let timeout = class == FailureClass::Timeout;
            assert_eq!(row.resend == Resend::MaybeBilled, timeout, "{row:?}");
        }
    }
}
