//! [`RequestLog`]: one log line for each request. Its facts are collected while the request is
//! served, and written when the response ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use http::{Method, StatusCode};
use orouter_wire::ApiErrorType;

use crate::failure::{Failure, FailureKind};
use crate::metrics::{ErrorType, KnownMethod, Metrics};
use crate::route_names;
use crate::shown_path::without_key;
use crate::traces::{EndedRequest, ParentSpan, RequestSpan};

/// Maximum length of the path in a log line, in characters.
const PATH_LIMIT: usize = 200;

/// Maximum length of other text in a log line that a client or a library chose, in characters.
const TEXT_LIMIT: usize = 120;

/// Maximum length of the description of an internal error, in characters.
const DETAIL_LIMIT: usize = 500;

/// Status in the log line of a request whose client disconnected before the response began, as in
/// nginx. It is never sent.
const CLIENT_CLOSED: u16 = 499;

/// Returns text of a client or a library, shortened to `limit` characters.
///
/// The subscriber escapes line breaks and quotes, so that the text cannot forge a line or a field.
fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The result of a request, as its log line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The response is complete.
    Completed,
    /// The response is complete, and a limit or a filter cut the text.
    Incomplete,
    /// The request got a 4xx.
    Refused,
    /// The request got a 5xx, or the stream ended with `response.failed`.
    Failed,
    /// The client disconnected before the end.
    Cancelled,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Incomplete => "incomplete",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_status(status: StatusCode) -> Self {
        if status.is_server_error() {
            Self::Failed
        } else if status.is_client_error() {
            Self::Refused
        } else {
            Self::Completed
        }
    }
}

/// The log line of one request. Clones share it; it is written once.
#[derive(Clone)]
pub(crate) struct RequestLog(Arc<Mutex<Facts>>);

struct Facts {
    metrics: Arc<Metrics>,
    span: RequestSpan,
    known_method: KnownMethod,
    /// The position of the route's template.
    route: Option<usize>,
    method: String,
    path: String,
    /// The client's own `X-Request-Id`.
    client_request_id: Option<String>,
    started: Instant,
    written: bool,
    generation: Option<String>,
    status: Option<StatusCode>,
    outcome: Option<Outcome>,
    error_type: Option<String>,
    /// Name of the caller's key.
    caller: Option<String>,
    /// The reason why the key was refused.
    key_refused: Option<&'static str>,
    /// Description of an internal error, which clients do not get.
    detail: Option<String>,
    model: Option<String>,
    provider: Option<String>,
    streamed: Option<bool>,
    tokens: Option<(u64, u64)>,
    cost: Option<f64>,
    /// `true` if tokens and cost are estimates.
    estimated: Option<bool>,
    /// Number of attempts at endpoints.
    attempts: Option<u64>,
}

impl RequestLog {
    /// Starts the line of a request that arrives now, and counts the request in the metrics. `path`
    /// does not have the query, which may contain a key. `span` ends with the request.
    pub(crate) fn new(
        method: &Method,
        path: &str,
        client_request_id: Option<&str>,
        metrics: Arc<Metrics>,
        span: RequestSpan,
    ) -> Self {
        let known_method = KnownMethod::of(method);
        metrics.http.begin(known_method);
        Self(Arc::new(Mutex::new(Facts {
            metrics,
            span,
            known_method,
            route: None,
            method: shortened(method.as_str(), TEXT_LIMIT),
            path: shortened(&without_key(path), PATH_LIMIT),
            client_request_id: client_request_id.map(|id| shortened(id, TEXT_LIMIT)),
            started: Instant::now(),
            written: false,
            generation: None,
            status: None,
            outcome: None,
            error_type: None,
            caller: None,
            key_refused: None,
            detail: None,
            model: None,
            provider: None,
            streamed: None,
            tokens: None,
            cost: None,
            estimated: None,
            attempts: None,
        })))
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time of the request's arrival.
    pub(crate) fn started(&self) -> Instant {
        self.facts().started
    }

    /// Returns the parent of the spans of attempts.
    pub(crate) fn parent_span(&self) -> ParentSpan {
        self.facts().span.parent()
    }

    /// Sets the position of the template of the request's route.
    pub(crate) fn route(&self, position: usize) {
        self.facts().route = Some(position);
    }

    /// Sets the generation id.
    pub(crate) fn generation(&self, id: &str) {
        self.facts().generation = Some(id.to_owned());
    }

    /// Sets the name of the caller's key.
    pub(crate) fn caller(&self, name: &str) {
        self.facts().caller = Some(shortened(name, TEXT_LIMIT));
    }

    /// Sets the reason why the key was refused.
    pub(crate) fn key_refused(&self, reason: &'static str) {
        self.facts().key_refused = Some(reason);
    }

    /// Sets the model and provider that serve the request; an empty provider is not known yet.
    pub(crate) fn served_by(&self, model: &str, provider: &str) {
        let mut facts = self.facts();
        facts.model = Some(model.to_owned());
        facts.provider = Some(provider.to_owned()).filter(|provider| !provider.is_empty());
    }

    /// Sets `streamed`: `true` if the response is a stream.
    pub(crate) fn streamed(&self, streamed: bool) {
        self.facts().streamed = Some(streamed);
    }

    /// Sets the status that is sent.
    pub(crate) fn status(&self, status: StatusCode) {
        self.facts().status = Some(status);
    }

    /// Sets tokens and cost.
    pub(crate) fn usage(&self, tokens: Option<(u64, u64)>, cost: Option<f64>) {
        let mut facts = self.facts();
        facts.tokens = tokens;
        facts.cost = cost;
    }

    /// Sets tokens and cost that the provider did not report.
    pub(crate) fn estimated_usage(&self, tokens: (u64, u64), cost: Option<f64>) {
        self.usage(Some(tokens), cost);
        self.facts().estimated = Some(true);
    }

    /// Sets the number of attempts at endpoints.
    pub(crate) fn attempts(&self, attempts: u64) {
        self.facts().attempts = Some(attempts);
    }

    /// Sets the outcome of the generation.
    pub(crate) fn outcome(&self, outcome: Outcome, error_type: Option<&str>) {
        let mut facts = self.facts();
        facts.outcome = Some(outcome);
        if let Some(error_type) = error_type {
            facts.error_type = Some(shortened(error_type, TEXT_LIMIT));
        }
    }

    /// Sets the failure that ended the request. Only the description of an internal error is
    /// kept: messages for clients and of providers may quote content.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut facts = self.facts();
        facts.outcome = Some(Outcome::from_status(failure.status()));
        facts.error_type = Some(failure.kind().error_type().as_str().to_owned());
        if failure.kind() == FailureKind::Server {
            facts.detail = Some(shortened(failure.detail(), DETAIL_LIMIT));
        }
    }

