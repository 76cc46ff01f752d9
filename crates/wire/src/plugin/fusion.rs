//! The plugin that sets up a panel of models.

use crate::setters::setters;
use crate::tool::InnerTool;
use crate::{Extra, UnknownValue, Wire};

/// Settings for a run of the model `openrouter/fusion` or the tool `openrouter:fusion`. Spec:
/// `FusionPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FusionPlugin {
    /// Whether these settings hold. Default: `true`.
    pub enabled: Option<bool>,
    /// The models of the panel, at most 8. Default: the service's choice.
    pub analysis_models: Option<Vec<String>>,
    /// The model that weighs the panel's answers and writes the final one. Default: the first of
    /// the service's choice.
    pub model: Option<String>,
    /// A panel that the service put together, in place of `analysis_models`.
    pub preset: Option<FusionPreset>,
    /// The most steps with tools each model may take, 1 to 16. Default: 4.
    pub max_tool_calls: Option<u64>,
    /// The tools that each model may use: OpenRouter's only. Default: web search and web fetch; an
    /// empty list: none.
    pub tools: Option<Vec<InnerTool>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FusionPlugin {
    /// Nothing set.
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

/// A panel that the service put together. Spec: `FusionPlugin.preset`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum FusionPreset {
    /// Good.
    #[wire("general-high")]
    GeneralHigh,
    /// Cheap.
    #[wire("general-budget")]
    GeneralBudget,
    /// Quick.
    #[wire("general-fast")]
    GeneralFast,
    /// A panel this version does not know.
    Unknown(UnknownValue),
}
