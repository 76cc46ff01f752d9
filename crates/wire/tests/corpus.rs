//! Inputs that fuzzing found, checked as by the fuzz targets.

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
mod checks {
    include!("../../../fuzz/src/checks.rs");
}

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        check(&std::fs::read(path).unwrap());
        count += 1;
    }
    assert!(count >= 3, "only {count} inputs for {target}");
}

#[test]
fn sse() {
    replay("sse", checks::sse);
}

#[test]
fn event() {
    replay("event", checks::event);
}

#[test]
fn request() {
    replay("request", checks::request);
}

#[test]
fn response() {
    replay("response", checks::response);
}

#[test]
fn error() {
    replay("error", checks::error);
}

#[test]
fn assembler() {
    replay("assembler", checks::assembler);
}
