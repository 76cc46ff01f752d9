//! Typed, tolerant models of a Chat Completions reply: a chunk of a stream, or a whole body.
//!
//! A member of another type than expected decodes as absent, and such an element of a list is left
//! out. Members that are not read are declared as `Skipped`, so that decoding does not copy them.

mod call;
mod chunk;
mod content;
mod delta;
mod media;
mod reasoning;
mod usage;

pub(super) use call::{Arguments, ToolCall};
pub(super) use chunk::{Choice, Chunk};
pub(super) use content::{Content, ContentPiece};
pub(super) use delta::Delta;
pub(super) use media::{Audio, ImageUrl, NestedCitation};
pub(super) use reasoning::{ReasoningDetail, ThinkingBlock};
pub(super) use usage::{CompletionDetails, Cost, PromptDetails, Usage};
