//! Which providers may serve a request, in what order, at what price and speed.

use std::collections::BTreeMap;

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Which providers may serve a request, and in what order. Spec: `ProviderPreferences`.
///
/// Providers are named by slug (`google-vertex` for all of its endpoints,
/// `google-vertex/us-east5` for one), or by the display names of the spec's `ProviderName`.
///
/// ```
/// use orouter_wire::{MaxPrice, ProviderPreferences, ProviderSort};
/// let preferences = ProviderPreferences::new()
///     .ignore(["deepinfra"])
///     .sort(ProviderSort::Throughput)
///     .max_price(MaxPrice::new().prompt(1.0).completion(2.0))
///     .zdr(true);
/// ```
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ProviderPreferences {
    /// The providers to try first, in this order.
    #[wire(optional)]
    pub order: Vec<String>,
    /// The only providers to use, together with those that the account allows.
    #[wire(optional)]
    pub only: Vec<String>,
    /// Providers not to use, together with those that the account ignores.
    #[wire(optional)]
    pub ignore: Vec<String>,
    /// Whether providers beyond `order`, or beyond the first choice, may serve. Default: `true`.
    pub allow_fallbacks: Option<bool>,
    /// Whether to use only providers that support every parameter of the request. Default:
    /// `false`, where unsupported parameters are left out.
    pub require_parameters: Option<bool>,
    /// Whether providers may keep and train on what is sent. Default: as the account says.
    pub data_collection: Option<DataCollection>,
    /// Whether to use only endpoints that retain nothing. Default: as the account says.
    pub zdr: Option<bool>,
    /// Whether to use only models whose makers allow distillation. Default: `false`.
    pub enforce_distillable_text: Option<bool>,
    /// The precisions that a model may run at. Default: all.
    #[wire(optional)]
    pub quantizations: Vec<Quantization>,
    /// What to order providers by, in place of the load balancing by price.
    pub sort: Option<SortPreference>,
    /// The most to pay.
    pub max_price: Option<MaxPrice>,
    /// The least tokens a second; slower endpoints come last. Spec: `PreferredMinThroughput`.
    pub preferred_min_throughput: Option<PercentilePreference>,
    /// The most seconds to the first token; slower endpoints come last. Spec:
    /// `PreferredMaxLatency`.
    pub preferred_max_latency: Option<PercentilePreference>,
    /// What a provider gets beside the request, by slug; anything is allowed here. Spec:
    /// `ProviderOptions`.
    #[wire(optional, open)]
    pub options: BTreeMap<String, BTreeMap<String, Raw>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ProviderPreferences {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ProviderPreferences {
    list order: String;
    list only: String;
    list ignore: String;
    copy allow_fallbacks: bool;
    copy require_parameters: bool;
    into data_collection: DataCollection;
    copy zdr: bool;
    copy enforce_distillable_text: bool;
    list quantizations: Quantization;
    into sort: SortPreference;
    into max_price: MaxPrice;
    into preferred_min_throughput: PercentilePreference;
    into preferred_max_latency: PercentilePreference;
    map options: BTreeMap<String, Raw>;
});

/// Whether providers may keep and train on what is sent. Spec:
/// `ProviderPreferences.data_collection`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DataCollection {
    /// They may.
    Allow,
    /// They may not.
    Deny,
    /// A word this version does not know.
    Unknown(UnknownValue),
}

/// The precision that a model runs at. Spec: `Quantization`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Quantization {
    /// 4-bit integers.
    Int4,
    /// 8-bit integers.
    Int8,
    /// 4-bit floats.
    Fp4,
    /// 4-bit microscaling floats.
    Mxfp4,
    /// 4-bit floats in NVIDIA's format.
    Nvfp4,
    /// 6-bit floats.
    Fp6,
    /// 8-bit floats.
    Fp8,
    /// 8-bit microscaling floats.
    Mxfp8,
    /// 16-bit floats.
    Fp16,
    /// 16-bit brain floats.
    Bf16,
    /// 32-bit floats.
    Fp32,
    /// The word `unknown`: endpoints that do not tell theirs.
    #[wire("unknown")]
    Undisclosed,
    /// A precision this version does not know.
    Unknown(UnknownValue),
}

