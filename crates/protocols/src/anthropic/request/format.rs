//! [`Format`]: structured output.
//!
//! Newer models have it, and their output follows the schema. Older ones are made to call a tool with
//! the schema; the reply reader turns the call back into text. Where no call can be forced, the system
//! prompt asks for JSON, and so it does for values that are not objects, which a tool cannot take.

use std::borrow::Cow;

use orouter_wire::{JsonSchemaFormat, ResponsesRequest, TextFormat};

use super::model::Model;
use super::schema;
use super::strict::{self, Strict};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::choice::{Choice, Mode};
use crate::request::support::Support;
use crate::request::tools::Tools;

/// Parameters, one of which a model with structured output lists.
const PARAMETERS: &[&str] = &["response_format", "structured_outputs"];

/// Maximum length of the name of a tool, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The path of the schema in the request.
const SCHEMA: &str = "text.format.schema";

/// Structured output.
#[derive(Debug)]
pub(super) enum Format<'a> {
    Text,
    /// `output_config.format`
    Native(Strict),
    /// A tool whose input is the answer.
    Tool(AnswerTool<'a>),
    /// A text for the system prompt.
    Instruction(String),
}

/// A tool whose input is the answer.
#[derive(Debug)]
pub(super) struct AnswerTool<'a> {
    pub(super) name: String,
    pub(super) description: &'a str,
    pub(super) schema: Cow<'a, str>,
}

/// The conditions under which a call can be forced.
pub(super) struct Conditions<'a> {
    pub(super) model: Model,
    /// The request has thinking with which no call can be forced.
    pub(super) excludes_forced: bool,
    pub(super) choice: &'a Choice,
    pub(super) tools: &'a Tools<'a>,
}

impl<'a> Format<'a> {
    /// Reads the format of a request.
    pub(super) fn read(
        request: &'a ResponsesRequest,
        conditions: &Conditions<'_>,
        support: Support<'_>,
        notes: &Notes,
    ) -> Result<Self, Refusal> {
        let format = request.text.as_ref().and_then(|text| text.format.as_ref());
        match format {
            None | Some(TextFormat::Text(_)) => Ok(Self::Text),
            Some(TextFormat::JsonObject(_)) => {
                let reason =
                    "the API has no format without a schema; the system prompt asks for JSON";
                notes.converted("text.format", reason);
                let text = "Answer with one JSON object and nothing else: no other text, and no code fence.";
                Ok(Self::Instruction(text.to_owned()))
            }
            Some(TextFormat::JsonSchema(format)) => with_schema(format, conditions, support, notes),
            Some(other) => Err(Refusal::new(
                "text.format.type",
                format!(
                    "`text.format.type` is `{}`; it must be `text`, `json_object` or `json_schema`",
                    quote(other.kind())
                ),
            )),
        }
    }
}

fn with_schema<'a>(
    format: &'a JsonSchemaFormat,
    conditions: &Conditions<'_>,
    support: Support<'_>,
    notes: &Notes,
) -> Result<Format<'a>, Refusal> {
    let schema = match format.schema.get() {
        "null" => "{}",
        schema => schema,
    };
    let listed = PARAMETERS.iter().any(|name| support.lists(name));
    if conditions.model.structured || listed {
        match strict::strict(schema, SCHEMA) {
            Ok(strict) => {
                strict.note(SCHEMA, notes);
                return Ok(Format::Native(strict));
            }
            Err(refusal) if format.strict == Some(true) => return Err(refusal),
            Err(refusal) => {
                let reason = format!("the API does not enforce the schema: {}", refusal.message);
                notes.adjusted(SCHEMA, reason);
            }
        }
    }
    let forced = match conditions.choice.mode {
        Mode::Force(_) => {
            let reason = "the request forces a call, so that the output is not text";
            notes.ignored("text.format", reason);
            return Ok(Format::Text);
        }
        Mode::Required => {
            let reason = "the request requires a call, so that the output is not text";
            notes.ignored("text.format", reason);
            return Ok(Format::Text);
        }
        Mode::Unset | Mode::Auto | Mode::None => {
            conditions.model.forced_calls && !conditions.excludes_forced && support.allows("tools")
        }
    };
    if !forced || !schema::allows_object(schema) {
        let reason = "the model has no structured output for it; the system prompt has the schema, \
                      which is not enforced";
        notes.converted("text.format", reason);
        return Ok(Format::Instruction(format!(
            "Answer with one JSON value and nothing else: no other text, and no code fence. It must \
             match this JSON Schema:\n{schema}"
        )));
    }
    let reason = "the model has no structured output; it calls a tool with the schema, and the call \
                  becomes the text";
    notes.converted("text.format", reason);
    let schema = schema::of_object(schema);
    Ok(Format::Tool(AnswerTool {
        name: free_name(&format.name, conditions.tools),
        description: match &format.description {
            Some(description) if !description.is_empty() => description,
            _ => "Call this tool with the final answer.",
        },
        schema,
    }))
}

/// Returns a name for the answer tool that no other tool has.
fn free_name(wanted: &str, tools: &Tools<'_>) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    // Room for a suffix.
    let limit = MAX_NAME_BYTES - 12;
    let mut name: String = wanted.chars().filter(allowed).take(limit).collect();
    if name.is_empty() {
        "answer".clone_into(&mut name);
    }
    let is_taken = |name: &str| tools.offered.iter().any(|tool| tool.upstream == name);
    while is_taken(&name) && name.len() < MAX_NAME_BYTES {
        name.push('_');
    }
    name
}
