//! The journal with damaged files, and with databases that refuse statements.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this is a test"
)]
#![cfg(all(feature = "sqlite", feature = "postgres"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use orouter_store::testing::PostgresServer;
use orouter_store::{
    ExportQuery, GenerationRecord, Journal, JournalOptions, PostgresOptions, PostgresStore,
    ProcessId, Settlement, SqliteOptions, SqliteStore, Store, Timestamp, Usd, WriterOptions,
    start_writer,
};
use tempfile::TempDir;
use tokio::sync::watch;

async fn sqlite(folder: &TempDir) -> Arc<dyn Store> {
    let mut options = SqliteOptions::new(folder.path().join("orouter.db"));
    options.deadline = Duration::from_millis(300);
    Arc::new(SqliteStore::open(options).await.unwrap())
}

fn open(folder: &TempDir) -> Arc<Journal> {
    let mut options = JournalOptions::new(folder.path().join("journal"));
    options.kept_in_memory = 0; // what is on the disk is tested
    Arc::new(Journal::open(options, ProcessId::random().unwrap()).unwrap())
}

fn append(journal: &Arc<Journal>, id: &str) {
    let mut record = GenerationRecord::new(id, Timestamp::now());
    record.cost = Usd::from_nanos(7);
    journal.permit().unwrap().append(Settlement::new(record));
}

/// Returns the files of the folder with this extension.
fn files(folder: &TempDir, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path().join("journal")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    paths.sort();
    paths
}

fn writer_options() -> WriterOptions {
    let mut options = WriterOptions::default();
    options.interval = Duration::from_millis(2);
    options.retry = Duration::from_millis(20);
    options.max_retry = Duration::from_millis(50);
    options.adopt_interval = Duration::from_millis(50);
    options
}

/// Writes a journal until everything is written, and at least for a time.
async fn write(journal: &Arc<Journal>, store: &Arc<dyn Store>, time: Duration) {
    let (stop, stopped) = watch::channel(false);
    let (of_tasks, store) = (Arc::clone(journal), Arc::clone(store));
    let tasks = start_writer(of_tasks, store, writer_options(), stopped);
    tokio::time::sleep(time).await;
    let flushed = tokio::time::timeout(Duration::from_secs(20), journal.flush()).await;
    flushed.expect("written");
    stop.send_replace(true);
    tasks.await.unwrap();
}

