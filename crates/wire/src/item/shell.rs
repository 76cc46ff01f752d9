//! Calls of the shell tool, which runs several commands per call on the caller's machine or in a
//! container.

use crate::annotation::ContainerFileCitation;
use crate::item::{Caller, ItemStatus};
use crate::{Extra, ShellToolEnvironment, Unknown, Wire};

/// Request of the model to run commands in a shell.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "shell_call")]
pub struct ShellCall {
    /// Id of the item, such as `sh_01`.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output.
    pub call_id: String,
    /// Commands to run.
    pub action: Option<ShellAction>,
    /// Call as the model wrote it: JSON text in a string. Send it back unchanged.
    pub arguments: Option<String>,
    /// Environment in which the commands run. The schema allows any environment;
    /// [`ShellToolEnvironment`] lists those in use.
    #[wire(open)]
    pub environment: Option<ShellToolEnvironment>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Commands to run in a shell.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellAction {
    /// Commands, in order.
    pub commands: Vec<String>,
    /// Maximum length of the output in characters.
    #[wire(nullable)]
    pub max_output_length: Option<u64>,
    /// Time limit in milliseconds.
    #[wire(nullable)]
    pub timeout_ms: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Output of commands in a shell.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "shell_call_output")]
pub struct ShellCallOutput {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the item.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to.
    pub call_id: String,
    /// Output and outcome of each command.
    pub output: Vec<ShellOutputContent>,
    /// Maximum length of the output in characters, as the call set it.
    pub max_output_length: Option<u64>,
    /// Id of the container in which the commands ran.
    pub container_id: Option<String>,
    /// Files that the commands created or changed, at most 10.
    pub files: Option<Vec<ContainerFileRef>>,
    /// Error message, if the commands could not be run.
    pub error: Option<String>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Reference to a file that a command created or changed.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ContainerFileRef {
    /// File in a container.
    #[wire("container_file_citation")]
    ContainerFileCitation(ContainerFileCitation),
    /// A reference unknown to this version.
    Unknown(Unknown),
}

/// Output and outcome of one command. The schema allows any other member too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ShellOutputContent {
    /// Standard output of the command.
    pub stdout: String,
    /// Standard error of the command.
    pub stderr: String,
    /// Outcome of the command.
    pub outcome: Option<ShellOutcome>,
    /// Creator of the output, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Outcome of a command.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ShellOutcome {
    /// The command exited.
    #[wire("exit")]
    Exit(ExitOutcome),
    /// The command exceeded its time limit.
    #[wire("timeout")]
    Timeout(TimeoutOutcome),
    /// A value unknown to this version.
    Unknown(Unknown),
}

/// Exit of a command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ExitOutcome {
    /// Exit status of the command; 0 means success.
    pub exit_code: i64,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Timeout of a command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct TimeoutOutcome {
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}
