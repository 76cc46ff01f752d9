//! `text.format`: the way in which the model answers with JSON.

use std::borrow::Cow;

use orouter_wire::{ResponsesRequest, TextFormat};

use super::super::model::Model;
use super::schema;
use crate::json_text::{get, string};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::choice::{Choice, Mode};
use crate::request::names::Names;
use crate::request::support::Support;

/// Parameters, one of which a model with structured output lists.
const FORMATS: &[&str] = &["response_format", "structured_outputs"];

/// The name of the function through which a model answers that cannot combine functions and JSON.
const TOOL: &str = "final_answer";

/// The way in which the model answers.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    Text,
    /// JSON, of a schema if there is one.
    Json(Option<Cow<'a, str>>),
    /// The call of a function with this name and schema. The model must call a function.
    Tool {
        name: String,
        schema: Cow<'a, str>,
    },
    /// JSON, which this text asks for.
    Instruction(String),
}

impl<'a> Answer<'a> {
    /// Reads the format of a request. Older models refuse a JSON output together with functions.
    pub(super) fn read(
        request: &'a ResponsesRequest,
        choice: &Choice,
        names: &Names<'_>,
        model: Model,
        support: Support<'_>,
        notes: &Notes,
    ) -> Result<Self, Refusal> {
        let format = request.text.as_ref().and_then(|text| text.format.as_ref());
        let schema = match format {
            None | Some(TextFormat::Text(_)) => return Ok(Self::Text),
            Some(TextFormat::JsonObject(_)) => None,
            Some(TextFormat::JsonSchema(format)) => {
                Some(format.schema.get()).filter(|_| !format.schema.is_null())
            }
            Some(other) => {
                return Err(Refusal::new(
                    "text.format.type",
                    format!(
                        "`text.format.type` is `{}`; it must be `text`, `json_object` or \
                         `json_schema`",
                        quote(other.kind())
                    ),
                ));
            }
        };
        if !support.allows_or_note(FORMATS, "text.format") {
            return Ok(Self::Text);
        }
        let schema = schema.map(schema::adapt);
        if !choice.has_tools() {
            return Ok(Self::Json(schema));
        }
        if matches!(choice.mode, Mode::Required | Mode::Force(_)) {
            let reason = "`tool_choice` requires a call, and the API cannot combine it with JSON";
            notes.ignored("text.format", reason);
            return Ok(Self::Text);
        }
        if model.has_json_with_tools() || choice.mode == Mode::None {
            return Ok(Self::Json(schema));
        }
        match schema {
            Some(schema) if is_object(&schema) => {
                let reason = "the model cannot combine JSON with tools; it answers through a \
                              function with this schema";
                notes.converted("text.format", reason);
                Ok(Self::Tool {
                    name: names.unused(TOOL),
                    schema,
                })
            }
            schema => {
                let reason = "the model cannot combine JSON with tools; the system instruction \
                              asks for it, and it is not enforced";
                notes.converted("text.format", reason);
                Ok(Self::Instruction(instruction(schema.as_deref())))
            }
        }
    }

    /// Returns `true` if the tools are sent. A model that calls none and answers with JSON does not
    /// get them.
    pub(super) fn keeps_tools(&self, choice: &Choice, model: Model) -> bool {
        let json = matches!(self, Self::Json(_));
        !(json && choice.mode == Mode::None && !model.has_json_with_tools())
    }
}

/// Returns `true` for the schema of an object, which the arguments of a function can have.
fn is_object(schema: &str) -> bool {
    get(schema, "type").and_then(string).as_deref() == Some("object")
}

fn instruction(schema: Option<&str>) -> String {
    let mut text = "When you answer, write one JSON value and nothing else: no other text, and no \
                    code fence around it."
        .to_owned();
    if let Some(schema) = schema {
        text.push_str("\n\nIt must match this JSON Schema:\n");
        text.push_str(schema);
    }
    text
}
