//! [`SetupError`]: a configuration that cannot be used.

use std::fmt;

/// A configuration that cannot be used, although its file has no mistake.
#[derive(Debug)]
pub struct SetupError {
    message: String,
}

impl SetupError {
    /// Creates the error. The message must not contain secrets.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SetupError {}
