//! [`Tools`]: the tools of a request as functions.

use std::borrow::Cow;

use orouter_wire::{
    CustomTool, CustomToolFormat, Extra, FunctionTool, Input, Item, NamespaceTool, Raw,
    ResponsesRequest, Tool,
};

use super::names::Names;
use super::offered::{Definition, Offered};
use super::support::Support;
use super::undecoded;
use crate::function_schema;
use crate::notes::Notes;
use crate::output::{ToolName, ToolNames};
use crate::quote::quote;
use crate::refusal::Refusal;

/// Maximum length of the name of a namespace, in bytes.
const MAX_NAMESPACE_BYTES: usize = 128;

/// The tools of a request.
#[derive(Debug)]
pub(crate) struct Tools<'a> {
    /// The tools that the caller runs, in the order of the request.
    pub(crate) offered: Vec<Offered<'a>>,
    /// The tools that only another service runs.
    pub(crate) skipped: Vec<Skipped<'a>>,
    pub(crate) names: Names<'a>,
}

/// A tool that only another service runs.
#[derive(Debug)]
pub(crate) struct Skipped<'a> {
    /// The tool's type, such as `web_search`.
    pub(crate) kind: &'a str,
}

/// Reads the tools of a request, and those that its history loaded. Skipped and changed tools are
/// added to `notes`.
pub(crate) fn read<'a>(
    request: &'a ResponsesRequest,
    support: Support<'a>,
    notes: &'a Notes,
) -> Result<Tools<'a>, Refusal> {
    let mut reader = Reader {
        tools: Tools {
            offered: Vec::new(),
            skipped: Vec::new(),
            names: Names::new(support.api.allows_name),
        },
        loaded: false,
        support,
        notes,
    };
    // Names that are sent as they are come first, then the others without a namespace.
    for changed in [false, true] {
        for (index, tool) in request.tools.iter().enumerate() {
            if reader.is_changed(tool) == changed {
                reader.reserve(tool, &format!("tools[{index}]"))?;
            }
        }
    }
    for (index, tool) in request.tools.iter().enumerate() {
        reader.add(tool, &format!("tools[{index}]"))?;
    }
    reader.loaded = true;
    for (index, item) in request.input.iter().flat_map(Input::items).enumerate() {
        let loaded = match item {
            Item::AdditionalTools(item) => &item.tools,
            Item::ToolSearchOutput(item) => &item.tools,
            _ => continue,
        };
        for (number, tool) in loaded.iter().enumerate() {
            reader.add_loaded(tool, &format!("input[{index}].tools[{number}]"));
        }
    }
    Ok(reader.tools)
}

struct Reader<'a> {
    tools: Tools<'a>,
    /// The tools are from the history. A history can load a tool several times.
    loaded: bool,
    support: Support<'a>,
    notes: &'a Notes,
}

impl<'a> Reader<'a> {
    /// Returns `true` if the upstream gets the tool under another name.
    fn is_changed(&self, tool: &Tool) -> bool {
        let name = match tool {
            Tool::Function(tool) => &tool.name,
            Tool::Custom(tool) => &tool.name,
            _ => return false,
        };
        !self.tools.names.allows(name)
    }

    /// Reserves the name of a tool without a namespace.
    fn reserve(&mut self, tool: &'a Tool, path: &str) -> Result<(), Refusal> {
        let (name, extra) = match tool {
            Tool::Function(tool) => (&tool.name, &tool.extra),
            Tool::Custom(tool) => (&tool.name, &tool.extra),
            _ => return Ok(()),
        };
        check_name(name, extra, path)?;
        if let Tool::Function(tool) = tool {
            function_schema::check(tool, path)?;
        }
        if self.tools.names.add(name) {
            return Ok(());
        }
        Err(Refusal::new(
            format!("{path}.name"),
            format!(
                "`{path}.name` is `{}`, which is the name of an earlier tool",
                quote(name)
            ),
        ))
    }

    /// Adds a tool whose name is reserved, or a namespace, or skips a tool of another kind.
    fn add(&mut self, tool: &'a Tool, path: &str) -> Result<(), Refusal> {
        match tool {
            Tool::Function(function) => {
                self.offer(Definition::Function(function), None, None, path)
            }
            Tool::Custom(custom) => self.offer(Definition::Custom(custom), None, None, path),
            Tool::Namespace(space) => self.add_namespace(space, path),
            other => self.skip(other, path),
        }
    }

    fn add_namespace(&mut self, space: &'a NamespaceTool, path: &str) -> Result<(), Refusal> {
        undecoded::string(&space.extra, path, "name")?;
        if space.name.is_empty() || space.name.len() > MAX_NAMESPACE_BYTES {
            return Err(Refusal::new(
                format!("{path}.name"),
                format!("`{path}.name` must be a string of 1 to {MAX_NAMESPACE_BYTES} characters"),
            ));
        }
        if space.extra.get("tools").is_some_and(|raw| !raw.is_null()) {
            return Err(Refusal::new(
                format!("{path}.tools"),
                format!("`{path}.tools` must be a list of tools"),
            ));
        }
        let mut introduction = Some(space.description.as_str()).filter(|text| !text.is_empty());
        for (index, tool) in space.tools.iter().enumerate() {
            let path = format!("{path}.tools[{index}]");
            let definition = match tool {
                Tool::Function(tool) => {
                    check_name(&tool.name, &tool.extra, &path)?;
                    function_schema::check(tool, &path)?;
                    Definition::Function(tool)
                }
                Tool::Custom(tool) => {
                    check_name(&tool.name, &tool.extra, &path)?;
                    Definition::Custom(tool)
                }
                other => {
                    self.skip(other, &path)?;
                    continue;
                }
            };
            self.offer(definition, Some(&space.name), introduction.take(), &path)?;
        }
        Ok(())
    }

