//! [`Call`]: a tool call of the model.

use std::borrow::Cow;

use orouter_wire::Raw;
use orouter_wire::json::Writer;

use super::part::string;
use crate::output::ToolNames;

/// A tool call of the model.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The index of the item.
    pub(crate) index: usize,
    /// The id by which the item and its output refer to each other. It can be empty.
    pub(crate) call_id: &'a str,
    /// The id for the upstream: unique in the message and not empty.
    pub(crate) id: Cow<'a, str>,
    /// The upstream's name of the tool.
    pub(crate) name: Cow<'a, str>,
    pub(crate) arguments: Arguments<'a>,
    /// Data that the upstream attached to the call, such as Gemini's signature of its reasoning.
    pub(crate) extra_content: Option<&'a Raw>,
    /// The result of a call that its own item contains.
    pub(crate) result: Option<Cow<'a, str>>,
    /// The result is that of a call that failed.
    pub(crate) failed: bool,
}

/// The arguments of a call.
#[derive(Debug)]
pub(crate) enum Arguments<'a> {
    /// JSON text, as the model wrote it.
    Json(Cow<'a, str>),
    /// The input of a custom tool.
    Input(&'a str),
}

impl<'a> Call<'a> {
    /// Returns the approximate size of the call in a body, in bytes.
    pub(crate) fn size(&self) -> usize {
        let arguments = match &self.arguments {
            Arguments::Json(text) => text.len(),
            Arguments::Input(text) => text.len(),
        };
        arguments + 128
    }

    /// Returns the arguments as the text of a JSON object, if the model wrote one.
    pub(crate) fn arguments(&self) -> Cow<'a, str> {
        match &self.arguments {
            // Some models write nothing for a function without arguments.
            Arguments::Json(text) if text.trim().is_empty() => Cow::Borrowed("{}"),
            Arguments::Json(text) => text.clone(),
            Arguments::Input(text) => Cow::Owned(input_object(text)),
        }
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
