//! The size and the kinds of a request's input, as far as they can be read from it without a
//! tokenizer.

use orouter_wire::{ContentPart, Item, MessageContent, ResponsesRequest, ToolOutput};

/// Members whose strings are not text for the model: images, files, audio, encrypted reasoning.
const BINARY: &[&[u8]] = &[
    b"image_url",
    b"file_data",
    b"file_url",
    b"data",
    b"video_url",
    b"encrypted_content",
];

/// Returns the number of bytes of text in the JSON text of a request: all strings that are values,
/// except for images, files and similar data.
pub(crate) fn text_bytes(json: &[u8]) -> usize {
    let mut total = 0;
    let mut key: &[u8] = b"";
    let mut rest = json;
    while let Some(start) = rest.iter().position(|byte| *byte == b'"') {
        let Some(after) = rest.get(start + 1..) else {
            break;
        };
        let length = string_length(after);
        let (string, tail) = after.split_at(length.min(after.len()));
        rest = tail.get(1..).unwrap_or_default();
        let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
        if next == Some(&b':') {
            key = string;
        } else {
            let binary = BINARY.contains(&key) || string.starts_with(b"data:");
            total += if binary { 0 } else { string.len() };
        }
    }
    total
}

/// Returns the number of bytes before the closing quote of a JSON string.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// Numbers of the parts of a prompt that are not text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Media {
    /// Images that have a price of their own.
    pub(crate) images: u64,
    /// Images, files and videos.
    pub(crate) visual: u64,
    pub(crate) audio: u64,
}

impl Media {
    pub(crate) fn total(self) -> u64 {
        self.visual.saturating_add(self.audio)
    }
}

/// Counts the parts of the input that are not text.
pub(crate) fn media(request: &ResponsesRequest) -> Media {
    let mut media = Media::default();
    for part in parts(request) {
        match part {
            ContentPart::InputImage(_) => {
                media.images += 1;
                media.visual += 1;
            }
            ContentPart::ComputerScreenshot(_)
            | ContentPart::InputFile(_)
            | ContentPart::InputVideo(_) => media.visual += 1,
            ContentPart::InputAudio(_) => media.audio += 1,
            _ => {}
        }
    }
    media
}

/// Returns the kinds of input other than text, in the catalog's words.
pub(crate) fn modalities(request: &ResponsesRequest) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for part in parts(request) {
        let kind = match part {
            ContentPart::InputImage(_) | ContentPart::ComputerScreenshot(_) => "image",
            ContentPart::InputFile(_) => "file",
            ContentPart::InputAudio(_) => "audio",
            ContentPart::InputVideo(_) => "video",
            _ => continue,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// Returns the parts of all messages and tool outputs.
fn parts(request: &ResponsesRequest) -> impl Iterator<Item = &ContentPart> {
    let items = request.input.iter().flat_map(orouter_wire::Input::items);
    items.flat_map(|item| match item {
        Item::Message(message) => match &message.content {
            Some(MessageContent::Parts(parts)) => parts.as_slice(),
            _ => &[],
        },
        Item::FunctionCallOutput(output) => output_parts(output.output.as_ref()),
        Item::CustomToolCallOutput(output) => output_parts(output.output.as_ref()),
        _ => &[],
    })
}

fn output_parts(output: Option<&ToolOutput>) -> &[ContentPart] {
    match output {
        Some(ToolOutput::Parts(parts)) => parts,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_counts() {
        for (json, bytes) in [
            (r#"{"input":"hello"}"#, 5),
            (r#"{"input" : "a\"b\\", "n": 1}"#, 6),
            (r#"{"a":["xy","data:image/png;base64,AAAA"]}"#, 2),
            (r#"{"image_url":"https://example/x.png","text":"t"}"#, 1),
            (
                r#"{"file_data":"AAAAAAAA","input_audio":{"data":"AAAA"}}"#,
                0,
            ),
            (r#"{"unterminated":"abc"#, 3),
            ("", 0),
        ] {
            assert_eq!(text_bytes(json.as_bytes()), bytes, "{json}");
        }
    }

    #[test]
    fn kinds_of_input_are_found_in_messages_and_tool_outputs() {
        let request: ResponsesRequest = orouter_wire::from_str(
            r#"{"input":[
                {"role":"user","content":[{"type":"input_image","image_url":"https://a/b"}]},
                {"type":"function_call_output","call_id":"c","output":[
                    {"type":"input_image","image_url":"https://a/c"},
                    {"type":"input_file","file_url":"https://a/d"}]}]}"#,
        )
        .expect("a request");
        assert_eq!(modalities(&request), ["image", "file"]);
        assert_eq!(
            media(&request),
            Media {
                images: 2,
                visual: 3,
                audio: 0
            }
        );
        let text: ResponsesRequest = orouter_wire::from_str(r#"{"input":"x"}"#).expect("a request");
        assert!(modalities(&text).is_empty());
    }
}
