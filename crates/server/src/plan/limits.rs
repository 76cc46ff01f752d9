//! Limits of endpoints: context, output, kinds of input.

use std::cell::OnceCell;
use std::sync::Arc;

use orouter_wire::ResponsesRequest;
use orouter_wire::settings::Truncation;

use super::candidate::Candidate;
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
        tokens(self.text_bytes())
    }

    /// Returns the number of bytes of text.
    pub(crate) fn text_bytes(&self) -> usize {
        *self.text.get_or_init(|| prompt::text_bytes(self.body))
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

/// The reason for which a request exceeds an endpoint's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excess {
    /// The prompt alone exceeds the context.
    Prompt,
    /// `max_output_tokens` exceeds the output limit.
    Output { limit: u64 },
    /// The prompt and `max_output_tokens` together exceed the context. `prompt` is the lower bound
    /// of the prompt.
    Sum { context: u64, prompt: u64 },
}

impl Excess {
    /// Returns the largest `max_output_tokens` that the endpoint may accept. `None`: it accepts none.
    fn room(self) -> Option<u64> {
        match self {
            Self::Prompt => None,
            Self::Output { limit } => Some(limit),
            Self::Sum { context, prompt } => Some(context.saturating_sub(prompt)),
        }
    }
}

/// Returns the limit of the endpoint that the request exceeds. Endpoints that are not reached over
/// HTTP have a tokenizer and check the request themselves.
fn excess(request: &ResponsesRequest, size: &Size<'_>, endpoint: &Endpoint) -> Option<Excess> {
    endpoint.upstream.as_ref()?;
    // With `truncation: auto`, the upstream drops turns until the rest fits.
    let truncates = matches!(request.truncation, Some(Truncation::Auto));
    let exceeds = |limit: u64| !truncates && size.exceeds(limit);
    if endpoint.context_length.is_some_and(exceeds) {
        return Some(Excess::Prompt);
    }
    let output = request.max_output_tokens?;
    if let Some(limit) = endpoint.max_output_tokens.filter(|limit| output > *limit) {
        return Some(Excess::Output { limit });
    }
    let context = endpoint.context_length?;
    let too_large = context.checked_sub(output).is_none_or(exceeds);
    too_large.then(|| Excess::Sum {
        context,
        prompt: if truncates { 0 } else { size.tokens() },
    })
}

/// Returns `true` if the request is within the endpoint's context and output limit.
pub(super) fn fits(request: &ResponsesRequest, size: &Size<'_>, endpoint: &Endpoint) -> bool {
    excess(request, size, endpoint).is_none()
}

/// Returns the member that exceeds the limits of these endpoints: `max_output_tokens` if a smaller
/// one could help.
pub(super) fn field(
    request: &ResponsesRequest,
    size: &Size<'_>,
    endpoints: &[Arc<Endpoint>],
) -> &'static str {
    match most_room(request, size, endpoints) {
        Some(_) => "max_output_tokens",
        None => "input",
    }
}

/// Returns the excess of the endpoint that would accept the largest `max_output_tokens`. `None` if
/// the prompt alone exceeds every context.
fn most_room(
    request: &ResponsesRequest,
    size: &Size<'_>,
    endpoints: &[Arc<Endpoint>],
) -> Option<(Excess, u64)> {
    let excesses = endpoints
        .iter()
        .filter_map(|endpoint| excess(request, size, endpoint));
    let with_room = excesses.filter_map(|excess| Some((excess, excess.room()?)));
    with_room.max_by_key(|(_, room)| *room)
}

/// Returns the 400 of a request that exceeds the limits of all endpoints.
pub(super) fn too_large(
    request: &ResponsesRequest,
    size: &Size<'_>,
    endpoints: &[Arc<Endpoint>],
) -> Failure {
    let model = endpoints.first().map_or("", |endpoint| &endpoint.model.id);
    let model = quote(model);
    let output = request.max_output_tokens.unwrap_or_default();
    // Clients recognise the failure by the text of OpenAI's message.
    let maximum =
        |context: u64| format!("This model's maximum context length is {context} tokens.");
    let message = match most_room(request, size, endpoints) {
        Some((Excess::Sum { context, prompt }, _)) => format!(
            "{} However, you requested {} tokens or more ({prompt} in the messages, {output} in \
             `max_output_tokens`) ({model}). Please reduce the length of the messages or \
             `max_output_tokens`.",
            maximum(context),
            prompt.saturating_add(output),
        ),
        Some((_, limit)) => {
            format!("`max_output_tokens` is {output}, and {model} generates at most {limit} tokens")
        }
        None => {
            let contexts = endpoints.iter().filter_map(|e| e.context_length);
            format!(
                "{} However, your messages resulted in {} tokens or more ({model}). Please reduce \
                 the length of the messages.",
                maximum(contexts.max().unwrap_or_default()),
                size.tokens(),
            )
        }
    };
    let field = field(request, size, endpoints);
    Failure::new(FailureKind::ContextLengthExceeded, message).param(field)
}

/// Excludes endpoints that cannot read a kind of input of the request, if others can.
pub(super) fn prefer_readers(request: &ResponsesRequest, candidates: &mut Vec<Candidate>) {
    const KINDS: [&str; 4] = ["image", "file", "audio", "video"];
    let reads_all = |c: &Candidate| KINDS.iter().all(|kind| c.endpoint.reads(kind));
    if candidates.len() < 2 || candidates.iter().all(reads_all) {
        return;
    }
    let kinds = prompt::modalities(request);
    let reads = |c: &Candidate| kinds.iter().all(|kind| c.endpoint.reads(kind));
    if candidates.iter().any(reads) {
        candidates.retain(reads);
    }
}
