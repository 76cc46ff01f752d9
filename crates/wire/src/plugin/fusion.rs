//! Settings of the fusion plugin, which runs a panel of models.

use crate::setters::setters;
use crate::tool::InnerTool;
use crate::{Extra, UnknownValue, Wire};

/// Settings of the model `openrouter/fusion` and of the tool `openrouter:fusion`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPlugin {
    /// Applies these settings. Default: `true`.
    pub enabled: Option<bool>,
    /// Models of the panel, 1 to 8. Default: the service's choice.
    pub analysis_models: Option<Vec<String>>,
    /// Model that compares the panel's outputs and writes the final one. Default: the first model
    /// of the service's choice.
    pub model: Option<String>,
    /// Predefined panel, used in place of `analysis_models`.
    pub preset: Option<FusionPreset>,
    /// Maximum number of steps with tools for each model, 1 to 16. Default: 4.
    pub max_tool_calls: Option<u64>,
    /// Tools for each model, at most 8; only OpenRouter's tools are allowed. Default: web search
    /// and web fetch. With an empty list the models have no tools.
    pub tools: Option<Vec<InnerTool>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FusionPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(FusionPlugin {
    copy enabled: bool;
    some_list analysis_models: String;
    into model: String;
    into preset: FusionPreset;
    copy max_tool_calls: u64;
    some_list tools: InnerTool;
});

/// Predefined panel of models.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum FusionPreset {
    /// High quality.
    #[wire("general-high")]
    GeneralHigh,
    /// Low cost.
    #[wire("general-budget")]
    GeneralBudget,
    /// High speed.
    #[wire("general-fast")]
    GeneralFast,
    /// A panel unknown to this version.
    Unknown(UnknownValue),
}
