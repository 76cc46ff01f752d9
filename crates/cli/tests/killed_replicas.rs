//! Three servers on one PostgreSQL, which are killed and whose database is restarted: no record is
//! lost or duplicated, and no more is spent than there is.
//!
//! The variable `OROUTER_KILLED_CALLS` sets the number of calls; the default is the short form.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use orouter_store::testing::PostgresServer;
use orouter_store::{
    AccountId, Accounts, AccountsOptions, ApiKey, CreditGrant, ExportCursor, ExportQuery, NewKey,
    PostgresOptions, PostgresStore, Store, Usd,
};
use orouter_upstream_double::{Reply, Step, Upstream};
use serde_json::json;
use support::orouter;

/// Number of servers, and of calls at the same time.
const SERVERS: usize = 3;
const AT_ONCE: usize = 64;

/// Cost of a response: 3 input tokens of 0.0001 USD and 2 output tokens of 0.0002 USD.
const COST: Usd = Usd::from_nanos(700_000);

/// The input of calls that fail at the upstream.
const FAIL: &str = "please fail";

/// Number of restarts of the database.
const RESTARTS: u32 = 2;

/// Time between two kills.
const KILL_INTERVAL: Duration = Duration::from_millis(1200);

/// Maximum time for a server to start or for the last records to arrive, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

struct Replica {
    address: SocketAddr,
    config: String,
    log: String,
    child: Child,
}

impl Replica {
    fn start(folder: &Path, number: usize, database: &str, upstream: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap();
        drop(port);
        let text = format!(
            r#"
[server]
listen = "{address}"

[store]
url = "{database}"
journal = "journal-{number}"

[providers.up]
protocol = "chat"
base_url = "{upstream}"

[[models]]
id = "up/model"

[[models.endpoints]]
provider = "up"
price = {{ prompt = 100.0, completion = 200.0 }}
"#
        );
        let config = folder.join(format!("{number}.toml"));
        fs::write(&config, text).unwrap();
        let config = config.to_str().unwrap().to_owned();
        let log = folder.join(format!("{number}.log"));
        let log = log.to_str().unwrap().to_owned();
        let child = spawn(&config, &log);
        let replica = Self {
            address,
            config,
            log,
            child,
        };
        replica.wait();
        replica
    }

