//! The tools that the model is offered: functions and custom tools, also those inside namespaces.
//! Hosted tools are skipped. Which of the offered tools the model may or must call is in
//! [`super::choice`].

use orouter_wire::{
    CustomTool, CustomToolFormat, FunctionTool, GrammarSyntax, Input, Item, NamespaceTool, Raw,
    ResponsesRequest, Tool,
};

use super::choice;
use super::schema::Schema;
use crate::admit::aside;
use crate::failure::Failure;
use crate::notes::Notes;
use crate::quote::quote;

/// A function on offer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Function {
    /// The name that the model writes: the function's own, or `namespace.name`.
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// The schema of its arguments.
    pub(super) parameters: Schema,
}

/// A custom tool on offer: its input is text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Custom {
    /// The name that the model writes: the tool's own, or `namespace.name`.
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) format: Format,
    /// The place of the tool in the request.
    pub(super) path: String,
}

/// The form of a custom tool's input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Format {
    Text,
    /// Text of a grammar in Lark's notation.
    Lark(String),
    /// Text that matches a regular expression as a whole.
    Regex(String),
}

/// A tool that is not offered because this server does not run it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Skipped {
    /// The tool's type, such as `web_search`.
    pub(super) kind: String,
    /// The label of an MCP server.
    pub(super) label: Option<String>,
}

/// The tools on offer, and whether one of them has to be called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Offer {
    pub(super) functions: Vec<Function>,
    pub(super) customs: Vec<Custom>,
    pub(super) must_call: bool,
}

impl Offer {
    /// Reads the offer of a request. `notes` lists the tools that are skipped.
    ///
    /// With `tool_choice: "none"` no tool is read, so none can cause a refusal.
    pub(super) fn of(request: &ResponsesRequest, notes: &Notes) -> Result<Self, Failure> {
        let choice = request.tool_choice.as_ref();
        if choice::is_none(choice) {
            return Ok(Self::default());
        }
        let mut found = Found::default();
        for (index, tool) in request.tools.iter().enumerate() {
            found.take(tool, &format!("tools[{index}]"), None, notes)?;
        }
        let items = request.input.iter().flat_map(Input::items);
        for (index, item) in items.enumerate() {
            let tools = match item {
                Item::AdditionalTools(item) => &item.tools,
                Item::ToolSearchOutput(item) => &item.tools,
                _ => continue,
            };
            found.take_loaded(tools, &format!("input[{index}].tools"), notes);
        }
        choice::choose(found.offer, &found.skipped, choice)
    }

    /// Whether nothing can be called.
    pub(super) fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.customs.is_empty()
    }

    /// The names of all tools on offer.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let functions = self.functions.iter().map(|tool| tool.name.as_str());
        functions.chain(self.customs.iter().map(|tool| tool.name.as_str()))
    }
}

/// The name that the model writes for a tool in a namespace. A tool's own name has no dot, so
/// [`split`] finds both again.
pub(super) fn joined(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}.{name}"),
        None => name.to_owned(),
    }
}

/// The namespace and the own name of a tool.
pub(super) fn split(name: &str) -> (Option<&str>, &str) {
    match name.rsplit_once('.') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, name),
    }
}

/// The tools read so far.
#[derive(Default)]
struct Found {
    offer: Offer,
    skipped: Vec<Skipped>,
}

impl Found {
    fn take(
        &mut self,
        tool: &Tool,
        path: &str,
        namespace: Option<&str>,
        notes: &Notes,
    ) -> Result<(), Failure> {
        match tool {
            Tool::Function(tool) => {
                let function = function(tool, path, namespace)?;
                self.unused(&function.name, path)?;
                self.offer.functions.push(function);
            }
            Tool::Custom(tool) => {
                let custom = custom(tool, path, namespace, notes)?;
                self.unused(&custom.name, path)?;
                self.offer.customs.push(custom);
            }
            Tool::Namespace(tool) if namespace.is_none() => self.space(tool, path, notes)?,
            other => self.skip(other, path, notes)?,
        }
        Ok(())
    }

