//! The tool calls of a message of the model.

use std::borrow::Cow;

use super::conversation::Conversation;
use super::object::{Object, is_filled, is_string, join, missing, wrong_type};
use crate::chat_client::names::Origin;
use crate::refusal::Refusal;

/// Writes the calls of a message as items.
pub(super) fn write<'a>(
    conversation: &mut Conversation<'a, '_>,
    index: usize,
    message: &Object<'a>,
    path: &str,
) -> Result<(), Refusal> {
    let calls = message.list("tool_calls", path)?.unwrap_or_default();
    let function = message.object("function_call", path)?;
    if calls.is_empty() && function.is_none() {
        return Ok(());
    }
    conversation.close_calls();
    for (number, text) in calls.iter().enumerate() {
        let path = format!("{path}.tool_calls[{number}]");
        let Some(call) = Object::read(text, &path)? else {
            return Err(wrong_type(&path, "an object", text));
        };
        write_call(conversation, (index, number), &call, &path)?;
    }
    // A message with both has the same call twice.
    if let Some(function) = function.filter(|_| calls.is_empty()) {
        let path = join(path, "function_call");
        let id = Cow::Owned(format!("call_{index}"));
        let origin = Origin::FunctionCall(index);
        write_function(conversation, origin, id, &function, None, &path)?;
    }
    Ok(())
}

fn write_call<'a>(
    conversation: &mut Conversation<'a, '_>,
    (index, number): (usize, usize),
    call: &Object<'a>,
    path: &str,
) -> Result<(), Refusal> {
    call.string_text("id", path)?;
    let id = call.string("id").filter(|id| !id.is_empty());
    let id = id.unwrap_or_else(|| Cow::Owned(format!("call_{index}_{number}")));
    if let Some(custom) = call.object("custom", path)? {
        let path = join(path, "custom");
        let name = name(&custom, &path)?;
        let input = custom.string_text("input", &path)?;
        conversation.begin("custom_tool_call", Origin::CustomCall(index, number));
        let out = &mut *conversation.out;
        out.member("call_id");
        out.string(&id);
        out.member("name");
        out.raw(name);
        out.member("input");
        out.raw(input.unwrap_or("\"\""));
        write_extra(call, conversation);
        conversation.out.close_object();
        conversation.called(id, custom.string("name").unwrap_or_default(), true);
        return Ok(());
    }
    let Some(function) = call.object("function", path)? else {
        let path = join(path, "function");
        return Err(missing(&path, "an object with `name` and `arguments`"));
    };
    let origin = Origin::Call(index, number);
    let path = join(path, "function");
    write_function(conversation, origin, id, &function, Some(call), &path)
}

/// Writes the call of a function. `call` is the object around it.
fn write_function<'a>(
    conversation: &mut Conversation<'a, '_>,
    origin: Origin,
    id: Cow<'a, str>,
    function: &Object<'a>,
    call: Option<&Object<'a>>,
    path: &str,
) -> Result<(), Refusal> {
    let name = name(function, path)?;
    let arguments = match function.get("arguments") {
        Some(text) if !is_string(text) && !text.starts_with(['{', '[']) => {
            return Err(wrong_type(&join(path, "arguments"), "a string", text));
        }
        arguments => arguments,
    };
    conversation.begin("function_call", origin);
    let out = &mut *conversation.out;
    out.member("call_id");
    out.string(&id);
    out.member("name");
    out.raw(name);
    out.member("arguments");
    match arguments {
        Some(text) if is_filled(text) => out.raw(text),
        // Some servers and clients have the object instead of its text.
        Some(object) if !is_string(object) => out.string(object),
        _ => out.string("{}"),
    }
    if let Some(call) = call {
        write_extra(call, conversation);
    }
    conversation.out.close_object();
    conversation.called(id, function.string("name").unwrap_or_default(), false);
    Ok(())
}

/// Writes the data that the provider attached to a call, such as Gemini's signature.
fn write_extra(call: &Object<'_>, conversation: &mut Conversation<'_, '_>) {
    if let Some(extra) = call
        .get("extra_content")
        .filter(|extra| extra.starts_with('{'))
    {
        conversation.out.member("extra_content");
        conversation.out.raw(extra);
    }
}

/// Returns the text of the name of a tool.
fn name<'a>(tool: &Object<'a>, path: &str) -> Result<&'a str, Refusal> {
    let name = tool.string_text("name", path)?;
    name.ok_or_else(|| missing(&join(path, "name"), "the name of the tool"))
}
