//! Benchmark of gateways: `orouter serve` and others in front of one mock upstream, over loopback, in
//! one run. Prints the tables of `docs/benchmarks.md`:
//!
//! ```text
//! cargo build --release -p orouter-cli
//! cd benches/gateway && OROUTER=../../target/release/orouter BUSBAR=<its program> cargo run --release
//! ```
//!
//! `LITELLM`, `FERROGW` and `PORTKEY` (its `start-server.js`) name further gateways; those without a
//! variable are skipped. The gateways alternate in each round. `--quick` makes fewer and shorter
//! rounds. `accounts` measures `orouter` without accounts, with those in a SQLite file, and with those in
//! the PostgreSQL that `BENCH_POSTGRES` names. `work GATEWAY PROTOCOL SHAPE CONNECTIONS COUNT` is for a profiler: one gateway under one
//! load. `mock` runs the upstream alone, and `load ADDRESS MODEL SHAPE CONNECTIONS COUNT` loads a
//! running server.

mod client;
mod gateways;
mod load;
mod measures;
mod mock;
mod process;
mod samples;
mod tables;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use client::{Client, Prepared};
use gateways::Gateway;
use measures::{LANES, Rounds};
use samples::{Protocol, Shape};
use tables::{Column, Memory};

const GATEWAYS: [&str; 5] = ["busbar", "orouter", "ferrogw", "litellm", "portkey"];

/// The gateways of the comparison with accounts: keys, limits and records.
const ACCOUNTS: [&str; 4] = ["busbar", "orouter", "orouter-sqlite", "orouter-postgres"];

/// Maximum time for a gateway to start.
const START: Duration = Duration::from_secs(60);

/// Pause after the load, before the memory is measured again.
const REST: Duration = Duration::from_secs(10);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        match arguments[..] {
            ["mock"] => mock::serve().await,
            ["work", gateway, protocol, shape, connections, count] => {
                let mock = Mock::start();
                let gateway = started(gateway, mock.port).await.expect("the gateway");
                let upstream = Protocol::ALL
                    .into_iter()
                    .find(|known| known.name() == protocol);
                let upstream = upstream.expect("a protocol");
                let request = measures::prepare(&gateway, upstream, shape_of(shape));
                let request = request.expect("a supported protocol");
                let (connections, count) = (number(connections), number(count));
                let process = gateway.process.as_ref();
                let round = load::run(gateway.address, &request, connections, count, process);
                println!("{:?}", round.await.expect("responses"));
            }
            ["load", address, model, shape, connections, count] => {
                let shape = shape_of(shape);
                let body = samples::request(Protocol::Responses, shape, model);
                let first = shape
                    .is_stream()
                    .then(|| samples::first_content(Protocol::Responses));
                let request = Prepared::new("/v1/responses", &[], &body, first);
                let address = address.parse().expect("an address");
                let (connections, count) = (number(connections), number(count));
                let round = load::run(address, &request, connections, count, None);
                println!("{:?}", round.await.expect("responses"));
            }
            [] => compare(&GATEWAYS, &Protocol::ALL, 9, 1).await,
            ["--quick"] => compare(&GATEWAYS, &Protocol::ALL, 5, 2).await,
            ["accounts"] => compare(&ACCOUNTS, &[Protocol::Responses], 9, 1).await,
            ["accounts", "--quick"] => compare(&ACCOUNTS, &[Protocol::Responses], 5, 2).await,
            _ => eprintln!("unknown arguments; the head of src/main.rs describes them"),
        }
    });
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn shape_of(text: &str) -> Shape {
    match text {
        "small" => Shape::Small,
        "large" => Shape::Large,
        "stream" => Shape::Stream,
        "paced" => Shape::Paced,
        _ => panic!("small, large, stream or paced"),
    }
}

/// The upstream in a process of its own.
struct Mock {
    child: Child,
    port: u16,
}

