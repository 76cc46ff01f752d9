//! `text`: the format and the verbosity of the output.

use orouter_wire::json::Writer;
use orouter_wire::{TextConfig, TextFormat};

use crate::quote::quote;
use crate::refusal::Refusal;
use crate::request::part::string;
use crate::request::support::Support;

/// Parameters, one of which a model with structured output lists.
const FORMATS: &[&str] = &["response_format", "structured_outputs"];

/// Writes `response_format` and `verbosity` as members of the open object.
pub(super) fn write(
    text: &TextConfig,
    support: Support<'_>,
    out: &mut Writer,
) -> Result<(), Refusal> {
    match &text.format {
        None | Some(TextFormat::Text(_)) => {}
        Some(TextFormat::JsonObject(_)) => {
            if support.allows_or_note(FORMATS, "text.format") {
                out.member("response_format");
                out.raw(r#"{"type":"json_object"}"#);
            }
        }
        Some(TextFormat::JsonSchema(format)) => {
            if support.allows_or_note(FORMATS, "text.format") {
                out.member("response_format");
                out.open_object();
                string(out, "type", "json_schema");
                out.member("json_schema");
                out.open_object();
                string(out, "name", &format.name);
                if let Some(description) = &format.description {
                    string(out, "description", description);
                }
                if !format.schema.is_null() {
                    out.member("schema");
                    out.raw(format.schema.get());
                }
                if let Some(strict) = format.strict {
                    out.member("strict");
                    out.bool(strict);
                }
                out.close_object();
                out.close_object();
            }
        }
        Some(other) => {
            return Err(Refusal::new(
                "text.format.type",
                format!(
                    "`text.format.type` is `{}`; it must be `text`, `json_object` or `json_schema`",
                    quote(other.kind())
                ),
            ));
        }
    }
    if let Some(verbosity) = &text.verbosity
        && support.allows_or_note(&["verbosity"], "text.verbosity")
    {
        string(out, "verbosity", verbosity.as_str());
    }
    Ok(())
}
