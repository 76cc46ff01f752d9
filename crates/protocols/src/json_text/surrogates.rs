//! [`has_lone_surrogate`]: escapes in strings that are not valid Unicode.

/// Returns `true` if a string in the JSON text has an unpaired surrogate escape, such as `\ud83d`
/// without `\ude00` after it. Such a text is JSON by its grammar, but most servers refuse it.
#[must_use]
pub fn has_lone_surrogate(json: &str) -> bool {
    let mut first_half = false;
    let mut rest = json;
    while let Some((before, escape)) = rest.split_once('\\') {
        if first_half && !before.is_empty() {
            return true;
        }
        let unit = escape
            .strip_prefix('u')
            .and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok());
        first_half = match unit {
            Some(0xd800..=0xdbff) if !first_half => true,
            Some(0xdc00..=0xdfff) if first_half => false,
            Some(0xd800..=0xdfff) => return true,
            _ if first_half => return true,
            _ => false,
        };
        let length = if unit.is_some() { 5 } else { 1 };
        rest = escape.get(length..).unwrap_or_default();
    }
    first_half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_found() {
        for (text, is) in [
            (r#""plain \\ud800 \" \u00e9 \n""#, false),
            (r#""\ud83d\ude00\ud83d\ude00""#, false),
            (r#"{"a": ["\ud83d\ude00"]}"#, false),
            (r#""\ud83d""#, true),
            (r#""\ude00""#, true),
            (r#""\ud83d \ude00""#, true),
            (r#""\ud83d\n""#, true),
            (r#""\ud83d\ud83d\ude00""#, true),
            (r#"{"a": ["\\\ud83d"]}"#, true),
            (r#"["\ud83d", "\ude00"]"#, true),
        ] {
            assert_eq!(has_lone_surrogate(text), is, "{text}");
        }
    }
}
