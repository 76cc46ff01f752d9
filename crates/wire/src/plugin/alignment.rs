//! The plugin that holds answers to rules.

use super::GuardMode;
use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// States rules to the model and holds every turn to them. Spec: `AlignmentPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentPlugin {
    /// The rules; each is judged on its own.
    pub rules: Vec<AlignmentRule>,
    /// Whether the rules are stated to the model. Default: `true`.
    pub instruct: Option<bool>,
    /// How often a turn that breaks a rule is tried again. Default: 1.
    pub max_retries: Option<u64>,
    /// Whether a turn that breaks a rule is withheld. Default: `audit`.
    pub mode: Option<GuardMode>,
    /// The probability from which a rule counts as broken, 0.01 to 1. Default: 0.7.
    pub threshold: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl AlignmentPlugin {
    /// Holds turns to these rules.
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

/// A rule for answers. Spec: `AlignmentRule`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentRule {
    /// What the answer must or must not do: 1 to 200 characters.
    pub rule: String,
    /// The parts of an answer that the rule is about.
    pub watch: Vec<AlignmentWatch>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl AlignmentRule {
    /// A rule about these parts of an answer.
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

/// A part of an answer. Spec: the items of `AlignmentRule.watch`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AlignmentWatch {
    /// What it says.
    Content,
    /// The tools it calls.
    ToolCalls,
    /// What it refuses.
    Refusal,
    /// Its images.
    Images,
    /// Its sound.
    Audio,
    /// A part this version does not know.
    Unknown(UnknownValue),
}
