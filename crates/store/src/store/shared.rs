//! [`SharedStore`]: the state that the servers on one database share.

use std::time::Duration;

use super::StoreFuture;
use crate::id::ProcessId;
use crate::secret::KeyHash;
use crate::time::Timestamp;

/// The state that the servers on one database share: rate limits, the endpoints of conversations, and
/// the outages of endpoints. None of it is kept for long.
pub trait SharedStore {
    /// Takes a part of a key's rate limit in the current minute of the database's clock.
    fn take_rate(&self, request: RateRequest) -> StoreFuture<'_, RateGrant>;

    /// Stores the endpoints that conversations were served by.
    fn put_conversations(&self, served: Vec<ServedConversation>) -> StoreFuture<'_, ()>;

    /// Returns the conversations that were stored at `since` or later, the latest first, and at most
    /// `count`. Times are those of the database's clock.
    fn conversations_since(
        &self,
        since: Timestamp,
        count: u32,
    ) -> StoreFuture<'_, Vec<ServedConversation>>;

    /// Stores the attempts and failures that a process counted.
    fn put_outages(&self, process: ProcessId, counts: Vec<EndpointCounts>) -> StoreFuture<'_, ()>;

    /// Returns the sums of what other processes counted since `since`, for each endpoint and second.
    fn outages_since(
        &self,
        process: ProcessId,
        since: Timestamp,
    ) -> StoreFuture<'_, Vec<EndpointCounts>>;
}

/// The unit of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RateKind {
    /// Requests per minute.
    Requests,
    /// Tokens per minute.
    Tokens,
}

impl RateKind {
    /// Returns the name in the database: `requests`, `tokens`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
        }
    }
}

/// A request for a part of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateRequest {
    /// The key.
    pub key: KeyHash,
    /// The unit.
    pub kind: RateKind,
    /// The key's limit per minute.
    pub limit: u32,
    /// Amount that was used beyond what was granted. It is taken in any case.
    pub used: u32,
    /// Amount to take beyond `used`, or less if less is left.
    pub wanted: u32,
}

impl RateRequest {
    /// Creates a request.
    #[must_use]
    pub const fn new(key: KeyHash, kind: RateKind, limit: u32, used: u32, wanted: u32) -> Self {
        Self {
            key,
            kind,
            limit,
            used,
            wanted,
        }
    }

    /// Returns the part of `wanted` that is granted, after `taken` of the limit was taken before.
    pub(crate) fn grant(&self, taken: i64) -> u32 {
        let left = i64::from(self.limit) - taken - i64::from(self.used);
        u32::try_from(left).unwrap_or(0).min(self.wanted)
    }
}

/// A part of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateGrant {
    /// Amount that may be used until the end of the minute.
    pub granted: u32,
    /// Amount of the limit that is left for further requests.
    pub left: u32,
    /// Time until the end of the minute.
    pub resets_in: Duration,
}

impl RateGrant {
    /// Returns the grant after `taken` of the limit was taken in all.
    pub(crate) fn new(granted: u32, limit: u32, taken: i64, now: Timestamp) -> Self {
        let millis = 60_000 - now.to_millis().rem_euclid(60_000);
        Self {
            granted,
            left: u32::try_from(i64::from(limit) - taken).unwrap_or(0),
            resets_in: Duration::from_millis(u64::try_from(millis).unwrap_or(0)),
        }
    }
}

/// A conversation, and the endpoint that served it last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServedConversation {
    /// Hash of the caller and of what identifies the conversation. The same in all processes.
    pub conversation: String,
    /// Slug of the endpoint, with its model.
    pub endpoint: String,
    /// Time at which it was stored. Ignored by `put_conversations`.
    pub at: Timestamp,
}

impl ServedConversation {
    /// Creates an entry to store.
    #[must_use]
    pub fn new(conversation: impl Into<String>, endpoint: impl Into<String>) -> Self {
        Self {
            conversation: conversation.into(),
            endpoint: endpoint.into(),
            at: Timestamp::default(),
        }
    }
}

/// The attempts and failures of an endpoint in one second.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointCounts {
    /// Slug of the endpoint, with its model.
    pub endpoint: String,
    /// The second.
    pub at: Timestamp,
    /// Number of attempts to add.
    pub attempts: u32,
    /// Number of failures to add.
    pub failures: u32,
}

impl EndpointCounts {
    /// Creates the counts of a second.
    #[must_use]
    pub fn new(endpoint: impl Into<String>, at: Timestamp, attempts: u32, failures: u32) -> Self {
        Self {
            endpoint: endpoint.into(),
            at,
            attempts,
            failures,
        }
    }
}
