//! Log probabilities of tokens.

use orouter_wire::{Logprob, TopLogprob};

use super::model::{LogprobsResult, TokenLogprob};

/// Converts log probabilities. A token without one is left out.
pub(super) fn convert(result: LogprobsResult) -> Vec<Logprob> {
    let mut top = result.top_candidates.into_iter().flatten();
    let chosen = result.chosen_candidates.into_iter().flatten();
    let converted = chosen.filter_map(|chosen| {
        let top = top.next().and_then(|top| top.candidates);
        let mut logprob = Logprob::default();
        logprob.logprob = chosen.log_probability?;
        logprob.token = chosen.token.unwrap_or_default();
        logprob.bytes = Some(bytes(&logprob.token));
        logprob.top_logprobs = Some(top.into_iter().flatten().map(alternative).collect());
        Some(logprob)
    });
    converted.collect()
}

fn alternative(token: TokenLogprob) -> TopLogprob {
    let text = token.token.unwrap_or_default();
    let mut logprob = TopLogprob::default();
    logprob.bytes = Some(bytes(&text));
    logprob.token = Some(text);
    logprob.logprob = token.log_probability;
    logprob
}

fn bytes(token: &str) -> Vec<u32> {
    token.bytes().map(u32::from).collect()
}
