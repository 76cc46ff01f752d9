//! The suite on SQLite, and what only SQLite does.

use std::sync::Arc;
use std::time::Duration;

use orouter_store::{
    AccountStore as _, Change, KeyStore as _, SqliteOptions, SqliteStore, StoreError,
};
use tempfile::TempDir;

use crate::support::*;

struct Database {
    store: SqliteStore,
    folder: TempDir,
}

impl Database {
    fn store(&self) -> Db {
        Arc::new(self.store.clone())
    }

    async fn close(self) {}
}

fn options(folder: &TempDir) -> SqliteOptions {
    SqliteOptions::new(folder.path().join("orouter.db"))
}

async fn open() -> Option<Database> {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(options(&folder)).await.unwrap();
    Some(Database { store, folder })
}

crate::suite!(open);

#[tokio::test]
async fn another_process_on_the_file_is_noticed() {
    let database = open().await.unwrap();
    let mut feed = database.store.changes();
    tokio::time::sleep(Duration::from_millis(50)).await; // the first look
    let other: Db = Arc::new(SqliteStore::open(options(&database.folder)).await.unwrap());
    create_key(&other, orouter_store::NewKey::new("other")).await;
    let change = tokio::time::timeout(Duration::from_secs(10), feed.next()).await;
    assert_eq!(change.expect("a change"), Some(Change::All));
}

#[tokio::test]
async fn the_data_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    for total in 1..=3 {
        let store: Db = Arc::new(SqliteStore::open(options(&folder)).await.unwrap());
        let account = add_credits(&store, 1).await;
        assert_eq!(account.credits, Some(usd(total)));
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("orouter.db"), "x".repeat(4096)).unwrap();
    let error = SqliteStore::open(options(&folder)).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error}");
    let mut missing = options(&folder);
    missing.path = folder.path().join("no/such/folder/orouter.db");
    let error = SqliteStore::open(missing).await.unwrap_err();
    assert!(error.is_outage(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_file_is_an_outage_within_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let mut short = options(&folder);
    short.deadline = Duration::from_millis(200);
    let store = SqliteStore::open(short.clone()).await.unwrap();
    let other = rusqlite::Connection::open(&short.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let grant = orouter_store::CreditGrant::new("x", account(), usd(1));
    let error = store.add_credits(grant.clone()).await.unwrap_err();
    assert!(error.is_outage(), "{error}");
    // Readers do not wait for the writer.
    assert!(store.account(account()).await.unwrap().is_some());
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let added = store.add_credits(grant).await.unwrap().unwrap();
    assert_eq!(added.credits, Some(usd(1)));
}

#[tokio::test]
async fn a_deleted_key_has_no_leases() {
    let database = open().await.unwrap();
    let db = database.store();
    let mut new = orouter_store::NewKey::new("key");
    new.limit = Some(usd(100));
    let (secret, _) = create_key(&db, new).await;
    let process = process(&db, LONG).await;
    let budget = orouter_store::BudgetId::Key(secret.hash());
    lease(&db, &budget, &process, 1, 10, 10).await;
    assert!(db.delete_key(account(), secret.hash()).await.unwrap());
    let file = rusqlite::Connection::open(options(&database.folder).path).unwrap();
    let count = |table: &str| -> i64 {
        file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
    };
    assert_eq!((count("leases"), count("processes")), (0, 1));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = open().await.unwrap();
    add_credits(&database.store(), 1).await;
    let mut count = 0;
    for entry in std::fs::read_dir(database.folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
        count += 1;
    }
    assert_eq!(count, 3); // the database, its log and the log's index
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_open_a_new_file_together_migrate_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let opened = (0..6).map(|_| tokio::spawn(SqliteStore::open(options(&folder))));
        let opened: Vec<_> = opened.collect();
        for store in opened {
            let store = store.await.unwrap().unwrap();
            assert!(store.account(account()).await.unwrap().is_some());
        }
    }
}
