//! Messages of serde without the values that they quote.

/// Values that serde's messages name, without the value itself.
const KINDS: &[&str] = &[
    "boolean",
    "byte array",
    "character",
    "enum",
    "floating point",
    "integer",
    "map",
    "newtype struct",
    "newtype variant",
    "null",
    "number",
    "Option value",
    "sequence",
    "string",
    "struct variant",
    "tuple variant",
    "unit value",
    "unit variant",
];

/// Returns a message without text of the input and without the position. `is_data` is `true` for an
/// error of the type, and `false` for an error of the syntax, whose messages quote nothing.
pub(super) fn without_content(message: &str, is_data: bool) -> String {
    let message = match message.rfind(" at line ") {
        Some(at) => message.get(..at).unwrap_or(message),
        None => message,
    };
    if !is_data {
        return message.to_owned();
    }
    // The input cannot follow the last `expected`.
    let expected = match message.rfind(", expected ") {
        Some(at) => message.get(at..).unwrap_or_default(),
        None => "",
    };
    for prefix in ["invalid type: ", "invalid value: "] {
        if let Some(rest) = message.strip_prefix(prefix) {
            let kind = KINDS.iter().find(|kind| rest.starts_with(**kind));
            return format!("{prefix}{}{expected}", kind.unwrap_or(&"value"));
        }
    }
    for prefix in ["unknown field", "unknown variant"] {
        if message.starts_with(prefix) {
            return format!("{prefix}{expected}");
        }
    }
    // Messages about the type alone.
    let of_type = [
        "missing field `",
        "duplicate field `",
        "invalid length ",
        "data did not match any variant of untagged enum ",
    ];
    if of_type.iter().any(|start| message.starts_with(start)) {
        return message.to_owned();
    }
    // A message of the type's own, which may quote anything.
    "the value is not accepted".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_left_out() {
        for (message, expected) in [
            (
                "invalid type: string \"a, expected b\", expected u8 at line 1 column 5",
                "invalid type: string, expected u8",
            ),
            (
                "invalid type: null, expected a string",
                "invalid type: null, expected a string",
            ),
            (
                "invalid type: floating point `1.5`, expected u8",
                "invalid type: floating point, expected u8",
            ),
            (
                "invalid value: SECRET, expected x",
                "invalid value: value, expected x",
            ),
            ("invalid value: string \"SECRET\"", "invalid value: string"),
            (
                "unknown field `SECRET`, expected `a` or `b` at line 1 column 2",
                "unknown field, expected `a` or `b`",
            ),
            (
                "unknown variant `SECRET`, there are no variants",
                "unknown variant",
            ),
            ("missing field `a` at line 1 column 2", "missing field `a`"),
            (
                "invalid length 2, expected 3 elements",
                "invalid length 2, expected 3 elements",
            ),
            ("SECRET is no date", "the value is not accepted"),
        ] {
            assert_eq!(without_content(message, true), expected);
        }
        let syntax = "expected value at line 1 column 1";
        assert_eq!(without_content(syntax, false), "expected value");
    }
}
