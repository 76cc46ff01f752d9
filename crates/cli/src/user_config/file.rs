//! Finds and reads the file.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use orouter_server::config::ConfigMessage;

use super::read;
use super::settings::UserConfig;
use crate::check::print_lines;
use crate::directories;
use crate::exit::{CommandError, Exit};

/// Maximum size of the file in bytes.
const MAX_BYTES: u64 = 1 << 20;

impl UserConfig {
    /// Returns the path of the file, which may not exist.
    pub(crate) fn default_path() -> Result<PathBuf, CommandError> {
        Ok(directories::config()?.join("config.toml"))
    }

    /// Reads the user's file. Without a file, returns an empty configuration.
    ///
    /// # Errors
    /// A usage error if the file has a mistake. Prints every mistake with line and column.
    pub(crate) fn load() -> Result<Self, CommandError> {
        let path = Self::default_path()?;
        let text = read_text(&path)?.unwrap_or_default();
        let (config, mistakes) = read::read(&text, &path);
        if mistakes.is_empty() {
            Ok(config)
        } else {
            Err(reported(&mistakes))
        }
    }
}

/// Returns the text of the file without a byte order mark; `None` without a file.
pub(super) fn read_text(path: &Path) -> Result<Option<String>, CommandError> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, error)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, error))?;
    if bytes.len() as u64 > MAX_BYTES {
        let text = format!("is larger than {} MiB", MAX_BYTES >> 20);
        return Err(unreadable(path, text));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_owned(),
            None => text,
        })),
        Err(_) => Err(unreadable(path, "is not UTF-8; save the file as UTF-8")),
    }
}

fn unreadable(path: &Path, reason: impl std::fmt::Display) -> CommandError {
    CommandError::usage(format!("cannot read {}: {reason}", path.display()))
}

/// Prints mistakes, and returns the error that ends the command.
pub(super) fn reported(mistakes: &[ConfigMessage]) -> CommandError {
    print_lines(mistakes.iter().map(ToString::to_string));
    CommandError::reported(Exit::Usage)
}
