//! `price`: USD per million tokens; `image` and `request`: USD each.

use super::value::Value;
use crate::amount::Amount;
use crate::provider::Price;

/// Maximum of a price. A higher one is a mistake in the unit.
const MAXIMUM: f64 = 1_000_000.0;

/// Reads prices. `None` if one of them is wrong or missing.
pub(super) fn price(value: &Value<'_>) -> Option<Price> {
    let table = value.table()?;
    let tokens = "USD per million tokens";
    let token = |value: Value<'_>| value.amount(MAXIMUM, tokens).map(Amount::per_million);
    let each = |value: Value<'_>| value.amount(MAXIMUM, "USD").map(Amount::from_usd);
    let prompt = table.require(
        "prompt",
        "the USD per million prompt tokens, or 0 if they are free",
    );
    let completion = table.require(
        "completion",
        "the USD per million output tokens, or 0 if they are free",
    );
    let (prompt, completion) = (prompt.and_then(token), completion.and_then(token));
    let cache_read = table.get("cache_read").map(token);
    let cache_write = table.get("cache_write").map(token);
    let reasoning = table.get("reasoning").map(token);
    let audio = table.get("audio").map(token);
    let image = table.get("image").map(each);
    let request = table.get("request").map(each);
    table.finish();
    let mut price = Price::per_token(prompt?, completion?);
    price.cache_read = cache_read.flatten();
    price.cache_write = cache_write.flatten();
    price.reasoning = reasoning.flatten();
    price.audio = audio.flatten();
    price.image = image.flatten().unwrap_or_default();
    price.request = request.flatten().unwrap_or_default();
    Some(price)
}
