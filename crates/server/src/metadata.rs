//! [`Routing`]: the path of one request through the server, and the `openrouter_metadata` with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use orouter_wire::metadata::{
    EndpointInfo, EndpointsMetadata, OpenRouterMetadata, PipelineStage, PipelineStageType,
    RouterAttempt, RoutingStrategy,
};
use orouter_wire::{Raw, ResponsesRequest};
use serde_json::json;

use crate::catalog::Endpoint;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::{Note, Notes};

/// Name of the pipeline stage that holds the notes.
const STAGE: &str = "request";

/// The path of one request through the server. Clones share it.
#[derive(Clone)]
pub(crate) struct Routing {
    /// `true` if the request asks for metadata.
    asked: bool,
    started: Instant,
    notes: Notes,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The model that the request names first.
    requested: String,
    /// `true` if the request names more than one model.
    several: bool,
    available: Vec<EndpointInfo>,
    attempts: Vec<RouterAttempt>,
    /// Number of attempts.
    attempted: u64,
    /// `true` if the serving endpoint is reached over HTTP.
    upstream: bool,
}

impl Routing {
    /// Starts the record of a request that arrives now. `asked`: the request asks for metadata.
    pub(crate) fn new(asked: bool) -> Self {
        Self {
            asked,
            started: Instant::now(),
            notes: Notes::default(),
            state: Arc::default(),
        }
    }

    /// Returns the notes of the request.
    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Records the models that the request names.
    pub(crate) fn requested(&self, request: &ResponsesRequest) {
        if !self.asked {
            return;
        }
        let mut names = request.model.iter().chain(&request.models);
        let mut state = self.state();
        state.requested = names.next().map(|name| quote(name)).unwrap_or_default();
        state.several = names.next().is_some();
    }

    /// Records the endpoints that can serve the request.
    pub(crate) fn planned(&self, endpoints: &[Arc<Endpoint>]) {
        if !self.asked {
            return;
        }
        self.state().available = endpoints
            .iter()
            .map(|endpoint| {
                let mut info = EndpointInfo::default();
                info.model.clone_from(&endpoint.model.id);
                info.provider.clone_from(&endpoint.slug);
                info
            })
            .collect();
    }

    /// Records that an upstream serves the request, so that its messages are masked.
    pub(crate) fn served_by_upstream(&self) {
        self.state().upstream = true;
    }

    /// Returns a failure that the serving endpoint reports as the client may see it.
    pub(crate) fn shown(&self, failure: Failure) -> Failure {
        if self.state().upstream {
            failure.masked()
        } else {
            failure
        }
    }

    /// Counts an attempt that begins. The client may disconnect before its result.
    pub(crate) fn begin_attempt(&self) {
        self.state().attempted += 1;
    }

    /// Records an attempt at an endpoint and the HTTP status of its response. `maybe_billed`: the
    /// attempt failed, and the provider may bill it.
    pub(crate) fn attempted(&self, model: &str, provider: &str, status: u16, maybe_billed: bool) {
        if !self.asked {
            return;
        }
        let mut state = self.state();
        let mut attempt = RouterAttempt::default();
        model.clone_into(&mut attempt.model);
        provider.clone_into(&mut attempt.provider);
        attempt.status = status.into();
        if maybe_billed {
            attempt
                .extra
                .insert("maybe_billed", Raw::from(serde_json::Value::Bool(true)));
        }
        state.attempts.push(attempt);
    }

    /// Returns the number of attempts.
    pub(crate) fn attempts(&self) -> u64 {
        self.state().attempted
    }

    /// Returns the metadata of a response by this model and provider, if the request asks for it.
    pub(crate) fn served(&self, model: &str, provider: &str) -> Option<Box<OpenRouterMetadata>> {
        self.asked.then(|| self.document(Some((model, provider))))
    }

    /// Returns the metadata of a request that ends with this failure, if the request asks for it
    /// and the status is one that carries metadata: 404, 408, 502, 503, 524 or 529.
    pub(crate) fn failed(&self, failure: &Failure) -> Option<Box<OpenRouterMetadata>> {
        let carries = matches!(failure.status().as_u16(), 404 | 408 | 502 | 503 | 524 | 529);
        (self.asked && carries).then(|| self.document(None))
    }

    fn document(&self, selected: Option<(&str, &str)>) -> Box<OpenRouterMetadata> {
        let state = self.state();
        let mut available = state.available.clone();
        for info in &mut available {
            info.selected = selected == Some((&info.model, &info.provider));
        }
        let mut endpoints = EndpointsMetadata::default();
        endpoints.total = available.len() as u64;
        endpoints.available = available;
        let attempts = state.attempts.len() as u64;
        let mut metadata = OpenRouterMetadata::default();
        metadata.requested = Some(state.requested.clone());
        metadata.strategy = Some(strategy(&state, selected));
        metadata.attempt = Some(attempts);
        metadata.attempts = Some(state.attempts.clone());
        metadata.summary = Some(match selected {
            Some((model, provider)) => format!(
                "available={}, attempts={attempts}, selected={model} at {provider}",
                endpoints.total
            ),
            None => format!("available={}, attempts={attempts}", endpoints.total),
        });
        metadata.endpoints = Some(endpoints);
        let elapsed = self.started.elapsed().as_millis();
        metadata.generation_time = Some(u64::try_from(elapsed).unwrap_or(u64::MAX));
        metadata.is_byok = Some(false);
        metadata.pipeline = Some(stage(&self.notes).into_iter().collect());
        // The specification requires the member and allows null.
        metadata.extra.insert("region", Raw::null());
        Box::new(metadata)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the word for the choice of the selected model.
fn strategy(state: &State, selected: Option<(&str, &str)>) -> RoutingStrategy {
    match selected {
        Some((model, _)) if model.eq_ignore_ascii_case(&state.requested) => RoutingStrategy::Direct,
        Some(_) if state.several => RoutingStrategy::Fallback,
        Some(_) => RoutingStrategy::Alias,
        None if state.several => RoutingStrategy::Fallback,
        None => RoutingStrategy::Direct,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;

    #[test]
    fn only_some_failures_carry_metadata() {
        let asked = Routing::new(true);
        for (kind, carries) in [
            (FailureKind::NotFound, true),
            (FailureKind::RequestTimeout, true),
            (FailureKind::ProviderUnavailable, true),
            (FailureKind::ProviderOverloaded, true),
            (FailureKind::Server, false),
            (FailureKind::InvalidRequest, false),
            (FailureKind::PayloadTooLarge, false),
        ] {
            let failure = Failure::new(kind, "");
            assert_eq!(asked.failed(&failure).is_some(), carries, "{kind:?}");
            assert!(Routing::new(false).failed(&failure).is_none());
        }
    }

    #[test]
    fn notes_are_one_stage_of_the_pipeline() {
        let routing = Routing::new(true);
        let blank = routing.served("a/b", "local").expect("metadata");
        assert_eq!(blank.pipeline, Some(Vec::new()));
        routing.notes().ignored("text.verbosity", "no such setting");
        let metadata = routing.served("a/b", "local").expect("metadata");
        let text = orouter_wire::to_string(&*metadata);
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["region"], serde_json::Value::Null);
        assert_eq!(json["pipeline"][0]["summary"], "text.verbosity ignored");
        let note = &json["pipeline"][0]["data"]["notes"][0];
        assert_eq!(note["param"], "text.verbosity");
        assert_eq!(note["action"], "ignored");
        assert_eq!(note["reason"], "no such setting");
    }
}
