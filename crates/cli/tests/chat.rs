//! `orouter chat`: each request carries the earlier turns.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::scripted::{Server, frames, json, stream};
use support::{orouter, run_with_input};

fn script(text: &str) -> support::scripted::Script {
    stream(&frames("completed", &[text]))
}

#[test]
fn each_request_carries_the_earlier_turns() {
    let server = Server::start([script("Paris."), script("Rome.")]);
    let command = orouter([
        "chat",
        "--instructions",
        "Be brief.",
        "--base-url",
        &server.url,
    ]);
    let ran = run_with_input(command, b"Capital of France?\n\nOf Italy?\n");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "Paris.\nRome.\n"),
        "{}",
        ran.stderr
    );

    let first = server.request().body;
    assert_eq!(first["instructions"], "Be brief.");
    assert_eq!(first["input"].as_array().unwrap().len(), 1);
    let second = server.request().body;
    let input = second["input"].as_array().unwrap();
    assert_eq!(input.len(), 3);
    assert_eq!(input[0]["role"], "user");
    assert_eq!(input[0]["content"], "Capital of France?");
    assert_eq!(input[1]["role"], "assistant");
    assert_eq!(input[1]["content"][0]["text"], "Paris.");
    assert_eq!(input[2]["content"], "Of Italy?");
}

#[test]
fn a_refused_turn_is_reported_and_left_out() {
    let refusal = json(429, r#"{"error":{"code":429,"message":"Slow down"}}"#);
    let server = Server::start([refusal.clone(), refusal.clone(), refusal, script("Hello.")]);
    let command = orouter(["chat", "--base-url", &server.url]);
    let ran = run_with_input(command, b"one\ntwo\n");
    assert!(ran.stderr.contains("Slow down"), "{}", ran.stderr);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), "Hello.\n"));
    assert_eq!(ran.stderr.matches("Slow down").count(), 1, "{}", ran.stderr);
    let last = std::iter::repeat_with(|| server.request().body)
        .find(|body| body["input"][0]["content"] == "two")
        .unwrap();
    assert_eq!(last["input"].as_array().unwrap().len(), 1, "{last}");
}

#[test]
fn the_exit_status_is_that_of_the_last_turn_that_failed() {
    let refusal = json(400, r#"{"error":{"code":400,"message":"No"}}"#);
    let cut = stream(&frames("incomplete", &["Par"]));
    let server = Server::start([refusal.clone(), cut.clone(), cut, refusal]);
    for (input, status) in [("one\ntwo\n", 3), ("one\ntwo\n/quit\n", 1)] {
        let command = orouter(["chat", "--base-url", &server.url]);
        let ran = run_with_input(command, input.as_bytes());
        assert_eq!(ran.status, Some(status), "{}", ran.stderr);
        assert_eq!(ran.stdout, "Par\n");
    }
}

#[test]
fn new_starts_over_and_quit_leaves() {
    let server = Server::start([script("Hi."), script("Hi again.")]);
    let command = orouter(["chat", "--base-url", &server.url]);
    let ran = run_with_input(command, b"one\n/new\ntwo\n/quit\nthree\n");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "Hi.\nHi again.\n"),
        "{}",
        ran.stderr
    );
    server.request();
    assert_eq!(server.request().body["input"].as_array().unwrap().len(), 1);
}

#[test]
fn lines_may_be_utf16_with_a_byte_order_mark() {
    let server = Server::start([script("Hi."), script("Hi again.")]);
    let command = orouter(["chat", "--base-url", &server.url]);
    let input: Vec<u8> = "\u{feff}Grüße\r\n/new\r\n🦀\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let ran = run_with_input(command, &input);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(server.request().body["input"][0]["content"], "Grüße");
    assert_eq!(server.request().body["input"][0]["content"], "🦀");
}
