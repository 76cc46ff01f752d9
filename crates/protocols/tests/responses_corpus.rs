//! The checks of the fuzz targets for Responses upstreams, over the fuzz corpus and over damaged
//! copies of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

#[allow(
    unreachable_pub,
    reason = "the checks are public in the crate that fuzzes"
)]
#[path = "../../../fuzz/src/responses.rs"]
mod responses;

/// Runs a check over all inputs in a folder of the corpus, and over damaged copies of each.
fn run(folder: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(folder);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let input = std::fs::read(entry.unwrap().path()).unwrap();
        count += 1;
        check(&input);
        fastrand::seed(count);
        for _ in 0..40 {
            let mut damaged = input.clone();
            for _ in 0..fastrand::usize(1..4) {
                if damaged.is_empty() {
                    break;
                }
                let at = fastrand::usize(..damaged.len());
                let length = fastrand::usize(..20).min(damaged.len() - at);
                match fastrand::u8(0..4) {
                    0 => damaged[at] = *fastrand::choice(b"{}[]\",:0 \\").unwrap(),
                    1 => drop(damaged.drain(at..at + length)),
                    2 => {
                        let copy = damaged[at..at + length].to_vec();
                        let to = fastrand::usize(..=damaged.len());
                        damaged.splice(to..to, copy);
                    }
                    _ => damaged.truncate(at),
                }
            }
            check(&damaged);
        }
    }
    assert!(count > 0);
}

#[test]
fn requests() {
    run("request", responses::responses_request);
}

#[test]
fn bodies() {
    run("response", responses::responses_body);
}

#[test]
fn streams() {
    run("assembler", responses::responses_stream);
    run("sse", responses::responses_stream);
}

#[test]
fn single_events() {
    run("event", |event| {
        let mut frame = b"data: ".to_vec();
        frame.extend(
            event
                .iter()
                .map(|byte| if *byte == b'\n' { b' ' } else { *byte }),
        );
        frame.extend(b"\n\n");
        responses::responses_stream(&frame);
    });
}
