//! [`Cost`]: the cost of a response, from its usage and the prices of its endpoint.

use orouter_wire::Usage;

use crate::amount::Amount;
use crate::provider::Price;

/// The cost of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    /// Prompt tokens and images.
    pub(super) input: Amount,
    /// Output tokens.
    pub(super) output: Amount,
    /// The price of the request itself.
    pub(super) request: Amount,
}

impl Cost {
    /// Returns the cost of this usage. `images` is the number of images in the input.
    ///
    /// Input tokens are the sum of uncached tokens, tokens read from the cache and tokens written to
    /// it; output tokens include reasoning.
    pub(super) fn new(usage: &Usage, price: &Price, images: u64) -> Self {
        let details = usage.input_tokens_details.as_ref();
        let read = usage.cached_tokens().min(usage.input_tokens);
        let written = details
            .and_then(|details| details.cache_write_tokens)
            .unwrap_or_default()
            .min(usage.input_tokens - read);
        let uncached = usage.input_tokens - read - written;
        let audio = match price.audio {
            Some(_) => details.and_then(|details| details.audio_tokens),
            None => None,
        };
        let audio = audio.unwrap_or_default().min(uncached);
        let reasoning = usage.reasoning_tokens().min(usage.output_tokens);
        let or = |price: Option<Amount>, other: Amount| price.unwrap_or(other);
        let input = price
            .prompt
            .times(uncached - audio)
            .plus(or(price.audio, price.prompt).times(audio))
            .plus(or(price.cache_read, price.prompt).times(read))
            .plus(or(price.cache_write, price.prompt).times(written))
            .plus(price.image.times(images));
        let output = price
            .completion
            .times(usage.output_tokens - reasoning)
            .plus(or(price.reasoning, price.completion).times(reasoning));
        Self {
            input,
            output,
            request: price.request,
        }
    }

    pub(super) fn total(self) -> Amount {
        self.input.plus(self.output).plus(self.request)
    }
}

#[cfg(test)]
mod tests {
    use orouter_wire::usage::{InputTokensDetails, OutputTokensDetails};

    use super::*;

    fn usage(input: u64, read: u64, written: u64, output: u64, reasoning: u64) -> Usage {
        let mut usage = Usage::new(input, output);
        let mut details = InputTokensDetails::cached(read);
        details.cache_write_tokens = Some(written);
        usage.input_tokens_details = Some(details);
        usage.output_tokens_details = Some(OutputTokensDetails::reasoning(reasoning));
        usage
    }

    fn price() -> Price {
        let mut price = Price::per_million(2.5, 10.0);
        price.cache_read = Some(Amount::per_million(1.25));
        price.cache_write = Some(Amount::per_million(3.125));
        price.reasoning = Some(Amount::per_million(20.0));
        price.image = Amount::from_usd(0.001);
        price.request = Amount::from_usd(0.01);
        price
    }

    #[test]
    fn each_kind_of_token_has_its_price() {
        let cost = Cost::new(&usage(1000, 600, 100, 50, 20), &price(), 2);
        let input = 300.0 * 2.5 + 600.0 * 1.25 + 100.0 * 3.125;
        let output = 30.0 * 10.0 + 20.0 * 20.0;
        assert_eq!(cost.input, Amount::from_usd(input / 1e6 + 0.002));
        assert_eq!(cost.output, Amount::from_usd(output / 1e6));
        let total = cost.input.plus(cost.output).plus(Amount::from_usd(0.01));
        assert_eq!(cost.total(), total);
    }

    #[test]
    fn prices_that_are_left_out_are_those_of_other_tokens() {
        let plain = Price::per_million(1.0, 2.0);
        let cost = Cost::new(&usage(10, 5, 3, 4, 4), &plain, 7);
        assert_eq!(cost.total(), Amount::per_million(10.0 + 8.0));
    }

    #[test]
    fn audio_of_the_prompt_has_its_own_price() {
        let mut usage = usage(100, 40, 0, 0, 0);
        let details = usage.input_tokens_details.as_mut().unwrap();
        details.audio_tokens = Some(20);
        let mut plain = Price::per_million(1.0, 2.0);
        let cost = Cost::new(&usage, &plain, 0);
        assert_eq!(cost.total(), Amount::per_million(100.0));
        plain.audio = Some(Amount::per_million(10.0));
        let cost = Cost::new(&usage, &plain, 0);
        assert_eq!(cost.total(), Amount::per_million(80.0 + 200.0));
        // The rest of the audio was read from the cache.
        usage.input_tokens_details.as_mut().unwrap().audio_tokens = Some(90);
        let cost = Cost::new(&usage, &plain, 0);
        assert_eq!(cost.total(), Amount::per_million(40.0 + 600.0));
    }

    #[test]
    fn details_beyond_the_totals_are_not_charged_twice() {
        let cost = Cost::new(&usage(10, 50, 50, 5, 90), &price(), 0);
        let expected = Amount::per_million(10.0 * 1.25 + 5.0 * 20.0);
        assert_eq!(cost.input.plus(cost.output), expected);
        let huge = Cost::new(&usage(u64::MAX, 0, 0, u64::MAX, 0), &price(), u64::MAX);
        assert_eq!(huge.total(), Amount::from_units(i64::MAX));
    }
}
