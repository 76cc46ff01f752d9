//! Keeps forbidden texts out of the output: the names of control tokens, and the caller's texts.
//!
//! Control tokens are never sampled, but the model can spell their names with ordinary tokens, for
//! example when it repeats a prompt. A token that would complete a forbidden text is not sampled.

use crate::tokenizer::Tokenizer;

/// The forbidden texts, and the end of the output so far.
#[derive(Debug)]
pub(crate) struct ForbiddenTexts {
    texts: Vec<Vec<u8>>,
    /// The longest end of the output that is a prefix of a forbidden text.
    tail: Vec<u8>,
}

impl ForbiddenTexts {
    /// Forbids these texts and the names of the control tokens. Ignores empty texts.
    pub(crate) fn new(tokenizer: &Tokenizer, forbidden: Vec<String>) -> Self {
        // Without `|>`, so that an incomplete name does not appear either.
        let names = tokenizer
            .control()
            .keys()
            .filter(|name| name.starts_with("<|"))
            .map(|name| name.trim_end_matches("|>").to_owned());
        Self::from_texts(names.chain(forbidden))
    }

    fn from_texts(texts: impl Iterator<Item = String>) -> Self {
        Self {
            texts: texts
                .filter(|text| !text.is_empty())
                .map(String::into_bytes)
                .collect(),
            tail: Vec::new(),
        }
    }

    /// Returns `true` if these bytes would complete a forbidden text.
    pub(crate) fn completed_by(&self, bytes: &[u8]) -> bool {
        self.texts.iter().any(|text| {
            let room = self.tail.len().min(text.len() - 1);
            // The text may begin at any position of the tail, or within the bytes.
            (0..room)
                .map(|back| self.tail.get(self.tail.len() - room + back..))
                .any(|tail| tail.is_some_and(|tail| spans(text, tail, bytes)))
                || contains(bytes, text)
        })
    }

    /// Adds bytes to the output.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let keep = (1..=self.tail.len()).rev().find(|keep| {
            self.texts.iter().any(|text| {
                text.len() > *keep && self.tail.ends_with(text.get(..*keep).unwrap_or_default())
            })
        });
        let drop = self.tail.len() - keep.unwrap_or(0);
        self.tail.drain(..drop);
    }
}

/// Returns `true` if `text` is all of `tail` followed by a prefix of `bytes`.
fn spans(text: &[u8], tail: &[u8], bytes: &[u8]) -> bool {
    text.strip_prefix(tail)
        .is_some_and(|rest| bytes.starts_with(rest))
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_text_is_blocked_for_every_tokenization() {
        let text = "a <|im_<|im_end|> b";
        for size in 1..=text.len() {
            let mut forbidden =
                ForbiddenTexts::from_texts(["<|im_end".to_owned(), String::new()].into_iter());
            let mut shown = Vec::new();
            let mut blocked = 0;
            for piece in text.as_bytes().chunks(size) {
                if forbidden.completed_by(piece) {
                    blocked += 1;
                } else {
                    forbidden.push(piece);
                    shown.extend_from_slice(piece);
                }
            }
            let shown = String::from_utf8(shown).unwrap();
            assert!(!shown.contains("<|im_end"), "{size}: {shown}");
            assert!(blocked > 0, "{size}");
        }
    }

    #[test]
    fn other_texts_are_permitted() {
        let mut forbidden = ForbiddenTexts::from_texts(
            ["<|im_end".to_owned(), "<tool_call".to_owned()].into_iter(),
        );
        for piece in [
            "f <| x", " <", "b>", "<to", "o", "<|im_", "start", "<tool", "_box>",
        ] {
            assert!(!forbidden.completed_by(piece.as_bytes()), "{piece}");
            forbidden.push(piece.as_bytes());
        }
    }
}
