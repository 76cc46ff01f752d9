//! Text from clients and providers, as messages quote it: shortened, and without control
//! characters.

/// Maximum number of characters that a message quotes of one text from outside: a model name, a
/// member name, a tool name, a value or a header.
pub const QUOTE_CHARS: usize = 100;

/// Returns `text` as a message may show it: at most [`QUOTE_CHARS`] characters, `…` where the rest
/// was cut off, and control characters escaped.
pub fn quote(text: &str) -> String {
    clip(text, QUOTE_CHARS)
}

/// Returns the first `limit` characters of `text`, `…` where the rest was cut off, and control
/// characters escaped (`\n`, `\u{1b}`). Characters that change the direction of text or that
/// separate lines are escaped too, because they can make a message read as something else.
pub fn clip(text: &str, limit: usize) -> String {
    let mut clipped = String::with_capacity(text.len().min(limit) + 4);
    let mut characters = text.chars();
    for character in characters.by_ref().take(limit) {
        if character.is_control() || misleading(character) {
            clipped.extend(character.escape_default());
        } else {
            clipped.push(character);
        }
    }
    if characters.next().is_some() {
        clipped.push('…');
    }
    clipped
}

/// Returns `true` for line separators and for characters that change the direction of text.
fn misleading(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a list of texts in backquotes, joined by ` or `: at most `limit` of them, and the number
/// of the others.
pub fn quote_list<T: AsRef<str>>(texts: &[T], limit: usize) -> String {
    let shown: Vec<String> = texts
        .iter()
        .take(limit)
        .map(|text| format!("`{}`", quote(text.as_ref())))
        .collect();
    let list = shown.join(" or ");
    match texts.len().saturating_sub(limit) {
        0 => list,
        others => format!("{list} or {others} others"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_text_is_quoted_as_it_is() {
        for text in [
            "",
            "openai/gpt-4o",
            "naïve 漢字 🙂",
            &"é".repeat(QUOTE_CHARS),
        ] {
            assert_eq!(quote(text), text);
        }
    }

    #[test]
    fn long_text_is_cut_by_characters() {
        for character in ["x", "é", "🙂"] {
            let quoted = quote(&character.repeat(1_000_000));
            assert_eq!(quoted, format!("{}…", character.repeat(QUOTE_CHARS)));
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        for (text, quoted) in [
            ("a\nb\r\t", "a\\nb\\r\\t"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\0\u{7f}\u{85}", "\\u{0}\\u{7f}\\u{85}"),
            ("a\u{202e}b\u{2028}c", "a\\u{202e}b\\u{2028}c"),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }

    #[test]
    fn long_lists_are_counted() {
        assert_eq!(quote_list(&["a"], 2), "`a`");
        assert_eq!(quote_list(&["a", "b"], 2), "`a` or `b`");
        assert_eq!(
            quote_list(&["a", "b", "c", "d"], 2),
            "`a` or `b` or 2 others"
        );
    }
}
