//! [`ItemStatus`]: the status of an item.

use crate::{UnknownValue, Wire};

/// Status of an item. One type for all kinds of items; each kind uses some of the values.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ItemStatus {
    /// In progress.
    InProgress,
    /// Completed.
    Completed,
    /// Ended early, by a limit or a filter.
    Incomplete,
    /// Failed.
    Failed,
    /// A search is running.
    Searching,
    /// An image is being generated.
    Generating,
    /// Code is running.
    Interpreting,
    /// A tool of an MCP server is being called.
    Calling,
    /// Cancelled by the caller.
    Cancelled,
    /// A status unknown to this version.
    Unknown(UnknownValue),
}
