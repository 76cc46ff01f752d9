//! The form of `tools` and `tool_choice` in Anthropic Messages.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::cache::Mark;
use super::format::{AnswerTool, Format};
use super::model::Model;
use super::schema;
use super::strict::{self, MAX_OPTIONAL, MAX_UNIONS, Strict};
use crate::json_text;
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::request::choice::{Choice, Mode};
use crate::request::offered::{Definition, Offered};
use crate::request::part::string;
use crate::request::tools::Tools;

/// Maximum number of strict tools in one request.
const MAX_STRICT: usize = 20;

/// The tools that are sent, and the choice among them.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    tools: Vec<SentTool<'a>>,
    output: Option<&'a AnswerTool<'a>>,
    choice: Called<'a>,
    /// `disable_parallel_tool_use`
    single: bool,
}

#[derive(Debug)]
struct SentTool<'a> {
    tool: &'a Offered<'a>,
    schema: Cow<'a, str>,
    strict: Option<Strict>,
    mark: Option<Mark>,
}

/// `tool_choice`
#[derive(Clone, Copy, Debug)]
enum Called<'a> {
    Unset,
    Auto,
    None,
    Any,
    Tool(&'a str),
}

impl<'a> Sent<'a> {
    /// Reads the tools and the choice of a request. `parallel` is the client's `parallel_tool_calls`.
    pub(super) fn read(
        tools: &'a Tools<'a>,
        choice: &Choice,
        format: &'a Format<'a>,
        model: Model,
        parallel: Option<bool>,
        notes: &Notes,
    ) -> Result<Self, Refusal> {
        let mut sent = Self {
            tools: Vec::new(),
            output: None,
            choice: called(choice.mode, tools),
            single: parallel == Some(false),
        };
        let forced = match sent.choice {
            Called::Tool(name) => Some(name),
            _ => None,
        };
        let cannot_force =
            !model.forced_calls && matches!(sent.choice, Called::Any | Called::Tool(_));
        if cannot_force {
            let reason =
                "the model takes no forced call: it decides among the tools that it must call";
            notes.adjusted("tool_choice", reason);
            sent.choice = Called::Auto;
        }
        for tool in choice.sent(tools) {
            if cannot_force && forced.is_some_and(|name| tool.upstream != name) {
                continue;
            }
            sent.tools.push(SentTool::read(tool, model, notes)?);
        }
        if let Format::Tool(output) = format {
            sent.output = Some(output);
            // A call of another tool beside the output would end the turn without an answer to it.
            sent.single = true;
            if sent.tools.is_empty() || matches!(sent.choice, Called::None) {
                sent.tools.clear();
                sent.choice = Called::Tool(&output.name);
            } else {
                sent.choice = Called::Any;
            }
        }
        sent.limit_strict(format, notes);
        Ok(sent)
    }

    /// Leaves `strict` out if the API would refuse that many strict schemas.
    fn limit_strict(&mut self, format: &Format<'_>, notes: &Notes) {
        let own = match format {
            Format::Native(strict) => Some(strict),
            _ => None,
        };
        let count = self
            .tools
            .iter()
            .filter(|tool| tool.strict.is_some())
            .count();
        let schemas = || self.tools.iter().flat_map(|tool| &tool.strict).chain(own);
        let optional: usize = schemas().map(|strict| strict.optional).sum();
        let unions: usize = schemas().map(|strict| strict.unions).sum();
        if count <= MAX_STRICT && optional <= MAX_OPTIONAL && unions <= MAX_UNIONS {
            return;
        }
        let reason = format!(
            "sent without `strict`: the API takes {MAX_STRICT} strict tools, with {MAX_OPTIONAL} \
             parameters that are not required and {MAX_UNIONS} with several types in all"
        );
        notes.adjusted("tools", reason);
        for tool in &mut self.tools {
            tool.strict = None;
        }
    }

