//! Texts of the file as messages may show them: shortened, and never a key.

use crate::quote::quote;

/// Beginnings of API keys and of header values that contain one.
const KEY_PREFIXES: [&str; 9] = [
    "sk-", "sk_", "gsk_", "xai-", "hf_", "AIza", "key-", "Bearer ", "Basic ",
];

/// Length from which a text of letters, digits, `-` and `_` may be a key.
const KEY_LENGTH: usize = 30;

/// Returns the text in quotes, or words for a text that may be a key.
pub(super) fn shown(text: &str) -> String {
    if may_be_key(text) {
        "the text (not shown: it may be a key)".to_owned()
    } else {
        format!("\"{}\"", quote(text))
    }
}

/// Returns `true` for texts that look like a key.
pub(super) fn may_be_key(text: &str) -> bool {
    let trimmed = text.trim();
    let prefixed = KEY_PREFIXES.iter().any(|prefix| {
        trimmed
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    let characters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=');
    let random = trimmed.len() >= KEY_LENGTH
        && trimmed.chars().all(characters)
        && trimmed.contains(|c: char| c.is_ascii_digit());
    prefixed || random
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_shown() {
        for key in [
            "sk-or-v1-0123456789abcdef",
            "SK-ANT-x",
            "AIzaSyA1234567890",
            " sk-proj-1",
            "Bearer abc",
            "0123456789abcdef0123456789abcdef",
        ] {
            assert!(!shown(key).contains(key.trim()), "{key}");
        }
        for text in [
            "api.openai.com/v1",
            "OPENAI_API_KEY",
            "/run/secrets/openai",
            "responses",
        ] {
            assert_eq!(shown(text), format!("\"{text}\""));
        }
    }
}
