//! The content of messages: a text, or a list of parts.

use orouter_wire::json::Writer;

use super::object::{Object, is_idle, is_string, join, missing, wrong_type};
use crate::json_text;
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;

/// The place of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A message that the model reads.
    Message,
    /// The result of a tool. A part of any kind is accepted: a tool made it, and all later requests
    /// of the conversation have it.
    Output,
}

/// Writes content as a value. `mark`: the `cache_control` of the message, which becomes that of its
/// last part.
pub(super) fn write(
    content: Option<&str>,
    reader: Reader,
    mark: Option<&str>,
    path: &str,
    notes: &Notes,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let path = join(path, "content");
    let Some(content) = content else {
        out.string("");
        return Ok(());
    };
    if is_string(content) {
        match mark {
            Some(_) => {
                out.open_array();
                out.element();
                write_text(content, &Object::default(), mark, out);
                out.close_array();
            }
            None => out.raw(content),
        }
        return Ok(());
    }
    // Some clients send one part without a list.
    let parts = match json_text::elements(content) {
        Some(parts) => parts,
        None if content.starts_with('{') => vec![content],
        None if reader == Reader::Output => {
            // The JSON of the result, without its text.
            out.string(content);
            return Ok(());
        }
        None => return Err(wrong_type(&path, "a string or a list of parts", content)),
    };
    if parts.is_empty() {
        out.string("");
        return Ok(());
    }
    let last = parts.len() - 1;
    out.open_array();
    for (index, text) in parts.into_iter().enumerate() {
        out.element();
        let mark = mark.filter(|_| index == last);
        let path = format!("{path}[{index}]");
        write_part(text, reader, mark, &path, notes, out)?;
    }
    out.close_array();
    Ok(())
}

fn write_part(
    text: &str,
    reader: Reader,
    mark: Option<&str>,
    path: &str,
    notes: &Notes,
    out: &mut Writer,
) -> Result<(), Refusal> {
    if is_string(text) {
        write_text(text, &Object::default(), mark, out);
        return Ok(());
    }
    let Some(part) = Object::read(text, path)? else {
        return Err(wrong_type(path, "an object with a `type`", text));
    };
    let mark = part.get("cache_control").or(mark);
    let kind = kind(&part);
    let kind = kind.as_deref();
    if let (Some(kind), Reader::Message) = (kind, reader) {
        note_others(&part, kind, path, notes);
    }
    match kind {
        Some("text" | "input_text" | "output_text") => {
            let Some(text) = part.string_text("text", path)? else {
                return Err(missing(&join(path, "text"), "a string"));
            };
            write_text(text, &part, mark, out);
        }
        Some("image_url" | "input_image") => {
            open("input_image", &part, mark, out);
            write_url(&part, "image_url", "detail", path, out)?;
            out.close_object();
        }
        Some("video_url" | "input_video") => {
            open("input_video", &part, mark, out);
            write_url(&part, "video_url", "processing", path, out)?;
            out.close_object();
        }
        Some("input_audio") => {
            let Some(audio) = part
                .get("input_audio")
                .filter(|audio| audio.starts_with('{'))
            else {
                let path = join(path, "input_audio");
                return Err(missing(&path, "an object with `data` and `format`"));
            };
            open("input_audio", &part, mark, out);
            out.member("input_audio");
            out.raw(audio);
            out.close_object();
        }
        Some("file" | "input_file") => write_file(&part, mark, path, out)?,
        Some(_) if reader == Reader::Output => out.raw(text),
        None if reader == Reader::Output => write_json_text(text, out),
        Some(kind) => {
            let path = join(path, "type");
            let message = format!(
                "`{path}` is `{}`; it must be `text`, `image_url`, `file`, `input_audio` or \
                 `video_url`",
                quote(kind)
            );
            return Err(Refusal::new(path, message));
        }
        None => {
            return Err(missing(
                &join(path, "type"),
                "`text`, `image_url`, `file`, `input_audio` or `video_url`",
            ));
        }
    }
    Ok(())
}

