//! Plugins that choose the model.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Chooses a model for the prompt. Spec: `AutoRouterPlugin`, `AutoBetaRouterPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AutoRouterPlugin {
    /// Only models that match one of these patterns (`anthropic/*`): at most 1024, of at most 1024
    /// characters each. Default: all.
    pub allowed_models: Option<Vec<String>>,
    /// No model that matches one of these patterns; they win over `allowed_models`.
    pub excluded_models: Option<Vec<String>>,
    /// What the answer may cost.
    pub cost_tier: Option<CostTier>,
    /// 0, the best, to 10, the cheapest; the service prefers `cost_tier`.
    pub cost_quality_tradeoff: Option<u64>,
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// Whether a conversation stays with the model that answered last. Default: `false`. Not for
    /// the next version.
    pub pin_model: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl AutoRouterPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(AutoRouterPlugin {
    some_list allowed_models: String;
    some_list excluded_models: String;
    into cost_tier: CostTier;
    copy cost_quality_tradeoff: u64;
    copy enabled: bool;
    copy pin_model: bool;
});

/// What an answer may cost: a fifth of the models, from the cheapest to the dearest. Spec:
/// `AutoRouterPlugin.cost_tier`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CostTier {
    /// The cheapest fifth.
    Low,
    /// The second.
    Medium,
    /// The third.
    High,
    /// The fourth.
    Xhigh,
    /// The dearest fifth.
    Max,
    /// A tier this version does not know.
    Unknown(UnknownValue),
}

/// Chooses among the best coding models for their price. Spec: `ParetoRouterPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ParetoRouterPlugin {
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// The most to pay for a million tokens of input, in US dollars; then the best model at that
    /// price is chosen.
    pub max_price: Option<f64>,
    /// How good at coding, 0 to 1. Default: the best tier, from 0.66. Not used with `max_price`.
    pub min_coding_score: Option<f64>,
    /// Which price is meant. Default: `prompt`.
    pub price_source: Option<ParetoPriceSource>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ParetoRouterPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ParetoRouterPlugin {
    copy enabled: bool;
    copy max_price: f64;
    copy min_coding_score: f64;
    into price_source: ParetoPriceSource;
});

/// Which price of a model is meant. Spec: `ParetoRouterPlugin.price_source`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ParetoPriceSource {
    /// The list price of input.
    Prompt,
    /// What input cost on average.
    WeightedAvg,
    /// A price this version does not know.
    Unknown(UnknownValue),
}

/// Chooses by what the task demands. Spec: `SwitchyardRouterPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SwitchyardRouterPlugin {
    /// How to choose.
    pub algorithm: Option<SwitchyardAlgorithm>,
    /// The model that judges the task, for the algorithms that ask one. Default: the service's.
    pub judge_model: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SwitchyardRouterPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SwitchyardRouterPlugin {
    into algorithm: SwitchyardAlgorithm;
    into judge_model: String;
});

/// How to choose a model. Spec: `SwitchyardRouterPlugin.algorithm`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SwitchyardAlgorithm {
    /// A judge rates how demanding the task is.
    Capability,
    /// By how the tools fared so far; a judge where that leaves it open.
    Stage,
    /// The service decides how.
    Auto,
    /// By chance.
    Random,
    /// Several ways together.
    Composite,
    /// No choice: the request's model.
    Passthrough,
    /// A way this version does not know.
    Unknown(UnknownValue),
}

/// Chooses from a pool. Spec: `JevRouterPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct JevRouterPlugin {
    /// Only models that match one of these patterns. Default: the whole pool.
    pub models: Option<Vec<String>>,
    /// More of the same, under the other routers' name for it.
    pub allowed_models: Option<Vec<String>>,
    /// No model that matches one of these patterns.
    pub excluded_models: Option<Vec<String>>,
    /// `low`, `medium`, `high`, or a tier that the operator set up: lower case, at most 32
    /// characters. Default: the operator's.
    pub cost_tier: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl JevRouterPlugin {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(JevRouterPlugin {
    some_list models: String;
    some_list allowed_models: String;
    some_list excluded_models: String;
    into cost_tier: String;
});
