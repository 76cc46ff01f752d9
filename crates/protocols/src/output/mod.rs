//! The output of a response while it is written: what the replies of all foreign APIs share.
//!
//! | File | Contents |
//! |---|---|
//! | `items.rs`, `ids.rs` | the output so far, and ids |
//! | `message.rs`, `reasoning.rs`, `call.rs` | items that are being written, with their events |
//! | `reasoning_piece.rs` | reasoning in one form |
//! | `context.rs`, `tool_names.rs`, `custom_input.rs` | what a reply depends on: the client's tools; the input of custom tools |
//! | `object_scan.rs`, `base64.rs`, `image.rs`, `logprobs.rs` | where the arguments of a call end; audio in pieces; images; the size of log probabilities |
//! | `finish.rs`, `failure.rs`, `counts.rs` | finish reasons, failures, and counts of usage |
//! | `frames.rs` | data of events that is not JSON |

pub(crate) mod base64;
mod call;
mod context;
mod counts;
mod custom_input;
pub(crate) mod failure;
mod finish;
mod frames;
mod ids;
mod image;
mod items;
mod logprobs;
mod message;
mod object_scan;
mod reasoning;
mod reasoning_piece;
mod tool_names;

pub(crate) use call::OpenCall;
pub use context::ReplyContext;
pub(crate) use counts::{fill_amount, fill_count};
pub(crate) use finish::{Finish, terminal};
pub(crate) use frames::is_harmless;
pub(crate) use image::image;
pub(crate) use items::Items;
pub(crate) use logprobs::logprobs_length;
pub(crate) use message::{OpenMessage, PartKind};
pub(crate) use reasoning::{OpenReasoning, add_reasoning};
pub(crate) use reasoning_piece::{ReasoningPiece, TextKind};
pub use tool_names::{ToolKind, ToolName, ToolNames};
