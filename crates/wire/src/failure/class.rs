//! [`FailureClass`]: the causes of failures.

/// The cause of a failure, as far as its status and the service's words tell.
///
/// The enum is exhaustive on purpose: code that decides by class has to decide about each.
///
/// ```
/// use orouter_wire::failure::FailureClass;
///
/// assert_eq!(FailureClass::from_word("RESOURCE_EXHAUSTED"), Some(FailureClass::RateLimit));
/// assert_eq!(FailureClass::from_word("insufficient_quota"), Some(FailureClass::Quota));
/// assert_eq!(FailureClass::from_status(529), Some(FailureClass::Overloaded));
/// assert!(FailureClass::RateLimit.is_transient() && !FailureClass::Quota.is_transient());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureClass {
    /// Too many requests or tokens in a period of time.
    RateLimit,
    /// The service or the model has no capacity at the moment.
    Overloaded,
    /// The service, or a provider behind it, cannot be reached at the moment.
    Unavailable,
    /// A fault inside the service or a provider.
    Server,
    /// The service or a provider did not finish in time. The work may have been done and billed.
    Timeout,
    /// A balance, budget or usage limit is used up. Waiting a few seconds does not help.
    Quota,
    /// The API key is missing, wrong, expired or disabled.
    Authentication,
    /// The key, account or region may not do this.
    Permission,
    /// The model, or another thing that the request names, does not exist or cannot be served.
    NotFound,
    /// The input or the requested output exceeds a token limit of the model.
    ContextLength,
    /// Content was refused: by moderation, a guardrail or the model's policy.
    ContentPolicy,
    /// The request body is too large.
    PayloadTooLarge,
    /// Any other fault of the request.
    InvalidRequest,
}

impl FailureClass {
    /// Returns `true` if the same request may succeed when it is sent again a little later.
    #[must_use]
    pub fn is_transient(self) -> bool {
        match self {
            Self::RateLimit
            | Self::Overloaded
            | Self::Unavailable
            | Self::Server
            | Self::Timeout => true,
            Self::Quota
            | Self::Authentication
            | Self::Permission
            | Self::NotFound
            | Self::ContextLength
            | Self::ContentPolicy
            | Self::PayloadTooLarge
            | Self::InvalidRequest => false,
        }
    }

    /// Returns the HTTP status that stands for the class.
    ///
    /// The status of a single word can differ; see
    /// [`ReportedFailure::status`](super::ReportedFailure::status).
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::RateLimit | Self::Quota => 429,
            Self::Overloaded => 529,
            Self::Unavailable => 503,
            Self::Server => 500,
            Self::Timeout => 504,
            Self::Authentication => 401,
            Self::Permission => 403,
            Self::NotFound => 404,
            Self::PayloadTooLarge => 413,
            Self::ContextLength | Self::ContentPolicy | Self::InvalidRequest => 400,
        }
    }
}
