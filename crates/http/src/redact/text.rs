//! Text of servers as messages show it.

use std::borrow::Cow;

use super::secrets::{HIDDEN, Secrets};

/// Returns `text` as one line of at most `limit` characters, without control characters and without
/// words that look like a key.
///
/// A longer text is cut and ends in `…`.
#[must_use]
pub fn line(text: &str, limit: usize) -> String {
    line_without(&Secrets::default(), text, limit)
}

/// Returns `text` as [`line()`] does, and without `secrets`.
#[must_use]
pub fn line_without(secrets: &Secrets, text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit + 4));
    let mut count = 0;
    // Control characters first: they could split a key.
    let text: Cow<'_, str> = if text.contains(invisible) {
        text.chars().filter(|c| !invisible(*c)).collect()
    } else {
        text.into()
    };
    let text = secrets.hide(&text);
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            if count >= limit {
                out.push('…');
                return out;
            }
            out.push(' ');
            count += 1;
        }
        for character in without_keys(word).chars() {
            if count >= limit {
                out.push('…');
                return out;
            }
            out.push(character);
            count += 1;
        }
    }
    out
}

/// Returns `true` for control characters other than white space.
fn invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}

/// Minimum length of a key, in characters. `sk-` is also part of ordinary words such as "task-list".
const MIN_KEY_CHARS: usize = 12;

/// Hides every part of `word` that looks like a key: `sk-` and the key characters after it.
fn without_keys(word: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = word;
    while let Some(start) = rest.find("sk-") {
        let (before, key) = rest.split_at(start);
        let end = key
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*' | '.')))
            .unwrap_or(key.len());
        let (key, after) = key.split_at(end);
        out.push_str(before);
        out.push_str(if end < MIN_KEY_CHARS { key } else { HIDDEN });
        rest = after;
    }
    if out.is_empty() {
        return Cow::Borrowed(word);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_text_are_hidden_and_lines_joined() {
        assert_eq!(
            line("Bad key:\n 'sk-or-v1-0123456789abcdef', see docs", 100),
            "Bad key: '(key hidden)', see docs"
        );
        assert_eq!(line("a task-list item", 100), "a task-list item");
        assert_eq!(line("héllo wörld", 5), "héllo…");
    }

    #[test]
    fn every_key_of_a_word_is_hidden() {
        const A: &str = "sk-or-v1-aaaaaaaaaaaaaaaa";
        const B: &str = "sk-or-v1-0123456789abcdef";
        for (text, shown) in [
            (
                format!("bad keys={A},{B}"),
                "bad keys=(key hidden),(key hidden)",
            ),
            (
                format!("task-1:{B} is not known"),
                "task-1:(key hidden) is not known",
            ),
            (format!("desk-key={B}"), "desk-key=(key hidden)"),
            (format!("é,sk-,{B};x"), "é,sk-,(key hidden);x"),
            (format!("\u{1}s\u{0}k-{}", &A[3..]), "(key hidden)"),
            ("a\u{7f}sk-list\u{0}".to_owned(), "ask-list"),
        ] {
            assert_eq!(line(&text, 100), shown);
        }
    }
}
