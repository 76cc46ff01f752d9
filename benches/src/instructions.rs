//! Instruction counts: each piece of work once under valgrind's callgrind, in a process of its
//! own, counting only inside [`counted`].

use std::hint::black_box;
use std::process::Command;

use orouter_wire::StreamEvent;

use crate::{framing, json, keep, samples};

/// How many events are framed at once; the counts are given for one.
const EVENTS: usize = 100;

/// Only what happens in here is counted.
#[inline(never)]
fn counted(work: impl FnOnce()) {
    work();
    black_box(());
}

/// Every piece of work: its name, and how often it is done.
fn all() -> Vec<(String, usize)> {
    let mut works = Vec::new();
    for (name, _) in framing::PARSERS {
        works.push((format!("framing {name}"), EVENTS));
    }
    for (name, _) in json::EVENT {
        works.push((format!("delta {name}"), 1));
        works.push((format!("completed {name}"), 1));
    }
    works.push(("encode orouter-wire".to_owned(), 1));
    works.push(("encode serde_json, equal struct".to_owned(), 1));
    works
}

/// Does one piece of work: first to warm up, then counted.
pub fn work(name: Option<&str>) {
    let Some((what, whose)) = name.and_then(|name| name.split_once(' ')) else {
        return;
    };
    let chunks = samples::chunks(EVENTS, true, Some(16384));
    let text = if what == "delta" {
        samples::delta(false)
    } else {
        samples::completed()
    };
    let twice = |work: &dyn Fn()| {
        work();
        counted(work);
    };
    match what {
        "framing" => {
            let parser = framing::PARSERS.iter().find(|(name, _)| *name == whose);
            if let Some((_, parser)) = parser {
                twice(&|| keep(parser(black_box(&chunks))));
            }
        }
        "delta" | "completed" => {
            let decoder = json::EVENT.iter().find(|(name, _)| *name == whose);
            if let Some((_, decode)) = decoder {
                twice(&|| keep(decode(black_box(&text))));
            }
        }
        _ => {
            let delta = samples::delta(false);
            let ours: StreamEvent = orouter_wire::from_str(&delta).expect("a delta");
            let plain: crate::plain::Delta = serde_json::from_str(&delta).expect("a delta");
            if whose == "orouter-wire" {
                twice(&|| keep(orouter_wire::to_vec(black_box(&ours))));
            } else {
                twice(&|| keep(serde_json::to_vec(black_box(&plain))));
            }
        }
    }
}

/// Prints the table.
pub fn print() {
    println!("| work | instructions |\n|---|---:|");
    for (name, times) in all() {
        match count(&name) {
            Some(count) => println!("| {name} | {:.0} |", count as f64 / times as f64),
            None => println!("| {name} | valgrind gave no count |"),
        }
    }
}

fn count(name: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--collect-atstart=no",
        ])
        .arg("--toggle-collect=*counted*")
        .arg(std::env::current_exe().ok()?)
        .args(["work", name])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}
