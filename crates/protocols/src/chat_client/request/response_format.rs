//! `response_format` and `verbosity`: the settings of the text.

use orouter_wire::json::Writer;

use super::object::{Object, join, missing};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;

const PATH: &str = "response_format";

/// Writes `text`, if the request has settings for it.
pub(super) fn write(request: &Object<'_>, notes: &Notes, out: &mut Writer) -> Result<(), Refusal> {
    let format = request.object(PATH, "")?;
    let verbosity = request.get("verbosity");
    if format.is_none() && verbosity.is_none() {
        return Ok(());
    }
    out.member("text");
    out.open_object();
    if let Some(format) = format {
        out.member("format");
        write_format(&format, notes, out)?;
    }
    if let Some(verbosity) = verbosity {
        out.member("verbosity");
        out.raw(verbosity);
    }
    out.close_object();
    Ok(())
}

fn write_format(format: &Object<'_>, notes: &Notes, out: &mut Writer) -> Result<(), Refusal> {
    let kind = format.string("type");
    out.open_object();
    out.member("type");
    match kind.as_deref() {
        Some(kind @ ("text" | "json_object")) => {
            out.string(kind);
            for (name, _) in format.iter().filter(|(name, _)| *name != "type") {
                notes.ignored(join(PATH, &quote(name)), "unknown member");
            }
        }
        Some("json_schema") => {
            out.string("json_schema");
            let path = join(PATH, "json_schema");
            let nested = format.object("json_schema", PATH)?;
            let schema = match &nested {
                Some(nested) => nested,
                // Some clients leave the inner object out.
                None if format.get("schema").is_some() => format,
                None => return Err(missing(&path, "an object with `name` and `schema`")),
            };
            for (name, value) in schema.iter().filter(|(name, _)| *name != "type") {
                out.member(name);
                out.raw(value);
            }
        }
        other => {
            let path = join(PATH, "type");
            let is = match other {
                Some(kind) => format!(" is `{}`; it", quote(kind)),
                None => String::new(),
            };
            let message = format!("`{path}`{is} must be `text`, `json_object` or `json_schema`");
            return Err(Refusal::new(path, message));
        }
    }
    out.close_object();
    Ok(())
}
