//! What kinds of failure there are.

use std::fmt;

use http::StatusCode;

/// What went wrong, to match on.
///
/// The first group is the server's answer by status; the rest is what happened here or on the way.
/// More kinds may be added, so a match needs a `_` arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400: the request is malformed or asks for something that does not exist.
    #[doc(alias = "BadRequestResponseError")]
    BadRequest,
    /// 401: the key is missing, unknown or revoked.
    #[doc(alias = "UnauthorizedResponseError")]
    Unauthorized,
    /// 402: the balance or the key's limit does not cover the request.
    #[doc(alias = "PaymentRequiredResponseError")]
    PaymentRequired,
    /// 403: the key may not do this, or moderation refused the input.
    #[doc(alias = "ForbiddenResponseError")]
    Forbidden,
    /// 404: no such model, or no endpoint that fits the request's preferences.
    #[doc(alias = "NotFoundResponseError")]
    NotFound,
    /// 408: the server's own limit on the operation ran out. It may have been billed.
    ///
    /// The client's limits are [`ErrorKind::Timeout`].
    #[doc(alias = "RequestTimeoutResponseError")]
    RequestTimeout,
    /// 413: the request is larger than the server takes.
    #[doc(alias = "PayloadTooLargeResponseError")]
    PayloadTooLarge,
    /// 422: the request is well-formed and cannot be served as it is.
    #[doc(alias = "UnprocessableEntityResponseError")]
    UnprocessableEntity,
    /// 429: too many requests.
    #[doc(alias = "TooManyRequestsResponseError")]
    TooManyRequests,
    /// 500: the server failed.
    #[doc(alias = "InternalServerResponseError")]
    InternalServer,
    /// 502: the model's provider failed.
    #[doc(alias = "BadGatewayResponseError")]
    BadGateway,
    /// 503: nobody can serve this now.
    #[doc(alias = "ServiceUnavailableResponseError")]
    ServiceUnavailable,
    /// 524: the provider did not answer in time. It may have been billed.
    #[doc(alias = "EdgeNetworkTimeoutResponseError")]
    EdgeNetworkTimeout,
    /// 529: the provider is overloaded.
    #[doc(alias = "ProviderOverloadedResponseError")]
    ProviderOverloaded,
    /// Any other status of 400 or above.
    #[doc(alias = "OpenRouterDefaultError")]
    OtherStatus,

    /// The client or an option is set up in a way that cannot work. Nothing was sent.
    #[doc(alias = "InvalidRequestError")]
    Configuration,
    /// The request cannot be expressed in JSON or HTTP. Nothing was sent.
    #[doc(alias = "SDKValidationError")]
    Build,
    /// No connection could be made. Nothing was sent.
    #[doc(alias = "ConnectionError")]
    Connect,
    /// One of the limits in [`Timeouts`](crate::Timeouts) ran out;
    /// [`Error::timeout`](super::Error::timeout) says which.
    #[doc(alias = "RequestTimeoutError")]
    Timeout,
    /// The caller aborted the call.
    #[doc(alias = "RequestAbortedError")]
    Aborted,
    /// The connection broke after the request was, or may have been, sent; or, on HTTP/2, the server
    /// turned it away unprocessed, and [`Error::maybe_billed`](super::Error::maybe_billed) is `false`.
    #[doc(alias = "UnexpectedClientError")]
    Transport,
    /// A redirect that is not followed: elsewhere, of another kind than 307 and 308, or too many.
    Redirect,
    /// An answer that is not what it should be: not JSON, no body, another content type, the answer of
    /// another API.
    #[doc(alias = "ResponseValidationError")]
    Decode,
    /// An answer larger than [`RequestOptions::max_response_bytes`](crate::RequestOptions::max_response_bytes).
    ResponseTooLarge,
    /// A stream's event larger than [`RequestOptions::max_event_bytes`](crate::RequestOptions::max_event_bytes).
    EventTooLarge,
    /// A stream ended before its last event.
    Truncated,
    /// The server said 200 and then reported a failure in the body or the stream.
    InBand,
    /// What code around the call refused: only [`Error::custom`](super::Error::custom) makes it.
    Other,
}

