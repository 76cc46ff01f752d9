//! Runs of a panel of models, with a comparison of their responses.

use crate::item::ItemStatus;
use crate::{Extra, Wire};

/// Run of a panel of models and a comparison of their responses.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:fusion")]
pub struct OpenRouterFusion {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the run.
    pub status: Option<ItemStatus>,
    /// Responses of the models.
    pub responses: Option<Vec<FusionResponse>>,
    /// Models that did not respond.
    pub failed_models: Option<Vec<FusionFailure>>,
    /// Comparison of the responses.
    pub analysis: Option<FusionAnalysis>,
    /// Pages that the models found by web search.
    pub sources: Option<Vec<FusionSource>>,
    /// Code of the failure.
    pub failure_reason: Option<String>,
    /// Error message, if the run failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Response of one model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionResponse {
    /// Model.
    pub model: String,
    /// Content of the response.
    pub content: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Failure of one model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionFailure {
    /// Model.
    pub model: String,
    /// Description of the error as text.
    pub error: String,
    /// HTTP status of the failure, if known.
    pub status_code: Option<u32>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Page that a model found by web search.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionSource {
    /// URL of the page.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Comparison of the responses.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionAnalysis {
    /// Points that all responses agree on.
    pub consensus: Vec<String>,
    /// Topics on which responses contradict each other.
    pub contradictions: Vec<FusionContradiction>,
    /// Points that only some responses cover.
    pub partial_coverage: Vec<FusionPartialCoverage>,
    /// Points that only one response contains.
    pub unique_insights: Vec<FusionInsight>,
    /// Points that no response covers.
    pub blind_spots: Vec<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Topic on which responses contradict each other.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionContradiction {
    /// Topic.
    pub topic: String,
    /// Positions of the models.
    pub stances: Vec<FusionStance>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Position of one model on a topic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionStance {
    /// Model.
    pub model: String,
    /// Position of the model.
    pub stance: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Point that only some responses cover.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPartialCoverage {
    /// Point.
    pub point: String,
    /// Models whose responses cover the point.
    pub models: Vec<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Point that only one response contains.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionInsight {
    /// Model.
    pub model: String,
    /// Point.
    pub insight: String,
    /// Members without a typed field.
    pub extra: Extra,
}
