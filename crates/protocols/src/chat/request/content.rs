//! [`ContentReader`]: reads the content of messages and the outputs of tools.

use std::borrow::Cow;

use orouter_wire::{
    AudioFormat, ContentPart, Extra, ImageDetail, InputFile, InputImage, Message, MessageContent,
    PromptCacheBreakpoint, Raw, ToolOutput,
};

use super::part::{FileSource, Marks, Part};
use super::place::Place;
use super::support::Support;
use super::undecoded;
use crate::notes::Notes;
use crate::quote::{quote, quote_list};
use crate::refusal::Refusal;

/// Reads the content of messages and the outputs of tools.
#[derive(Clone, Copy)]
pub(super) struct ContentReader<'a> {
    /// Kinds of input that the endpoint reads. `None`: not known.
    pub(super) modalities: Option<&'a [String]>,
    pub(super) support: Support<'a>,
    pub(super) notes: &'a Notes,
}

/// The content of an assistant's message.
#[derive(Debug, Default)]
pub(super) struct AssistantContent<'a> {
    /// Texts only.
    pub(super) parts: Vec<Part<'a>>,
    pub(super) refusal: Option<Cow<'a, str>>,
}

/// The output of a tool.
#[derive(Debug, Default)]
pub(super) struct OutputContent<'a> {
    pub(super) text: Cow<'a, str>,
    /// Parts that the result of a tool cannot have in Chat Completions: images, files and others.
    pub(super) others: Vec<Part<'a>>,
}

