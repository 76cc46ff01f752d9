//! Names of schemas and definitions: at most 64 characters out of `a-z`, `A-Z`, `0-9`, `_` and `-`.

/// Maximum length of a name, in characters.
const MAX_CHARS: usize = 64;

/// Name of a type whose own name has no usable character.
const UNNAMED: &str = "output";

/// Replaces the characters that the API does not allow by `_`, and shortens the name.
pub(super) fn api_name(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let replaced = name.chars().map(|c| if allowed(c) { c } else { '_' });
    let name: String = replaced.take(MAX_CHARS).collect();
    if name.chars().all(|c| c == '_') {
        UNNAMED.to_owned()
    } else {
        name
    }
}

/// Adds a number to a name, which stays within the maximum length.
pub(super) fn numbered(name: &str, number: usize) -> String {
    let number = number.to_string();
    let kept = MAX_CHARS.saturating_sub(number.len());
    let mut numbered: String = name.chars().take(kept).collect();
    numbered.push_str(&number);
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_characters_of_the_api() {
        assert_eq!(api_name("Page_for_Item-2"), "Page_for_Item-2");
        assert_eq!(api_name("Übersicht<T>"), "_bersicht_T_");
        assert_eq!(api_name("人"), "output");
        assert_eq!(api_name(""), "output");
        assert_eq!(api_name(&"x".repeat(100)), "x".repeat(64));
        assert_eq!(
            numbered(&"x".repeat(64), 12),
            format!("{}12", "x".repeat(62))
        );
        assert_eq!(numbered("Item", 2), "Item2");
    }
}
