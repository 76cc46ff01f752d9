//! A server's use of the store, from the key to the record.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(feature = "sqlite")]

use std::sync::Arc;
use std::time::Duration;

use orouter_store::{
    AccountId, Accounts, AccountsOptions, ApiKey, CreditGrant, GenerationRecord, KeyChange,
    KeyError, KeyRefusal, NewKey, Payer, Refusal, Scope, SqliteOptions, SqliteStore, Store, Usd,
};

async fn start(folder: &tempfile::TempDir, change: impl FnOnce(&mut AccountsOptions)) -> Accounts {
    let options = SqliteOptions::new(folder.path().join("orouter.db"));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await.unwrap());
    let mut options = AccountsOptions::new(folder.path().join("journal"));
    change(&mut options);
    Accounts::start(store, options).unwrap()
}

fn record(accounts: &Accounts, id: &str, cost: Usd) -> GenerationRecord {
    let mut record = GenerationRecord::new(id, accounts.now());
    record.cost = cost;
    record.client.user_agent = Some("agent".to_owned());
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_admitted_reserved_and_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = start(&folder, |_| {}).await;
    let store = Arc::clone(accounts.store());
    let grant = CreditGrant::new("g", AccountId::default(), Usd::from_f64(1.0));
    store.add_credits(grant).await.unwrap();
    let secret = ApiKey::random().unwrap();
    let mut new = NewKey::new("key");
    new.limit = Some(Usd::from_f64(0.5));
    store.create_key(new, &secret).await.unwrap();

    let caller = accounts.find_key(secret.expose().as_bytes()).await.unwrap();
    let payer = Payer::of(&caller);
    let mut admission = accounts.admit().unwrap();
    let error = admission
        .reserve(&payer, Usd::from_f64(0.6))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Refusal::Limit {
            available: Usd::from_f64(0.5)
        }
    );
    admission.reserve(&payer, Usd::from_f64(0.2)).await.unwrap();
    let mut record = record(&accounts, "gen-1", Usd::from_f64(0.05));
    record.key = Some(secret.hash());
    assert_eq!(admission.settle(record.clone()), Usd::ZERO);

    // The record can be read before it is in the database, and after that.
    let scope = Scope::Key(secret.hash());
    let found = accounts.generation("gen-1", scope.clone()).await.unwrap();
    assert_eq!(found.as_ref(), Some(&record));
    accounts
        .update_figures(&payer, Duration::from_secs(30))
        .await;
    assert_eq!(accounts.pending_records(), 0);
    assert_eq!(
        accounts.generation("gen-1", scope).await.unwrap(),
        Some(record)
    );
    let details = store
        .key(AccountId::default(), secret.hash())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(details.limit_remaining(), Some(Usd::from_f64(0.45)));
    accounts.stop().await.unwrap();
    let account = store.account(AccountId::default()).await.unwrap().unwrap();
    assert_eq!(
        (account.balance(), account.reserved),
        (Some(Usd::from_f64(0.95)), Usd::ZERO)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_may_not_be_used_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = start(&folder, |_| {}).await;
    let store = Arc::clone(accounts.store());
    let secret = ApiKey::random().unwrap();
    let refusal = async |key: &str| accounts.find_key(key.as_bytes()).await.unwrap_err();
    let refused = KeyError::Refused;
    assert_eq!(refusal(secret.expose()).await, refused(KeyRefusal::Unknown));
    assert_eq!(refusal("' OR 1=1 --").await, refused(KeyRefusal::Unknown));
    store.create_key(NewKey::new("key"), &secret).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await; // the cache is told
    accounts.find_key(secret.expose().as_bytes()).await.unwrap();
    let update = async |change: KeyChange| {
        store
            .update_key(AccountId::default(), secret.hash(), change)
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await; // the cache is told
    };
    let mut change = KeyChange::default();
    change.disabled = Some(true);
    update(change).await;
    assert_eq!(
        refusal(secret.expose()).await,
        refused(KeyRefusal::Disabled)
    );
    let mut change = KeyChange::default();
    change.disabled = Some(false);
    change.expires_at = Some(Some(accounts.now()));
    update(change).await;
    assert_eq!(refusal(secret.expose()).await, refused(KeyRefusal::Expired));
    accounts.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn client_fields_are_not_stored_if_they_are_off() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = start(&folder, |options| options.retention.client_fields = false).await;
    let admission = accounts.admit().unwrap();
    admission.settle(record(&accounts, "gen-1", Usd::ZERO));
    let scope = Scope::Account(AccountId::default());
    let found = accounts.generation("gen-1", scope).await.unwrap().unwrap();
    assert!(found.client.is_empty());
    accounts.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_client_fields_are_removed_in_the_background() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = start(&folder, |options| {
        options.retention.interval = Duration::from_millis(50);
        options.retention.client_fields_for = Duration::from_secs(60);
    })
    .await;
    let mut old = record(&accounts, "gen-1", Usd::ZERO);
    old.completed_at = accounts.now().minus(Duration::from_secs(120));
    accounts.admit().unwrap().settle(old);
    accounts
        .admit()
        .unwrap()
        .settle(record(&accounts, "gen-2", Usd::ZERO));
    accounts
        .update_figures(&Payer::default(), Duration::from_secs(30))
        .await;
    let scope = Scope::Account(AccountId::default());
    let start = std::time::Instant::now();
    loop {
        let old = accounts
            .generation("gen-1", scope.clone())
            .await
            .unwrap()
            .unwrap();
        if old.client.is_empty() {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let new = accounts.generation("gen-2", scope).await.unwrap().unwrap();
    assert!(!new.client.is_empty());
    accounts.stop().await.unwrap();
}
