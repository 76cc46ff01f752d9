//! [`Secret`]: an API key that `Debug` does not print.

use std::fmt;

/// An API key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Checks a key. White space around it is removed: it comes from copying.
    ///
    /// # Errors
    /// The reason, which continues the name of the source and does not contain the key.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            Err("is empty")
        } else if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err("contains a space or a character that is not allowed in a key")
        }
    }

    /// Returns the key itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked_and_hidden() {
        let secret = Secret::parse(" sk-or-v1-0123\r\n").unwrap();
        assert_eq!(secret.reveal(), "sk-or-v1-0123");
        assert_eq!(format!("{secret:?}"), "(hidden)");
        for text in ["", " \n", "sk-a sk-b", "sk-a\nsk-b", "sk-é", "sk-\u{7}"] {
            let reason = Secret::parse(text).unwrap_err();
            assert!(!reason.contains("sk-"), "{reason}");
        }
    }
}
