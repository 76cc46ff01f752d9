//! Ctrl-C: ends `send` at once with 130, and stops the response in `chat`.

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

/// Reads the expected text from the standard output of the child.
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
fn send_stops_at_once_and_disconnects() {
    let server = Server::start([hanging_stream(&opening(&["Once upon a time"]))]);
    let mut child = orouter(["send", "hi", "--base-url", &server.url])
        .spawn()
        .unwrap();
    read_until(&mut child, "Once upon a time");
    signal("INT", child.id());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(130), ""));
    server.client_disconnected();
}

#[test]
fn send_stops_before_the_first_byte() {
    let server = Server::start([support::scripted::Script::Hang(String::new())]);
    let child = orouter(["send", "hi", "--base-url", &server.url])
        .spawn()
        .unwrap();
    server.request();
    signal("INT", child.id());
    assert_eq!(
        Ran::from(child.wait_with_output().unwrap()).status,
        Some(130)
    );
    server.client_disconnected();
}

#[test]
fn send_stops_while_it_reads_the_prompt() {
    let mut child = orouter(["send", "-", "--base-url", "http://127.0.0.1:9"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept open: waiting for a child closes its standard input, which would end the command too.
    let stdin = child.stdin.take();
    // The command does not report that it reads; half a second is enough to start.
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
fn chat_stops_the_response_and_continues() {
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
    server.client_disconnected();
    stdin.write_all(b"How are you?\n").unwrap();
    drop(stdin);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "\nFine.\n"),
        "{}",
        ran.stderr
    );

    // The text before the interruption is part of the conversation.
    server.request();
    let input = &server.request().body["input"];
    assert_eq!(input.as_array().unwrap().len(), 3, "{input}");
    assert_eq!(input[1]["content"][0]["text"], "Once upon a time");
    assert_eq!(input[1]["status"], "incomplete");
}

#[test]
fn help_mentions_ctrl_c() {
    let ran = run(orouter(["chat", "--help"]));
    assert_eq!(ran.status, Some(0));
    assert!(ran.stdout.contains("Ctrl-C"), "{}", ran.stdout);
}
