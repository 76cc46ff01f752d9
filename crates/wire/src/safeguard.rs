//! What the Armor plugin saw: which tool calls are dangerous.

use std::collections::BTreeMap;

use crate::{Extra, Unknown, UnknownValue, Wire};

/// What a safeguard saw. Stands for `ArmorSafeguardResult`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SafeguardResult {
    /// Which tool calls are dangerous.
    #[wire("dangerous_tool_use")]
    DangerousToolUse(DangerousToolUse),
    /// A safeguard that this version does not know.
    Unknown(Unknown),
}

/// Which tool calls are dangerous.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DangerousToolUse {
    /// What came of the check.
    pub status: Option<SafeguardStatus>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What came of a check.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SafeguardStatus {
    /// There is a result.
    #[wire("available")]
    Available(SafeguardFindings),
    /// A status that this version does not know.
    Unknown(Unknown),
}

/// The tool calls that were looked at.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SafeguardFindings {
    /// Each call by its id.
    pub tool_uses: BTreeMap<String, ToolUseFinding>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What was found about one tool call.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ToolUseFinding {
    /// It was looked at.
    #[wire("evaluated")]
    Evaluated(EvaluatedToolUse),
    /// It needed no look.
    #[wire("skipped")]
    Skipped(SkippedToolUse),
    /// It could not be looked at.
    #[wire("unavailable")]
    Unavailable(UnavailableToolUse),
    /// A finding that this version does not know.
    Unknown(Unknown),
}

/// A tool call that was looked at.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct EvaluatedToolUse {
    /// Whether it is dangerous.
    pub outcome: Option<ToolUseOutcome>,
    /// Why, in words.
    pub explanation: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Whether a tool call is dangerous.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolUseOutcome {
    /// It is.
    Flagged,
    /// It is not.
    NotFlagged,
    /// An outcome that this version does not know.
    Unknown(UnknownValue),
}

/// A tool call that needed no look.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SkippedToolUse {
    /// Members that no field takes.
    pub extra: Extra,
}

/// A tool call that could not be looked at.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct UnavailableToolUse {
    /// Why.
    pub reason: String,
    /// Members that no field takes.
    pub extra: Extra,
}
