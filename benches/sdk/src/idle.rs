//! Cost of an open, silent stream: resident memory of the client's process.

use std::process::Command;

use crate::{
    node::Node,
    peers::{NAMES, OURS, Peer},
    runtime,
    server::Server,
};

/// Number of streams to open before the first measurement, so that the process has allocated its
/// pools and buffers.
const FIRST: usize = 100;

/// Prints the table. Each client has its own process and server.
pub fn print(count: usize) {
    println!("\n**{count} idle streams: resident memory of the client for each**\n");
    println!("| | bytes a stream | ratio to `orouter` |\n|---|---:|---:|");
    let mut rows = Vec::new();
    for name in NAMES {
        let server = Server::start();
        let program = std::env::current_exe().expect("this program");
        let output = Command::new(program)
            .args(["hold", name, &server.url, &count.to_string()])
            .output()
            .expect("a client");
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match text.parse::<f64>() {
            Ok(bytes) => rows.push((name.to_owned(), bytes)),
            Err(_) => {
                let why = String::from_utf8_lossy(&output.stderr);
                println!("{name} could not hold {count} streams: {why}");
            }
        }
    }
    let server = Server::start();
    if let Some(mut node) = Node::start(&server.url) {
        let (before, after) = node.ask(&format!("hold {count}"));
        rows.push((node.name.clone(), (after - before) / (count - FIRST) as f64));
    }
    let ours = rows
        .iter()
        .find(|(name, _)| name == OURS)
        .map_or(f64::NAN, |(_, bytes)| *bytes);
    for (name, bytes) in rows {
        println!("| {name} | {bytes:.0} | {:.2} |", bytes / ours);
    }
}

/// Opens the streams and prints the number of bytes per stream.
pub fn hold(name: &str, url: &str, count: usize) {
    runtime().block_on(async {
        let peer = Peer::new(name, url, "idle");
        let mut open = Vec::with_capacity(count);
        for _ in 0..FIRST {
            open.push(peer.open().await);
        }
        let before = resident();
        for _ in FIRST..count {
            open.push(peer.open().await);
        }
        println!("{}", (resident() - before) / (count - FIRST) as f64);
    });
}

pub fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the process's status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("its memory");
    let kilobytes: f64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number");
    kilobytes * 1024.0
}
