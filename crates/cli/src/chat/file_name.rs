//! Name of a file in the argument of a command.

use std::borrow::Cow;
use std::path::PathBuf;

/// Returns the path that the user means: completion and terminals quote names or escape spaces, and
/// `~` is the home directory.
pub(super) fn path(argument: &str) -> PathBuf {
    let literal = PathBuf::from(argument);
    if literal.exists() {
        return literal;
    }
    let plain = unquoted(argument);
    match (plain.strip_prefix("~/"), std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(plain.as_ref()),
    }
}

fn unquoted(argument: &str) -> Cow<'_, str> {
    for quote in ['"', '\''] {
        let inner = argument
            .strip_prefix(quote)
            .and_then(|inner| inner.strip_suffix(quote));
        if let Some(inner) = inner {
            return Cow::Borrowed(inner);
        }
    }
    // On Windows, `\` separates directories.
    if cfg!(windows) || !argument.contains('\\') {
        return Cow::Borrowed(argument);
    }
    let mut plain = String::with_capacity(argument.len());
    let mut escaped = false;
    for c in argument.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(c);
            escaped = false;
        }
    }
    Cow::Owned(plain)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_may_be_quoted_or_escaped() {
        for (argument, expected) in [
            ("a b", "a b"),
            ("a\\ b", "a b"),
            ("\"a b\"", "a b"),
            ("'a b'", "a b"),
            ("a\\\\b", "a\\b"),
        ] {
            assert_eq!(path(argument), PathBuf::from(expected), "{argument}");
        }
        let home = std::env::home_dir().unwrap();
        assert_eq!(path("~/x y"), home.join("x y"));

        let directory = tempfile::tempdir().unwrap();
        let odd = directory.path().join("a\\ b");
        std::fs::write(&odd, "").unwrap();
        assert_eq!(path(odd.to_str().unwrap()), odd);
    }
}
