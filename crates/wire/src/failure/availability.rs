//! [`Availability`]: the reason why a model cannot be served.

use crate::extra::Extra;
use crate::unknown::UnknownValue;

/// Why a model cannot be served, and what would help.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Availability {
    /// The reason.
    pub code: Option<AvailabilityCode>,
    /// Whether the same request may work later.
    pub retryable: bool,
    /// When to try again, in seconds.
    pub retry_after: Option<f64>,
    /// The models that the request named.
    pub requested_models: Option<Vec<String>>,
    /// The providers that cannot serve.
    pub affected_providers: Option<Vec<String>>,
    /// What ruled providers out: `geo`, `max_price`, `data_policy:zdr`, ...
    pub excluded_by: Option<Vec<String>>,
    /// Models that could serve instead.
    pub fallback_models: Option<Vec<String>>,
    /// The member of the request that rules everything out.
    pub constraint: Option<AvailabilityConstraint>,
    /// Where this is explained.
    pub docs_url: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The member of a request that leaves nobody to serve it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AvailabilityConstraint {
    /// The member's name.
    pub field: Option<String>,
    /// What about it.
    pub detail: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Why a model cannot be served.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AvailabilityCode {
    /// There is no such model.
    ModelNotFound,
    /// The model is served by another endpoint of the API.
    WrongEndpoint,
    /// Nobody serves the model.
    NoEndpoints,
    /// The model is gone for good.
    ModelDeprecated,
    /// The model is gone at its provider.
    ModelUnavailableUpstream,
    /// The account's privacy settings rule everyone out.
    PrivacyRestricted,
    /// The request's constraints rule everyone out.
    ConstraintFiltered,
    /// The free variant has ended.
    FreeVariantEnded,
    /// Everyone is at capacity; retryable.
    CapacityExhausted,
    /// Everyone is failing at the moment; retryable.
    TemporarilyUnavailable,
    /// Not from this region.
    RegionRestricted,
    /// A code that this version does not know.
    Unknown(UnknownValue),
}
