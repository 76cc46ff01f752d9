//! [`check`]: finds the URLs in a request.

use orouter_protocols::json_text::{elements, members, string};
use orouter_wire::{ContentPart, Extra, Item, MessageContent, ResponsesRequest, Tool, ToolOutput};

use super::refused::Refused;
use crate::failure::Failure;
use crate::quote::{clip, quote};

/// Members that have the URL or the data of an image, a file, audio or a video, in the Responses API
/// or in the APIs whose parts some upstreams accept. Others of that kind are objects with the URL or
/// the data in one of [`INNER`].
const MEDIA: [&str; 6] = [
    "image_url",
    "file_url",
    "video_url",
    "audio_url",
    "input_audio",
    "file_data",
];

/// Members of an object that is the value of one of [`MEDIA`].
const INNER: [&str; 2] = ["url", "data"];

/// Maximum nesting in which members that the wire does not know are searched.
const MAX_DEPTH: usize = 8;

/// Maximum number of characters of a URL that a message shows.
const SHOWN_CHARS: usize = 40;

/// Refuses a request with a URL that an upstream must not fetch.
///
/// # Errors
/// A 400 that names the member with the URL.
pub(crate) fn check(request: &ResponsesRequest) -> Result<(), Failure> {
    let items = request.input.iter().flat_map(orouter_wire::Input::items);
    for (index, item) in items.enumerate() {
        check_item(item, || format!("input[{index}]"))?;
    }
    for (index, tool) in request.tools.iter().enumerate() {
        check_tool(tool, || format!("tools[{index}]"))?;
    }
    Ok(())
}

/// Checks the mask of a tool that generates images.
fn check_tool(tool: &Tool, path: impl Fn() -> String) -> Result<(), Failure> {
    let Tool::ImageGeneration(tool) = tool else {
        return Ok(());
    };
    if let Some(mask) = &tool.input_image_mask {
        let path = || format!("{}.input_image_mask", path());
        check_member(mask.image_url.as_deref(), &mask.extra, "image_url", path)?;
    }
    check_extra(&tool.extra, path)
}

/// Checks the parts of an item.
fn check_item(item: &Item, path: impl Fn() -> String) -> Result<(), Failure> {
    match item {
        Item::Message(message) => {
            let content = || format!("{}.content", path());
            match &message.content {
                Some(MessageContent::Parts(parts)) => check_parts(parts, content)?,
                Some(MessageContent::Unknown(value)) => {
                    check_raw(value.raw().get(), &content, MAX_DEPTH)?;
                }
                _ => {}
            }
            check_extra(&message.extra, path)
        }
        Item::FunctionCallOutput(output) => {
            check_output(output.output.as_ref(), &output.extra, path)
        }
        Item::CustomToolCallOutput(output) => {
            check_output(output.output.as_ref(), &output.extra, path)
        }
        Item::ComputerCallOutput(output) => {
            if let Some(part) = &output.output {
                check_part(part, || format!("{}.output", path()))?;
            }
            check_extra(&output.extra, path)
        }
        Item::AgentMessage(message) => {
            check_parts(&message.content, || format!("{}.content", path()))?;
            check_extra(&message.extra, path)
        }
        Item::Unknown(item) => check_raw(item.raw().get(), &path, MAX_DEPTH),
        _ => Ok(()),
    }
}

/// Checks the output of a tool. An output of other JSON than a list of parts is text for the model.
fn check_output(
    output: Option<&ToolOutput>,
    extra: &Extra,
    path: impl Fn() -> String,
) -> Result<(), Failure> {
    if let Some(ToolOutput::Parts(parts)) = output {
        check_parts(parts, || format!("{}.output", path()))?;
    }
    check_extra(extra, path)
}

fn check_parts(parts: &[ContentPart], path: impl Fn() -> String) -> Result<(), Failure> {
    let mut parts = parts.iter().enumerate();
    parts.try_for_each(|(index, part)| check_part(part, || format!("{}[{index}]", path())))
}

