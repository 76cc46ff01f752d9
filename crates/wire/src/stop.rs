//! When to stop: the model's writing, and the loop of server tools.

use crate::{Extra, Unknown, Wire};

/// Texts at which the model stops writing, at most 4. Spec: `ResponsesRequest.stop`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum StopSequences {
    /// One.
    #[wire(string)]
    One(String),
    /// Several.
    #[wire(array)]
    Several(Vec<String>),
    /// Any other JSON.
    Unknown(Unknown),
}

impl StopSequences {
    /// All of them, however they were given.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
            Self::Unknown(_) => &[],
        }
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for StopSequences {
    fn from(texts: [T; N]) -> Self {
        Self::Several(texts.into_iter().map(Into::into).collect())
    }
}

/// A condition that ends the loop of server tools; any one of several does. Calls that are under
/// way are finished, then the model answers without tools. Spec: `StopServerToolsWhenCondition`.
///
/// ```
/// use orouter_wire::{ResponsesRequest, StopCondition};
/// let request = ResponsesRequest::new("openai/gpt-4o")
///     .stop_server_tools_when([StopCondition::step_count_is(5), StopCondition::max_cost(0.5)]);
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum StopCondition {
    /// After so many steps. Spec: `StopServerToolsWhenStepCountIs`.
    StepCountIs(StepCountIs),
    /// Once a tool is called. Spec: `StopServerToolsWhenHasToolCall`.
    HasToolCall(HasToolCall),
    /// After so many tokens. Spec: `StopServerToolsWhenMaxTokensUsed`.
    MaxTokensUsed(MaxTokensUsed),
    /// After so much money. Spec: `StopServerToolsWhenMaxCost`.
    MaxCost(MaxCost),
    /// Once the model stops for a reason. Spec: `StopServerToolsWhenFinishReasonIs`.
    FinishReasonIs(FinishReasonIs),
    /// A condition this version does not know.
    Unknown(Unknown),
}

impl StopCondition {
    /// After so many steps.
    #[must_use]
    pub fn step_count_is(step_count: u64) -> Self {
        Self::StepCountIs(StepCountIs {
            step_count,
            ..StepCountIs::default()
        })
    }

    /// Once the tool of this name is called.
    #[must_use]
    pub fn has_tool_call(tool_name: impl Into<String>) -> Self {
        Self::HasToolCall(HasToolCall {
            tool_name: tool_name.into(),
            ..HasToolCall::default()
        })
    }

    /// Once all steps together used so many tokens.
    #[must_use]
    pub fn max_tokens_used(max_tokens: u64) -> Self {
        Self::MaxTokensUsed(MaxTokensUsed {
            max_tokens,
            ..MaxTokensUsed::default()
        })
    }

    /// Once all steps together cost more than so many US dollars.
    #[must_use]
    pub fn max_cost(max_cost_in_dollars: f64) -> Self {
        Self::MaxCost(MaxCost {
            max_cost_in_dollars,
            ..MaxCost::default()
        })
    }

    /// Once the model stops for this reason, such as `length`.
    #[must_use]
    pub fn finish_reason_is(reason: impl Into<String>) -> Self {
        Self::FinishReasonIs(FinishReasonIs {
            reason: reason.into(),
            ..FinishReasonIs::default()
        })
    }
}

/// After so many steps. Spec: `StopServerToolsWhenStepCountIs`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct StepCountIs {
    /// How many.
    pub step_count: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Once a tool is called. Spec: `StopServerToolsWhenHasToolCall`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct HasToolCall {
    /// The tool's name.
    pub tool_name: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Once all steps together used so many tokens. Spec: `StopServerToolsWhenMaxTokensUsed`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaxTokensUsed {
    /// How many.
    pub max_tokens: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Once all steps together cost so much. Spec: `StopServerToolsWhenMaxCost`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaxCost {
    /// How much, in US dollars.
    pub max_cost_in_dollars: f64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Once the model stops for a reason. Spec: `StopServerToolsWhenFinishReasonIs`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FinishReasonIs {
    /// The reason, such as `length`.
    pub reason: String,
    /// Members that no field takes.
    pub extra: Extra,
}
