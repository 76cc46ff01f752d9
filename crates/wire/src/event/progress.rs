//! Events about tool calls: how far they are, and their arguments as they grow.

use crate::item::ItemStatus;
use crate::{Extra, ImageBackground, ImageOutputFormat, ImageQuality, Wire};

/// The status of a tool call, which the event's `type` tells.
///
/// Stands for the `in_progress`, `searching`, `generating`, `interpreting` and `completed` events
/// of web search, image generation, code interpreter and fusion calls, and those of file search
/// and MCP calls.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ItemProgress {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ItemProgress {
    /// An event about the item in this place.
    pub fn new(item_id: impl Into<String>, output_index: u32) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            ..Self::default()
        }
    }
}

/// More of a call's arguments, input, code or patch.
///
/// Stands for `FunctionCallArgsDeltaEvent`, `CustomToolCallInputDeltaEvent`,
/// `CodeInterpreterCallCodeDeltaEvent`, `ApplyPatchCallOperationDiffDeltaEvent` and their base
/// forms.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ItemDelta {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The data to append.
    pub delta: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning, so that the event's length gives nothing away.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ItemDelta {
    /// More for the item in this place.
    pub fn new(item_id: impl Into<String>, output_index: u32, delta: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            delta: delta.into(),
            ..Self::default()
        }
    }
}

/// A call's arguments, whole. Stands for `FunctionCallArgsDoneEvent` and its base form.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ArgumentsDone {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The tool's name. Many services leave it out.
    pub name: Option<String>,
    /// The arguments, JSON in a string; `""` means `{}`.
    pub arguments: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ArgumentsDone {
    /// The whole arguments of the call in this place.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            name: Some(name.into()),
            arguments: arguments.into(),
            ..Self::default()
        }
    }
}

/// A custom tool's input, whole. Stands for `CustomToolCallInputDoneEvent` and its base form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct InputDone {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The whole input.
    pub input: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InputDone {
    /// The whole input of the call in this place.
    pub fn new(item_id: impl Into<String>, output_index: u32, input: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            input: input.into(),
            ..Self::default()
        }
    }
}

/// The code of a code interpreter call, whole. Stands for `CodeInterpreterCallCodeDoneEvent` and
/// its base form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeDone {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The whole code.
    pub code: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CodeDone {
    /// The whole code of the call in this place.
    pub fn new(item_id: impl Into<String>, output_index: u32, code: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            code: code.into(),
            ..Self::default()
        }
    }
}

/// A patch, whole. Stands for `ApplyPatchCallOperationDiffDoneEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DiffDone {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The whole patch.
    pub diff: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DiffDone {
    /// The whole patch of the call in this place.
    pub fn new(item_id: impl Into<String>, output_index: u32, diff: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            diff: diff.into(),
            ..Self::default()
        }
    }
}

/// An image as far as it is. Stands for `ImageGenCallPartialImageEvent` and its base form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PartialImage {
    /// The item that it is about.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// Which of the partial images this is, from 0.
    pub partial_image_index: u32,
    /// The image, in base64.
    pub partial_image_b64: String,
    /// The background of the image. Not in the specification.
    pub background: Option<ImageBackground>,
    /// The image's format. Not in the specification.
    pub output_format: Option<ImageOutputFormat>,
    /// The image's quality. Not in the specification.
    pub quality: Option<ImageQuality>,
    /// The image's size, such as `1024x1024`. Not in the specification.
    pub size: Option<String>,
    /// The status of the image. Not in the specification.
    pub status: Option<ItemStatus>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl PartialImage {
    /// The image so far, in base64.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        partial_image_index: u32,
        partial_image_b64: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            partial_image_index,
            partial_image_b64: partial_image_b64.into(),
            ..Self::default()
        }
    }
}

/// More sound.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AudioDelta {
    /// The sound, in base64.
    pub delta: String,
    /// The response that it belongs to.
    pub response_id: Option<String>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// More of what is said in the sound.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct TranscriptDelta {
    /// The data to append.
    pub delta: String,
    /// The response that it belongs to.
    pub response_id: Option<String>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The sound, or what is said in it, is done.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AudioDone {
    /// The response that it belongs to.
    pub response_id: Option<String>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}
