//! [`plausible`]: removes what cannot be right from the usage that a provider reports.

use orouter_wire::usage::{CostDetails, InputTokensDetails, OutputTokensDetails};
use orouter_wire::{Extra, Usage, Wire};

/// Maximum number of tokens of one response. A larger number is a fault of the provider.
const MAX_TOKENS: u64 = u32::MAX as u64;

/// Returns the usage without unreadable members and without amounts that are negative or not
/// numbers. `None` if the number of input or output tokens is unreadable or too large.
pub(super) fn plausible(mut usage: Usage) -> Option<Usage> {
    // The decoder keeps members of another type in `extra`.
    let readable = |name| usage.extra.get(name).is_none();
    if !readable("input_tokens")
        || !readable("output_tokens")
        || usage.input_tokens.max(usage.output_tokens) > MAX_TOKENS
    {
        return None;
    }
    remove_unreadable::<Usage>(&mut usage.extra);
    if let Some(details) = &mut usage.input_tokens_details {
        remove_unreadable::<InputTokensDetails>(&mut details.extra);
    }
    if let Some(details) = &mut usage.output_tokens_details {
        remove_unreadable::<OutputTokensDetails>(&mut details.extra);
    }
    remove_impossible(&mut usage.cost);
    if let Some(details) = &mut usage.cost_details {
        remove_unreadable::<CostDetails>(&mut details.extra);
        remove_impossible(&mut details.upstream_inference_cost);
        remove_impossible(&mut details.upstream_inference_input_cost);
        remove_impossible(&mut details.upstream_inference_output_cost);
        remove_impossible(&mut details.server_tool_cost);
    }
    Some(usage)
}

/// Removes the members of `T` that have another type.
fn remove_unreadable<T: Wire>(extra: &mut Extra) {
    if extra.is_empty() {
        return;
    }
    for name in T::MEMBERS {
        extra.remove(name);
    }
}

fn remove_impossible(amount: &mut Option<f64>) {
    *amount = amount.filter(|usd| usd.is_finite() && *usd >= 0.0);
}
