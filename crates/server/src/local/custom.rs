//! The text form of a call of a custom tool, and the grammar of its input.
//!
//! The call is `<tool_call>` and a line with the tool's name, as for a function. The input follows
//! as plain text and ends with the output.

use serde_json::Value;

use super::offer::{Custom, Format, Offer};

/// Returns the text between `<tool_call>` and the input of a call of `name`.
pub(super) fn custom_head(name: &str) -> String {
    format!("{{\"name\": {}}}\n", Value::from(name))
}

/// Returns the Lark rules of the calls of a custom tool. The first rule is named `custom_<index>`.
pub(super) fn rules(index: usize, tool: &Custom) -> String {
    let head = Value::from(custom_head(&tool.name));
    match &tool.format {
        Format::Text => {
            format!("custom_{index}: {head} INPUT_{index}\nINPUT_{index}: /(.|\\n)+/\n")
        }
        Format::Lark(grammar) => {
            format!(
                "custom_{index}: {head} input_{index}\ninput_{index}: %lark {{\n{grammar}\n}}\n"
            )
        }
        Format::Regex(regex) => format!(
            "custom_{index}: {head} INPUT_{index}\nINPUT_{index}: /{}/\n",
            delimited(unanchored(regex))
        ),
    }
}

/// Returns the offer with free text in place of grammars, and the paths of the removed formats.
/// Used if the engine cannot enforce a grammar.
pub(super) fn without_grammars(offer: &Offer) -> (Offer, Vec<String>) {
    let mut offer = offer.clone();
    let mut paths = Vec::new();
    for tool in &mut offer.customs {
        if tool.format != Format::Text {
            tool.format = Format::Text;
            paths.push(format!("{}.format", tool.path));
        }
    }
    (offer, paths)
}

/// Returns the expression without `^` and `$` around it. The complete input must match anyway, and
/// the engine does not support anchors.
fn unanchored(regex: &str) -> &str {
    let regex = regex.strip_prefix('^').unwrap_or(regex);
    match regex.strip_suffix('$') {
        Some(rest) if rest.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0 => rest,
        _ => regex,
    }
}

/// Returns the expression with its slashes escaped, so that slashes can delimit it.
fn delimited(regex: &str) -> String {
    let mut text = String::with_capacity(regex.len());
    let mut escaped = false;
    for c in regex.chars() {
        match c {
            '/' if !escaped => text.push_str("\\/"),
            '\n' if !escaped => text.push_str("\\n"),
            c => text.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regular_expression_is_delimited_by_slashes() {
        for (regex, is) in [
            ("^a/b$", r"a\/b"),
            (r"a\/b\$", r"a\/b\$"),
            (r"^\d+\\$", r"\d+\\"),
            ("a\nb", r"a\nb"),
        ] {
            assert_eq!(delimited(unanchored(regex)), is);
        }
    }
}
