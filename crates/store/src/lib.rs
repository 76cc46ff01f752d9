//! The accounts of an `orouter` server: API keys, prepaid credits, spending limits, rate limits and
//! usage records, in SQLite or PostgreSQL.
//!
//! A request waits for the database only if it must: keys are cached, money and rate limits are leased
//! to each server in parts, and records are appended to a file and written to the database later.
//!
//! Start with [`Accounts`], which has all of that and its tasks:
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! use std::sync::Arc;
//! use std::time::Duration;
//! use orouter_store::{
//!     AccountId, Accounts, AccountsOptions, ApiKey, CreditGrant, GenerationRecord, NewKey, Payer,
//!     SqliteOptions, SqliteStore, Store, Usd,
//! };
//!
//! let options = SqliteOptions::new(folder.join("orouter.db"));
//! let store: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await?);
//! let accounts = Accounts::start(store, AccountsOptions::new(folder.join("journal")))?;
//!
//! // An operator adds credits and creates a key.
//! let store = accounts.store();
//! let credits = CreditGrant::new("invoice 17", AccountId::default(), Usd::from_f64(25.0));
//! store.add_credits(credits).await?;
//! let secret = ApiKey::random()?;
//! store.create_key(NewKey::new("search"), &secret).await?;
//!
//! // A request: key and rate limits, room for the record, the reservation, the record.
//! let caller = accounts.find_key(secret.expose().as_bytes()).await?;
//! let states = accounts.rates().admit(&caller.key, 1_000).await?;
//! assert!(states.is_empty()); // the key has no rate limits
//! let mut admission = accounts.admit()?;
//! admission.reserve(&Payer::of(&caller), Usd::from_f64(0.02)).await?;
//! let mut record = GenerationRecord::new("gen-1", accounts.now());
//! record.account = caller.key.account.clone();
//! record.key = Some(caller.key.hash);
//! record.cost = Usd::from_f64(0.0015);
//! admission.settle(record);
//!
//! // Exact figures for `GET /credits` and `GET /key`.
//! accounts.update_figures(&Payer::of(&caller), Duration::from_secs(1)).await;
//! let account = store.account(AccountId::default()).await?.expect("an account");
//! assert_eq!(account.balance(), Some(Usd::from_f64(24.9985)));
//! accounts.stop().await?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! | Part | Content |
//! |---|---|
//! | [`Accounts`], [`Admission`] | everything that a server needs, with its tasks |
//! | [`Store`] and its parts [`AccountStore`], [`KeyStore`], [`LeaseStore`], [`RecordStore`], [`SharedStore`] | the database |
//! | [`SqliteStore`], [`PostgresStore`] | the backends |
//! | [`ledger`] | the state of a budget and its only change; pure |
//! | [`Leases`], [`Payer`], [`Hold`] | reservations without the database |
//! | [`Journal`], [`Permit`] | the durable queue of records |
//! | [`KeyCache`], [`RateLimiter`], [`Exchange`] | keys, rate limits, and what servers share |
//! | [`GenerationRecord`], [`write_csv`], [`write_json_line`] | records and their export |
//! | [`Usd`], [`Timestamp`], [`Day`], [`LimitReset`] | amounts, times and windows |
//!
//! # Durations
//!
//! | Situation | Behaviour |
//! |---|---|
//! | a key was changed | known to all servers within a second ([`KeyCacheOptions`]) |
//! | the database does not answer | known keys are used for 1 hour; leases for 60 s, then [`OutagePolicy`] decides; a key's rate limit applies to each server alone; records wait in the journal, up to 256 MiB, and then nothing is admitted |
//! | the database is slow | a known key waits at most 100 ms, a reservation at most 1.2 s, once a second; a rate limit at most 200 ms, once a minute |
//! | a process was killed | its records are written by the next process that uses its folder; its leases are returned then, or after 60 s |
//! | the database refuses logins or statements | as if it did not answer: records wait in the journal |
//! | the power fails | records of the last second that were not yet in the database are lost |
//!
//! All operations of a backend have a deadline, which is one of its options (5 s by default).

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!("enable the feature `sqlite` or `postgres`, or both");

mod account;
mod accounts;
mod backend;
mod error;
mod exchange;
mod id;
mod journal;
mod key;
mod key_cache;
mod lease;
pub mod ledger;
#[cfg(feature = "postgres")]
mod postgres;
mod rate;
mod record;
mod secret;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
mod usd;

pub use account::{Account, CreditGrant};
pub use accounts::{Accounts, AccountsOptions, Admission, KeyError, RetentionOptions};
pub use error::StoreError;
pub use exchange::{Exchange, ExchangeReceiver};
pub use id::{AccountId, BudgetId, LeaseId, ProcessId};
pub use journal::{
    Journal, JournalFull, JournalOptions, Permit, WriterOptions, start as start_writer,
};
pub use key::{Key, KeyChange, KeyDetails, KeyRefusal, KeyUsage, NewKey};
pub use key_cache::{KeyCache, KeyCacheOptions};
pub use lease::{Hold, LeaseOptions, Leases, OutagePolicy, Paid, Payer, Refusal};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore};
pub use rate::{RateLimited, RateLimiter, RateLimiterOptions, RateStatus};
pub use record::{
    ActivityQuery, ActivityRow, AttemptRecord, ClientFields, GenerationOutcome, GenerationRecord,
    Settlement, TokenCounts, csv_header, write_csv, write_json_line,
};
pub use secret::{ApiKey, KeyHash};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};
pub use store::{
    AccountStore, CachedKey, Change, ChangeFeed, EndpointCounts, Excess, ExportCursor, ExportQuery,
    Heartbeat, KeyFilter, KeyStore, LeaseAnswer, LeaseRequest, LeaseStore, RateGrant, RateKind,
    RateRequest, RecordStore, Removed, Retention, Scope, ServedConversation, SharedStore, Store,
    StoreFuture, Written,
};
pub use time::{Day, LimitReset, TimeError, Timestamp};
pub use usd::{Usd, UsdError};
