//! Reservations while the database does not answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use orouter_store::testing::{PostgresServer, SlowProxy};
use orouter_store::{ApiKey, LeaseOptions, NewKey, OutagePolicy, Payer, Refusal, Store, Usd};

use crate::server::*;

fn options(on_outage: OutagePolicy) -> LeaseOptions {
    let mut options = LeaseOptions::default();
    options.deadline = Duration::from_millis(300);
    options.on_outage = on_outage;
    options
}

/// Starts a server whose lease has money, on a database that then does not answer.
async fn paused(
    database: &PostgresServer,
    folder: &tempfile::TempDir,
    policy: OutagePolicy,
) -> Server {
    let store = postgres(&database.url("postgres"), Duration::from_secs(2)).await;
    add_credits(store.as_ref(), usd(1_000_000)).await;
    let server = Server::start(store, folder.path(), options(policy));
    server.call(&credits(), usd(100), usd(10)).await.unwrap();
    server.journal.flush().await;
    database.pause().unwrap();
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lease_is_used_up_and_further_requests_are_refused_without_waiting() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let server = paused(&database, &folder, OutagePolicy::Refuse).await;
    let start = Instant::now();
    let mut admitted = 0;
    let error = loop {
        match server.call(&credits(), usd(100), usd(100)).await {
            Ok(_) => admitted += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Refusal::Unavailable(_)), "{error}");
    assert!((5..=50).contains(&admitted), "{admitted}");
    // One request waited for the deadline; those after it do not wait.
    for _ in 0..1000 {
        server
            .call(&credits(), usd(100), usd(100))
            .await
            .unwrap_err();
    }
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    database.resume().unwrap();
    let start = Instant::now();
    while server.call(&credits(), usd(100), usd(100)).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "no recovery");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let store = Arc::clone(&server.store);
    server.stop().await;
    let account = account(store.as_ref()).await;
    assert_eq!(account.usage, usd(10 + (admitted + 1) * 100));
    assert_eq!(account.reserved, Usd::ZERO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_admitted_up_to_an_amount_and_charged_later() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let policy = OutagePolicy::AdmitUpTo(usd(5_000));
    let server = paused(&database, &folder, policy).await;
    let mut spent = 0;
    while server.call(&credits(), usd(100), usd(100)).await.is_ok() {
        spent += 100;
    }
    // The rest of the lease, and the amount of the policy.
    assert!((5_000..12_000).contains(&spent), "{spent}");
    // Another key has an amount of its own.
    let mut other = credits();
    other.key = Some(orouter_store::KeyHash::of(b"other"));
    server.call(&other, usd(100), usd(100)).await.unwrap();
    database.resume().unwrap();
    tokio::time::timeout(Duration::from_secs(60), server.journal.flush())
        .await
        .unwrap();
    let store = Arc::clone(&server.store);
    let start = Instant::now();
    while server.call(&credits(), usd(100), usd(100)).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "no recovery");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.stop().await;
    let account = account(store.as_ref()).await;
    assert_eq!(
        (account.usage, account.reserved),
        (usd(10 + spent + 200), Usd::ZERO)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_whose_lease_expired_takes_a_new_one() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = postgres(&database.url("postgres"), Duration::from_secs(2)).await;
    add_credits(store.as_ref(), usd(1_000)).await;
    let mut options = options(OutagePolicy::Refuse);
    options.lifetime = Duration::from_millis(900);
    let server = Server::start(Arc::clone(&store), folder.path(), options);
    let hold = server.leases.reserve(&credits(), usd(100)).await.unwrap();
    database.pause().unwrap();
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    // The lease has money and is no longer valid.
    let error = server.leases.reserve(&credits(), usd(1)).await.unwrap_err();
    assert!(matches!(error, Refusal::Unavailable(_)), "{error}");
    database.resume().unwrap();
    let start = Instant::now();
    let payer: Payer = credits();
    while server.call(&payer, usd(100), usd(10)).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "no recovery");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The new lease covers the reservation that was made with the old one.
    while account(store.as_ref()).await.reserved < usd(100) {
        assert!(start.elapsed() < Duration::from_secs(30), "not covered");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let paid = hold.settle(usd(100));
    assert_eq!(paid.account_lease.map(|lease| lease.number), Some(2));
    server.stop().await;
    assert_eq!(account(store.as_ref()).await.reserved, Usd::ZERO);
}

