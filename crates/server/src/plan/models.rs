//! The models that a request names, and their endpoints.

use std::sync::Arc;

use orouter_protocols::Notes;
use orouter_wire::{AvailabilityCode, ResponsesRequest};

use super::candidate::Candidate;
use super::path::Path;
use super::{effort, variant};
use crate::catalog::Catalog;
use crate::failure::{Failure, FailureKind};
use crate::quote::quote;

/// The variant of models that cost nothing.
const FREE: &str = ":free";

/// Returns the names of the models that the request names, in order.
pub(super) fn requested(request: &ResponsesRequest) -> impl Iterator<Item = &str> {
    let names = request.model.iter().chain(&request.models);
    names.map(String::as_str)
}

/// Returns the endpoints of the models that the request names, each once. Those of one model follow
/// each other. Unknown names are skipped. `None` if no name is known.
///
/// # Errors
/// A 400 for a variant that this server cannot offer, or an effort that a model does not support.
pub(super) fn candidates(
    request: &ResponsesRequest,
    catalog: &Catalog,
    notes: &Notes,
) -> Result<Option<Vec<Candidate>>, Failure> {
    let mut all: Vec<Candidate> = Vec::new();
    let mut known = false;
    let first_model = usize::from(request.model.is_none());
    for (position, name) in requested(request).enumerate() {
        let path = Path::new(position + first_model);
        let (base, variant) = variant::split(&path, name, catalog)?;
        let latest = base.starts_with('~');
        let Some(found) = catalog.find(base) else {
            continue;
        };
        known = true;
        if let Some(variant) = variant
            && let Some(reason) = replaced(request)
        {
            let reason = format!("{reason}; the variant `{}` does not", variant.as_str());
            notes.adjusted(path.to_string(), reason);
        }
        let effort = effort::sent(request, &found.model, latest)?;
        for endpoint in &found.endpoints {
            if !all.iter().any(|c| Arc::ptr_eq(&c.endpoint, endpoint)) {
                all.push(Candidate {
                    endpoint: Arc::clone(endpoint),
                    variant,
                    effort: effort.clone(),
                });
            }
        }
    }
    Ok(known.then_some(all))
}

/// Returns the member that decides the order instead of a variant.
fn replaced(request: &ResponsesRequest) -> Option<&'static str> {
    let provider = request.provider.as_deref()?;
    if !provider.order.is_empty() {
        return Some("`provider.order` decides the order of endpoints");
    }
    super::criterion::Criterion::of(Some(provider))
        .map(|_| "`provider.sort` decides the order of endpoints")
}

/// Returns the 404 of a request whose models are all unknown.
pub(super) fn unknown(request: &ResponsesRequest, catalog: &Catalog) -> Failure {
    let names: Vec<String> = requested(request).map(str::to_owned).collect();
    let paid = |name: &str| {
        let (base, variant) = name.split_at_checked(name.len().checked_sub(FREE.len())?)?;
        let free = variant.eq_ignore_ascii_case(FREE);
        catalog.listed(base).filter(|_| free).map(Arc::clone)
    };
    let Some((name, paid)) = requested(request).find_map(|name| Some((name, paid(name)?))) else {
        return catalog.unknown_model(names).param("model");
    };
    let id = &paid.model.id;
    let message = format!(
        "the free variant {} does not exist; send `{}`",
        quote(name),
        quote(id)
    );
    Failure::new(FailureKind::NotFound, message)
        .param("model")
        .availability(AvailabilityCode::FreeVariantEnded, names, vec![id.clone()])
}
