//! The journal between processes that are killed and databases that do not answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(all(feature = "sqlite", feature = "postgres"))]

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use orouter_store::testing::PostgresServer;
use orouter_store::{
    AccountId, AccountStore as _, CreditGrant, ExportQuery, GenerationRecord, Journal,
    JournalOptions, LeaseStore as _, PostgresOptions, PostgresStore, ProcessId, Settlement,
    SqliteOptions, SqliteStore, Store, Timestamp, Usd, WriterOptions, start_writer,
};
use tokio::sync::watch;

/// Tells the test process to be a server that is killed, and names its folder.
const CHILD: &str = "OROUTER_STORE_TEST_FOLDER";

fn settlement(id: &str) -> Settlement {
    let mut record = GenerationRecord::new(id, Timestamp::now());
    record.model = "a/b".to_owned();
    record.cost = Usd::from_nanos(7);
    Settlement::new(record)
}

async fn sqlite(folder: &Path) -> SqliteStore {
    let mut options = SqliteOptions::new(folder.join("orouter.db"));
    options.deadline = Duration::from_secs(30);
    SqliteStore::open(options).await.unwrap()
}

fn journal(folder: &Path) -> Arc<Journal> {
    let mut options = JournalOptions::new(folder.join("journal"));
    options.kept_in_memory = 0; // what is on the disk is tested
    options.file_bytes = 4096;
    Arc::new(Journal::open(options, ProcessId::random().unwrap()).unwrap())
}

fn options() -> WriterOptions {
    let mut options = WriterOptions::default();
    options.interval = Duration::from_millis(2);
    options.batch = 10;
    options.max_retry = Duration::from_millis(200);
    options
}

/// Runs the tasks of a journal until everything is written.
async fn write_all(journal: Arc<Journal>, store: Arc<dyn Store>) {
    let (stop, stopped) = watch::channel(false);
    let tasks = start_writer(Arc::clone(&journal), store, options(), stopped);
    journal.flush().await;
    stop.send_replace(true);
    tasks.await.unwrap();
}

async fn ids(store: &dyn Store) -> HashSet<String> {
    let mut query = ExportQuery::default();
    query.count = 1_000_000;
    let records = store.export(query).await.unwrap();
    let ids: HashSet<String> = records.iter().map(|record| record.id.clone()).collect();
    assert_eq!(ids.len(), records.len());
    ids
}

/// Checks that the records are charged once each, and returns their ids.
async fn check_charges(store: &dyn Store) -> HashSet<String> {
    let ids = ids(store).await;
    let account = store.account(AccountId::default()).await.unwrap().unwrap();
    assert_eq!(account.usage, Usd::from_nanos(7).times(ids.len() as i64));
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settlements_reach_the_database_and_the_files_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, store) = (
        journal(folder.path()),
        Arc::new(sqlite(folder.path()).await),
    );
    for number in 0..100 {
        journal
            .permit()
            .unwrap()
            .append(settlement(&format!("gen-{number}")));
    }
    write_all(journal, store.clone()).await;
    assert_eq!(check_charges(store.as_ref()).await.len(), 100);
    let left = std::fs::read_dir(folder.path().join("journal"))
        .unwrap()
        .count();
    assert_eq!(left, 0);
}

