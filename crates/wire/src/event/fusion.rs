//! Events about a fusion call: several models answer, one compares their answers.

use crate::item::FusionAnalysis;
use crate::{Extra, Wire};

/// A model joins the panel. Stands for `FusionCallPanelAddedEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelAdded {
    /// The fusion call's item.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// More of a panel model's answer or reasoning. Stands for `FusionCallPanelDeltaEvent` and
/// `FusionCallPanelReasoningDeltaEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelDelta {
    /// The fusion call's item.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// The text to append.
    pub delta: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Padding without meaning.
    pub obfuscation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A panel model's answer, whole. Stands for `FusionCallPanelCompletedEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelCompleted {
    /// The fusion call's item.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// The whole answer.
    pub content: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A panel model failed. Stands for `FusionCallPanelFailedEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPanelFailed {
    /// The fusion call's item.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The model.
    pub model: String,
    /// The error message.
    pub error: String,
    /// The HTTP status that it answered with.
    pub status_code: Option<u32>,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The answers are being compared. Stands for `FusionCallAnalysisInProgressEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionAnalysisStarted {
    /// The fusion call's item.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The model that compares.
    pub analyst_model: String,
    /// The model that then writes the answer.
    pub judge_model: String,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The answers are compared. Stands for `FusionCallAnalysisCompletedEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionAnalysisCompleted {
    /// The fusion call's item.
    pub item_id: String,
    /// The item's place in the response's output, from 0.
    pub output_index: u32,
    /// The result of the analysis.
    pub analysis: FusionAnalysis,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}
