//! Reads the tools of a request: functions and custom tools, including those in namespaces. Hosted
//! tools are skipped.

use orouter_wire::{
    CustomTool, CustomToolFormat, FunctionTool, GrammarSyntax, Input, Item, NamespaceTool, Raw,
    ResponsesRequest, Tool,
};

use super::offer::{Custom, Format, Function, Offer, Skipped, join_name};
use super::schema::Schema;
use crate::admit::undecoded;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;

/// The tools of a request.
#[derive(Default)]
pub(super) struct RequestTools {
    /// The tools that the model may call.
    pub(super) offer: Offer,
    /// The tools that this server does not run.
    pub(super) skipped: Vec<Skipped>,
}

/// Reads the tools of a request and those that its history loaded. Skipped tools are added to
/// `notes`.
pub(super) fn read(request: &ResponsesRequest, notes: &Notes) -> Result<RequestTools, Failure> {
    let mut tools = RequestTools::default();
    for (index, tool) in request.tools.iter().enumerate() {
        tools.add(tool, &format!("tools[{index}]"), None, notes)?;
    }
    let items = request.input.iter().flat_map(Input::items);
    for (index, item) in items.enumerate() {
        let loaded = match item {
            Item::AdditionalTools(item) => &item.tools,
            Item::ToolSearchOutput(item) => &item.tools,
            _ => continue,
        };
        tools.add_loaded(loaded, &format!("input[{index}].tools"), notes);
    }
    Ok(tools)
}

impl RequestTools {
    /// Adds a tool.
    fn add(
        &mut self,
        tool: &Tool,
        path: &str,
        namespace: Option<&str>,
        notes: &Notes,
    ) -> Result<(), Failure> {
        match tool {
            Tool::Function(tool) => {
                let function = function(tool, path, namespace)?;
                self.check_unused(&function.name, path)?;
                self.offer.functions.push(function);
            }
            Tool::Custom(tool) => {
                let custom = custom(tool, path, namespace, notes)?;
                self.check_unused(&custom.name, path)?;
                self.offer.customs.push(custom);
            }
            Tool::Namespace(tool) if namespace.is_none() => {
                self.add_namespace(tool, path, notes)?;
            }
            other => self.skip(other, path, notes)?,
        }
        Ok(())
    }

    /// Adds the tools of a namespace.
    fn add_namespace(
        &mut self,
        space: &NamespaceTool,
        path: &str,
        notes: &Notes,
    ) -> Result<(), Failure> {
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
            self.add(tool, &path, Some(&space.name), notes)?;
        }
        Ok(())
    }

    /// Adds the tools that the history loaded. Invalid tools are skipped: an item of the history
    /// does not cause a refusal.
    fn add_loaded(&mut self, tools: &[Tool], path: &str, notes: &Notes) {
        for (index, tool) in tools.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let repeated = tool
                .name()
                .is_some_and(|name| self.offer.names().any(|known| known == name));
            if repeated {
                continue;
            }
            let known = self.offer.functions.len();
            if let Err(failure) = self.add(tool, &path, None, notes) {
                notes.skipped(path, failure.message());
            }
            for function in self.offer.functions.iter_mut().skip(known) {
                function.parameters.strict = false;
            }
        }
    }

    /// Skips a tool that this server does not run.
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

    /// Refuses a name that an earlier tool has.
    fn check_unused(&self, name: &str, path: &str) -> Result<(), Failure> {
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
fn check_name(name: &str, path: &str) -> Result<(), Failure> {
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
    check_name(&tool.name, path)?;
    undecoded::string(&tool.extra, path, "description")?;
    Ok(Function {
        name: join_name(namespace, &tool.name),
        description: tool.description.clone(),
        parameters: Schema::from_function(tool, path)?,
    })
}

fn custom(
    tool: &CustomTool,
    path: &str,
    namespace: Option<&str>,
    notes: &Notes,
) -> Result<Custom, Failure> {
    check_name(&tool.name, path)?;
    undecoded::string(&tool.extra, path, "description")?;
    Ok(Custom {
        name: join_name(namespace, &tool.name),
        description: tool.description.clone(),
        format: read_format(tool, path, notes),
        path: path.to_owned(),
    })
}

/// Returns the form of a custom tool's input. A form that cannot be enforced becomes free text,
/// with a note.
fn read_format(tool: &CustomTool, path: &str, notes: &Notes) -> Format {
    let reason = match &tool.format {
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
        format!("the input is free text: {reason}"),
    );
    Format::Text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::choice::offer_from_request;
    use super::super::offer::{Format, split_name};
    use super::*;

    fn read(body: &Value) -> (Result<Offer, Failure>, Vec<String>) {
        let request = orouter_wire::from_str(&body.to_string()).expect("a request");
        let notes = Notes::default();
        let offer = offer_from_request(&request, &notes);
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
        assert_eq!(split_name("agents.a"), (Some("agents"), "a"));
        assert_eq!(split_name("a"), (None, "a"));
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
        for (format, expected, noted) in [
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
            assert_eq!(
                offer.expect("an offer").customs[0].format,
                expected,
                "{format}"
            );
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
