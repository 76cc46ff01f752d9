//! What a response repeats of its request, with the defaults filled in and nothing left unsaid.

use std::collections::BTreeMap;

use orouter_wire::settings::{ServiceTier, Truncation};
use orouter_wire::{
    Input, Raw, Reasoning, Response, ResponseStatus, ResponsesRequest, TextConfig, TextFormat,
    Tool, ToolChoice,
};

use crate::endpoint::Model;

/// The response to this request before anything is in it.
pub(super) fn response(request: &ResponsesRequest, model: &Model, id: &str, now: u64) -> Response {
    let mut response = Response::new(id, model.id.as_str());
    response.created_at = now;
    response.status = ResponseStatus::InProgress;
    response.instructions = request.instructions.clone().map(Input::Text);
    response.max_output_tokens = request.max_output_tokens;
    response.max_tool_calls = request.max_tool_calls;
    response.parallel_tool_calls = request.parallel_tool_calls.unwrap_or(true);
    response.reasoning = request.reasoning.clone().map(reasoning);
    response.temperature = Some(request.temperature.unwrap_or(model.default_temperature));
    response.top_p = Some(request.top_p.unwrap_or(model.default_top_p));
    response.top_logprobs = Some(0);
    response.frequency_penalty = Some(request.frequency_penalty.unwrap_or(0.0));
    response.presence_penalty = Some(request.presence_penalty.unwrap_or(0.0));
    response.text = Some(text(request.text.clone()));
    response.tool_choice = Some(request.tool_choice.clone().unwrap_or_else(ToolChoice::auto));
    response.tools = request.tools.iter().cloned().map(tool).collect();
    response.truncation = Some(request.truncation.clone().unwrap_or(Truncation::Disabled));
    response.metadata = Some(
        request
            .metadata
            .clone()
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
    );
    response.background = Some(false);
    response.store = Some(false);
    response.service_tier = Some(ServiceTier::Default);
    response
        .prompt_cache_key
        .clone_from(&request.prompt_cache_key);
    response
        .safety_identifier
        .clone_from(&request.safety_identifier);
    response.user.clone_from(&request.user);
    // Members that may be null and have no value: said, not left out.
    for member in ["user", "prompt", "prompt_cache_options"] {
        response.extra.insert(member, Raw::null());
    }
    response
}

/// The form of the text, plain where nothing else was asked for.
fn text(text: Option<TextConfig>) -> TextConfig {
    let mut text = text.unwrap_or_default();
    if let TextFormat::JsonSchema(format) = text.format.get_or_insert_with(TextFormat::text) {
        format.strict.get_or_insert(true);
        // Open Responses requires it and allows null; OpenRouter's clients take strings alone.
        format.description.get_or_insert_default();
    }
    text
}

/// The tool, with every member that Open Responses lists.
fn tool(mut tool: Tool) -> Tool {
    if let Tool::Function(function) = &mut tool {
        if function.description.is_none() {
            function.extra.insert("description", Raw::null());
        }
        if function.strict.is_none() {
            function.extra.insert("strict", Raw::null());
        }
    }
    tool
}

/// The reasoning settings, with every member that Open Responses lists.
fn reasoning(mut reasoning: Reasoning) -> Reasoning {
    if reasoning.effort.is_none() {
        reasoning.extra.insert("effort", Raw::null());
    }
    if reasoning.summary.is_none() {
        reasoning.extra.insert("summary", Raw::null());
    }
    reasoning
}
