//! Refuses requests in the form of the Chat Completions API, and names the equivalent in the
//! Responses API.
//!
//! Members of that form are unknown in the Responses API, and unknown members are accepted. They
//! are refused only if ignoring them changes the result: `messages` is refused, `n: 1` and
//! `logprobs: false` are not.

use orouter_wire::{
    ContentPart, Extra, Input, Item, Message, MessageContent, Raw, ResponsesRequest, Role,
    SpecificToolChoice, TextFormat, Tool, ToolChoice, ToolChoiceMode, ToolOutput,
};

use crate::failure::Failure;

/// Members of a Chat Completions request that change the result: the name, the values without
/// effect, and the equivalent.
const MEMBERS: &[(&str, &[&str], &str)] = &[
    ("messages", &[], "`input`: a string or a list of items"),
    (
        "response_format",
        &[],
        "`text.format`, with `name`, `schema` and `strict` beside its `type`",
    ),
    ("max_tokens", &[], "`max_output_tokens`"),
    ("max_completion_tokens", &[], "`max_output_tokens`"),
    (
        "functions",
        &["[]"],
        "`tools`: `{\"type\": \"function\", \"name\", \"description\", \"parameters\"}`",
    ),
    (
        "function_call",
        &[],
        "`tool_choice`: a mode, or `{\"type\": \"function\", \"name\"}`",
    ),
    (
        "n",
        &["1", "1.0"],
        "one response for each request: send the request `n` times",
    ),
    (
        "logprobs",
        &["false"],
        "`top_logprobs`, with `message.output_text.logprobs` in `include`",
    ),
    ("logit_bias", &["{}"], "no equivalent: leave it out"),
    ("reasoning_effort", &[], "`reasoning.effort`"),
    ("verbosity", &[], "`text.verbosity`"),
    (
        "web_search_options",
        &[],
        "`tools`: `{\"type\": \"web_search\"}`",
    ),
];

/// Refuses a request in Chat Completions form, with the first member at fault.
pub(super) fn check(request: &ResponsesRequest) -> Result<(), Failure> {
    for (name, harmless, equivalent) in MEMBERS {
        if extra_member(&request.extra, name).is_some_and(|raw| !harmless.contains(&raw.get())) {
            return Err(refusal(name, name, equivalent));
        }
    }
    format(request)?;
    tools(request)?;
    if let Some(Input::Items(items)) = &request.input {
        for (index, item) in items.iter().enumerate() {
            check_item(item, &format!("input[{index}]"))?;
        }
    }
    Ok(())
}

/// Returns a member that the wire has no field for, unless it is null.
fn extra_member<'a>(extra: &'a Extra, name: &str) -> Option<&'a Raw> {
    extra.get(name).filter(|raw| !raw.is_null())
}

fn refusal(path: &str, member: &str, equivalent: &str) -> Failure {
    Failure::invalid(
        path,
        format!(
            "`{path}` has the form of the Chat Completions API; for `{member}` the Responses API \
             has {equivalent}"
        ),
    )
}

/// Refuses `json_schema` nested in `text.format`.
fn format(request: &ResponsesRequest) -> Result<(), Failure> {
    let format = request.text.as_ref().and_then(|text| text.format.as_ref());
    let Some(TextFormat::JsonSchema(format)) = format else {
        return Ok(());
    };
    if format.schema.is_null() && extra_member(&format.extra, "json_schema").is_some() {
        return Err(refusal(
            "text.format.json_schema",
            "json_schema",
            "its members beside the `type`: `text.format.name`, `text.format.schema` and \
             `text.format.strict`",
        ));
    }
    Ok(())
}

