//! [`KeyCacheOptions`].

use std::time::Duration;

/// Options of a [`KeyCache`](super::KeyCache).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyCacheOptions {
    /// Time for which a key is used without asking the database, while changes are announced. Default:
    /// 60 s.
    pub fresh: Duration,
    /// The same, while changes are not announced. Default: 500 ms.
    pub fresh_without_feed: Duration,
    /// Time for which a key is used while the database does not answer. Default: 1 h.
    pub stale: Duration,
    /// Time for which a hash is known to be unknown. Default: 5 s.
    pub unknown: Duration,
    /// Maximum time that a request waits for the database if there is an older answer. Default:
    /// 100 ms.
    pub patience: Duration,
    /// Maximum time that a request waits for the database otherwise. Default: 2 s.
    pub deadline: Duration,
    /// Maximum number of keys, and of unknown hashes, that are kept. Default: 20,000 each.
    pub capacity: usize,
    /// Maximum number of keys, and of unknown hashes, that are looked up at the same time. At most 32
    /// times as many unknown hashes wait; further ones are refused. Default: 16 each.
    pub lookups: usize,
}

impl Default for KeyCacheOptions {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(60),
            fresh_without_feed: Duration::from_millis(500),
            stale: Duration::from_secs(3600),
            unknown: Duration::from_secs(5),
            patience: Duration::from_millis(100),
            deadline: Duration::from_secs(2),
            capacity: 20_000,
            lookups: 16,
        }
    }
}