    /// Returns the places of the marks for the prompt cache.
    pub(super) fn marks_mut(&mut self) -> impl Iterator<Item = &mut Option<Mark>> {
        self.tools.iter_mut().map(|tool| &mut tool.mark)
    }

    /// Writes `tools` and `tool_choice` as members of the open object. Without tools, it writes
    /// nothing: the API refuses a choice without tools.
    pub(super) fn write(&self, out: &mut Writer) {
        if self.tools.is_empty() && self.output.is_none() {
            return;
        }
        out.member("tools");
        out.open_array();
        for tool in &self.tools {
            out.element();
            tool.write(out);
        }
        if let Some(output) = self.output {
            out.element();
            out.open_object();
            string(out, "name", &output.name);
            string(out, "description", output.description);
            out.member("input_schema");
            out.raw(&output.schema);
            out.close_object();
        }
        out.close_array();
        let (kind, name) = match self.choice {
            Called::Unset if !self.single => return,
            Called::Unset | Called::Auto => ("auto", None),
            Called::None => ("none", None),
            Called::Any => ("any", None),
            Called::Tool(name) => ("tool", Some(name)),
        };
        out.member("tool_choice");
        out.open_object();
        string(out, "type", kind);
        if let Some(name) = name {
            string(out, "name", name);
        }
        if self.single && kind != "none" {
            out.member("disable_parallel_tool_use");
            out.bool(true);
        }
        out.close_object();
    }
}

impl<'a> SentTool<'a> {
    fn read(tool: &'a Offered<'a>, model: Model, notes: &Notes) -> Result<Self, Refusal> {
        let own = tool
            .schema()
            .unwrap_or(r#"{"type":"object","properties":{}}"#);
        let path = format!("{}.parameters", tool.path);
        let wants_strict = match tool.definition {
            Definition::Function(function) => function.strict == Some(true),
            Definition::Custom(_) => false,
        };
        let schema = schema::of_object(own);
        let combined = ["anyOf", "oneOf", "allOf"]
            .into_iter()
            .find(|name| json_text::get(own, name).is_some());
        let mut strict = None;
        if wants_strict && !model.structured {
            let reason = "the model has no strict tools";
            notes.ignored(format!("{}.strict", tool.path), reason);
        } else if wants_strict {
            if let Some(name) = combined {
                return Err(Refusal::new(
                    format!("{path}.{name}"),
                    format!(
                        "`{path}.{name}` cannot be enforced: the API takes none at the top of a tool's \
                         schema; make it a member of the object, or leave out `strict`"
                    ),
                ));
            }
            let enforced = strict::strict(&schema, &path)?;
            enforced.note(&path, notes);
            strict = Some(enforced);
        }
        if combined.is_some() && strict.is_none() {
            let reason = "the API takes no `anyOf`, `oneOf` and `allOf` at the top of a tool's schema; \
                          their members are members of the object";
            notes.converted(path, reason);
        }
        Ok(Self {
            tool,
            schema,
            strict,
            mark: Mark::read(tool.marks, notes),
        })
    }

    fn write(&self, out: &mut Writer) {
        out.open_object();
        string(out, "name", &self.tool.upstream);
        if let Some(description) = self.tool.description() {
            string(out, "description", &description);
        }
        out.member("input_schema");
        match &self.strict {
            Some(strict) => {
                out.raw(&strict.text);
                out.member("strict");
                out.bool(true);
            }
            None => out.raw(&self.schema),
        }
        if let Some(mark) = self.mark {
            mark.write(out);
        }
        out.close_object();
    }
}

fn called<'a>(mode: Mode, tools: &'a Tools<'a>) -> Called<'a> {
    match mode {
        Mode::Unset => Called::Unset,
        Mode::Auto => Called::Auto,
        Mode::None => Called::None,
        Mode::Required => Called::Any,
        Mode::Force(index) => match tools.offered.get(index) {
            Some(tool) => Called::Tool(&tool.upstream),
            None => Called::Any,
        },
    }
}
