//! [`FailureClass`]: causes of failures, and how a class follows from words and a status.

use super::vocabulary::{self, Entry};

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
    /// Returns the class that a code or type of any known service names.
    ///
    /// Upper and lower case, `_`, `-`, spaces and a final `error` or `exception` make no
    /// difference: `ThrottlingException`, `rate-limit-exceeded` and `Rate limit exceeded` are all
    /// [`RateLimit`](Self::RateLimit). Digits are read as an HTTP status. Returns `None` for an
    /// unknown word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        vocabulary::find(word).map(|entry| entry.class)
    }

    /// Returns the class of an HTTP status from 400 to 599.
    #[must_use]
    pub fn from_status(status: u16) -> Option<Self> {
        vocabulary::find_status(status).map(|entry| entry.class)
    }

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

/// Decides between the words of a failure, given in order of precedence, and its status:
///
/// 1. a word for a cause that a retry cannot resolve, whatever the status;
/// 2. a word for a transient cause;
/// 3. the status;
/// 4. a general word, such as `invalid_request_error` or `server_error`, which services also
///    send as the type of failures of other classes.
///
/// The status of the result is that of the word, for failures that have none.
pub(super) fn decide<'a>(
    words: impl Iterator<Item = &'a str>,
    claimed: Option<u16>,
    status: Option<u16>,
) -> Option<Entry> {
    // A body that claims another status than the HTTP status quotes the failure behind it.
    let claimed = claimed.filter(|_| status.is_some() && claimed != status);
    let found: Vec<Entry> = words
        .filter_map(vocabulary::find)
        .chain(claimed.and_then(vocabulary::find_status))
        .collect();
    let first = |wanted: fn(&Entry) -> bool| found.iter().copied().find(wanted);
    first(|entry| !entry.general && !entry.class.is_transient())
        .or_else(|| first(|entry| !entry.general))
        .or_else(|| status.and_then(vocabulary::find_status))
        .or_else(|| first(|_| true))
}

/// Returns `true` for a status that alone says that the request will not succeed as it is: a 4XX
/// other than 408 and 429. No word makes such a failure retryable.
pub(super) fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 429)
}
