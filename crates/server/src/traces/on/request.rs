//! [`RequestSpan`]: the span of an HTTP request, and [`ParentSpan`], the parent of its attempts.

use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};
use orouter_wire::ResponsesRequest;

use super::attempt::AttemptSpan;
use super::context::TraceContext;
use super::source::{Parent, Source};
use super::span::{Clock, Kind, Span};
use crate::metrics::{EndpointLabels, KnownMethod};
use crate::provider::UpstreamModel;
use crate::route_names;
use crate::shown_path::without_key;
use crate::traces::ended::EndedRequest;

/// Maximum length of the path in a span, in bytes.
const MAX_PATH: usize = 1024;

/// The span of an HTTP request. The default is none.
#[derive(Debug, Default)]
pub(crate) struct RequestSpan(Option<Started>);

#[derive(Debug)]
struct Started {
    source: Arc<Source>,
    context: TraceContext,
    clock: Clock,
    /// `None` if the trace is not recorded, and once the span has ended.
    span: Option<Span>,
}

impl RequestSpan {
    /// Starts the span, within that of the client if the headers have one.
    pub(super) fn start(
        source: &Arc<Source>,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Self {
        let parent = match source.settings.propagates {
            true => TraceContext::from_headers(headers),
            false => None,
        };
        let context = source.settings.sampler.begin(parent.as_ref());
        let clock = Clock::start();
        let span = context.sampled.then(|| {
            let method = KnownMethod::of(method).as_str();
            let mut span = Span::start(method.to_owned(), Kind::Server, context.clone(), clock);
            span.parent = parent.as_ref().map(|parent| parent.span);
            span.remote = parent.is_some();
            span.set("http.request.method", method);
            span.set("url.scheme", "http");
            let path = without_key(path);
            let end = path.floor_char_boundary(MAX_PATH);
            span.set("url.path", path.get(..end).unwrap_or_default().to_owned());
            span
        });
        Self(Some(Started {
            source: Arc::clone(source),
            context,
            clock,
            span,
        }))
    }

    /// Returns the parent of the request's attempts.
    pub(crate) fn parent(&self) -> ParentSpan {
        ParentSpan(self.0.as_ref().map(|started| {
            Arc::new(Parent {
                source: Arc::clone(&started.source),
                context: started.context.clone(),
                clock: started.clock,
            })
        }))
    }

    /// Ends the span, once.
    pub(crate) fn end(&mut self, ended: &EndedRequest<'_>) {
        let Some(started) = &mut self.0 else {
            return;
        };
        let Some(mut span) = started.span.take() else {
            return;
        };
        if let Some((prefix, rest)) = ended.route {
            // Probes and scrapes would be most of the traces of a quiet server.
            if !span.remote && route_names::ROOT.contains(&rest) {
                return;
            }
            let route = format!("{prefix}{rest}");
            span.name = format!("{} {route}", ended.method);
            span.set("http.route", route);
        }
        if let Some(generation) = ended.generation {
            span.set("orouter.generation.id", generation.to_owned());
        }
        if let Some(attempts) = ended.attempts {
            span.set("orouter.attempts", attempts);
        }
        if let Some(cost) = ended.cost {
            span.set("orouter.cost_usd", cost);
        }
        if let Some(status) = ended.status {
            span.set("http.response.status_code", status.as_u16());
        }
        match ended.status.filter(StatusCode::is_server_error) {
            Some(status) => {
                span.fail(status.as_u16().to_string());
                span.end(None);
            }
            None => span.end(ended.error.as_ref()),
        }
        started.source.queue.add(span);
    }
}

/// The parent of the spans of attempts. Clones share it; the default is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParentSpan(Option<Arc<Parent>>);

impl ParentSpan {
    /// Starts the span of an attempt at an endpoint. `model` is the model's id, which the labels do not
    /// have of all models, and `upstream` the provider's view of it.
    pub(crate) fn attempt(
        &self,
        labels: &EndpointLabels,
        model: &str,
        upstream: Option<&UpstreamModel>,
        request: &ResponsesRequest,
    ) -> AttemptSpan {
        match &self.0 {
            Some(parent) => AttemptSpan::start(parent, labels, model, upstream, request),
            None => AttemptSpan::default(),
        }
    }
}
