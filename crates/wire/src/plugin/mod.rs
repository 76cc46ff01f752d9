//! Settings of the plugins that OpenRouter runs for a request, one file per kind.

mod alignment;
mod armor;
mod document;
mod fusion;
mod router;
mod web;

pub use alignment::{AlignmentPlugin, AlignmentRule, AlignmentWatch};
pub use armor::{
    ArmorAutoMode, ArmorContext, ArmorEnvironment, ArmorEnvironmentEntry, ArmorOnError,
    ArmorOutputMode, ArmorPlugin, ArmorRule, ArmorRuleEntry,
};
pub use document::{
    ContextCompressionEngine, ContextCompressionPlugin, FileParserPlugin, ModerationPlugin,
    PdfEngine, PdfOptions, ResponseHealingPlugin,
};
pub use fusion::{FusionPlugin, FusionPreset};
pub use router::{
    AutoRouterPlugin, CostTier, JevRouterPlugin, ParetoPriceSource, ParetoRouterPlugin,
    SwitchyardAlgorithm, SwitchyardRouterPlugin,
};
pub use web::{WebFetchPlugin, WebSearchPlugin};

use crate::{Unknown, UnknownValue, Wire};

/// Plugin that OpenRouter runs for a request.
///
/// ```
/// use orouter_wire::{ResponsesRequest, WebSearchPlugin};
/// let request = ResponsesRequest::new("openai/gpt-4o")
///     .plugins([WebSearchPlugin::new().max_results(3)]);
/// # assert_eq!(request.plugins.len(), 1);
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "id")]
pub enum Plugin {
    /// Chooses a model for the prompt.
    #[wire("auto-router")]
    AutoRouter(AutoRouterPlugin),
    /// Chooses a model for the prompt; next version of `auto-router`.
    #[wire("auto-beta-router")]
    AutoBetaRouter(AutoRouterPlugin),
    /// Chooses among the best coding models by price and quality.
    #[wire("pareto-router")]
    ParetoRouter(ParetoRouterPlugin),
    /// Chooses a model by the difficulty of the task.
    #[wire("switchyard-router")]
    SwitchyardRouter(SwitchyardRouterPlugin),
    /// Chooses a model from a pool.
    #[wire("jev-router")]
    JevRouter(JevRouterPlugin),
    /// Moderates the prompt.
    Moderation(ModerationPlugin),
    /// Searches the web before the model runs.
    Web(WebSearchPlugin),
    /// Fetches web pages.
    #[wire("web-fetch")]
    WebFetch(WebFetchPlugin),
    /// Reads files for models that cannot read them.
    #[wire("file-parser")]
    FileParser(FileParserPlugin),
    /// Repairs invalid JSON in the output.
    #[wire("response-healing")]
    ResponseHealing(ResponseHealingPlugin),
    /// Shortens input that exceeds the model's context.
    #[wire("context-compression")]
    ContextCompression(ContextCompressionPlugin),
    /// Runs a panel of models.
    Fusion(FusionPlugin),
    /// Checks the output against rules.
    Alignment(AlignmentPlugin),
    /// Checks tool calls against rules.
    Armor(ArmorPlugin),
    /// A plugin unknown to this version.
    Unknown(Unknown),
}

/// Action of a guard plugin on a violation.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum GuardMode {
    /// Violations are withheld.
    Enforce,
    /// Violations are reported.
    Audit,
    /// A mode unknown to this version.
    Unknown(UnknownValue),
}
