//! The input of a custom tool, from the arguments of the function that stands for it.

use orouter_wire::{Extra, Raw, Wire};

use super::tool_names::ToolNames;

#[derive(Clone, Debug, Default, PartialEq, Wire)]
struct Arguments {
    input: Option<String>,
    extra: Extra,
}

/// Returns the input of a custom tool.
///
/// The arguments are an object with one string, [`ToolNames::INPUT`]. A model may also write a
/// string, an object with one string under another name, or the input without JSON. If the arguments
/// are cut, the input is what is there of it.
pub(crate) fn from_arguments(arguments: &str) -> String {
    debug_assert_eq!(ToolNames::INPUT, "input");
    if let Some(input) = whole(arguments) {
        return input;
    }
    if arguments.trim_start().starts_with(['{', '"']) {
        // The cut can be inside of an escape, which has at most 12 characters.
        let ends = arguments.char_indices().rev().take(13).map(|(at, _)| at);
        for end in std::iter::once(arguments.len()).chain(ends) {
            let part = arguments.get(..end).unwrap_or_default();
            for rest in ["\"}", "\""] {
                if let Some(input) = whole(&format!("{part}{rest}")) {
                    return input;
                }
            }
        }
    }
    arguments.to_owned()
}

fn whole(arguments: &str) -> Option<String> {
    let raw: Raw = arguments.parse().ok()?;
    if let Some(input) = raw.as_string() {
        return Some(input);
    }
    let object: Arguments = raw.parse_wire().ok()?;
    if object.input.is_some() {
        return object.input;
    }
    let mut members = object.extra.iter();
    match (members.next(), members.next()) {
        (Some((_, only)), None) => only.as_string(),
        (None, _) => Some(String::new()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_is_found_in_every_form() {
        for (arguments, input) in [
            (r#"{"input":"a\nb"}"#, "a\nb"),
            (r#" {"input":"a","x":1} "#, "a"),
            (r#"{"text":"a"}"#, "a"),
            (r#""a""#, "a"),
            ("{}", ""),
            ("", ""),
            ("print(1)", "print(1)"),
            (r#"{"a":1,"b":2}"#, r#"{"a":1,"b":2}"#),
            (r#"{"input":"cut he"#, "cut he"),
            (r#"{"input":"cut \u00e"#, "cut "),
            (r#"{"input":"cut \"#, "cut "),
            (r#"{"inp"#, r#"{"inp"#),
        ] {
            assert_eq!(from_arguments(arguments), input, "{arguments}");
        }
    }
}
