//! The bytes of an error body as JSON, as far as that can be had.
//!
//! Whoever reports a failure may be failing itself: text is cut in the middle of a character, of a
//! pair of escapes or of the whole. One odd byte must not cost the parts that are sound. What the
//! parts mean is in `orouter_wire::failure`.

use orouter_wire::{DecodeErrorKind, Raw, sse::Decoder};

/// Why a body could not be read, or not to its end, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It starts as JSON and ends too early.
    Cut,
    /// It starts as JSON and breaks its grammar.
    Malformed,
    /// It is not text: compressed, or an image, or whatever.
    Binary,
}

impl Unread {
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Cut => "the body is JSON that was cut short",
            Self::Malformed => "the body starts as JSON and cannot be read",
            Self::Binary => "the body is not text",
        }
    }
}

/// What a text holds.
pub(super) enum Content {
    Json(Raw),
    /// The sound members of JSON that is not whole; `null` where there are none.
    Part(Raw, Unread),
    /// Not JSON, and nothing that tries to be.
    Text,
}

/// Reads a text. What starts as an object or a list is never taken for words.
pub(super) fn json(text: &str) -> Content {
    let error = match text.parse::<Raw>() {
        Ok(raw) => return Content::Json(raw),
        Err(error) => error,
    };
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    if !text.starts_with(['{', '[']) {
        return Content::Text;
    }
    // Some write the line breaks of a message as they are.
    let spaced = text.replace(|c: char| c < ' ', " ");
    match spaced.parse::<Raw>() {
        Ok(raw) => Content::Json(raw),
        Err(inner) => {
            let sound = spaced.get(..inner.offset()).unwrap_or_default();
            let raw = closed(sound).parse().unwrap_or_default();
            let unread = match error.kind() {
                DecodeErrorKind::UnexpectedEnd => Unread::Cut,
                _ => Unread::Malformed,
            };
            Content::Part(raw, unread)
        }
    }
}

/// Whether this was no text before it was made one: it holds control characters that no text has, or
/// much of it is no UTF-8.
pub(super) fn is_binary(text: &str) -> bool {
    let text = text.trim_end_matches('\0');
    let (mut characters, mut replaced) = (0, 0);
    for c in text.chars().take(4096) {
        characters += 1;
        match c {
            '\t' | '\n' | '\r' | '\x0c' | '\x1b' => {}
            c if c < ' ' => return true,
            char::REPLACEMENT_CHARACTER => replaced += 1,
            _ => {}
        }
    }
    replaced * 3 > characters
}

/// The start of a JSON text with all that is open in it closed: its whole members and elements, and
/// no half ones.
fn closed(text: &str) -> String {
    let mut open = Vec::new();
    // Up to where the text is whole but for what is open there.
    let mut whole = 0;
    // Whether a string that comes next is a member's value and not its name.
    let mut value = false;
    // Whether the last byte was of a number, `true`, `false` or `null`.
    let mut scalar = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                let mut escaped = false;
                let end = bytes.find(|(_, byte)| {
                    let ends = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    ends
                });
                let Some((end, _)) = end else { break };
                if value || open.last() == Some(&']') {
                    whole = end + 1;
                    value = false;
                }
            }
            b'{' | b'[' => {
                open.push(if byte == b'{' { '}' } else { ']' });
                whole = at + 1;
                value = false;
            }
            b'}' | b']' => {
                open.pop();
                whole = at + 1;
                value = false;
                if open.is_empty() {
                    break;
                }
            }
            b',' => {
                whole = at;
                value = false;
            }
            b':' => value = true,
            // What a number or a word ends with, where it is whole.
            b' ' if value && scalar => {
                whole = at;
                value = false;
            }
            _ => {}
        }
        scalar = byte.is_ascii_alphanumeric() || (scalar && matches!(byte, b'.' | b'+' | b'-'));
    }
    let mut out = text.get(..whole).unwrap_or_default().to_owned();
    out.extend(open.iter().rev());
    out
}

/// The events of a text that is a stream of them: name and data, without those that have none.
/// Empty where it is no stream.
pub(super) fn events(text: &str) -> Vec<(String, String)> {
    let start = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let fields = ["data:", "event:", "id:", "retry:", ":"];
    let mut events = Vec::new();
    if !fields.iter().any(|field| start.starts_with(field)) {
        return events;
    }
    let mut decoder = Decoder::new();
    decoder.push(start.as_bytes().to_vec());
    while let Ok(Some(event)) = decoder.next() {
        events.push((event.event.to_owned(), event.data.to_owned()));
    }
    if let Ok(Some(event)) = decoder.take_unfinished() {
        events.push((event.event.to_owned(), event.data.to_owned()));
    }
    events.retain(|(_, data)| !matches!(data.trim(), "" | "[DONE]"));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_closed_and_what_is_half_is_dropped() {
        for (cut, whole) in [
            (r#"{"a":{"b":1,"c":"d","e":"f"#, r#"{"a":{"b":1,"c":"d"}}"#),
            (r#"{"a":{"b":1,"c":"d""#, r#"{"a":{"b":1,"c":"d"}}"#),
            (r#"{"a":"x\"},","b"#, r#"{"a":"x\"},"}"#),
            (r#"{"a":"x\\","b":tru"#, r#"{"a":"x\\"}"#),
            (r#"{"a":"#, "{}"),
            (r#"{"a""#, "{}"),
            (r#"[1,"two","#, r#"[1,"two"]"#),
            (r#"[{"a":[1,2],"b":3"#, r#"[{"a":[1,2]}]"#),
            (r#"{"a":1} trailing"#, r#"{"a":1}"#),
            ("", ""),
        ] {
            assert_eq!(closed(cut), whole, "{cut}");
        }
    }

    #[test]
    fn text_in_another_encoding_is_text() {
        for text in [
            &b"acc\xe8s refus\xe9, r\xe9essayez"[..],
            b"no\0",
            b"",
            b"\x1b[31mno\x1b[0m\r\n",
        ] {
            assert!(!is_binary(&String::from_utf8_lossy(text)), "{text:?}");
        }
        for bytes in [
            &b"\x1f\x8b\x08\0\0"[..],
            b"\x0b\x02\x80{\"error\"",
            b"\xff\xfe\xfd",
        ] {
            assert!(is_binary(&String::from_utf8_lossy(bytes)), "{bytes:?}");
        }
    }

    #[test]
    fn a_cut_anywhere_leaves_json() {
        let text = r#"{"error":{"message":"é \"x\" \ud83d\ude00","code":4.5e2,"a":[{"b":null},[true]]},"user_id":"u"}"#;
        for (end, _) in text.char_indices() {
            let start = text.get(..end).unwrap();
            let Content::Part(raw, unread) = json(start) else {
                assert_eq!(end, 0);
                continue;
            };
            assert!(raw.get().starts_with('{'), "{start}: {raw}");
            assert_eq!(unread, Unread::Cut, "{start}");
        }
    }
}
