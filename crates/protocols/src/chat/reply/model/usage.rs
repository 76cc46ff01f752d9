//! [`Usage`]: token counts and costs, under the names of all dialects.

use orouter_wire::{Extra, ServerToolUseDetails, Unknown, Wire};

use crate::output::fill_count;

/// Token counts and costs.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Usage {
    pub(in super::super) prompt_tokens: Option<u64>,
    pub(in super::super) completion_tokens: Option<u64>,
    pub(in super::super) total_tokens: Option<u64>,
    pub(in super::super) input_tokens: Option<u64>,
    pub(in super::super) output_tokens: Option<u64>,
    pub(in super::super) prompt_tokens_details: Option<PromptDetails>,
    pub(in super::super) completion_tokens_details: Option<CompletionDetails>,
    pub(in super::super) input_tokens_details: Option<PromptDetails>,
    pub(in super::super) output_tokens_details: Option<CompletionDetails>,
    /// Cached tokens on DeepSeek.
    pub(in super::super) prompt_cache_hit_tokens: Option<u64>,
    /// Cached tokens on servers in front of Anthropic models.
    pub(in super::super) cache_read_input_tokens: Option<u64>,
    /// Tokens written to the cache on servers in front of Anthropic models.
    pub(in super::super) cache_creation_input_tokens: Option<u64>,
    /// Cached tokens on Moonshot.
    pub(in super::super) cached_tokens: Option<u64>,
    /// Cached tokens on Fireworks.
    pub(in super::super) num_cached_tokens: Option<u64>,
    /// Reasoning tokens on Perplexity and others.
    pub(in super::super) reasoning_tokens: Option<u64>,
    pub(in super::super) cost: Option<Cost>,
    pub(in super::super) cost_details: Option<CostDetails>,
    pub(in super::super) is_byok: Option<bool>,
    /// Cost in US dollars on DeepInfra.
    pub(in super::super) estimated_cost: Option<f64>,
    /// Cost in units of 10⁻¹⁰ US dollars on xAI.
    pub(in super::super) cost_in_usd_ticks: Option<u64>,
    pub(in super::super) num_sources_used: Option<u64>,
    pub(in super::super) server_tool_use_details: Option<ServerToolUseDetails>,
    pub(in super::super) extra: Extra,
}

/// Breakdown of the prompt tokens.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct PromptDetails {
    pub(in super::super) cached_tokens: Option<u64>,
    pub(in super::super) cache_write_tokens: Option<u64>,
    pub(in super::super) cache_creation_tokens: Option<u64>,
    pub(in super::super) audio_tokens: Option<u64>,
    pub(in super::super) image_tokens: Option<u64>,
    pub(in super::super) text_tokens: Option<u64>,
    pub(in super::super) video_tokens: Option<u64>,
    pub(in super::super) extra: Extra,
}

/// Breakdown of the completion tokens.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct CompletionDetails {
    pub(in super::super) reasoning_tokens: Option<u64>,
    pub(in super::super) audio_tokens: Option<u64>,
    pub(in super::super) image_tokens: Option<u64>,
    pub(in super::super) text_tokens: Option<u64>,
    pub(in super::super) accepted_prediction_tokens: Option<u64>,
    pub(in super::super) rejected_prediction_tokens: Option<u64>,
    pub(in super::super) extra: Extra,
}

/// The amount that the upstream charges, in US dollars: a number, or an object on Perplexity.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Cost {
    #[wire(number)]
    Amount(f64),
    #[wire(object)]
    Parts(CostParts),
    Unknown(Unknown),
}

/// Perplexity's breakdown of the cost.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct CostParts {
    pub(in super::super) total_cost: Option<f64>,
    pub(in super::super) input_tokens_cost: Option<f64>,
    pub(in super::super) output_tokens_cost: Option<f64>,
    pub(in super::super) extra: Extra,
}

/// OpenRouter's breakdown of the cost.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct CostDetails {
    pub(in super::super) upstream_inference_cost: Option<f64>,
    pub(in super::super) upstream_inference_prompt_cost: Option<f64>,
    pub(in super::super) upstream_inference_completions_cost: Option<f64>,
    pub(in super::super) extra: Extra,
}

impl Cost {
    /// Returns the amount as a whole.
    pub(in super::super) fn total(&self) -> Option<f64> {
        match self {
            Self::Amount(amount) => Some(*amount),
            Self::Parts(parts) => parts.total_cost,
            Self::Unknown(_) => None,
        }
    }
}

impl PromptDetails {
    /// Returns the details, with the missing counts and those that are 0 from `other`.
    pub(in super::super) fn joined(own: Option<Self>, other: Option<&Self>) -> Option<Self> {
        let Some(mut own) = own else {
            return other.cloned();
        };
        let other = other.cloned().unwrap_or_default();
        for (own, other) in [
            (&mut own.cached_tokens, other.cached_tokens),
            (&mut own.cache_write_tokens, other.cache_write_tokens),
            (&mut own.cache_creation_tokens, other.cache_creation_tokens),
            (&mut own.audio_tokens, other.audio_tokens),
            (&mut own.image_tokens, other.image_tokens),
            (&mut own.text_tokens, other.text_tokens),
            (&mut own.video_tokens, other.video_tokens),
        ] {
            fill_count(own, other);
        }
        Some(own)
    }
}

impl CompletionDetails {
    /// Returns the details, with the missing counts and those that are 0 from `other`.
    pub(in super::super) fn joined(own: Option<Self>, other: Option<&Self>) -> Option<Self> {
        let Some(mut own) = own else {
            return other.cloned();
        };
        let other = other.cloned().unwrap_or_default();
        for (own, other) in [
            (&mut own.reasoning_tokens, other.reasoning_tokens),
            (&mut own.audio_tokens, other.audio_tokens),
            (&mut own.image_tokens, other.image_tokens),
            (&mut own.text_tokens, other.text_tokens),
            (
                &mut own.accepted_prediction_tokens,
                other.accepted_prediction_tokens,
            ),
            (
                &mut own.rejected_prediction_tokens,
                other.rejected_prediction_tokens,
            ),
        ] {
            fill_count(own, other);
        }
        Some(own)
    }
}
