//! [`Content`]: the content of a message, a string or a list of pieces.

use orouter_wire::{Extra, Unknown, Wire};

use super::media::{Audio, ImageUrl};

/// The content of a message, or an element of a content list.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Content {
    #[wire(string)]
    Text(String),
    #[wire(array)]
    Pieces(Vec<Content>),
    #[wire(object)]
    Piece(Box<ContentPiece>),
    Unknown(Unknown),
}

impl Content {
    /// Returns `true` if the content has text of the message.
    pub(in super::super) fn has_text(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Pieces(pieces) => pieces.iter().any(Self::has_text),
            Self::Piece(piece) => piece.has_text(),
            Self::Unknown(_) => false,
        }
    }

    /// Returns `true` if the content is a piece, or a list that is not empty.
    pub(in super::super) fn has_pieces(&self) -> bool {
        match self {
            Self::Text(_) | Self::Unknown(_) => false,
            Self::Pieces(pieces) => !pieces.is_empty(),
            Self::Piece(_) => true,
        }
    }
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

impl ContentPiece {
    /// Returns `true` if the text of the piece is reasoning.
    pub(in super::super) fn is_reasoning(&self) -> bool {
        let kind = self.r#type.as_deref().unwrap_or_default();
        matches!(kind, "reasoning" | "thinking" | "reasoning_text")
    }

    fn has_text(&self) -> bool {
        let text = self.text.as_deref().unwrap_or_default();
        !text.is_empty() && (self.thinking.is_some() || !self.is_reasoning())
    }
}

/// Reasoning in a content list, or an element of such reasoning.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Thinking {
    #[wire(string)]
    Text(String),
    #[wire(array)]
    Pieces(Vec<Thinking>),
    #[wire(object)]
    Piece(ThinkingPiece),
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
            Self::Pieces(pieces) => pieces.into_iter().map(Self::into_text).collect(),
            Self::Piece(piece) => piece.text.unwrap_or_default(),
            Self::Unknown(_) => String::new(),
        }
    }
}
