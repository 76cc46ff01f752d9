//! The rules of the members for caching, moderation, debugging and tracing.

use orouter_wire::ResponsesRequest;
use orouter_wire::settings::{ModerationMode, ModerationPolicy};

use super::super::rule::Effect::{Noted, Refused, Upstream, Used};
use super::super::rule::{Parameter, rule};
use super::reasons::OF_PARENT;

const NO_PROMPT_CACHE: &str = "the model does not have a prompt cache";
const NO_TRACES: &str = "this server does not export traces";

pub(super) const PARAMETERS: &[Parameter] = &[
    rule(
        "access_programs",
        "an object",
        Upstream(
            |r| r.access_programs.is_some(),
            "the model does not have access programs",
        ),
    ),
    rule(
        "access_programs.cyber",
        "`standard`, `daybreak_blue` or `daybreak_red`",
        Used(OF_PARENT),
    ),
    rule(
        "cache_control",
        "an object",
        Upstream(|r| r.cache_control.is_some(), NO_PROMPT_CACHE),
    ),
    rule("cache_control.ttl", "`5m` or `1h`", Used(OF_PARENT)),
    rule("cache_control.type", "`ephemeral`", Used(OF_PARENT)),
    rule("debug", "an object", Used("see its members")),
    rule(
        "debug.echo_upstream_body",
        "a boolean",
        Used("in a stream, `response.debug` events show the upstream requests; otherwise noted"),
    ),
    rule(
        "moderation",
        "an object",
        Upstream(
            |r| r.moderation.is_some() && !blocks(r),
            "this server does not have moderation",
        ),
    ),
    rule("moderation.model", "a string", Used(OF_PARENT)),
    rule(
        "moderation.policy",
        "an object",
        Refused(
            blocks,
            "does not have moderation and cannot block; leave it out or send `mode: score`",
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
        "prompt_cache_key",
        "a string",
        Upstream(|r| r.prompt_cache_key.is_some(), NO_PROMPT_CACHE),
    ),
    rule(
        "prompt_cache_options",
        "an object",
        Upstream(|r| r.prompt_cache_options.is_some(), NO_PROMPT_CACHE),
    ),
    rule(
        "prompt_cache_options.comparison_response_id",
        "a string",
        Used(OF_PARENT),
    ),
    rule(
        "prompt_cache_options.mode",
        "`explicit` or `implicit`",
        Used(OF_PARENT),
    ),
    rule("prompt_cache_options.prewarm", "a boolean", Used(OF_PARENT)),
    rule("prompt_cache_options.ttl", "a string", Used(OF_PARENT)),
    rule(
        "prompt_cache_retention",
        "`in_memory` or `24h`",
        Upstream(|r| r.prompt_cache_retention.is_some(), NO_PROMPT_CACHE),
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
