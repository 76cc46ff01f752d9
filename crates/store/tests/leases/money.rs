//! No call is admitted that the balance does not cover.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use orouter_store::testing::PostgresServer;
use orouter_store::{ApiKey, LeaseOptions, NewKey, Payer, Refusal, Store, Usd};

use crate::server::*;

const COST: Usd = usd(1_000);
const ESTIMATE: Usd = usd(7_300);

/// 10,000 calls, 64 at a time, with a balance for 5,000.
async fn many_calls(store: Arc<dyn Store>, folder: &Path) {
    let start = COST.times(5_000);
    add_credits(store.as_ref(), start).await;
    let server = Arc::new(Server::start(
        Arc::clone(&store),
        folder,
        LeaseOptions::default(),
    ));
    let (next, settled) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..64 {
        let (server, next, settled) = (server.clone(), next.clone(), settled.clone());
        tasks.push(tokio::spawn(async move {
            while next.fetch_add(1, Ordering::Relaxed) < 10_000 {
                match server.call(&credits(), ESTIMATE, COST).await {
                    Ok(_) => {
                        settled.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(Refusal::Credits { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    println!("10,000 calls took {:?}", began.elapsed());
    // Some of these calls were refused because others had reserved the rest.
    while server.call(&credits(), ESTIMATE, COST).await.is_ok() {
        settled.fetch_add(1, Ordering::Relaxed);
    }
    let server = Arc::into_inner(server).expect("the calls have ended");
    server.stop().await;
    let account = account(store.as_ref()).await;
    let settled = COST.times(settled.load(Ordering::Relaxed).into());
    assert!(settled <= start);
    assert_eq!((account.usage, account.reserved), (settled, Usd::ZERO));
    assert_eq!(account.balance(), Some(start - settled));
    // No money is held for nothing.
    assert!(start - settled < ESTIMATE, "{settled}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_with_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    many_calls(sqlite(folder.path()).await, &folder.path().join("journal")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_with_postgres() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = postgres(&database.url("postgres"), Duration::from_secs(10)).await;
    many_calls(store, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_of_a_key_is_enforced_beside_the_credits() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    add_credits(store.as_ref(), usd(1_000_000)).await;
    let mut new = NewKey::new("key");
    new.limit = Some(usd(100));
    let secret = ApiKey::random().unwrap();
    store.create_key(new, &secret).await.unwrap();
    let found = store.find_key(secret.hash()).await.unwrap().unwrap();
    let payer = Payer::of(&found);
    let server = Server::start(
        Arc::clone(&store),
        &folder.path().join("j"),
        LeaseOptions::default(),
    );
    for _ in 0..9 {
        server.call(&payer, usd(20), usd(10)).await.unwrap();
    }
    let error = server.call(&payer, usd(20), usd(10)).await.unwrap_err();
    assert_eq!(error, Refusal::Limit { available: usd(10) });
    // The credits that were reserved for the refused call are released.
    server.journal.flush().await;
    server.leases.return_spare(&payer).await;
    let account = account(store.as_ref()).await;
    assert_eq!((account.usage, account.reserved), (usd(90), Usd::ZERO));
    let details = store.key(account.id, secret.hash()).await.unwrap().unwrap();
    assert_eq!(details.limit_remaining(), Some(usd(10)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_reservation_is_released() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    add_credits(store.as_ref(), usd(100)).await;
    let server = Server::start(
        Arc::clone(&store),
        &folder.path().join("j"),
        LeaseOptions::default(),
    );
    for _ in 0..10 {
        let hold = server.leases.reserve(&credits(), usd(60)).await.unwrap();
        let error = server
            .leases
            .reserve(&credits(), usd(60))
            .await
            .unwrap_err();
        assert!(matches!(error, Refusal::Credits { .. }));
        drop(hold);
    }
    server.stop().await;
    assert_eq!(account(store.as_ref()).await.usage, Usd::ZERO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cost_above_the_estimate_is_charged_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    add_credits(store.as_ref(), usd(100)).await;
    let server = Server::start(
        Arc::clone(&store),
        &folder.path().join("j"),
        LeaseOptions::default(),
    );
    let hold = server.leases.reserve(&credits(), usd(60)).await.unwrap();
    let other = server.leases.reserve(&credits(), usd(40)).await.unwrap();
    let paid = hold.settle(usd(75));
    assert_eq!(paid.excess, usd(15));
    let error = server.leases.reserve(&credits(), usd(1)).await.unwrap_err();
    assert!(matches!(error, Refusal::Credits { .. }), "{error}");
    drop(other);
    drop(server.leases.reserve(&credits(), usd(25)).await.unwrap());
    server.stop().await;
}