fn check_part(part: &ContentPart, path: impl Fn() -> String) -> Result<(), Failure> {
    match part {
        ContentPart::InputImage(part) => {
            check_member(part.image_url.as_deref(), &part.extra, "image_url", path)
        }
        ContentPart::ComputerScreenshot(part) => {
            check_member(part.image_url.as_deref(), &part.extra, "image_url", path)
        }
        ContentPart::InputFile(part) => {
            let data = part.file_data.as_deref();
            check_text(data, || format!("{}.file_data", path()))?;
            check_member(part.file_url.as_deref(), &part.extra, "file_url", path)
        }
        ContentPart::InputAudio(part) => {
            let audio = &part.input_audio;
            let inside = || format!("{}.input_audio", path());
            check_text(Some(&audio.data), || format!("{}.data", inside()))?;
            check_inner(&audio.extra, inside)?;
            check_extra(&part.extra, path)
        }
        ContentPart::InputVideo(part) => {
            check_member(Some(&part.video_url), &part.extra, "video_url", path)
        }
        ContentPart::Unknown(part) => check_raw(part.raw().get(), &path, MAX_DEPTH),
        _ => Ok(()),
    }
}

/// Checks a member of the object at `path`, and the members of it that the wire did not decode.
fn check_member(
    text: Option<&str>,
    extra: &Extra,
    name: &str,
    path: impl Fn() -> String,
) -> Result<(), Failure> {
    check_text(text, || format!("{}.{name}", path()))?;
    check_extra(extra, path)
}

/// Checks the members that the wire did not decode: those of another type, repeated ones and
/// unknown ones. An upstream gets them as they are.
fn check_extra(extra: &Extra, path: impl Fn() -> String) -> Result<(), Failure> {
    let mut members = extra.iter();
    members.try_for_each(|(name, raw)| check_named(name, raw.get(), &path, MAX_DEPTH))
}

/// Checks members of the value of one of [`MEDIA`].
fn check_inner(extra: &Extra, path: impl Fn() -> String) -> Result<(), Failure> {
    let mut inner = extra.iter().filter(|(name, _)| INNER.contains(name));
    inner.try_for_each(|(name, raw)| check_value(raw.get(), || format!("{}.{name}", path())))
}

/// Checks the members and elements of a JSON text.
fn check_raw(text: &str, path: &dyn Fn() -> String, depth: usize) -> Result<(), Failure> {
    let Some(depth) = depth.checked_sub(1) else {
        return Ok(());
    };
    if text.starts_with('[') {
        for (index, element) in elements(text).unwrap_or_default().into_iter().enumerate() {
            check_raw(element, &|| format!("{}[{index}]", path()), depth)?;
        }
    } else if text.starts_with('{') {
        for member in members(text).into_iter().flatten() {
            let value = text.get(member.value).unwrap_or_default();
            check_named(&member.name, value, path, depth)?;
        }
    }
    Ok(())
}

/// Checks the value of a member of the object at `path`.
fn check_named(
    name: &str,
    value: &str,
    path: &dyn Fn() -> String,
    depth: usize,
) -> Result<(), Failure> {
    let inside = || format!("{}.{}", path(), quote(name));
    if !MEDIA.contains(&name) {
        return check_raw(value, &inside, depth);
    }
    if !value.starts_with('{') {
        return check_value(value, inside);
    }
    for member in members(value).into_iter().flatten() {
        if INNER.contains(&&*member.name) {
            let value = value.get(member.value).unwrap_or_default();
            check_value(value, || format!("{}.{}", inside(), member.name))?;
        }
    }
    Ok(())
}

/// Checks the JSON text of a URL. Values that are not strings are left to the upstream.
fn check_value(json: &str, path: impl Fn() -> String) -> Result<(), Failure> {
    if !json.starts_with('"') || json.starts_with("\"data:") {
        return Ok(());
    }
    // A string with an unpaired surrogate has no text, but some upstreams read it.
    match string(json) {
        Some(text) => check_text(Some(&text), path),
        None => Err(refusal(&path(), json, Refused::Unclear)),
    }
}

fn check_text(text: Option<&str>, path: impl Fn() -> String) -> Result<(), Failure> {
    match text.and_then(|text| Some((text, Refused::of(text)?))) {
        Some((text, refused)) => Err(refusal(&path(), text, refused)),
        None => Ok(()),
    }
}

fn refusal(path: &str, text: &str, refused: Refused) -> Failure {
    Failure::invalid(
        path,
        format!(
            "`{path}` is `{}`, {refused}; send the data itself as a `data:` URL",
            clip(text, SHOWN_CHARS)
        ),
    )
}