impl ErrorKind {
    /// The kind for an HTTP status of 400 or above.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            400 => Self::BadRequest,
            401 => Self::Unauthorized,
            402 => Self::PaymentRequired,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            408 => Self::RequestTimeout,
            413 => Self::PayloadTooLarge,
            422 => Self::UnprocessableEntity,
            429 => Self::TooManyRequests,
            500 => Self::InternalServer,
            502 => Self::BadGateway,
            503 => Self::ServiceUnavailable,
            524 => Self::EdgeNetworkTimeout,
            529 => Self::ProviderOverloaded,
            _ => Self::OtherStatus,
        }
    }

    /// Whether this kind comes from an HTTP status of 400 or above.
    #[must_use]
    pub fn is_status(self) -> bool {
        (self as u8) <= (Self::OtherStatus as u8)
    }

    /// The status that the kind is named for.
    pub(super) fn own_status(self) -> Option<StatusCode> {
        let status = match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::PaymentRequired => 402,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::RequestTimeout => 408,
            Self::PayloadTooLarge => 413,
            Self::UnprocessableEntity => 422,
            Self::TooManyRequests => 429,
            Self::InternalServer => 500,
            Self::BadGateway => 502,
            Self::ServiceUnavailable => 503,
            Self::EdgeNetworkTimeout => 524,
            Self::ProviderOverloaded => 529,
            _ => return None,
        };
        StatusCode::from_u16(status).ok()
    }

    /// A name for logs and metrics, in snake_case: `too_many_requests`, `truncated`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::PaymentRequired => "payment_required",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RequestTimeout => "request_timeout",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnprocessableEntity => "unprocessable_entity",
            Self::TooManyRequests => "too_many_requests",
            Self::InternalServer => "internal_server",
            Self::BadGateway => "bad_gateway",
            Self::ServiceUnavailable => "service_unavailable",
            Self::EdgeNetworkTimeout => "edge_network_timeout",
            Self::ProviderOverloaded => "provider_overloaded",
            Self::OtherStatus => "other_status",
            Self::Configuration => "configuration",
            Self::Build => "build",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Aborted => "aborted",
            Self::Transport => "transport",
            Self::Redirect => "redirect",
            Self::Decode => "decode",
            Self::ResponseTooLarge => "response_too_large",
            Self::EventTooLarge => "event_too_large",
            Self::Truncated => "truncated",
            Self::InBand => "in_band",
            Self::Other => "other",
        }
    }

    /// What to do about it, in a few words; empty where nothing general can be said.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::BadRequest | Self::UnprocessableEntity => "change the request",
            Self::Unauthorized => "check the API key (OPENROUTER_API_KEY)",
            Self::PaymentRequired => {
                "add credits, raise the key's limit or lower max_output_tokens"
            }
            Self::Forbidden => "check what the key may do, or change the input",
            Self::NotFound => "check the model's name, the provider preferences and the server URL",
            Self::RequestTimeout | Self::EdgeNetworkTimeout => {
                "it may have been billed; stream the answer or ask for less"
            }
            Self::PayloadTooLarge => "send less",
            Self::TooManyRequests => "wait and send fewer requests at a time",
            Self::InternalServer
            | Self::BadGateway
            | Self::ServiceUnavailable
            | Self::ProviderOverloaded => "try again later, or name fallback models",
            Self::Connect => "check the server URL, the network, proxy settings and certificates",
            Self::Transport => "it may have been billed; see retry_possibly_billed to try again",
            Self::Redirect => "set the server URL to where the server really is",
            Self::Decode => "check that the server URL leads to a Responses API",
            Self::ResponseTooLarge => "raise max_response_bytes",
            Self::EventTooLarge => "raise max_event_bytes",
            Self::Truncated => "what arrived is in partial_response()",
            Self::OtherStatus
            | Self::Configuration
            | Self::Build
            | Self::Timeout
            | Self::Aborted
            | Self::InBand
            | Self::Other => "",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
