//! [`Message`]: a whole message, or the beginning of one.

use orouter_wire::{Extra, Raw, Unknown, Wire};

use super::block::Block;
use super::usage::Usage;
use crate::tolerant::{Label, List, Skipped};

/// A whole message. At the beginning of a stream its content is empty.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Message {
    pub(in super::super) r#type: Option<Label>,
    pub(in super::super) id: Option<String>,
    pub(in super::super) model: Option<String>,
    pub(in super::super) content: Option<Content>,
    pub(in super::super) stop_reason: Option<Label>,
    pub(in super::super) stop_details: Option<Box<StopDetails>>,
    pub(in super::super) usage: Option<Box<Usage>>,
    pub(in super::super) error: Option<Raw>,
    pub(in super::super) role: Option<Skipped>,
    pub(in super::super) stop_sequence: Option<Skipped>,
    pub(in super::super) container: Option<Skipped>,
    pub(in super::super) context_management: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Content {
    #[wire(string)]
    Text(String),
    #[wire(array)]
    Blocks(List<Block>),
    Unknown(Unknown),
}

impl Content {
    /// Returns the blocks of the content.
    pub(in super::super) fn into_blocks(self) -> Vec<Block> {
        match self {
            Self::Text(text) => vec![Block {
                r#type: Some("text".to_owned()),
                text: Some(text),
                ..Block::default()
            }],
            Self::Blocks(blocks) => blocks.into_iter().collect(),
            Self::Unknown(_) => Vec::new(),
        }
    }
}

/// The reason of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct StopDetails {
    pub(in super::super) category: Option<String>,
    pub(in super::super) explanation: Option<String>,
    pub(in super::super) r#type: Option<Skipped>,
    pub(in super::super) extra: Extra,
}
