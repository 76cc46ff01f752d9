//! [`Price`]: the prices of an endpoint.

use crate::amount::Amount;

/// The prices of an endpoint.
///
/// ```
/// use orouter_server::Amount;
/// use orouter_server::provider::{Model, Price};
///
/// let mut model = Model::new("example/large");
/// let mut price = Price::per_million(2.5, 10.0);
/// price.cache_read = Some(Amount::per_million(1.25));
/// model.price = Some(price);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Price {
    /// Price of a prompt token.
    pub prompt: Amount,
    /// Price of an output token.
    pub completion: Amount,
    /// Price of a prompt token that the provider reads from its cache. `None`: as `prompt`.
    pub cache_read: Option<Amount>,
    /// Price of a prompt token that the provider writes to its cache. `None`: as `prompt`.
    pub cache_write: Option<Amount>,
    /// Price of a reasoning token. `None`: as `completion`.
    pub reasoning: Option<Amount>,
    /// Price of an audio token of the prompt. `None`: as `prompt`.
    pub audio: Option<Amount>,
    /// Price of an input image, in addition to its tokens. Default: 0.
    pub image: Amount,
    /// Price of a request, in addition to its tokens. Default: 0.
    pub request: Amount,
}

impl Price {
    /// Creates the prices of a prompt token and of an output token.
    #[must_use]
    pub fn per_token(prompt: Amount, completion: Amount) -> Self {
        Self {
            prompt,
            completion,
            ..Self::default()
        }
    }

    /// Creates prices from USD per million prompt tokens and per million output tokens.
    #[must_use]
    pub fn per_million(prompt: f64, completion: f64) -> Self {
        Self::per_token(Amount::per_million(prompt), Amount::per_million(completion))
    }

    /// Creates the prices of a model that costs nothing.
    #[must_use]
    pub fn free() -> Self {
        Self::default()
    }
}
