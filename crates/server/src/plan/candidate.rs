//! [`Candidate`]: an endpoint of a model that the request names.

use std::sync::Arc;

use orouter_wire::ReasoningEffort;

use super::variant::Variant;
use crate::catalog::Endpoint;

/// An endpoint of a model that the request names, and what the name adds.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) endpoint: Arc<Endpoint>,
    /// The variant of the name under which the request asks for the model.
    pub(super) variant: Option<Variant>,
    /// The reasoning effort to send instead of the request's.
    pub(super) effort: Option<ReasoningEffort>,
}

impl Candidate {
    /// Creates a candidate of a model that is named by its id.
    pub(super) fn plain(endpoint: &Arc<Endpoint>) -> Self {
        Self {
            endpoint: Arc::clone(endpoint),
            variant: None,
            effort: None,
        }
    }

    /// Returns `true` if both are endpoints of one model.
    pub(super) fn same_model(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.endpoint.model, &other.endpoint.model)
    }
}

/// Returns the endpoints of candidates.
pub(super) fn endpoints(candidates: &[Candidate]) -> Vec<Arc<Endpoint>> {
    let endpoints = candidates.iter().map(|c| Arc::clone(&c.endpoint));
    endpoints.collect()
}
