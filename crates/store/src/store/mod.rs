//! [`Store`]: the trait of a database, grouped by concept.
//!
//! Every operation has a deadline, which is an option of the backend. A future can be dropped; the
//! operation may then still take effect.

mod accounts;
mod changes;
mod keys;
mod leases;
mod records;
mod shared;

use std::fmt;
use std::pin::Pin;

use crate::error::StoreError;
use crate::time::Timestamp;

pub use accounts::AccountStore;
pub(crate) use changes::ChangeSender;
pub use changes::{Change, ChangeFeed};
pub use keys::{CachedKey, KeyFilter, KeyStore};
pub use leases::{Heartbeat, LeaseAnswer, LeaseRequest, LeaseStore};
pub use records::{
    Excess, ExportCursor, ExportQuery, RecordStore, Removed, Retention, Scope, Written,
};
pub use shared::{
    EndpointCounts, RateGrant, RateKind, RateRequest, ServedConversation, SharedStore,
};

/// The result of an operation of a store.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A database with accounts, keys, leases, records and the state that servers share.
pub trait Store:
    AccountStore + KeyStore + LeaseStore + RecordStore + SharedStore + fmt::Debug + Send + Sync
{
    /// Returns the time of the database's clock.
    fn now(&self) -> StoreFuture<'_, Timestamp>;
}
