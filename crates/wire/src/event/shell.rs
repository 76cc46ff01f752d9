//! Events about shell calls. None of them is in the specification; OpenAI sends them.

use crate::item::ShellOutputContent;
use crate::{Extra, ThinString, Wire};

/// A shell command begins, or is whole.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellCommandEvent {
    /// The id of the item.
    pub item_id: Option<String>,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The command: empty or its beginning when added, whole when done.
    pub command: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// More of a shell command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellCommandDelta {
    /// The id of the item.
    pub item_id: Option<String>,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The text to append.
    pub delta: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning, which hides the length of the data.
    pub obfuscation: Option<Box<str>>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// More of what a shell command prints.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellOutputDelta {
    /// The id of the item.
    pub item_id: Option<String>,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The output to append.
    pub delta: Option<Box<ShellOutputChunk>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning, which hides the length of the data.
    pub obfuscation: Option<Box<str>>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
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
    /// Members without a typed field.
    pub extra: Extra,
}

/// The whole output of a shell command.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ShellOutputDone {
    /// The id of the item.
    pub item_id: Option<String>,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The command's place among those of the call, from 0.
    pub command_index: u32,
    /// The output of the command and its outcome.
    pub output: Vec<ShellOutputContent>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}
