//! [`ReasoningPiece`]: reasoning in one form for all upstreams.

/// Format of reasoning in Anthropic's form.
const ANTHROPIC: &str = "anthropic-claude-v1";

/// A piece of reasoning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReasoningPiece {
    pub(crate) text: Option<(TextKind, String)>,
    pub(crate) encrypted: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) format: Option<String>,
    /// The provider's id of the block.
    pub(crate) id: Option<String>,
    /// The number of the block. Pieces with the same number are one block.
    pub(crate) block: Option<i64>,
}

/// The kind of reasoning text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    Text,
    Summary,
}

impl ReasoningPiece {
    /// Creates a piece of text.
    pub(crate) fn text(text: String) -> Self {
        Self {
            text: Some((TextKind::Text, text)),
            ..Self::default()
        }
    }

    /// Returns `true` if the piece has no content.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_none() && self.encrypted.is_none() && self.signature.is_none()
    }

    /// Sets the format of Anthropic's blocks if the piece has a part that needs it.
    pub(crate) fn with_anthropic_format(mut self) -> Self {
        if self.encrypted.is_some() || self.signature.is_some() {
            self.format = Some(ANTHROPIC.to_owned());
        }
        self
    }

    /// Returns the number of bytes that the piece makes a reply keep.
    pub(crate) fn length(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let text = self.text.as_ref().map_or(0, |(_, text)| text.len());
        text + length(&self.encrypted) + length(&self.signature)
    }
}
