//! [`Event`]: one event of a stream.

use orouter_wire::{Extra, Raw, Wire};

use super::block::Block;
use super::citation::Citation;
use super::message::{Message, StopDetails};
use super::usage::Usage;
use crate::tolerant::{Label, Skipped};

/// One event of a stream. The members that are present depend on its type.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Event {
    pub(in super::super) r#type: Option<Label>,
    /// The number of the block.
    pub(in super::super) index: Option<i64>,
    pub(in super::super) delta: Option<Delta>,
    pub(in super::super) content_block: Option<Box<Block>>,
    pub(in super::super) message: Option<Box<Message>>,
    pub(in super::super) usage: Option<Box<Usage>>,
    pub(in super::super) error: Option<Raw>,
    pub(in super::super) context_management: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// A piece of a block, or the end of the message.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Delta {
    pub(in super::super) r#type: Option<Label>,
    pub(in super::super) text: Option<String>,
    pub(in super::super) thinking: Option<String>,
    pub(in super::super) signature: Option<String>,
    /// A piece of the input of a tool.
    pub(in super::super) partial_json: Option<String>,
    pub(in super::super) citation: Option<Box<Citation>>,
    pub(in super::super) stop_reason: Option<Label>,
    pub(in super::super) stop_details: Option<Box<StopDetails>>,
    pub(in super::super) stop_sequence: Option<Skipped>,
    pub(in super::super) container: Option<Skipped>,
    /// A piece of a summary of earlier turns.
    pub(in super::super) content: Option<Skipped>,
    pub(in super::super) encrypted_content: Option<Skipped>,
    pub(in super::super) extra: Extra,
}