    /// Takes the tools of a namespace.
    fn space(&mut self, space: &NamespaceTool, path: &str, notes: &Notes) -> Result<(), Failure> {
        if space.name.is_empty() || space.name.len() > 128 {
            return Err(Failure::invalid(
                format!("{path}.name"),
                format!("`{path}.name` must be a string of 1 to 128 characters"),
            ));
        }
        if space.extra.get("tools").is_some_and(|raw| !raw.is_null()) {
            return Err(Failure::invalid(
                format!("{path}.tools"),
                format!("`{path}.tools` must be a list of tools"),
            ));
        }
        for (index, tool) in space.tools.iter().enumerate() {
            let path = format!("{path}.tools[{index}]");
            self.take(tool, &path, Some(&space.name), notes)?;
        }
        Ok(())
    }

    /// Takes the tools that the history says were loaded. What cannot be offered is skipped: an
    /// item of the history causes no refusal.
    fn take_loaded(&mut self, tools: &[Tool], path: &str, notes: &Notes) {
        for (index, tool) in tools.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let repeated = tool
                .name()
                .is_some_and(|name| self.offer.names().any(|known| known == name));
            if repeated {
                continue;
            }
            let known = self.offer.functions.len();
            if let Err(failure) = self.take(tool, &path, None, notes) {
                notes.skipped(path, failure.message());
            }
            for function in self.offer.functions.iter_mut().skip(known) {
                function.parameters.strict = false;
            }
        }
    }

    fn skip(&mut self, tool: &Tool, path: &str, notes: &Notes) -> Result<(), Failure> {
        let kind = tool.kind();
        if kind.is_empty() {
            return Err(Failure::invalid(
                path,
                format!("`{path}` must be an object with a `type`"),
            ));
        }
        notes.skipped(
            path,
            format!("this server does not run tools of type `{}`", quote(kind)),
        );
        self.skipped.push(Skipped {
            kind: kind.to_owned(),
            label: tool.name().map(str::to_owned),
        });
        Ok(())
    }

    fn unused(&self, name: &str, path: &str) -> Result<(), Failure> {
        if self.offer.names().any(|known| known == name) {
            return Err(Failure::invalid(
                format!("{path}.name"),
                format!(
                    "`{path}.name` is `{}`, which is the name of an earlier tool",
                    quote(name)
                ),
            ));
        }
        Ok(())
    }
}

/// Checks a tool's own name.
fn named(name: &str, path: &str) -> Result<(), Failure> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    if name.is_empty() || name.len() > 64 || !name.bytes().all(allowed) {
        return Err(Failure::invalid(
            format!("{path}.name"),
            format!("`{path}.name` must be 1 to 64 of a-z, A-Z, 0-9, `_` and `-`"),
        ));
    }
    Ok(())
}

fn function(tool: &FunctionTool, path: &str, namespace: Option<&str>) -> Result<Function, Failure> {
    named(&tool.name, path)?;
    aside::string(&tool.extra, path, "description")?;
    Ok(Function {
        name: joined(namespace, &tool.name),
        description: tool.description.clone(),
        parameters: Schema::of_function(tool, path)?,
    })
}

fn custom(
    tool: &CustomTool,
    path: &str,
    namespace: Option<&str>,
    notes: &Notes,
) -> Result<Custom, Failure> {
    named(&tool.name, path)?;
    aside::string(&tool.extra, path, "description")?;
    Ok(Custom {
        name: joined(namespace, &tool.name),
        description: tool.description.clone(),
        format: format_of(tool, path, notes),
        path: path.to_owned(),
    })
}

