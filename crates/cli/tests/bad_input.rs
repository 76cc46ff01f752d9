//! Unusable arguments and input are refused before anything is sent: exit status 2 and a message.

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

/// The command with a server that does not exist: a request would end with exit status 1.
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

#[test]
fn standard_input_in_utf16_without_a_byte_order_mark() {
    let le: Vec<u8> = "Say OK.\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let be: Vec<u8> = "Привет мир\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for (bytes, name) in [(&le, "UTF-16LE"), (&be, "UTF-16BE")] {
        refused(&run_with_input(with_server(["send"]), bytes), name);
        refused(&run_with_input(with_server(["send", "hi"]), bytes), name);
        refused(&run_with_input(with_server(["chat"]), bytes), name);
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("schema.json");
        std::fs::write(&file, bytes).unwrap();
        let path = file.to_str().unwrap();
        refused(&run(with_server(["send", "hi", "--schema", path])), name);
    }
}

/// The message names the variable, and the embedded model is not fetched or loaded.
#[test]
fn a_model_of_another_server_without_a_key() {
    for arguments in [
        ["send", "hi", "-m", "openai/gpt-4o"],
        ["send", "hi", "-m", "gpt-4o"],
        ["send", "hi", "--model", "anthropic/claude-sonnet-5"],
    ] {
        let mut command = orouter(arguments);
        command.env("OROUTER_MODEL_PATH", "/nonexistent/model.gguf");
        refused(&run(command), "OPENROUTER_API_KEY is not set");
    }
    let mut command = orouter(["chat", "-m", "openai/gpt-4o"]);
    command.env("OROUTER_MODEL_PATH", "/nonexistent/model.gguf");
    refused(
        &run_with_input(command, b"hi\n"),
        "OPENROUTER_API_KEY is not set",
    );
    refused(
        &run(orouter(["send", "hi", "--local", "-m", "openai/gpt-4o"])),
        "local/smollm2-135m-instruct",
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
fn a_file_that_is_not_a_schema() {
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
fn unusable_keys_and_urls() {
    let mut command = orouter(["send", "hi"]);
    refused(
        &run({
            command.env("OPENROUTER_API_KEY", "");
            command
        }),
        "OPENROUTER_API_KEY",
    );
    let mut command = orouter(["chat", "-m", "openai/gpt-4o"]);
    refused(
        &run({
            command.env("OPENROUTER_API_KEY", " \t");
            command
        }),
        "OPENROUTER_API_KEY is set but empty",
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
fn values_out_of_range() {
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
