//! Conversations in the directory of the user's data: one file for each, with one line for each turn.
//! `recorder` writes them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::conversation::Turn;

/// Name of the directory in the directory of the user's data.
const DIRECTORY: &str = "conversations";

const EXTENSION: &str = "jsonl";

/// Version of the format.
const VERSION: u32 = 1;

/// Maximum size of a file that is read, in bytes.
const MAX_BYTES: u64 = 512 << 20;

/// First line of a file.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Header {
    orouter_conversation: u32,
}

impl Header {
    pub(super) const CURRENT: Self = Self {
        orouter_conversation: VERSION,
    };
}

/// Conversations on disk.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    directory: PathBuf,
}

/// A conversation that was read.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) path: PathBuf,
    pub(crate) turns: Vec<Turn>,
    /// Number of lines that cannot be read.
    pub(crate) damaged: usize,
    /// Time since the last turn was written.
    pub(crate) age: Duration,
    /// The file, locked, if the session can append to it.
    pub(super) file: Option<File>,
    /// Another session has the lock.
    pub(crate) in_use: bool,
}

impl Store {
    pub(crate) fn new(data: &Path) -> Self {
        Self {
            directory: data.join(DIRECTORY),
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the path of a conversation.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.directory.join(name).with_extension(EXTENSION)
    }

    /// Reads the conversation that was written last; `None` if there is none.
    pub(crate) fn last(&self) -> io::Result<Option<Saved>> {
        let Some(path) = self.newest()? else {
            return Ok(None);
        };
        let located =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        Self::read(&path).map(Some).map_err(located)
    }

    fn newest(&self) -> io::Result<Option<PathBuf>> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut newest = None;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if path
                .extension()
                .is_none_or(|extension| extension != EXTENSION)
            {
                continue;
            }
            let written = entry.metadata()?.modified()?;
            newest = newest.max(Some((written, path)));
        }
        Ok(newest.map(|(_, path)| path))
    }

    fn read(path: &Path) -> io::Result<Saved> {
        let invalid = |reason: String| io::Error::new(ErrorKind::InvalidData, reason);
        // The file is read through the handle with the lock: on Windows, a lock excludes others.
        let mut file = match OpenOptions::new().read(true).append(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => File::open(path)?,
            Err(error) => return Err(error),
        };
        let in_use = match file.try_lock() {
            Ok(()) => false,
            Err(fs::TryLockError::WouldBlock) => true,
            Err(fs::TryLockError::Error(error)) => return Err(error),
        };
        let metadata = file.metadata()?;
        if metadata.len() > MAX_BYTES {
            return Err(invalid(format!(
                "it is larger than {} MiB",
                MAX_BYTES >> 20
            )));
        }
        let mut bytes = Vec::new();
        (&mut file).take(MAX_BYTES).read_to_end(&mut bytes)?;

        let mut lines = bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let header = lines.next().map(serde_json::from_slice::<Header>);
        let version =
            header.and_then(|header| header.ok().map(|header| header.orouter_conversation));
        if let Some(version) = version.filter(|version| *version != VERSION) {
            return Err(invalid(format!(
                "its format {version} is unknown to this version of orouter"
            )));
        }
        let mut damaged = usize::from(version.is_none());
        let mut turns = Vec::new();
        for line in lines {
            match serde_json::from_slice(line) {
                Ok(turn) => turns.push(turn),
                Err(_) => damaged += 1,
            }
        }
        let can_append = damaged == 0 && !in_use && bytes.ends_with(b"\n");
        Ok(Saved {
            path: path.to_path_buf(),
            turns,
            damaged,
            age: metadata.modified()?.elapsed().unwrap_or_default(),
            file: can_append.then_some(file),
            in_use,
        })
    }
}
