//! Keys between a server and a database that changes, is slow, or does not answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(all(feature = "sqlite", feature = "postgres"))]

use std::sync::Arc;
use std::time::{Duration, Instant};

use orouter_store::testing::{PostgresServer, SlowProxy};
use orouter_store::{
    AccountId, ApiKey, CreditGrant, KeyCache, KeyCacheOptions, KeyChange, KeyHash, NewKey,
    PostgresOptions, PostgresStore, SqliteOptions, SqliteStore, Store,
};

async fn postgres(url: &str) -> Arc<dyn Store> {
    let mut options = PostgresOptions::new(url);
    options.max_connections = 4;
    options.deadline = Duration::from_secs(3);
    Arc::new(PostgresStore::open(options).await.unwrap())
}

async fn until_live(store: &dyn Store) {
    let feed = store.changes();
    let start = Instant::now();
    while !feed.is_live() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the feed does not connect"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn create(store: &dyn Store) -> KeyHash {
    let secret = ApiKey::random().unwrap();
    store.create_key(NewKey::new("key"), &secret).await.unwrap();
    secret.hash()
}

async fn disable(store: &dyn Store, hash: KeyHash, disabled: bool) {
    let mut change = KeyChange::default();
    change.disabled = Some(disabled);
    store
        .update_key(AccountId::default(), hash, change)
        .await
        .unwrap();
}

async fn is_disabled(cache: &KeyCache, hash: KeyHash) -> Option<bool> {
    cache
        .find(hash)
        .await
        .unwrap()
        .map(|found| found.key.disabled)
}

/// Waits until the cache has this answer, for at most a second.
async fn expect(cache: &KeyCache, hash: KeyHash, answer: Option<bool>) {
    let start = Instant::now();
    while is_disabled(cache, hash).await != answer {
        assert!(start.elapsed() < Duration::from_secs(1), "{answer:?}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_one_replica_takes_effect_on_another_within_a_second() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let (one, two) = (
        postgres(&server.url("postgres")).await,
        postgres(&server.url("postgres")).await,
    );
    until_live(one.as_ref()).await;
    let cache = KeyCache::start(Arc::clone(&one), KeyCacheOptions::default());
    let secret = ApiKey::random().unwrap();
    let hash = secret.hash();
    assert_eq!(is_disabled(&cache, hash).await, None);
    two.create_key(NewKey::new("key"), &secret).await.unwrap();
    expect(&cache, hash, Some(false)).await;
    for disabled in [true, false, true, false] {
        disable(two.as_ref(), hash, disabled).await;
        expect(&cache, hash, Some(disabled)).await;
    }
    assert!(!cache.find(hash).await.unwrap().unwrap().prepaid);
    let grant = CreditGrant::new("g", AccountId::default(), orouter_store::Usd::from_nanos(1));
    two.add_credits(grant).await.unwrap();
    let start = Instant::now();
    while !cache.find(hash).await.unwrap().unwrap().prepaid {
        assert!(start.elapsed() < Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    two.delete_key(AccountId::default(), hash).await.unwrap();
    expect(&cache, hash, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_by_another_process_on_a_file_takes_effect_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new(folder.path().join("orouter.db"));
    let one: Arc<dyn Store> = Arc::new(SqliteStore::open(options.clone()).await.unwrap());
    let two: Arc<dyn Store> = Arc::new(SqliteStore::open(options).await.unwrap());
    let cache = KeyCache::start(Arc::clone(&one), KeyCacheOptions::default());
    let hash = create(two.as_ref()).await;
    expect(&cache, hash, Some(false)).await;
    tokio::time::sleep(Duration::from_millis(600)).await; // the poll has seen the creation
    disable(two.as_ref(), hash, true).await;
    expect(&cache, hash, Some(true)).await;
    // In the same process, the change is known at once.
    disable(one.as_ref(), hash, false).await;
    expect(&cache, hash, Some(false)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_key_is_used_while_the_database_does_not_answer() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let store = postgres(&server.url("postgres")).await;
    until_live(store.as_ref()).await;
    let mut options = KeyCacheOptions::default();
    options.deadline = Duration::from_millis(500);
    let cache = KeyCache::start(Arc::clone(&store), options);
    let (known, other) = (create(store.as_ref()).await, create(store.as_ref()).await);
    assert_eq!(is_disabled(&cache, known).await, Some(false));
    server.pause().unwrap();
    // Longer than the time for which a key is fresh without announcements of changes.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(is_disabled(&cache, known).await, Some(false));
    }
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    assert!(cache.find(other).await.unwrap_err().is_outage());
    server.resume().unwrap();
    let start = Instant::now();
    while cache.find(other).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "no recovery");
    }
    disable(store.as_ref(), known, true).await;
    until_live(store.as_ref()).await;
    expect(&cache, known, Some(true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_database_does_not_slow_requests_with_a_known_key() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let proxy = SlowProxy::start(([127, 0, 0, 1], server.port()).into())
        .await
        .unwrap();
    let url = format!("postgres://postgres@{}/postgres", proxy.address());
    let store = postgres(&url).await;
    until_live(store.as_ref()).await;
    let mut options = KeyCacheOptions::default();
    options.fresh = Duration::from_millis(50);
    options.patience = Duration::from_millis(20);
    let cache = KeyCache::start(Arc::clone(&store), options);
    let hash = create(store.as_ref()).await;
    assert_eq!(is_disabled(&cache, hash).await, Some(false));
    proxy.set_delay(Duration::from_millis(300));
    let start = Instant::now();
    let mut requests = 0;
    while start.elapsed() < Duration::from_secs(2) {
        assert_eq!(is_disabled(&cache, hash).await, Some(false));
        requests += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Each waits for at most the patience; most do not wait.
    assert!(requests > 50, "{requests}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_for_the_same_hash_share_a_lookup() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let proxy = SlowProxy::start(([127, 0, 0, 1], server.port()).into())
        .await
        .unwrap();
    let url = format!("postgres://postgres@{}/postgres", proxy.address());
    let store = postgres(&url).await;
    let hash = create(store.as_ref()).await;
    let mut options = KeyCacheOptions::default();
    options.lookups = 1;
    let cache = KeyCache::start(Arc::clone(&store), options);
    proxy.set_delay(Duration::from_millis(50));
    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..100 {
        let cache = cache.clone();
        tasks.push(tokio::spawn(async move { is_disabled(&cache, hash).await }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), Some(false));
    }
    // One after another, 100 lookups take more than 10 s.
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_known_within_a_second_while_many_wrong_keys_come() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let store = postgres(&server.url("postgres")).await;
    let proxy = SlowProxy::start(([127, 0, 0, 1], server.port()).into())
        .await
        .unwrap();
    let url = format!("postgres://postgres@{}/postgres", proxy.address());
    let slow = postgres(&url).await;
    until_live(slow.as_ref()).await;
    let mut options = KeyCacheOptions::default();
    options.lookups = 2;
    let cache = KeyCache::start(Arc::clone(&slow), options);
    let hash = create(store.as_ref()).await;
    assert_eq!(is_disabled(&cache, hash).await, Some(false));
    proxy.set_delay(Duration::from_millis(30));
    for number in 0..2_000_u32 {
        let cache = cache.clone();
        tokio::spawn(async move { cache.find(KeyHash::of(&number.to_le_bytes())).await });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    disable(store.as_ref(), hash, true).await;
    expect(&cache, hash, Some(true)).await;
    proxy.set_delay(Duration::ZERO);
}
