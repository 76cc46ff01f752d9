//! The rules of the sampling parameters.

use super::super::rule::Effect::Model;
use super::super::rule::{Parameter, rule};

pub(super) const PARAMETERS: &[Parameter] = &[
    rule(
        "frequency_penalty",
        "a number from -2 to 2",
        Model("frequency_penalty", |r| {
            r.frequency_penalty.is_some_and(|p| p != 0.0)
        }),
    ),
    rule(
        "max_output_tokens",
        "a whole number, at least 1",
        Model("max_tokens", |r| r.max_output_tokens.is_some()),
    ),
    rule(
        "presence_penalty",
        "a number from -2 to 2",
        Model("presence_penalty", |r| {
            r.presence_penalty.is_some_and(|p| p != 0.0)
        }),
    ),
    rule(
        "seed",
        "a whole number",
        Model("seed", |r| {
            r.seed.is_some() || r.extra.get("seed").is_some_and(|seed| !seed.is_null())
        }),
    ),
    rule(
        "stop",
        "a string or a list of at most 4 strings",
        Model("stop", |r| {
            r.stop
                .as_ref()
                .is_some_and(|stop| !stop.as_slice().is_empty())
        }),
    ),
    rule(
        "temperature",
        "a number from 0 to 2",
        Model("temperature", |r| r.temperature.is_some()),
    ),
    rule(
        "top_k",
        "a whole number, at least 0",
        Model("top_k", |r| r.top_k.is_some_and(|k| k != 0)),
    ),
    rule(
        "top_logprobs",
        "a whole number from 0 to 20",
        Model("top_logprobs", |r| {
            r.top_logprobs.is_some_and(|count| count != 0)
        }),
    ),
    rule(
        "top_p",
        "a number from 0 to 1",
        Model("top_p", |r| r.top_p.is_some()),
    ),
];
