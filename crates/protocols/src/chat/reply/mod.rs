//! The reply: from Chat Completions to events of the Responses API.
//!
//! | File | Contents |
//! |---|---|
//! | `model/` | the chunks and bodies of all dialects |
//! | `translator.rs` | the state of a reply: which items are open, and how the reply ends |
//! | `calls.rs`, `call.rs` | the calls that are being written, and which of them a piece belongs to |
//! | `pieces.rs`, `think.rs` | reasoning of all dialects; reasoning in the text |
//! | `sources.rs`, `usage.rs` | citations, usage |
//!
//! The items and the end of a reply are those of `output`.

mod call;
mod calls;
mod model;
mod pieces;
mod reader;
mod sources;
mod think;
mod translator;
mod usage;

pub(super) use reader::Reader;