/// Returns the type of a part. One without a type has the type of its member.
pub(super) fn kind<'a>(part: &Object<'a>) -> Option<std::borrow::Cow<'a, str>> {
    part.string("type").or_else(|| {
        ["text", "image_url", "file", "input_audio", "video_url"]
            .into_iter()
            .find(|name| part.get(name).is_some())
            .map(Into::into)
    })
}

/// Begins a part.
fn open(kind: &str, part: &Object<'_>, mark: Option<&str>, out: &mut Writer) {
    out.open_object();
    out.member("type");
    out.string(kind);
    if let Some(mark) = mark {
        out.member("cache_control");
        out.raw(mark);
    }
    if let Some(breakpoint) = part.get("prompt_cache_breakpoint") {
        out.member("prompt_cache_breakpoint");
        out.raw(breakpoint);
    }
}

fn write_text(text: &str, part: &Object<'_>, mark: Option<&str>, out: &mut Writer) {
    open("input_text", part, mark, out);
    out.member("text");
    out.raw(text);
    out.close_object();
}

/// Writes a value as a text with its JSON.
fn write_json_text(json: &str, out: &mut Writer) {
    out.open_object();
    out.member("type");
    out.string("input_text");
    out.member("text");
    out.string(json);
    out.close_object();
}

/// Writes the URL of an image or a video, which is an object with `url` and `option`, or the URL.
fn write_url(
    part: &Object<'_>,
    name: &str,
    option: &str,
    path: &str,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let path = join(path, name);
    match part.get(name) {
        Some(url) if is_string(url) => {
            out.member(name);
            out.raw(url);
            copy(part, option, option, out);
        }
        Some(text) => {
            let Some(object) = Object::read(text, &path)? else {
                return Err(wrong_type(&path, "an object with `url`", text));
            };
            let Some(url) = object.string_text("url", &path)? else {
                return Err(missing(&join(&path, "url"), "a URL or a `data:` URL"));
            };
            out.member(name);
            out.raw(url);
            copy(&object, option, option, out);
        }
        None if part.get("file_id").is_some() => copy(part, "file_id", "file_id", out),
        None => return Err(missing(&path, "an object with `url`")),
    }
    Ok(())
}

/// Writes a file. Its `file_data` is base64, a `data:` URL or a URL.
fn write_file(
    part: &Object<'_>,
    mark: Option<&str>,
    path: &str,
    out: &mut Writer,
) -> Result<(), Refusal> {
    let nested = part.object("file", path)?;
    let file = nested.as_ref().unwrap_or(part);
    let has = |name: &str| file.get(name).is_some();
    if !has("file_data") && !has("file_id") && !has("file_url") {
        return Err(missing(
            &join(path, "file"),
            "an object with `file_data` or `file_id`",
        ));
    }
    open("input_file", part, mark, out);
    copy(file, "filename", "filename", out);
    let data = file.string("file_data");
    let is_url = data.is_some_and(|data| {
        let scheme = data.split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| {
            ["http", "https"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s))
        })
    });
    copy(
        file,
        "file_data",
        if is_url { "file_url" } else { "file_data" },
        out,
    );
    if !is_url {
        copy(file, "file_url", "file_url", out);
    }
    copy(file, "file_id", "file_id", out);
    out.close_object();
    Ok(())
}

fn copy(object: &Object<'_>, from: &str, to: &str, out: &mut Writer) {
    if let Some(value) = object.get(from) {
        out.member(to);
        out.raw(value);
    }
}

/// Notes the members of a part that have no effect.
fn note_others(part: &Object<'_>, kind: &str, path: &str, notes: &Notes) {
    const KNOWN: &[&str] = &["type", "cache_control", "prompt_cache_breakpoint"];
    let own: &[&str] = match kind {
        "text" | "input_text" | "output_text" => &["text", "annotations", "logprobs"],
        "image_url" | "input_image" => &["image_url", "detail", "file_id"],
        "video_url" | "input_video" => &["video_url", "processing"],
        "input_audio" => &["input_audio"],
        "file" | "input_file" => &["file", "file_data", "file_id", "file_url", "filename"],
        _ => return,
    };
    for (name, value) in part.iter() {
        if !KNOWN.contains(&name) && !own.contains(&name) && !is_idle(value) {
            notes.ignored(join(path, &quote(name)), "unknown member");
        }
    }
}
