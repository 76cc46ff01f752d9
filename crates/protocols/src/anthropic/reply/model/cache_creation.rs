//! [`CacheCreation`]: tokens written to a cache.

use orouter_wire::{Extra, Wire};

/// Tokens written to the cache, by the time that they are kept.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct CacheCreation {
    pub(in super::super) ephemeral_5m_input_tokens: Option<u64>,
    pub(in super::super) ephemeral_1h_input_tokens: Option<u64>,
    pub(in super::super) extra: Extra,
}

impl CacheCreation {
    /// Returns the number of tokens written.
    pub(super) fn total(&self) -> u64 {
        let count = |count: Option<u64>| count.unwrap_or(0);
        count(self.ephemeral_5m_input_tokens).saturating_add(count(self.ephemeral_1h_input_tokens))
    }
}
