//! `orouter chat`: each request carries the earlier turns.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::path::Path;

use support::scripted::{Server, frames, json, stream};
use support::{Ran, orouter, run_with_input};

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

/// Runs `orouter chat` with these lines as its standard input.
fn chat(server: &Server, directory: &Path, input: &str) -> Ran {
    let mut command = orouter(["chat", "--base-url", &server.url]);
    command.current_dir(directory);
    run_with_input(command, input.as_bytes())
}

#[test]
fn commands_work_in_piped_input() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("notes.txt"), "milk and eggs").unwrap();
    let server = Server::start([script("One."), script("Two.")]);
    let ran = chat(
        &server,
        directory.path(),
        "/model some/model\n/system Be brief.\n/file notes.txt\nWhat is this?\n/model\n\
         /save saved.md\n/save saved.json\n/clear\n//etc\n/exit\nnot sent\n",
    );
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "One.\nTwo.\n", "some/model\n")
    );
    let first = server.request().body;
    assert_eq!(first["model"], "some/model");
    assert_eq!(first["instructions"], "Be brief.");
    let content = &first["input"][0]["content"];
    assert_eq!(content[0]["text"], "What is this?");
    assert!(content[1].to_string().contains("notes.txt"), "{content}");
    assert!(
        content[1].to_string().contains("milk and eggs"),
        "{content}"
    );
    let second = server.request().body;
    assert_eq!(second["input"].as_array().unwrap().len(), 1);
    assert_eq!(second["input"][0]["content"], "/etc");

    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let markdown = read("saved.md");
    assert!(
        markdown.starts_with("## System\n\nBe brief.\n\n## User\n\nWhat is this?"),
        "{markdown}"
    );
    assert!(markdown.ends_with("## test/model\n\nOne.\n"), "{markdown}");
    let saved: serde_json::Value = serde_json::from_str(&read("saved.json")).unwrap();
    assert_eq!(saved["model"], "some/model");
    assert_eq!(saved["input"][0], first["input"][0]);
    assert_eq!(saved["input"][1]["content"][0]["text"], "One.");
}

#[test]
fn a_command_that_fails_ends_piped_input() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("exists.md"), "x").unwrap();
    std::fs::write(directory.path().join("data.bin"), b"\0\x01\x02\xff\xfe").unwrap();
    for (command, complaint) in [
        ("/modle x", "unknown command /modle"),
        ("/usr/bin/env", "begin it with //"),
        ("/exit now", "takes no argument"),
        ("/file", "needs the name of a file"),
        ("/file missing.txt", "missing.txt"),
        ("/file data.bin", "data.bin"),
        ("/file -", "standard input"),
        ("/save new.md", "no turns yet"),
    ] {
        let server = Server::start([]);
        let ran = chat(&server, directory.path(), &format!("{command}\nnot sent\n"));
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(2), ""),
            "{command}"
        );
        assert!(ran.stderr.contains(complaint), "{command}: {}", ran.stderr);
        assert_eq!(server.arrived().len(), 0, "{command}");
    }
    let server = Server::start([script("Hi.")]);
    let ran = chat(&server, directory.path(), "hi\n/save exists.md\nnot sent\n");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), "Hi.\n"));
    assert!(ran.stderr.contains("exists.md exists"), "{}", ran.stderr);
    let kept = std::fs::read_to_string(directory.path().join("exists.md")).unwrap();
    assert_eq!(kept, "x");
}

#[test]
fn a_file_without_a_message_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("notes.txt"), "milk").unwrap();
    let server = Server::start([]);
    let ran = chat(&server, directory.path(), "/file notes.txt\n");
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("no message follows"), "{}", ran.stderr);
}
