//! [`AttemptSpan`]: the span of an attempt at an endpoint.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderMap;
use orouter_wire::{Response, ResponsesRequest, Usage};

use super::content;
use super::context::TraceContext;
use super::source::{Parent, Source};
use super::span::{Kind, Span, Value};
use crate::metrics::{EndpointLabels, ErrorType};
use crate::provider::UpstreamModel;

/// The span of an attempt. The default is none.
#[derive(Debug, Default)]
pub(crate) struct AttemptSpan(Option<Started>);

#[derive(Debug)]
struct Started {
    source: Arc<Source>,
    context: TraceContext,
    streamed: bool,
    /// `None` if the trace is not recorded, and once the span has ended.
    span: Option<Span>,
}

impl AttemptSpan {
    /// Starts the span within that of its request.
    pub(super) fn start(
        parent: &Parent,
        labels: &EndpointLabels,
        id: &str,
        upstream: Option<&UpstreamModel>,
        request: &ResponsesRequest,
    ) -> Self {
        let source = &parent.source;
        let context = parent.context.child();
        let span = context.sampled.then(|| {
            let model = upstream.map_or(id, |upstream| &upstream.name);
            let kind = match upstream {
                Some(_) => Kind::Client,
                None => Kind::Internal,
            };
            let name = format!("chat {model}");
            let mut span = Span::start(name, kind, context.clone(), parent.clock);
            span.parent = Some(parent.context.span);
            span.set("gen_ai.operation.name", "chat");
            span.set("gen_ai.provider.name", labels.provider.clone());
            span.set("gen_ai.request.model", model.to_owned());
            span.set("orouter.model", id.to_owned());
            span.set("orouter.endpoint", labels.endpoint.clone());
            if let Some((address, port)) = upstream.and_then(|upstream| upstream.server.as_ref()) {
                span.set("http.request.method", "POST");
                span.set("server.address", address.clone());
                span.set("server.port", *port);
            }
            parameters(&mut span, request);
            if source.settings.content {
                for (name, text) in content::of_request(request) {
                    span.set(name, text);
                }
            }
            span
        });
        Self(Some(Started {
            source: Arc::clone(source),
            context,
            streamed: request.stream == Some(true),
            span,
        }))
    }

    fn recorded(&mut self) -> Option<&mut Span> {
        self.0.as_mut()?.span.as_mut()
    }

    /// Returns the headers with the context, for the upstream.
    pub(crate) fn headers(&self) -> HeaderMap {
        match &self.0 {
            Some(started) if started.source.settings.propagates => started.context.to_headers(),
            _ => HeaderMap::new(),
        }
    }

    /// Sets the time of the first content, which bodies do not have.
    pub(crate) fn first_content(&mut self) {
        if self.0.as_ref().is_some_and(|started| started.streamed)
            && let Some(span) = self.recorded()
        {
            let seconds = span.elapsed();
            span.set("gen_ai.response.time_to_first_chunk", seconds);
        }
    }

    /// Sets the facts about the response of the upstream.
    pub(crate) fn response(&mut self, response: &Response) {
        let content = self
            .0
            .as_ref()
            .is_some_and(|started| started.source.settings.content);
        let Some(span) = self.recorded() else {
            return;
        };
        for (name, text) in [
            ("gen_ai.response.id", &response.id),
            ("gen_ai.response.model", &response.model),
        ] {
            if !text.is_empty() {
                span.set(name, text.clone());
            }
        }
        let reason = content::finish_reason(response);
        let reasons = Value::Texts(vec![Cow::Borrowed(reason)]);
        span.set("gen_ai.response.finish_reasons", reasons);
        if let Some(counts) = &response.usage {
            usage(span, counts);
        }
        if content {
            let text = content::of_response(response, reason);
            span.set("gen_ai.output.messages", text);
        }
    }

    /// Ends the span, once. `status` is that of the upstream, if it sent one.
    pub(crate) fn end(&mut self, error: Option<&ErrorType>, status: Option<u16>) {
        let Some(started) = &mut self.0 else {
            return;
        };
        let Some(mut span) = started.span.take() else {
            return;
        };
        if let Some(status) = status.filter(|_| span.kind == Kind::Client) {
            span.set("http.response.status_code", status);
        }
        span.end(error);
        started.source.queue.add(span);
    }
}

/// Sets the tokens. The cost is that of the request, which has estimates too.
fn usage(span: &mut Span, usage: &Usage) {
    span.set("gen_ai.usage.input_tokens", usage.input_tokens);
    span.set("gen_ai.usage.output_tokens", usage.output_tokens);
    for (name, tokens) in [
        (
            "gen_ai.usage.cache_read.input_tokens",
            usage.cached_tokens(),
        ),
        (
            "gen_ai.usage.reasoning.output_tokens",
            usage.reasoning_tokens(),
        ),
    ] {
        if tokens > 0 {
            span.set(name, tokens);
        }
    }
}

/// Sets the parameters of the request. Texts that clients choose are not among them.
fn parameters(span: &mut Span, request: &ResponsesRequest) {
    let streamed = request.stream == Some(true);
    span.set("gen_ai.request.stream", streamed);
    for (name, value) in [
        ("gen_ai.request.temperature", request.temperature),
        ("gen_ai.request.top_p", request.top_p),
        (
            "gen_ai.request.frequency_penalty",
            request.frequency_penalty,
        ),
        ("gen_ai.request.presence_penalty", request.presence_penalty),
    ] {
        if let Some(value) = value {
            span.set(name, value);
        }
    }
    if let Some(tokens) = request.max_output_tokens {
        span.set("gen_ai.request.max_tokens", tokens);
    }
    if let Some(seed) = request.seed {
        span.set("gen_ai.request.seed", seed);
    }
}
