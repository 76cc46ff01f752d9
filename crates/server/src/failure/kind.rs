//! The vocabulary of failures: a name that stays, a status, and a code for streams.

use http::StatusCode;
use orouter_wire::{ApiErrorType, ResponseErrorCode};

/// What kind of failure it is: decides the HTTP status and the `error_type` that clients see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// 400: the request is malformed, or asks for what its model cannot do.
    InvalidRequest,
    /// 400: the prompt leaves no room for an answer in the model's context.
    ContextLengthExceeded,
    /// 404: there is no such path, or no such model.
    NotFound,
    /// 405: the path is known and does not take this method.
    MethodNotAllowed,
    /// 408: the request's body did not arrive in time.
    RequestTimeout,
    /// 413: the request's body is larger than this server reads.
    PayloadTooLarge,
    /// 400, or the provider's status: content was refused by moderation or the model's policy.
    ContentPolicy,
    /// 422: the provider read the request and cannot process it.
    Unprocessable,
    /// 429: the provider limits the rate of requests; trying again later helps.
    RateLimited,
    /// 524: the provider did not finish in time.
    ProviderTimeout,
    /// 500: something broke in this server. The client is not told what.
    Server,
    /// 502: the provider failed, or cannot be used.
    ProviderUnavailable,
    /// 503: the provider is up and has no room; trying again later helps.
    ProviderOverloaded,
}

impl FailureKind {
    /// The HTTP status of an answer that tells such a failure.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest | Self::ContextLengthExceeded | Self::ContentPolicy => {
                StatusCode::BAD_REQUEST
            }
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::ProviderTimeout => {
                StatusCode::from_u16(524).unwrap_or(StatusCode::GATEWAY_TIMEOUT)
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Server => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ProviderUnavailable => StatusCode::BAD_GATEWAY,
            Self::ProviderOverloaded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The stable name of the failure: `error.metadata.error_type` of a body, `error_type` of a
    /// failed response.
    #[must_use]
    pub fn error_type(self) -> ApiErrorType {
        match self {
            Self::InvalidRequest | Self::MethodNotAllowed => ApiErrorType::InvalidRequest,
            Self::ContextLengthExceeded => ApiErrorType::ContextLengthExceeded,
            Self::NotFound => ApiErrorType::NotFound,
            Self::RequestTimeout | Self::ProviderTimeout => ApiErrorType::Timeout,
            Self::ContentPolicy => ApiErrorType::ContentPolicyViolation,
            Self::Unprocessable => ApiErrorType::Unprocessable,
            Self::RateLimited => ApiErrorType::RateLimitExceeded,
            Self::PayloadTooLarge => ApiErrorType::PayloadTooLarge,
            Self::Server => ApiErrorType::Server,
            Self::ProviderUnavailable => ApiErrorType::ProviderUnavailable,
            Self::ProviderOverloaded => ApiErrorType::ProviderOverloaded,
        }
    }

    /// The `error.code` of a response or a stream that ends with this failure.
    pub(crate) fn response_code(self) -> ResponseErrorCode {
        match self {
            Self::InvalidRequest | Self::ContextLengthExceeded => ResponseErrorCode::InvalidPrompt,
            Self::ContentPolicy => ResponseErrorCode::ImageContentPolicyViolation,
            Self::RateLimited => ResponseErrorCode::RateLimitExceeded,
            _ => ResponseErrorCode::ServerError,
        }
    }
}
