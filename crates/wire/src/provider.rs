//! [`ProviderPreferences`]: the providers that may serve a request, their order, and limits on
//! price and speed.

use std::collections::BTreeMap;

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Providers that may serve a request, their order, and limits on price and speed.
///
/// Use it to restrict or reorder OpenRouter's routing. A provider is named by its slug
/// (`google-vertex` for all its endpoints, `google-vertex/us-east5` for one) or by its display
/// name.
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
    /// Providers to try first, in this order.
    #[wire(optional)]
    pub order: Vec<String>,
    /// The only providers to use, in addition to those that the account allows.
    #[wire(optional)]
    pub only: Vec<String>,
    /// Providers not to use, in addition to those that the account ignores.
    #[wire(optional)]
    pub ignore: Vec<String>,
    /// Allows providers other than those in `order` or the first choice. With `false`, an error of
    /// the first choice is returned. Default: `true`.
    pub allow_fallbacks: Option<bool>,
    /// Restricts routing to providers that support every parameter of the request. With `false`, a
    /// provider receives only the parameters that it supports. Default: `false`.
    pub require_parameters: Option<bool>,
    /// Permission for providers to store the caller's data and to train on it. Default: the
    /// account's setting.
    pub data_collection: Option<DataCollection>,
    /// Restricts routing to endpoints with zero data retention. Default: the account's setting.
    pub zdr: Option<bool>,
    /// Restricts routing to models whose authors allow distillation. Default: `false`.
    pub enforce_distillable_text: Option<bool>,
    /// Quantizations that an endpoint may use. Default: all.
    #[wire(optional)]
    pub quantizations: Vec<Quantization>,
    /// Order of the providers. If set, requests are not balanced by price. Ignored if `order` is
    /// set.
    pub sort: Option<SortPreference>,
    /// Maximum prices.
    pub max_price: Option<MaxPrice>,
    /// Minimum throughput in tokens per second. Slower endpoints are tried last.
    pub preferred_min_throughput: Option<PercentilePreference>,
    /// Maximum latency in seconds. Slower endpoints are tried last.
    pub preferred_max_latency: Option<PercentilePreference>,
    /// Options for single providers, by provider slug. Only the options of the chosen provider are
    /// sent. The schema allows any option.
    #[wire(optional, open)]
    pub options: BTreeMap<String, BTreeMap<String, Raw>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ProviderPreferences {
    /// Creates a value with no member set.
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

/// Permission for providers to store the caller's data and to train on it.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DataCollection {
    /// Providers may store the data and train on it.
    Allow,
    /// Only providers that do not collect data are used.
    Deny,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Numeric format of a model's weights.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Quantization {
    /// 4-bit integers.
    Int4,
    /// 8-bit integers.
    Int8,
    /// 4-bit floating-point numbers.
    Fp4,
    /// 4-bit microscaling floating-point numbers.
    Mxfp4,
    /// 4-bit floating-point numbers in NVIDIA's format.
    Nvfp4,
    /// 6-bit floating-point numbers.
    Fp6,
    /// 8-bit floating-point numbers.
    Fp8,
    /// 8-bit microscaling floating-point numbers.
    Mxfp8,
    /// 16-bit floating-point numbers.
    Fp16,
    /// 16-bit brain floating-point numbers.
    Bf16,
    /// 32-bit floating-point numbers.
    Fp32,
    /// The value `unknown`: the endpoint does not publish its quantization.
    #[wire("unknown")]
    Undisclosed,
    /// A precision unknown to this version.
    Unknown(UnknownValue),
}

/// Order of the providers: a criterion, or a criterion with its scope.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum SortPreference {
    /// Criterion.
    #[wire(string)]
    By(ProviderSort),
    /// Criterion with its scope.
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

/// Criterion by which providers are ordered.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ProviderSort {
    /// Lowest price first.
    Price,
    /// Highest throughput first.
    Throughput,
    /// Lowest latency first.
    Latency,
    /// Best at tool calls first.
    Exacto,
    /// An order unknown to this version.
    Unknown(UnknownValue),
}

/// Criterion by which providers are ordered, and its scope.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct SortConfig {
    /// Criterion.
    pub by: Option<ProviderSort>,
    /// Scope of the order. Default: `model`.
    pub partition: Option<SortPartition>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl SortConfig {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(SortConfig {
    into by: ProviderSort;
    into partition: SortPartition;
});

/// Scope of the order of providers.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SortPartition {
    /// Endpoints are ordered within each model; fallback models remain fallbacks.
    Model,
    /// Endpoints of all models are ordered together.
    None,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Maximum prices in US dollars. More expensive endpoints are not used.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct MaxPrice {
    /// Maximum price per million prompt tokens.
    pub prompt: Option<Price>,
    /// Maximum price per million completion tokens.
    pub completion: Option<Price>,
    /// Maximum price per request.
    pub request: Option<Price>,
    /// Maximum price per image.
    pub image: Option<Price>,
    /// Maximum price per unit of audio.
    pub audio: Option<Price>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl MaxPrice {
    /// Creates a value with no member set.
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

/// Price in US dollars. The specification has a decimal string; many clients send a number.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum Price {
    /// A decimal as a string, such as `0.5`.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// Any other JSON.
    Unknown(Unknown),
}

impl Price {
    /// Returns the price as a number of US dollars, or `None` if it is not a finite number.
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

/// Limit on latency or throughput over the last five minutes: one number for the median, or one
/// number for each of several percentiles. Endpoints beyond the limit are tried last; none is
/// excluded.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum PercentilePreference {
    /// Limit on the median.
    #[wire(number)]
    Median(f64),
    /// Limits on several percentiles.
    #[wire(object)]
    Percentiles(PercentileCutoffs),
    /// Any other JSON.
    Unknown(Unknown),
}

/// Limits on several percentiles. An endpoint has to meet all of them.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct PercentileCutoffs {
    /// Limit on the median.
    pub p50: Option<f64>,
    /// Limit on the 75th percentile.
    pub p75: Option<f64>,
    /// Limit on the 90th percentile.
    pub p90: Option<f64>,
    /// Limit on the 99th percentile.
    pub p99: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl PercentileCutoffs {
    /// Creates a value with no member set.
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