    /// Waits until the server is ready.
    fn wait(&self) {
        let start = Instant::now();
        while get(self.address, "/ready").is_none_or(|(status, ..)| status != 200) {
            let log = || fs::read_to_string(&self.log).unwrap_or_default();
            assert!(start.elapsed() < PATIENCE, "not ready: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the server and starts it again. While the database does not answer, a start fails.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = spawn(&self.config, &self.log);
    }

    /// Starts the server again if its start has failed.
    fn revive(&mut self) {
        if self.child.try_wait().unwrap().is_some() {
            self.child = spawn(&self.config, &self.log);
        }
    }

    /// Stops the server, which writes its last records.
    fn stop(&mut self) {
        support::signal("TERM", self.child.id());
        assert!(self.child.wait().unwrap().success(), "{}", self.log);
    }
}

fn spawn(config: &str, log: &str) -> Child {
    let log = fs::OpenOptions::new().create(true).append(true).open(log);
    let mut command = orouter(["serve", "--config", config, "--log-level", "warn"]);
    command.stdout(Stdio::null()).stderr(log.unwrap());
    command.spawn().unwrap()
}

fn get(address: SocketAddr, path: &str) -> Option<(u16, String, String)> {
    exchange(
        address,
        &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"),
    )
}

/// Sends a request. Returns the status, the head and the body of a complete response.
fn exchange(address: SocketAddr, request: &str) -> Option<(u16, String, String)> {
    let mut socket = TcpStream::connect(address).ok()?;
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.write_all(request.as_bytes()).ok()?;
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let head = head.to_lowercase();
    let whole = match head.split_once("content-length: ") {
        Some((_, length)) => length.lines().next()?.parse() == Ok(body.len()),
        None => body.ends_with("0\r\n\r\n"),
    };
    let status = head.split(' ').nth(1)?.parse().ok()?;
    whole.then(|| (status, text[..head.len()].to_owned(), body.to_owned()))
}

/// The calls of all clients.
struct Calls {
    limit: u32,
    started: AtomicU32,
    /// Number of calls that were paid or refused for lack of credits.
    answered: AtomicU32,
    /// Number of restarts of the database.
    restarts: AtomicU32,
    /// Generation ids of complete responses.
    paid: Mutex<Vec<String>>,
    statuses: Mutex<BTreeMap<u16, u32>>,
    broken: AtomicU32,
    key: ApiKey,
    addresses: Vec<SocketAddr>,
}

impl Calls {
    fn run(&self) {
        let goes_on = || {
            self.answered.load(Ordering::Relaxed) < self.limit
                || self.restarts.load(Ordering::Relaxed) < RESTARTS
        };
        while goes_on() {
            let number = self.started.fetch_add(1, Ordering::Relaxed);
            // Some calls fail at the upstream, and the clients of some do not wait for the end.
            let input = if number % 10 == 3 { FAIL } else { "hi" };
            let body = json!({"model": "up/model", "input": input, "max_output_tokens": 16,
                "stream": number.is_multiple_of(2)});
            let body = body.to_string();
            let request = format!(
                "POST /api/v1/responses HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                 authorization: Bearer {}\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                self.key.expose(),
                body.len()
            );
            let address = self.addresses[number as usize % self.addresses.len()];
            if number % 10 == 7 {
                if let Ok(mut socket) = TcpStream::connect(address) {
                    let _ = socket.write_all(request.as_bytes()); // the server may be killed
                    thread::sleep(Duration::from_millis(u64::from(number % 30)));
                }
                continue;
            }
            let Some((status, head, body)) = exchange(address, &request) else {
                self.broken.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20)); // the server is killed
                continue;
            };
            *self.statuses.lock().unwrap().entry(status).or_default() += 1;
            if matches!(status, 200 | 402) {
                self.answered.fetch_add(1, Ordering::Relaxed);
            }
            match status {
                200 if body.contains("response.failed") => {}
                200 => {
                    let id = head.lines().find_map(|line| {
                        let (name, value) = line.split_once(": ")?;
                        name.eq_ignore_ascii_case("x-generation-id")
                            .then(|| value.to_owned())
                    });
                    self.paid.lock().unwrap().push(id.unwrap());
                }
                402 => thread::sleep(Duration::from_millis(5)),
                500 | 502 => {}
                // The database is restarted.
                503 => thread::sleep(Duration::from_millis(20)),
                other => panic!("{other}: {head}{body}"),
            }
        }
    }
}

/// Lets the clients end, also if the thread that holds it fails.
struct Last<'a>(&'a AtomicU32);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        self.0.store(RESTARTS, Ordering::Relaxed);
    }
}

