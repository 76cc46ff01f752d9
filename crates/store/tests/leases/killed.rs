//! Three processes on one PostgreSQL, of which one is killed every second, while PostgreSQL is
//! restarted.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use orouter_store::testing::PostgresServer;
use orouter_store::{ExportQuery, LeaseOptions, Refusal, Usd};

use crate::server::*;

/// Tells the test process to be a server, with its folder and the URL of the database.
const CHILD_FOLDER: &str = "OROUTER_STORE_TEST_CHILD_FOLDER";
const CHILD_URL: &str = "OROUTER_STORE_TEST_CHILD_URL";

const COST: Usd = usd(10);
const ESTIMATE: Usd = usd(25);

/// A server that makes calls until its input is closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Ok(folder), Ok(url)) = (std::env::var(CHILD_FOLDER), std::env::var(CHILD_URL)) else {
        return;
    };
    let store = loop {
        // The database may be restarting.
        let mut options = orouter_store::PostgresOptions::new(&url);
        options.deadline = Duration::from_secs(2);
        match orouter_store::PostgresStore::open(options).await {
            Ok(store) => break Arc::new(store),
            Err(error) => assert!(error.is_outage(), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let server = Arc::new(Server::start(
        store,
        Path::new(&folder),
        LeaseOptions::default(),
    ));
    let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let (server, ended) = (server.clone(), ended.clone());
        tasks.push(tokio::spawn(async move {
            while !ended.load(std::sync::atomic::Ordering::Relaxed) {
                match server.call(&credits(), ESTIMATE, COST).await {
                    Ok(id) => {
                        let mut out = std::io::stdout().lock();
                        writeln!(out, "settled {id}").unwrap();
                        out.flush().unwrap();
                    }
                    Err(Refusal::Credits { .. } | Refusal::Unavailable(_)) => {}
                    Err(other) => panic!("{other}"),
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }));
    }
    let input = tokio::task::spawn_blocking(|| {
        let _ = std::io::stdin().read_line(&mut String::new());
    });
    input.await.unwrap();
    ended.store(true, std::sync::atomic::Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    Arc::into_inner(server)
        .expect("the calls have ended")
        .stop()
        .await;
    println!("stopped");
}

struct Running {
    child: Child,
    reader: thread::JoinHandle<bool>,
}

/// Starts a server; `ids` receives the ids of its settled calls.
fn start(folder: &Path, url: &str, ids: Sender<String>) -> Running {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::child", "--nocapture"])
        .env(CHILD_FOLDER, folder)
        .env(CHILD_URL, url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = thread::spawn(move || {
        let mut stopped = false;
        for line in lines.map_while(Result::ok) {
            if let Some(id) = line.strip_prefix("settled ") {
                ids.send(id.to_owned()).unwrap();
            }
            stopped |= line == "stopped";
        }
        stopped
    });
    Running { child, reader }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_settled_call_is_lost_or_charged_twice() {
    let Some(mut database) = PostgresServer::start().unwrap() else {
        return;
    };
    let url = database.url("postgres");
    let folder = tempfile::tempdir().unwrap();
    let folders: Vec<PathBuf> = (0..3)
        .map(|number| folder.path().join(number.to_string()))
        .collect();
    let balance = COST.times(3_000);
    add_credits(
        postgres(&url, Duration::from_secs(10)).await.as_ref(),
        balance,
    )
    .await;

    let (ids, settled) = channel();
    let mut servers: Vec<Running> = folders
        .iter()
        .map(|folder| start(folder, &url, ids.clone()))
        .collect();
    for round in 0..9_usize {
        thread::sleep(Duration::from_millis(700));
        if round == 2 {
            database.stop().unwrap();
            thread::sleep(Duration::from_millis(300));
            database.run().unwrap();
        }
        if round == 5 {
            database.kill().unwrap();
            database.run().unwrap();
        }
        let killed = servers.get_mut(round % 3).unwrap();
        killed.child.kill().unwrap(); // SIGKILL
        killed.child.wait().unwrap();
        let new = start(&folders[round % 3], &url, ids.clone());
        let old = std::mem::replace(killed, new);
        old.reader.join().unwrap();
    }
    // The rest of the balance is spent while nothing is killed.
    thread::sleep(Duration::from_secs(2));
    for server in &mut servers {
        drop(server.child.stdin.take());
    }
    for mut server in servers {
        assert!(server.child.wait().unwrap().success());
        assert!(server.reader.join().unwrap());
    }
    drop(ids);
    let settled: Vec<String> = settled.iter().collect();
    let settled_once: HashSet<String> = settled.iter().cloned().collect();
    assert_eq!(settled_once.len(), settled.len());

    let store = postgres(&url, Duration::from_secs(10)).await;
    let start = Instant::now();
    let account = loop {
        let account = account(store.as_ref()).await;
        if account.reserved == Usd::ZERO {
            break account;
        }
        assert!(start.elapsed() < Duration::from_secs(90), "{account:?}");
        thread::sleep(Duration::from_millis(100));
    };
    let mut query = ExportQuery::default();
    query.count = 1_000_000;
    let records = store.export(query).await.unwrap();
    let written: HashSet<String> = records.iter().map(|record| record.id.clone()).collect();
    let lost: Vec<_> = settled_once.difference(&written).collect();
    assert!(
        lost.is_empty(),
        "{} of {} are lost: {lost:?}",
        lost.len(),
        settled.len()
    );
    assert_eq!(written.len(), records.len());
    assert_eq!(account.usage, COST.times(records.len() as i64));
    assert!(account.usage <= balance, "{account:?}");
    println!("{} settled of {}", account.usage, balance);
    assert!(settled.len() > 500, "{}", settled.len());
}
