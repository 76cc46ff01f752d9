//! Tokens' bytes to pieces of text that may be shown: whole characters, up to a stop string.

/// Holds back what cannot be shown yet.
#[derive(Debug)]
pub(crate) struct TextStream {
    stops: Vec<String>,
    /// Bytes of a character that is not complete.
    partial: Vec<u8>,
    /// Text that may turn out to be the beginning of a stop string.
    held: String,
}

impl TextStream {
    /// A stream that ends at the first of these texts.
    pub(crate) fn new(mut stops: Vec<String>) -> Self {
        stops.retain(|stop| !stop.is_empty());
        Self {
            stops,
            partial: Vec::new(),
            held: String::new(),
        }
    }

    /// Adds a token's bytes. Gives the text that can be shown now, and whether a stop string was
    /// met, after which there is nothing more to add.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> (String, bool) {
        self.partial.extend_from_slice(bytes);
        self.take_characters();

        let met = self
            .stops
            .iter()
            .filter_map(|stop| {
                self.held
                    .find(stop.as_str())
                    .map(|at| (at + stop.len(), at))
            })
            .min();
        if let Some((_, start)) = met {
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

    /// The text that was held back, when no more follows. Bytes of a character that was never
    /// completed are dropped.
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
                    // No character ever begins like this, so waiting for more would not help.
                    self.held.push(char::REPLACEMENT_CHARACTER);
                    rest = after.get(broken..).unwrap_or_default();
                }
            }
        }
        let left = rest.len();
        self.partial.drain(..self.partial.len() - left);
    }
}

/// Length of the longest end of `text` that is a beginning of `stop`.
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
        let mut shown = Vec::new();
        for piece in pieces {
            let (text, met) = stream.push(piece);
            shown.push(text);
            if met {
                return (shown, true);
            }
        }
        shown.push(stream.finish());
        (shown, false)
    }

    #[test]
    fn characters_are_whole_however_they_arrive() {
        let text = "a é ✓ 🦀 日本語\u{0301}";
        for size in 1..=text.len() {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (shown, met) = run(&[], &pieces);
            assert_eq!(shown.concat(), text);
            assert!(!met);
        }
        assert_eq!(
            run(&[], &[b"\xF0\x9F", b"\xA6", b"\x80"]).0,
            ["", "", "🦀", ""]
        );
    }

    #[test]
    fn bytes_that_no_character_has_are_replaced_and_incomplete_ones_dropped() {
        assert_eq!(run(&[], &[b"a\xFFb", b"\xE2\x82"]).0.concat(), "a\u{FFFD}b");
        assert_eq!(run(&[], &[b"\xE2", b"x"]).0.concat(), "\u{FFFD}x");
    }

    #[test]
    fn a_stop_string_is_never_shown_however_it_arrives() {
        let text = "one two STOP three";
        for size in 1..=text.len() {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (shown, met) = run(&["STOP", "zzz"], &pieces);
            assert_eq!(shown.concat(), "one two ", "{size}");
            assert!(met);
        }
    }

    #[test]
    fn what_only_looked_like_a_stop_string_is_shown() {
        let (shown, met) = run(&["STOP"], &[b"a ST", b"AR STO"]);
        assert_eq!(shown, ["a ", "STAR ", "STO"]);
        assert!(!met);
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
    fn stop_strings_of_many_byte_characters_are_held_back_whole() {
        let (shown, met) = run(
            &["é✓"],
            &["aé".as_bytes(), "x é".as_bytes(), "✓".as_bytes()],
        );
        assert_eq!(shown, ["a", "éx ", ""]);
        assert!(met);
    }

    #[test]
    fn empty_stop_strings_do_nothing() {
        assert_eq!(run(&[""], &[b"abc"]).0.concat(), "abc");
    }
}
