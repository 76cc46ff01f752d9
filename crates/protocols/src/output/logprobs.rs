//! Size of log probabilities.

use orouter_wire::Logprob;

/// Bytes that count for a token, and for each alternative of it.
const TOKEN_BYTES: usize = 64;

/// Returns the number of bytes that log probabilities count for.
pub(crate) fn logprobs_length<'a>(logprobs: impl IntoIterator<Item = &'a Logprob>) -> usize {
    let tokens = logprobs.into_iter().map(|token| {
        let alternatives = token.top_logprobs.as_ref().map_or(0, Vec::len);
        TOKEN_BYTES
            .saturating_mul(alternatives.saturating_add(1))
            .saturating_add(token.token.len())
    });
    tokens.fold(0, usize::saturating_add)
}
