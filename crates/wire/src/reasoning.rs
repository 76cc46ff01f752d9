//! [`Reasoning`]: effort and visibility of the model's reasoning.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Reasoning settings of a request. The response echoes them.
///
/// Use it to set the effort of a reasoning model and to ask for a summary of the reasoning.
///
/// ```
/// use orouter_wire::{Reasoning, ReasoningEffort, ReasoningSummary};
/// let reasoning = Reasoning::from(ReasoningEffort::Low).summary(ReasoningSummary::Auto);
/// assert_eq!(orouter_wire::to_string(&reasoning), r#"{"effort":"low","summary":"auto"}"#);
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct Reasoning {
    /// Effort. Default: the model's.
    pub effort: Option<ReasoningEffort>,
    /// Detail of the reasoning summary in the response. Default: no summary.
    pub summary: Option<ReasoningSummary>,
    /// Turns reasoning on or off. Default: derived from `effort` and `max_tokens`.
    pub enabled: Option<bool>,
    /// Maximum number of reasoning tokens, for models with a reasoning budget.
    pub max_tokens: Option<u64>,
    /// Earlier reasoning that the model receives. Default: `auto`.
    pub context: Option<ReasoningContext>,
    /// Leaves the reasoning out of the response. The model reasons nevertheless, and its tokens are
    /// charged. Default: `false`. Not in the specification; OpenRouter's guide describes it.
    pub exclude: Option<bool>,
    /// Depth of the reasoning. Default: `standard`. OpenAI's API allows any string.
    #[wire(open)]
    pub mode: Option<ReasoningMode>,
    /// Older name of `summary`. Some services still echo it.
    pub generate_summary: Option<ReasoningSummary>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl Reasoning {
    /// Creates a value with no member set.
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
    copy exclude: bool;
    into mode: ReasoningMode;
});

impl From<ReasoningEffort> for Reasoning {
    fn from(effort: ReasoningEffort) -> Self {
        Self::new().effort(effort)
    }
}

/// Reasoning effort of a model. Higher efforts use more tokens.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningEffort {
    /// No reasoning.
    None,
    /// Minimal effort.
    Minimal,
    /// Low effort.
    Low,
    /// Medium effort.
    Medium,
    /// High effort.
    High,
    /// Very high effort.
    Xhigh,
    /// Maximum effort of the model.
    Max,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Detail of a reasoning summary.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningSummary {
    /// The most detailed summary that the model offers.
    Auto,
    /// Short summary.
    Concise,
    /// Long summary.
    Detailed,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Earlier reasoning that a model receives.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningContext {
    /// Chosen by the service.
    Auto,
    /// Reasoning of all turns in the input.
    AllTurns,
    /// Reasoning of the current turn only.
    CurrentTurn,
    /// A choice unknown to this version.
    Unknown(UnknownValue),
}

/// Depth of the reasoning.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningMode {
    /// Standard reasoning.
    Standard,
    /// Deeper reasoning, for more tokens.
    Pro,
    /// A mode unknown to this version.
    Unknown(UnknownValue),
}

/// Reasoning settings for a model that a server tool calls.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct InnerReasoning {
    /// Effort.
    pub effort: Option<ReasoningEffort>,
    /// Maximum number of reasoning tokens.
    pub max_tokens: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl InnerReasoning {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(InnerReasoning {
    into effort: ReasoningEffort;
    copy max_tokens: u64;
});
