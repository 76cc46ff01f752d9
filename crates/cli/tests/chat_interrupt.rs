//! Ctrl-C, other signals and cut connections in `orouter chat`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use support::chat::{Chat, reply, texts, turns};
use support::pty::Terminal;
use support::scripted::{Gate, Script, Server, hanging_stream, opening, paused_stream, stream};

/// The key Up.
const UP: &str = "\u{1b}[A";

#[test]
fn text_before_the_first_byte_and_before_an_interruption_is_kept() {
    let server = Server::start([Script::Hang(String::new()), reply("Fine.")]);
    let chat = Chat::start(&server);
    chat.line("first");
    server.request();
    chat.type_text("typed");
    chat.ctrl_c();
    chat.wait_for_typed("typed");
    chat.type_text(" on\r");
    assert_eq!(texts(&server.request().body), turns(&["typed on"]));
}

#[test]
fn ctrl_c_clears_the_line_and_twice_leaves() {
    let server = Server::start([reply("One.")]);
    let chat = Chat::start(&server);
    for text in ["not this", "nor this"] {
        chat.type_text(text);
        chat.wait_for_typed(text);
        chat.ctrl_c();
        chat.wait_for_prompt();
    }
    chat.line("this");
    chat.wait_for("One.");
    chat.wait_for_prompt();
    assert_eq!(texts(&server.request().body), turns(&["this"]));
    chat.ctrl_c();
    chat.wait_for_screen("the notice again", |screen| {
        screen.matches("Ctrl-C again or Ctrl-D leaves.").count() == 3
    });
    chat.wait_for_prompt();
    chat.ctrl_c();
    assert_eq!(chat.end().status, Some(0));
}

#[test]
fn ctrl_c_before_the_first_byte_gives_the_message_back() {
    let server = Server::start([Script::Hang(String::new()), reply("Fine.")]);
    let chat = Chat::start(&server);
    chat.line("a question");
    server.request();
    chat.ctrl_c();
    server.client_disconnected();
    chat.wait_for("the message is not part of the conversation; Up brings it back");
    chat.wait_for_prompt();
    chat.type_text(UP);
    chat.wait_for_typed("a question");
    chat.type_text("\r");
    chat.wait_for("Fine.");
    assert_eq!(texts(&server.request().body), turns(&["a question"]));
}

#[test]
fn ctrl_c_keeps_the_text_as_incomplete() {
    let server = Server::start([
        hanging_stream(&opening(&["Once upon", " a time"])),
        reply("Fine."),
    ]);
    let chat = Chat::start(&server);
    chat.line("Tell me a story");
    chat.wait_for("Once upon a time");
    chat.ctrl_c();
    server.client_disconnected();
    chat.wait_for("; interrupted, the text so far is kept");
    chat.wait_for_prompt();
    chat.line("Go on");
    chat.wait_for("Fine.");
    server.request();
    let body = server.request().body;
    assert_eq!(
        texts(&body),
        turns(&["Tell me a story", "Once upon a time", "Go on"])
    );
    assert_eq!(body["input"][1]["status"], "incomplete");
}

#[test]
fn ctrl_c_stops_retries() {
    let refusal = Script::Bytes(
        "HTTP/1.1 503 Busy\r\nretry-after: 20\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            .to_owned(),
    );
    let server = Server::start([refusal, reply("Fine.")]);
    let chat = Chat::start(&server);
    chat.line("a question");
    chat.wait_for("trying again in");
    chat.ctrl_c();
    chat.wait_for("the message is not part of the conversation");
    chat.wait_for_prompt();
    chat.line("another");
    chat.wait_for("Fine.");
    server.request();
    assert_eq!(texts(&server.request().body), turns(&["another"]));
}

#[test]
fn a_cut_stream_keeps_the_text() {
    let server = Server::start([stream(&opening(&["Once upon", " a time"])), reply("Fine.")]);
    let chat = Chat::start(&server);
    chat.line("Tell me a story");
    chat.wait_for("the text so far is kept");
    assert!(chat.screen().contains("\norouter: "), "{}", chat.screen());
    chat.wait_for_prompt();
    chat.line("Go on");
    chat.wait_for("Fine.");
    server.request();
    let body = server.request().body;
    assert_eq!(texts(&body).len(), 3);
    assert_eq!(texts(&body)[1].1, "Once upon a time");
    assert_eq!(body["input"][1]["status"], "incomplete");
}

#[test]
fn ctrl_c_works_in_a_terminal_without_line_editor() {
    let server = Server::start([hanging_stream(&opening(&["Once"])), reply("Fine.")]);
    let chat = Chat::with(&server, |command| {
        command.env("TERM", "dumb");
    });
    chat.line("Tell me a story");
    chat.wait_for("Once");
    chat.ctrl_c();
    chat.wait_for("interrupted, the text so far is kept");
    chat.wait_for_prompt();
    chat.line("Go on");
    chat.wait_for("Fine.");
    server.request();
    assert_eq!(texts(&server.request().body).len(), 3);
    chat.wait_for_prompt();
    chat.ctrl_c();
    chat.wait_for("Ctrl-C again or Ctrl-D leaves.");
    chat.wait_for_prompt();
    chat.ctrl_c();
    let ended = chat.end();
    assert_eq!(ended.status, Some(0));
    assert!(
        ended
            .screen
            .ends_with("\norouter chat -c continues this conversation."),
        "{}",
        ended.screen
    );
}

#[test]
fn the_terminal_is_quiet_again_after_a_stop() {
    let gate = Gate::default();
    let server = Server::start([paused_stream(&gate, "Once", " upon a time.")]);
    let chat = Chat::start(&server);
    chat.line("Tell me a story");
    chat.wait_for("Once");
    chat.wait_for_echo(false);
    chat.signal("STOP");
    chat.restore_settings();
    chat.signal("CONT");
    chat.wait_for_echo(false);
    chat.type_text("kept");
    gate.open();
    chat.wait_for_typed("kept");
}

#[test]
fn signals_restore_the_terminal() {
    for name in ["TERM", "HUP"] {
        let server = Server::start([hanging_stream(&opening(&["Once"]))]);
        let at_prompt = Chat::start(&server);
        at_prompt.signal(name);
        assert_eq!(at_prompt.end().status, Some(143), "{name}");

        let streaming = Chat::start(&server);
        streaming.line("Tell me a story");
        streaming.wait_for("Once");
        streaming.signal(name);
        assert_eq!(streaming.end().status, Some(143), "{name}");
    }
}

#[test]
fn ctrl_c_ends_a_chat_that_starts() {
    let server = Server::start([]);
    let data = tempfile::tempdir().unwrap();
    let fifo = data.path().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let mut command = support::chat::command(&server.url, data.path());
    command.arg("--attach").arg(&fifo);
    let terminal = Terminal::start(command);
    // Opening a FIFO for writing blocks until the command reads it.
    let (opened_in, opened) = std::sync::mpsc::channel();
    std::thread::spawn(move || opened_in.send(std::fs::File::create(fifo)));
    let writer = opened.recv_timeout(Duration::from_secs(30)).unwrap();
    terminal.ctrl_c();
    assert_eq!(terminal.end().status, Some(130));
    drop(writer);
}
