//! [`Chunk`]: the object that a stream sends in each event, and a body as a whole.

use orouter_wire::{Extra, Raw, Wire};

use super::grounding::{CitationMetadata, GroundingMetadata, UrlContextMetadata};
use super::part::Part;
use super::usage::UsageMetadata;
use super::word::Word;
use crate::tolerant::{Label, List, Skipped};

/// A chunk of a stream, or a whole body.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Chunk {
    pub(in super::super) candidates: Option<List<Candidate>>,
    #[wire(rename = "promptFeedback")]
    pub(in super::super) prompt_feedback: Option<Box<PromptFeedback>>,
    #[wire(rename = "usageMetadata")]
    pub(in super::super) usage_metadata: Option<Box<UsageMetadata>>,
    #[wire(rename = "modelVersion")]
    pub(in super::super) model_version: Option<Label>,
    pub(in super::super) error: Option<Raw>,
    /// The chunk itself on Code Assist, which wraps it.
    pub(in super::super) response: Option<Box<Chunk>>,
    #[wire(rename = "responseId")]
    pub(in super::super) response_id: Option<Skipped>,
    #[wire(rename = "createTime")]
    pub(in super::super) create_time: Option<Skipped>,
    #[wire(rename = "modelStatus")]
    pub(in super::super) model_status: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

impl Chunk {
    /// Returns the chunk without the object that Code Assist puts around it.
    pub(in super::super) fn unwrapped(self) -> Self {
        match self.response {
            Some(inner) if self.candidates.is_none() && self.error.is_none() => *inner,
            _ => self,
        }
    }

    /// Returns `true` if the object has a member of a reply or of a failure.
    pub(in super::super) fn is_reply(&self) -> bool {
        self.candidates.is_some()
            || self.usage_metadata.is_some()
            || self.prompt_feedback.is_some()
            || self.error.is_some()
    }
}

/// One of the alternatives that the upstream generates. The request asks for one.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Candidate {
    pub(in super::super) index: Option<i64>,
    pub(in super::super) content: Option<Content>,
    #[wire(rename = "finishReason")]
    pub(in super::super) finish_reason: Option<Word>,
    #[wire(rename = "finishMessage")]
    pub(in super::super) finish_message: Option<String>,
    #[wire(rename = "groundingMetadata")]
    pub(in super::super) grounding_metadata: Option<Box<GroundingMetadata>>,
    #[wire(rename = "citationMetadata")]
    pub(in super::super) citation_metadata: Option<Box<CitationMetadata>>,
    #[wire(rename = "urlContextMetadata")]
    pub(in super::super) url_context_metadata: Option<Box<UrlContextMetadata>>,
    #[wire(rename = "logprobsResult")]
    pub(in super::super) logprobs_result: Option<Box<LogprobsResult>>,
    #[wire(rename = "safetyRatings")]
    pub(in super::super) safety_ratings: Option<Skipped>,
    #[wire(rename = "avgLogprobs")]
    pub(in super::super) avg_logprobs: Option<Skipped>,
    #[wire(rename = "tokenCount")]
    pub(in super::super) token_count: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The next parts of the model's turn.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Content {
    pub(in super::super) parts: Option<List<Part>>,
    pub(in super::super) role: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The reason why the prompt was blocked.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct PromptFeedback {
    #[wire(rename = "blockReason")]
    pub(in super::super) block_reason: Option<Word>,
    #[wire(rename = "blockReasonMessage")]
    pub(in super::super) block_reason_message: Option<String>,
    #[wire(rename = "safetyRatings")]
    pub(in super::super) safety_ratings: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// Log probabilities of the tokens of the candidate.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct LogprobsResult {
    #[wire(rename = "chosenCandidates")]
    pub(in super::super) chosen_candidates: Option<List<TokenLogprob>>,
    /// The most likely tokens at each position.
    #[wire(rename = "topCandidates")]
    pub(in super::super) top_candidates: Option<Vec<TopCandidates>>,
    #[wire(rename = "logProbabilitySum")]
    pub(in super::super) log_probability_sum: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The most likely tokens at one position.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct TopCandidates {
    pub(in super::super) candidates: Option<List<TokenLogprob>>,
    pub(in super::super) extra: Extra,
}

/// Log probability of one token.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct TokenLogprob {
    pub(in super::super) token: Option<String>,
    #[wire(rename = "logProbability")]
    pub(in super::super) log_probability: Option<f64>,
    #[wire(rename = "tokenId")]
    pub(in super::super) token_id: Option<Skipped>,
    pub(in super::super) extra: Extra,
}
