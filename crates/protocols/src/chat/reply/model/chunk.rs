//! [`Chunk`]: the object that a stream sends in each event, and a body as a whole.

#![allow(
    clippy::box_collection,
    reason = "rare members are boxed, because a chunk is moved several times"
)]

use orouter_wire::{Extra, Logprob, Raw, Wire};

use super::delta::Delta;
use super::usage::Usage;
use crate::tolerant::{Label, List, Skipped};

/// A chunk of a stream, or a whole body.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Chunk {
    pub(in super::super) choices: Option<List<Choice>>,
    pub(in super::super) usage: Option<Box<Usage>>,
    pub(in super::super) model: Option<Label>,
    pub(in super::super) service_tier: Option<Label>,
    pub(in super::super) error: Option<Raw>,
    /// Usage and errors of Groq.
    pub(in super::super) x_groq: Option<Box<Groq>>,
    /// URLs of the sources, in the order of their marks `[1]`, `[2]` in the text. Sent by
    /// Perplexity and xAI.
    pub(in super::super) citations: Option<Box<Vec<Raw>>>,
    /// The sources with their titles. Sent by Perplexity.
    pub(in super::super) search_results: Option<Box<List<SearchResult>>>,
    /// Cost in US dollars. Sent by Venice.
    pub(in super::super) cost: Option<Raw>,
    pub(in super::super) id: Option<Skipped>,
    pub(in super::super) object: Option<Skipped>,
    pub(in super::super) created: Option<Skipped>,
    pub(in super::super) provider: Option<Skipped>,
    pub(in super::super) system_fingerprint: Option<Skipped>,
    pub(in super::super) obfuscation: Option<Skipped>,
    pub(in super::super) p: Option<Skipped>,
    pub(in super::super) prompt_filter_results: Option<Skipped>,
    pub(in super::super) timings: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// One of the alternatives that the upstream generates. The request asks for one.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Choice {
    pub(in super::super) index: Option<i64>,
    /// The next piece of the message.
    pub(in super::super) delta: Option<Delta>,
    /// The message as a whole.
    pub(in super::super) message: Option<Box<Delta>>,
    /// Text of the message on servers that send it as for text completions.
    pub(in super::super) text: Option<Box<String>>,
    pub(in super::super) finish_reason: Option<Box<String>>,
    /// The finish reason in the words of the provider behind a gateway.
    pub(in super::super) native_finish_reason: Option<Box<String>>,
    pub(in super::super) logprobs: Option<Box<Logprobs>>,
    /// The failure of this choice. Sent by OpenRouter.
    pub(in super::super) error: Option<Raw>,
    pub(in super::super) content_filter_results: Option<Skipped>,
    pub(in super::super) stop_reason: Option<Skipped>,
    pub(in super::super) token_ids: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// Log probabilities of the tokens of a piece.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Logprobs {
    pub(in super::super) content: Option<List<Logprob>>,
    pub(in super::super) refusal: Option<Skipped>,
    pub(in super::super) reasoning_content: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// Groq's member `x_groq`.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Groq {
    pub(in super::super) usage: Option<Box<Usage>>,
    pub(in super::super) error: Option<Raw>,
    pub(in super::super) extra: Extra,
}

/// A source of the text.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct SearchResult {
    pub(in super::super) title: Option<String>,
    pub(in super::super) url: Option<String>,
    pub(in super::super) snippet: Option<Skipped>,
    pub(in super::super) extra: Extra,
}
