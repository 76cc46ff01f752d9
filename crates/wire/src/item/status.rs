//! [`ItemStatus`]: how far an item is.

use crate::{UnknownValue, Wire};

/// How far an item is.
///
/// Stands for `ToolCallStatus`, `FailableToolCallStatus`, `WebSearchStatus`,
/// `ImageGenerationStatus`, `ApplyPatchCallStatus`, `ShellCallStatus` and the enums written into
/// the other items: they differ only in which of these words they allow.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ItemStatus {
    /// Being made.
    InProgress,
    /// Done.
    Completed,
    /// Cut short, by a limit or a filter.
    Incomplete,
    /// It went wrong.
    Failed,
    /// A search is running.
    Searching,
    /// An image is being made.
    Generating,
    /// Code is running.
    Interpreting,
    /// A tool of an MCP server is being called.
    Calling,
    /// The caller gave up.
    Cancelled,
    /// A status that this version does not know.
    Unknown(UnknownValue),
}
