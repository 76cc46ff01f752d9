//! Failures of a download source.

use super::error::WeightsError;

/// Failure of one source.
#[derive(Debug)]
pub(super) enum SourceError {
    /// The next source may succeed.
    TryNext(String),
    /// No other source would succeed: the disk is full, or the caller cancelled.
    Final(WeightsError),
}

impl From<WeightsError> for SourceError {
    fn from(error: WeightsError) -> Self {
        Self::Final(error)
    }
}
