//! Stage 2 of 5: the endpoints to try, in order.
//!
//! `model` comes first, then each of `models`; unknown names are skipped. The endpoints of a model
//! keep the order of the server's providers, unless [`preferences`] change it.

mod preferences;
mod variant;

use std::sync::Arc;

use orouter_wire::ResponsesRequest;

use crate::catalog::{Catalog, Endpoint};
use crate::failure::Failure;
use orouter_protocols::Notes;

/// Returns the endpoints to try for this request, in order. The list is not empty.
///
/// # Errors
/// A 404 if all models are unknown, or if the request's preferences exclude every endpoint; a 400
/// for a variant of a model that this server cannot offer.
pub(crate) fn plan(
    request: &ResponsesRequest,
    catalog: &Catalog,
    notes: &Notes,
) -> Result<Vec<Arc<Endpoint>>, Failure> {
    let mut endpoints: Vec<Arc<Endpoint>> = Vec::new();
    for (path, name) in requested_models(request) {
        let name = variant::remove(&path, name, catalog, notes)?;
        let found = catalog.find(name);
        for endpoint in found.into_iter().flat_map(|known| &known.endpoints) {
            if !endpoints.iter().any(|known| Arc::ptr_eq(known, endpoint)) {
                endpoints.push(Arc::clone(endpoint));
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
