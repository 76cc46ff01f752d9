//! How likely a model found its tokens.

use crate::{Extra, Wire};

/// One token of the answer and how likely it was.
///
/// Stands for `OpenResponsesLogProbs`, `StreamLogprob` and the items of
/// `ResponseOutputText.logprobs`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Logprob {
    /// The token.
    pub token: String,
    /// The natural logarithm of its probability; 0 is certainty.
    pub logprob: f64,
    /// The token's UTF-8 bytes, 0 to 255 each: a token may be a part of a character.
    pub bytes: Option<Vec<u32>>,
    /// The likeliest tokens at this place, as many as the request's `top_logprobs`.
    pub top_logprobs: Option<Vec<TopLogprob>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A token that could have stood in a place. Stands for `OpenResponsesTopLogprobs` and
/// `StreamLogprobTopLogprob`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct TopLogprob {
    /// The token.
    pub token: Option<String>,
    /// The natural logarithm of its probability.
    pub logprob: Option<f64>,
    /// The token's UTF-8 bytes, 0 to 255 each.
    pub bytes: Option<Vec<u32>>,
    /// Members that no field takes.
    pub extra: Extra,
}
