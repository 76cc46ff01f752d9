//! The reply: from Anthropic Messages to events of the Responses API.
//!
//! | File | Contents |
//! |---|---|
//! | `model/` | the events of a stream, and whole messages |
//! | `translator.rs` | the state of a reply: how it begins and ends |
//! | `blocks.rs`, `block.rs` | the blocks that are being written, and which of them a piece belongs to |
//! | `citations.rs`, `usage.rs` | sources of texts, token counts |
//!
//! The items and the end of a reply are those of `output`.

mod block;
mod blocks;
mod citations;
mod model;
mod reader;
mod translator;
mod usage;

pub(super) use reader::Reader;