/// Starts a server with leases of many keys, and returns them with a hold of the first one.
async fn with_many_keys(
    store: &Arc<dyn Store>,
    url: &str,
    folder: &tempfile::TempDir,
    options: LeaseOptions,
) -> (Server, orouter_store::Hold) {
    let to_server = postgres(url, Duration::from_secs(2)).await;
    let server = Server::start(to_server, folder.path(), options);
    let mut first = None;
    for number in 0..40 {
        let secret = ApiKey::random().unwrap();
        let mut new = NewKey::new(format!("key {number}"));
        new.limit = Some(usd(1_000_000));
        store.create_key(new, &secret).await.unwrap();
        let mut payer = Payer::default();
        payer.key = Some(secret.hash());
        let hold = server.leases.reserve(&payer, usd(100)).await.unwrap();
        first.get_or_insert(hold);
    }
    (server, first.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leases_stay_valid_while_a_slow_database_takes_many_back() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = postgres(&database.url("postgres"), Duration::from_secs(20)).await;
    let proxy = SlowProxy::start(([127, 0, 0, 1], database.port()).into())
        .await
        .unwrap();
    let url = format!("postgres://postgres@{}/postgres", proxy.address());
    let mut options = options(OutagePolicy::Refuse);
    options.deadline = Duration::from_secs(2);
    options.lifetime = Duration::from_secs(3);
    options.idle = Duration::from_millis(800);
    let (server, hold) = with_many_keys(&store, &url, &folder, options).await;
    proxy.set_delay(Duration::from_millis(10));
    tokio::time::sleep(Duration::from_secs(6)).await;
    let paid = hold.settle(usd(1));
    assert_eq!(paid.key_lease.map(|lease| lease.number), Some(1));
    proxy.set_delay(Duration::ZERO);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_stops_while_the_database_does_not_answer() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = database.url("postgres");
    let store = postgres(&url, Duration::from_secs(20)).await;
    let mut options = options(OutagePolicy::Refuse);
    options.deadline = Duration::from_secs(1);
    options.idle = Duration::from_millis(200);
    let (server, hold) = with_many_keys(&store, &url, &folder, options).await;
    database.pause().unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(hold);
    let start = Instant::now();
    server.leases.stop().await.unwrap_err();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    database.resume().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reservation_does_not_wait_longer_than_its_deadline_for_those_before_it() {
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let store = postgres(&database.url("postgres"), Duration::from_secs(20)).await;
    add_credits(store.as_ref(), usd(1_000_000)).await;
    let proxy = SlowProxy::start(([127, 0, 0, 1], database.port()).into())
        .await
        .unwrap();
    let url = format!("postgres://postgres@{}/postgres", proxy.address());
    let mut options = options(OutagePolicy::Refuse);
    options.deadline = Duration::from_secs(1);
    options.max_chunk = usd(1); // every reservation needs the database
    let to_server = postgres(&url, Duration::from_secs(20)).await;
    let server = Server::start(to_server, folder.path(), options);
    let hold = server.leases.reserve(&credits(), usd(1)).await.unwrap();
    proxy.set_delay(Duration::from_millis(40)); // an answer takes 0.7 s
    let calls = (0..20).map(|_| {
        let leases = server.leases.clone();
        tokio::spawn(async move {
            let start = Instant::now();
            let hold = leases.reserve(&credits(), usd(100)).await;
            (start.elapsed(), hold)
        })
    });
    let calls: Vec<_> = calls.collect();
    for call in calls {
        let (time, _hold) = call.await.unwrap();
        assert!(time < Duration::from_millis(1_500), "{time:?}");
    }
    drop(hold);
    proxy.set_delay(Duration::ZERO);
    server.stop().await;
}
