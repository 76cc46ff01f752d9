//! Errors from those of inputs: files and histories.

use orouter_wire::{HistoryError, InputError};

use super::{Error, ErrorKind};

/// Returns an error of kind [`Build`](crate::ErrorKind::Build), whose source is this one.
impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Self::new(ErrorKind::Build, error.to_string()).with_source(error)
    }
}

/// Returns an error of kind [`Build`](crate::ErrorKind::Build), whose source is this one.
impl From<HistoryError> for Error {
    fn from(error: HistoryError) -> Self {
        Self::new(ErrorKind::Build, error.to_string()).with_source(error)
    }
}