async fn ids(store: &Arc<dyn Store>) -> BTreeSet<String> {
    let records = store.export(ExportQuery::default()).await.unwrap();
    records.into_iter().map(|record| record.id).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_wait_while_sqlite_refuses_statements() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let file = rusqlite::Connection::open(folder.path().join("orouter.db")).unwrap();
    file.execute_batch("ALTER TABLE generations RENAME TO elsewhere")
        .unwrap();
    let journal = open(&folder);
    append(&journal, "gen-1");
    let repair = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        file.execute_batch("ALTER TABLE elsewhere RENAME TO generations")
            .unwrap();
    };
    tokio::join!(write(&journal, &store, Duration::from_millis(400)), repair);
    assert_eq!(ids(&store).await, set(&["gen-1"]));
    assert_eq!(files(&folder, "jsonl"), [] as [PathBuf; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_wait_while_postgres_refuses_the_login() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = server.url("postgres");
    let connecting = tokio_postgres::connect(&url, tokio_postgres::NoTls);
    let (admin, connection) = connecting.await.unwrap();
    tokio::spawn(connection);
    let create = "CREATE ROLE app LOGIN; CREATE DATABASE app OWNER app";
    for statement in create.split(';') {
        admin.batch_execute(statement).await.unwrap();
    }
    let url = server.url("app").replace("postgres@", "app@");
    let store: Arc<dyn Store> = Arc::new(
        PostgresStore::open(PostgresOptions::new(url))
            .await
            .unwrap(),
    );
    let lock = "ALTER ROLE app NOLOGIN;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'";
    admin.batch_execute(lock).await.unwrap();
    let journal = open(&folder);
    append(&journal, "gen-1");
    let repair = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        admin.batch_execute("ALTER ROLE app LOGIN").await.unwrap();
    };
    tokio::join!(write(&journal, &store, Duration::from_millis(600)), repair);
    assert_eq!(ids(&store).await, set(&["gen-1"]));
    assert_eq!(files(&folder, "jsonl"), [] as [PathBuf; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_cannot_be_stored_is_kept_once_and_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    let file = rusqlite::Connection::open(folder.path().join("orouter.db")).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON generations WHEN NEW.id = 'gen-2'
        BEGIN SELECT raise(ABORT, 'refused'); END; BEGIN IMMEDIATE";
    file.execute_batch(refuse).unwrap();
    let journal = open(&folder);
    for id in ["gen-1", "gen-2", "gen-3", "gen-4"] {
        append(&journal, id);
    }
    // Damage in the third record.
    let path = files(&folder, "journal").remove(0);
    let mut bytes = fs::read(&path).unwrap();
    let third = bytes.windows(5).position(|part| part == b"gen-3").unwrap();
    bytes[third + 50] ^= 1;
    fs::write(&path, bytes).unwrap();
    // The database does not answer at first, so that the writer tries several times.
    let repair = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        file.execute_batch("ROLLBACK").unwrap();
    };
    tokio::join!(
        write(&journal, &store, Duration::from_millis(1_600)),
        repair
    );
    assert_eq!(ids(&store).await, set(&["gen-1", "gen-4"]));
    let kept = fs::read(&files(&folder, "jsonl")[0]).unwrap();
    let kept = String::from_utf8_lossy(&kept);
    for id in ["gen-2", "gen-3"] {
        assert_eq!(
            kept.matches(&format!("\"{id}\"")).count(),
            1,
            "{id}: {kept}"
        );
    }
}

/// Leaves a journal as a killed process does, and returns the path of its file.
fn leave(folder: &TempDir, ids: &[&str]) -> PathBuf {
    let before = files(folder, "journal");
    let journal = open(folder);
    ids.iter().for_each(|id| append(&journal, id));
    drop(journal);
    let new = files(folder, "journal");
    new.into_iter().find(|path| !before.contains(path)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_in_the_journal_of_a_dead_process_loses_no_other_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    fs::create_dir(folder.path().join("journal")).unwrap();
    // Blocks that the file system did not write, longer than what is read at once.
    let first = leave(&folder, &["gen-1"]);
    let second = leave(&folder, &["gen-2"]);
    let mut bytes = fs::read(&first).unwrap();
    bytes.extend(vec![0; 5_000_000]);
    bytes.extend(fs::read(&second).unwrap());
    fs::write(&first, bytes).unwrap();
    fs::remove_file(second).unwrap();
    // A complete record at the end with a wrong byte.
    let third = leave(&folder, &["gen-3", "gen-4"]);
    let mut bytes = fs::read(&third).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    fs::write(&third, bytes).unwrap();
    write(&open(&folder), &store, Duration::from_millis(500)).await;
    assert_eq!(ids(&store).await, set(&["gen-1", "gen-2", "gen-3"]));
    assert_eq!(files(&folder, "damaged").len(), 2);
    assert_eq!(files(&folder, "journal"), [] as [PathBuf; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_cannot_be_read_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    fs::create_dir(folder.path().join("journal")).unwrap();
    let name = |digit: &str| {
        let name = format!("{}-0000000001.journal", digit.repeat(32));
        folder.path().join("journal").join(name)
    };
    let path: &Path = &name("0");
    fs::create_dir(path).unwrap();
    leave(&folder, &["gen-1"]);
    fs::create_dir(name("f")).unwrap();
    write(&open(&folder), &store, Duration::from_millis(500)).await;
    assert_eq!(ids(&store).await, set(&["gen-1"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_too_slow_for_a_batch_gets_smaller_ones() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = server.url("postgres");
    let mut options = PostgresOptions::new(&url);
    options.deadline = Duration::from_millis(500);
    let store: Arc<dyn Store> = Arc::new(PostgresStore::open(options).await.unwrap());
    let connecting = tokio_postgres::connect(&url, tokio_postgres::NoTls);
    let (admin, connection) = connecting.await.unwrap();
    tokio::spawn(connection);
    let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
        CREATE TRIGGER slow BEFORE INSERT ON generations FOR EACH ROW EXECUTE FUNCTION slow()";
    admin.batch_execute(slow).await.unwrap();
    let journal = open(&folder);
    for number in 0..100 {
        append(&journal, &format!("gen-{number}"));
    }
    write(&journal, &store, Duration::ZERO).await;
    assert_eq!(ids(&store).await.len(), 100);
}
