//! Events about the parts of messages and reasoning: their text as it grows, and as it stands in
//! the end.
//!
//! `obfuscation` is padding that some services add so that the length of an event does not give
//! away the length of its text. It means nothing and may be thrown away.

use crate::annotation::Annotation;
use crate::content::ContentPart;
use crate::item::SummaryPart;
use crate::logprobs::Logprob;
use crate::{Extra, Wire};

/// A part as it stands: nearly empty when added, whole when done.
///
/// Stands for `ContentPartAddedEvent`, `ContentPartDoneEvent` and their `Base*` forms.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct PartEvent {
    /// The item that the part belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the item's content, from 0.
    pub content_index: u32,
    /// The part as it stands.
    pub part: Option<Box<ContentPart>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl PartEvent {
    /// An event that carries the part in this place.
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

/// More of a part, whichever kind it is.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PartDelta {
    /// The item that the part belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the item's content, from 0.
    pub content_index: u32,
    /// The text to append.
    pub delta: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// More text of a part: of the answer, of a refusal or of the reasoning.
///
/// Stands for `TextDeltaEvent`, `RefusalDeltaEvent`, `ReasoningDeltaEvent` and their `Base*`
/// forms.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct TextDelta {
    /// The item that the part belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the item's content, from 0.
    pub content_index: u32,
    /// The text to append.
    pub delta: String,
    /// Log probabilities of the tokens, if the request asked for them. For output text only.
    pub logprobs: Option<Vec<Logprob>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl TextDelta {
    /// More text for the part in this place.
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

/// The text of a part, whole: of the answer or of the reasoning.
///
/// Stands for `TextDoneEvent`, `ReasoningDoneEvent` and their `Base*` forms.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct TextDone {
    /// The item that the part belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the item's content, from 0.
    pub content_index: u32,
    /// The whole text.
    pub text: String,
    /// Log probabilities of the tokens, if the request asked for them. For output text only.
    pub logprobs: Option<Vec<Logprob>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl TextDone {
    /// The whole text of the part in this place.
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

/// A refusal, whole. Stands for `RefusalDoneEvent` and `BaseRefusalDoneEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct RefusalDone {
    /// The item that the part belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the item's content, from 0.
    pub content_index: u32,
    /// The model's refusal.
    pub refusal: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl RefusalDone {
    /// The whole refusal in this place.
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

/// An annotation on the answer's text. Stands for `AnnotationAddedEvent` and
/// `BaseAnnotationAddedEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AnnotationEvent {
    /// The item that the text belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the item's content, from 0.
    pub content_index: u32,
    /// The annotation's place among those of the part, from 0.
    pub annotation_index: u32,
    /// The annotation.
    pub annotation: Option<Box<Annotation>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl AnnotationEvent {
    /// An annotation on the text in this place.
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

/// A part of the reasoning's summary as it stands.
///
/// Stands for `ReasoningSummaryPartAddedEvent`, `ReasoningSummaryPartDoneEvent` and their `Base*`
/// forms.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SummaryPartEvent {
    /// The item that the summary belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the summary, from 0.
    pub summary_index: u32,
    /// The part as it stands.
    pub part: Option<Box<SummaryPart>>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// The status of the part. Not in the specification.
    pub status: Option<crate::item::ItemStatus>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SummaryPartEvent {
    /// An event that carries the summary's part in this place.
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

/// More of the reasoning's summary. Stands for `ReasoningSummaryTextDeltaEvent` and its `Base*`
/// form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SummaryTextDelta {
    /// The item that the summary belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the summary, from 0.
    pub summary_index: u32,
    /// The text to append.
    pub delta: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
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

/// The text of a summary's part, whole. Stands for `ReasoningSummaryTextDoneEvent` and its
/// `Base*` form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SummaryTextDone {
    /// The item that the summary belongs to.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The part's place in the summary, from 0.
    pub summary_index: u32,
    /// The whole text.
    pub text: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// The status of the part. Not in the specification.
    pub status: Option<crate::item::ItemStatus>,
    /// Members that no field takes.
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
