//! Settings of the alignment plugin, which checks the model's output against rules.

use super::GuardMode;
use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Settings of the alignment plugin: it states rules to the model and checks every turn against
/// them.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentPlugin {
    /// Rules, 1 to 128. Each rule is evaluated separately.
    pub rules: Vec<AlignmentRule>,
    /// States the rules to the model in a system message. Default: `true`.
    pub instruct: Option<bool>,
    /// Maximum number of retries after a turn that breaks a rule, in the mode `enforce`. Default:
    /// 1.
    pub max_retries: Option<u64>,
    /// Action on a turn that breaks a rule. Default: `audit`.
    pub mode: Option<GuardMode>,
    /// Probability from which a rule counts as broken, 0.01 to 1. Default: 0.7.
    pub threshold: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AlignmentPlugin {
    /// Creates settings with these rules.
    #[must_use]
    pub fn new(rules: impl IntoIterator<Item = AlignmentRule>) -> Self {
        Self {
            rules: rules.into_iter().collect(),
            ..Self::default()
        }
    }
}

setters!(AlignmentPlugin {
    copy instruct: bool;
    copy max_retries: u64;
    into mode: GuardMode;
    copy threshold: f64;
});

/// Rule for the model's output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentRule {
    /// Statement of what the output must or must not do, 1 to 200 characters.
    pub rule: String,
    /// Fields of the output that the rule applies to, 1 to 5.
    pub watch: Vec<AlignmentWatch>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AlignmentRule {
    /// Creates a rule for these fields of the output.
    #[must_use]
    pub fn new(
        rule: impl Into<String>,
        watch: impl IntoIterator<Item = impl Into<AlignmentWatch>>,
    ) -> Self {
        Self {
            rule: rule.into(),
            watch: watch.into_iter().map(Into::into).collect(),
            extra: Extra::default(),
        }
    }
}

/// Field of the output that a rule applies to.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AlignmentWatch {
    /// Text.
    Content,
    /// Tool calls.
    ToolCalls,
    /// Refusal.
    Refusal,
    /// Images.
    Images,
    /// Audio.
    Audio,
    /// A part unknown to this version.
    Unknown(UnknownValue),
}
