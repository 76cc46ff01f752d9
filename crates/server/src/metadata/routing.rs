//! [`Routing`]: the record of the path of one request through the server.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use orouter_protocols::Notes;
use orouter_store::AttemptRecord;
use orouter_wire::metadata::{OpenRouterMetadata, RouterAttempt};
use orouter_wire::{PercentilePreference, Raw, ResponsesRequest};

use super::document;
use super::path::Path;
use crate::body_echo::BodyEcho;
use crate::catalog::Endpoint;
use crate::failure::Failure;
use crate::planned::Planned;

/// The member that asks for the bodies of upstream requests.
const ECHO: &str = "debug.echo_upstream_body";

/// The record of the path of one request through the server. Clones share it.
#[derive(Clone)]
pub(crate) struct Routing {
    /// `true` if the request asks for metadata.
    asked: bool,
    /// `true` if the attempts are recorded in the store.
    stored: bool,
    notes: Notes,
    path: Arc<Mutex<Path>>,
}

impl Routing {
    /// Starts the record of a request. `asked`: the request asks for metadata.
    pub(crate) fn new(asked: bool) -> Self {
        Self {
            asked,
            stored: false,
            notes: Notes::default(),
            path: Arc::default(),
        }
    }

    /// Sets if the attempts are recorded in the store.
    pub(crate) fn stored(mut self, stored: bool) -> Self {
        self.stored = stored;
        self
    }

    /// Returns the notes of the request.
    pub(crate) fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Records the models that the request names, and its preferences that the metadata repeats.
    pub(crate) fn requested(&self, request: &ResponsesRequest) {
        let debug = request.debug.as_ref();
        if debug.is_some_and(|debug| debug.echo_upstream_body == Some(true)) {
            if request.stream == Some(true) {
                self.path().body_echo = Some(BodyEcho::default());
            } else {
                self.notes.ignored(ECHO, "only a stream shows it");
            }
        }
        if !self.asked {
            return;
        }
        let provider = request.provider.as_deref();
        let floor = provider.and_then(|provider| provider.preferred_min_throughput.as_ref());
        let mut path = self.path();
        path.names = request
            .model
            .iter()
            .chain(&request.models)
            .cloned()
            .collect();
        path.throughput_floor = floor.and_then(|floor| match floor {
            PercentilePreference::Median(median) => Some(*median),
            PercentilePreference::Percentiles(cutoffs) => cutoffs.p50,
            _ => None,
        });
    }

    /// Records the number of endpoints of the requested models, before any is excluded.
    pub(crate) fn candidates(&self, total: usize) {
        if self.asked {
            self.path().total = total;
        }
    }

    /// Records the endpoints that can serve the request.
    pub(crate) fn planned(&self, plan: &[Planned]) {
        if self.asked {
            let endpoints = plan.iter().map(|planned| Arc::clone(&planned.endpoint));
            self.path().available = endpoints.collect();
        }
    }

    /// Records that an upstream serves the request, so that its messages are masked.
    pub(crate) fn served_by_upstream(&self) {
        self.path().upstream = true;
    }

    /// Returns a failure that the serving endpoint reports as the client may see it.
    pub(crate) fn shown(&self, failure: Failure) -> Failure {
        if self.path().upstream {
            failure.masked()
        } else {
            failure
        }
    }

    /// Counts an attempt that begins. The client may disconnect before its result.
    pub(crate) fn begin_attempt(&self) {
        let mut path = self.path();
        path.attempted += 1;
        path.began = Some(Instant::now());
    }

    /// Takes back the attempt that began last: the endpoint cannot express the request, and nothing
    /// was sent to it.
    pub(crate) fn cancel_attempt(&self) {
        let mut path = self.path();
        path.attempted = path.attempted.saturating_sub(1);
        if path.attempted == 0 {
            path.began = None;
        }
    }

    /// Returns the receiver of the body that the next attempt sends to this endpoint, if the request
    /// asks for it. Notes that there is no body if the endpoint is not reached over HTTP.
    pub(crate) fn body_echo(&self, endpoint: &Endpoint) -> Option<BodyEcho> {
        let echo = self.path().body_echo.clone()?;
        if endpoint.upstream.is_none() {
            self.notes.ignored(
                ECHO,
                "the model runs in this server, without an upstream request",
            );
            return None;
        }
        echo.begin_attempt();
        Some(echo)
    }

    /// Takes the bodies out that were sent to upstreams so far, if the request asks for them.
    pub(crate) fn take_bodies(&self) -> Vec<String> {
        let echo = self.path().body_echo.clone();
        echo.map(|echo| echo.take()).unwrap_or_default()
    }

