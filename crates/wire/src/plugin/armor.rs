//! The plugin that holds tool calls to rules.

use super::GuardMode;
use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Holds every call of the caller's tools to rules before the caller sees it. Spec: `ArmorPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorPlugin {
    /// The rules, and what to know about where they hold.
    pub classifier_context: Option<ArmorContext>,
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// Whether the provider's own tools are judged too. Default: `false`.
    pub evaluate_native_tools: Option<bool>,
    /// Whether a call that breaks a rule is withheld. Default: `enforce`.
    pub mode: Option<GuardMode>,
    /// What becomes of a call that could not be judged. Default: `block`.
    pub on_error: Option<ArmorOnError>,
    /// How a withheld call shows. Default: `text`.
    pub output_mode: Option<ArmorOutputMode>,
    /// Whether Claude Code's own rules go before all others. Default: `false`.
    pub use_cc_style_default_rules: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ArmorPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ArmorPlugin {
    into classifier_context: ArmorContext;
    copy enabled: bool;
    copy evaluate_native_tools: bool;
    into mode: GuardMode;
    into on_error: ArmorOnError;
    into output_mode: ArmorOutputMode;
    copy use_cc_style_default_rules: bool;
});

/// What becomes of a call that could not be judged. Spec: `ArmorPlugin.on_error`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ArmorOnError {
    /// It goes through.
    Log,
    /// It is withheld.
    Block,
    /// A word this version does not know.
    Unknown(UnknownValue),
}

/// How a withheld call shows. Spec: `ArmorPlugin.output_mode`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ArmorOutputMode {
    /// As a mark in the answer's text.
    Text,
    /// As an item of its own.
    CustomItem,
    /// As Claude Code expects it.
    ClaudeCodeCompatibility,
    /// A way this version does not know.
    Unknown(UnknownValue),
}

/// The rules, and what to know about where they hold. Spec: `ArmorContext`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ArmorContext {
    /// The version of this format: 1.
    pub v: u64,
    /// The rules.
    pub auto_mode: Option<ArmorAutoMode>,
    /// Whatever else there is: any member is allowed here.
    pub extra: Extra,
}

impl ArmorContext {
    /// These rules.
    #[must_use]
    pub fn new(auto_mode: ArmorAutoMode) -> Self {
        Self {
            v: 1,
            auto_mode: Some(auto_mode),
            ..Self::default()
        }
    }
}

/// The rules by what they do, and what to know about where they hold. Spec: `ArmorAutoMode`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorAutoMode {
    /// What is allowed although a soft rule forbids it.
    pub allow: Option<Vec<ArmorRuleEntry>>,
    /// What is forbidden unless allowed.
    pub soft_deny: Option<Vec<ArmorRuleEntry>>,
    /// What is forbidden in any case.
    pub hard_deny: Option<Vec<ArmorRuleEntry>>,
    /// What to know about where the rules hold.
    pub environment: Option<Vec<ArmorEnvironment>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ArmorAutoMode {
    /// No rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ArmorAutoMode {
    some_list allow: ArmorRuleEntry;
    some_list soft_deny: ArmorRuleEntry;
    some_list hard_deny: ArmorRuleEntry;
    some_list environment: ArmorEnvironment;
});

/// A rule, in words or with its id. Spec: the items of `ArmorAutoMode.allow`, `.soft_deny` and
/// `.hard_deny`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ArmorRuleEntry {
    /// In words: 1 to 8122 characters.
    #[wire(string)]
    Text(String),
    /// With its id.
    #[wire(object)]
    Rule(ArmorRule),
    /// Any other JSON.
    Unknown(Unknown),
}

/// A rule for tool calls. Spec: `ArmorRule`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorRule {
    /// Its id, reported when it decides: 1 to 64 of `a-z`, `0-9`, `_` and `-`.
    pub id: String,
    /// What it matches: 1 to 8000 characters.
    pub instructions: String,
    /// Its name in explanations, 1 to 120 characters. Default: the id.
    pub name: Option<String>,
    /// The probability from which it counts as matched. Default: 0.6 for a rule that forbids, 0.7
    /// for one that allows.
    pub threshold: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ArmorRule {
    /// A rule.
    #[must_use]
    pub fn new(id: impl Into<String>, instructions: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            instructions: instructions.into(),
            ..Self::default()
        }
    }
}

setters!(ArmorRule {
    into name: String;
    copy threshold: f64;
});

/// Something to know about where the rules hold. Spec: the items of `ArmorAutoMode.environment`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ArmorEnvironment {
    /// As `Name: value`, at most 4122 characters.
    #[wire(string)]
    Text(String),
    /// As a name and a value.
    #[wire(object)]
    Entry(ArmorEnvironmentEntry),
    /// Any other JSON.
    Unknown(Unknown),
}

/// A name and a value. Spec: `ArmorEnvironmentEntry`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorEnvironmentEntry {
    /// The name: 1 to 120 characters.
    pub name: String,
    /// The value: at most 4000 characters.
    pub value: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ArmorEnvironmentEntry {
    /// A name and a value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }
}
