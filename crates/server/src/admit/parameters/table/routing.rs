//! The rules of the members that choose providers.

use orouter_wire::settings::ServiceTier;

use super::super::rule::Effect::{Noted, Upstream, Used};
use super::super::rule::{Parameter, rule};
use super::reasons::OF_PARENT;

pub(super) const PARAMETERS: &[Parameter] = &[
    rule("provider", "an object", Used("see its members")),
    rule(
        "provider.allow_fallbacks",
        "a boolean",
        Used(
            "`false`: only the providers in `order` are tried, or without `order` only the first endpoint of each model",
        ),
    ),
    rule(
        "provider.data_collection",
        "`allow` or `deny`",
        Used("`deny`: only endpoints that collect no data; the embedded model is such an endpoint"),
    ),
    rule(
        "provider.enforce_distillable_text",
        "a boolean",
        Used(
            "`true`: only endpoints whose text may be used to train other models; the embedded model is such an endpoint",
        ),
    ),
    rule(
        "provider.ignore",
        "a list of strings",
        Used("these providers are not tried"),
    ),
    rule(
        "provider.max_price",
        "an object",
        Used("only endpoints of a known price that is not higher"),
    ),
    rule(
        "provider.max_price.audio",
        "a price in USD, as a number or a string",
        Used("per audio token of the prompt, for endpoints with such a price"),
    ),
    rule(
        "provider.max_price.completion",
        "a price in USD, as a number or a string",
        Used("per million tokens"),
    ),
    rule(
        "provider.max_price.image",
        "a price in USD, as a number or a string",
        Used("per image"),
    ),
    rule(
        "provider.max_price.prompt",
        "a price in USD, as a number or a string",
        Used("per million tokens"),
    ),
    rule(
        "provider.max_price.request",
        "a price in USD, as a number or a string",
        Used("per request"),
    ),
    rule(
        "provider.only",
        "a list of strings",
        Used("only these providers are tried"),
    ),
    rule(
        "provider.options",
        "an object of objects",
        Noted(
            |r| r.provider.as_ref().is_some_and(|p| !p.options.is_empty()),
            "this server does not send options of single providers",
        ),
    ),
    rule(
        "provider.order",
        "a list of strings",
        Used("these providers are tried first, in this order"),
    ),
    rule(
        "provider.preferred_max_latency",
        "a number or an object of percentiles",
        Used(
            "in seconds; endpoints above it in the last 5 minutes are tried last. A number is a limit for p50",
        ),
    ),
    rule(
        "provider.preferred_max_latency.p50",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_max_latency.p75",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_max_latency.p90",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_max_latency.p99",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_min_throughput",
        "a number or an object of percentiles",
        Used(
            "in tokens per second; endpoints below it in the last 5 minutes are tried last. A number is a limit for p50",
        ),
    ),
    rule(
        "provider.preferred_min_throughput.p50",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_min_throughput.p75",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_min_throughput.p90",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.preferred_min_throughput.p99",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "provider.quantizations",
        "a list of quantizations, such as `fp8`",
        Used("only endpoints of one of these quantizations"),
    ),
    rule(
        "provider.require_parameters",
        "a boolean",
        Used("`true`: only models that support every parameter of the request"),
    ),
    rule(
        "provider.sort",
        "`price`, `throughput`, `latency`, or an object with `by` and `partition`",
        Used("the endpoints of each model by this figure, the best first; noted if `order` is set"),
    ),
    rule(
        "provider.sort.by",
        "`price`, `throughput` or `latency`",
        Used(
            "`exacto`, here and as `sort`, is refused: this server does not have success rates of tool calls",
        ),
    ),
    rule(
        "provider.sort.partition",
        "`model` or `none`",
        Used("`none`: the endpoints of all models are sorted together"),
    ),
    rule(
        "provider.zdr",
        "a boolean",
        Used("`true`: only endpoints that retain no data; the embedded model is such an endpoint"),
    ),
    rule(
        "route",
        "`fallback` or `sort`",
        Used("older form of `provider.sort.partition`: `sort` means `none`"),
    ),
    rule(
        "service_tier",
        "`auto`, `default`, `fast`, `flex`, `priority`, `scale` or `ultrafast`",
        Upstream(
            |r| {
                !matches!(
                    r.service_tier,
                    None | Some(ServiceTier::Auto | ServiceTier::Default)
                )
            },
            "the model has one service tier, `default`",
        ),
    ),
];
