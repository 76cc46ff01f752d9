//! Conversations in a pseudo-terminal, with a directory for their data.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::orouter;
use super::pty::{Ended, Terminal};
use super::scripted::{Script, Server, frames, stream};

/// A complete response.
pub fn reply(text: &str) -> Script {
    stream(&frames("completed", &[text]))
}

/// Returns `orouter chat` with a directory for its data, in which it saves conversations.
pub fn command(url: &str, data: &Path) -> Command {
    let mut command = orouter(["chat", "--base-url", url]);
    command
        .env("OROUTER_DATA_DIR", data)
        .env_remove("OROUTER_HISTORY");
    command
}

/// Returns the files of conversations, oldest first.
pub fn conversations(data: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(data.join("conversations")) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A conversation that shows its first prompt. It saves in a directory of its own.
pub struct Chat {
    terminal: Terminal,
    _data: tempfile::TempDir,
}

impl Chat {
    pub fn start(server: &Server) -> Self {
        Self::with(server, |_| {})
    }

    /// Changes the command before it is started.
    pub fn with(server: &Server, change: impl FnOnce(&mut Command)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut command = command(&server.url, data.path());
        change(&mut command);
        let terminal = Terminal::start(command);
        terminal.wait_for_prompt();
        Self {
            terminal,
            _data: data,
        }
    }

    /// Waits for the end of the command, and checks that it left the terminal as it was.
    pub fn end(self) -> Ended {
        self.terminal.end()
    }
}

impl Deref for Chat {
    type Target = Terminal;

    fn deref(&self) -> &Terminal {
        &self.terminal
    }
}

/// Returns the roles and the texts of the input of a request.
pub fn texts(body: &Value) -> Vec<(String, String)> {
    let text = |item: &Value| match &item["content"] {
        Value::String(text) => text.clone(),
        parts => parts[0]["text"].as_str().unwrap().to_owned(),
    };
    let items = body["input"].as_array().unwrap().iter();
    items
        .map(|item| (item["role"].as_str().unwrap().to_owned(), text(item)))
        .collect()
}

/// Returns the value of [`texts`] for a conversation in which user and assistant take turns.
pub fn turns(texts: &[&str]) -> Vec<(String, String)> {
    let roles = ["user", "assistant"].into_iter().cycle();
    let owned = |(role, text): (&str, &&str)| (role.to_owned(), (*text).to_owned());
    roles.zip(texts).map(owned).collect()
}
