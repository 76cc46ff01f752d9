//! `orouter chat -c` continues the last conversation.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::chat::{conversations, reply};
use support::pty::Terminal;
use support::scripted::{Server, hanging_stream, opening};
use support::{Ran, run_with_input};

fn command_with(server: &Server, data: &Path, arguments: &[&str]) -> Command {
    let mut command = support::chat::command(&server.url, data);
    command.args(arguments);
    command
}

/// Runs a script with these lines as its standard input.
fn chat(server: &Server, data: &Path, arguments: &[&str], input: &str) -> Ran {
    run_with_input(command_with(server, data, arguments), input.as_bytes())
}

#[test]
fn a_conversation_continues_with_its_model_and_system_prompt() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start([
        reply("Paris."),
        reply("Rome."),
        reply("Bern."),
        reply("Oslo."),
    ]);
    let first = ["-m", "some/model", "--instructions", "Be brief."];
    assert_eq!(
        chat(&server, data.path(), &first, "Of France?\n").status,
        Some(0)
    );
    let ran = chat(&server, data.path(), &["-c"], "Of Italy?\n");
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "Rome.\n", "")
    );
    server.request();
    let body = server.request().body;
    assert_eq!(body["model"], "some/model");
    assert_eq!(body["instructions"], "Be brief.");
    assert_eq!(body["input"].as_array().unwrap().len(), 3);
    assert_eq!(body["input"][1]["content"][0]["text"], "Paris.");

    // Options override them, and the next session has the new values.
    let other = [
        "--continue",
        "-m",
        "other/model",
        "--instructions",
        "Be kind.",
    ];
    assert_eq!(
        chat(&server, data.path(), &other, "Of Switzerland?\n").status,
        Some(0)
    );
    assert_eq!(
        chat(&server, data.path(), &["-c"], "Of Norway?\n").status,
        Some(0)
    );
    for turns in [3, 4] {
        let body = server.request().body;
        assert_eq!(body["model"], "other/model");
        assert_eq!(body["instructions"], "Be kind.");
        assert_eq!(body["input"].as_array().unwrap().len(), 2 * turns - 1);
    }
    assert_eq!(conversations(data.path()).len(), 1);
}

#[test]
fn the_last_conversation_is_the_one_that_was_written_last() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start([reply("1"), reply("2"), reply("3"), reply("4")]);
    assert_eq!(
        chat(&server, data.path(), &[], "one\n/clear\ntwo\n").status,
        Some(0)
    );
    assert_eq!(conversations(data.path()).len(), 2);
    assert_eq!(
        chat(&server, data.path(), &["-c"], "three\n").status,
        Some(0)
    );
    let bodies: Vec<_> = (0..3).map(|_| server.request().body).collect();
    assert_eq!(bodies[2]["input"][0]["content"], "two");
    assert_eq!(conversations(data.path()).len(), 2);
}

#[test]
fn without_a_conversation_the_message_helps() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start([]);
    let ran = chat(&server, data.path(), &["-c"], "hi\n");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    assert!(
        ran.stderr.contains("there is no conversation to continue"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("without -c"), "{}", ran.stderr);
    assert!(conversations(data.path()).is_empty());
}

#[test]
fn an_ended_session_keeps_the_text_that_arrived() {
    for signal in ["INT", "TERM", "HUP"] {
        let data = tempfile::tempdir().unwrap();
        let server = Server::start([hanging_stream(&opening(&["Once upon"])), reply("Fine.")]);
        let terminal = Terminal::start(command_with(&server, data.path(), &[]));
        terminal.wait_for_prompt();
        terminal.line("Tell me a story");
        terminal.wait_for("Once upon");
        terminal.signal(signal);
        server.client_disconnected();
        if signal == "INT" {
            terminal.wait_for_prompt();
            terminal.ctrl_d();
        }
        terminal.end();

        let terminal = Terminal::start(command_with(&server, data.path(), &["-c"]));
        terminal.wait_for(
            "1 turn; the last message: \"Tell me a story\"; its response was interrupted",
        );
        terminal.wait_for_prompt();
        terminal.line("Go on");
        terminal.wait_for("Fine.");
        server.request();
        let answer = &server.request().body["input"][1];
        assert_eq!(answer["content"][0]["text"], "Once upon", "{signal}");
        assert_eq!(answer["status"], "incomplete", "{signal}");
    }
}

#[test]
fn an_attached_file_is_part_of_the_saved_conversation() {
    let data = tempfile::tempdir().unwrap();
    let notes = data.path().join("notes.txt");
    fs::write(&notes, "milk and eggs").unwrap();
    let server = Server::start([reply("A list."), reply("Two.")]);
    let input = format!("/file {}\nWhat is this?\n", notes.display());
    assert_eq!(chat(&server, data.path(), &[], &input).status, Some(0));
    fs::remove_file(&notes).unwrap();
    assert_eq!(
        chat(&server, data.path(), &["-c"], "How many?\n").status,
        Some(0)
    );
    let first = server.request().body;
    assert_eq!(server.request().body["input"][0], first["input"][0]);
}
