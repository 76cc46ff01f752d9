//! A store that counts look-ups of keys, and that can be made not to answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use orouter_server::store::{
    Account, AccountId, AccountStore, ActivityQuery, ActivityRow, ApiKey, CachedKey, ChangeFeed,
    CreditGrant, EndpointCounts, ExportQuery, GenerationRecord, Heartbeat, KeyChange, KeyDetails,
    KeyFilter, KeyHash, KeyStore, LeaseAnswer, LeaseRequest, LeaseStore, NewKey, ProcessId,
    RateGrant, RateRequest, RecordStore, Removed, Retention, Scope, ServedConversation, Settlement,
    SharedStore, Store, StoreError, StoreFuture, Timestamp, Written,
};

/// A store that counts look-ups of keys, and that can be made not to answer.
#[derive(Debug)]
pub(crate) struct WatchedStore {
    inner: Arc<dyn Store>,
    down: AtomicBool,
    look_ups: AtomicUsize,
}

impl WatchedStore {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            down: AtomicBool::new(false),
            look_ups: AtomicUsize::new(0),
        }
    }

    /// Sets if every operation fails as if the database did not answer.
    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Returns the number of look-ups of keys.
    pub(crate) fn look_ups(&self) -> usize {
        self.look_ups.load(Ordering::SeqCst)
    }

    fn run<'a, T: Send + 'a>(
        &'a self,
        operation: impl FnOnce(&'a dyn Store) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        if self.down.load(Ordering::SeqCst) {
            let error = StoreError::Unavailable("the test says so".to_owned());
            return Box::pin(std::future::ready(Err(error)));
        }
        operation(&*self.inner)
    }
}

impl Store for WatchedStore {
    fn now(&self) -> StoreFuture<'_, Timestamp> {
        self.run(|store| store.now())
    }
}

impl AccountStore for WatchedStore {
    fn create_account(&self, id: AccountId) -> StoreFuture<'_, ()> {
        self.run(|store| store.create_account(id))
    }

    fn account(&self, id: AccountId) -> StoreFuture<'_, Option<Account>> {
        self.run(|store| store.account(id))
    }

    fn add_credits(&self, grant: CreditGrant) -> StoreFuture<'_, Option<Account>> {
        self.run(|store| store.add_credits(grant))
    }
}

impl KeyStore for WatchedStore {
    fn create_key(&self, new: NewKey, secret: &ApiKey) -> StoreFuture<'_, KeyDetails> {
        let secret = secret.clone();
        self.run(|store| Box::pin(async move { store.create_key(new, &secret).await }))
    }

    fn find_key(&self, hash: KeyHash) -> StoreFuture<'_, Option<CachedKey>> {
        self.look_ups.fetch_add(1, Ordering::SeqCst);
        self.run(|store| store.find_key(hash))
    }

    fn key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, Option<KeyDetails>> {
        self.run(|store| store.key(account, hash))
    }

    fn keys(&self, filter: KeyFilter) -> StoreFuture<'_, Vec<KeyDetails>> {
        self.run(|store| store.keys(filter))
    }

    fn update_key(
        &self,
        account: AccountId,
        hash: KeyHash,
        change: KeyChange,
    ) -> StoreFuture<'_, Option<KeyDetails>> {
        self.run(|store| store.update_key(account, hash, change))
    }

    fn delete_key(&self, account: AccountId, hash: KeyHash) -> StoreFuture<'_, bool> {
        self.run(|store| store.delete_key(account, hash))
    }

    fn changes(&self) -> ChangeFeed {
        self.inner.changes()
    }
}

impl LeaseStore for WatchedStore {
    fn heartbeat(&self, process: ProcessId, lifetime: Duration) -> StoreFuture<'_, Heartbeat> {
        self.run(|store| store.heartbeat(process, lifetime))
    }

    fn lease(&self, request: LeaseRequest) -> StoreFuture<'_, LeaseAnswer> {
        self.run(|store| store.lease(request))
    }

    fn end_process(&self, process: ProcessId) -> StoreFuture<'_, ()> {
        self.run(|store| store.end_process(process))
    }
}

impl RecordStore for WatchedStore {
    fn write_settlements(&self, batch: Arc<[Settlement]>) -> StoreFuture<'_, Written> {
        self.run(|store| store.write_settlements(batch))
    }

    fn generation(&self, id: &str, scope: Scope) -> StoreFuture<'_, Option<GenerationRecord>> {
        let id = id.to_owned();
        self.run(|store| Box::pin(async move { store.generation(&id, scope).await }))
    }

    fn activity(&self, query: ActivityQuery) -> StoreFuture<'_, Vec<ActivityRow>> {
        self.run(|store| store.activity(query))
    }

    fn export(&self, query: ExportQuery) -> StoreFuture<'_, Vec<GenerationRecord>> {
        self.run(|store| store.export(query))
    }

    fn clean(&self, retention: Retention) -> StoreFuture<'_, Removed> {
        self.run(|store| store.clean(retention))
    }
}

impl SharedStore for WatchedStore {
    fn take_rate(&self, request: RateRequest) -> StoreFuture<'_, RateGrant> {
        self.run(|store| store.take_rate(request))
    }

    fn put_conversations(&self, served: Vec<ServedConversation>) -> StoreFuture<'_, ()> {
        self.run(|store| store.put_conversations(served))
    }

    fn conversations_since(
        &self,
        since: Timestamp,
        count: u32,
    ) -> StoreFuture<'_, Vec<ServedConversation>> {
        self.run(|store| store.conversations_since(since, count))
    }

    fn put_outages(&self, process: ProcessId, counts: Vec<EndpointCounts>) -> StoreFuture<'_, ()> {
        self.run(|store| store.put_outages(process, counts))
    }

    fn outages_since(
        &self,
        process: ProcessId,
        since: Timestamp,
    ) -> StoreFuture<'_, Vec<EndpointCounts>> {
        self.run(|store| store.outages_since(process, since))
    }
}
