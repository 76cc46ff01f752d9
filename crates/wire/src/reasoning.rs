//! How much a model thinks before it answers, and what of that it shows.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// The reasoning settings of a request, echoed by the response. Spec: `ReasoningConfig`,
/// `BaseReasoningConfig`.
///
/// ```
/// use orouter_wire::{Reasoning, ReasoningEffort, ReasoningSummary};
/// let reasoning = Reasoning::from(ReasoningEffort::Low).summary(ReasoningSummary::Auto);
/// assert_eq!(orouter_wire::to_string(&reasoning), r#"{"effort":"low","summary":"auto"}"#);
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct Reasoning {
    /// How hard to think. Default: the model's.
    pub effort: Option<ReasoningEffort>,
    /// How detailed a summary of the thinking to return. Default: none.
    pub summary: Option<ReasoningSummary>,
    /// Whether to think at all. Default: as `effort` and `max_tokens` say.
    pub enabled: Option<bool>,
    /// The most tokens to spend on thinking, for models that take a budget.
    pub max_tokens: Option<u64>,
    /// Which earlier reasoning the model gets to see. Default: `auto`.
    pub context: Option<ReasoningContext>,
    /// The kind of thinking. Default: `standard`.
    pub mode: Option<ReasoningMode>,
    /// The older name of `summary`, which some services still echo.
    pub generate_summary: Option<ReasoningSummary>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl Reasoning {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(Reasoning {
    into effort: ReasoningEffort;
    into summary: ReasoningSummary;
    copy enabled: bool;
    copy max_tokens: u64;
    into context: ReasoningContext;
    into mode: ReasoningMode;
});

impl From<ReasoningEffort> for Reasoning {
    fn from(effort: ReasoningEffort) -> Self {
        Self::new().effort(effort)
    }
}

/// How hard a model thinks. Spec: `ReasoningEffort`, and the `effort` of `AdvisorReasoning`,
/// `SubagentReasoning` and `FusionServerToolConfig.reasoning`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningEffort {
    /// No thinking.
    None,
    /// Hardly any.
    Minimal,
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// Very much.
    Xhigh,
    /// All it can.
    Max,
    /// A level this version does not know.
    Unknown(UnknownValue),
}

/// How detailed a summary of the thinking is. Spec: `ReasoningSummaryVerbosity`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningSummary {
    /// The most detailed that the model offers.
    Auto,
    /// Short.
    Concise,
    /// Long.
    Detailed,
    /// A level this version does not know.
    Unknown(UnknownValue),
}

/// Which earlier reasoning a model gets to see. Spec: `ReasoningContext`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningContext {
    /// The service decides.
    Auto,
    /// That of every turn in the input.
    AllTurns,
    /// Only that of the turn being answered.
    CurrentTurn,
    /// A choice this version does not know.
    Unknown(UnknownValue),
}

/// The kind of thinking. Spec: `ReasoningMode`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningMode {
    /// One line of thought.
    Standard,
    /// Several in parallel, for more tokens.
    Pro,
    /// A mode this version does not know.
    Unknown(UnknownValue),
}

/// The thinking of a model that a server tool calls: an effort or a budget. Spec:
/// `AdvisorReasoning`, `SubagentReasoning`, `FusionServerToolConfig.reasoning`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct InnerReasoning {
    /// How hard to think.
    pub effort: Option<ReasoningEffort>,
    /// The most tokens to spend on thinking.
    pub max_tokens: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl InnerReasoning {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(InnerReasoning {
    into effort: ReasoningEffort;
    copy max_tokens: u64;
});
