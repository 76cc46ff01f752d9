//! `TransportSetupError`: settings of a transport that cannot be used.

use std::{error::Error, fmt};

use crate::send::BoxError;

/// The reason why a transport cannot be set up.
///
/// The message names the setting or the environment variable to correct.
#[derive(Debug)]
pub struct TransportSetupError {
    message: String,
    source: Option<BoxError>,
}

impl TransportSetupError {
    /// Returns an error with this message and no source.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    /// Sets the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Splits the error into its message and its source, to build another error from them.
    #[must_use]
    pub fn into_parts(self) -> (String, Option<BoxError>) {
        (self.message, self.source)
    }
}

impl fmt::Display for TransportSetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TransportSetupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
