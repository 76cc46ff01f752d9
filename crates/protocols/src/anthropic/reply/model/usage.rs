//! [`Usage`]: token counts of one report.

use orouter_wire::{Extra, Wire};

use super::cache_creation::CacheCreation;
use super::compactions::Compactions;
use crate::tolerant::{Label, Skipped};

/// Token counts of one report. Reports of a stream are cumulative.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Usage {
    /// Input tokens that were neither read from nor written to a cache.
    pub(in super::super) input_tokens: Option<u64>,
    pub(in super::super) output_tokens: Option<u64>,
    pub(in super::super) cache_read_input_tokens: Option<u64>,
    pub(in super::super) cache_creation_input_tokens: Option<u64>,
    pub(in super::super) cache_creation: Option<CacheCreation>,
    pub(in super::super) output_tokens_details: Option<OutputTokensDetails>,
    pub(in super::super) server_tool_use: Option<ServerToolUse>,
    pub(in super::super) service_tier: Option<Label>,
    pub(in super::super) inference_geo: Option<Skipped>,
    /// The counts of each run of the model. The counts beside it leave out runs that compacted the
    /// conversation.
    pub(in super::super) iterations: Option<Compactions>,
    pub(in super::super) extra: Extra,
}

/// Breakdown of the output tokens.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct OutputTokensDetails {
    pub(in super::super) thinking_tokens: Option<u64>,
    pub(in super::super) reasoning_tokens: Option<u64>,
    pub(in super::super) extra: Extra,
}

/// Calls of tools that the provider runs.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ServerToolUse {
    pub(in super::super) web_search_requests: Option<u64>,
    pub(in super::super) extra: Extra,
}

impl Usage {
    /// Returns the number of tokens written to the cache.
    pub(in super::super) fn cache_written(&self) -> Option<u64> {
        let by_time = self.cache_creation.as_ref().map(CacheCreation::total);
        self.cache_creation_input_tokens.max(by_time)
    }
}