    /// Records an attempt at an endpoint and the HTTP status of its response. `maybe_billed`: the
    /// attempt failed, and the provider may bill it.
    pub(crate) fn attempted(&self, model: &str, provider: &str, status: u16, maybe_billed: bool) {
        if self.stored {
            let mut path = self.path();
            let mut attempt = AttemptRecord::default();
            attempt.model = Some(model.to_owned());
            attempt.endpoint = Some(provider.to_owned());
            let name = provider.split('/').next().unwrap_or_default();
            attempt.provider = Some(name.to_owned());
            attempt.status = Some(status);
            let time = path.began.map(|began| began.elapsed().as_millis());
            attempt.latency_ms = time.map(|time| u64::try_from(time).unwrap_or(u64::MAX));
            path.stored.push(attempt);
        }
        if !self.asked {
            return;
        }
        let mut attempt = RouterAttempt::default();
        model.clone_into(&mut attempt.model);
        provider.clone_into(&mut attempt.provider);
        attempt.status = status.into();
        if maybe_billed {
            attempt
                .extra
                .insert("maybe_billed", Raw::from(serde_json::Value::Bool(true)));
        }
        self.path().attempts.push(attempt);
    }

    /// Takes the attempts for the record in the store.
    pub(crate) fn take_attempts(&self) -> Vec<AttemptRecord> {
        std::mem::take(&mut self.path().stored)
    }

    /// Returns the number of attempts.
    pub(crate) fn attempts(&self) -> u64 {
        self.path().attempted
    }

    /// Returns the metadata of a response by this model and provider, if the request asks for it.
    pub(crate) fn served(&self, model: &str, provider: &str) -> Option<Box<OpenRouterMetadata>> {
        self.asked
            .then(|| document::of(&self.path(), Some((model, provider)), &self.notes))
    }

    /// Returns the metadata of a request that ends with this failure, if the request asks for it
    /// and the status is one that carries metadata: 404, 408, 502, 503, 524 or 529.
    pub(crate) fn failed(&self, failure: &Failure) -> Option<Box<OpenRouterMetadata>> {
        let carries = matches!(failure.status().as_u16(), 404 | 408 | 502 | 503 | 524 | 529);
        (self.asked && carries).then(|| document::of(&self.path(), None, &self.notes))
    }

    fn path(&self) -> MutexGuard<'_, Path> {
        self.path.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
            (FailureKind::ProviderTimeout, true),
            (FailureKind::Server, false),
            (FailureKind::InvalidRequest, false),
            (FailureKind::ContextLengthExceeded, false),
            (FailureKind::ContentPolicy, false),
            (FailureKind::Authentication, false),
            (FailureKind::PermissionDenied, false),
            (FailureKind::PayloadTooLarge, false),
            (FailureKind::UnsupportedMediaType, false),
            (FailureKind::Unprocessable, false),
            (FailureKind::RateLimited, false),
        ] {
            let failure = Failure::new(kind, "");
            assert_eq!(asked.failed(&failure).is_some(), carries, "{kind:?}");
            assert!(Routing::new(false).failed(&failure).is_none());
        }
    }

    #[test]
    fn the_time_is_that_of_the_last_attempt() {
        let routing = Routing::new(true);
        let failure = Failure::new(FailureKind::ProviderOverloaded, "");
        let time = || routing.failed(&failure).expect("metadata").generation_time;
        assert_eq!(time(), None, "no attempt");
        routing.begin_attempt();
        routing.cancel_attempt();
        assert_eq!((time(), routing.attempts()), (None, 0));
        routing.begin_attempt();
        assert!(time().is_some());
    }

    #[test]
    fn params_repeat_what_the_choice_depends_on() {
        let params = |request: &str| {
            let routing = Routing::new(true);
            routing.requested(&orouter_wire::from_str(request).expect("a request"));
            let params = routing.served("a/b", "local").expect("metadata").params;
            params.map(|params| (params.version_group, params.throughput_floor))
        };
        assert_eq!(params(r#"{"model":"a/b"}"#), None);
        for name in ["~a/b-latest", "~a/b-Latest", "~a/b-latest:nitro"] {
            assert_eq!(
                params(&format!(r#"{{"model":"{name}"}}"#)),
                Some((Some("a/b".to_owned()), None)),
                "{name}"
            );
        }
        assert_eq!(
            params(r#"{"model":"a/b","provider":{"preferred_min_throughput":50}}"#),
            Some((None, Some(50.0)))
        );
        assert_eq!(
            params(
                r#"{"model":"a/b","provider":{"preferred_min_throughput":{"p50":7.5,"p90":1}}}"#
            ),
            Some((None, Some(7.5)))
        );
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
