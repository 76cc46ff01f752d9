//! [`KeyStore`]: API keys and the feed of their changes.

use super::{ChangeFeed, StoreFuture};
use crate::id::AccountId;
use crate::key::{Key, KeyChange, KeyDetails, NewKey};
use crate::secret::{ApiKey, KeyHash};

/// API keys and the feed of their changes.
pub trait KeyStore {
    /// Stores a new key and returns it. `secret` is a new random key; only its hash and its label are
    /// stored.
    ///
    /// Fails with [`StoreError::Invalid`](crate::StoreError::Invalid) if a value cannot be stored or
    /// the account does not exist.
    fn create_key(&self, new: NewKey, secret: &ApiKey) -> StoreFuture<'_, KeyDetails>;

    /// Returns what the admission of a request needs to know of a key; `None` if no key has this hash.
    fn find_key(&self, hash: KeyHash) -> StoreFuture<'_, Option<CachedKey>>;

    /// Returns a key of an account with its usage; `None` if the account has no such key.
    fn key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, Option<KeyDetails>>;

    /// Returns keys of an account, the newest first.
    fn keys(&self, filter: KeyFilter) -> StoreFuture<'_, Vec<KeyDetails>>;

    /// Changes a key and returns it; `None` if the account has no such key.
    ///
    /// Fails with [`StoreError::Invalid`](crate::StoreError::Invalid) if a value cannot be stored.
    fn update_key(
        &self,
        account: AccountId,
        hash: KeyHash,
        change: KeyChange,
    ) -> StoreFuture<'_, Option<KeyDetails>>;

    /// Deletes a key, and returns `true` if the account had it. Its records are kept.
    fn delete_key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, bool>;

    /// Returns a feed of the changes from now on, of this process and of others.
    fn changes(&self) -> ChangeFeed;
}

/// A key, and the fact about its account that admission needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CachedKey {
    /// The key.
    pub key: Key,
    /// `true` if the account has credits, so that requests must be covered by them.
    pub prepaid: bool,
}

impl CachedKey {
    pub(crate) const fn new(key: Key, prepaid: bool) -> Self {
        Self { key, prepaid }
    }
}

/// Selects keys of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFilter {
    /// The account.
    pub account: AccountId,
    /// Number of keys to skip. Default: 0.
    pub offset: u32,
    /// Maximum number of keys. Default: 100.
    pub count: u32,
    /// `true` to include disabled keys. Default: `false`.
    pub include_disabled: bool,
    /// `true` to include expired keys. Default: `false`.
    pub include_expired: bool,
}

impl KeyFilter {
    /// Selects the first 100 keys of an account that can be used.
    #[must_use]
    pub const fn new(account: AccountId) -> Self {
        Self {
            account,
            offset: 0,
            count: 100,
            include_disabled: false,
            include_expired: false,
        }
    }
}