    /// Writes the line and records the request in the metrics, once. `complete` is `false` if the client disconnected before the end of
    /// the response.
    pub(crate) fn finish(&self, complete: bool) {
        let mut facts = self.facts();
        if std::mem::replace(&mut facts.written, true) {
            return;
        }
        if !complete
            && facts
                .outcome
                .is_none_or(|outcome| outcome == Outcome::Completed)
        {
            facts.outcome = Some(Outcome::Cancelled);
        }
        facts.write();
        let facts = &mut *facts;
        let (method, route, status) = (facts.known_method, facts.route, facts.status);
        let time = facts.started.elapsed();
        facts.metrics.http.end(method, route, status, time);
        facts.span.end(&EndedRequest {
            method: method.as_str(),
            route: route.and_then(route_names::template),
            status,
            error: facts.late_error(),
            generation: facts.generation.as_deref(),
            attempts: facts.attempts,
            cost: facts.cost,
        });
    }
}

/// Writes the line at a level. `tracing` needs the level at compile time.
macro_rules! line {
    ($level:ident, $facts:ident, $outcome:ident) => {
        tracing::$level!(
            method = $facts.method.as_str(),
            path = $facts.path.as_str(),
            status = $facts
                .status
                .map_or(CLIENT_CLOSED, |status| status.as_u16()),
            outcome = $outcome.as_str(),
            error_type = $facts.error_type.as_deref(),
            generation = $facts.generation.as_deref(),
            caller = $facts.caller.as_deref(),
            key_refused = $facts.key_refused,
            client_request_id = $facts.client_request_id.as_deref(),
            model = $facts.model.as_deref(),
            provider = $facts.provider.as_deref(),
            streamed = $facts.streamed,
            input_tokens = $facts.tokens.map(|(input, _)| input),
            output_tokens = $facts.tokens.map(|(_, output)| output),
            cost = $facts.cost,
            estimated = $facts.estimated,
            attempts = $facts.attempts,
            duration_ms = milliseconds($facts.started),
            detail = $facts.detail.as_deref(),
            "request"
        )
    };
}

impl Facts {
    /// Returns the reason why the response did not end as its status says.
    fn late_error(&self) -> Option<ErrorType> {
        match (self.status, self.outcome) {
            (None, _) | (Some(_), Some(Outcome::Cancelled)) => Some(ErrorType::Cancelled),
            (Some(status), Some(Outcome::Failed)) if status.is_success() => {
                let name = self.error_type.as_deref().map(ApiErrorType::from);
                Some(name.map_or(ErrorType::Other, |name| ErrorType::of(&name)))
            }
            (Some(_), _) => None,
        }
    }

    fn write(&self) {
        let outcome = self
            .outcome
            .unwrap_or_else(|| self.status.map_or(Outcome::Cancelled, Outcome::from_status));
        let internal = self.status == Some(StatusCode::INTERNAL_SERVER_ERROR);
        if internal || self.detail.is_some() {
            line!(error, self, outcome);
        } else if outcome == Outcome::Failed {
            line!(warn, self, outcome);
        } else {
            line!(info, self, outcome);
        }
    }
}

/// Writes the line of a request whose head could not be read. Its method and path are unknown.
pub(crate) fn unreadable(status: u16, reason: &str, since: Instant) {
    let timed_out = status == FailureKind::RequestTimeout.status().as_u16();
    let kind = if timed_out {
        FailureKind::RequestTimeout
    } else {
        FailureKind::InvalidRequest
    };
    tracing::info!(
        method = "-",
        path = "-",
        status,
        outcome = Outcome::Refused.as_str(),
        error_type = kind.error_type().as_str(),
        duration_ms = milliseconds(since),
        detail = reason,
        "request"
    );
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shortened("/v1/é", 5), "/v1/é");
        assert_eq!(shortened("éééé", 3), "ééé…");
        assert_eq!(shortened("", 3), "");
    }
}
