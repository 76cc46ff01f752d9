//! Edits JSON text without decoding it, so that numbers and the order of members stay as they are.

/// Removes the white space between the values of a JSON text. Text that is not JSON stays as it is.
pub(crate) fn compact(json: &str) -> String {
    if serde_json::from_str::<&serde_json::value::RawValue>(json).is_err() {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            in_string = c == '"';
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn only_white_space_between_values_is_removed() {
        for (json, expected) in [
            (
                "{\n  \"a b\": [1.0, 2e5,\t\"c \\\" d\"]\r\n}",
                r#"{"a b":[1.0,2e5,"c \" d"]}"#,
            ),
            (r#" "\\" "#, r#""\\""#),
            (
                "[12345678901234567890123, 1.10]",
                "[12345678901234567890123,1.10]",
            ),
            ("", ""),
            ("not json", "not json"),
            ("{\"a\": ", "{\"a\": "),
        ] {
            assert_eq!(compact(json), expected);
        }
    }
}
