//! [`Estimate`]: the highest cost of a request.

use orouter_wire::ResponsesRequest;

use super::rules::Rules;
use crate::amount::Amount;
use crate::catalog::Endpoint;
use crate::planned::Planned;
use crate::prompt::{self, Media};

/// Number of bytes of text that count as one token. A token of most languages has more, so that the
/// cost of most prompts is below the estimate.
const BYTES_PER_TOKEN: usize = 2;

/// Number of output tokens of a request that names no limit, at an endpoint whose limits are not known.
const DEFAULT_OUTPUT_TOKENS: u64 = 16_384;

/// The highest cost of a request, and its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    /// Number of tokens of the prompt.
    prompt: u64,
    media: Media,
}

impl Estimate {
    /// `text` is the number of bytes of text in the request.
    pub(crate) fn new(request: &ResponsesRequest, text: usize, rules: &Rules) -> Self {
        let media = prompt::media(request);
        let media_tokens = u64::from(rules.media_tokens).saturating_mul(media.total());
        let text = u64::try_from(text.div_ceil(BYTES_PER_TOKEN)).unwrap_or(u64::MAX);
        Self {
            prompt: text.saturating_add(media_tokens),
            media,
        }
    }

    /// Returns the number of tokens of the prompt.
    pub(crate) fn prompt_tokens(&self) -> u64 {
        self.prompt
    }

    /// Returns the numbers of the parts of the prompt that are not text.
    pub(crate) fn media(&self) -> Media {
        self.media
    }

    /// Returns the highest cost at one of the endpoints. An endpoint without a price costs nothing.
    pub(crate) fn highest_cost(&self, request: &ResponsesRequest, plan: &[Planned]) -> Amount {
        let costs = plan
            .iter()
            .filter_map(|planned| self.cost(request, &planned.endpoint));
        costs.max().unwrap_or(Amount::ZERO)
    }

    fn cost(&self, request: &ResponsesRequest, endpoint: &Endpoint) -> Option<Amount> {
        let price = endpoint.price?;
        let highest = |price: Amount, others: [Option<Amount>; 2]| {
            others.into_iter().flatten().fold(price, Amount::max)
        };
        let input = highest(price.prompt, [price.cache_write, price.audio]);
        let output = highest(price.completion, [price.reasoning, None]);
        let prompt = match endpoint.context_length {
            Some(context) => self.prompt.min(context),
            None => self.prompt,
        };
        let limit = request.max_output_tokens;
        let limit = limit.or(endpoint.max_output_tokens);
        let limit = limit.or(endpoint.context_length);
        let tokens = limit.unwrap_or(DEFAULT_OUTPUT_TOKENS);
        Some(
            input
                .times(prompt)
                .plus(output.times(tokens))
                .plus(price.image.times(self.media.images))
                .plus(price.request),
        )
    }
}
