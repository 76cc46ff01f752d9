//! [`Part`]: a part of a message's content.

use std::borrow::Cow;

use orouter_wire::json::Writer;
use orouter_wire::{PromptCacheBreakpoint, Raw};

/// A part of a message's content.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    Text {
        text: Cow<'a, str>,
        marks: Marks<'a>,
    },
    Image {
        source: ImageSource<'a>,
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

/// The source of an image.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ImageSource<'a> {
    /// An `https:` or `data:` URL.
    Url(&'a str),
    /// The id of a file that the upstream stores. Only for an API that has
    /// [`image_ids`](super::api::Api::image_ids).
    Id(&'a str),
}

/// The source of a file.
#[derive(Clone, Debug)]
pub(crate) enum FileSource<'a> {
    /// The name of the file, and its data as a `data:` URL.
    Data {
        filename: &'a str,
        data: Cow<'a, str>,
    },
    /// The id of a file that the upstream stores.
    Id(&'a str),
    /// The name of the file, and a URL from which the upstream fetches it. Only for an API that has
    /// [`file_urls`](super::api::Api::file_urls).
    Url {
        filename: Option<&'a str>,
        url: &'a str,
    },
}

impl<'a> FileSource<'a> {
    /// Returns the name of the file, if the client gave one.
    pub(crate) fn filename(&self) -> Option<&'a str> {
        match self {
            Self::Data { filename, .. } => Some(*filename).filter(|name| *name != UNNAMED_FILE),
            Self::Id(_) => None,
            Self::Url { filename, .. } => *filename,
        }
    }
}

/// The name of a file without a name, for APIs that require one.
pub(crate) const UNNAMED_FILE: &str = "file";

/// Marks of a part for the upstream's prompt cache.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    /// Anthropic's mark, as the client wrote it.
    pub(crate) cache_control: Option<&'a Raw>,
    /// OpenAI's mark.
    pub(crate) breakpoint: Option<&'a PromptCacheBreakpoint>,
}

impl Marks<'_> {
    /// Returns `true` if there are no marks.
    pub(crate) fn is_empty(self) -> bool {
        self.cache_control.is_none() && self.breakpoint.is_none()
    }
}

impl<'a> Part<'a> {
    /// Creates a text without marks.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text {
            text: text.into(),
            marks: Marks::default(),
        }
    }

    /// Returns the text of a text part without marks.
    pub(crate) fn plain(&self) -> Option<&str> {
        match self {
            Self::Text { text, marks } if marks.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Returns the text of a text part.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the approximate size of the part in the body, in bytes.
    pub(crate) fn size(&self) -> usize {
        let content = match self {
            Self::Text { text, .. } => text.len(),
            Self::Image { source, .. } => match source {
                ImageSource::Url(url) | ImageSource::Id(url) => url.len(),
            },
            Self::Video { url, .. } => url.len(),
            Self::File { source, .. } => match source {
                FileSource::Data { data, .. } => data.len(),
                FileSource::Id(id) => id.len(),
                FileSource::Url { url, .. } => url.len(),
            },
            Self::Audio { data, .. } => data.len(),
        };
        content + 64
    }
}

/// Writes a member whose value is a string.
pub(crate) fn string(out: &mut Writer, name: &str, value: &str) {
    out.member(name);
    out.string(value);
}
