//! The plugins that OpenRouter runs around a request, one file per kind.

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

/// A plugin that OpenRouter runs around a request. Spec: the items of `ResponsesRequest.plugins`.
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
    /// Chooses a model for the prompt. Spec: `AutoRouterPlugin`.
    #[wire("auto-router")]
    AutoRouter(AutoRouterPlugin),
    /// The same, next version. Spec: `AutoBetaRouterPlugin`.
    #[wire("auto-beta-router")]
    AutoBetaRouter(AutoRouterPlugin),
    /// Chooses among the best coding models for their price. Spec: `ParetoRouterPlugin`.
    #[wire("pareto-router")]
    ParetoRouter(ParetoRouterPlugin),
    /// Chooses by what the task demands. Spec: `SwitchyardRouterPlugin`.
    #[wire("switchyard-router")]
    SwitchyardRouter(SwitchyardRouterPlugin),
    /// Chooses from a pool. Spec: `JevRouterPlugin`.
    #[wire("jev-router")]
    JevRouter(JevRouterPlugin),
    /// Moderates the prompt. Spec: `ModerationPlugin`.
    Moderation(ModerationPlugin),
    /// Searches the web before the model answers. Spec: `WebSearchPlugin`.
    Web(WebSearchPlugin),
    /// Reads web pages. Spec: `WebFetchPlugin`.
    #[wire("web-fetch")]
    WebFetch(WebFetchPlugin),
    /// Reads files for the model. Spec: `FileParserPlugin`.
    #[wire("file-parser")]
    FileParser(FileParserPlugin),
    /// Repairs JSON that the model wrote badly. Spec: `ResponseHealingPlugin`.
    #[wire("response-healing")]
    ResponseHealing(ResponseHealingPlugin),
    /// Shortens input that is too long. Spec: `ContextCompressionPlugin`.
    #[wire("context-compression")]
    ContextCompression(ContextCompressionPlugin),
    /// Asks several models at once. Spec: `FusionPlugin`.
    Fusion(FusionPlugin),
    /// Holds answers to rules. Spec: `AlignmentPlugin`.
    Alignment(AlignmentPlugin),
    /// Holds tool calls to rules. Spec: `ArmorPlugin`.
    Armor(ArmorPlugin),
    /// Any other plugin.
    Unknown(Unknown),
}

/// Whether a plugin acts on what it finds. Spec: `AlignmentPlugin.mode`, `ArmorPlugin.mode`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum GuardMode {
    /// It acts.
    Enforce,
    /// It only reports.
    Audit,
    /// A mode this version does not know.
    Unknown(UnknownValue),
}
