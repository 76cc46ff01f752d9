//! [`Block`]: a block of a message, and its form in Anthropic Messages.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use super::cache::Mark;
use super::media::{self, FileForm, Source};
use crate::notes::Notes;
use crate::request::part::{FileSource, Part, string};

/// A block of a message.
#[derive(Debug)]
pub(super) enum Block<'a> {
    Text {
        text: Cow<'a, str>,
        mark: Option<Mark>,
    },
    Image {
        source: Source<'a>,
        mark: Option<Mark>,
    },
    Document {
        source: Source<'a>,
        title: Option<&'a str>,
        mark: Option<Mark>,
    },
    Thinking {
        text: Cow<'a, str>,
        signature: &'a str,
    },
    RedactedThinking(&'a str),
    ToolUse {
        id: String,
        name: Cow<'a, str>,
        /// The text of a JSON object.
        input: Cow<'a, str>,
    },
    ToolResult {
        /// The id of the call.
        id: String,
        content: Vec<Block<'a>>,
        is_error: bool,
        mark: Option<Mark>,
    },
}

impl<'a> Block<'a> {
    /// Returns a text without a mark.
    pub(super) fn plain(text: &'static str) -> Self {
        Self::Text {
            text: Cow::Borrowed(text),
            mark: None,
        }
    }

    /// Returns the block of a part. The reader of parts has refused those that the API cannot express.
    pub(super) fn from_part(part: Part<'a>, notes: &Notes) -> Option<Self> {
        match part {
            Part::Text { text, marks } => Some(Self::Text {
                text,
                mark: Mark::read(marks, notes),
            }),
            Part::Image { source, marks, .. } => Some(Self::Image {
                source: media::image(source).ok()?,
                mark: Mark::read(marks, notes),
            }),
            Part::File { source, marks } => Self::from_file(source, Mark::read(marks, notes)),
            Part::Audio { .. } | Part::Video { .. } => None,
        }
    }

    fn from_file(source: FileSource<'a>, mark: Option<Mark>) -> Option<Self> {
        let title = source.filename();
        Some(match media::file(source).ok()? {
            FileForm::Image(source) => Self::Image { source, mark },
            FileForm::Document(source) => Self::Document {
                source,
                title,
                mark,
            },
        })
    }

    /// Returns `false` for a text of white space, which the API refuses.
    pub(super) fn has_content(&self) -> bool {
        match self {
            Self::Text { text, .. } => !text.trim().is_empty(),
            _ => true,
        }
    }

    /// Returns `true` for thinking.
    pub(super) fn is_thinking(&self) -> bool {
        matches!(self, Self::Thinking { .. } | Self::RedactedThinking(_))
    }

    /// Returns `true` for the result of a call.
    pub(super) fn is_result(&self) -> bool {
        matches!(self, Self::ToolResult { .. })
    }

    /// Returns `true` if the block or one in it is a file that the upstream stores.
    pub(super) fn has_stored_file(&self) -> bool {
        match self {
            Self::Image { source, .. } | Self::Document { source, .. } => source.is_stored(),
            Self::ToolResult { content, .. } => content.iter().any(Self::has_stored_file),
            _ => false,
        }
    }

    /// Returns the place of the block's mark for the prompt cache. Thinking has none.
    pub(super) fn mark_mut(&mut self) -> Option<&mut Option<Mark>> {
        match self {
            Self::Text { mark, .. }
            | Self::Image { mark, .. }
            | Self::Document { mark, .. }
            | Self::ToolResult { mark, .. } => Some(mark),
            Self::Thinking { .. } | Self::RedactedThinking(_) | Self::ToolUse { .. } => None,
        }
    }

    /// Returns the approximate size of the block in the body, in bytes.
    pub(super) fn size(&self) -> usize {
        64 + match self {
            Self::Text { text, .. } => text.len(),
            Self::Image { source, .. } | Self::Document { source, .. } => source.size(),
            Self::Thinking { text, signature } => text.len() + signature.len(),
            Self::RedactedThinking(data) => data.len(),
            Self::ToolUse { input, .. } => input.len() + 64,
            Self::ToolResult { content, .. } => 64 + content.iter().map(Self::size).sum::<usize>(),
        }
    }

    /// Writes the block as an object.
    pub(super) fn write(&self, out: &mut Writer) {
        out.open_object();
        let mark = match self {
            Self::Text { text, mark } => {
                string(out, "type", "text");
                string(out, "text", text);
                *mark
            }
            Self::Image { source, mark } => {
                string(out, "type", "image");
                source.write(out);
                *mark
            }
            Self::Document {
                source,
                title,
                mark,
            } => {
                string(out, "type", "document");
                source.write(out);
                if let Some(title) = title {
                    string(out, "title", title);
                }
                *mark
            }
            Self::Thinking { text, signature } => {
                string(out, "type", "thinking");
                string(out, "thinking", text);
                string(out, "signature", signature);
                None
            }
            Self::RedactedThinking(data) => {
                string(out, "type", "redacted_thinking");
                string(out, "data", data);
                None
            }
            Self::ToolUse { id, name, input } => {
                string(out, "type", "tool_use");
                string(out, "id", id);
                string(out, "name", name);
                out.member("input");
                out.raw(input);
                None
            }
            Self::ToolResult {
                id,
                content,
                is_error,
                mark,
            } => {
                string(out, "type", "tool_result");
                string(out, "tool_use_id", id);
                write_content(content, out);
                if *is_error {
                    out.member("is_error");
                    out.bool(true);
                }
                *mark
            }
        };
        if let Some(mark) = mark {
            mark.write(out);
        }
        out.close_object();
    }
}

/// Writes `content`: a string if one unmarked text is all of it, otherwise a list of blocks. Writes
/// nothing if there are none: the content of a result is optional.
pub(super) fn write_content(blocks: &[Block<'_>], out: &mut Writer) {
    match blocks {
        [] => {}
        [Block::Text { text, mark: None }] => string(out, "content", text),
        blocks => {
            out.member("content");
            write_blocks(blocks, out);
        }
    }
}

/// Writes a list of blocks.
pub(super) fn write_blocks(blocks: &[Block<'_>], out: &mut Writer) {
    out.open_array();
    for block in blocks {
        out.element();
        block.write(out);
    }
    out.close_array();
}
