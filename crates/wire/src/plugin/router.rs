//! Settings of the plugins that choose the model.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Settings of the auto router, which chooses a model for the prompt.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AutoRouterPlugin {
    /// Patterns of allowed models, such as `anthropic/*`: at most 1024, with at most 1024
    /// characters each. Default: all models.
    pub allowed_models: Option<Vec<String>>,
    /// Patterns of excluded models. They override `allowed_models`.
    pub excluded_models: Option<Vec<String>>,
    /// Price range of the models. Overrides `cost_quality_tradeoff`.
    pub cost_tier: Option<CostTier>,
    /// Preference from 0 (best quality) to 10 (lowest price). Deprecated in favour of `cost_tier`.
    pub cost_quality_tradeoff: Option<u64>,
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Keeps the model of the most recent assistant message. Default: `false`. Not supported by
    /// `auto-beta-router`.
    pub pin_model: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AutoRouterPlugin {
    /// Creates a value with no member set.
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

/// Price range of models: one fifth of the models, ordered by cost.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum CostTier {
    /// Cheapest fifth.
    Low,
    /// Second fifth.
    Medium,
    /// Third fifth.
    High,
    /// Fourth fifth.
    Xhigh,
    /// Most expensive fifth.
    Max,
    /// A tier unknown to this version.
    Unknown(UnknownValue),
}

/// Settings of the Pareto router, which chooses among the best coding models by price and quality.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ParetoRouterPlugin {
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Maximum price in US dollars per million input tokens. If set, the router takes the best
    /// model within this price.
    pub max_price: Option<f64>,
    /// Minimum coding score, 0 to 1. Default: the highest quality tier, which starts at 0.66.
    /// Ignored if `max_price` is set.
    pub min_coding_score: Option<f64>,
    /// Price that the router compares. Default: `prompt`.
    pub price_source: Option<ParetoPriceSource>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ParetoRouterPlugin {
    /// Creates a value with no member set.
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

/// Price of a model that the Pareto router compares.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ParetoPriceSource {
    /// List price of input tokens.
    Prompt,
    /// Average price paid for input tokens.
    WeightedAvg,
    /// A price unknown to this version.
    Unknown(UnknownValue),
}

/// Settings of the Switchyard router, which chooses a model by the difficulty of the task.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SwitchyardRouterPlugin {
    /// Routing algorithm. Default: `stage`.
    pub algorithm: Option<SwitchyardAlgorithm>,
    /// Model that judges the task, for algorithms that use a judge. Default: the service's choice.
    pub judge_model: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SwitchyardRouterPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SwitchyardRouterPlugin {
    into algorithm: SwitchyardAlgorithm;
    into judge_model: String;
});

/// Routing algorithm of the Switchyard router.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SwitchyardAlgorithm {
    /// A judge model rates the difficulty of the task.
    Capability,
    /// Results of earlier tool calls decide; a judge model decides if they are inconclusive.
    Stage,
    /// Like `stage`, without a judge model.
    Auto,
    /// Random choice.
    Random,
    /// The choice for the last user turn is kept and adjusted after tool calls.
    Composite,
    /// No routing: OpenRouter's own order of the candidates.
    Passthrough,
    /// A method unknown to this version.
    Unknown(UnknownValue),
}

/// Settings of the Jev router, which chooses a model from a pool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct JevRouterPlugin {
    /// Patterns of allowed models. Default: the whole pool.
    pub models: Option<Vec<String>>,
    /// Patterns of allowed models, added to `models`. The same name as in the other routers.
    pub allowed_models: Option<Vec<String>>,
    /// Patterns of excluded models. They override `models`.
    pub excluded_models: Option<Vec<String>>,
    /// Cost tier: `low`, `medium`, `high`, or a tier that the operator configured. Lower case, at
    /// most 32 characters. Default: the operator's setting.
    pub cost_tier: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl JevRouterPlugin {
    /// Creates a value with no member set.
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
