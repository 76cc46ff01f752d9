//! Conditions that end the model's output or the loop of server tools.

use crate::{Extra, Unknown, Wire};

/// Strings at which the model stops, at most 4.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum StopSequences {
    /// One string.
    #[wire(string)]
    One(String),
    /// Several strings.
    #[wire(array)]
    Several(Vec<String>),
    /// Any other JSON.
    Unknown(Unknown),
}

impl StopSequences {
    /// Returns the strings as a slice; it is empty for an unknown form.
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

/// Condition that ends the loop of server tools.
///
/// With several conditions, the first one that is met ends the loop. Pending tool calls are
/// executed, then the model responds without tools.
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
    /// Number of steps reached.
    StepCountIs(StepCountIs),
    /// A given tool was called.
    HasToolCall(HasToolCall),
    /// Number of tokens exceeded.
    MaxTokensUsed(MaxTokensUsed),
    /// Cost exceeded.
    MaxCost(MaxCost),
    /// The model stopped for a given reason.
    FinishReasonIs(FinishReasonIs),
    /// A condition unknown to this version.
    Unknown(Unknown),
}

impl StopCondition {
    /// Creates a condition that is met after this number of steps.
    #[must_use]
    pub fn step_count_is(step_count: u64) -> Self {
        Self::StepCountIs(StepCountIs {
            step_count,
            ..StepCountIs::default()
        })
    }

    /// Creates a condition that is met after a call of the named tool.
    #[must_use]
    pub fn has_tool_call(tool_name: impl Into<String>) -> Self {
        Self::HasToolCall(HasToolCall {
            tool_name: tool_name.into(),
            ..HasToolCall::default()
        })
    }

    /// Creates a condition that is met if all steps together exceed this number of tokens.
    #[must_use]
    pub fn max_tokens_used(max_tokens: u64) -> Self {
        Self::MaxTokensUsed(MaxTokensUsed {
            max_tokens,
            ..MaxTokensUsed::default()
        })
    }

    /// Creates a condition that is met if all steps together cost more than this amount of US
    /// dollars.
    #[must_use]
    pub fn max_cost(max_cost_in_dollars: f64) -> Self {
        Self::MaxCost(MaxCost {
            max_cost_in_dollars,
            ..MaxCost::default()
        })
    }

    /// Creates a condition that is met if the model stops for this reason, such as `length`.
    #[must_use]
    pub fn finish_reason_is(reason: impl Into<String>) -> Self {
        Self::FinishReasonIs(FinishReasonIs {
            reason: reason.into(),
            ..FinishReasonIs::default()
        })
    }
}

/// Condition on the number of steps.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct StepCountIs {
    /// Number of steps after which the loop ends.
    pub step_count: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Condition on the call of a tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct HasToolCall {
    /// Name of the tool.
    pub tool_name: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Condition on the tokens of all steps together.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaxTokensUsed {
    /// Maximum number of tokens.
    pub max_tokens: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Condition on the cost of all steps together.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaxCost {
    /// Maximum cost in US dollars.
    pub max_cost_in_dollars: f64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Condition on the model's finish reason.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FinishReasonIs {
    /// Finish reason, such as `length`.
    pub reason: String,
    /// Members without a typed field.
    pub extra: Extra,
}