/// What to order providers by: a word, or a word and how far it reaches. Spec:
/// `ProviderPreferences.sort`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum SortPreference {
    /// A word.
    #[wire(string)]
    By(ProviderSort),
    /// A word and how far it reaches.
    #[wire(object)]
    Config(SortConfig),
    /// Any other JSON.
    Unknown(Unknown),
}

impl From<&str> for SortPreference {
    fn from(by: &str) -> Self {
        Self::By(by.into())
    }
}

/// What providers are ordered by. Spec: `ProviderSort`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ProviderSort {
    /// The cheapest first.
    Price,
    /// The most tokens a second first.
    Throughput,
    /// The least time to the first token first.
    Latency,
    /// The best at calling tools first.
    Exacto,
    /// An order this version does not know.
    Unknown(UnknownValue),
}

/// What providers are ordered by, and how far that reaches. Spec: `ProviderSortConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SortConfig {
    /// What they are ordered by.
    pub by: Option<ProviderSort>,
    /// Whether models are kept apart. Default: `model`.
    pub partition: Option<SortPartition>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SortConfig {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SortConfig {
    into by: ProviderSort;
    into partition: SortPartition;
});

/// Whether models are kept apart when providers are ordered.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SortPartition {
    /// One model after another, each one's endpoints in order.
    Model,
    /// The endpoints of all models in one order.
    None,
    /// A word this version does not know.
    Unknown(UnknownValue),
}

/// The most to pay, in US dollars; dearer endpoints are left out. Spec:
/// `ProviderPreferences.max_price`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaxPrice {
    /// For a million tokens of prompt.
    pub prompt: Option<Price>,
    /// For a million tokens of completion.
    pub completion: Option<Price>,
    /// For a request.
    pub request: Option<Price>,
    /// For an image.
    pub image: Option<Price>,
    /// For a unit of audio.
    pub audio: Option<Price>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl MaxPrice {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(MaxPrice {
    into prompt: Price;
    into completion: Price;
    into request: Price;
    into image: Price;
    into audio: Price;
});

/// A price in US dollars: a decimal as text, as the spec has it, or a number, as people send it.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum Price {
    /// A decimal as text, such as `0.5`.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// Any other JSON.
    Unknown(Unknown),
}

impl Price {
    /// The price as a number of US dollars, where it is one.
    #[must_use]
    pub fn dollars(&self) -> Option<f64> {
        match self {
            Self::Text(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|price: &f64| price.is_finite()),
            Self::Number(price) => Some(*price),
            Self::Unknown(_) => None,
        }
    }
}

/// A bound on speed: one number, for the median, or one for each of several percentiles, over the
/// last five minutes. Endpoints beyond it come last; none is left out. Spec: `PreferredMaxLatency`,
/// `PreferredMinThroughput`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum PercentilePreference {
    /// For the median.
    #[wire(number)]
    Median(f64),
    /// For several percentiles.
    #[wire(object)]
    Percentiles(PercentileCutoffs),
    /// Any other JSON.
    Unknown(Unknown),
}

/// A bound for each of several percentiles. Spec: `PercentileLatencyCutoffs`,
/// `PercentileThroughputCutoffs`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PercentileCutoffs {
    /// For the median.
    pub p50: Option<f64>,
    /// For the 75th percentile.
    pub p75: Option<f64>,
    /// For the 90th percentile.
    pub p90: Option<f64>,
    /// For the 99th percentile.
    pub p99: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl PercentileCutoffs {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(PercentileCutoffs {
    copy p50: f64;
    copy p75: f64;
    copy p90: f64;
    copy p99: f64;
});
