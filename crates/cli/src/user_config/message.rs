//! Places in the text of the file, and suggestions for misspelt keys.

/// Returns line and column of a byte. Both begin at 1; columns count characters.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let breaks = before.bytes().filter(|byte| *byte == b'\n').count();
    (breaks + 1, line.chars().count() + 1)
}

/// Returns `; did you mean "x"?` for the nearest of the known words, or the list of them.
pub(super) fn advice(word: &str, known: &[&str]) -> String {
    // Less is another word, such as `no` and `on`.
    const SIMILAR: f64 = 0.8;
    let word = word.to_ascii_lowercase().replace('-', "_");
    let nearest = known
        .iter()
        .map(|known| (strsim::jaro_winkler(&word, known), known))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .max_by(|(left, _), (right, _)| left.total_cmp(right));
    match nearest {
        Some((_, known)) => format!("; did you mean {known:?}?"),
        None => format!("; known: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a = 1\r\nü漢 = 2\n";
        let of = |part: &str| place(text, text.find(part).unwrap());
        assert_eq!(of("a"), (1, 1));
        assert_eq!(of("2"), (2, 6));
        assert_eq!(place(text, 1000), (3, 1));
        assert_eq!(place("", 0), (1, 1));
    }

    #[test]
    fn near_keys_are_suggested_and_others_listed() {
        let known = ["model", "base_url", "usage", "aliases"];
        for (word, expected) in [
            ("modle", "model"),
            ("Model", "model"),
            ("base-url", "base_url"),
            ("baseurl", "base_url"),
            ("alias", "aliases"),
        ] {
            assert_eq!(
                advice(word, &known),
                format!("; did you mean {expected:?}?")
            );
        }
        assert!(advice("colour", &known).starts_with("; known: model, base_url"));
    }
}
