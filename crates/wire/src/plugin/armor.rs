//! Settings of the Armor plugin, which checks tool calls against rules.

use super::GuardMode;
use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Settings of the Armor plugin: it checks every call of the caller's tools against rules before
/// the caller receives it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorPlugin {
    /// Rules, and facts about the environment in which they apply.
    pub classifier_context: Option<ArmorContext>,
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Checks the provider's own tools too. Default: `false`.
    pub evaluate_native_tools: Option<bool>,
    /// Action on a call that breaks a rule. Default: `enforce`.
    pub mode: Option<GuardMode>,
    /// Action on a call that could not be evaluated. Default: `block`.
    pub on_error: Option<ArmorOnError>,
    /// Form in which a withheld call is reported. Default: `text`.
    pub output_mode: Option<ArmorOutputMode>,
    /// Applies Claude Code's built-in rules before all others. Default: `false`.
    pub use_cc_style_default_rules: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ArmorPlugin {
    /// Creates a value with no member set.
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

/// Action on a call that could not be evaluated.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ArmorOnError {
    /// The call is delivered.
    Log,
    /// The call is withheld.
    Block,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Form in which a withheld call is reported.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ArmorOutputMode {
    /// Marker in the output text.
    Text,
    /// Output item of its own.
    CustomItem,
    /// Form that Claude Code expects.
    ClaudeCodeCompatibility,
    /// A method unknown to this version.
    Unknown(UnknownValue),
}

/// Rules of the Armor plugin, and facts about the environment in which they apply.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct ArmorContext {
    /// Version of this format. Always 1.
    pub v: u64,
    /// Rules and environment.
    pub auto_mode: Option<ArmorAutoMode>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

impl ArmorContext {
    /// Creates a context with these rules.
    #[must_use]
    pub fn new(auto_mode: ArmorAutoMode) -> Self {
        Self {
            v: 1,
            auto_mode: Some(auto_mode),
            ..Self::default()
        }
    }
}

/// Rules by their effect, and facts about the environment in which they apply.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorAutoMode {
    /// Rules for calls that are allowed although a rule in `soft_deny` matches.
    pub allow: Option<Vec<ArmorRuleEntry>>,
    /// Rules for calls that are forbidden unless a rule in `allow` matches.
    pub soft_deny: Option<Vec<ArmorRuleEntry>>,
    /// Rules for calls that are always forbidden.
    pub hard_deny: Option<Vec<ArmorRuleEntry>>,
    /// Facts about the environment.
    pub environment: Option<Vec<ArmorEnvironment>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ArmorAutoMode {
    /// Creates a value without rules.
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

/// Rule: its text, or an object with an id.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ArmorRuleEntry {
    /// Text of the rule, 1 to 8122 characters.
    #[wire(string)]
    Text(String),
    /// Rule with an id.
    #[wire(object)]
    Rule(ArmorRule),
    /// Any other JSON.
    Unknown(Unknown),
}

/// Rule for tool calls.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorRule {
    /// Id that is reported if the rule decides: 1 to 64 characters out of `a-z`, `0-9`, `_` and
    /// `-`.
    pub id: String,
    /// Description of the calls that the rule matches, 1 to 8000 characters.
    pub instructions: String,
    /// Name of the rule in explanations, 1 to 120 characters. Default: the id.
    pub name: Option<String>,
    /// Probability from which the rule counts as matched. Default: 0.6 for a rule that forbids, 0.7
    /// for a rule that allows.
    pub threshold: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ArmorRule {
    /// Creates a rule from its id and instructions.
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

/// Fact about the environment in which the rules apply.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ArmorEnvironment {
    /// Name and value as `Name: value`, at most 4122 characters.
    #[wire(string)]
    Text(String),
    /// Name and value as an object.
    #[wire(object)]
    Entry(ArmorEnvironmentEntry),
    /// Any other JSON.
    Unknown(Unknown),
}

/// Fact about the environment: a name and a value.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ArmorEnvironmentEntry {
    /// Name, 1 to 120 characters.
    pub name: String,
    /// Value, at most 4000 characters.
    pub value: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ArmorEnvironmentEntry {
    /// Creates an entry from its name and value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }
}
