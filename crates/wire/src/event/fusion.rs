//! Events of a fusion call: several models write a text, and another model compares the texts.

use crate::item::FusionAnalysis;
use crate::{Extra, ThinString, Wire};

/// A model was added to the panel.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelAdded {
    /// The id of the fusion call's item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The next piece of the text or reasoning of a panel model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelDelta {
    /// The id of the fusion call's item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
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

/// The complete text of a panel model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelCompleted {
    /// The id of the fusion call's item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// The complete text.
    pub content: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// A panel model failed.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelFailed {
    /// The id of the fusion call's item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// The error message.
    pub error: String,
    /// The HTTP status of the failure.
    pub status_code: Option<u32>,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The comparison of the panel's texts has started.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionAnalysisStarted {
    /// The id of the fusion call's item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The model that compares the texts.
    pub analyst_model: String,
    /// The model that writes the final text.
    pub judge_model: String,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The comparison of the panel's texts is complete.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionAnalysisCompleted {
    /// The id of the fusion call's item.
    pub item_id: String,
    /// Index of the item in the response's output, from 0.
    pub output_index: u32,
    /// The result of the analysis.
    pub analysis: FusionAnalysis,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}