/// The form of a custom tool's input; free text, with a note, where it cannot be enforced.
fn format_of(tool: &CustomTool, path: &str, notes: &Notes) -> Format {
    let why = match &tool.format {
        None if tool.extra.get("format").is_none_or(Raw::is_null) => return Format::Text,
        Some(CustomToolFormat::Text(_)) => return Format::Text,
        Some(CustomToolFormat::Grammar(grammar)) => match &grammar.syntax {
            GrammarSyntax::Lark if !grammar.definition.trim().is_empty() => {
                return Format::Lark(grammar.definition.clone());
            }
            GrammarSyntax::Regex if !grammar.definition.is_empty() => {
                return Format::Regex(grammar.definition.clone());
            }
            GrammarSyntax::Lark | GrammarSyntax::Regex => "the grammar has no `definition`",
            _ => "the `syntax` of a grammar can be `lark` or `regex`",
        },
        _ => "a format can be `text` or `grammar`",
    };
    notes.ignored(
        format!("{path}.format"),
        format!("the input is free text: {why}"),
    );
    Format::Text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: &Value) -> (Result<Offer, Failure>, Vec<String>) {
        let request = orouter_wire::from_str(&body.to_string()).expect("a request");
        let notes = Notes::default();
        let offer = Offer::of(&request, &notes);
        (
            offer,
            notes.list().into_iter().map(|note| note.param).collect(),
        )
    }

    fn function(name: &str) -> Value {
        json!({"type": "function", "name": name, "parameters": {"type": "object"}})
    }

    #[test]
    fn tools_of_the_caller_are_offered_and_hosted_ones_are_skipped() {
        let (offer, skipped) = read(&json!({"tools": [
            function("a"),
            {"type": "web_search"},
            {"type": "custom", "name": "patch"},
            {"type": "namespace", "name": "agents", "description": "d", "tools": [
                function("a"), {"type": "custom", "name": "note"}, {"type": "mcp", "server_label": "m"},
            ]},
            {"type": "telepathy", "strength": 3},
            {"type": "openrouter:web_fetch"},
        ]}));
        let offer = offer.expect("an offer");
        let names: Vec<&str> = offer.names().collect();
        assert_eq!(names, ["a", "agents.a", "patch", "agents.note"]);
        assert_eq!(
            skipped,
            ["tools[1]", "tools[3].tools[2]", "tools[4]", "tools[5]"]
        );
        assert_eq!(split("agents.a"), (Some("agents"), "a"));
        assert_eq!(split("a"), (None, "a"));
    }

    #[test]
    fn tools_loaded_in_the_history_are_offered_and_cause_no_refusal() {
        let (offer, skipped) = read(&json!({"tools": [function("a")], "input": [
            {"role": "user", "content": "hi"},
            {"type": "additional_tools", "role": "developer", "tools": [function("b"), function("a b"), function("a")]},
            {"type": "tool_search_output", "call_id": null, "tools": [
                {"type": "namespace", "name": "n", "description": "d", "tools": [function("c")]}, 7,
            ]},
        ]}));
        let offer = offer.expect("an offer");
        assert_eq!(offer.names().collect::<Vec<_>>(), ["a", "b", "n.c"]);
        assert_eq!(skipped, ["input[1].tools[1]", "input[2].tools[1]"]);
    }

    #[test]
    fn a_format_that_cannot_be_enforced_is_free_text() {
        for (format, is, noted) in [
            (json!(null), Format::Text, false),
            (json!({"type": "text"}), Format::Text, false),
            (
                json!({"type": "grammar", "syntax": "lark", "definition": "start: \"a\""}),
                Format::Lark("start: \"a\"".to_owned()),
                false,
            ),
            (
                json!({"type": "grammar", "syntax": "regex", "definition": "a+"}),
                Format::Regex("a+".to_owned()),
                false,
            ),
            (
                json!({"type": "grammar", "syntax": "gbnf", "definition": "root ::= x"}),
                Format::Text,
                true,
            ),
            (json!({"type": "picture"}), Format::Text, true),
            (json!("text"), Format::Text, true),
        ] {
            let (offer, notes) = read(
                &json!({"tools": [{"type": "custom", "name": "c", "format": format.clone()}]}),
            );
            assert_eq!(offer.expect("an offer").customs[0].format, is, "{format}");
            assert_eq!(!notes.is_empty(), noted, "{format}: {notes:?}");
        }
    }

    #[test]
    fn without_a_call_no_tool_is_read() {
        let broken =
            json!([{"type": "function"}, 7, {"type": "web_search"}, function("a"), function("a")]);
        for choice in [
            json!("none"),
            json!({"type": "allowed_tools", "mode": "none", "tools": []}),
        ] {
            let (offer, notes) = read(&json!({"tools": broken, "tool_choice": choice}));
            assert_eq!((offer, notes), (Ok(Offer::default()), vec![]), "{choice}");
        }
        let (offer, _) = read(&json!({"tools": broken}));
        assert!(offer.is_err());
    }
}
