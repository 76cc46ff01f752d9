//! Ctrl-C: ends `send` at once with 130, stops the answer and not the program in `chat`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{Read as _, Write as _};
use std::process::{Child, Stdio};

use support::scripted::{Server, frames, hanging_stream, opening, stream};
use support::{Ran, orouter, run, signal};

/// Reads from the child's standard output until this much of it was seen.
fn read_until(child: &mut Child, expected: &str) {
    let mut seen = vec![0; expected.len()];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut seen)
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&seen), expected);
}

#[test]
fn send_stops_at_once_and_hangs_up() {
    let server = Server::start([hanging_stream(&opening(&["Once upon a time"]))]);
    let mut child = orouter(["send", "hi", "--base-url", &server.url])
        .spawn()
        .unwrap();
    read_until(&mut child, "Once upon a time");
    signal("INT", child.id());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(130), ""));
    server.client_left();
}

#[test]
fn send_stops_while_nothing_has_come_yet() {
    let server = Server::start([support::scripted::Script::Hang(String::new())]);
    let child = orouter(["send", "hi", "--base-url", &server.url])
        .spawn()
        .unwrap();
    server.asked();
    signal("INT", child.id());
    assert_eq!(
        Ran::from(child.wait_with_output().unwrap()).status,
        Some(130)
    );
    server.client_left();
}

#[test]
fn send_stops_while_it_reads_the_prompt() {
    let mut child = orouter(["send", "-", "--base-url", "http://127.0.0.1:9"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // Held open until the end: waiting for a child would close it, which is another way to end.
    let stdin = child.stdin.take();
    // Nothing tells that the command waits for input; half a second is plenty for it to get there.
    std::thread::sleep(std::time::Duration::from_millis(500));
    signal("INT", child.id());
    let status = child.wait().unwrap();
    drop(stdin);
    use std::os::unix::process::ExitStatusExt as _;
    assert!(
        status.code() == Some(130) || status.signal() == Some(2),
        "{status}"
    );
}

#[test]
fn chat_stops_the_answer_and_goes_on() {
    let server = Server::start([
        hanging_stream(&opening(&["Once upon a time"])),
        stream(&frames("completed", &["Fine."])),
    ]);
    let mut child = orouter(["chat", "--base-url", &server.url])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"Tell me a story\n").unwrap();
    read_until(&mut child, "Once upon a time");
    signal("INT", child.id());
    server.client_left();
    stdin.write_all(b"How are you?\n").unwrap();
    drop(stdin);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "\nFine.\n"),
        "{}",
        ran.stderr
    );

    // What was said before the interruption is part of the conversation.
    server.asked();
    let input = &server.asked().body["input"];
    assert_eq!(input.as_array().unwrap().len(), 3, "{input}");
    assert_eq!(input[1]["content"], "Once upon a time");
}

#[test]
fn help_says_so() {
    let ran = run(orouter(["chat", "--help"]));
    assert_eq!(ran.status, Some(0));
    assert!(ran.stdout.contains("Ctrl-C"), "{}", ran.stdout);
}
