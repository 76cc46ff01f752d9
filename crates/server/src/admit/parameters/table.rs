//! The rule of each member of a request.

use orouter_wire::settings::{ModerationMode, ModerationPolicy, ServiceTier};
use orouter_wire::{ReasoningEffort, ResponsesRequest, TextFormat};

use super::Effect::{self, Model, Noted, Refused, Used};

/// A member, the values that it takes, and its rule.
pub(in crate::admit) struct Parameter {
    /// The path of the member, without the indexes of lists.
    pub(in crate::admit) path: &'static str,
    /// The values that it takes, in words.
    pub(in crate::admit) expects: &'static str,
    pub(in crate::admit) effect: Effect,
}

const fn rule(path: &'static str, expects: &'static str, effect: Effect) -> Parameter {
    Parameter {
        path,
        expects,
        effect,
    }
}

const NO_SERVER_TOOLS: &str = "this server runs no tools";
const NO_IMAGES: &str = "this server's models make no images";
const NO_PROMPT_CACHE: &str = "this server keeps no prompt cache";
const NO_TRACES: &str = "this server exports no traces";
const FIXED_ORDER: &str = "endpoints are tried in the order in which the server lists them";
const OF_PARENT: &str = "part of the member above";

/// The rule of each member. A member inside one that is refused or noted as a whole has no row.
pub(in crate::admit) const PARAMETERS: &[Parameter] = &[
    rule(
        "background",
        "a boolean",
        Refused(
            |r| r.background == Some(true),
            "answers a request at once; leave it out or send false",
        ),
    ),
    rule(
        "cache_control",
        "an object",
        Noted(|r| r.cache_control.is_some(), NO_PROMPT_CACHE),
    ),
    rule("cache_control.type", "`ephemeral`", Used(OF_PARENT)),
    rule("cache_control.ttl", "`5m` or `1h`", Used(OF_PARENT)),
    rule(
        "client_metadata",
        "an object of strings",
        Noted(
            |r| !r.client_metadata.is_empty(),
            "this server does not keep it",
        ),
    ),
    rule(
        "context_management",
        "a list of objects with a known `type`",
        Noted(
            |r| !r.context_management.is_empty(),
            "this server does not compact conversations",
        ),
    ),
    rule(
        "context_management.compact_threshold",
        "a whole number, at least 0",
        Used(OF_PARENT),
    ),
    rule(
        "conversation",
        "a string or an object",
        Refused(
            |r| r.conversation.is_some(),
            "keeps no conversations; send the conversation so far as `input`",
        ),
    ),
    rule("debug", "an object", Used("see its members")),
    rule(
        "debug.echo_upstream_body",
        "a boolean",
        Noted(
            |r| {
                r.debug
                    .as_ref()
                    .is_some_and(|d| d.echo_upstream_body == Some(true))
            },
            "the request is not translated for an upstream server",
        ),
    ),
    rule(
        "deferred_tools",
        "an object",
        Refused(
            |r| r.deferred_tools.is_some(),
            "does not implement it in this version; leave it out, and the model sees all `tools`",
        ),
    ),
    rule(
        "frequency_penalty",
        "a number from -2 to 2",
        Model("frequency_penalty", |r| {
            r.frequency_penalty.is_some_and(|p| p != 0.0)
        }),
    ),
    rule(
        "image_config",
        "an object",
        Noted(|r| !r.image_config.is_empty(), NO_IMAGES),
    ),
    rule(
        "include",
        "a list of strings",
        Noted(
            |r| !r.include.is_empty(),
            "the responses of this server have no such parts",
        ),
    ),
    rule(
        "input",
        "a string or a list of items",
        Used("the conversation"),
    ),
    rule(
        "instructions",
        "a string",
        Used("the system message before the conversation"),
    ),
    rule(
        "max_output_tokens",
        "a whole number, at least 1",
        Model("max_tokens", |r| r.max_output_tokens.is_some()),
    ),
    rule(
        "max_tool_calls",
        "a whole number from 1 to 30",
        Noted(|r| r.max_tool_calls.is_some(), NO_SERVER_TOOLS),
    ),
    rule(
        "metadata",
        "an object of at most 16 strings",
        Used(
            "repeated in the response; keys have at most 64 characters and no brackets, values at most 512 characters",
        ),
    ),
    rule(
        "modalities",
        "a list of strings",
        Used("`text`; the embedded model refuses any other"),
    ),
    rule(
        "model",
        "a string",
        Used(
            "the model; `:nitro` and `:floor` after its name are noted, `:online` and `:exacto` are refused",
        ),
    ),
    rule(
        "models",
        "a list of strings",
        Used("models to try after `model`"),
    ),
    rule(
        "moderation",
        "an object",
        Noted(
            |r| r.moderation.is_some() && !blocks(r),
            "this server has no moderation",
        ),
    ),
    rule("moderation.model", "a string", Used(OF_PARENT)),
    rule(
        "moderation.policy",
        "an object",
        Refused(
            blocks,
            "has no moderation, so that it cannot block anything; leave it out or send `mode: score`",
        ),
    ),
    rule("moderation.policy.input", "an object", Used(OF_PARENT)),
    rule(
        "moderation.policy.input.mode",
        "`score` or `block`",
        Used(OF_PARENT),
    ),
    rule("moderation.policy.output", "an object", Used(OF_PARENT)),
    rule(
        "moderation.policy.output.mode",
        "`score` or `block`",
        Used(OF_PARENT),
    ),
    rule(
        "parallel_tool_calls",
        "a boolean",
        Used("the embedded model makes at most one call in a response"),
    ),
    rule(
        "plugins",
        "a list of objects with a known `id`",
        Refused(
            plugins,
            "has no plugins; leave them out or send `enabled: false`",
        ),
    ),
    rule(
        "presence_penalty",
        "a number from -2 to 2",
        Model("presence_penalty", |r| {
            r.presence_penalty.is_some_and(|p| p != 0.0)
        }),
    ),
    rule(
        "previous_response_id",
        "null",
        Used("refused unless null: this server stores nothing"),
    ),
    rule(
        "prompt",
        "an object",
        Refused(
            |r| r.prompt.is_some(),
            "keeps no prompts; send the text as `input`",
        ),
    ),
    rule(
        "prompt_cache_key",
        "a string",
        Noted(|r| r.prompt_cache_key.is_some(), NO_PROMPT_CACHE),
    ),
    rule(
        "prompt_cache_options",
        "an object",
        Noted(|r| r.prompt_cache_options.is_some(), NO_PROMPT_CACHE),
    ),
    rule(
        "prompt_cache_options.mode",
        "`explicit` or `implicit`",
        Used(OF_PARENT),
    ),
    rule("prompt_cache_options.ttl", "a string", Used(OF_PARENT)),
    rule(
        "prompt_cache_retention",
        "`in_memory` or `24h`",
        Noted(|r| r.prompt_cache_retention.is_some(), NO_PROMPT_CACHE),
    ),
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
        Used("`deny`: only endpoints that collect no data; the embedded model is one"),
    ),
    rule(
        "provider.enforce_distillable_text",
        "a boolean",
        Used(
            "`true`: only endpoints whose text may be used to train other models; the embedded model is one",
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
        Used("audio input has no price here, so that it excludes nothing"),
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
        Used("no other providers are tried"),
    ),
    rule(
        "provider.options",
        "an object of objects",
        Noted(
            |r| r.provider.as_ref().is_some_and(|p| !p.options.is_empty()),
            "the request is not translated for an upstream server",
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
        Noted(
            |r| {
                r.provider
                    .as_ref()
                    .is_some_and(|p| p.preferred_max_latency.is_some())
            },
            FIXED_ORDER,
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
        Noted(
            |r| {
                r.provider
                    .as_ref()
                    .is_some_and(|p| p.preferred_min_throughput.is_some())
            },
            FIXED_ORDER,
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
        Noted(
            |r| r.provider.as_ref().is_some_and(|p| p.sort.is_some()),
            FIXED_ORDER,
        ),
    ),
    rule(
        "provider.sort.by",
        "`price`, `throughput` or `latency`",
        Used(
            "`exacto`, here and as `sort`, is refused: this server has no success figures of tool calls",
        ),
    ),
    rule(
        "provider.sort.partition",
        "`model` or `none`",
        Used(OF_PARENT),
    ),
    rule(
        "provider.zdr",
        "a boolean",
        Used("`true`: only endpoints that retain no data; the embedded model is one"),
    ),
    rule("reasoning", "an object", Model("reasoning", reasons)),
    rule(
        "reasoning.context",
        "`auto`, `all_turns` or `current_turn`",
        Used(OF_PARENT),
    ),
    rule(
        "reasoning.effort",
        "`none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`",
        Used("`none` asks for nothing; with `reasoning.max_tokens` it is refused"),
    ),
    rule("reasoning.enabled", "a boolean", Used(OF_PARENT)),
    rule(
        "reasoning.generate_summary",
        "`auto`, `concise` or `detailed`",
        Used(OF_PARENT),
    ),
    rule(
        "reasoning.max_tokens",
        "a whole number, at least 0",
        Used("with `reasoning.effort` it is refused"),
    ),
    rule("reasoning.mode", "`standard` or `pro`", Used(OF_PARENT)),
    rule(
        "reasoning.summary",
        "`auto`, `concise` or `detailed`",
        Used(OF_PARENT),
    ),
    rule(
        "route",
        "`fallback` or `sort`",
        Noted(|r| r.route.is_some(), "the API no longer uses it"),
    ),
    rule(
        "safety_identifier",
        "a string",
        Used("repeated in the response"),
    ),
    rule(
        "seed",
        "a whole number, at least 0",
        Model("seed", |r| {
            r.extra.get("seed").is_some_and(|seed| !seed.is_null())
        }),
    ),
    rule(
        "service_tier",
        "`auto`, `default`, `fast`, `flex`, `priority`, `scale` or `ultrafast`",
        Noted(
            |r| {
                !matches!(
                    r.service_tier,
                    None | Some(ServiceTier::Auto | ServiceTier::Default)
                )
            },
            "this server has one service tier, `default`",
        ),
    ),
    rule(
        "session_id",
        "a string of at most 256 characters",
        Noted(|r| r.session_id.is_some(), FIXED_ORDER),
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
        "stop_server_tools_when",
        "a list of objects with a known `type`",
        Noted(|r| !r.stop_server_tools_when.is_empty(), NO_SERVER_TOOLS),
    ),
    rule(
        "stop_server_tools_when.max_cost_in_dollars",
        "a number",
        Used(OF_PARENT),
    ),
    rule(
        "stop_server_tools_when.max_tokens",
        "a whole number, at least 0",
        Used(OF_PARENT),
    ),
    rule("stop_server_tools_when.reason", "a string", Used(OF_PARENT)),
    rule(
        "stop_server_tools_when.step_count",
        "a whole number, at least 0",
        Used(OF_PARENT),
    ),
    rule(
        "stop_server_tools_when.tool_name",
        "a string",
        Used(OF_PARENT),
    ),
    rule(
        "store",
        "false",
        Refused(
            |r| r.store == Some(true),
            "keeps no responses; leave it out or send false",
        ),
    ),
    rule(
        "stream",
        "a boolean",
        Used("a stream of events, or one body"),
    ),
    rule("stream_options", "an object", Used("see its members")),
    rule(
        "stream_options.include_obfuscation",
        "a boolean",
        Noted(
            |r| {
                r.stream_options
                    .as_ref()
                    .is_some_and(|s| s.include_obfuscation == Some(true))
            },
            "this server pads no events",
        ),
    ),
    rule(
        "temperature",
        "a number from 0 to 2",
        Model("temperature", |r| r.temperature.is_some()),
    ),
    rule("text", "an object", Used("see its members")),
    rule(
        "text.format",
        "an object with the `type` `text`, `json_object` or `json_schema`",
        Model("response_format", formats),
    ),
    rule("text.format.description", "a string", Used(OF_PARENT)),
    rule("text.format.name", "a string", Used(OF_PARENT)),
    rule("text.format.schema", "an object", Used(OF_PARENT)),
    rule("text.format.strict", "a boolean", Used(OF_PARENT)),
    rule(
        "text.verbosity",
        "`low`, `medium`, `high`, `xhigh` or `max`",
        Model("verbosity", |r| {
            r.text.as_ref().is_some_and(|text| text.verbosity.is_some())
        }),
    ),
    rule(
        "tool_choice",
        "a string or an object",
        Used("the tools that the model may or must call"),
    ),
    rule(
        "tools",
        "a list of objects",
        Model("tools", |r| !r.tools.is_empty()),
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
    rule(
        "trace",
        "an object",
        Noted(|r| r.trace.is_some(), NO_TRACES),
    ),
    rule("trace.generation_name", "a string", Used(OF_PARENT)),
    rule("trace.parent_span_id", "a string", Used(OF_PARENT)),
    rule("trace.span_name", "a string", Used(OF_PARENT)),
    rule("trace.trace_id", "a string", Used(OF_PARENT)),
    rule("trace.trace_name", "a string", Used(OF_PARENT)),
    rule(
        "truncation",
        "`auto` or `disabled`",
        Used("`auto`: the oldest turns are dropped until the input fits, and noted"),
    ),
    rule(
        "user",
        "a string of at most 256 characters",
        Used("repeated in the response"),
    ),
    rule(
        "x_search_filter",
        "an object",
        Noted(|r| r.x_search_filter.is_some(), NO_SERVER_TOOLS),
    ),
];

/// Returns `true` if the request asks for moderation that blocks.
fn blocks(request: &ResponsesRequest) -> bool {
    let policy = request.moderation.as_ref().and_then(|m| m.policy.as_ref());
    let block = |side: &Option<ModerationPolicy>| {
        side.as_ref()
            .is_some_and(|policy| policy.mode == Some(ModerationMode::Block))
    };
    policy.is_some_and(|policy| block(&policy.input) || block(&policy.output))
}

/// Returns `true` if a plugin is not switched off.
fn plugins(request: &ResponsesRequest) -> bool {
    request.plugins.iter().any(|plugin| {
        let text = orouter_wire::to_string(plugin);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        value.get("enabled") != Some(&serde_json::Value::Bool(false))
    })
}

/// Returns `true` if the request asks for reasoning, or for a part of it.
fn reasons(request: &ResponsesRequest) -> bool {
    request.reasoning.as_ref().is_some_and(|reasoning| {
        let off =
            reasoning.effort == Some(ReasoningEffort::None) || reasoning.enabled == Some(false);
        let asks = reasoning.effort.is_some()
            || reasoning.enabled.is_some()
            || reasoning.max_tokens.is_some()
            || reasoning.summary.is_some()
            || reasoning.generate_summary.is_some()
            || reasoning.context.is_some()
            || reasoning.mode.is_some();
        asks && !off
    })
}

/// Returns `true` if the text is to be JSON.
fn formats(request: &ResponsesRequest) -> bool {
    let format = request.text.as_ref().and_then(|text| text.format.as_ref());
    !matches!(format, None | Some(TextFormat::Text(_)))
}
