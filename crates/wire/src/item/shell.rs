//! The shell tool: several commands a call, run by the caller or in a container.

use crate::annotation::ContainerFileCitation;
use crate::item::{Caller, ItemStatus};
use crate::{Extra, ShellToolEnvironment, Unknown, Wire};

/// The model asks for commands to be run in a shell.
///
/// Stands for `OutputShellCallItem` and `ShellCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "shell_call")]
pub struct ShellCall {
    /// The item's id, such as `sh_01`.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call.
    pub call_id: String,
    /// What to run.
    pub action: Option<ShellAction>,
    /// The call as the model wrote it, JSON in a string.
    pub arguments: Option<String>,
    /// Where to run it. The specification allows anything here; these are the ones in use.
    #[wire(open)]
    pub environment: Option<ShellToolEnvironment>,
    /// What made the call, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Commands to run.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellAction {
    /// The commands, in order.
    pub commands: Vec<String>,
    /// The most characters of output to return.
    #[wire(nullable)]
    pub max_output_length: Option<u64>,
    /// How long they may take, in milliseconds.
    #[wire(nullable)]
    pub timeout_ms: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What commands printed and how they ended.
///
/// Stands for `OutputShellCallOutputItem` and `ShellCallOutputItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "shell_call_output")]
pub struct ShellCallOutput {
    /// The item's id.
    pub id: Option<String>,
    /// How far the item is.
    pub status: Option<ItemStatus>,
    /// The call that this answers.
    pub call_id: String,
    /// What each command printed and how it ended.
    pub output: Vec<ShellOutputContent>,
    /// The most characters of output that were asked for.
    pub max_output_length: Option<u64>,
    /// The container that they ran in.
    pub container_id: Option<String>,
    /// Files that they made.
    pub files: Option<Vec<ContainerFileRef>>,
    /// Why they could not be run.
    pub error: Option<String>,
    /// What made the call, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file that a command made.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ContainerFileRef {
    /// A file in a container.
    #[wire("container_file_citation")]
    ContainerFileCitation(ContainerFileCitation),
    /// A file that this version does not know how to name.
    Unknown(Unknown),
}

/// What a command printed and how it ended. The specification allows any other member too.
/// Stands for `ShellCallOutputContent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ShellOutputContent {
    /// What it printed to its standard output.
    pub stdout: String,
    /// What it printed to its standard error.
    pub stderr: String,
    /// How it ended.
    pub outcome: Option<ShellOutcome>,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// How a command ended.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ShellOutcome {
    /// By itself.
    #[wire("exit")]
    Exit(ExitOutcome),
    /// It took too long.
    #[wire("timeout")]
    Timeout(TimeoutOutcome),
    /// An ending that this version does not know.
    Unknown(Unknown),
}

/// A command ended by itself.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ExitOutcome {
    /// Its exit status; 0 means success.
    pub exit_code: i64,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// A command took too long.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct TimeoutOutcome {
    /// The rest; any member is allowed here.
    pub extra: Extra,
}
