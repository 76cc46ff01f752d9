//! The older shell tool: one command a call.

use std::collections::BTreeMap;

use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// The model asks the caller to run one command. Stands for `LocalShellCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "local_shell_call")]
pub struct LocalShellCall {
    /// The item's id, such as `lsh_01`.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call.
    pub call_id: String,
    /// What to run.
    pub action: Option<Box<LocalShellAction>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What to run.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum LocalShellAction {
    /// A command.
    #[wire("exec")]
    Exec(ExecAction),
    /// An action that this version does not know.
    Unknown(Unknown),
}

/// A command to run.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ExecAction {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// How long it may take, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// The user to run it as.
    pub user: Option<String>,
    /// Where to run it.
    pub working_directory: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a command printed. Stands for `LocalShellCallOutputItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "local_shell_call_output")]
pub struct LocalShellCallOutput {
    /// The item's id.
    pub id: Option<String>,
    /// How far the item is.
    pub status: Option<ItemStatus>,
    /// The call that this answers. Not in the specification, and needed all the same.
    pub call_id: Option<String>,
    /// What it printed, JSON in a string.
    pub output: String,
    /// Members that no field takes.
    pub extra: Extra,
}
