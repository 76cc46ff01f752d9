//! The text that the model reads in place of a part of a tool's output that it cannot read.

use std::borrow::Cow;

use orouter_wire::{ContentPart, to_string};

use crate::quote::quote;

/// Maximum length of a part of an unknown kind whose JSON the model reads, in bytes. Longer ones are
/// nearly always data.
const MAX_JSON: usize = 4096;

/// Returns the text in place of the part: the text in it if there is one, otherwise a line in
/// brackets with the kind of the part, and the name and the URL that it has.
pub(crate) fn text(part: &ContentPart) -> Cow<'_, str> {
    match part {
        ContentPart::ReasoningText(part) => Cow::Borrowed(&part.text),
        ContentPart::SummaryText(part) => Cow::Borrowed(&part.text),
        ContentPart::OutputAudio(part) if part.transcript.is_some() => {
            Cow::Borrowed(part.transcript.as_deref().unwrap_or_default())
        }
        ContentPart::InputImage(part) => line("an image", None, part.image_url.as_deref()),
        ContentPart::InputFile(part) => {
            line("a file", part.filename.as_deref(), part.file_url.as_deref())
        }
        ContentPart::InputAudio(_) | ContentPart::OutputAudio(_) => line("audio", None, None),
        ContentPart::InputVideo(part) => line("a video", None, Some(&part.video_url)),
        ContentPart::Unknown(unknown) if unknown.raw().get().len() <= MAX_JSON => {
            Cow::Borrowed(unknown.raw().get())
        }
        other => line(
            &format!("a part of the kind `{}`", quote(other.kind())),
            None,
            None,
        ),
    }
}

fn line(kind: &str, name: Option<&str>, url: Option<&str>) -> Cow<'static, str> {
    let name = name.filter(|name| !name.is_empty());
    let url = url.filter(|url| url.starts_with("https:") || url.starts_with("http:"));
    let mut line = format!("[The output had {kind} here, which this model cannot read");
    for (word, value) in [("name", name), ("URL", url)] {
        if let Some(value) = value {
            line.push_str(&format!("; {word}: {}", to_string(&value.to_owned())));
        }
    }
    line.push(']');
    Cow::Owned(line)
}
