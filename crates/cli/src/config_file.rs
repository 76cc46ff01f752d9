//! The configuration file of the server, if no option and no variable names it.

use std::fs;
use std::path::PathBuf;

/// Name of the file in the current folder.
pub(crate) const NAME: &str = "orouter.toml";

/// Returns the file in the current folder, if it exists. It may be unreadable.
pub(crate) fn of_current_folder() -> Option<PathBuf> {
    let found = fs::symlink_metadata(NAME);
    let is_file = found.is_ok_and(|metadata| !metadata.is_dir());
    is_file.then(|| PathBuf::from(NAME))
}
