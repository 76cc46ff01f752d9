//! [`Sort`]: the order of a list of models.

use crate::failure::Failure;
use crate::quote::quote;

/// The order of a list of models. Models whose figure is not known come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// By the time of publication, the latest first.
    Newest,
    /// By the mean of the prices of a prompt token and of an output token.
    PriceAscending,
    PriceDescending,
    /// By the context length.
    ContextDescending,
}

impl Sort {
    const ALL: [(&'static str, Self); 4] = [
        ("newest", Self::Newest),
        ("pricing-low-to-high", Self::PriceAscending),
        ("pricing-high-to-low", Self::PriceDescending),
        ("context-high-to-low", Self::ContextDescending),
    ];

    /// Reads the value of `sort`.
    ///
    /// # Errors
    /// A 400 for an order by figures that this server does not have.
    pub(super) fn read(value: &str) -> Result<Self, Failure> {
        let known = Self::ALL.into_iter().find(|(word, _)| *word == value);
        known.map(|(_, sort)| sort).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.into_iter().map(|(word, _)| word).collect();
            Failure::invalid(
                "sort",
                format!(
                    "`sort` is `{}`; this server sorts models by {}",
                    quote(value),
                    words.join(", ")
                ),
            )
        })
    }
}
