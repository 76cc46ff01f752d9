//! Log probabilities of output tokens.

use crate::{Extra, Wire};

/// Log probability of one output token.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Logprob {
    /// Text of the token.
    pub token: String,
    /// Natural logarithm of the token's probability; 0 means certainty.
    pub logprob: f64,
    /// UTF-8 bytes of the token, 0 to 255 each. A token can be a part of a character.
    pub bytes: Option<Vec<u32>>,
    /// Most likely tokens at this position, at most the request's `top_logprobs`.
    pub top_logprobs: Option<Vec<TopLogprob>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Log probability of one of the most likely tokens at a position.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct TopLogprob {
    /// Text of the token.
    pub token: Option<String>,
    /// Natural logarithm of the token's probability.
    pub logprob: Option<f64>,
    /// UTF-8 bytes of the token, 0 to 255 each.
    pub bytes: Option<Vec<u32>>,
    /// Members without a typed field.
    pub extra: Extra,
}
