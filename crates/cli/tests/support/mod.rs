//! Helpers for tests of the command: run the binary, and serve scripted responses.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[cfg(unix)]
pub mod accounts;
#[cfg(unix)]
pub mod chat;
pub mod embedded;
#[cfg(unix)]
pub mod pty;
pub mod scripted;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Returns the command with these arguments, without the user's settings and history.
pub fn orouter<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orouter"));
    command
        .args(arguments)
        .env_remove("OPENROUTER_API_KEY")
        .env_remove("OPENROUTER_BASE_URL")
        .env_remove("OPENAI_API_KEY")
        .env_remove("ANTHROPIC_API_KEY")
        .env_remove("GEMINI_API_KEY")
        .env_remove("OLLAMA_HOST")
        .env_remove("OROUTER_CONFIG")
        .env_remove("DATABASE_URL")
        .env_remove("OROUTER_MODEL")
        .env("OROUTER_CONFIG_DIR", no_directory())
        .env_remove("NO_COLOR")
        .env_remove("OROUTER_DATA_DIR")
        .env("OROUTER_HISTORY", "false")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Returns the path of a directory that does not exist.
fn no_directory() -> PathBuf {
    std::env::temp_dir().join("orouter-tests-without-configuration")
}

/// Outcome of a run.
#[derive(Debug)]
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let ran = Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }
}

/// Runs a command to its end.
pub fn run(mut command: Command) -> Ran {
    command.output().unwrap().into()
}

/// Runs a command that must be refused as unusable: exit status 2, and nothing on standard output.
pub fn refused_usage(command: Command) -> Ran {
    let ran = run(command);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(2), ""),
        "{}",
        ran.stderr
    );
    ran
}

/// Runs a command to its end with this standard input.
pub fn run_with_input(mut command: Command, input: &[u8]) -> Ran {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments does not read, so the write may fail.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap().into()
}

/// Sends a signal by name (`INT`, `TERM`) to a process.
pub fn signal(name: &str, process: u32) {
    let status = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status();
    assert!(status.unwrap().success());
}
