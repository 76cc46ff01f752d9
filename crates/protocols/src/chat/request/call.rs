//! [`Call`]: a tool call of the model, and its form in Chat Completions.

use std::borrow::Cow;

use orouter_wire::Raw;
use orouter_wire::json::Writer;

use super::part::string;
use crate::chat::reply::ToolNames;

/// A tool call of the model.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The index of the item.
    pub(super) index: usize,
    /// The id by which the item and its output refer to each other. It can be empty.
    pub(super) call_id: &'a str,
    /// The id for the upstream: unique in the message and not empty.
    pub(super) id: Cow<'a, str>,
    /// The upstream's name of the tool.
    pub(super) name: Cow<'a, str>,
    pub(super) arguments: Arguments<'a>,
    /// Data that the upstream attached to the call, such as Gemini's signature of its reasoning.
    pub(super) extra_content: Option<&'a Raw>,
    /// The result of a call that its own item contains.
    pub(super) result: Option<Cow<'a, str>>,
}

/// The arguments of a call.
#[derive(Debug)]
pub(super) enum Arguments<'a> {
    /// JSON text, as the model wrote it.
    Json(Cow<'a, str>),
    /// The input of a custom tool.
    Input(&'a str),
}

impl Call<'_> {
    /// Returns the approximate size of the call in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        let arguments = match &self.arguments {
            Arguments::Json(text) => text.len(),
            Arguments::Input(text) => text.len(),
        };
        arguments + 128
    }

    /// Writes the call as an object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.open_object();
        string(out, "id", &self.id);
        string(out, "type", "function");
        out.member("function");
        out.open_object();
        string(out, "name", &self.name);
        out.member("arguments");
        match &self.arguments {
            // Some models write nothing for a function without arguments.
            Arguments::Json(text) if text.trim().is_empty() => out.string("{}"),
            Arguments::Json(text) => out.string(text),
            Arguments::Input(text) => out.string(&input_object(text)),
        }
        out.close_object();
        if let Some(extra) = self.extra_content {
            out.member("extra_content");
            out.raw(extra.get());
        }
        out.close_object();
    }
}

/// Returns the arguments of the function that stands for a custom tool.
fn input_object(input: &str) -> String {
    let mut out = Writer::new();
    out.open_object();
    string(&mut out, ToolNames::INPUT, input);
    out.close_object();
    // The writer writes whole strings and ASCII only.
    String::from_utf8(out.finish().into()).unwrap_or_default()
}