impl Mock {
    fn start() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .arg("mock")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mock");
        let mut line = String::new();
        let output = child.stdout.as_mut().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a port");
        let port = line.trim().parse().expect("a port");
        Self { child, port }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("gateway-bench-{}", std::process::id()))
}

/// Starts a gateway, and waits until it accepts connections.
async fn started(name: &str, mock: u16) -> Result<Gateway, String> {
    let mut gateway = gateways::start(name, mock, &folder())?;
    let start = Instant::now();
    while Client::connect(gateway.address).await.is_err() {
        let ended = gateway
            .process
            .as_mut()
            .and_then(|process| process.0.try_wait().ok()?);
        if let Some(status) = ended {
            return Err(format!("it ended with {status}"));
        }
        if start.elapsed() > START {
            return Err("it does not accept connections".to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(gateway)
}

/// Sends one request of each shape. Returns the error of the first that fails.
async fn check(gateway: &Gateway, upstream: Protocol) -> Result<(), String> {
    for shape in [Shape::Small, Shape::Large, Shape::Stream] {
        let Some(request) = measures::prepare(gateway, upstream, shape) else {
            return Ok(());
        };
        let start = Instant::now();
        loop {
            let connected = Client::connect(gateway.address).await;
            let mut client = connected.map_err(|error| error.to_string())?;
            match client.send(&request).await {
                Ok(_) => {
                    let text = String::from_utf8_lossy(client.last()).into_owned();
                    if gateway.process.is_some() && !text.contains("Wilhelmshaven") {
                        return Err(format!("{shape:?}: the response has no text: {text}"));
                    }
                    if shape == Shape::Stream && gateway.process.is_some() {
                        let deltas = text.matches("\"response.output_text.delta\"").count();
                        if !text.contains("response.completed") || deltas < samples::EVENTS - 8 {
                            return Err(format!("the stream is not complete: {text}"));
                        }
                    }
                    break;
                }
                // Some accept connections before they are ready.
                Err(error) if start.elapsed() > Duration::from_secs(20) => {
                    return Err(format!("{shape:?}: {error}"));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(500)).await,
            }
        }
    }
    Ok(())
}

/// Measures all gateways and prints the tables.
async fn compare(gateways: &[&str], protocols: &[Protocol], rounds: usize, divisor: usize) {
    let mock = Mock::start();
    let mut running = vec![Gateway::direct(mock.port)];
    for name in gateways.iter().copied() {
        match started(name, mock.port).await {
            Ok(gateway) => running.push(gateway),
            Err(reason) => println!("skipped: {name}: {reason}"),
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut memory: Vec<Memory> = running.iter().map(Memory::idle).collect();
    let mut results = Vec::new();
    for upstream in protocols.iter().copied() {
        let mut columns: Vec<Column> = Vec::new();
        for (index, gateway) in running.iter().enumerate() {
            if gateway.model(upstream).is_none() {
                continue;
            }
            match check(gateway, upstream).await {
                Ok(()) => columns.push(Column {
                    gateway: index,
                    name: gateway.name.clone(),
                    rounds: Rounds::default(),
                }),
                Err(reason) => {
                    println!(
                        "skipped: {} for {}: {reason}",
                        gateway.name,
                        upstream.name()
                    );
                }
            }
        }
        // The first round warms up.
        for round in 0..=rounds {
            for (number, lane) in LANES.into_iter().enumerate() {
                for column in &mut columns {
                    let gateway = &running[column.gateway];
                    match measures::round(gateway, upstream, lane, divisor).await {
                        Ok(Some(figures)) if round > 0 => column.rounds[number].push(figures),
                        Ok(_) => {}
                        Err(error) => println!("failed: {}: {error}", gateway.name),
                    }
                    memory[column.gateway].loaded(gateway);
                }
            }
        }
        results.push((upstream, columns));
    }
    tokio::time::sleep(REST).await;
    for (memory, gateway) in memory.iter_mut().zip(&running) {
        memory.after(gateway);
    }
    for (upstream, columns) in &results {
        tables::print(*upstream, columns);
    }
    tables::print_memory(&running, &memory);
}
