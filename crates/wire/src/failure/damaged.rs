//! Reading the sound part of damaged JSON.
//!
//! A service that reports a failure may be failing itself: its text can end in the middle of a
//! character, of an escape or of an object. Damage in one member must not cost the others. The
//! members are interpreted by [`ReportedFailure`](super::ReportedFailure).

use super::BodyForm;
use crate::{DecodeErrorKind, Raw};

/// The content of a text.
pub(super) enum Content {
    Json(Raw),
    /// The sound members of damaged JSON, `null` if there are none, and the form of the damage.
    Part(Raw, BodyForm),
    /// Neither JSON nor the start of it.
    Text,
}

/// Reads a text as JSON. A text that starts as an object or a list is never [`Content::Text`].
pub(super) fn json(text: &str) -> Content {
    let error = match text.parse::<Raw>() {
        Ok(raw) => return Content::Json(raw),
        Err(error) => error,
    };
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    if !text.starts_with(['{', '[']) {
        return Content::Text;
    }
    // Some services do not escape the line breaks of a message.
    let spaced = text.replace(|c: char| c < ' ', " ");
    match spaced.parse::<Raw>() {
        Ok(raw) => Content::Json(raw),
        Err(inner) => {
            let sound = spaced.get(..inner.offset()).unwrap_or_default();
            let raw = closed(sound).parse().unwrap_or_default();
            let form = match error.kind() {
                DecodeErrorKind::UnexpectedEnd => BodyForm::CutJson,
                _ => BodyForm::MalformedJson,
            };
            Content::Part(raw, form)
        }
    }
}

/// Returns `true` if the bytes from which the text was made were not text: it contains control
/// characters that text does not use, or more than a third of it was not UTF-8.
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

/// Closes what is open at the end of a JSON text. Members and elements that are not whole are dropped.
fn closed(text: &str) -> String {
    let mut open = Vec::new();
    // The text before this index consists of whole members and elements, and open brackets.
    let mut whole = 0;
    // The next string is a member's value and not its name.
    let mut value = false;
    // The last byte belonged to a number, `true`, `false` or `null`.
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
            // A space ends a number or a word.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_brackets_are_closed_and_half_members_are_dropped() {
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
            let Content::Part(raw, form) = json(start) else {
                assert_eq!(end, 0);
                continue;
            };
            assert!(raw.get().starts_with('{'), "{start}: {raw}");
            assert_eq!(form, BodyForm::CutJson, "{start}");
        }
    }
}
