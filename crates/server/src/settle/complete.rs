//! Adds the members of `usage` that clients require.

use orouter_wire::Usage;
use orouter_wire::usage::{InputTokensDetails, OutputTokensDetails};

/// Adds the members of `usage` that clients require and the provider left out. Cost is not among
/// them: [`Tally::charge`](super::Tally::charge) has set it, if the price is known.
pub(crate) fn complete(usage: &mut Usage) {
    usage.total_tokens = usage.input_tokens.saturating_add(usage.output_tokens);
    usage
        .input_tokens_details
        .get_or_insert_with(|| InputTokensDetails::cached(0))
        .cache_write_tokens
        .get_or_insert(0); // OpenAI's clients require it
    usage
        .output_tokens_details
        .get_or_insert_with(|| OutputTokensDetails::reasoning(0));
    usage.is_byok.get_or_insert(false);
}
