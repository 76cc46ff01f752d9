//! Base64 as the API reads it: the standard or the URL-safe alphabet, with or without padding.

use std::borrow::Cow;

/// Returns base64 without white space. `None` if the text is empty or not base64.
pub(super) fn normalized(text: &str) -> Option<Cow<'_, str>> {
    let white = |c: char| c.is_ascii_whitespace();
    let text = if text.contains(white) {
        Cow::Owned(text.replace(white, ""))
    } else {
        Cow::Borrowed(text)
    };
    is_base64(&text).then_some(text)
}

/// Returns `true` for base64 that is not empty.
pub(super) fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let is_digit =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    !body.is_empty()
        && body.len() % 4 != 1
        && text.len() - body.len() <= 2
        && body.bytes().all(is_digit)
}
