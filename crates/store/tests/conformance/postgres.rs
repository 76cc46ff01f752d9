//! The suite on PostgreSQL, and what only PostgreSQL does.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use orouter_store::testing::{PostgresServer, SlowProxy};
use orouter_store::{Change, KeyStore as _, PostgresOptions, PostgresStore, Store as _};

use crate::support::*;

struct Database {
    store: PostgresStore,
    url: String,
}

impl Database {
    fn store(&self) -> Db {
        Arc::new(self.store.clone())
    }

    async fn close(self) {}
}

/// Returns the server of all tests of this process.
fn server() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    SERVER
        .get_or_init(|| PostgresServer::start().unwrap())
        .as_ref()
}

/// Returns the URL of a new, empty database.
fn new_database(server: &PostgresServer) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    server.create_database(&name).unwrap();
    server.url(&name)
}

async fn open() -> Option<Database> {
    let url = new_database(server()?);
    let mut options = PostgresOptions::new(&url);
    options.max_connections = 4;
    options.deadline = Duration::from_secs(20);
    let store = PostgresStore::open(options).await.unwrap();
    Some(Database { store, url })
}

crate::suite!(open);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_together_migrate_once() {
    let Some(server) = server() else { return };
    let url = new_database(server);
    let open = || PostgresStore::open(PostgresOptions::new(&url));
    let (one, two, three) = tokio::join!(open(), open(), open());
    for store in [one, two, three] {
        assert!(store.unwrap().now().await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_reaches_other_replicas_within_a_second() {
    let Some(database) = open().await else { return };
    let other = PostgresStore::open(PostgresOptions::new(&database.url))
        .await
        .unwrap();
    let mut feed = other.changes();
    while !feed.is_live() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let db = database.store();
    let (_, details) = create_key(&db, orouter_store::NewKey::new("key")).await;
    let wait = async { while feed.next().await != Some(Change::Key(details.key.hash)) {} };
    tokio::time::timeout(Duration::from_secs(1), wait)
        .await
        .expect("a change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_database_is_an_outage_within_the_deadline_and_not_longer() {
    let Some(database) = open().await else { return };
    let server = server().unwrap();
    let proxy = SlowProxy::start(([127, 0, 0, 1], server.port()).into())
        .await
        .unwrap();
    let name = database.url.rsplit('/').next().unwrap();
    let url = format!("postgres://postgres@{}/{name}", proxy.address());
    let mut options = PostgresOptions::new(url);
    options.deadline = Duration::from_millis(500);
    let store = PostgresStore::open(options).await.unwrap();
    store.now().await.unwrap();
    proxy.set_delay(Duration::from_secs(5));
    let start = Instant::now();
    let (one, two) = tokio::join!(store.now(), store.now());
    assert!(one.unwrap_err().is_outage() && two.unwrap_err().is_outage());
    assert!(start.elapsed() < Duration::from_secs(4));
    while store.changes().is_live() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    proxy.set_delay(Duration::ZERO);
    let start = Instant::now();
    while store.now().await.is_err() || !store.changes().is_live() {
        assert!(start.elapsed() < Duration::from_secs(30), "no recovery");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_database_is_survived() {
    let Some(mut server) = PostgresServer::start().unwrap() else {
        return;
    };
    let mut options = PostgresOptions::new(server.url("postgres"));
    options.deadline = Duration::from_secs(1);
    let store: Db = Arc::new(PostgresStore::open(options.clone()).await.unwrap());
    add_credits(&store, 5).await;
    server.kill().unwrap();
    assert!(store.now().await.unwrap_err().is_outage());
    let error = PostgresStore::open(options).await.unwrap_err();
    assert!(error.is_outage(), "{error}");
    server.run().unwrap();
    let start = Instant::now();
    while store.now().await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "no recovery");
    }
    assert_eq!(read_account(&store).await.credits, Some(usd(5)));
    server.pause().unwrap();
    assert!(store.now().await.unwrap_err().is_outage());
    server.resume().unwrap();
    while store.now().await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "no recovery");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_that_expired_is_not_renewed_while_another_transaction_reads_it() {
    let Some(database) = open().await else { return };
    let db = database.store();
    add_credits(&db, 100).await;
    let process = process(&db, Duration::from_millis(300)).await;
    lease(&db, &credits_budget(), &process, 1, 10, 10).await;
    let connecting = tokio_postgres::connect(&database.url, tokio_postgres::NoTls);
    let (mut other, connection) = connecting.await.unwrap();
    tokio::spawn(connection);
    let reader = other.transaction().await.unwrap();
    let sql = "SELECT id FROM processes FOR KEY SHARE";
    assert_eq!(reader.query(sql, &[]).await.unwrap().len(), 1);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let beat = db.heartbeat(process, LONG).await.unwrap();
    assert!(!beat.known);
    assert_eq!(read_account(&db).await.reserved, usd(0));
    reader.rollback().await.unwrap();
}
