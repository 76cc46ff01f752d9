//! Turns the content of messages and the outputs of tools into text.

use orouter_wire::{ContentPart, Extra, MessageContent, ToolOutput};

use super::file;
use crate::admit::undecoded;
use crate::failure::Failure;
use crate::quote::quote;
use orouter_protocols::Notes;

/// Returns the text of a message's content. Content that is null or missing is empty.
///
/// In a message of the assistant, parts that are not text are skipped: another server wrote them.
/// In any other message they are refused.
pub(super) fn message_text(
    content: Option<&MessageContent>,
    extra: &Extra,
    assistant: bool,
    path: &str,
    notes: &Notes,
) -> Result<String, Failure> {
    undecoded::content(extra, path, "content")?;
    match content {
        None => Ok(String::new()),
        Some(MessageContent::Text(text)) => Ok(text.clone()),
        Some(MessageContent::Parts(parts)) => {
            parts_text(parts, &format!("{path}.content"), assistant, notes)
        }
        Some(_) => Err(Failure::invalid(
            format!("{path}.content"),
            format!("`{path}.content` must be a string or a list of parts"),
        )),
    }
}

/// Returns the text of a tool's output. An output of other JSON is the text of that JSON.
pub(super) fn output_text(
    output: Option<&ToolOutput>,
    extra: &Extra,
    path: &str,
    notes: &Notes,
) -> Result<String, Failure> {
    match output {
        Some(ToolOutput::Text(text)) => {
            undecoded::content(extra, path, "output")?;
            Ok(text.clone())
        }
        Some(ToolOutput::Parts(parts)) => {
            undecoded::content(extra, path, "output")?;
            parts_text(parts, &format!("{path}.output"), false, notes)
        }
        Some(ToolOutput::Unknown(value)) => Ok(value.raw().get().to_owned()),
        _ => match extra.get("output") {
            Some(raw) if raw.get().starts_with(['"', '[']) => {
                undecoded::content(extra, path, "output")?;
                Ok(String::new())
            }
            Some(raw) if !raw.is_null() => Ok(raw.get().to_owned()),
            _ => Ok(String::new()),
        },
    }
}

/// Returns the texts of the parts, concatenated.
fn parts_text(
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
        undecoded::string(extra, &path, name)?;
        text.push_str(piece);
    }
    Ok(text)
}

/// Returns the failure of a part that is not text.
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
