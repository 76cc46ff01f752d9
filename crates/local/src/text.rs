//! Converts the bytes of tokens to text: whole characters, up to a stop string.

/// Decodes the output, and holds back text until it cannot be part of a stop string.
#[derive(Debug)]
pub(crate) struct TextStream {
    stops: Vec<String>,
    /// Bytes of an incomplete character.
    partial: Vec<u8>,
    /// Text that may be the beginning of a stop string.
    held: String,
}

impl TextStream {
    /// Creates a stream that ends at the first of these stop strings. Ignores empty ones.
    pub(crate) fn new(mut stops: Vec<String>) -> Self {
        stops.retain(|stop| !stop.is_empty());
        Self {
            stops,
            partial: Vec::new(),
            held: String::new(),
        }
    }

    /// Adds the bytes of a token. Returns the text that can be sent now, and `true` at a stop
    /// string, which ends the stream.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> (String, bool) {
        self.partial.extend_from_slice(bytes);
        self.take_characters();

        let stopped = self
            .stops
            .iter()
            .filter_map(|stop| {
                self.held
                    .find(stop.as_str())
                    .map(|at| (at + stop.len(), at))
            })
            .min();
        if let Some((_, start)) = stopped {
            self.held.truncate(start);
            return (std::mem::take(&mut self.held), true);
        }
        let keep = self
            .stops
            .iter()
            .map(|stop| overlap(&self.held, stop))
            .max()
            .unwrap_or(0);
        let rest = self.held.split_off(self.held.len() - keep);
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// Returns the text that was held back. Drops the bytes of an incomplete character.
    pub(crate) fn finish(self) -> String {
        self.held
    }

    /// Moves complete characters from the bytes to the text.
    fn take_characters(&mut self) {
        let mut rest = self.partial.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.held.push_str(text);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    self.held
                        .push_str(std::str::from_utf8(valid).unwrap_or_default());
                    let Some(broken) = error.error_len() else {
                        rest = after;
                        break;
                    };
                    // These bytes are invalid, whatever follows.
                    self.held.push(char::REPLACEMENT_CHARACTER);
                    rest = after.get(broken..).unwrap_or_default();
                }
            }
        }
        let left = rest.len();
        self.partial.drain(..self.partial.len() - left);
    }
}

/// Returns the length of the longest suffix of `text` that is a prefix of `stop`.
fn overlap(text: &str, stop: &str) -> usize {
    let longest = stop.len().saturating_sub(1).min(text.len());
    (1..=longest)
        .rev()
        .find(|len| {
            stop.is_char_boundary(*len)
                && text
                    .as_bytes()
                    .ends_with(stop.as_bytes().get(..*len).unwrap_or_default())
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stops: &[&str], pieces: &[&[u8]]) -> (Vec<String>, bool) {
        let mut stream = TextStream::new(stops.iter().map(|&stop| stop.to_owned()).collect());
        let mut sent = Vec::new();
        for piece in pieces {
            let (text, stopped) = stream.push(piece);
            sent.push(text);
            if stopped {
                return (sent, true);
            }
        }
        sent.push(stream.finish());
        (sent, false)
    }

    #[test]
    fn characters_are_whole_for_every_split() {
        let text = "a é ✓ 🦀 日本語\u{0301}";
        for size in 1..=text.len() {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (sent, stopped) = run(&[], &pieces);
            assert_eq!(sent.concat(), text);
            assert!(!stopped);
        }
        assert_eq!(
            run(&[], &[b"\xF0\x9F", b"\xA6", b"\x80"]).0,
            ["", "", "🦀", ""]
        );
    }

    #[test]
    fn invalid_bytes_are_replaced_and_incomplete_ones_dropped() {
        assert_eq!(run(&[], &[b"a\xFFb", b"\xE2\x82"]).0.concat(), "a\u{FFFD}b");
        assert_eq!(run(&[], &[b"\xE2", b"x"]).0.concat(), "\u{FFFD}x");
    }

    #[test]
    fn a_stop_string_is_never_sent_for_any_split() {
        let text = "one two STOP three";
        for size in 1..=text.len() {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (sent, stopped) = run(&["STOP", "zzz"], &pieces);
            assert_eq!(sent.concat(), "one two ", "{size}");
            assert!(stopped);
        }
    }

    #[test]
    fn a_prefix_of_a_stop_string_is_sent_once_the_rest_differs() {
        let (sent, stopped) = run(&["STOP"], &[b"a ST", b"AR STO"]);
        assert_eq!(sent, ["a ", "STAR ", "STO"]);
        assert!(!stopped);
        assert_eq!(
            run(&["aab"], &[b"a", b"a", b"a", b"a", b"b", b"c"])
                .0
                .concat(),
            "aa"
        );
    }

    #[test]
    fn the_stop_string_that_ends_first_wins() {
        assert_eq!(run(&["bcde", "cd"], &[b"abcdef"]).0.concat(), "ab");
        assert_eq!(run(&["b", "abc"], &[b"a", b"b", b"c"]).0.concat(), "a");
    }

    #[test]
    fn multi_byte_stop_strings_are_held_back_in_whole_characters() {
        let (sent, stopped) = run(
            &["é✓"],
            &["aé".as_bytes(), "x é".as_bytes(), "✓".as_bytes()],
        );
        assert_eq!(sent, ["a", "éx ", ""]);
        assert!(stopped);
    }

    #[test]
    fn empty_stop_strings_are_ignored() {
        assert_eq!(run(&[""], &[b"abc"]).0.concat(), "abc");
    }
}
