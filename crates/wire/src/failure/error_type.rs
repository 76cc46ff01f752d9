//! [`ApiErrorType`]: OpenRouter's stable names of failures.

use crate::unknown::UnknownValue;

/// OpenRouter's stable names of failures.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ApiErrorType {
    /// The prompt does not fit the model's context (400).
    ContextLengthExceeded,
    /// The request asks for more output tokens than the model supports (400).
    MaxTokensExceeded,
    /// A limit on tokens was reached (400).
    TokenLimitExceeded,
    /// A string is too long (400).
    StringTooLong,
    /// The key is missing or wrong (401).
    Authentication,
    /// The request is not allowed (403).
    PermissionDenied,
    /// The balance or the key's limit is used up (402).
    PaymentRequired,
    /// Too many requests (429).
    RateLimitExceeded,
    /// The provider has no capacity (503).
    ProviderOverloaded,
    /// The provider is down (502).
    ProviderUnavailable,
    /// The request is malformed (400).
    InvalidRequest,
    /// The prompt is malformed (400).
    InvalidPrompt,
    /// The model, endpoint or other resource does not exist (404).
    NotFound,
    /// A precondition does not hold (412).
    PreconditionFailed,
    /// The request is too large (413).
    PayloadTooLarge,
    /// The request is well-formed but cannot be processed (422).
    Unprocessable,
    /// The content violates the provider's policy (400).
    ContentPolicyViolation,
    /// The model refused (400).
    Refusal,
    /// An image cannot be read (400).
    InvalidImage,
    /// An image is too large (400).
    ImageTooLarge,
    /// An image is too small (400).
    ImageTooSmall,
    /// The format of an image is not supported (400).
    UnsupportedImageFormat,
    /// An image does not exist (404).
    ImageNotFound,
    /// An image could not be fetched (400).
    ImageDownloadFailed,
    /// An internal error of the service (500).
    Server,
    /// The service did not respond in time (504).
    Timeout,
    /// A failure without a specific name (500).
    Unmapped,
    /// A name that this version does not know.
    Unknown(UnknownValue),
}
