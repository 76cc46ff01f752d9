//! Results of OpenRouter's Armor plugin: verdicts on tool calls.

use std::collections::BTreeMap;

use crate::{Extra, Unknown, UnknownValue, Wire};

/// Result of one safeguard.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SafeguardResult {
    /// Verdicts on dangerous tool calls.
    #[wire("dangerous_tool_use")]
    DangerousToolUse(DangerousToolUse),
    /// A safeguard unknown to this version.
    Unknown(Unknown),
}

/// Result of the safeguard against dangerous tool calls.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DangerousToolUse {
    /// Status of the check, with its result.
    pub status: Option<SafeguardStatus>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Status of a check.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SafeguardStatus {
    /// The check has a result.
    #[wire("available")]
    Available(SafeguardFindings),
    /// A status unknown to this version.
    Unknown(Unknown),
}

/// Verdicts on the checked tool calls.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SafeguardFindings {
    /// Verdicts by the id of the tool call.
    pub tool_uses: BTreeMap<String, ToolUseFinding>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Verdict on one tool call.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ToolUseFinding {
    /// The call was evaluated.
    #[wire("evaluated")]
    Evaluated(EvaluatedToolUse),
    /// The call did not need an evaluation.
    #[wire("skipped")]
    Skipped(SkippedToolUse),
    /// The call could not be evaluated.
    #[wire("unavailable")]
    Unavailable(UnavailableToolUse),
    /// A finding unknown to this version.
    Unknown(Unknown),
}

/// Verdict on a tool call that was evaluated.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct EvaluatedToolUse {
    /// Outcome of the evaluation.
    pub outcome: Option<ToolUseOutcome>,
    /// Explanation of the outcome as text.
    pub explanation: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Outcome of the evaluation of a tool call.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolUseOutcome {
    /// Dangerous.
    Flagged,
    /// Not dangerous.
    NotFlagged,
    /// An outcome unknown to this version.
    Unknown(UnknownValue),
}

/// Verdict on a tool call that did not need an evaluation.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SkippedToolUse {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Verdict on a tool call that could not be evaluated.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct UnavailableToolUse {
    /// Reason why the call was not evaluated.
    pub reason: String,
    /// Members without a typed field.
    pub extra: Extra,
}
