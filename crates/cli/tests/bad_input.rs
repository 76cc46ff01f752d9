//! What cannot be used is refused before anything is sent: exit status 2, and a line that says why.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::process::Command;

use support::{Ran, orouter, run, run_with_input};

fn refused(ran: &Ran, word: &str) {
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(2), ""),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains(word),
        "{word} is not in: {}",
        ran.stderr
    );
}

/// A server that would notice: nothing listens there, so that sending anything would be a 1.
fn with_server<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = orouter(arguments);
    command.env("OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1");
    command
}

#[test]
fn an_empty_prompt() {
    refused(&run(with_server(["send", ""])), "prompt is empty");
    refused(&run(with_server(["send", " \n"])), "prompt is empty");
    refused(&run(with_server(["send"])), "prompt is empty"); // nothing on standard input
    refused(
        &run_with_input(with_server(["send", "-"]), b"\n\n"),
        "prompt is empty",
    );
}

#[test]
fn standard_input_that_is_not_utf8() {
    refused(&run_with_input(with_server(["send"]), b"caf\xe9"), "UTF-8");
    refused(
        &run_with_input(with_server(["chat"]), b"caf\xe9\n"),
        "UTF-8",
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt as _;
    let mut command = with_server(["send"]);
    command.arg(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    refused(&run(command), "UTF-8");
}

#[test]
fn a_schema_that_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("schema.json");
    let path = file.to_str().unwrap();
    refused(
        &run(with_server(["send", "hi", "--schema", path])),
        "cannot read the schema",
    );
    for text in ["", "{", "[1]", "\"x\""] {
        std::fs::write(&file, text).unwrap();
        refused(
            &run(with_server(["send", "hi", "--schema", path])),
            "schema.json",
        );
    }
}

#[test]
fn a_key_or_an_address_that_cannot_be_used() {
    let mut command = orouter(["send", "hi"]);
    refused(
        &run({
            command.env("OPENROUTER_API_KEY", "");
            command
        }),
        "OPENROUTER_API_KEY",
    );
    let mut command = orouter(["send", "hi"]);
    refused(
        &run({
            command.env("OPENROUTER_API_KEY", "two\nlines");
            command
        }),
        "OPENROUTER_API_KEY",
    );
    refused(
        &run(orouter(["send", "hi", "--base-url", "127.0.0.1:8080"])),
        "the base URL is not an absolute URL",
    );
    refused(&run(orouter(["send", "hi", "--base-url", ""])), "base-url");
}

#[test]
fn numbers_out_of_the_question() {
    refused(
        &run(with_server(["send", "hi", "--temperature", "NaN"])),
        "finite",
    );
    refused(
        &run(with_server(["send", "hi", "--max-output-tokens", "0"])),
        "max-output-tokens",
    );
    refused(&run(orouter(["serve", "--listen", "nowhere"])), "--listen");
    refused(&run(orouter(["sing"])), "sing");
}
