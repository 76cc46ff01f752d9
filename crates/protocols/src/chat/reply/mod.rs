//! The reply: from Chat Completions to events of the Responses API.
//!
//! | File | Contents |
//! |---|---|
//! | `model/` | the chunks and bodies of all dialects |
//! | `translator.rs` | the state of a reply: which items are open, and how the reply ends |
//! | `message.rs`, `reasoning.rs`, `calls.rs`, `call.rs` | items that are being written, with their events |
//! | `pieces.rs`, `think.rs` | reasoning in one form for all dialects; reasoning in the text |
//! | `sources.rs`, `images.rs`, `base64.rs`, `custom_input.rs` | citations, images, audio, input of custom tools |
//! | `object_scan.rs` | where the arguments of a call end |
//! | `finish.rs`, `usage.rs`, `failure.rs` | finish reasons, usage and failures |
//! | `items.rs`, `ids.rs` | the output so far, and ids |

mod base64;
mod call;
mod calls;
mod custom_input;
mod failure;
mod finish;
mod ids;
mod images;
mod items;
mod message;
mod model;
mod object_scan;
mod pieces;
mod reader;
mod reasoning;
mod sources;
mod think;
mod tool_names;
mod translator;
mod usage;

pub(super) use reader::Reader;
pub use tool_names::{ToolKind, ToolName, ToolNames};
