//! [`Offered`]: a tool that the model may call, and its form in Chat Completions.

use std::borrow::Cow;

use orouter_wire::json::Writer;
use orouter_wire::{CustomTool, CustomToolFormat, FunctionTool, GrammarFormat};

use super::part::{Marks, string};
use crate::chat::reply::{ToolKind, ToolNames};

/// A tool that the model may call.
#[derive(Debug)]
pub(super) struct Offered<'a> {
    /// The upstream's name.
    pub(super) upstream: Cow<'a, str>,
    pub(super) name: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) definition: Definition<'a>,
    /// The description of the namespace, at its first tool.
    pub(super) introduction: Option<&'a str>,
    pub(super) marks: Marks<'a>,
}

/// The definition of a tool in the request.
#[derive(Debug)]
pub(super) enum Definition<'a> {
    Function(&'a FunctionTool),
    Custom(&'a CustomTool),
}

impl Offered<'_> {
    /// Returns the kind of the tool in the request.
    pub(super) fn kind(&self) -> ToolKind {
        match self.definition {
            Definition::Function(_) => ToolKind::Function,
            Definition::Custom(_) => ToolKind::Custom,
        }
    }

    /// Returns the approximate size of the tool in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        match self.definition {
            Definition::Function(tool) => {
                let schema = tool.parameters.as_ref().map_or(0, |raw| raw.get().len());
                schema + tool.description.as_ref().map_or(0, String::len) + 192
            }
            Definition::Custom(_) => 1024,
        }
    }

    /// Writes the tool as an object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.open_object();
        string(out, "type", "function");
        out.member("function");
        out.open_object();
        string(out, "name", &self.upstream);
        match self.definition {
            Definition::Function(tool) => self.write_function(tool, out),
            Definition::Custom(tool) => self.write_custom(tool, out),
        }
        out.close_object();
        self.marks.write(out);
        out.close_object();
    }

    fn write_function(&self, tool: &FunctionTool, out: &mut Writer) {
        self.write_description(tool.description.as_deref(), None, out);
        out.member("parameters");
        match tool.parameters.as_ref().filter(|raw| !raw.is_null()) {
            Some(schema) => out.raw(schema.get()),
            None => out.raw(r#"{"type":"object","properties":{}}"#),
        }
        if let Some(strict) = tool.strict {
            out.member("strict");
            out.bool(strict);
        }
    }

    fn write_custom(&self, tool: &CustomTool, out: &mut Writer) {
        let grammar = match &tool.format {
            Some(CustomToolFormat::Grammar(grammar)) => Some(describe(grammar)),
            _ => None,
        };
        self.write_description(tool.description.as_deref(), grammar.as_deref(), out);
        out.member("parameters");
        out.open_object();
        string(out, "type", "object");
        out.member("properties");
        out.open_object();
        out.member(ToolNames::INPUT);
        out.open_object();
        string(out, "type", "string");
        string(out, "description", "The input of the tool.");
        out.close_object();
        out.close_object();
        out.member("required");
        out.open_array();
        out.element();
        out.string(ToolNames::INPUT);
        out.close_array();
        out.member("additionalProperties");
        out.bool(false);
        out.close_object();
    }

    fn write_description(&self, own: Option<&str>, more: Option<&str>, out: &mut Writer) {
        let texts = [self.introduction, own, more];
        let mut texts = texts.into_iter().flatten();
        let Some(first) = texts.next() else { return };
        let mut text = Cow::Borrowed(first);
        for next in texts {
            let text = text.to_mut();
            text.push_str("\n\n");
            text.push_str(next);
        }
        string(out, "description", &text);
    }
}

/// Returns the description of a grammar for the model.
fn describe(grammar: &GrammarFormat) -> String {
    let syntax = match grammar.syntax.as_str() {
        "lark" => "grammar in Lark's notation",
        "regex" => "regular expression",
        _ => "grammar",
    };
    format!(
        "The input must match this {syntax}:\n{}",
        grammar.definition
    )
}
