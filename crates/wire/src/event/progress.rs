//! Events of tool calls: their status and their arguments; and the events of audio.

use crate::item::ItemStatus;
use crate::{Extra, ImageBackground, ImageOutputFormat, ImageQuality, ThinString, Wire};

/// A change of the status of a tool call. The event's `type` is the new status: `in_progress`,
/// `searching`, `generating`, `interpreting`, `completed` or `failed`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ItemProgress {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ItemProgress {
    /// Creates an event about the item at this index.
    pub fn new(item_id: impl Into<String>, output_index: u32) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            ..Self::default()
        }
    }
}

/// The next piece of the arguments, input, code or patch of a call.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ItemDelta {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The data to append.
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

impl ItemDelta {
    /// Creates the next piece for the item at this index.
    pub fn new(item_id: impl Into<String>, output_index: u32, delta: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            delta: delta.into(),
            ..Self::default()
        }
    }
}

/// The complete arguments of a call.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct ArgumentsDone {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The tool's name. Many services leave it out.
    pub name: Option<String>,
    /// The arguments, as JSON text. `""` means `{}`.
    pub arguments: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ArgumentsDone {
    /// Creates the complete arguments of the call at this index.
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

/// The complete input of a custom tool's call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct InputDone {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The complete input.
    pub input: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InputDone {
    /// Creates the complete input of the call at this index.
    pub fn new(item_id: impl Into<String>, output_index: u32, input: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            input: input.into(),
            ..Self::default()
        }
    }
}

/// The complete code of a code interpreter call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CodeDone {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The complete code.
    pub code: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CodeDone {
    /// Creates the complete code of the call at this index.
    pub fn new(item_id: impl Into<String>, output_index: u32, code: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            code: code.into(),
            ..Self::default()
        }
    }
}

/// The complete patch of an `apply_patch` call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DiffDone {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The complete patch.
    pub diff: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DiffDone {
    /// Creates the complete patch of the call at this index.
    pub fn new(item_id: impl Into<String>, output_index: u32, diff: impl Into<String>) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            diff: diff.into(),
            ..Self::default()
        }
    }
}

/// A preview of an image that is being generated.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PartialImage {
    /// The id of the item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the preview, from 0.
    pub partial_image_index: u32,
    /// The image, in base64.
    pub partial_image_b64: String,
    /// The background of the image. Not in the specification. OpenAI's API allows any string.
    #[wire(open)]
    pub background: Option<ImageBackground>,
    /// The image's format. Not in the specification. OpenAI's API allows any string.
    #[wire(open)]
    pub output_format: Option<ImageOutputFormat>,
    /// The image's quality. Not in the specification. OpenAI's API allows any string.
    #[wire(open)]
    pub quality: Option<ImageQuality>,
    /// The image's size, such as `1024x1024`. Not in the specification.
    pub size: Option<String>,
    /// The status of the image. Not in the specification.
    pub status: Option<ItemStatus>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl PartialImage {
    /// Creates a preview, in base64.
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

/// The next piece of the audio output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AudioDelta {
    /// The audio data, in base64.
    pub delta: String,
    /// Id of the response.
    pub response_id: Option<ThinString>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning, which hides the length of the data.
    pub obfuscation: Option<Box<str>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The next piece of the transcript of the audio output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct TranscriptDelta {
    /// The data to append.
    pub delta: String,
    /// Id of the response.
    pub response_id: Option<ThinString>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning, which hides the length of the data.
    pub obfuscation: Option<Box<str>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The sound, or what is said in it, is done.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AudioDone {
    /// Id of the response.
    pub response_id: Option<ThinString>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members without a typed field.
    pub extra: Extra,
}
