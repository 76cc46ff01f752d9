//! Calls of the older shell tool, which runs one command per call.

use std::collections::BTreeMap;

use crate::item::{ItemMetadata, ItemStatus};
use crate::{Extra, Unknown, Wire};

/// Request of the model to run one command. The caller runs it and returns a
/// [`LocalShellCallOutput`].
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "local_shell_call")]
pub struct LocalShellCall {
    /// Id of the item, such as `lsh_01`.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output.
    pub call_id: String,
    /// Action to perform.
    pub action: Option<Box<LocalShellAction>>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Action of a local shell call.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum LocalShellAction {
    /// Runs a command.
    #[wire("exec")]
    Exec(ExecAction),
    /// An action unknown to this version.
    Unknown(Unknown),
}

/// Command to run.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ExecAction {
    /// Program and its arguments.
    pub command: Vec<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// Time limit in milliseconds.
    pub timeout_ms: Option<u64>,
    /// User that runs the command.
    pub user: Option<String>,
    /// Working directory of the command.
    pub working_directory: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Output of a command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "local_shell_call_output")]
pub struct LocalShellCallOutput {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the item.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to. Not in the specification, but services require
    /// it.
    pub call_id: Option<String>,
    /// Output: JSON text in a string.
    pub output: String,
    /// Members without a typed field.
    pub extra: Extra,
}
