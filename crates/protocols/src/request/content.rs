//! [`ContentReader`]: reads the content of messages and the outputs of tools.

use std::borrow::Cow;

use orouter_wire::{ContentPart, Extra, Message, MessageContent, ToolOutput};

use super::api::Api;
use super::media::MediaReader;
use super::part::{Marks, Part};
use super::part_error::PartError;
use super::place::Place;
use super::{replacement, undecoded};
use crate::notes::Notes;
use crate::quote::quote;
use crate::refusal::Refusal;

/// Reads the content of messages and the outputs of tools.
#[derive(Clone, Copy)]
pub(crate) struct ContentReader<'a> {
    pub(crate) media: MediaReader<'a>,
    pub(crate) notes: &'a Notes,
}

/// The content of an assistant's message.
#[derive(Debug, Default)]
pub(crate) struct AssistantContent<'a> {
    /// Texts only.
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) refusal: Option<Cow<'a, str>>,
}

impl<'a> ContentReader<'a> {
    /// Reads the message of a user. Empty texts are left out.
    pub(crate) fn user(self, message: &'a Message, place: Place) -> Result<Vec<Part<'a>>, Refusal> {
        let place = place.member("content");
        let mut parts = Vec::new();
        match self.content(message, place)? {
            Content::Text(text) => push(&mut parts, text, Marks::default()),
            Content::Parts(list) => {
                parts.reserve(list.len());
                for (index, part) in list.iter().enumerate() {
                    let read = self.input_part(part, place.part(index))?;
                    if read.plain() != Some("") {
                        parts.push(read);
                    }
                }
            }
        }
        Ok(parts)
    }

    /// Reads a system message. It can have texts only.
    pub(crate) fn system(
        self,
        message: &'a Message,
        place: Place,
    ) -> Result<Vec<Part<'a>>, Refusal> {
        let parts = self.user(message, place)?;
        let other = parts.iter().any(|part| !matches!(part, Part::Text { .. }));
        if other {
            let place = place.member("content");
            return Err(Refusal::new(
                place.to_string(),
                format!(
                    "`{place}` must be text: in {}, system messages have no images and files; send \
                     them in a message of the user",
                    self.media.support.api.name
                ),
            ));
        }
        Ok(parts)
    }

