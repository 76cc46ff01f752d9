//! Files of `orouter chat`: conversations and typed lines.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::chat::{conversations, reply};
use support::pty::Terminal;
use support::scripted::Server;
use support::{Ran, run_with_input};

/// The key Up.
const UP: &str = "\u{1b}[A";

fn command_with(server: &Server, data: &Path, arguments: &[&str]) -> Command {
    let mut command = support::chat::command(&server.url, data);
    command.args(arguments);
    command
}

/// Runs a script with these lines as its standard input.
fn chat(server: &Server, data: &Path, arguments: &[&str], input: &str) -> Ran {
    run_with_input(command_with(server, data, arguments), input.as_bytes())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn lines_file(data: &Path) -> PathBuf {
    data.join("chat-lines.txt")
}

#[test]
fn files_are_for_the_user_alone() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("new/orouter");
    let server = Server::start([reply("Hello.")]);
    let terminal = Terminal::start(command_with(&server, &data, &[]));
    terminal.wait_for_prompt();
    terminal.line("Hi");
    terminal.wait_for("Hello.");
    terminal.wait_for_prompt();
    terminal.ctrl_d();
    assert_eq!(terminal.end().status, Some(0));
    for directory in [&data, &data.join("conversations")] {
        assert_eq!(mode(directory), 0o700, "{}", directory.display());
    }
    let saved = conversations(&data);
    assert_eq!(saved.len(), 1);
    for file in [&saved[0], &lines_file(&data)] {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
}

#[test]
fn two_sessions_do_not_mix() {
    let data = tempfile::tempdir().unwrap();
    let (one, two) = (
        Server::start((0..6).map(|_| reply("one"))),
        Server::start((0..6).map(|_| reply("two"))),
    );
    let first = Terminal::start(command_with(&one, data.path(), &[]));
    first.wait_for_prompt();
    first.line("first 0");
    first.wait_for("one");
    first.wait_for_prompt();
    // Continues the conversation that the first session has open.
    let second = Terminal::start(command_with(&two, data.path(), &["-c"]));
    second.wait_for("another session has this conversation open");
    second.wait_for_prompt();
    for number in 1..5 {
        first.line(&format!("first {number}"));
        second.line(&format!("second {number}"));
        let shown = |terminal: &Terminal, text: &str| {
            terminal.wait_for_screen(text, |screen| screen.matches(text).count() > number);
            terminal.wait_for_prompt();
        };
        shown(&first, "\none\n");
        second.wait_for_screen("two", |screen| screen.matches("\ntwo\n").count() >= number);
        second.wait_for_prompt();
    }
    let saved = conversations(data.path());
    assert_eq!(saved.len(), 2);
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let (mine, other) = (read(&saved[0]), read(&saved[1]));
    for number in 1..5 {
        assert!(mine.contains(&format!("first {number}")), "{mine}");
        assert!(other.contains(&format!("second {number}")), "{other}");
    }
    assert!(!mine.contains("second 1") && !other.contains("first 1"));
    assert!(other.contains("first 0"), "{other}");
    for text in [&mine, &other] {
        assert!(
            text.lines()
                .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
        );
    }
    let lines = read(&lines_file(data.path()));
    for number in 1..5 {
        for session in ["first", "second"] {
            let line = format!("{session} {number}");
            assert!(lines.lines().any(|kept| kept == line), "{line}: {lines}");
        }
    }
}

#[test]
fn a_damaged_conversation_is_reported_and_continues() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start((0..5).map(|_| reply("Fine.")));
    assert_eq!(
        chat(&server, data.path(), &[], "one\ntwo\n").status,
        Some(0)
    );
    let path = conversations(data.path()).remove(0);
    let mut text = fs::read_to_string(&path).unwrap();
    // A crash in the middle of a write.
    text.push_str("{\"time\":1,\"items\":[");
    fs::write(&path, &text).unwrap();
    let ran = chat(&server, data.path(), &["-c"], "three\n");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("is damaged: 1 line cannot be read; 2 turns are kept"),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(conversations(data.path()).len(), 2);
    // The new file has the turns before.
    let ran = chat(&server, data.path(), &["-c"], "four\n");
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let bodies: Vec<_> = (0..4).map(|_| server.request().body).collect();
    assert_eq!(bodies[3]["input"].as_array().unwrap().len(), 7);

    // Nothing of the file can be read.
    for path in conversations(data.path()) {
        fs::write(path, b"\xff\0\xfe\n\n").unwrap();
    }
    let ran = chat(&server, data.path(), &["-c"], "five\n");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "Fine.\n"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("0 turns are kept"), "{}", ran.stderr);
    assert_eq!(server.request().body["input"].as_array().unwrap().len(), 1);
}

