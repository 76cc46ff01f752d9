//! [`HistoryError`]: the reason why an output cannot be added to a history.

use std::error::Error;
use std::fmt;

/// Reason why [`History::push_output`](crate::History::push_output) adds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryError {
    pub(super) kind: HistoryErrorKind,
    pub(super) call_id: String,
    /// The ids of the calls that wait for an output.
    pub(super) pending: Vec<String>,
}

/// Kind of a [`HistoryError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HistoryErrorKind {
    /// The history has no call with this id.
    UnknownCall,
    /// The call has its output already.
    HasOutput,
    /// The call is neither of a function nor of a custom tool.
    OtherKind,
}

impl HistoryError {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> HistoryErrorKind {
        self.kind
    }

    /// Returns the id that was passed.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.call_id
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = &self.call_id;
        match self.kind {
            HistoryErrorKind::UnknownCall => write!(f, "the history has no call {id:?}")?,
            HistoryErrorKind::HasOutput => write!(f, "the call {id:?} has its output already")?,
            HistoryErrorKind::OtherKind => {
                return write!(
                    f,
                    "the call {id:?} is not of a function or a custom tool; push its output as an item"
                );
            }
        }
        if self.pending.is_empty() {
            f.write_str("; no call waits for an output")
        } else {
            write!(f, "; waiting for an output: {}", self.pending.join(", "))
        }
    }
}

impl Error for HistoryError {}