impl<'a> ContentReader<'a> {
    /// Reads the message of a user. Empty texts are left out.
    pub(super) fn user(self, message: &'a Message, place: Place) -> Result<Vec<Part<'a>>, Refusal> {
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
    pub(super) fn system(
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
                    "`{place}` must be text: in Chat Completions, system messages have no images \
                     and files; send them in a message of the user"
                ),
            ));
        }
        Ok(parts)
    }

    /// Reads the message of an assistant. Parts that are not text are skipped with a note, because
    /// another server wrote them.
    pub(super) fn assistant(
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
                        self.marks(&part.extra, None),
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
                    let reason =
                        format!("in Chat Completions, the model's messages have no `{kind}`");
                    self.notes.skipped(place.to_string(), reason);
                }
            }
        }
        Ok(content)
    }

    /// Reads the output of a tool. An output of other JSON is the text of that JSON.
    pub(super) fn output(
        self,
        output: Option<&'a ToolOutput>,
        extra: &'a Extra,
        place: Place,
    ) -> Result<OutputContent<'a>, Refusal> {
        let mut content = OutputContent::default();
        match output {
            Some(ToolOutput::Text(text)) => {
                undecoded::content(extra, place, "output")?;
                content.text = Cow::Borrowed(text);
            }
            Some(ToolOutput::Parts(list)) => {
                undecoded::content(extra, place, "output")?;
                let place = place.member("output");
                for (index, part) in list.iter().enumerate() {
                    match self.input_part(part, place.part(index))? {
                        Part::Text { text, .. } if content.text.is_empty() => {
                            content.text = text;
                        }
                        Part::Text { text, .. } => content.text.to_mut().push_str(&text),
                        other => {
                            let reason = "the results of tools are text in Chat Completions; the \
                                          model reads this part in the message after them";
                            self.notes.converted(place.part(index).to_string(), reason);
                            content.others.push(other);
                        }
                    }
                }
            }
            Some(ToolOutput::Unknown(value)) => content.text = Cow::Borrowed(value.raw().get()),
            _ => match extra.get("output").filter(|raw| !raw.is_null()) {
                Some(raw) if raw.get().starts_with(['"', '[']) => {
                    undecoded::content(extra, place, "output")?;
                }
                Some(raw) => content.text = Cow::Borrowed(raw.get()),
                None => {}
            },
        }
        Ok(content)
    }

    /// Reads a part of a user's message or of an output.
    fn input_part(self, part: &'a ContentPart, place: Place) -> Result<Part<'a>, Refusal> {
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
            ContentPart::InputImage(part) => return self.image(part, place),
            ContentPart::InputFile(part) => return self.file(part, place),
            ContentPart::InputAudio(part) => {
                self.check_modality("audio", "audio", place)?;
                undecoded::string(&part.input_audio.extra, place, "data")?;
                return Ok(Part::Audio {
                    data: &part.input_audio.data,
                    format: part.input_audio.format.as_ref().map(AudioFormat::as_str),
                    marks: self.marks(&part.extra, None),
                });
            }
            ContentPart::InputVideo(part) => {
                self.check_modality("video", "a video", place)?;
                undecoded::string(&part.extra, place, "video_url")?;
                if part.processing.is_some() {
                    self.notes.ignored(
                        format!("{place}.processing"),
                        "Chat Completions has no such setting",
                    );
                }
                return Ok(Part::Video {
                    url: &part.video_url,
                    marks: self.marks(&part.extra, None),
                });
            }
            other => return Err(unreadable(other, place)),
        };
        undecoded::string(extra, place, "text")?;
        Ok(Part::Text {
            text: Cow::Borrowed(text),
            marks: self.marks(extra, breakpoint),
        })
    }

    fn image(self, image: &'a InputImage, place: Place) -> Result<Part<'a>, Refusal> {
        self.check_modality("image", "an image", place)?;
        for member in ["image_url", "file_id"] {
            undecoded::string(&image.extra, place, member)?;
        }
        match image.image_url.as_deref() {
            Some(url) if !url.is_empty() => Ok(Part::Image {
                url,
                detail: self.detail(image, place),
                marks: self.marks(&image.extra, image.prompt_cache_breakpoint.as_ref()),
            }),
            _ if image.file_id.is_some() => Err(Refusal::new(
                format!("{place}.file_id"),
                format!(
                    "`{place}.file_id` cannot be served: in Chat Completions an image has no file \
                     id; send `image_url` with an `https:` or `data:` URL"
                ),
            )),
            _ => Err(Refusal::new(
                format!("{place}.image_url"),
                format!("`{place}.image_url` must be an `https:` or `data:` URL"),
            )),
        }
    }

    fn detail(self, image: &'a InputImage, place: Place) -> Option<&'a str> {
        match &image.detail {
            Some(ImageDetail::Original) => {
                self.notes.adjusted(
                    format!("{place}.detail"),
                    "sent as `high`, the highest resolution that Chat Completions has",
                );
                Some(ImageDetail::High.as_str())
            }
            detail => detail.as_ref().map(ImageDetail::as_str),
        }
    }

    fn file(self, file: &'a InputFile, place: Place) -> Result<Part<'a>, Refusal> {
        self.check_modality("file", "a file", place)?;
        for member in ["file_data", "file_id", "file_url", "filename"] {
            undecoded::string(&file.extra, place, member)?;
        }
        let set = |member: &'a Option<String>| member.as_deref().filter(|text| !text.is_empty());
        let source = if let Some(data) = set(&file.file_data) {
            let filename = set(&file.filename).unwrap_or("file");
            FileSource::Data {
                filename,
                data: data_url(data, filename),
            }
        } else if let Some(id) = set(&file.file_id) {
            FileSource::Id(id)
        } else if set(&file.file_url).is_some() {
            return Err(Refusal::new(
                format!("{place}.file_url"),
                format!(
                    "`{place}.file_url` cannot be served: in Chat Completions a file has no URL, \
                     and this server does not fetch it; send the file in `file_data`, as a data URL"
                ),
            ));
        } else {
            return Err(Refusal::new(
                format!("{place}.file_data"),
                format!("`{place}.file_data` must be the file as a data URL"),
            ));
        };
        if file.detail.is_some() {
            self.notes.ignored(
                format!("{place}.detail"),
                "in Chat Completions, a file has no such setting",
            );
        }
        Ok(Part::File {
            source,
            marks: self.marks(&file.extra, file.prompt_cache_breakpoint.as_ref()),
        })
    }

    /// Refuses a kind of input that the endpoint does not read.
    fn check_modality(self, kind: &str, described: &str, place: Place) -> Result<(), Refusal> {
        let Some(kinds) = self.modalities else {
            return Ok(());
        };
        if kinds.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
            return Ok(());
        }
        let kinds = match kinds {
            [] => "`text`".to_owned(),
            kinds => quote_list(kinds, 5),
        };
        Err(Refusal::new(
            place.to_string(),
            format!("`{place}` is {described}, which the model does not read; it reads {kinds}"),
        ))
    }

    /// Returns the cache marks that the endpoint takes.
    pub(super) fn marks(
        self,
        extra: &'a Extra,
        breakpoint: Option<&'a PromptCacheBreakpoint>,
    ) -> Marks<'a> {
        let cache_control = extra
            .get("cache_control")
            .filter(|raw| !Raw::is_null(raw))
            .filter(|_| {
                self.support
                    .allows_or_note(&["cache_control"], "cache_control")
            });
        let breakpoint = breakpoint.filter(|_| {
            let path = "prompt_cache_breakpoint";
            self.support.allows_or_note(&["prompt_cache_options"], path)
        });
        Marks {
            cache_control,
            breakpoint,
        }
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

/// Returns `data` as a data URL. Base64 of a file whose name tells its type becomes one; other data
/// stays as it is.
fn data_url<'a>(data: &'a str, filename: &str) -> Cow<'a, str> {
    let scheme = data.get(..5).unwrap_or_default();
    let ending = filename.rsplit_once('.').map_or("", |(_, ending)| ending);
    if scheme.eq_ignore_ascii_case("data:") || !ending.eq_ignore_ascii_case("pdf") {
        return Cow::Borrowed(data);
    }
    Cow::Owned(format!("data:application/pdf;base64,{data}"))
}

/// Returns the refusal of a part that a message of the user cannot have.
fn unreadable(part: &ContentPart, place: Place) -> Refusal {
    match part.kind() {
        "" => Refusal::new(
            place.to_string(),
            format!("`{place}` must be an object with a `type`"),
        ),
        kind => Refusal::new(
            format!("{place}.type"),
            format!(
                "`{place}.type` is `{}`, which Chat Completions cannot express; parts can be \
                 `input_text`, `input_image`, `input_file`, `input_audio` and `input_video`",
                quote(kind)
            ),
        ),
    }
}
