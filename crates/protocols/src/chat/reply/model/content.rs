//! [`Content`]: the content of a message, a string or a list of pieces.

use orouter_wire::{Extra, Unknown, Wire};

use super::media::{Audio, ImageUrl};

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Content {
    #[wire(string)]
    Text(String),
    #[wire(array)]
    Pieces(Vec<ContentPiece>),
    #[wire(object)]
    Piece(Box<ContentPiece>),
    Unknown(Unknown),
}

/// One piece of a content list: text, reasoning, a refusal, an image or audio. The members that are
/// present tell its kind.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ContentPiece {
    pub(in super::super) r#type: Option<String>,
    pub(in super::super) text: Option<String>,
    pub(in super::super) refusal: Option<String>,
    /// Reasoning: on Mistral a list of text pieces, on Anthropic-like servers a string.
    pub(in super::super) thinking: Option<Thinking>,
    /// Signature over the reasoning.
    pub(in super::super) signature: Option<String>,
    /// Encrypted reasoning.
    pub(in super::super) data: Option<String>,
    pub(in super::super) image_url: Option<ImageUrl>,
    pub(in super::super) audio: Option<Box<Audio>>,
    pub(in super::super) extra: Extra,
}

/// Reasoning in a content list.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Thinking {
    #[wire(string)]
    Text(String),
    #[wire(array)]
    Pieces(Vec<ThinkingPiece>),
    Unknown(Unknown),
}

/// One piece of reasoning in a content list.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ThinkingPiece {
    pub(in super::super) text: Option<String>,
    pub(in super::super) extra: Extra,
}

impl Thinking {
    /// Returns the text of the reasoning.
    pub(in super::super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Pieces(pieces) => pieces.into_iter().filter_map(|piece| piece.text).collect(),
            Self::Unknown(_) => String::new(),
        }
    }
}
