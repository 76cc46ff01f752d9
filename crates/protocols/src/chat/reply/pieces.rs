//! Reasoning of all dialects as [`ReasoningPiece`]s.

use super::model::{ContentPiece, Delta, ReasoningDetail, ThinkingBlock};
use crate::output::{ReasoningPiece, TextKind};

/// Reads a block of reasoning in a content list. `None` if the piece is something else.
pub(super) fn from_content(piece: &mut ContentPiece) -> Option<ReasoningPiece> {
    let text = match piece.thinking.take() {
        Some(thinking) => Some(thinking.into_text()),
        None if piece.is_reasoning() => piece.text.take(),
        None => None,
    };
    let encrypted = (piece.r#type.as_deref() == Some("redacted_thinking"))
        .then(|| piece.data.take())
        .flatten();
    let made = ReasoningPiece {
        text: filled(text).map(|text| (TextKind::Text, text)),
        encrypted: filled(encrypted),
        signature: filled(piece.signature.take()),
        ..ReasoningPiece::default()
    };
    (!made.is_empty()).then(|| made.with_anthropic_format())
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
