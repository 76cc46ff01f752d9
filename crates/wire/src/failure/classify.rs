//! The class of a failure, computed from its words and its status.

use super::class::FailureClass;
use super::sentences;
use super::vocabulary::{self, Entry};

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
}

/// Decides between the words of a failure, given in order of precedence, and its status:
///
/// 1. a word for a cause that a retry cannot resolve, whatever the status;
/// 2. a word for a transient cause;
/// 3. the cause that the message names in its first words, unless the status is that of a transient
///    cause;
/// 4. the status;
/// 5. a general word, such as `invalid_request_error` or `server_error`, which services also
///    send as the type of failures of other classes.
///
/// The status of the result is that of the word, for failures that have none.
pub(super) fn decide<'a>(
    words: impl Iterator<Item = &'a str>,
    message: Option<&str>,
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
        .or_else(|| sentences::find(message?).filter(|_| status.is_none_or(is_final)))
        .or_else(|| status.and_then(vocabulary::find_status))
        .or_else(|| first(|_| true))
}

/// Returns `true` for a status that alone says that the request will not succeed as it is: a 4XX
/// other than 408 and 429. No word makes such a failure retryable.
pub(super) fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 429)
}
