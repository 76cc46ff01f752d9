//! [`ActivityRow`]: sums over the records of a day.

use crate::id::AccountId;
use crate::secret::KeyHash;
use crate::time::Day;
use crate::usd::Usd;

/// Selects rows of the activity of the last 30 completed days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivityQuery {
    /// The account.
    pub account: AccountId,
    /// Only this day. It must be one of the last 30 completed ones, otherwise no row is returned.
    pub day: Option<Day>,
    /// Only this key.
    pub key: Option<KeyHash>,
}

impl ActivityQuery {
    /// Creates the query for all activity of an account.
    #[must_use]
    pub fn new(account: AccountId) -> Self {
        Self {
            account,
            ..Self::default()
        }
    }
}

/// Sums over the records of a day with one model and one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivityRow {
    /// The day, UTC.
    pub day: Day,
    /// The model.
    pub model: String,
    /// Version of the model; the model if the provider names none.
    pub model_permaslug: String,
    /// Slug of the endpoint; empty if no endpoint served the requests.
    pub endpoint: String,
    /// Name of the provider; empty if none served the requests.
    pub provider: String,
    /// Sum of the costs.
    pub cost: Usd,
    /// Number of records.
    pub requests: u64,
    /// Sum of the prompt tokens.
    pub prompt_tokens: u64,
    /// Sum of the output tokens.
    pub completion_tokens: u64,
    /// Sum of the reasoning tokens.
    pub reasoning_tokens: u64,
    /// Sum of the cached tokens.
    pub cached_tokens: u64,
}
