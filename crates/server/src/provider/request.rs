//! [`ProviderRequest`]: a request as a provider receives it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use orouter_protocols::Notes;
use orouter_wire::ResponsesRequest;

use super::upstream_model::UpstreamModel;
use crate::body_echo::BodyEcho;

/// A request as a provider receives it. Clones share the request and its notes.
#[derive(Clone)]
#[non_exhaustive]
pub struct ProviderRequest {
    /// The request as admitted.
    pub request: Arc<ResponsesRequest>,
    /// The id of the model to run: one of the provider's own.
    pub model: String,
    /// Takes the parts of the request that the provider does not use as they were sent, such as
    /// ignored settings and skipped tools.
    pub notes: Notes,
    /// The JSON text of `request`; empty if there is none.
    pub(crate) body: Bytes,
    /// The upstream's view of the model, for providers over HTTP.
    pub(crate) upstream: Option<Arc<UpstreamModel>>,
    /// The client's header `x-anthropic-beta`.
    pub(crate) anthropic_beta: Option<Arc<str>>,
    /// Takes the body of the upstream request, if the client asks for it.
    pub(crate) body_echo: Option<BodyEcho>,
    /// The headers with the trace of the request, for the upstream.
    pub(crate) trace_context: HeaderMap,
}

impl ProviderRequest {
    /// Creates a request for one of a provider's models, with notes of its own.
    #[must_use]
    pub fn new(request: Arc<ResponsesRequest>, model: impl Into<String>) -> Self {
        Self {
            request,
            model: model.into(),
            notes: Notes::default(),
            body: Bytes::new(),
            upstream: None,
            anthropic_beta: None,
            body_echo: None,
            trace_context: HeaderMap::new(),
        }
    }

    /// Sets the JSON text of the request.
    #[must_use]
    pub(crate) fn body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }

    /// Sets the upstream's view of the model.
    #[must_use]
    pub(crate) fn upstream(mut self, model: Option<Arc<UpstreamModel>>) -> Self {
        self.upstream = model;
        self
    }

    /// Sets the client's header `x-anthropic-beta`.
    #[must_use]
    pub(crate) fn anthropic_beta(mut self, features: Option<Arc<str>>) -> Self {
        self.anthropic_beta = features;
        self
    }

    /// Sets the receiver of the upstream request's body.
    #[must_use]
    pub(crate) fn body_echo(mut self, echo: Option<BodyEcho>) -> Self {
        self.body_echo = echo;
        self
    }

    /// Sets the headers with the trace of the request.
    #[must_use]
    pub(crate) fn trace_context(mut self, headers: HeaderMap) -> Self {
        self.trace_context = headers;
        self
    }

    /// Replaces the notes by those of a generation.
    #[must_use]
    pub fn notes(mut self, notes: Notes) -> Self {
        self.notes = notes;
        self
    }
}

impl fmt::Debug for ProviderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderRequest")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}
