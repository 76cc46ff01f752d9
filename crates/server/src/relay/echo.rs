//! The members of the request that its response repeats, with defaults and nulls filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use orouter_wire::settings::{ServiceTier, Truncation};
use orouter_wire::{
    Input, Raw, Reasoning, Response, ResponseStatus, ResponsesRequest, SpecificToolChoice,
    TextConfig, TextFormat, Tool, ToolChoice, ToolChoiceMode,
};
use serde_json::Value;

use super::echo_limit;
use crate::generation::Generation;
use crate::provider::Model;

/// The members of a request that its response repeats, and what else every response has.
pub(super) struct Echo {
    request: Arc<ResponsesRequest>,
    pub(super) model: Arc<Model>,
    pub(super) id: String,
    pub(super) created_at: u64,
}

impl Echo {
    pub(super) fn new(generation: &Generation, model: &Arc<Model>) -> Self {
        Self {
            request: Arc::clone(&generation.request),
            model: Arc::clone(model),
            id: generation.id.as_str().to_owned(),
            created_at: generation.created_at,
        }
    }

    /// Returns the response before it has any output, as `response.created` has it.
    pub(super) fn response(&self) -> Response {
        let mut response = response(&self.request, &self.model, &self.id, self.created_at);
        echo_limit::apply(&mut response);
        response
    }
}

/// Returns the response to this request before it has any output.
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
    response.tool_choice = Some(choice(request.tool_choice.clone()));
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
    // Open Responses requires these members and allows null.
    for member in ["user", "prompt", "prompt_cache_options"] {
        response.extra.insert(member, Raw::null());
    }
    response
}

/// Returns the text settings, with plain text as the default format.
fn text(text: Option<TextConfig>) -> TextConfig {
    let mut text = text.unwrap_or_default();
    if let TextFormat::JsonSchema(format) = text.format.get_or_insert_with(TextFormat::text) {
        format.strict.get_or_insert(true);
        // Open Responses requires it and allows null; OpenRouter's clients take strings alone.
        format.description.get_or_insert_default();
    }
    text
}

/// Returns the tool choice, with its mode.
fn choice(choice: Option<ToolChoice>) -> ToolChoice {
    let mut choice = choice.unwrap_or_else(ToolChoice::auto);
    if let ToolChoice::Tool(SpecificToolChoice::AllowedTools(allowed)) = &mut choice {
        // The encoder omits the default mode; clients expect the member.
        if allowed.mode == ToolChoiceMode::default() {
            let mode = Value::from(allowed.mode.as_str());
            allowed.extra.insert("mode", Raw::from(mode));
        }
    }
    choice
}

/// Returns the tool with every member that Open Responses lists.
fn tool(mut tool: Tool) -> Tool {
    if let Tool::Function(function) = &mut tool {
        if function.description.is_none() {
            function.extra.insert("description", Raw::null());
        }
        if function.parameters.is_none() {
            function.extra.insert("parameters", Raw::null());
        }
        if function.strict.is_none() {
            function.extra.insert("strict", Raw::null());
        }
    }
    tool
}

/// Returns the reasoning settings with every member that Open Responses lists.
fn reasoning(mut reasoning: Reasoning) -> Reasoning {
    if reasoning.effort.is_none() {
        reasoning.extra.insert("effort", Raw::null());
    }
    if reasoning.summary.is_none() {
        reasoning.extra.insert("summary", Raw::null());
    }
    reasoning
}

#[cfg(test)]
mod tests {
    use orouter_wire::to_string;
    use serde_json::json;

    use super::*;

    /// Returns the echo of this request. Checks that no member occurs twice.
    fn echoed(request: &Value) -> Value {
        let request = orouter_wire::from_str(&request.to_string()).expect("a request");
        let text = to_string(&response(&request, &Model::new("a/b"), "gen-1", 0));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value.to_string().len(), text.len(), "{text}");
        value
    }

    #[test]
    fn tools_and_their_choice_have_every_member() {
        let echo = echoed(&json!({"tools": [
            {"type": "function", "name": "a"},
            {"type": "function", "name": "b", "description": null, "parameters": null, "strict": null},
            {"type": "function", "name": "c", "parameters": {}, "strict": true},
        ]}));
        let bare = |name: &str| json!({"type": "function", "name": name, "description": null, "parameters": null, "strict": null});
        assert_eq!(echo["tools"][0], bare("a"));
        assert_eq!(echo["tools"][1], bare("b"));
        assert_eq!(
            echo["tools"][2],
            json!({"type": "function", "name": "c", "description": null, "parameters": {}, "strict": true})
        );
        assert_eq!(echo["tool_choice"], "auto");

        for (given, mode) in [
            (json!({}), "auto"),
            (json!({"mode": null}), "auto"),
            (json!({"mode": "auto"}), "auto"),
            (json!({"mode": "required"}), "required"),
        ] {
            let mut choice =
                json!({"type": "allowed_tools", "tools": [{"type": "function", "name": "a"}]});
            choice
                .as_object_mut()
                .expect("an object")
                .extend(given.as_object().cloned().expect("an object"));
            let echo = echoed(&json!({"tool_choice": choice.clone()}));
            choice["mode"] = mode.into();
            assert_eq!(echo["tool_choice"], choice);
        }
    }
}
