//! The second room: which endpoints are tried, in which order.
//!
//! `model`, then each of `models`; a name that no endpoint knows is passed over. Preferences and
//! prices come in with routing; until then a model's endpoints are tried in the order in which
//! the server was given them.

use std::sync::Arc;

use orouter_wire::{AvailabilityCode, ResponsesRequest};

use crate::endpoint::{Endpoint, Model};
use crate::failure::{Failure, FailureKind};

/// Maximum number of unknown models that a message repeats; `availability` has all of them.
const QUOTED: usize = 5;

/// One thing to try: an endpoint, and which of its models.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) endpoint: Arc<dyn Endpoint>,
    pub(crate) model: Model,
}

/// What to try for this request, first to last; never empty.
pub(crate) fn plan(
    request: &ResponsesRequest,
    endpoints: &[Arc<dyn Endpoint>],
) -> Result<Vec<Candidate>, Failure> {
    let names = requested(request);
    let mut candidates: Vec<Candidate> = Vec::new();
    for name in &names {
        for endpoint in endpoints {
            for model in endpoint
                .models()
                .iter()
                .filter(|model| model.answers_to(name))
            {
                let known = candidates
                    .iter()
                    .any(|c| c.model.id == model.id && Arc::ptr_eq(&c.endpoint, endpoint));
                if !known {
                    let (endpoint, model) = (Arc::clone(endpoint), model.clone());
                    candidates.push(Candidate { endpoint, model });
                }
            }
        }
    }
    if candidates.is_empty() {
        Err(not_found(names, endpoints))
    } else {
        Ok(candidates)
    }
}

/// The names of the models that the request asks for, in order.
fn requested(request: &ResponsesRequest) -> Vec<String> {
    request
        .model
        .iter()
        .chain(&request.models)
        .cloned()
        .collect()
}

fn not_found(names: Vec<String>, endpoints: &[Arc<dyn Endpoint>]) -> Failure {
    let known: Vec<String> = endpoints
        .iter()
        .flat_map(|e| e.models())
        .map(|model| model.id.clone())
        .collect();
    let quoted: Vec<String> = names
        .iter()
        .take(QUOTED)
        .map(|name| format!("`{name}`"))
        .collect();
    let message = format!(
        "no endpoint of this server has a model named {}; GET /api/v1/models lists what it has: {}",
        quoted.join(" or "),
        known.join(", "),
    );
    Failure::new(FailureKind::NotFound, message)
        .param("model")
        .availability(AvailabilityCode::ModelNotFound, names, known)
}
