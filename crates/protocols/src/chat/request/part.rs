//! [`Part`]: a part of a message's content, and its form in Chat Completions.

use std::borrow::Cow;

use orouter_wire::json::Writer;
use orouter_wire::{PromptCacheBreakpoint, Raw, Wire};

/// A part of a message's content.
#[derive(Debug)]
pub(super) enum Part<'a> {
    Text {
        text: Cow<'a, str>,
        marks: Marks<'a>,
    },
    Image {
        url: &'a str,
        detail: Option<&'a str>,
        marks: Marks<'a>,
    },
    File {
        source: FileSource<'a>,
        marks: Marks<'a>,
    },
    Audio {
        data: &'a str,
        format: Option<&'a str>,
        marks: Marks<'a>,
    },
    Video {
        url: &'a str,
        marks: Marks<'a>,
    },
}

/// The source of a file.
#[derive(Debug)]
pub(super) enum FileSource<'a> {
    /// The name of the file, and its data as a `data:` URL.
    Data {
        filename: &'a str,
        data: Cow<'a, str>,
    },
    /// The id of a file that the upstream stores.
    Id(&'a str),
}

/// Marks of a part for the upstream's prompt cache.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks<'a> {
    /// Anthropic's mark, as the client wrote it.
    pub(super) cache_control: Option<&'a Raw>,
    /// OpenAI's mark.
    pub(super) breakpoint: Option<&'a PromptCacheBreakpoint>,
}

impl Marks<'_> {
    fn is_empty(self) -> bool {
        self.cache_control.is_none() && self.breakpoint.is_none()
    }

    /// Writes the marks as members of the open object.
    pub(super) fn write(self, out: &mut Writer) {
        if let Some(mark) = self.cache_control {
            out.member("cache_control");
            out.raw(mark.get());
        }
        if let Some(mark) = self.breakpoint {
            out.member("prompt_cache_breakpoint");
            out.raw(&mark.typed_json());
        }
    }
}

impl<'a> Part<'a> {
    /// Creates a text without marks.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text {
            text: text.into(),
            marks: Marks::default(),
        }
    }

    /// Returns the text of a text part without marks.
    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            Self::Text { text, marks } if marks.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Returns the approximate size of the part in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        let content = match self {
            Self::Text { text, .. } => text.len(),
            Self::Image { url, .. } | Self::Video { url, .. } => url.len(),
            Self::File { source, .. } => match source {
                FileSource::Data { data, .. } => data.len(),
                FileSource::Id(id) => id.len(),
            },
            Self::Audio { data, .. } => data.len(),
        };
        content + 64
    }

    /// Writes the part as an object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.open_object();
        let marks = match self {
            Self::Text { text, marks } => {
                string(out, "type", "text");
                string(out, "text", text);
                marks
            }
            Self::Image { url, detail, marks } => {
                string(out, "type", "image_url");
                out.member("image_url");
                out.open_object();
                string(out, "url", url);
                if let Some(detail) = detail {
                    string(out, "detail", detail);
                }
                out.close_object();
                marks
            }
            Self::File { source, marks } => {
                string(out, "type", "file");
                out.member("file");
                out.open_object();
                match source {
                    FileSource::Data { filename, data } => {
                        string(out, "filename", filename);
                        string(out, "file_data", data);
                    }
                    FileSource::Id(id) => string(out, "file_id", id),
                }
                out.close_object();
                marks
            }
            Self::Audio {
                data,
                format,
                marks,
            } => {
                string(out, "type", "input_audio");
                out.member("input_audio");
                out.open_object();
                string(out, "data", data);
                if let Some(format) = format {
                    string(out, "format", format);
                }
                out.close_object();
                marks
            }
            Self::Video { url, marks } => {
                string(out, "type", "video_url");
                out.member("video_url");
                out.open_object();
                string(out, "url", url);
                out.close_object();
                marks
            }
        };
        marks.write(out);
        out.close_object();
    }
}

/// Writes a member whose value is a string.
pub(super) fn string(out: &mut Writer, name: &str, value: &str) {
    out.member(name);
    out.string(value);
}