#[test]
fn a_directory_that_cannot_be_written_does_not_stop_the_chat() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    fs::write(&data, "a file in the way").unwrap();
    let server = Server::start([reply("One."), reply("Two."), reply("Three.")]);
    let ran = chat(&server, &data, &[], "one\ntwo\n");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "One.\nTwo.\n"));
    assert_eq!(
        ran.stderr.matches("cannot save the conversation").count(),
        1,
        "{}",
        ran.stderr
    );
    assert_eq!(server.request().body["input"].as_array().unwrap().len(), 1);
    assert_eq!(server.request().body["input"].as_array().unwrap().len(), 3);

    let terminal = Terminal::start(command_with(&server, &data, &[]));
    terminal.wait_for_prompt();
    terminal.line("three");
    terminal.wait_for("cannot save the conversation");
    terminal.wait_for_prompt();
    terminal.type_text(UP);
    terminal.wait_for_typed("three");
    terminal.ctrl_c();
    terminal.wait_for_prompt();
    terminal.ctrl_d();
    let ended = terminal.end();
    assert_eq!(ended.status, Some(0));
    assert!(
        !ended.screen.contains("orouter chat -c"),
        "{}",
        ended.screen
    );
}

/// An option overrides the variable, and the variable overrides the configuration file.
#[test]
fn the_history_can_be_turned_off() {
    let root = tempfile::tempdir().unwrap();
    let config = root.path().join("config");
    let file = config.join("config.toml");
    fs::create_dir(&config).unwrap();
    for (number, (option, variable, key, kept)) in [
        (Some("--no-history"), None, None, false),
        (None, Some("false"), None, false),
        (None, None, Some("false"), false),
        (None, Some("true"), Some("false"), true),
        (Some("--no-history"), Some("true"), Some("true"), false),
        (Some("--history"), Some("false"), Some("false"), true),
        (None, None, Some("true"), true),
    ]
    .into_iter()
    .enumerate()
    {
        let data = root.path().join(number.to_string());
        let server = Server::start([reply("One.")]);
        let mut command = command_with(&server, &data, option.as_slice());
        command.env("OROUTER_CONFIG_DIR", &config);
        let text = key.map(|value| format!("history = {value}\n"));
        fs::write(&file, text.unwrap_or_default()).unwrap();
        if let Some(value) = variable {
            command.env("OROUTER_HISTORY", value);
        }
        let terminal = Terminal::start(command);
        terminal.wait_for_prompt();
        terminal.line("one");
        terminal.wait_for("so far");
        terminal.wait_for_prompt();
        terminal.ctrl_d();
        assert_eq!(terminal.end().status, Some(0));
        assert_eq!(data.exists(), kept, "{option:?} {variable:?} {key:?}");
        assert_eq!(conversations(&data).len(), usize::from(kept));
        assert_eq!(lines_file(&data).exists(), kept);
    }
}

#[test]
fn unusable_settings_of_the_history_are_refused() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start([]);
    let ran = chat(&server, data.path(), &["-c", "--no-history"], "x\n");
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("--no-history"), "{}", ran.stderr);

    for (variable, value) in [
        ("OROUTER_HISTORY", "maybe"),
        ("OROUTER_DATA_DIR", "relative"),
    ] {
        let mut command = command_with(&server, data.path(), &["-c"]);
        command.env(variable, value);
        let ran = run_with_input(command, b"x\n");
        assert_eq!(ran.status, Some(2));
        assert!(ran.stderr.contains(variable), "{}", ran.stderr);
    }
}

#[test]
fn typed_lines_come_back_in_the_next_session() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start([reply("One."), reply("Two.")]);
    let first = Terminal::start(command_with(&server, data.path(), &[]));
    first.wait_for_prompt();
    first.paste("several\nlines");
    first.type_text("\r");
    first.wait_for("One.");
    first.wait_for_prompt();
    first.line("/model a/b");
    first.wait_for("the next messages go to a/b");
    first.wait_for_prompt();
    first.ctrl_d();
    assert_eq!(first.end().status, Some(0));

    let second = Terminal::start(command_with(&server, data.path(), &[]));
    second.wait_for_prompt();
    second.type_text(UP);
    second.wait_for_typed("/model a/b");
    second.type_text(UP);
    second.wait_for_screen("the paste", |screen| {
        screen.trim_end().ends_with("> several\nlines")
    });
}

#[test]
fn unreadable_typed_lines_are_reported_and_the_chat_starts() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start([]);
    let file = lines_file(data.path());
    let damaged = b"#V2\nkept\n\xff\xfe\n";
    fs::write(&file, damaged).unwrap();
    let terminal = Terminal::start(command_with(&server, data.path(), &[]));
    terminal.wait_for("cannot read the lines of earlier sessions");
    terminal.wait_for_prompt();
    terminal.line("/model");
    terminal.wait_for("\nthe default model of the server\n");
    terminal.wait_for_prompt();
    assert_eq!(fs::read(&file).unwrap(), damaged);
}
