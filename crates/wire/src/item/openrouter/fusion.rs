//! Fusion: several models asked at once, and their answers compared.

use crate::item::ItemStatus;
use crate::{Extra, Wire};

/// Several models asked at once and their answers compared. Stands for
/// `OutputFusionServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:fusion")]
pub struct OpenRouterFusion {
    /// The item's id.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// The answers.
    pub responses: Option<Vec<FusionResponse>>,
    /// The models that failed.
    pub failed_models: Option<Vec<FusionFailure>>,
    /// What a comparison of the answers found.
    pub analysis: Option<FusionAnalysis>,
    /// The pages that the answers rest on.
    pub sources: Option<Vec<FusionSource>>,
    /// The name of the failure.
    pub failure_reason: Option<String>,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A model's answer.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionResponse {
    /// The model.
    pub model: String,
    /// What it answered.
    pub content: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A model that failed.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionFailure {
    /// The model.
    pub model: String,
    /// What went wrong, in words.
    pub error: String,
    /// The HTTP status that it answered with.
    pub status_code: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A page that an answer rests on. Stands for `FusionSource`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionSource {
    /// The page's address.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a comparison of several answers found. Stands for `FusionAnalysisResult`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionAnalysis {
    /// What they agree on.
    pub consensus: Vec<String>,
    /// What they contradict each other on.
    pub contradictions: Vec<FusionContradiction>,
    /// What only some of them speak of.
    pub partial_coverage: Vec<FusionPartialCoverage>,
    /// What only one of them saw.
    pub unique_insights: Vec<FusionInsight>,
    /// What none of them saw.
    pub blind_spots: Vec<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Something that answers contradict each other on.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionContradiction {
    /// What it is about.
    pub topic: String,
    /// Who says what.
    pub stances: Vec<FusionStance>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What one model says.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionStance {
    /// The model.
    pub model: String,
    /// What it says.
    pub stance: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Something that only some answers speak of.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPartialCoverage {
    /// What.
    pub point: String,
    /// The models that speak of it.
    pub models: Vec<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Something that only one model saw.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionInsight {
    /// The model.
    pub model: String,
    /// What it saw.
    pub insight: String,
    /// Members that no field takes.
    pub extra: Extra,
}
