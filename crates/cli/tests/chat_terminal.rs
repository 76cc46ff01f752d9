//! Output of `orouter chat` in a terminal.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::Child;

use support::chat::{Chat, reply, texts, turns};
use support::orouter;
use support::pty::{Stdin, Stdout, Terminal};
use support::scripted::{
    Gate, Server, frames, gated_stream, hanging_stream, opening, paused_stream, retry_after,
};

#[test]
fn model_and_cost_follow_each_response() {
    let server = Server::start([reply("Hello."), reply("Again.")]);
    let chat = Chat::start(&server);
    chat.wait_for("/help lists the commands");
    chat.line("Hi");
    chat.wait_for("Hello.");
    chat.wait_for("test/model, $0.25 so far");
    chat.wait_for_prompt();
    chat.line("Hi again");
    chat.wait_for("test/model, $0.5 so far");
    chat.wait_for_prompt();
    chat.ctrl_d();
    let ended = chat.end();
    assert_eq!(ended.status, Some(0));
    assert!(
        ended
            .screen
            .ends_with("orouter chat -c continues this conversation."),
        "{}",
        ended.screen
    );
}

#[test]
fn styles_only_where_they_are_wanted() {
    for (variables, styled, edited) in [
        (&[][..], true, true),
        (&[("NO_COLOR", "1")], false, true),
        (&[("NO_COLOR", "")], true, true),
        (&[("TERM", "dumb")], false, false),
        (&[("TERM", "")], false, false),
    ] {
        let server = Server::start([reply("\x1b[31mred\u{9b}31m")]);
        let chat = Chat::with(&server, |command| {
            command.envs(variables.iter().copied());
        });
        chat.line("Hi");
        chat.wait_for("so far");
        chat.wait_for_prompt();
        chat.line("/exit");
        let ended = chat.end();
        assert_eq!(ended.status, Some(0));
        let raw = ended.raw;
        assert!(raw.contains("\u{fffd}[31mred\u{fffd}31m\r\n"), "{raw:?}");
        assert_eq!(raw.contains("\x1b[2m"), styled, "{variables:?}: {raw:?}");
        assert_eq!(
            raw.contains('\x1b'),
            edited || styled,
            "{variables:?}: {raw:?}"
        );
    }
}

#[test]
fn a_wait_has_a_spinner_and_lines_for_retries() {
    let gate = Gate::default();
    let server = Server::start([
        retry_after(429, 1),
        gated_stream(&gate, &frames("completed", &["Hello."])),
    ]);
    let chat = Chat::start(&server);
    chat.line("Hi");
    chat.wait_for("trying again in 1.0 s (attempt 2)");
    chat.wait_for("waiting");
    chat.type_text("typed ahead");
    gate.open();
    chat.wait_for_typed("typed ahead");
    let screen = chat.screen();
    assert!(
        screen.contains("(attempt 2)\nHello.\ntest/model"),
        "{screen}"
    );
    assert!(!screen.contains("waiting"), "{screen}");
}

/// Output to a pipe makes the chat a script, also if the input is a terminal.
#[test]
fn a_closed_output_ends_the_chat() {
    let server = Server::start([reply("One."), hanging_stream(&opening(&["Two", "."]))]);
    let data = tempfile::tempdir().unwrap();
    let command = support::chat::command(&server.url, data.path());
    let mut terminal = Terminal::start_with(command, Stdin::Terminal, Stdout::Piped);
    terminal.type_text("one\n");
    let mut printed = [0; 5];
    let mut stdout = terminal.child.stdout.take().unwrap();
    stdout.read_exact(&mut printed).unwrap();
    assert_eq!(&printed, b"One.\n");
    drop(stdout);
    terminal.type_text("two\n");
    server.client_disconnected();
    assert_eq!(terminal.end().status, Some(141));
}

/// A pipe that nobody reads blocks the thread that writes.
#[test]
fn ctrl_c_ends_a_chat_whose_output_is_not_read() {
    let line = "a line of a long response\n".repeat(4000);
    let server = Server::start([hanging_stream(&opening(&vec![line.as_str(); 40]))]);
    let data = tempfile::tempdir().unwrap();
    let command = support::chat::command(&server.url, data.path());
    let mut terminal = Terminal::start_with(command, Stdin::Terminal, Stdout::Piped);
    terminal.type_text("go\n");
    let stdout = terminal.child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    terminal.ctrl_c();
    assert_eq!(terminal.end().status, Some(130));
}

/// `orouter serve` in front of an upstream.
struct Serve(Child, String);

impl Serve {
    fn start(upstream: &str, directory: &Path) -> Self {
        let file = directory.join("orouter.toml");
        let base = upstream.trim_end_matches("/api/v1");
        std::fs::write(
            &file,
            format!(
                "[providers.up]\nprotocol = \"responses\"\nbase_url = \"{base}/v1\"\n\
                 models = [\"*\"]\n"
            ),
        )
        .unwrap();
        let mut command = orouter(["serve", "--listen", "127.0.0.1:0", "--config"]);
        command.arg(&file).stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self(child, url)
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_conversation_through_a_real_server() {
    let gate = Gate::default();
    let upstream = Server::start([
        paused_stream(&gate, "Once", " upon a time."),
        hanging_stream(&opening(&["There", " was"])),
        reply("The end."),
    ]);
    let data = tempfile::tempdir().unwrap();
    let serve = Serve::start(&upstream.url, data.path());
    let mut command = support::chat::command(&serve.1, data.path());
    command.args(["-m", "up/story"]);
    let chat = Terminal::start(command);
    chat.wait_for_prompt();
    chat.line("Tell me a story");
    chat.wait_for("Once");
    chat.type_text("Go on\r");
    gate.open();
    chat.wait_for("There was");
    chat.ctrl_c();
    upstream.client_disconnected();
    chat.wait_for("interrupted, the text so far is kept");
    chat.wait_for_prompt();
    chat.line("And then?");
    chat.wait_for("The end.");
    chat.wait_for_prompt();
    for _ in 0..2 {
        upstream.request();
    }
    assert_eq!(
        texts(&upstream.request().body),
        turns(&[
            "Tell me a story",
            "Once upon a time.",
            "Go on",
            "There was",
            "And then?"
        ])
    );
    chat.ctrl_d();
    assert_eq!(chat.end().status, Some(0));
}
