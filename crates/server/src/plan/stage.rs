//! [`plan`]: the stage as a whole.

use std::sync::Arc;

use orouter_protocols::Notes;
use orouter_wire::{AvailabilityCode, ResponsesRequest};

use super::limits::Size;
use super::path::Path;
use super::{limits, order, preferences, refused, variant};
use crate::catalog::{Catalog, Endpoint};
use crate::failure::{Failure, FailureKind};
use crate::quote::{quote, quote_list};
use crate::upstream::check_media_urls;

/// Maximum number of models that a message names.
const QUOTED_MODELS: usize = 5;

/// Returns the endpoints to try for this request, in order; those of one model follow each other.
/// The list is not empty.
///
/// # Errors
/// A 404 if all models are unknown, or if the request's preferences exclude every endpoint; a 400
/// if the request exceeds the limits of every endpoint, asks for an order that this server cannot
/// give, or has a URL that no upstream may fetch.
pub(crate) fn plan(
    request: &ResponsesRequest,
    size: &Size<'_>,
    catalog: &Catalog,
    notes: &Notes,
) -> Result<Vec<Arc<Endpoint>>, Failure> {
    let mut all: Vec<Arc<Endpoint>> = Vec::new();
    let mut known = false;
    let first_model = usize::from(request.model.is_none());
    for (position, name) in requested(request).enumerate() {
        let path = Path::new(position + first_model);
        refused::family(&path, name)?;
        let (base, variant) = variant::split(&path, name, catalog)?;
        let Some(found) = catalog.find(base) else {
            continue;
        };
        known = true;
        if let Some(variant) = variant {
            variant::note(&path, variant, found.endpoints.len(), notes)?;
        }
        for endpoint in &found.endpoints {
            if !all.iter().any(|known| Arc::ptr_eq(known, endpoint)) {
                all.push(Arc::clone(endpoint));
            }
        }
    }
    let names = || requested(request).map(str::to_owned).collect::<Vec<_>>();
    if !known {
        return Err(catalog.unknown_model(names()).param("model"));
    }
    let reachable = |endpoint: &Arc<Endpoint>| endpoint.unsupported_protocol.is_none();
    let first_unreachable = all.iter().find(|endpoint| !reachable(endpoint)).cloned();
    all.retain(reachable);
    if all.is_empty() {
        return Err(no_endpoints(names(), first_unreachable.as_deref()));
    }
    refused::check(request, &all, notes)?;
    let mut kept = preferences::apply(request, size, all)?;
    if kept.iter().any(|endpoint| endpoint.upstream.is_some()) {
        check_media_urls(request)?;
    }
    limits::prefer_readers(request, &mut kept);
    let issuer = match kept.len() {
        1 => None,
        _ => catalog.issuer_of(request),
    };
    order::sort(request.provider.as_ref(), issuer.as_deref(), &mut kept);
    Ok(kept)
}

/// Returns the names of the models that the request names, in order.
fn requested(request: &ResponsesRequest) -> impl Iterator<Item = &str> {
    let names = request.model.iter().chain(&request.models);
    names.map(String::as_str)
}

/// The 404 of models that are known and have no endpoint that this version can reach.
fn no_endpoints(names: Vec<String>, unreachable: Option<&Endpoint>) -> Failure {
    let reason = match unreachable {
        Some(endpoint) => format!(
            "it is at {}, and this version cannot reach upstreams with the protocol `{}`",
            quote(&endpoint.slug),
            endpoint.unsupported_protocol.unwrap_or_default()
        ),
        None => "add one to the server's configuration".to_owned(),
    };
    let message = format!(
        "no endpoint serves {}: {reason}",
        quote_list(&names, QUOTED_MODELS)
    );
    let failure = Failure::new(FailureKind::NotFound, message).param("model");
    let failure = failure.availability(AvailabilityCode::NoEndpoints, names, Vec::new());
    match unreachable {
        Some(endpoint) => failure.affecting(vec![endpoint.slug.clone()]),
        None => failure,
    }
}
