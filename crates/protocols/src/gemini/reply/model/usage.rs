//! [`UsageMetadata`]: token counts.

use orouter_wire::{Extra, Wire};

use super::word::Word;
use crate::tolerant::{List, Skipped};

/// Token counts.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct UsageMetadata {
    /// Tokens of the prompt, including those from the cache.
    #[wire(rename = "promptTokenCount")]
    pub(in super::super) prompt: Option<u64>,
    #[wire(rename = "cachedContentTokenCount")]
    pub(in super::super) cached: Option<u64>,
    /// Tokens of the visible output.
    #[wire(rename = "candidatesTokenCount")]
    pub(in super::super) candidates: Option<u64>,
    /// Tokens of the reasoning, beside those of the candidates.
    #[wire(rename = "thoughtsTokenCount")]
    pub(in super::super) thoughts: Option<u64>,
    /// Tokens of the results of the provider's own tools, beside those of the prompt.
    #[wire(rename = "toolUsePromptTokenCount")]
    pub(in super::super) tool_use: Option<u64>,
    #[wire(rename = "totalTokenCount")]
    pub(in super::super) total: Option<u64>,
    #[wire(rename = "promptTokensDetails")]
    pub(in super::super) prompt_details: Option<List<ModalityCount>>,
    #[wire(rename = "candidatesTokensDetails")]
    pub(in super::super) candidates_details: Option<List<ModalityCount>>,
    #[wire(rename = "serviceTier")]
    pub(in super::super) service_tier: Option<String>,
    /// The service tier on Vertex AI.
    #[wire(rename = "trafficType")]
    pub(in super::super) traffic_type: Option<Word>,
    #[wire(rename = "cacheTokensDetails")]
    pub(in super::super) cache_details: Option<Skipped>,
    #[wire(rename = "toolUsePromptTokensDetails")]
    pub(in super::super) tool_use_details: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// Token count of one modality.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ModalityCount {
    pub(in super::super) modality: Option<Word>,
    #[wire(rename = "tokenCount")]
    pub(in super::super) count: Option<u64>,
    pub(in super::super) extra: Extra,
}
