//! [`ApiErrorType`]: OpenRouter's stable names of failures.

use crate::unknown::UnknownValue;

/// The stable names of failures. Stands for `ApiErrorType`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ApiErrorType {
    /// The prompt does not fit the model's context (400).
    ContextLengthExceeded,
    /// More output tokens were asked for than the model gives (400).
    MaxTokensExceeded,
    /// A limit on tokens was reached (400).
    TokenLimitExceeded,
    /// A string is too long (400).
    StringTooLong,
    /// The key is missing or wrong (401).
    Authentication,
    /// Not allowed (403).
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
    /// There is no such thing (404).
    NotFound,
    /// A precondition does not hold (412).
    PreconditionFailed,
    /// The request is too large (413).
    PayloadTooLarge,
    /// The request is well-formed but cannot be carried out (422).
    Unprocessable,
    /// Against the provider's rules (400).
    ContentPolicyViolation,
    /// The model refused (400).
    Refusal,
    /// An image cannot be taken (400).
    InvalidImage,
    /// An image is too large (400).
    ImageTooLarge,
    /// An image is too small (400).
    ImageTooSmall,
    /// An image is not in a format that is taken (400).
    UnsupportedImageFormat,
    /// An image does not exist (404).
    ImageNotFound,
    /// An image could not be fetched (400).
    ImageDownloadFailed,
    /// Something broke (500).
    Server,
    /// It took too long (504).
    Timeout,
    /// A failure that has no name of its own (500).
    Unmapped,
    /// A name that this version does not know.
    Unknown(UnknownValue),
}