/// Refuses `function` nested in a tool or in `tool_choice`.
fn tools(request: &ResponsesRequest) -> Result<(), Failure> {
    let choice = request.tool_choice.as_ref();
    if let Some(ToolChoice::Tool(SpecificToolChoice::Function(choice))) = choice
        && choice.name.is_empty()
        && extra_member(&choice.extra, "function").is_some()
    {
        return Err(refusal(
            "tool_choice.function",
            "function",
            "`tool_choice.name` beside the `type`",
        ));
    }
    // No tool can be called, so none is read.
    if matches!(choice, Some(ToolChoice::Mode(ToolChoiceMode::None))) {
        return Ok(());
    }
    for (index, tool) in request.tools.iter().enumerate() {
        let nested = match tool {
            Tool::Function(tool) => {
                tool.name.is_empty() && extra_member(&tool.extra, "function").is_some()
            }
            Tool::Unknown(tool) if tool.kind().is_none() => members(tool.raw())
                .is_some_and(|members| extra_member(&members, "function").is_some()),
            _ => false,
        };
        if nested {
            return Err(refusal(
                &format!("tools[{index}].function"),
                "function",
                "its members beside the `type`: `name`, `description`, `parameters` and `strict`",
            ));
        }
    }
    Ok(())
}

/// Refuses messages and parts in Chat Completions form.
fn check_item(item: &Item, path: &str) -> Result<(), Failure> {
    match item {
        Item::Message(message) => check_message(message, path),
        Item::FunctionCallOutput(output) => match &output.output {
            Some(ToolOutput::Parts(parts)) => check_parts(parts, &format!("{path}.output")),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn check_message(message: &Message, path: &str) -> Result<(), Failure> {
    let role = match &message.role {
        Role::Tool => Some("tool"),
        Role::Unknown(role) if role.as_str() == "function" => Some("function"),
        _ => None,
    };
    if let Some(role) = role {
        return Err(refusal(
            &format!("{path}.role"),
            &format!("role: \"{role}\""),
            "the item `{\"type\": \"function_call_output\", \"call_id\", \"output\"}`",
        ));
    }
    for member in ["tool_calls", "function_call"] {
        if extra_member(&message.extra, member).is_some_and(|raw| raw.get() != "[]") {
            return Err(refusal(
                &format!("{path}.{member}"),
                member,
                "an item for each call: `{\"type\": \"function_call\", \"call_id\", \"name\", \
                 \"arguments\"}`",
            ));
        }
    }
    match &message.content {
        Some(MessageContent::Parts(parts)) => check_parts(parts, &format!("{path}.content")),
        _ => Ok(()),
    }
}

/// Refuses parts of types that only Chat Completions has. `text` parts are accepted.
fn check_parts(parts: &[ContentPart], path: &str) -> Result<(), Failure> {
    for (index, part) in parts.iter().enumerate() {
        let ContentPart::Unknown(part) = part else {
            continue;
        };
        let kind = part.kind().unwrap_or_default();
        let equivalent = match kind {
            "image_url" => "the part `input_image`, with the URL as a string in `image_url`",
            "video_url" => "the part `input_video`, with the URL as a string in `video_url`",
            "file" => "the part `input_file`, with `filename` and `file_data` beside the `type`",
            _ => continue,
        };
        return Err(refusal(&format!("{path}[{index}].type"), kind, equivalent));
    }
    Ok(())
}

/// Returns the members of an object.
fn members(raw: &Raw) -> Option<Extra> {
    #[derive(Clone, Debug, Default, PartialEq, orouter_wire::Wire)]
    struct Object {
        extra: Extra,
    }
    Some(raw.parse_wire::<Object>().ok()?.extra)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(members: &Value) -> Result<(), Failure> {
        let mut body = json!({"model": "a/b", "input": "hi"});
        for (name, value) in members.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let request: ResponsesRequest =
            orouter_wire::from_str(&body.to_string()).expect("a request");
        check(&request)
    }

    fn message(message: &Value) -> Value {
        json!({"input": [{"role": "user", "content": "hi"}, message]})
    }

    #[test]
    fn chat_form_is_refused_with_its_equivalent() {
        let nested = json!({"type": "function", "function": {"name": "f", "parameters": {}}});
        let cases = [
            (
                json!({"messages": [], "input": null}),
                "messages",
                "`input`",
            ),
            (
                json!({"response_format": {"type": "json_object"}}),
                "response_format",
                "`text.format`",
            ),
            (
                json!({"max_tokens": 9}),
                "max_tokens",
                "`max_output_tokens`",
            ),
            (
                json!({"max_completion_tokens": 9}),
                "max_completion_tokens",
                "`max_output_tokens`",
            ),
            (
                json!({"functions": [{"name": "f"}]}),
                "functions",
                "`tools`",
            ),
            (
                json!({"function_call": "auto"}),
                "function_call",
                "`tool_choice`",
            ),
            (json!({"n": 2}), "n", "one response"),
            (json!({"logprobs": true}), "logprobs", "`include`"),
            (
                json!({"logit_bias": {"50256": -100}}),
                "logit_bias",
                "no equivalent",
            ),
            (
                json!({"reasoning_effort": "low"}),
                "reasoning_effort",
                "`reasoning.effort`",
            ),
            (json!({"verbosity": "low"}), "verbosity", "`text.verbosity`"),
            (json!({"tools": [nested]}), "tools[0].function", "`name`"),
            (
                json!({"tools": [{"function": {"name": "f"}}]}),
                "tools[0].function",
                "`name`",
            ),
            (
                json!({"tool_choice": {"type": "function", "function": {"name": "f"}}}),
                "tool_choice.function",
                "`tool_choice.name`",
            ),
            (
                json!({"text": {"format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}}),
                "text.format.json_schema",
                "`text.format.schema`",
            ),
            (
                message(&json!({"role": "tool", "tool_call_id": "c", "content": "x"})),
                "input[1].role",
                "function_call_output",
            ),
            (
                message(&json!({"role": "function", "name": "f", "content": "x"})),
                "input[1].role",
                "function_call_output",
            ),
            (
                message(
                    &json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c"}]}),
                ),
                "input[1].tool_calls",
                "function_call",
            ),
            (
                message(
                    &json!({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]}),
                ),
                "input[1].content[0].type",
                "`input_image`",
            ),
            (
                message(
                    &json!({"role": "user", "content": [{"type": "file", "file": {"file_data": "u"}}]}),
                ),
                "input[1].content[0].type",
                "`input_file`",
            ),
        ];
        for (members, param, word) in cases {
            let failure = checked(&members).expect_err("a refusal");
            assert_eq!(failure.param_path(), Some(param), "{members}");
            let message = failure.to_string();
            assert!(
                message.contains("Chat Completions") && message.contains(word),
                "{members}: {message}"
            );
        }
    }

    #[test]
    fn members_without_effect_are_accepted() {
        for members in [
            json!({"n": 1, "logprobs": false, "logit_bias": {}, "functions": [], "messages": null}),
            json!({"max_tokens": null, "response_format": null, "prediction": {"type": "content"}}),
            json!({"tools": [{"type": "function", "name": "f", "function": {"name": "f"}}]}),
            json!({"tool_choice": "none", "tools": [{"type": "function", "function": {"name": "f"}}]}),
            json!({"tool_choice": {"type": "function", "name": "f", "function": {}}}),
            json!({"text": {"format": {"type": "json_schema", "name": "x", "schema": {}, "json_schema": {}}}}),
            json!({"text": {"format": {"type": "text"}, "verbosity": "low"}, "reasoning": {"effort": "low"}}),
            json!({"max_output_tokens": 9, "metadata": {"messages": "3"}, "stop": ["x"]}),
            message(
                &json!({"role": "assistant", "content": "x", "tool_calls": [], "function_call": null}),
            ),
            message(&json!({"role": "user", "content": [{"type": "text", "text": "x"}]})),
            message(&json!({"role": "user", "name": "Ann", "content": "x"})),
            message(
                &json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}),
            ),
        ] {
            assert_eq!(checked(&members), Ok(()), "{members}");
        }
    }
}
