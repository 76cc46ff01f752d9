//! Processes that share a budget.

use std::sync::Arc;
use std::time::{Duration, Instant};

use orouter_store::testing::PostgresServer;
use orouter_store::{ApiKey, KeyChange, LeaseOptions, NewKey, Payer, Refusal, Usd};

use crate::server::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_another_process_does_not_use_is_returned_for_a_request() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = database.url("postgres");
    let open = || postgres(&url, Duration::from_secs(10));
    let (one, two) = (open().await, open().await);
    add_credits(one.as_ref(), usd(1_000)).await;
    let mut options = LeaseOptions::default();
    options.recall = Duration::from_secs(5);
    let one = Server::start(one, &folder.path().join("1"), options.clone());
    let two = Server::start(two, &folder.path().join("2"), options);
    for feed in [one.store.changes(), two.store.changes()] {
        while !feed.is_live() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    // Each takes a chunk, and then one needs nearly everything.
    one.call(&credits(), usd(50), usd(10)).await.unwrap();
    two.call(&credits(), usd(50), usd(10)).await.unwrap();
    let hold = one.leases.reserve(&credits(), usd(900)).await.unwrap();
    let error = two.leases.reserve(&credits(), usd(900)).await.unwrap_err();
    assert!(matches!(error, Refusal::Credits { .. }), "{error}");
    drop(hold);
    // The refusal is repeated for a moment.
    let start = Instant::now();
    let hold = loop {
        match two.leases.reserve(&credits(), usd(900)).await {
            Ok(hold) => break hold,
            Err(error) => assert!(start.elapsed() < Duration::from_secs(5), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    drop(hold);
    let store = Arc::clone(&one.store);
    one.stop().await;
    two.stop().await;
    let account = account(store.as_ref()).await;
    assert_eq!((account.usage, account.reserved), (usd(20), Usd::ZERO));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_lease_is_returned() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    add_credits(store.as_ref(), usd(1_000)).await;
    let mut options = LeaseOptions::default();
    options.idle = Duration::from_millis(100);
    let server = Server::start(Arc::clone(&store), &folder.path().join("j"), options);
    server.call(&credits(), usd(50), usd(10)).await.unwrap();
    let start = Instant::now();
    loop {
        let account = account(store.as_ref()).await;
        if (account.reserved, account.usage) == (Usd::ZERO, usd(10)) {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{account:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.call(&credits(), usd(50), usd(10)).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lower_limit_takes_effect_within_a_second() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = database.url("postgres");
    let open = || postgres(&url, Duration::from_secs(10));
    let (one, two) = (open().await, open().await);
    let server = Server::start(one, folder.path(), LeaseOptions::default());
    let feed = server.store.changes();
    while !feed.is_live() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut new = NewKey::new("key");
    new.limit = Some(usd(1_000));
    let secret = ApiKey::random().unwrap();
    let details = two.create_key(new, &secret).await.unwrap();
    let mut payer = Payer::default();
    payer.key = Some(secret.hash());
    server.call(&payer, usd(50), usd(10)).await.unwrap();
    let mut change = KeyChange::default();
    change.limit = Some(Some(usd(20)));
    two.update_key(details.key.account, secret.hash(), change)
        .await
        .unwrap();
    let start = Instant::now();
    while server.call(&payer, usd(11), Usd::ZERO).await.is_ok() {
        assert!(start.elapsed() < Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.call(&payer, usd(10), Usd::ZERO).await.unwrap();
    server.stop().await;
}
