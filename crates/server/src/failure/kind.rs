//! [`FailureKind`]: the table of failures, with the HTTP status, the `error_type` and the code in
//! streams of each.

use http::StatusCode;
use orouter_wire::{ApiErrorType, ResponseErrorCode};

/// The kind of a failure. It decides the HTTP status and the `error_type` that clients get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// 400: the request is malformed, or asks for something that its model cannot do.
    InvalidRequest,
    /// 400: the prompt fills the model's context.
    ContextLengthExceeded,
    /// 401: the request has no valid key of this server.
    Authentication,
    /// 402: the credits of the caller's account are too low.
    PaymentRequired,
    /// 403: the request names a host, or comes from a web page, that this server does not serve; or
    /// its key may not do this, or its limit is too low.
    PermissionDenied,
    /// 404: the path or the model is unknown.
    NotFound,
    /// 405: the path does not support this method.
    MethodNotAllowed,
    /// 408: the request's body did not arrive in time.
    RequestTimeout,
    /// 413: the request's body exceeds this server's limit.
    PayloadTooLarge,
    /// 400, or the provider's status: content was refused by moderation or the model's policy.
    ContentPolicy,
    /// 422: the provider read the request and cannot process it.
    Unprocessable,
    /// 429: the provider, or the caller's key, limits the rate of requests. A later try may succeed.
    RateLimited,
    /// 524: the provider did not finish in time.
    ProviderTimeout,
    /// 415: the request's body is not JSON.
    UnsupportedMediaType,
    /// 415: the request's body has a content coding that this server does not decode. The
    /// response lists the supported ones in `Accept-Encoding`.
    UnsupportedEncoding,
    /// 500: an internal error. The message goes to the log and not to the client.
    Server,
    /// 502: the provider failed, or cannot be used.
    ProviderUnavailable,
    /// 503: the provider has no free capacity. A later try may succeed.
    ProviderOverloaded,
}

/// A row of the table.
struct Row {
    status: u16,
    error_type: ApiErrorType,
    /// The `error.code` of a response or a stream that ends with the failure.
    response_code: ResponseErrorCode,
}

const fn row(status: u16, error_type: ApiErrorType, response_code: ResponseErrorCode) -> Row {
    Row {
        status,
        error_type,
        response_code,
    }
}

impl FailureKind {
    /// The table of all failures.
    const fn row(self) -> Row {
        use ApiErrorType as Type;
        use ResponseErrorCode as Code;
        match self {
            Self::InvalidRequest => row(400, Type::InvalidRequest, Code::InvalidPrompt),
            Self::ContextLengthExceeded => {
                row(400, Type::ContextLengthExceeded, Code::InvalidPrompt)
            }
            Self::ContentPolicy => row(
                400,
                Type::ContentPolicyViolation,
                Code::ImageContentPolicyViolation,
            ),
            Self::Authentication => row(401, Type::Authentication, Code::ServerError),
            Self::PaymentRequired => row(402, Type::PaymentRequired, Code::ServerError),
            Self::PermissionDenied => row(403, Type::PermissionDenied, Code::ServerError),
            Self::NotFound => row(404, Type::NotFound, Code::ServerError),
            Self::MethodNotAllowed => row(405, Type::InvalidRequest, Code::ServerError),
            Self::RequestTimeout => row(408, Type::Timeout, Code::ServerError),
            Self::PayloadTooLarge => row(413, Type::PayloadTooLarge, Code::ServerError),
            Self::UnsupportedMediaType => row(415, Type::InvalidRequest, Code::ServerError),
            Self::UnsupportedEncoding => row(415, Type::InvalidRequest, Code::ServerError),
            Self::Unprocessable => row(422, Type::Unprocessable, Code::ServerError),
            Self::RateLimited => row(429, Type::RateLimitExceeded, Code::RateLimitExceeded),
            Self::Server => row(500, Type::Server, Code::ServerError),
            Self::ProviderUnavailable => row(502, Type::ProviderUnavailable, Code::ServerError),
            Self::ProviderOverloaded => row(503, Type::ProviderOverloaded, Code::ServerError),
            Self::ProviderTimeout => row(524, Type::Timeout, Code::ServerError),
        }
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Returns the stable name of the failure: `error.metadata.error_type` of an error body,
    /// `error_type` of a failed response.
    #[must_use]
    pub fn error_type(self) -> ApiErrorType {
        self.row().error_type
    }

    /// Returns the `error.code` of a response or a stream that ends with this failure.
    pub(crate) fn response_code(self) -> ResponseErrorCode {
        self.row().response_code
    }

    /// Returns the text that clients get in place of the message, for failures whose message is
    /// for the log only.
    pub(super) fn masked_message(self) -> Option<&'static str> {
        (self == Self::Server)
            .then_some("internal error; the server's log has the details under the generation id")
    }
}
