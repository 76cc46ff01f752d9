//! [`Availability`]: the reason why a model cannot be served.

use crate::extra::Extra;
use crate::unknown::UnknownValue;

/// The reason why a model cannot be served, and alternatives.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Availability {
    /// The reason.
    pub code: Option<AvailabilityCode>,
    /// `true` if the same request may succeed later.
    pub retryable: bool,
    /// When to try again, in seconds.
    pub retry_after: Option<f64>,
    /// The models that the request named.
    pub requested_models: Option<Vec<String>>,
    /// The providers that cannot serve.
    pub affected_providers: Option<Vec<String>>,
    /// The constraints that excluded providers: `geo`, `max_price`, `data_policy:zdr`, ...
    pub excluded_by: Option<Vec<String>>,
    /// Models that could serve instead.
    pub fallback_models: Option<Vec<String>>,
    /// The member of the request that excludes every provider.
    pub constraint: Option<AvailabilityConstraint>,
    /// Where this is explained.
    pub docs_url: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The member of a request that excludes every provider.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AvailabilityConstraint {
    /// The member's name.
    pub field: Option<String>,
    /// The reason why no provider satisfies it.
    pub detail: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The reason code.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AvailabilityCode {
    /// The model does not exist.
    ModelNotFound,
    /// The model is served by another endpoint of the API.
    WrongEndpoint,
    /// No provider serves the model.
    NoEndpoints,
    /// The model was withdrawn.
    ModelDeprecated,
    /// The provider withdrew the model.
    ModelUnavailableUpstream,
    /// The account's privacy settings exclude every provider.
    PrivacyRestricted,
    /// The request's constraints exclude every provider.
    ConstraintFiltered,
    /// The free variant has ended.
    FreeVariantEnded,
    /// Every provider is at capacity; retryable.
    CapacityExhausted,
    /// Every provider fails at the moment; retryable.
    TemporarilyUnavailable,
    /// The model is not available in the region of the caller.
    RegionRestricted,
    /// A code that this version does not know.
    Unknown(UnknownValue),
}
