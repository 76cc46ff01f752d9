//! Strings: taking them from the text, and resolving their escapes.

use std::borrow::Cow;

use super::cursor::{Parsed, Parser, Stop};
use super::error::Fault;
use super::scan::{COPIED_AT_ONCE, copy_plain, plain_end};

impl<'a> Parser<'a> {
    /// Takes a string, borrowed from the text where it holds no escape.
    ///
    /// A lone surrogate (`\ud800` without its second half) is no character; it becomes U+FFFD,
    /// and whoever owns the member keeps the exact text beside it.
    #[inline]
    pub fn string(&mut self) -> Parsed<Cow<'a, str>> {
        if self.peek() != b'"' {
            return Err(Stop::Mismatch);
        }
        let from = self.at + 1;
        let end = plain_end(self.bytes, from);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(self.slice(from, end)));
        }
        self.escaped_string(end).map(Cow::Owned)
    }

    /// Walks over a string whose opening quote is under the cursor, checking its escapes.
    pub(super) fn skip_string(&mut self) -> Parsed<()> {
        let mut at = self.at + 1;
        loop {
            at = plain_end(self.bytes, at);
            self.at = at;
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(());
                }
                Some(b'\\') => match self.bytes.get(at + 1) {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                    Some(b'u') => {
                        if hex4(self.bytes, at + 2).is_none() {
                            return Err(self.bad_escape());
                        }
                        at += 6;
                    }
                    _ => return Err(self.bad_escape()),
                },
                Some(_) => return Err(self.fault(Fault::Control)),
                None => return Err(self.fault(Fault::End)),
            }
        }
    }

    /// Takes a string that holds escapes; the opening quote is under the cursor, and the first
    /// byte that is not plain at `end`.
    #[inline(never)]
    fn escaped_string(&mut self, end: usize) -> Parsed<String> {
        let bytes = self.bytes;
        let from = self.at + 1;
        // Most texts hold few escapes: room for what is plain and as much again.
        let room = (end - from) * 2 + 32;
        let mut out = Vec::with_capacity(room.min(bytes.len() - from) + COPIED_AT_ONCE);
        out.extend_from_slice(bytes.get(from..end).unwrap_or_default());
        let mut at = end;
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(into_string(out));
                }
                // Nearly all escapes in texts are these two.
                Some(b'\\') => match bytes.get(at + 1) {
                    Some(b'n') => {
                        out.push(b'\n');
                        at += 2;
                    }
                    Some(b'"') => {
                        out.push(b'"');
                        at += 2;
                    }
                    _ => {
                        let Some((char, length)) = escape(bytes, at) else {
                            self.at = at;
                            return Err(self.bad_escape());
                        };
                        self.lossy |=
                            char == char::REPLACEMENT_CHARACTER && is_surrogate(bytes, at);
                        out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                        at += length;
                    }
                },
                Some(_) => {
                    self.at = at;
                    return Err(self.fault(Fault::Control));
                }
                None => {
                    self.at = at;
                    return Err(self.fault(Fault::End));
                }
            }
            at = copy_plain(bytes, at, &mut out);
        }
    }

    #[cold]
    fn bad_escape(&mut self) -> Stop {
        // An escape cut off by the end of the text is an end, not a bad escape.
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let cut = match rest.split_first() {
            None => true,
            Some((b'u', digits)) => digits.len() < 4 && digits.iter().all(u8::is_ascii_hexdigit),
            Some(_) => false,
        };
        if cut {
            self.at = self.bytes.len();
        }
        self.fault(Fault::Escape)
    }
}

/// The bytes are pieces of a text, cut at quotes, backslashes and control characters, so that they are
/// UTF-8. Checking that once costs less than finding character boundaries at each escape.
fn into_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Takes the escapes of a checked string apart: its text, and whether a lone surrogate was lost.
pub(crate) fn unescape(inner: &str) -> (String, bool) {
    let bytes = inner.as_bytes();
    let mut out = String::with_capacity(inner.len());
    let mut lossy = false;
    let mut at = 0;
    while let Some(step) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        out.push_str(inner.get(at..at + step).unwrap_or_default());
        at += step;
        let Some((char, length)) = escape(bytes, at) else {
            break;
        };
        lossy |= char == char::REPLACEMENT_CHARACTER && is_surrogate(bytes, at);
        out.push(char);
        at += length;
    }
    out.push_str(inner.get(at..).unwrap_or_default());
    (out, lossy)
}

/// The character that an escape stands for, and how long the escape is. A lone surrogate stands
/// for U+FFFD.
fn escape(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let char = match bytes.get(at + 1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(bytes, at),
        plain @ (b'"' | b'\\' | b'/') => char::from(*plain),
        _ => return None,
    };
    Some((char, 2))
}

/// The character of a `\uXXXX` escape, or of two that make a pair, and how long it is.
fn unicode(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let high = hex4(bytes, at + 2)?;
    if let Some(char) = char::from_u32(high) {
        return Some((char, 6));
    }
    if high < 0xdc00 && bytes.get(at + 6..at + 8) == Some(b"\\u") {
        if let Some(low @ 0xdc00..=0xdfff) = hex4(bytes, at + 8) {
            let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return char::from_u32(code).map(|char| (char, 12));
        }
    }
    Some((char::REPLACEMENT_CHARACTER, 6))
}

fn is_surrogate(bytes: &[u8], at: usize) -> bool {
    matches!(hex4(bytes, at + 2), Some(0xd800..=0xdfff))
}

#[inline]
fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    let mut value = 0;
    for digit in digits {
        value = value * 16 + char::from(*digit).to_digit(16)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn takes_escapes_apart() {
        assert_eq!(
            unescape(r#"a\"\\\/\b\f\n\r\tz"#),
            ("a\"\\/\u{8}\u{c}\n\r\tz".into(), false)
        );
        assert_eq!(
            unescape(r"\u0000\u00e9\ud83d\ude00"),
            ("\0é😀".into(), false)
        );
        assert_eq!(unescape(r"\ufffd"), ("\u{fffd}".into(), false));
        assert_eq!(unescape(r"a\ud800b"), ("a\u{fffd}b".into(), true));
        assert_eq!(
            unescape(r"\ud800\ud800\udc00"),
            ("\u{fffd}\u{10000}".into(), true)
        );
        assert_eq!(unescape(r"\udc00"), ("\u{fffd}".into(), true));
        assert_eq!(unescape(r"\ud800\n"), ("\u{fffd}\n".into(), true));
    }
}