    /// Reads the message of an assistant. Parts that are not text are skipped with a note, because
    /// another server wrote them.
    pub(crate) fn assistant(
        self,
        message: &'a Message,
        place: Place,
    ) -> Result<AssistantContent<'a>, Refusal> {
        let place = place.member("content");
        let mut content = AssistantContent::default();
        let list = match self.content(message, place)? {
            Content::Text(text) => {
                push(&mut content.parts, text, Marks::default());
                return Ok(content);
            }
            Content::Parts(list) => list,
        };
        for (index, part) in list.iter().enumerate() {
            let place = place.part(index);
            match part {
                ContentPart::Refusal(part) => {
                    undecoded::string(&part.extra, place, "refusal")?;
                    add_refusal(&mut content.refusal, &part.refusal);
                }
                ContentPart::OutputText(part) => {
                    undecoded::string(&part.extra, place, "text")?;
                    push(
                        &mut content.parts,
                        &part.text,
                        self.media.marks(&part.extra, None),
                    );
                    if let Some(refusal) = &part.refusal {
                        add_refusal(&mut content.refusal, refusal);
                    }
                }
                ContentPart::InputText(_) | ContentPart::Text(_) => {
                    let read = self.input_part(part, place)?;
                    if read.plain() != Some("") {
                        content.parts.push(read);
                    }
                }
                ContentPart::OutputAudio(part) if part.transcript.is_some() => {
                    let text = part.transcript.as_deref().unwrap_or_default();
                    push(&mut content.parts, text, Marks::default());
                    let reason = "the model reads the transcript of the audio";
                    self.notes.converted(place.to_string(), reason);
                }
                other => {
                    let kind = quote(other.kind());
                    let api = self.media.support.api.name;
                    let reason = format!("in {api}, the model's messages have no `{kind}`");
                    self.notes.skipped(place.to_string(), reason);
                }
            }
        }
        Ok(content)
    }

    /// Reads the output of a tool. An output of other JSON is the text of that JSON.
    pub(crate) fn output(
        self,
        output: Option<&'a ToolOutput>,
        extra: &'a Extra,
        place: Place,
    ) -> Result<Vec<Part<'a>>, Refusal> {
        let text = match output {
            Some(ToolOutput::Text(text)) => {
                undecoded::content(extra, place, "output")?;
                text.as_str()
            }
            Some(ToolOutput::Parts(list)) => {
                undecoded::content(extra, place, "output")?;
                let place = place.member("output");
                let parts = list.iter().enumerate();
                let read = parts.map(|(index, part)| self.output_part(part, place.part(index)));
                return read.collect();
            }
            Some(ToolOutput::Unknown(value)) => value.raw().get(),
            _ => match extra.get("output").filter(|raw| !raw.is_null()) {
                Some(raw) if raw.get().starts_with(['"', '[']) => {
                    undecoded::content(extra, place, "output")?;
                    ""
                }
                Some(raw) => raw.get(),
                None => "",
            },
        };
        Ok(vec![Part::text(text)])
    }

    /// Reads a part of a tool's output. One that the endpoint cannot read becomes a text that says so:
    /// a tool made it, and every later request of the conversation has it.
    fn output_part(self, part: &'a ContentPart, place: Place) -> Result<Part<'a>, Refusal> {
        let api = self.media.support.api;
        match self.input_part(part, place) {
            Ok(read) => {
                if read.as_text().is_none() && !api.media_in_results {
                    let reason = format!(
                        "the results of tools are text in {}; the model reads this part in the \
                         message after them",
                        api.name
                    );
                    self.notes.converted(place.to_string(), reason);
                }
                Ok(read)
            }
            Err(PartError::Malformed(refusal)) => Err(refusal),
            Err(PartError::Unsupported(refusal)) => {
                let reason = format!("the model reads a text in its place: {}", refusal.message);
                self.notes.converted(place.to_string(), reason);
                Ok(Part::text(replacement::text(part)))
            }
        }
    }

    /// Reads a part of a user's message or of an output.
    fn input_part(self, part: &'a ContentPart, place: Place) -> Result<Part<'a>, PartError> {
        let (text, extra, breakpoint) = match part {
            ContentPart::InputText(part) => (
                &part.text,
                &part.extra,
                part.prompt_cache_breakpoint.as_ref(),
            ),
            ContentPart::OutputText(part) => (&part.text, &part.extra, None),
            ContentPart::Text(part) => (&part.text, &part.extra, None),
            ContentPart::Refusal(part) => {
                undecoded::string(&part.extra, place, "refusal")?;
                return Ok(Part::text(part.refusal.as_str()));
            }
            ContentPart::InputImage(part) => return self.media.image(part, place),
            ContentPart::InputFile(part) => return self.media.file(part, place),
            ContentPart::InputAudio(part) => return self.media.audio(part, place),
            ContentPart::InputVideo(part) => return self.media.video(part, place),
            other => return Err(unreadable(other, self.media.support.api, place)),
        };
        undecoded::string(extra, place, "text")?;
        Ok(Part::Text {
            text: Cow::Borrowed(text),
            marks: self.media.marks(extra, breakpoint),
        })
    }

    fn content(self, message: &'a Message, place: Place) -> Result<Content<'a>, Refusal> {
        match &message.content {
            Some(MessageContent::Text(text)) if message.extra.is_empty() => Ok(Content::Text(text)),
            Some(MessageContent::Unknown(_)) => Err(Refusal::new(
                place.to_string(),
                format!("`{place}` must be a string or a list of parts"),
            )),
            content => {
                undecoded::content(&message.extra, place.item_only(), "content")?;
                Ok(match content {
                    Some(MessageContent::Text(text)) => Content::Text(text),
                    Some(MessageContent::Parts(parts)) => Content::Parts(parts),
                    _ => Content::Text(""),
                })
            }
        }
    }
}

/// The content of a message.
enum Content<'a> {
    Text(&'a str),
    Parts(&'a [ContentPart]),
}

/// Adds a text, unless it is empty: upstreams refuse empty texts.
fn push<'a>(parts: &mut Vec<Part<'a>>, text: &'a str, marks: Marks<'a>) {
    if !text.is_empty() {
        parts.push(Part::Text {
            text: Cow::Borrowed(text),
            marks,
        });
    }
}

fn add_refusal<'a>(refusal: &mut Option<Cow<'a, str>>, text: &'a str) {
    match refusal {
        Some(refusal) => refusal.to_mut().push_str(text),
        None => *refusal = Some(Cow::Borrowed(text)),
    }
}

/// Returns the error of a part that a message of the user cannot have.
fn unreadable(part: &ContentPart, api: &Api, place: Place) -> PartError {
    let kind = match part.kind() {
        "" => {
            return PartError::Malformed(Refusal::new(
                place.to_string(),
                format!("`{place}` must be an object with a `type`"),
            ));
        }
        kind => quote(kind),
    };
    let mut kinds = vec!["`input_text`", "`input_image`", "`input_file`"];
    kinds.extend(api.audio.then_some("`input_audio`"));
    kinds.extend(api.video.then_some("`input_video`"));
    let last = kinds.pop().unwrap_or_default();
    PartError::Unsupported(Refusal::new(
        format!("{place}.type"),
        format!(
            "`{place}.type` is `{kind}`, which {} cannot express; parts can be {} and {last}",
            api.name,
            kinds.join(", ")
        ),
    ))
}
