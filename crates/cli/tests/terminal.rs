//! `orouter send` in a pseudo-terminal: spinner, retries, Ctrl-C, colours.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::Read as _;
use std::process::Command;

use support::pty::{Stdin, Stdout, Terminal};
use support::scripted::{
    Gate, Script, Server, frames, gated_stream, hanging_stream, json, opening, response,
    retry_after, stream,
};
use support::{orouter, run};

fn send(server: &Server) -> Command {
    orouter(["send", "hi", "--base-url", &server.url])
}

fn hello() -> Script {
    stream(&frames("completed", &["Hello, ", "world"]))
}

#[test]
fn a_response_is_printed() {
    let server = Server::start([hello()]);
    let ended = Terminal::start(send(&server)).end();
    assert_eq!(
        (ended.status, ended.screen.as_str()),
        (Some(0), "Hello, world")
    );
    assert!(ended.raw.ends_with("world\r\n"), "{:?}", ended.raw);
}

#[test]
fn control_characters_of_a_model_do_not_reach_the_terminal() {
    let server = Server::start([stream(&frames("completed", &["\u{1b}[2Jred\u{7}"]))]);
    let ended = Terminal::start(send(&server)).end();
    assert!(
        ended.raw.ends_with("\u{fffd}[2Jred\u{fffd}\r\n"),
        "{:?}",
        ended.raw
    );
}

#[test]
fn the_spinner_is_gone_before_the_output() {
    let gate = Gate::default();
    let server = Server::start([gated_stream(&gate, &frames("completed", &["Hello"]))]);
    let terminal = Terminal::start(send(&server));
    terminal.wait_for("waiting 0 s");
    terminal.wait_for("waiting 1 s");
    gate.open();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.screen.as_str()), (Some(0), "Hello"));
    // The line was erased before the text, and nothing was drawn after it.
    assert!(
        ended.raw.ends_with("\r\u{1b}[KHello\r\n"),
        "{:?}",
        ended.raw
    );
}

#[test]
fn the_spinner_does_not_reach_a_pipe() {
    for option in ["--json", "--no-stream", "--usage"] {
        let gate = Gate::default();
        let script = Script::Gated(gate.clone(), {
            let Script::Bytes(bytes) = json(200, &response("completed", "Hello")) else {
                panic!("not bytes");
            };
            bytes
        });
        let server = Server::start([script]);
        let mut command = send(&server);
        command.arg(option);
        let mut terminal = Terminal::start_with(command, Stdin::Null, Stdout::Piped);
        terminal.wait_for("waiting 0 s");
        gate.open();
        let mut printed = String::new();
        let mut stdout = terminal.child.stdout.take().unwrap();
        stdout.read_to_string(&mut printed).unwrap();
        let ended = terminal.end();
        assert_eq!(ended.status, Some(0), "{option}");
        let expected = if option == "--usage" { "tokens: " } else { "" };
        assert!(ended.screen.starts_with(expected), "{}", ended.screen);
        assert!(!ended.screen.contains("waiting"), "{}", ended.screen);
        let start = if option == "--json" {
            "{\"id\""
        } else {
            "Hello\n"
        };
        assert!(printed.starts_with(start), "{printed}");
    }
}

/// The wait of a second between two attempts is long enough for a spinner.
#[test]
fn a_simple_terminal_has_no_spinner() {
    for term in ["dumb", ""] {
        let server = Server::start([retry_after(429, 1), hello()]);
        let mut command = send(&server);
        command.env("TERM", term);
        let ended = Terminal::start(command).end();
        assert_eq!(ended.status, Some(0));
        assert!(!ended.raw.contains('\u{1b}'), "{:?}", ended.raw);
        assert!(!ended.raw.contains("waiting"), "{:?}", ended.raw);
        assert!(ended.screen.ends_with("Hello, world"), "{}", ended.screen);
    }
}

#[test]
fn no_color_removes_styles_and_keeps_the_spinner() {
    for (value, styled) in [("1", false), ("", true)] {
        let server = Server::start([retry_after(429, 1), hello()]);
        let mut command = send(&server);
        command.env("NO_COLOR", value);
        let terminal = Terminal::start(command);
        terminal.wait_for("waiting 0 s");
        let ended = terminal.end();
        assert_eq!(ended.raw.contains("\u{1b}[2m"), styled, "{:?}", ended.raw);
        assert!(ended.screen.ends_with("Hello, world"), "{}", ended.screen);
    }
}

#[test]
fn retries_are_announced_on_a_terminal() {
    let scripts = || [retry_after(429, 1), retry_after(503, 0), hello()];
    let server = Server::start(scripts());
    let ended = Terminal::start(send(&server)).end();
    assert_eq!(ended.status, Some(0), "{}", ended.screen);
    let lines: Vec<&str> = ended.screen.lines().collect();
    let screen = lines.concat();
    assert!(screen.starts_with("orouter: 429 "), "{screen}");
    assert!(screen.contains("too many for now"), "{screen}");
    assert!(
        screen.contains("trying again in 1.0 s (attempt 2)"),
        "{screen}"
    );
    assert!(screen.contains("orouter: 503 "), "{screen}");
    assert!(screen.contains("(attempt 3)"), "{screen}");
    assert_eq!(*lines.last().unwrap(), "Hello, world");
    assert!(!screen.contains("waiting"), "{screen}");

    let server = Server::start(scripts());
    let ran = run(send(&server));
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "Hello, world\n", "")
    );
}