    fn offer(
        &mut self,
        definition: Definition<'a>,
        namespace: Option<&'a str>,
        introduction: Option<&'a str>,
        path: &str,
    ) -> Result<(), Refusal> {
        let (name, extra) = match definition {
            Definition::Function(tool) => {
                undecoded::string(&tool.extra, path, "description")?;
                self.note_function(tool, path);
                (tool.name.as_str(), &tool.extra)
            }
            Definition::Custom(tool) => {
                undecoded::string(&tool.extra, path, "description")?;
                self.note_custom(tool, path);
                (tool.name.as_str(), &tool.extra)
            }
        };
        let upstream = match namespace {
            None => self.tools.names.of_call(None, name),
            Some(namespace) => {
                let Some(joined) = self.tools.names.add_joined(namespace, name) else {
                    if self.loaded {
                        return Ok(());
                    }
                    return Err(Refusal::new(
                        format!("{path}.name"),
                        format!(
                            "`{path}.name` is `{}`, which is the name of an earlier tool of the \
                             namespace",
                            quote(name)
                        ),
                    ));
                };
                Cow::Owned(joined)
            }
        };
        self.tools.offered.push(Offered {
            upstream,
            name,
            namespace,
            definition,
            introduction,
            marks: self.support.marks(extra, None),
            path: path.to_owned(),
        });
        Ok(())
    }

    /// Notes the members of a function that the API does not have.
    fn note_function(&self, tool: &FunctionTool, path: &str) {
        self.note_deferred(tool.defer_loading, tool.r#async, path);
        for (member, set) in [
            ("allowed_callers", tool.allowed_callers.is_some()),
            ("output_schema", tool.output_schema.is_some()),
        ] {
            if set {
                self.note_program(&format!("{path}.{member}"));
            }
        }
    }

    /// Notes the members of a custom tool that the API does not have.
    fn note_custom(&self, tool: &CustomTool, path: &str) {
        self.note_deferred(tool.defer_loading, tool.r#async, path);
        if tool.allowed_callers.is_some() {
            self.note_program(&format!("{path}.allowed_callers"));
        }
        let reason = format!(
            "the model gets a function with one string, because {} has no custom tools",
            self.support.api.name
        );
        self.notes.converted(path, reason);
        match &tool.format {
            Some(CustomToolFormat::Text(_)) => {}
            Some(CustomToolFormat::Grammar(_)) => self.notes.converted(
                format!("{path}.format"),
                "the description of the tool contains the grammar, which is not enforced",
            ),
            None if tool.extra.get("format").is_none_or(Raw::is_null) => {}
            _ => self.notes.ignored(
                format!("{path}.format"),
                "the input is free text: a format can be `text` or `grammar`",
            ),
        }
    }

    fn note_program(&self, path: &str) {
        let api = self.support.api.name;
        let reason = format!("{api} does not have programs of the model");
        self.notes.ignored(path, reason);
    }

    fn note_deferred(&self, deferred: Option<bool>, r#async: Option<bool>, path: &str) {
        let api = self.support.api.name;
        if deferred == Some(true) {
            let reason = format!("{api} has no tool search; the model gets the tool at once");
            self.notes.ignored(format!("{path}.defer_loading"), reason);
        }
        if r#async == Some(true) {
            let reason = format!("in {api}, the model waits for the output of a tool");
            self.notes.ignored(format!("{path}.async"), reason);
        }
    }

    /// Adds a tool that the history loaded. An invalid one is skipped: an item of the history does
    /// not cause a refusal. A tool that is offered already is left out.
    fn add_loaded(&mut self, tool: &'a Tool, path: &str) {
        let plain = matches!(tool, Tool::Function(_) | Tool::Custom(_));
        if plain
            && tool
                .name()
                .is_some_and(|name| self.tools.names.is_taken(name))
        {
            return;
        }
        let added = self.reserve(tool, path).and_then(|()| self.add(tool, path));
        if let Err(refusal) = added {
            self.notes.skipped(path, refusal.message);
        }
    }

    /// Skips a tool that only another service runs.
    fn skip(&mut self, tool: &'a Tool, path: &str) -> Result<(), Refusal> {
        let kind = tool.kind();
        if kind.is_empty() {
            return Err(Refusal::new(
                path,
                format!("`{path}` must be an object with a `type`"),
            ));
        }
        let reason = format!(
            "{} does not have tools of type `{}`",
            self.support.api.name,
            quote(kind)
        );
        self.notes.skipped(path, reason);
        self.tools.skipped.push(Skipped { kind });
        Ok(())
    }
}

/// Checks a tool's own name.
fn check_name(name: &str, extra: &Extra, path: &str) -> Result<(), Refusal> {
    undecoded::string(extra, path, "name")?;
    if name.is_empty() {
        return Err(Refusal::new(
            format!("{path}.name"),
            format!("`{path}.name` must be the name of the tool"),
        ));
    }
    Ok(())
}

impl Tools<'_> {
    /// Returns the approximate size of the tools in a body, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.offered.iter().map(Offered::size).sum()
    }

    /// Returns the table that turns the upstream's names back.
    pub(crate) fn to_names(&self) -> ToolNames {
        let mut names = ToolNames::default();
        for tool in &self.offered {
            let entry = ToolName {
                name: tool.name.to_owned(),
                namespace: tool.namespace.map(str::to_owned),
                kind: tool.kind(),
            };
            names.insert(tool.upstream.as_ref(), entry);
        }
        names
    }
}
