//! JSON text with line breaks. Encoding leaves them out, because an event stream carries one line.

use std::borrow::Cow;

/// Returns `true` if JSON text has line breaks. A JSON string holds no bare one, so they are between
/// tokens.
pub(crate) fn has_lines(text: &str) -> bool {
    memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some()
}

/// Returns the pieces of JSON text between its line breaks, without the spaces and tabs around those.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split(['\n', '\r']);
    lines.map(|line| line.trim_matches([' ', '\t']))
}

/// Returns JSON text in one line, as it is encoded.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    if has_lines(text) {
        Cow::Owned(lines(text).collect())
    } else {
        Cow::Borrowed(text)
    }
}
