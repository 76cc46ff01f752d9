//! Events about the parts of messages and reasoning: the pieces of their text, and the complete
//! text.
//!
//! Some services add `obfuscation`, padding that hides the length of the text from observers of the
//! encrypted connection. It can be ignored.

use crate::annotation::Annotation;
use crate::content::ContentPart;
use crate::item::SummaryPart;
use crate::logprobs::Logprob;
use crate::{Extra, ThinString, Wire};

/// A part was added or is complete. An added part is nearly empty.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct PartEvent {
    /// The id of the item that contains the part.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the item's content, from 0.
    pub content_index: u32,
    /// A snapshot of the part.
    pub part: Option<Box<ContentPart>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl PartEvent {
    /// Creates an event with the part at this index.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        content_index: u32,
        part: ContentPart,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            content_index,
            part: Some(Box::new(part)),
            ..Self::default()
        }
    }
}

/// The next piece of a part of any kind.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PartDelta {
    /// The id of the item that contains the part.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the item's content, from 0.
    pub content_index: u32,
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

/// The next piece of text of a part: of the output, of a refusal or of the reasoning.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct TextDelta {
    /// The id of the item that contains the part.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the item's content, from 0.
    pub content_index: u32,
    /// The text to append.
    pub delta: String,
    /// Log probabilities of the tokens, if the request asked for them. For output text only.
    pub logprobs: Option<Vec<Logprob>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning, which hides the length of the data.
    pub obfuscation: Option<Box<str>>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl TextDelta {
    /// Creates the next piece of text of the part at this index.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        content_index: u32,
        delta: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            content_index,
            delta: delta.into(),
            ..Self::default()
        }
    }
}

/// The complete text of a part, of the output or of the reasoning.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct TextDone {
    /// The id of the item that contains the part.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the item's content, from 0.
    pub content_index: u32,
    /// The complete text.
    pub text: String,
    /// Log probabilities of the tokens, if the request asked for them. For output text only.
    pub logprobs: Option<Vec<Logprob>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl TextDone {
    /// Creates the complete text of the part at this index.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        content_index: u32,
        text: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            content_index,
            text: text.into(),
            ..Self::default()
        }
    }
}

/// The complete text of a refusal.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct RefusalDone {
    /// The id of the item that contains the part.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the item's content, from 0.
    pub content_index: u32,
    /// The model's refusal.
    pub refusal: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl RefusalDone {
    /// Creates the complete refusal of the part at this index.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        content_index: u32,
        refusal: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            content_index,
            refusal: refusal.into(),
            ..Self::default()
        }
    }
}

/// An annotation of the output text, such as a citation.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AnnotationEvent {
    /// The id of the item that contains the text.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the item's content, from 0.
    pub content_index: u32,
    /// Index of the annotation in the part, from 0.
    pub annotation_index: u32,
    /// The annotation.
    pub annotation: Option<Box<Annotation>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AnnotationEvent {
    /// Creates an annotation of the part at this index.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        content_index: u32,
        annotation_index: u32,
        annotation: impl Into<Annotation>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            content_index,
            annotation_index,
            annotation: Some(Box::new(annotation.into())),
            ..Self::default()
        }
    }
}

/// A part of the summary of the reasoning was added or is complete.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SummaryPartEvent {
    /// The id of the item that contains the summary.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the summary, from 0.
    pub summary_index: u32,
    /// A snapshot of the part.
    pub part: Option<Box<SummaryPart>>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// The status of the part. Not in the specification.
    pub status: Option<crate::item::ItemStatus>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SummaryPartEvent {
    /// Creates an event with the part of the summary at this index.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        summary_index: u32,
        part: impl Into<SummaryPart>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            summary_index,
            part: Some(Box::new(part.into())),
            ..Self::default()
        }
    }
}

/// The next piece of the summary of the reasoning.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SummaryTextDelta {
    /// The id of the item that contains the summary.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the summary, from 0.
    pub summary_index: u32,
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

impl SummaryTextDelta {
    /// More text for the summary's part in this place.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        summary_index: u32,
        delta: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            summary_index,
            delta: delta.into(),
            ..Self::default()
        }
    }
}

/// The complete text of a part of the summary.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SummaryTextDone {
    /// The id of the item that contains the summary.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// Index of the part in the summary, from 0.
    pub summary_index: u32,
    /// The complete text.
    pub text: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// The status of the part. Not in the specification.
    pub status: Option<crate::item::ItemStatus>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SummaryTextDone {
    /// The whole text of the summary's part in this place.
    pub fn new(
        item_id: impl Into<String>,
        output_index: u32,
        summary_index: u32,
        text: impl Into<String>,
    ) -> Self {
        Self {
            item_id: item_id.into(),
            output_index,
            summary_index,
            text: text.into(),
            ..Self::default()
        }
    }
}
