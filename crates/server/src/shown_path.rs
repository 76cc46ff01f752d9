//! The path of a request as logs and messages show it.

use std::borrow::Cow;

/// Prefix of the keys that a store creates.
const KEY_PREFIX: &str = "sk-or-";

/// Returns a path without the key that a client sent in it, for example in place of the key's hash.
pub(crate) fn without_key(path: &str) -> Cow<'_, str> {
    match path.split_once(KEY_PREFIX) {
        None => Cow::Borrowed(path),
        Some((start, _)) => Cow::Owned(format!("{start}{KEY_PREFIX}…")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_a_key() {
        assert_eq!(without_key("/v1/keys/sk-or-v1-0123"), "/v1/keys/sk-or-…");
        assert_eq!(without_key("/v1/keys/0e6f"), "/v1/keys/0e6f");
    }
}
