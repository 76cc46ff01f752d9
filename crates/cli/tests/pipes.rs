//! The command in a pipeline: no panic when the pipe is closed, no escape sequences in the output.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::Read as _;

use support::scripted::{Server, frames, stream};
use support::{Ran, orouter, run};

#[test]
fn a_closed_pipe_is_not_a_panic() {
    let pieces: Vec<String> = (0..5000)
        .map(|n| format!("line {n} of a long answer\n"))
        .collect();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let server = Server::start([stream(&frames("completed", &pieces))]);
    let mut child = orouter(["send", "hi", "--base-url", &server.url])
        .spawn()
        .unwrap();
    let mut start = [0; 10];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(141), ""));
    assert_eq!(&start, b"line 0 of ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let server = Server::start([stream(&frames("completed", &["Hello"]))]);
    let mut command = orouter(["send", "hi", "--base-url", &server.url]);
    command.stdout(
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap(),
    );
    let ran = run(command);
    assert_eq!(ran.status, Some(1));
    assert!(
        ran.stderr.contains("cannot write to standard output"),
        "{}",
        ran.stderr
    );
}

#[test]
fn piped_output_is_unchanged() {
    let server = Server::start([stream(&frames("completed", &["\u{1b}[31mred\u{7}"]))]);
    let ran = run(orouter([
        "send",
        "hi",
        "--usage",
        "--base-url",
        &server.url,
    ]));
    assert_eq!(ran.stdout, "\u{1b}[31mred\u{7}\n");
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}