/// A server that is killed: appends settlements, prints their ids, and writes them to the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(folder) = std::env::var(CHILD) else {
        return;
    };
    let folder = Path::new(&folder);
    let journal = journal(folder);
    let store = Arc::new(sqlite(folder).await);
    let (_stop, stopped) = watch::channel(false);
    let tasks = start_writer(Arc::clone(&journal), store, options(), stopped);
    for number in 0.. {
        let id = format!("gen-{}-{number}", journal.process());
        journal.permit().unwrap().append(settlement(&id));
        let mut out = std::io::stdout().lock();
        writeln!(out, "appended {id}").unwrap();
        out.flush().unwrap();
        drop(out);
        if number % 8 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    drop(tasks);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_settlement_of_a_killed_process_is_lost_or_written_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut appended = HashSet::new();
    for round in 0_u64..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let mut kill_at = None;
        loop {
            line.clear();
            if lines.read_line(&mut line).unwrap() == 0 {
                break;
            }
            if let Some(id) = line.trim_end().strip_prefix("appended ") {
                appended.insert(id.to_owned());
                let start = kill_at.get_or_insert_with(Instant::now);
                // Different points of the work in each round.
                if start.elapsed() > Duration::from_millis(20 + round * 37) {
                    child.kill().unwrap(); // SIGKILL; the lines in the pipe are still read
                }
            }
        }
        child.wait().unwrap();
    }
    assert!(appended.len() > 100, "{}", appended.len());
    let store = Arc::new(sqlite(folder.path()).await);
    let journal = journal(folder.path());
    let (stop, stopped) = watch::channel(false);
    let tasks = start_writer(journal, store.clone(), options(), stopped);
    let start = Instant::now();
    loop {
        let written = ids(store.as_ref()).await;
        if appended.is_subset(&written) {
            // At most one per round was killed between the append and the line.
            assert!(written.len() <= appended.len() + 8);
            break;
        }
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "records are missing"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.send_replace(true);
    tasks.await.unwrap();
    check_charges(store.as_ref()).await;
    let left = std::fs::read_dir(folder.path().join("journal")).unwrap();
    let left: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_leases_of_a_dead_process_are_returned_when_its_journal_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(sqlite(folder.path()).await);
    let grant = CreditGrant::new("g", AccountId::default(), Usd::from_nanos(100));
    store.add_credits(grant).await.unwrap();
    let dead = journal(folder.path());
    let process = dead.process().clone();
    store
        .heartbeat(process.clone(), Duration::from_secs(3600))
        .await
        .unwrap();
    let lease = orouter_store::LeaseId::new(process, 1);
    let budget = orouter_store::BudgetId::Account(AccountId::default());
    let amount = Usd::from_nanos(50);
    let request = orouter_store::LeaseRequest::new(budget, lease.clone(), 1, amount, amount);
    store.lease(request).await.unwrap();
    let mut paid = settlement("gen-1");
    paid.account_lease = Some(lease);
    dead.permit().unwrap().append(paid);
    drop(dead); // as a killed process leaves it
    let (stop, stopped) = watch::channel(false);
    let tasks = start_writer(journal(folder.path()), store.clone(), options(), stopped);
    let start = Instant::now();
    loop {
        let account = store.account(AccountId::default()).await.unwrap().unwrap();
        if (account.usage, account.reserved) == (Usd::from_nanos(7), Usd::ZERO) {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{account:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send_replace(true);
    tasks.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appending_does_not_wait_for_a_database_that_does_not_answer() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut postgres = PostgresOptions::new(server.url("postgres"));
    postgres.deadline = Duration::from_millis(500);
    let store = Arc::new(PostgresStore::open(postgres).await.unwrap());
    let journal = journal(folder.path());
    let (stop, stopped) = watch::channel(false);
    let tasks = start_writer(Arc::clone(&journal), store.clone(), options(), stopped);
    journal.permit().unwrap().append(settlement("gen-before"));
    journal.flush().await;
    server.pause().unwrap();
    for number in 0..1000 {
        journal
            .permit()
            .unwrap()
            .append(settlement(&format!("gen-{number}")));
        if number % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert_eq!(journal.pending(), 1000);
    let found = journal.find("gen-999").unwrap();
    assert_eq!(found.cost, Usd::from_nanos(7));
    server.resume().unwrap();
    tokio::time::timeout(Duration::from_secs(60), journal.flush())
        .await
        .unwrap();
    assert_eq!(check_charges(store.as_ref()).await.len(), 1001);
    stop.send_replace(true);
    tasks.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_the_database_refuses_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(sqlite(folder.path()).await);
    let other = rusqlite::Connection::open(folder.path().join("orouter.db")).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON generations WHEN NEW.id = 'gen-5'
             BEGIN SELECT RAISE(ABORT, 'refused'); END;",
        )
        .unwrap();
    drop(other);
    let journal = journal(folder.path());
    for number in 0..20 {
        journal
            .permit()
            .unwrap()
            .append(settlement(&format!("gen-{number}")));
    }
    write_all(journal, store.clone()).await;
    let written = check_charges(store.as_ref()).await;
    assert_eq!((written.len(), written.contains("gen-5")), (19, false));
    let refused = std::fs::read_to_string(folder.path().join("journal/refused.jsonl")).unwrap();
    let refused: Settlement = serde_json::from_str(refused.trim_end()).unwrap();
    assert_eq!(refused.record.id, "gen-5");
}
