//! Callers of the server and their keys.

use crate::config::KeyConfig;

/// The static keys of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    keys: Vec<KeyConfig>,
    /// `true` if every request needs a key.
    required: bool,
}

impl Keys {
    /// Creates the keys of a configuration.
    pub(crate) fn new(keys: Vec<KeyConfig>, required: bool) -> Self {
        Self { keys, required }
    }
}
