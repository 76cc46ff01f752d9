//! [`AccountsOptions`].

use std::path::PathBuf;
use std::time::Duration;

use crate::journal::{JournalOptions, WriterOptions};
use crate::key_cache::KeyCacheOptions;
use crate::lease::LeaseOptions;
use crate::rate::RateLimiterOptions;

/// Options of [`Accounts`](super::Accounts).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountsOptions {
    /// The journal.
    pub journal: JournalOptions,
    /// The task that writes the journal to the database.
    pub writer: WriterOptions,
    /// The leases of this process.
    pub leases: LeaseOptions,
    /// The cache of keys.
    pub keys: KeyCacheOptions,
    /// The rate limits.
    pub rates: RateLimiterOptions,
    /// Times after which data is removed.
    pub retention: RetentionOptions,
}

impl AccountsOptions {
    /// Creates the options with a folder for the journal.
    #[must_use]
    pub fn new(journal_folder: impl Into<PathBuf>) -> Self {
        Self {
            journal: JournalOptions::new(journal_folder),
            writer: WriterOptions::default(),
            leases: LeaseOptions::default(),
            keys: KeyCacheOptions::default(),
            rates: RateLimiterOptions::default(),
            retention: RetentionOptions::default(),
        }
    }
}

/// Times after which data is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionOptions {
    /// `false`: the fields of clients are not stored at all. Default: `true`.
    pub client_fields: bool,
    /// Time after which the fields of clients are removed. Default: 30 days.
    pub client_fields_for: Duration,
    /// Time after which records are removed. It must be longer than outages of the database and than the
    /// time for which a server may be off: records that arrive later than that are kept in a file beside
    /// the journal and are not charged, because they may have been charged before. Default: never.
    pub records_for: Option<Duration>,
    /// Interval in which old data is looked for. Default: 10 minutes.
    pub interval: Duration,
}

impl Default for RetentionOptions {
    fn default() -> Self {
        Self {
            client_fields: true,
            client_fields_for: Duration::from_secs(30 * 24 * 3600),
            records_for: None,
            interval: Duration::from_secs(600),
        }
    }
}
