//! [`Path`]: the models, endpoints and attempts of one request.

use std::sync::Arc;
use std::time::Instant;

use orouter_store::AttemptRecord;
use orouter_wire::metadata::RouterAttempt;

use crate::body_echo::BodyEcho;
use crate::catalog::Endpoint;

/// The models, endpoints and attempts of one request.
#[derive(Default)]
pub(super) struct Path {
    /// The models that the request names, in order.
    pub(super) names: Vec<String>,
    /// `provider.preferred_min_throughput` of the request, in tokens per second.
    pub(super) throughput_floor: Option<f64>,
    /// Number of endpoints of the models, before any is excluded.
    pub(super) total: usize,
    /// The endpoints that can serve the request.
    pub(super) available: Vec<Arc<Endpoint>>,
    /// The attempts with a result.
    pub(super) attempts: Vec<RouterAttempt>,
    /// The attempts with a result, for the record in the store.
    pub(super) stored: Vec<AttemptRecord>,
    /// Number of attempts, with the one that runs.
    pub(super) attempted: u64,
    /// Start of the last attempt.
    pub(super) began: Option<Instant>,
    /// The bodies that were sent to upstreams, if the request asks for them.
    pub(super) body_echo: Option<BodyEcho>,
    /// `true` if the serving endpoint is reached over HTTP.
    pub(super) upstream: bool,
}

impl Path {
    /// Returns the available endpoint with this model and slug.
    pub(super) fn endpoint(&self, model: &str, slug: &str) -> Option<&Endpoint> {
        let mut available = self.available.iter();
        let found = available.find(|endpoint| endpoint.model.id == model && endpoint.slug == slug);
        found.map(|endpoint| &**endpoint)
    }
}
