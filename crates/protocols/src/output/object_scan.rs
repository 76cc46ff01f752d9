//! [`ObjectScan`]: finds the end of a JSON object in text that comes in pieces.

use orouter_wire::Raw;

/// The state of a scan of a text that should be one JSON object.
///
/// Each piece is scanned once. The text is parsed at most once, when its outermost object closes, so
/// that the check costs no more than reading the text.
#[derive(Debug, Default)]
pub(crate) struct ObjectScan {
    state: State,
    depth: u32,
    in_string: bool,
    is_escaped: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// White space so far.
    #[default]
    Start,
    Inside,
    /// The object has closed, and the text was not parsed yet.
    Closed,
    /// The text is an object, with white space after it at most.
    Object,
    /// The text is not one object, and further pieces do not make it one.
    Other,
}

impl ObjectScan {
    /// Scans the next piece of the text.
    pub(crate) fn push(&mut self, piece: &str) {
        for byte in piece.bytes() {
            self.byte(byte);
        }
    }

    /// Returns `true` if `text`, all pieces so far, is a JSON object.
    pub(crate) fn is_object(&mut self, text: &str) -> bool {
        if self.state == State::Closed {
            self.state = match text.parse::<Raw>() {
                Ok(_) => State::Object,
                Err(_) => State::Other,
            };
        }
        self.state == State::Object
    }

    fn byte(&mut self, byte: u8) {
        match self.state {
            State::Other => {}
            State::Start => match byte {
                b'{' => {
                    self.state = State::Inside;
                    self.depth = 1;
                }
                byte if is_space(byte) => {}
                _ => self.state = State::Other,
            },
            State::Closed | State::Object => {
                if !is_space(byte) {
                    self.state = State::Other;
                }
            }
            State::Inside if self.in_string => match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            },
            State::Inside => match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.state = State::Closed;
                    }
                }
                _ => {}
            },
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_found_however_it_is_cut() {
        for (text, expected) in [
            ("{}", true),
            (" {\"a\": \"}\\\"{\", \"b\": [{}, \"\\\\\"]}\n", true),
            ("{\"é\": \"\\u007d\"}", true),
            ("", false),
            (" ", false),
            ("{", false),
            ("{\"a\": \"}", false),
            ("{]", false),
            ("{a}", false),
            ("{} {}", false),
            ("{}x", false),
            ("[{}]", false),
            ("x{}", false),
        ] {
            for size in 1..=text.len().max(1) {
                let (mut scan, mut so_far) = (ObjectScan::default(), String::new());
                let bytes = text.as_bytes();
                for piece in bytes.chunks(size).map(String::from_utf8_lossy) {
                    // A cut inside of a character is a different text to parse.
                    scan.push(&piece);
                    so_far.push_str(&piece);
                    let parses = so_far.trim().starts_with('{') && so_far.parse::<Raw>().is_ok();
                    assert_eq!(scan.is_object(&so_far), parses, "{so_far}");
                }
                assert_eq!(scan.is_object(&so_far), expected, "{text}");
            }
        }
    }
}
