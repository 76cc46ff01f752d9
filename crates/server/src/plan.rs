//! The second room: which endpoints are tried, in which order.
//!
//! `model`, then each of `models`; a name that no endpoint knows is passed over. A model's endpoints
//! are tried in the order in which the server was given them, unless the request's preferences say
//! otherwise.

use std::sync::Arc;

use orouter_wire::{AvailabilityCode, ResponsesRequest};

use crate::endpoint::{Endpoint, Model};
use crate::failure::{Failure, FailureKind};
use crate::notes::Notes;
use crate::preferences;
use crate::quote::{quote, quote_list};

/// Maximum number of models that a message names.
const QUOTED: usize = 5;

/// One thing to try: an endpoint, and which of its models.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) endpoint: Arc<dyn Endpoint>,
    pub(crate) model: Model,
}

/// Returns what to try for this request, first to last; never empty.
///
/// # Errors
/// A 404 if no endpoint has one of the models, or if the request's preferences exclude all of them;
/// a 400 for a variant of a model that this server cannot offer.
pub(crate) fn plan(
    request: &ResponsesRequest,
    endpoints: &[Arc<dyn Endpoint>],
    notes: &Notes,
) -> Result<Vec<Candidate>, Failure> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (path, name) in requested(request) {
        for endpoint in endpoints {
            for model in matching(endpoint, variant(&path, name, endpoints, notes)?) {
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
        let names: Vec<String> = requested(request)
            .map(|(_, name)| name.to_owned())
            .collect();
        return Err(not_found(names, endpoints));
    }
    preferences::apply(request, candidates)
}

/// The names of the models that the request asks for, in order, each with its path.
fn requested(request: &ResponsesRequest) -> impl Iterator<Item = (String, &str)> {
    let model = request.model.iter();
    let models = request.models.iter().enumerate();
    model
        .map(|name| ("model".to_owned(), name.as_str()))
        .chain(models.map(|(index, name)| (format!("models[{index}]"), name.as_str())))
}

/// The models of an endpoint that this name means.
fn matching<'a>(endpoint: &'a Arc<dyn Endpoint>, name: &'a str) -> impl Iterator<Item = &'a Model> {
    let models = endpoint.models().iter();
    models.filter(move |model| model.answers_to(name))
}

/// Returns the name without a variant that only orders the endpoints of a model. A name with a
/// variant that is in the catalogue itself, such as `:free`, is left as it is.
fn variant<'a>(
    path: &str,
    name: &'a str,
    endpoints: &[Arc<dyn Endpoint>],
    notes: &Notes,
) -> Result<&'a str, Failure> {
    let listed = |name: &str| endpoints.iter().any(|e| matching(e, name).next().is_some());
    let Some((base, variant)) = name.rsplit_once(':').filter(|_| !listed(name)) else {
        return Ok(name);
    };
    let lacks = match variant.to_ascii_lowercase().as_str() {
        "nitro" | "floor" => {
            let reason = format!(
                "the variant `{variant}` orders endpoints; this server tries them in the order in \
                 which it lists them"
            );
            notes.adjusted(path, reason);
            return Ok(base);
        }
        "online" => "web search",
        "exacto" => "success figures of tool calls to sort by",
        _ => return Ok(name),
    };
    Err(Failure::invalid(
        path,
        format!(
            "`{path}` is `{}`; this server has no {lacks}: leave out `:{variant}`",
            quote(name)
        ),
    ))
}

fn not_found(names: Vec<String>, endpoints: &[Arc<dyn Endpoint>]) -> Failure {
    let known: Vec<String> = endpoints
        .iter()
        .flat_map(|e| e.models())
        .map(|model| model.id.clone())
        .collect();
    let message = format!(
        "unknown model {}; GET /api/v1/models lists what this server offers: {}",
        quote_list(&names, QUOTED),
        quote_list(&known, QUOTED),
    );
    Failure::new(FailureKind::NotFound, message)
        .param("model")
        .availability(AvailabilityCode::ModelNotFound, names, known)
}
