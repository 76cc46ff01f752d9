//! The `openrouter_metadata` of a response or a failure.

use orouter_protocols::{Note, Notes};
use orouter_wire::Raw;
use orouter_wire::metadata::{
    EndpointInfo, EndpointsMetadata, OpenRouterMetadata, PipelineStage, PipelineStageType,
    RouterParams, RoutingStrategy,
};
use serde_json::json;

use super::path::Path;
use super::strategy;
use crate::catalog::{Endpoint, FamilyName};
use crate::quote::quote;

/// Name of the pipeline stage that holds the notes.
const STAGE: &str = "request";

/// Writes the metadata. `selected` is the model and the slug of the endpoint that serves; `None` for
/// a failure.
pub(super) fn of(
    path: &Path,
    selected: Option<(&str, &str)>,
    notes: &Notes,
) -> Box<OpenRouterMetadata> {
    let is = |endpoint: &Endpoint| selected == Some((&*endpoint.model.id, &*endpoint.slug));
    let mut endpoints = EndpointsMetadata::default();
    endpoints.total = path.total.max(path.available.len()) as u64;
    endpoints.available = path
        .available
        .iter()
        .map(|endpoint| {
            let mut info = EndpointInfo::default();
            info.model.clone_from(&endpoint.model.id);
            info.provider.clone_from(&endpoint.slug);
            info.selected = is(endpoint);
            info
        })
        .collect();
    let mut metadata = OpenRouterMetadata::default();
    metadata.requested = Some(
        path.names
            .first()
            .map(|name| quote(name))
            .unwrap_or_default(),
    );
    metadata.strategy = Some(strategy_of(path, selected));
    metadata.attempt = Some(path.attempts.len() as u64);
    metadata.attempts = Some(path.attempts.clone());
    metadata.summary = Some(summary(path, selected));
    metadata.endpoints = Some(endpoints);
    let elapsed = path.began.map(|began| began.elapsed().as_millis());
    metadata.generation_time =
        elapsed.map(|milliseconds| u64::try_from(milliseconds).unwrap_or(u64::MAX));
    metadata.is_byok = Some(false);
    metadata.params = params(path);
    metadata.pipeline = Some(stage(notes).into_iter().collect());
    // The specification requires the member and allows null.
    metadata.extra.insert("region", Raw::null());
    Box::new(metadata)
}

/// Returns the word for the choice of the selected model, or else of the model that was tried last.
fn strategy_of(path: &Path, selected: Option<(&str, &str)>) -> RoutingStrategy {
    let last = path.attempts.last();
    let tried = last.map(|attempt| (&*attempt.model, &*attempt.provider));
    let endpoint = selected
        .or(tried)
        .and_then(|(model, slug)| path.endpoint(model, slug));
    let first = path.available.first().map(|endpoint| &**endpoint);
    match endpoint.or(first) {
        Some(endpoint) => strategy::of(&path.names, &endpoint.model),
        None => RoutingStrategy::Direct,
    }
}

fn summary(path: &Path, selected: Option<(&str, &str)>) -> String {
    let mut summary = format!("available={}", path.available.len());
    if let Some((_, slug)) = selected {
        summary.push_str(", selected=");
        summary.push_str(slug);
    }
    if path.attempts.len() != 1 || selected.is_none() {
        summary.push_str(&format!(", attempts={}", path.attempts.len()));
    }
    summary
}

/// Returns the parameters that the choice depended on, if the request sets any.
fn params(path: &Path) -> Option<RouterParams> {
    let mut families = path.names.iter().filter_map(|name| FamilyName::new(name));
    let family = families.next().map(|name| quote(&name.group()));
    if family.is_none() && path.throughput_floor.is_none() {
        return None;
    }
    let mut params = RouterParams::default();
    params.version_group = family;
    params.throughput_floor = path.throughput_floor;
    Some(params)
}

/// Returns the stage with the notes, if there are any.
fn stage(notes: &Notes) -> Option<PipelineStage> {
    let list = notes.list();
    if list.is_empty() {
        return None;
    }
    let words = |note: &Note| format!("{} {}", note.param, note.action.as_str());
    let summary: Vec<String> = list.iter().map(words).collect();
    let entries: Vec<_> = list
        .iter()
        .map(|note| {
            json!({"param": note.param, "action": note.action.as_str(), "reason": note.reason})
        })
        .collect();
    let mut stage = PipelineStage::default();
    STAGE.clone_into(&mut stage.name);
    // The specification's list of types has none for the request itself.
    stage.r#type = Some(PipelineStageType::Plugin);
    stage.summary = Some(summary.join(", "));
    stage.data = Some(Raw::from(
        json!({"notes": entries, "dropped_notes": notes.dropped()}),
    ));
    Some(stage)
}
