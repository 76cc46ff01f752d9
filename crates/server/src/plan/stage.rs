//! [`plan`]: the stage as a whole.

use orouter_protocols::Notes;
use orouter_wire::settings::Route;
use orouter_wire::{AvailabilityCode, ResponsesRequest};

use super::candidate::{Candidate, endpoints};
use super::conversation::conversation;
use super::limits::Size;
use super::order::{Order, Sorted};
use super::tiers::Tiers;
use super::{limits, models, preferences};
use crate::catalog::{Catalog, CatalogModel, Conversation};
use crate::failure::{Failure, FailureKind};
use crate::metadata::Routing;
use crate::planned::Planned;
use crate::quote::quote_list;
use crate::upstream::check_media_urls;

/// Maximum number of models that a message names.
const QUOTED_MODELS: usize = 5;

/// Maximum number of models that a failure names as alternatives, and of those that are searched.
const MAX_ALTERNATIVES: usize = 20;
const MAX_SEARCHED: usize = 2000;

/// A request, and what the plan for it depends on.
pub(crate) struct Question<'a> {
    pub(crate) request: &'a ResponsesRequest,
    pub(crate) size: Size<'a>,
    pub(crate) catalog: &'a Catalog,
    /// The caller's key; empty if the request has none.
    pub(crate) caller: &'a [u8],
    /// The header with the id of the session.
    pub(crate) session: Option<&'a str>,
}

/// The result of the stage.
pub(crate) struct Plan {
    /// The endpoints to try, in order; at least one.
    pub(crate) endpoints: Vec<Planned>,
    /// The conversation that the request belongs to, if an endpoint may keep it.
    pub(crate) conversation: Option<Conversation>,
}

/// Returns the endpoints to try for a request.
///
/// # Errors
/// A 404 if all models are unknown, or if the request's preferences exclude every endpoint; a 400
/// if the request exceeds the limits of every endpoint, asks for a variant or a reasoning effort
/// that a model does not have, or has a URL that no upstream may fetch.
pub(crate) fn plan(question: &Question<'_>, routing: &Routing) -> Result<Plan, Failure> {
    let (request, size, catalog) = (question.request, &question.size, question.catalog);
    let notes = routing.notes();
    let Some(all) = models::candidates(request, catalog, notes)? else {
        return Err(models::unknown(request, catalog));
    };
    routing.candidates(all.len());
    if all.is_empty() {
        return Err(no_endpoints(request));
    }
    let of_models = endpoints(&all);
    let tiers = Tiers::new(request);
    let mut kept = preferences::apply(request, size, &tiers, all)
        .map_err(|failure| failure.instead(alternatives(question, &tiers)))?;
    if kept.iter().any(|c| c.endpoint.upstream.is_some()) {
        check_media_urls(request)?;
    }
    limits::prefer_readers(request, &mut kept);
    note_replaced(request, notes);
    let issuer = match kept.len() {
        1 => None,
        _ => catalog.issuer_of(request),
    };
    let conversations = catalog.conversations();
    let conversation = match kept.iter().any(|c| c.endpoint.has_cheaper_reads()) {
        true => conversation(request, question.caller, question.session, conversations),
        false => None,
    };
    let order = Order::new(request, &tiers)
        .issuer(issuer.as_deref())
        .conversation(conversation, conversations);
    let planned = |Sorted { candidate, group }| Planned {
        tier: tiers.sent(&candidate.endpoint, &of_models),
        endpoint: candidate.endpoint,
        effort: candidate.effort,
        group,
    };
    Ok(Plan {
        endpoints: order.sort(kept).into_iter().map(planned).collect(),
        conversation,
    })
}

/// Returns the listed models that have an endpoint which the request's preferences leave.
fn alternatives(question: &Question<'_>, tiers: &Tiers<'_>) -> Vec<String> {
    let models = question.catalog.models().take(MAX_SEARCHED);
    let fits = |known: &&CatalogModel| {
        let candidates: Vec<Candidate> = known.endpoints.iter().map(Candidate::plain).collect();
        preferences::leave_any(question.request, &question.size, tiers, &candidates)
    };
    let found = models.filter(fits).take(MAX_ALTERNATIVES);
    found.map(|known| known.model.id.clone()).collect()
}

/// Notes the members that `provider.order` replaces.
fn note_replaced(request: &ResponsesRequest, notes: &Notes) {
    let Some(provider) = &request.provider else {
        return;
    };
    if provider.order.is_empty() {
        return;
    }
    for (member, is_set) in [
        ("provider.sort", provider.sort.is_some()),
        ("route", request.route == Some(Route::Sort)),
        ("session_id", request.session_id.is_some()),
    ] {
        if is_set {
            notes.ignored(
                member,
                "`provider.order` decides which endpoint comes first",
            );
        }
    }
}

/// The 404 of models that are known and have no endpoint.
fn no_endpoints(request: &ResponsesRequest) -> Failure {
    let names: Vec<String> = models::requested(request).map(str::to_owned).collect();
    let message = format!(
        "no endpoint serves {}: add one to the server's configuration",
        quote_list(&names, QUOTED_MODELS)
    );
    let failure = Failure::new(FailureKind::NotFound, message).param("model");
    failure.availability(AvailabilityCode::NoEndpoints, names, Vec::new())
}
