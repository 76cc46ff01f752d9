//! The file of a SQLite database.

use std::path::Path;

use orouter_server::config::StoreConfig;

/// Returns the file of a SQLite database; `None` for PostgreSQL.
pub(crate) fn path(store: &StoreConfig) -> Option<&Path> {
    store.url.expose().strip_prefix("sqlite:").map(Path::new)
}
