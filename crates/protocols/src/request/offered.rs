//! [`Offered`]: a tool that the model may call.

use std::borrow::Cow;

use orouter_wire::{CustomTool, CustomToolFormat, FunctionTool, GrammarFormat};

use super::part::Marks;
use crate::output::ToolKind;

/// The schema of the function that stands for a custom tool.
pub(crate) const CUSTOM_SCHEMA: &str = r#"{"type":"object","properties":{"input":{"type":"string","description":"The input of the tool."}},"required":["input"],"additionalProperties":false}"#;

/// A tool that the model may call.
#[derive(Debug)]
pub(crate) struct Offered<'a> {
    /// The upstream's name.
    pub(crate) upstream: Cow<'a, str>,
    pub(crate) name: &'a str,
    pub(crate) namespace: Option<&'a str>,
    pub(crate) definition: Definition<'a>,
    /// The description of the namespace, at its first tool.
    pub(crate) introduction: Option<&'a str>,
    pub(crate) marks: Marks<'a>,
    /// The path of the tool in the request: `tools[2]`.
    pub(crate) path: String,
}

/// The definition of a tool in the request.
#[derive(Debug)]
pub(crate) enum Definition<'a> {
    Function(&'a FunctionTool),
    Custom(&'a CustomTool),
}

impl Offered<'_> {
    /// Returns the kind of the tool in the request.
    pub(crate) fn kind(&self) -> ToolKind {
        match self.definition {
            Definition::Function(_) => ToolKind::Function,
            Definition::Custom(_) => ToolKind::Custom,
        }
    }

    /// Returns the approximate size of the tool in the body, in bytes.
    pub(crate) fn size(&self) -> usize {
        match self.definition {
            Definition::Function(tool) => {
                let schema = tool.parameters.as_ref().map_or(0, |raw| raw.get().len());
                schema + tool.description.as_ref().map_or(0, String::len) + 192
            }
            Definition::Custom(_) => 1024,
        }
    }

    /// Returns the description for the model: that of the namespace, the tool's own, and the grammar
    /// of a custom tool.
    pub(crate) fn description(&self) -> Option<Cow<'_, str>> {
        let (own, grammar) = match self.definition {
            Definition::Function(tool) => (tool.description.as_deref(), None),
            Definition::Custom(tool) => match &tool.format {
                Some(CustomToolFormat::Grammar(grammar)) => {
                    (tool.description.as_deref(), Some(describe(grammar)))
                }
                _ => (tool.description.as_deref(), None),
            },
        };
        let texts = [
            self.introduction.map(Cow::Borrowed),
            own.map(Cow::Borrowed),
            grammar.map(Cow::Owned),
        ];
        let mut texts = texts.into_iter().flatten();
        let mut text: Cow<'_, str> = texts.next()?;
        for next in texts {
            let text = text.to_mut();
            text.push_str("\n\n");
            text.push_str(&next);
        }
        Some(text)
    }

    /// Returns the schema of a function's arguments, if it has one. A custom tool has
    /// [`CUSTOM_SCHEMA`].
    pub(crate) fn schema(&self) -> Option<&str> {
        match self.definition {
            Definition::Function(tool) => {
                let schema = tool.parameters.as_ref().filter(|raw| !raw.is_null())?;
                Some(schema.get())
            }
            Definition::Custom(_) => Some(CUSTOM_SCHEMA),
        }
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

#[cfg(test)]
mod tests {
    use super::CUSTOM_SCHEMA;
    use crate::json_text::{elements, get, string};
    use crate::output::ToolNames;

    #[test]
    fn the_schema_of_a_custom_tool_has_the_member_of_its_input() {
        let properties = get(CUSTOM_SCHEMA, "properties").unwrap();
        assert!(get(properties, ToolNames::INPUT).is_some());
        let required = elements(get(CUSTOM_SCHEMA, "required").unwrap()).unwrap();
        assert_eq!(string(required[0]).unwrap(), ToolNames::INPUT);
    }
}