#[test]
fn ctrl_c_keeps_the_text() {
    let server = Server::start([hanging_stream(&opening(&["Once upon a time"]))]);
    let terminal = Terminal::start(send(&server));
    terminal.wait_for("Once upon a time");
    terminal.ctrl_c();
    let ended = terminal.end();
    assert_eq!(
        (ended.status, ended.screen.as_str()),
        (Some(130), "Once upon a time^C")
    );
    // The prompt of the shell begins on a line of its own.
    assert!(ended.raw.ends_with("\r\n"), "{:?}", ended.raw);
    server.client_disconnected();
}

#[test]
fn ctrl_c_erases_the_spinner() {
    let server = Server::start([Script::Hang(String::new())]);
    let terminal = Terminal::start(send(&server));
    terminal.wait_for("waiting 0 s");
    terminal.ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.screen.as_str()), (Some(130), ""));
    server.client_disconnected();
}

#[test]
fn ctrl_c_ends_the_wait_before_a_retry() {
    let server = Server::start([retry_after(429, 30)]);
    let terminal = Terminal::start(send(&server));
    terminal.wait_for("trying again in 30.0 s");
    terminal.wait_for("waiting");
    terminal.ctrl_c();
    let ended = terminal.end();
    assert_eq!(ended.status, Some(130));
    assert!(!ended.screen.contains("waiting"), "{}", ended.screen);
}

#[test]
fn ctrl_c_ends_the_input_of_a_prompt() {
    let server = Server::start([]);
    let terminal = Terminal::start(orouter(["send", "-", "--base-url", &server.url]));
    terminal.type_text("Tell me\n");
    terminal.wait_for("Tell me");
    terminal.ctrl_c();
    // A shell shows 130 for both: the signal may arrive before the command handles it.
    assert!(matches!(terminal.end().status, Some(130) | None));
}

#[test]
fn a_typed_prompt_ends_with_ctrl_d() {
    let server = Server::start([hello()]);
    let terminal = Terminal::start(orouter(["send", "-", "--base-url", &server.url]));
    terminal.type_text("Tell me\n");
    terminal.ctrl_d();
    let ended = terminal.end();
    assert_eq!(ended.status, Some(0));
    assert!(ended.screen.ends_with("Hello, world"), "{}", ended.screen);
    assert_eq!(server.request().body["input"], "Tell me\n");
}

/// A pipe that nobody reads blocks the thread that writes.
#[test]
fn ctrl_c_ends_a_command_whose_output_is_not_read() {
    let line = "a line of a long response\n".repeat(4000);
    let pieces = vec![line.as_str(); 40];
    let server = Server::start([hanging_stream(&opening(&pieces))]);
    let mut terminal = Terminal::start_with(send(&server), Stdin::Terminal, Stdout::Piped);
    let mut start = [0; 10];
    let stdout = terminal.child.stdout.as_mut().unwrap();
    stdout.read_exact(&mut start).unwrap();
    terminal.ctrl_c();
    assert_eq!(terminal.end().status, Some(130));
}

#[test]
fn a_reader_that_has_enough_ends_the_command() {
    let pieces: Vec<String> = (0..5000).map(|n| format!("line {n} of many\n")).collect();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let server = Server::start([stream(&frames("completed", &pieces))]);
    let mut command = Command::new("sh");
    command.args([
        "-c",
        r#"{ "$0" send hi --base-url "$1"; echo "status $?" >&2; } | head -1"#,
        env!("CARGO_BIN_EXE_orouter"),
        &server.url,
    ]);
    for variable in ["OPENROUTER_API_KEY", "OPENROUTER_BASE_URL"] {
        command.env_remove(variable);
    }
    let ended = Terminal::start(command).end();
    let mut lines: Vec<&str> = ended.screen.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["line 0 of many", "status 141"]);
}

#[test]
fn an_error_replaces_the_spinner() {
    let gate = Gate::default();
    let Script::Bytes(refused) = json(402, r#"{"error":{"code":402,"message":"no credits"}}"#)
    else {
        panic!("not bytes");
    };
    let server = Server::start([Script::Gated(gate.clone(), refused)]);
    let terminal = Terminal::start(send(&server));
    terminal.wait_for("waiting 0 s");
    gate.open();
    let ended = terminal.end();
    assert_eq!(ended.status, Some(1));
    assert!(
        ended.screen.starts_with("orouter: 402 "),
        "{}",
        ended.screen
    );
    assert!(!ended.screen.contains("waiting"), "{}", ended.screen);
}
