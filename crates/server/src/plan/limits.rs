//! Limits of endpoints: context, output, kinds of input.

use std::cell::OnceCell;
use std::sync::Arc;

use orouter_wire::ResponsesRequest;
use orouter_wire::settings::Truncation;

use crate::catalog::Endpoint;
use crate::failure::{Failure, FailureKind};
use crate::prompt;
use crate::quote::quote;

/// Number of bytes of text that are at least one token. The server has no tokenizer for the models
/// of others, so that it excludes an endpoint only if the prompt certainly exceeds its limit.
const BYTES_PER_TOKEN: usize = 8;

/// The size of a request's prompt, measured when it is needed.
pub(crate) struct Size<'a> {
    body: &'a [u8],
    text: OnceCell<usize>,
}

impl<'a> Size<'a> {
    /// `body` is the JSON text of the request, or empty if no endpoint is reached over HTTP.
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self {
            body,
            text: OnceCell::new(),
        }
    }

    /// Returns a lower bound for the number of tokens of the prompt.
    fn tokens(&self) -> u64 {
        let text = *self.text.get_or_init(|| prompt::text_bytes(self.body));
        tokens(text)
    }

    /// Returns `true` if the prompt exceeds a number of tokens.
    fn exceeds(&self, limit: u64) -> bool {
        // Without data such as images the prompt is smaller, so that it is only then searched.
        tokens(self.body.len()) > limit && self.tokens() > limit
    }
}

fn tokens(bytes: usize) -> u64 {
    u64::try_from(bytes / BYTES_PER_TOKEN).unwrap_or(u64::MAX)
}

/// Returns `true` if the request is within the endpoint's context and output limit. Endpoints that
/// are not reached over HTTP have a tokenizer and check the request themselves.
pub(super) fn fits(request: &ResponsesRequest, size: &Size<'_>, endpoint: &Endpoint) -> bool {
    if endpoint.upstream.is_none() {
        return true;
    }
    let output = request.max_output_tokens;
    if output.is_some_and(|output| exceeds(output, endpoint.max_output_tokens)) {
        return false;
    }
    let Some(context) = endpoint.context_length else {
        return true;
    };
    // With `truncation: auto`, the upstream drops turns until the rest fits.
    let truncates = matches!(request.truncation, Some(Truncation::Auto));
    truncates || !size.exceeds(context)
}

fn exceeds(tokens: impl Into<u64>, limit: Option<u64>) -> bool {
    let tokens = tokens.into();
    limit.is_some_and(|limit| tokens > limit)
}

/// Returns the member that exceeds the limits: `max_output_tokens` if it is set.
pub(super) fn field(request: &ResponsesRequest) -> &'static str {
    if request.max_output_tokens.is_some() {
        "max_output_tokens"
    } else {
        "input"
    }
}

/// Returns the 400 of a request that exceeds the limits of all endpoints.
pub(super) fn too_large(
    request: &ResponsesRequest,
    size: &Size<'_>,
    endpoints: &[Arc<Endpoint>],
) -> Failure {
    let largest = |limit: fn(&Endpoint) -> Option<u64>| {
        let limits = endpoints.iter().map(|endpoint| limit(endpoint));
        limits.flatten().max().unwrap_or_default()
    };
    let model = endpoints.first().map_or("", |endpoint| &endpoint.model.id);
    let context = largest(|endpoint| endpoint.context_length);
    if endpoints.iter().all(|endpoint| {
        endpoint
            .context_length
            .is_some_and(|limit| size.exceeds(limit))
    }) {
        // Clients recognise the failure by the text of OpenAI's message.
        let message = format!(
            "This model's maximum context length is {context} tokens. However, your messages \
             resulted in {} tokens or more ({}). Please reduce the length of the messages.",
            size.tokens(),
            quote(model),
        );
        return Failure::new(FailureKind::ContextLengthExceeded, message).param("input");
    }
    let output = largest(|endpoint| endpoint.max_output_tokens);
    let message = format!(
        "`max_output_tokens` is {}, and {} generates at most {output} tokens",
        request.max_output_tokens.unwrap_or_default(),
        quote(model),
    );
    Failure::new(FailureKind::ContextLengthExceeded, message).param("max_output_tokens")
}

/// Excludes endpoints that cannot read a kind of input of the request, if others can.
pub(super) fn prefer_readers(request: &ResponsesRequest, endpoints: &mut Vec<Arc<Endpoint>>) {
    const KINDS: [&str; 4] = ["image", "file", "audio", "video"];
    let reads_all = |endpoint: &Arc<Endpoint>| KINDS.iter().all(|kind| endpoint.reads(kind));
    if endpoints.len() < 2 || endpoints.iter().all(reads_all) {
        return;
    }
    let kinds = prompt::modalities(request);
    let reads = |endpoint: &Arc<Endpoint>| kinds.iter().all(|kind| endpoint.reads(kind));
    if endpoints.iter().any(reads) {
        endpoints.retain(reads);
    }
}
