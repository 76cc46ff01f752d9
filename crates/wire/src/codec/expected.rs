//! [`ExpectedKey`]: a member's name that is compared with the text before a name is read.
//!
//! Most senders write the members of a type by name, after a few that come first. To compare the next name with the
//! one that comes next in this order takes fewer instructions than to read it and to find its field.

use crate::json::Parser;

/// Number of keys that are compared.
const CANDIDATES: usize = 4;

/// Number of bytes that are compared at once.
const WORD: usize = 8;

/// The name of a member as it stands in a text after another member.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedKey {
    /// The bytes after the comma, as far as they are in the text.
    head: u64,
    /// The bits of `head` that count.
    mask: u64,
    /// With comma, quotes and colon: `,"id":`.
    text: &'static [u8],
}

impl ExpectedKey {
    /// Creates the key from its text with comma, quotes and colon.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let text = text.as_bytes();
        let (mut head, mut mask, mut at) = (0, 0, 0);
        let mut rest = text.split_at(1).1;
        while let ([byte, others @ ..], true) = (rest, at < WORD) {
            head |= (*byte as u64) << (8 * at);
            mask |= 0xff << (8 * at);
            at += 1;
            rest = others;
        }
        Self { head, mask, text }
    }

    /// Returns `true` if a text begins with the key, whose first word is known to be equal.
    #[inline(always)]
    fn starts(&self, text: &[u8]) -> bool {
        let length = self.text.len();
        if length <= 1 + WORD {
            return true;
        }
        let Some(start) = text.get(..length) else {
            return false;
        };
        let tail = start.last_chunk::<WORD>() == self.text.last_chunk::<WORD>();
        tail && (length <= 1 + 2 * WORD || start == self.text)
    }
}

impl Parser<'_> {
    /// Takes the comma and the name of the next member if the name is one of the few keys from number
    /// `next` on, with the first key after the last. Returns its number.
    #[inline]
    pub(crate) fn expected_key(&mut self, keys: &[ExpectedKey], next: u32) -> Option<u32> {
        let rest = self.rest();
        let (b',', after) = rest.split_first()? else {
            return None;
        };
        let head = u64::from_le_bytes(*after.first_chunk::<WORD>()?);
        let mut number = next;
        for _ in 0..CANDIDATES {
            let key = match keys.get(number as usize) {
                Some(key) => key,
                None => {
                    number = 0;
                    keys.first()?
                }
            };
            if (head ^ key.head) & key.mask == 0 && key.starts(rest) {
                self.advance(key.text.len());
                return Some(number);
            }
            number += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{ExpectedKey, Parser};

    const KEYS: [ExpectedKey; 6] = [
        ExpectedKey::new(",\"id\":"),
        ExpectedKey::new(",\"ids\":"),
        ExpectedKey::new(",\"status\":"),
        ExpectedKey::new(",\"output_index\":"),
        ExpectedKey::new(",\"output_index_of\":"),
        ExpectedKey::new(",\"a\\\"b\":"),
    ];

    fn expected(text: &str, next: u32) -> Option<(u32, usize)> {
        let mut parser = Parser::new(text);
        let number = parser.expected_key(&KEYS, next)?;
        Some((number, parser.offset()))
    }

    #[test]
    fn names_of_all_lengths_are_found() {
        assert_eq!(expected(",\"id\":1}    ", 0), Some((0, 6)));
        assert_eq!(expected(",\"ids\":1}   ", 0), Some((1, 7)));
        assert_eq!(expected(",\"status\":1", 0), Some((2, 10)));
        assert_eq!(expected(",\"output_index\":1", 1), Some((3, 16)));
        assert_eq!(expected(",\"output_index_of\":1", 4), Some((4, 19)));
        assert_eq!(expected(",\"a\\\"b\":1     ", 5), Some((5, 8)));
    }

    #[test]
    fn other_names_are_left() {
        for text in [
            ",\"output_indexes\":1",
            ",\"output_inder\":1",
            ",\"output_index_at\":1",
            ",\"statua\":1",
            ",\"status\" :1",
            ",\"id\" :1    ",
            ", \"status\":1",
            "\"status\":1",
            ",\"output_index",
            ",\"id\":1",
            ",",
            "}",
            "",
        ] {
            for next in 0..8 {
                assert_eq!(expected(text, next), None, "{text} from {next}");
            }
        }
    }

    #[test]
    fn only_the_next_keys_are_compared() {
        assert_eq!(expected(",\"output_index\":1", 0), Some((3, 16)));
        assert_eq!(expected(",\"output_index_of\":1", 0), None);
        assert_eq!(expected(",\"id\":1}    ", 5), Some((0, 6)));
        assert_eq!(expected(",\"id\":1}    ", 6), Some((0, 6)));
        assert_eq!(Parser::new(",\"id\":1}    ").expected_key(&[], 0), None);
    }
}
