//! The rules of tools and plugins.

use orouter_wire::ResponsesRequest;

use super::super::rule::Effect::{Model, Refused, Upstream, Used};
use super::super::rule::{Parameter, rule};
use super::reasons::{NO_SERVER_TOOLS, OF_PARENT};

pub(super) const PARAMETERS: &[Parameter] = &[
    rule(
        "deferred_tools",
        "an object",
        Refused(
            |r| r.deferred_tools.is_some(),
            "does not support it; leave it out, and the model gets all `tools`",
        ),
    ),
    rule(
        "max_tool_calls",
        "a whole number from 1 to 30",
        Upstream(|r| r.max_tool_calls.is_some(), NO_SERVER_TOOLS),
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
            uses_plugins,
            "does not have plugins; leave them out or send `enabled: false`",
        ),
    ),
    rule(
        "stop_server_tools_when",
        "a list of objects with a known `type`",
        Upstream(|r| !r.stop_server_tools_when.is_empty(), NO_SERVER_TOOLS),
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
        "x_search_filter",
        "an object",
        Upstream(|r| r.x_search_filter.is_some(), NO_SERVER_TOOLS),
    ),
];

/// Returns `true` if a plugin is not switched off.
fn uses_plugins(request: &ResponsesRequest) -> bool {
    request.plugins.iter().any(|plugin| {
        let text = orouter_wire::to_string(plugin);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        value.get("enabled") != Some(&serde_json::Value::Bool(false))
    })
}
