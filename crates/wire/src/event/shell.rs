//! Events about shell calls. None of them is in the specification; OpenAI sends them.

use crate::item::ShellOutputContent;
use crate::{Extra, Wire};

/// A shell command begins, or is whole.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellCommandEvent {
    /// The item that it is about.
    pub item_id: Option<String>,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The command: empty or its beginning when added, whole when done.
    pub command: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// More of a shell command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellCommandDelta {
    /// The item that it is about.
    pub item_id: Option<String>,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The text to append.
    pub delta: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// More of what a shell command prints.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellOutputDelta {
    /// The item that it is about.
    pub item_id: Option<String>,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The output to append.
    pub delta: Option<Box<ShellOutputChunk>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Something that a shell command printed.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellOutputChunk {
    /// To its standard output.
    pub stdout: Option<String>,
    /// To its standard error.
    pub stderr: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The whole output of a shell command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellOutputDone {
    /// The item that it is about.
    pub item_id: Option<String>,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The output of the command and its outcome.
    pub output: Vec<ShellOutputContent>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}
