//! Writes the turns of a session to the file of its conversation.
//!
//! A session locks the file to which it appends. If another session has the lock, or a part of the
//! file is damaged, the session writes its turns, with those before, to a new file.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::conversation::Turn;
use super::store::{Header, Saved, Store};
use crate::private_file;

/// Writes the turns of a session.
#[derive(Debug)]
pub(crate) struct Recorder {
    store: Store,
    /// `None` before the first turn of a file.
    file: Option<File>,
}

impl Recorder {
    /// Continues a conversation, or writes to a new file.
    pub(crate) fn new(store: Store, saved: Option<&mut Saved>) -> Self {
        Self {
            store,
            file: saved.and_then(|saved| saved.file.take()),
        }
    }

    /// Returns the directory of the files.
    pub(crate) fn directory(&self) -> &Path {
        self.store.directory()
    }

    /// Makes the next turn the first of a new file.
    pub(crate) fn start_over(&mut self) {
        self.file = None;
    }

    /// Appends the last of the turns, or writes all of them to a new file.
    pub(crate) fn record(&mut self, turns: &[Turn]) -> io::Result<()> {
        let mut text = String::new();
        if let Some(file) = &mut self.file {
            if let Some(turn) = turns.last() {
                add_line(&mut text, turn)?;
            }
            return file.write_all(text.as_bytes());
        }
        add_line(&mut text, &Header::CURRENT)?;
        for turn in turns {
            add_line(&mut text, turn)?;
        }
        // The name sorts by time, and differs from those of other sessions.
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let name = format!("{}-{}", now.as_millis(), std::process::id());
        let mut file = private_file::create(&self.store.path_of(&name))?;
        file.try_lock().map_err(io::Error::from)?;
        file.write_all(text.as_bytes())?;
        self.file = Some(file);
        Ok(())
    }
}

/// Adds a value as a line of JSON.
fn add_line(text: &mut String, value: &impl Serialize) -> io::Result<()> {
    text.push_str(&serde_json::to_string(value)?);
    text.push('\n');
    Ok(())
}
