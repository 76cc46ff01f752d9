//! `tool_choice` and the older `function_call`.

use orouter_wire::json::Writer;

use super::object::{Object, join, missing, wrong_type};
use crate::chat_client::names::Names;
use crate::json_text;
use crate::refusal::Refusal;

/// Writes `tool_choice`, if the request has one.
pub(super) fn write(
    request: &Object<'_>,
    names: &mut Names,
    out: &mut Writer,
) -> Result<(), Refusal> {
    if let Some(choice) = request.get("tool_choice") {
        out.member("tool_choice");
        return write_choice(choice, "tool_choice", out);
    }
    let Some(call) = request.get("function_call") else {
        return Ok(());
    };
    names.has_function_call = true;
    out.member("tool_choice");
    match Object::read(call, "function_call")? {
        Some(function) => write_named("function", &function, "function_call", out),
        None => write_choice(call, "function_call", out),
    }
}

fn write_choice(text: &str, path: &str, out: &mut Writer) -> Result<(), Refusal> {
    if let Some(word) = json_text::string(text) {
        // Mistral's word.
        out.string(if word == "any" { "required" } else { &word });
        return Ok(());
    }
    let Some(choice) = Object::read(text, path)? else {
        return Err(wrong_type(path, "a string or an object", text));
    };
    let kind = choice.string("type");
    match kind.as_deref() {
        None | Some("function") => match choice.object("function", path)? {
            Some(function) => write_named("function", &function, &join(path, "function"), out),
            None if choice.get("name").is_some() => write_named("function", &choice, path, out),
            None => {
                let path = join(path, "function");
                Err(missing(&path, "an object with `name`"))
            }
        },
        Some("custom") => match choice.object("custom", path)? {
            Some(custom) => write_named("custom", &custom, &join(path, "custom"), out),
            None => {
                out.raw(text);
                Ok(())
            }
        },
        Some("allowed_tools") => match choice.object("allowed_tools", path)? {
            Some(allowed) => write_allowed(&allowed, &join(path, "allowed_tools"), out),
            None => {
                out.raw(text);
                Ok(())
            }
        },
        Some(_) => {
            out.raw(text);
            Ok(())
        }
    }
}

fn write_named(kind: &str, tool: &Object<'_>, path: &str, out: &mut Writer) -> Result<(), Refusal> {
    let Some(name) = tool.string_text("name", path)? else {
        return Err(missing(&join(path, "name"), "the name of a tool"));
    };
    out.open_object();
    out.member("type");
    out.string(kind);
    out.member("name");
    out.raw(name);
    out.close_object();
    Ok(())
}

fn write_allowed(allowed: &Object<'_>, path: &str, out: &mut Writer) -> Result<(), Refusal> {
    out.open_object();
    out.member("type");
    out.string("allowed_tools");
    if let Some(mode) = allowed.get("mode") {
        out.member("mode");
        out.raw(mode);
    }
    out.member("tools");
    out.open_array();
    for (index, text) in allowed.list("tools", path)?.iter().flatten().enumerate() {
        out.element();
        write_choice(text, &format!("{path}.tools[{index}]"), out)?;
    }
    out.close_array();
    out.close_object();
    Ok(())
}
