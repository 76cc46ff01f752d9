//! Keeps the names of control tokens, and other texts that a caller forbids, out of answers.
//!
//! Control tokens are never drawn, but their names can be spelled with ordinary tokens, for
//! example by a model that repeats a prompt. A token that would complete such a text is not drawn.

use crate::tokenizer::Tokenizer;

/// The texts to keep out, and the end of the answer so far.
#[derive(Debug)]
pub(crate) struct Markup {
    texts: Vec<Vec<u8>>,
    /// Bytes of the answer that may begin one of the texts.
    tail: Vec<u8>,
}

impl Markup {
    /// Keeps out the names of turns' control tokens and these texts. Empty texts are ignored.
    pub(crate) fn new(tokenizer: &Tokenizer, forbidden: Vec<String>) -> Self {
        // Without their end, so that no half of a name appears either.
        let names = tokenizer
            .control()
            .keys()
            .filter(|name| name.starts_with("<|"))
            .map(|name| name.trim_end_matches("|>").to_owned());
        Self::of(names.chain(forbidden))
    }

    fn of(texts: impl Iterator<Item = String>) -> Self {
        Self {
            texts: texts
                .filter(|text| !text.is_empty())
                .map(String::into_bytes)
                .collect(),
            tail: Vec::new(),
        }
    }

    /// Whether these bytes would complete one of the texts.
    pub(crate) fn completed_by(&self, bytes: &[u8]) -> bool {
        self.texts.iter().any(|text| {
            let room = self.tail.len().min(text.len() - 1);
            // Each place where the text could begin: in the tail, or in the bytes.
            (0..room)
                .map(|back| self.tail.get(self.tail.len() - room + back..))
                .any(|tail| tail.is_some_and(|tail| spans(text, tail, bytes)))
                || contains(bytes, text)
        })
    }

    /// Adds bytes to the answer.
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

/// Whether `text` begins with all of `tail` and goes on with the first of `bytes` to its end.
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
    fn a_text_is_kept_out_however_it_is_spelled() {
        let text = "a <|im_<|im_end|> b";
        for size in 1..=text.len() {
            let mut markup = Markup::of(["<|im_end".to_owned(), String::new()].into_iter());
            let mut shown = Vec::new();
            let mut kept_out = 0;
            for piece in text.as_bytes().chunks(size) {
                if markup.completed_by(piece) {
                    kept_out += 1;
                } else {
                    markup.push(piece);
                    shown.extend_from_slice(piece);
                }
            }
            let shown = String::from_utf8(shown).unwrap();
            assert!(!shown.contains("<|im_end"), "{size}: {shown}");
            assert!(kept_out > 0, "{size}");
        }
    }

    #[test]
    fn other_texts_are_let_through() {
        let mut markup = Markup::of(["<|im_end".to_owned(), "<tool_call".to_owned()].into_iter());
        for piece in [
            "f <| x", " <", "b>", "<to", "o", "<|im_", "start", "<tool", "_box>",
        ] {
            assert!(!markup.completed_by(piece.as_bytes()), "{piece}");
            markup.push(piece.as_bytes());
        }
    }
}
