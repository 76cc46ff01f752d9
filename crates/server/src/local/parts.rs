//! Content to text: strings and lists of parts, of messages and of tools' outputs.

use orouter_wire::{ContentPart, Extra, MessageContent, ToolOutput};

use super::file;
use crate::admit::aside;
use crate::failure::Failure;
use crate::notes::Notes;
use crate::quote::quote;

/// The text of a message's content. Content that is null or absent is empty.
///
/// In a message of the model, parts that are not text are skipped: they are history that another
/// server wrote. In any other message they are refused.
pub(super) fn of_message(
    content: Option<&MessageContent>,
    extra: &Extra,
    assistant: bool,
    path: &str,
    notes: &Notes,
) -> Result<String, Failure> {
    aside::content(extra, path, "content")?;
    match content {
        None => Ok(String::new()),
        Some(MessageContent::Text(text)) => Ok(text.clone()),
        Some(MessageContent::Parts(parts)) => {
            joined(parts, &format!("{path}.content"), assistant, notes)
        }
        Some(_) => Err(Failure::invalid(
            format!("{path}.content"),
            format!("`{path}.content` must be a string or a list of parts"),
        )),
    }
}

/// The text of what a tool gave back. An output of any other JSON is that JSON's text.
pub(super) fn of_output(
    output: Option<&ToolOutput>,
    extra: &Extra,
    path: &str,
    notes: &Notes,
) -> Result<String, Failure> {
    match output {
        Some(ToolOutput::Text(text)) => {
            aside::content(extra, path, "output")?;
            Ok(text.clone())
        }
        Some(ToolOutput::Parts(parts)) => {
            aside::content(extra, path, "output")?;
            joined(parts, &format!("{path}.output"), false, notes)
        }
        Some(ToolOutput::Unknown(value)) => Ok(value.raw().get().to_owned()),
        _ => match extra.get("output") {
            Some(raw) if raw.get().starts_with(['"', '[']) => {
                aside::content(extra, path, "output")?;
                Ok(String::new())
            }
            Some(raw) if !raw.is_null() => Ok(raw.get().to_owned()),
            _ => Ok(String::new()),
        },
    }
}

/// The text of the parts, one after the other.
pub(super) fn joined(
    parts: &[ContentPart],
    path: &str,
    assistant: bool,
    notes: &Notes,
) -> Result<String, Failure> {
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let (piece, extra, name) = match part {
            ContentPart::InputText(part) => (&part.text, &part.extra, "text"),
            ContentPart::OutputText(part) => (&part.text, &part.extra, "text"),
            ContentPart::Text(part) => (&part.text, &part.extra, "text"),
            ContentPart::Refusal(part) => (&part.refusal, &part.extra, "refusal"),
            ContentPart::InputFile(part) => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&file::text(part, &path)?);
                if index + 1 < parts.len() {
                    text.push('\n');
                }
                continue;
            }
            other if assistant && !other.kind().is_empty() => {
                notes.skipped(path, format!("this model does not read `{}`", other.kind()));
                continue;
            }
            other => return Err(not_text(other, &path)),
        };
        aside::string(extra, &path, name)?;
        text.push_str(piece);
    }
    Ok(text)
}

fn not_text(part: &ContentPart, path: &str) -> Failure {
    match part.kind() {
        "" => Failure::invalid(path, format!("`{path}` must be an object with a `type`")),
        kind => Failure::invalid(
            format!("{path}.type"),
            format!(
                "`{path}.type` is `{}`; this model reads text and text files: no images, audio or \
                 video",
                quote(kind)
            ),
        ),
    }
}
