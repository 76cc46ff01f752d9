//! [`ReasoningPiece`]: reasoning in one form for all dialects.

use super::model::{ContentPiece, Delta, ReasoningDetail, ThinkingBlock};

/// Format of reasoning in Anthropic's form.
const ANTHROPIC: &str = "anthropic-claude-v1";

/// A piece of reasoning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReasoningPiece {
    pub(super) text: Option<(TextKind, String)>,
    pub(super) encrypted: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) format: Option<String>,
    /// The provider's id of the block.
    pub(super) id: Option<String>,
    /// The number of the block. Pieces with the same number are one block.
    pub(super) block: Option<i64>,
}

/// The kind of reasoning text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    Text,
    Summary,
}

impl ReasoningPiece {
    /// Creates a piece of text.
    pub(super) fn text(text: String) -> Self {
        Self {
            text: Some((TextKind::Text, text)),
            ..Self::default()
        }
    }

    /// Reads a block of reasoning in a content list. `None` if the piece is something else.
    pub(super) fn from_content(piece: &mut ContentPiece) -> Option<Self> {
        let text = match piece.thinking.take() {
            Some(thinking) => Some(thinking.into_text()),
            None if piece.is_reasoning() => piece.text.take(),
            None => None,
        };
        let encrypted = (piece.r#type.as_deref() == Some("redacted_thinking"))
            .then(|| piece.data.take())
            .flatten();
        let made = Self {
            text: filled(text).map(|text| (TextKind::Text, text)),
            encrypted: filled(encrypted),
            signature: filled(piece.signature.take()),
            ..Self::default()
        };
        (!made.is_empty()).then(|| made.with_anthropic_format())
    }

    fn is_empty(&self) -> bool {
        self.text.is_none() && self.encrypted.is_none() && self.signature.is_none()
    }

    fn with_anthropic_format(mut self) -> Self {
        if self.encrypted.is_some() || self.signature.is_some() {
            self.format = Some(ANTHROPIC.to_owned());
        }
        self
    }
}

impl From<ReasoningDetail> for ReasoningPiece {
    fn from(detail: ReasoningDetail) -> Self {
        let text = filled(detail.text).map(|text| (TextKind::Text, text));
        let summary = filled(detail.summary).map(|text| (TextKind::Summary, text));
        Self {
            text: text.or(summary),
            encrypted: filled(detail.data),
            signature: filled(detail.signature),
            format: filled(detail.format),
            id: filled(detail.id),
            block: detail.index,
        }
    }
}

impl From<ThinkingBlock> for ReasoningPiece {
    fn from(block: ThinkingBlock) -> Self {
        let text = filled(block.thinking).map(|text| (TextKind::Text, text));
        Self {
            text,
            encrypted: filled(block.data),
            signature: filled(block.signature),
            ..Self::default()
        }
        .with_anthropic_format()
    }
}

/// Takes the reasoning of a delta: the text of members without blocks, and the blocks. Where a
/// member repeats the text of the blocks, it is left out.
pub(super) fn take(delta: &mut Delta) -> (Option<String>, Vec<ReasoningPiece>) {
    let mut pieces: Vec<ReasoningPiece> = Vec::new();
    if let Some(details) = delta.reasoning_details.take() {
        pieces.extend(details.into_iter().map(ReasoningPiece::from));
    }
    if let Some(blocks) = delta.thinking_blocks.take()
        && pieces.iter().all(ReasoningPiece::is_empty)
    {
        pieces.extend(blocks.into_iter().map(ReasoningPiece::from));
    }
    if let Some(opaque) = filled(delta.reasoning_opaque.take().map(|text| *text)) {
        pieces.push(ReasoningPiece {
            encrypted: Some(opaque),
            ..ReasoningPiece::default()
        });
    }
    pieces.retain(|piece| !piece.is_empty());
    let plain = filled(delta.reasoning_content.take())
        .or_else(|| filled(delta.reasoning.take()))
        .or_else(|| filled(delta.reasoning_text.take().map(|text| *text)));
    let repeats = pieces.iter().any(|piece| piece.text.is_some());
    (plain.filter(|_| !repeats), pieces)
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
