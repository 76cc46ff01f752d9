//! Benchmarks of the SDK and of alternative clients over loopback, in one run. Prints the tables of
//! `docs/benchmarks.md`:
//!
//! ```text
//! (cd interop/node && npm ci)
//! cd benches/sdk && ulimit -n 20000 && cargo run --release
//! ```
//!
//! Each client reads the same stream of 20,000 text deltas and makes the same small call, on one
//! thread. The server and Node have their own processes. The clients alternate in each round. An
//! argument (`burst`, `paced`, `small`, `runs`, `idle`) selects one table; `work orouter small 20000` is for
//! a profiler: one client makes one kind of call this many times; `work run STEPS COUNT` makes runs (`0` steps: `create`).

#[path = "../../src/allocations.rs"]
mod allocations;
mod idle;
mod measure;
mod node;
mod peers;
mod runs;
mod server;

use measure::{Row, table, time};
use node::Node;
use peers::{FLOOR, NAMES, Peer};
use server::{DELTAS, Server, TEXT};

const STREAMS: usize = 31;
const CALLS: usize = 250;
const CALL_ROUNDS: usize = 61;
const IDLE: usize = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["server"] => server::run(),
        ["hold", name, url, count] => idle::hold(name, url, count.parse().expect("a number")),
        ["runs-memory", url, operation] => runs::memory(url, operation),
        ["work", "run", steps, count] => {
            runs::work(steps, count.parse().expect("a number"));
        }
        ["work", name, path, count] => work(name, path, count.parse().expect("a number")),
        _ => {
            let chosen = |name| arguments.is_empty() || arguments.contains(&name);
            if chosen("burst") {
                streams("A stream in bursts of 1,300 events", "burst");
            }
            if chosen("paced") {
                streams("A stream, one event a write and a chunk", "paced");
            }
            if chosen("small") {
                calls();
            }
            if chosen("runs") {
                runs::print();
            }
            if chosen("idle") {
                idle::print(IDLE);
            }
        }
    }
}

/// Makes `count` calls with one client and nothing else, for a profiler.
fn work(name: &str, path: &str, count: usize) {
    let server = Server::start();
    let peer = Peer::new(name, &server.url, path);
    runtime().block_on(async {
        for _ in 0..count {
            match path {
                "small" => peer.call().await,
                _ => assert!(peer.stream().await >= TEXT),
            }
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Reads the stream under `path` with each client in turn.
fn streams(title: &str, path: &str) {
    let server = Server::start();
    let runtime = runtime();
    let mut node = Node::start(&server.url);
    let peers: Vec<Peer> = NAMES
        .iter()
        .map(|name| Peer::new(name, &server.url, path))
        .collect();
    let read = |name: &str, peer: &Peer| {
        let mut length = 0;
        let work = async { length = peer.stream().await };
        let took = runtime.block_on(time(work));
        assert!(if name == FLOOR {
            length > TEXT
        } else {
            length == TEXT
        });
        took
    };
    let mut rows: Vec<Row> = NAMES.iter().map(|name| Row::new(*name)).collect();
    for ((row, name), peer) in rows.iter_mut().zip(NAMES).zip(&peers) {
        read(name, peer);
        let count = allocations::count(|| _ = read(name, peer));
        row.allocations = Some(count as f64 / DELTAS as f64);
    }
    rows.extend(node.as_mut().map(|node| {
        for _ in 0..3 {
            node.time(path);
        }
        Row::new(node.name.clone())
    }));
    for _ in 0..STREAMS {
        for ((row, name), peer) in rows.iter_mut().zip(NAMES).zip(&peers) {
            row.times.push(read(name, peer));
        }
        if let Some(node) = &mut node {
            rows[NAMES.len()].times.push(node.time(path));
        }
    }
    per(&mut rows, DELTAS);
    table(title, "ns an event", 1.0, 0, &rows);
}

/// Makes small calls with each client in turn, one after the other over one connection.
fn calls() {
    let server = Server::start();
    let runtime = runtime();
    let mut node = Node::start(&server.url);
    let peers: Vec<Peer> = NAMES
        .iter()
        .map(|name| Peer::new(name, &server.url, "small"))
        .collect();
    let call = |peer: &Peer| {
        runtime.block_on(time(async {
            for _ in 0..CALLS {
                peer.call().await;
            }
        }))
    };
    let order = format!("small {CALLS}");
    let mut rows: Vec<Row> = NAMES.iter().map(|name| Row::new(*name)).collect();
    for (row, peer) in rows.iter_mut().zip(&peers) {
        call(peer);
        row.allocations = Some(allocations::count(|| _ = call(peer)) as f64 / CALLS as f64);
    }
    rows.extend(node.as_mut().map(|node| {
        for _ in 0..3 {
            node.time(&order);
        }
        Row::new(node.name.clone())
    }));
    for _ in 0..CALL_ROUNDS {
        for (row, peer) in rows.iter_mut().zip(&peers) {
            row.times.push(call(peer));
        }
        if let Some(node) = &mut node {
            rows[NAMES.len()].times.push(node.time(&order));
        }
    }
    per(&mut rows, CALLS);
    table("A small call", "µs a call", 1000.0, 2, &rows);
}

/// Divides all times by the number of operations.
fn per(rows: &mut [Row], count: usize) {
    for time in rows.iter_mut().flat_map(|row| &mut row.times) {
        time.wall /= count as f64;
        time.cpu /= count as f64;
    }
}
