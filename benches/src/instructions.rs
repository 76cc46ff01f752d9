//! Instruction counts. Each piece of work runs under valgrind's callgrind, in its own process, with
//! few and with many repetitions. The difference gives the cost of one repetition, without one-time
//! work. Reading a value and dropping it are both counted.

use std::hint::black_box;
use std::process::Command;

use orouter_wire::StreamEvent;

use crate::{framing, json, keep, samples};

/// Number of events per framing run; results are per event.
const EVENTS: usize = 100;

/// Numbers of repetitions of the two runs.
const RUNS: [usize; 2] = [5, 45];

/// Splits of the framing input: name, and chunk size.
const CUTS: [(&str, Option<usize>); 3] = [
    ("framing, whole events,", None),
    ("framing, chunks of 16 KiB,", Some(16384)),
    ("framing, chunks of 64 bytes,", Some(64)),
];

const TEXTS: [(&str, fn() -> String); 4] = [
    ("delta,", || samples::delta(false)),
    ("delta, members by name,", || {
        samples::by_name(&samples::delta(false))
    }),
    ("completed,", samples::completed),
    ("completed, members by name,", || {
        samples::by_name(&samples::completed())
    }),
];

/// Piece of work: name, and number of elements per repetition.
type Named = (String, usize, Box<dyn Fn()>);

fn all() -> Vec<Named> {
    let mut works: Vec<Named> = Vec::new();
    for (what, size) in CUTS {
        for (whose, parser) in framing::PARSERS {
            let chunks = samples::chunks(EVENTS, false, size);
            let work = move || keep(parser(black_box(&chunks)));
            works.push((format!("{what} {whose}"), EVENTS, Box::new(work)));
        }
    }
    for (what, text) in TEXTS {
        for (whose, decode) in json::EVENT {
            let text = text();
            let work = move || keep(decode(black_box(&text)));
            works.push((format!("{what} {whose}"), 1, Box::new(work)));
        }
    }
    let delta = samples::delta(false);
    for (whose, decode) in json::ONLY_DELTA.iter().skip(1) {
        let text = delta.clone();
        let work = move || keep(decode(black_box(&text)));
        works.push((format!("delta, {whose}"), 1, Box::new(work)));
    }
    let ours: StreamEvent = orouter_wire::from_str(&delta).expect("a delta");
    let plain: crate::plain::Delta = serde_json::from_str(&delta).expect("a delta");
    works.push((
        "encode a delta, orouter-wire".to_owned(),
        1,
        Box::new(move || keep(orouter_wire::to_vec(black_box(&ours)))),
    ));
    works.push((
        "encode a delta, serde_json, equal struct".to_owned(),
        1,
        Box::new(move || keep(serde_json::to_vec(black_box(&plain)))),
    ));
    works
}

/// Repeats one piece of work.
pub fn work(name: Option<&str>, times: Option<&str>) {
    let times = times.and_then(|times| times.parse().ok()).unwrap_or(1);
    for (_, _, work) in all().iter().filter(|(own, ..)| Some(&**own) == name) {
        for _ in 0..times {
            work();
        }
    }
}

/// Prints the table.
pub fn print() {
    println!("| work | instructions |\n|---|---:|");
    for (name, at_once, _) in all() {
        let [few, many] = RUNS.map(|times| count(&name, times));
        match (few, many) {
            (Some(few), Some(many)) => {
                let times = (RUNS[1] - RUNS[0]) * at_once;
                let each = many.saturating_sub(few) as f64 / times as f64;
                println!("| {name} | {each:.0} |");
            }
            _ => println!("| {name} | valgrind gave no count |"),
        }
    }
}

fn count(name: &str, times: usize) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args(["work", name, &times.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}
