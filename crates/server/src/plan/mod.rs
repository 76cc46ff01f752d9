//! Stage 2 of 5: the endpoints to try, in order.
//!
//! `model` comes first, then each of `models`; unknown names are skipped. The endpoints of a model
//! keep the order of the server's providers, unless [`preferences`] change it.

mod endpoint;
mod preferences;
mod variant;

use std::sync::Arc;

use orouter_wire::ResponsesRequest;

use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::notes::Notes;

pub(crate) use endpoint::Endpoint;

/// Returns the endpoints to try for this request, in order. The list is not empty.
///
/// # Errors
/// A 404 if all models are unknown, or if the request's preferences exclude every endpoint; a 400
/// for a variant of a model that this server cannot offer.
pub(crate) fn plan(
    request: &ResponsesRequest,
    catalog: &Catalog,
    notes: &Notes,
) -> Result<Vec<Endpoint>, Failure> {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for (path, name) in requested_models(request) {
        let name = variant::remove(&path, name, catalog, notes)?;
        for provider in catalog.providers() {
            for model in provider.models().iter().filter(|m| m.is_named(name)) {
                if !endpoints.iter().any(|known| known.is(provider, model)) {
                    let (provider, model) = (Arc::clone(provider), model.clone());
                    endpoints.push(Endpoint { provider, model });
                }
            }
        }
    }
    if endpoints.is_empty() {
        let names = requested_models(request).map(|(_, name)| name.to_owned());
        return Err(catalog.unknown_model(names.collect()).param("model"));
    }
    preferences::apply(request, endpoints)
}

/// Returns the paths and names of the models that the request names, in order.
fn requested_models(request: &ResponsesRequest) -> impl Iterator<Item = (String, &str)> {
    let model = request.model.iter();
    let models = request.models.iter().enumerate();
    model
        .map(|name| ("model".to_owned(), name.as_str()))
        .chain(models.map(|(index, name)| (format!("models[{index}]"), name.as_str())))
}
