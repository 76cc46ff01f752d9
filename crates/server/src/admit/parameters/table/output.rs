//! The rules of the members that describe the output: text formats, reasoning, modalities.

use orouter_wire::{ReasoningEffort, ResponsesRequest, TextFormat};

use super::super::rule::Effect::{Model, Upstream, Used};
use super::super::rule::{Parameter, rule};
use super::reasons::OF_PARENT;

const NO_IMAGES: &str = "the model does not generate images";

pub(super) const PARAMETERS: &[Parameter] = &[
    rule(
        "image",
        "an object",
        Upstream(|r| r.image.is_some(), "the model does not read images"),
    ),
    rule(
        "image.context_compression",
        "`auto`, `enabled` or `disabled`",
        Used(OF_PARENT),
    ),
    rule(
        "image_config",
        "an object",
        Upstream(|r| !r.image_config.is_empty(), NO_IMAGES),
    ),
    rule(
        "include",
        "a list of strings",
        Upstream(
            |r| !r.include.is_empty(),
            "the responses of the model do not have such parts",
        ),
    ),
    rule(
        "modalities",
        "a list of strings",
        Used("`text`; the embedded model refuses any other"),
    ),
    rule(
        "reasoning",
        "an object",
        Model("reasoning", asks_for_reasoning),
    ),
    rule(
        "reasoning.context",
        "`auto`, `all_turns` or `current_turn`",
        Used(OF_PARENT),
    ),
    rule(
        "reasoning.effort",
        "`none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`",
        Used("`none` disables reasoning; with `reasoning.max_tokens` it is refused"),
    ),
    rule("reasoning.enabled", "a boolean", Used(OF_PARENT)),
    rule(
        "reasoning.exclude",
        "a boolean",
        Used(
            "`true`: the response has no reasoning; noted for upstreams whose protocol does not have it",
        ),
    ),
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
    rule(
        "reasoning.mode",
        "a string, such as `standard` or `pro`",
        Used(OF_PARENT),
    ),
    rule(
        "reasoning.summary",
        "`auto`, `concise` or `detailed`",
        Used(OF_PARENT),
    ),
    rule("text", "an object", Used("see its members")),
    rule(
        "text.format",
        "an object with the `type` `text`, `json_object` or `json_schema`",
        Model("response_format", asks_for_json),
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
];

/// Returns `true` if the request asks for reasoning, or for a part of it.
fn asks_for_reasoning(request: &ResponsesRequest) -> bool {
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
/// Returns `true` if the request asks for JSON.
fn asks_for_json(request: &ResponsesRequest) -> bool {
    let format = request.text.as_ref().and_then(|text| text.format.as_ref());
    !matches!(format, None | Some(TextFormat::Text(_)))
}
