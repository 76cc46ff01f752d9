//! [`Fallback`]: what a failed attempt means for the next endpoints.

use super::kind::FailureKind;

/// The row of the fallback table to which the failure of an attempt belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// A fault of the request: 400, 413, 422. No other endpoint or model is tried.
    Request,
    /// The prompt or the output exceeds the endpoint's limit. Only endpoints with a larger limit
    /// are tried, then the next model.
    TooLong,
    /// Moderation refused the content. The next model is tried.
    Moderation,
    /// The upstream refuses this server's credential, or its credit is used up. Counts against the
    /// endpoint.
    Credential,
    /// The upstream does not know the model. Counts against the endpoint.
    UnknownModel,
    /// The upstream limits the rate of requests. Counts against the endpoint.
    RateLimit,
    /// The upstream failed, and the request was not billed: a 5xx, or a connection that was
    /// refused. Counts against the endpoint.
    Unavailable,
    /// The upstream may have run and billed the request: a timeout, or a connection that was lost
    /// after the request was sent. Counts against the endpoint.
    MaybeBilled,
    /// The endpoint cannot express a part of the request, and nothing was sent. The next endpoint
    /// is tried. Does not count against the endpoint.
    Unsupported,
    /// The upstream cannot read encrypted reasoning of another endpoint. The same endpoint is tried
    /// once more without it.
    EncryptedReasoning,
    /// This server has no free capacity for the endpoint: its queue is full. Does not count against
    /// the endpoint.
    Busy,
}

impl Fallback {
    /// Returns `true` if the next endpoint of the same model may be tried.
    pub(crate) fn next_endpoint(self) -> bool {
        match self {
            Self::Request | Self::Moderation | Self::EncryptedReasoning => false,
            // Only an endpoint with a larger limit.
            Self::TooLong => true,
            Self::Credential
            | Self::UnknownModel
            | Self::RateLimit
            | Self::Unavailable
            | Self::MaybeBilled
            | Self::Unsupported
            | Self::Busy => true,
        }
    }

    /// Returns `true` if the next model of the request may be tried.
    pub(crate) fn next_model(self) -> bool {
        match self {
            Self::Request | Self::EncryptedReasoning => false,
            Self::TooLong
            | Self::Moderation
            | Self::Credential
            | Self::UnknownModel
            | Self::RateLimit
            | Self::Unavailable
            | Self::MaybeBilled
            | Self::Unsupported
            | Self::Busy => true,
        }
    }

    /// Returns `true` if the failure counts against the endpoint.
    pub(crate) fn counts(self) -> bool {
        match self {
            Self::Credential
            | Self::UnknownModel
            | Self::RateLimit
            | Self::Unavailable
            | Self::MaybeBilled => true,
            Self::Request
            | Self::TooLong
            | Self::Moderation
            | Self::Unsupported
            | Self::EncryptedReasoning
            | Self::Busy => false,
        }
    }
}

/// Returns the row of a failure whose provider set none.
pub(super) fn row(kind: FailureKind) -> Fallback {
    match kind {
        FailureKind::InvalidRequest
        | FailureKind::PayloadTooLarge
        | FailureKind::Unprocessable
        | FailureKind::MethodNotAllowed
        | FailureKind::RequestTimeout
        | FailureKind::UnsupportedMediaType
        | FailureKind::UnsupportedEncoding => Fallback::Request,
        FailureKind::ContextLengthExceeded => Fallback::TooLong,
        FailureKind::ContentPolicy => Fallback::Moderation,
        FailureKind::Authentication
        | FailureKind::PaymentRequired
        | FailureKind::PermissionDenied => Fallback::Credential,
        FailureKind::NotFound => Fallback::UnknownModel,
        FailureKind::RateLimited => Fallback::RateLimit,
        FailureKind::Server
        | FailureKind::ProviderUnavailable
        | FailureKind::ProviderOverloaded => Fallback::Unavailable,
        FailureKind::ProviderTimeout => Fallback::MaybeBilled,
    }
}
