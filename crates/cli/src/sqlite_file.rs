//! The file of a SQLite database.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;

use orouter_server::config::StoreConfig;

use crate::exit::CommandError;

/// Creates the file of a SQLite database, which only its owner can read, unless it exists. SQLite gives
/// its other files the same mode.
pub(crate) fn create(store: &StoreConfig) -> Result<(), CommandError> {
    let Some(path) = path(store) else {
        return Ok(());
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(CommandError::failed(format!(
            "cannot create the database {}: {error}; store.url sets the place",
            path.display()
        ))),
    }
}

/// Returns the file of a SQLite database; `None` for PostgreSQL.
pub(crate) fn path(store: &StoreConfig) -> Option<&Path> {
    store.url.expose().strip_prefix("sqlite:").map(Path::new)
}
