//! `tools` and the older `functions`.

use orouter_wire::json::Writer;

use super::object::{Object, join, missing, wrong_type};
use crate::chat_client::names::{Names, ToolForm};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;

/// Members of a function that the Responses API has.
const FUNCTION: &[&str] = &[
    "name",
    "description",
    "parameters",
    "strict",
    "defer_loading",
];

/// Writes `tools`, if the request has any.
pub(super) fn write(
    request: &Object<'_>,
    notes: &Notes,
    names: &mut Names,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let tools = request.list("tools", "")?;
    let functions = request.list("functions", "")?;
    if tools.is_none() && functions.is_none() {
        return Ok(());
    }
    out.member("tools");
    out.open_array();
    for (index, text) in tools.iter().flatten().enumerate() {
        let path = format!("tools[{index}]");
        let Some(tool) = Object::read(text, &path)? else {
            return Err(wrong_type(&path, "an object", text));
        };
        out.element();
        let form = write_tool(text, &tool, &path, notes, out)?;
        names.tools.push(form);
    }
    for (index, text) in functions.iter().flatten().enumerate() {
        let path = format!("functions[{index}]");
        let Some(function) = Object::read(text, &path)? else {
            return Err(wrong_type(&path, "an object", text));
        };
        out.element();
        write_function(&function, None, &path, notes, out);
        names.tools.push(ToolForm::Legacy);
    }
    out.close_array();
    Ok(())
}

fn write_tool(
    text: &str,
    tool: &Object<'_>,
    path: &str,
    notes: &Notes,
    out: &mut Writer,
) -> Result<ToolForm, Refusal> {
    let kind = tool.string("type");
    match kind.as_deref() {
        None | Some("function") => {
            let Some(function) = tool.object("function", path)? else {
                // The form of the Responses API.
                if kind.is_some() && tool.get("name").is_some() {
                    out.raw(text);
                    return Ok(ToolForm::Other);
                }
                let path = join(path, "function");
                return Err(missing(&path, "an object with `name` and `parameters`"));
            };
            let path = join(path, "function");
            write_function(&function, Some(tool), &path, notes, out);
            Ok(ToolForm::Function)
        }
        Some("custom") => match tool.object("custom", path)? {
            Some(custom) => {
                write_custom(&custom, &join(path, "custom"), out)?;
                Ok(ToolForm::Custom)
            }
            None => {
                out.raw(text);
                Ok(ToolForm::Other)
            }
        },
        // A tool of another service. The endpoint that serves the request decides.
        Some(_) => {
            out.raw(text);
            Ok(ToolForm::Other)
        }
    }
}

/// Writes a function. In Chat Completions, a function without `strict` is not strict; in the
/// Responses API it is.
fn write_function(
    function: &Object<'_>,
    tool: Option<&Object<'_>>,
    path: &str,
    notes: &Notes,
    out: &mut Writer,
) {
    out.open_object();
    out.member("type");
    out.string("function");
    for (name, value) in function.iter() {
        if FUNCTION.contains(&name) {
            out.member(name);
            out.raw(value);
        } else if name != "cache_control" {
            notes.ignored(join(path, &quote(name)), "unknown member");
        }
    }
    if function.get("strict").is_none() {
        out.member("strict");
        out.bool(false);
    }
    let outer = |name| tool.and_then(|tool| tool.get(name));
    if let Some(mark) = outer("cache_control").or(function.get("cache_control")) {
        out.member("cache_control");
        out.raw(mark);
    }
    if let Some(value) = outer("defer_loading").filter(|_| function.get("defer_loading").is_none())
    {
        out.member("defer_loading");
        out.raw(value);
    }
    out.close_object();
}

/// Writes a custom tool.
fn write_custom(custom: &Object<'_>, path: &str, out: &mut Writer) -> Result<(), Refusal> {
    out.open_object();
    out.member("type");
    out.string("custom");
    for (name, value) in custom.iter().filter(|(name, _)| *name != "format") {
        out.member(name);
        out.raw(value);
    }
    if let Some(format) = custom.object("format", path)? {
        out.member("format");
        out.open_object();
        let path = join(path, "format");
        let grammar = format.object("grammar", &path)?;
        let outer = format.iter().filter(|(name, _)| *name != "grammar");
        let inner = grammar.iter().flat_map(Object::iter);
        for (name, value) in outer.chain(inner) {
            out.member(name);
            out.raw(value);
        }
        out.close_object();
    }
    out.close_object();
    Ok(())
}
