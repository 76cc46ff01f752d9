//! Typed, tolerant models of a reply of Anthropic Messages: an event of a stream, or a whole message.
//!
//! A member of another type than expected decodes as absent, and such an element of a list is left
//! out. Members that are not read are declared as `Skipped`, so that decoding does not copy them.

mod block;
mod cache_creation;
mod citation;
mod compactions;
mod event;
mod message;
mod usage;

pub(super) use block::{Block, Input};
pub(super) use citation::Citation;
pub(super) use compactions::Compactions;
pub(super) use event::{Delta, Event};
pub(super) use message::{Content, Message, StopDetails};
pub(super) use usage::Usage;
