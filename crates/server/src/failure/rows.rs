//! The row of the fallback table to which a failure belongs.

use super::fallback::{Fallback, row};
use super::value::Failure;

impl Failure {
    /// Sets the row of the fallback table. Default: the row of the kind.
    #[must_use]
    pub(crate) fn fallback(mut self, fallback: Fallback) -> Self {
        self.0.fallback = Some(fallback);
        self
    }

    /// Returns the row of the fallback table.
    pub(crate) fn fallback_row(&self) -> Fallback {
        self.0.fallback.unwrap_or_else(|| row(self.kind()))
    }
}