#[test]
fn no_record_is_lost_or_duplicated_and_no_money_is_created() {
    let calls = std::env::var("OROUTER_KILLED_CALLS");
    let limit: u32 = calls.map_or(3_000, |calls| calls.parse().unwrap());
    let Some(database) = PostgresServer::start().unwrap() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let upstream = runtime.block_on(Upstream::start(|request| {
        if String::from_utf8_lossy(&request.body).contains(FAIL) {
            return Reply::json(500, "{\"error\":{\"message\":\"no\"}}");
        }
        let usage = json!({"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5});
        if request.is_streamed() {
            let delta = |delta: serde_json::Value, end: serde_json::Value| {
                let choice = json!({"index": 0, "delta": delta, "finish_reason": end});
                let chunk = json!({"id": "c", "object": "chat.completion.chunk", "model": "model",
                    "choices": [choice]});
                format!("data: {chunk}\n\n")
            };
            let last = json!({"id": "c", "object": "chat.completion.chunk", "model": "model",
                "choices": [], "usage": usage});
            return Reply::stream([
                delta(json!({"role": "assistant", "content": "o"}), json!(null)),
                delta(json!({"content": "k"}), json!("stop")),
                format!("data: {last}\n\n"),
                "data: [DONE]\n\n".to_owned(),
            ]);
        }
        let message = json!({"role": "assistant", "content": "ok"});
        let body = json!({"id": "c", "object": "chat.completion", "model": "model", "usage": usage,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]});
        Reply::json(200, &body.to_string()).after(Step::Wait(Duration::from_millis(10)))
    }));
    let upstream = upstream.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = database.url("postgres");
    let options = PostgresOptions::new(&url);
    let store = runtime.block_on(PostgresStore::open(options)).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let credits = COST.times(i64::from(limit / 2));
    let grant = CreditGrant::new("first", AccountId::default(), credits);
    runtime.block_on(store.add_credits(grant)).unwrap();
    let key = ApiKey::random().unwrap();
    let created = runtime.block_on(store.create_key(NewKey::new("app"), &key));
    created.unwrap();
    let start = |number| Replica::start(folder.path(), number, &url, &upstream.base_url());
    let mut replicas: Vec<Replica> = (0..SERVERS).map(start).collect();
    let calls = Calls {
        limit,
        started: AtomicU32::new(0),
        answered: AtomicU32::new(0),
        restarts: AtomicU32::new(0),
        paid: Mutex::default(),
        statuses: Mutex::default(),
        broken: AtomicU32::new(0),
        key,
        addresses: replicas.iter().map(|replica| replica.address).collect(),
    };
    let (ended, mut database) = (AtomicBool::new(false), database);
    let mut kills = 0;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| calls.run())).collect();
        let trouble = scope.spawn(|| {
            let _last = Last(&calls.restarts);
            while !ended.load(Ordering::Relaxed) {
                thread::sleep(KILL_INTERVAL);
                let replica = kills % replicas.len();
                replicas[replica].kill();
                kills += 1;
                let done = calls.answered.load(Ordering::Relaxed);
                let restarts = calls.restarts.load(Ordering::Relaxed);
                if restarts < RESTARTS && done > limit / 4 * (restarts + 1) {
                    match restarts {
                        0 => database.stop().unwrap(),
                        _ => database.kill().unwrap(),
                    }
                    thread::sleep(Duration::from_secs(1));
                    database.run().unwrap();
                    calls.restarts.store(restarts + 1, Ordering::Relaxed);
                }
                for replica in &mut replicas {
                    replica.revive();
                }
            }
        });
        let ends: Vec<_> = clients
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect();
        ended.store(true, Ordering::Relaxed);
        assert!(ends.iter().all(Result::is_ok), "a client failed");
        trouble.join().unwrap();
    });
    for replica in &mut replicas {
        replica.revive();
        replica.wait(); // it has taken over what its predecessor left
        replica.stop();
    }
    let paid = calls.paid.lock().unwrap().clone();
    println!(
        "{} calls: {:?}, {} broken off; {kills} kills",
        limit,
        calls.statuses.lock().unwrap(),
        calls.broken.load(Ordering::Relaxed)
    );
    let journal = folder.path().join("journal-test");
    runtime.block_on(check(&store, AccountsOptions::new(journal), &paid, credits));
}

async fn check(store: &Arc<dyn Store>, options: AccountsOptions, paid: &[String], credits: Usd) {
    // Its heartbeats return the leases of processes that have died.
    let accounts = Accounts::start(Arc::clone(store), options).unwrap();
    let start = Instant::now();
    let account = loop {
        let account = store.account(AccountId::default()).await.unwrap().unwrap();
        if account.reserved == Usd::ZERO {
            break account;
        }
        assert!(start.elapsed() < PATIENCE, "still reserved: {account:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let mut query = ExportQuery::default();
    let mut records = BTreeMap::new();
    loop {
        let page = store.export(query.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(ExportCursor::of(last));
        for record in page {
            let cost = record.cost;
            assert_eq!(records.insert(record.id, cost), None, "exported twice");
        }
    }
    let sum = records.values().fold(Usd::ZERO, |sum, cost| sum + *cost);
    println!("{} records, {sum} USD of {credits}", records.len());
    assert_eq!(account.usage, sum, "charges are the costs of the records");
    assert!(account.usage <= credits, "{account:?}");
    assert_eq!(account.balance(), Some(credits - sum));
    assert!(!paid.is_empty());
    for id in paid {
        assert_eq!(records.get(id), Some(&COST), "{id}");
    }
    accounts.stop().await.unwrap();
}
