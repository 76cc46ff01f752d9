//! Arguments of a call as JSON text: from the object of a whole call, or from pieces.

use orouter_wire::Raw;
use orouter_wire::json::Writer;

use super::model::PartialArg;

/// Maximum nesting of arguments that come in pieces.
const MAX_DEPTH: usize = 64;

/// Maximum number of elements of a list, and of members of an object, in arguments that come in
/// pieces.
const MAX_ELEMENTS: usize = 4096;

/// Returns the arguments of a whole call. They are empty for anything else than an object: a function
/// without parameters has no arguments.
pub(super) fn whole(args: Option<&Raw>) -> String {
    match args.map(Raw::get) {
        Some(text) if text.starts_with('{') => compact(text),
        Some(text) if text.starts_with('"') => {
            let inner = args.and_then(Raw::as_string).unwrap_or_default();
            let inner = inner.trim();
            let is_object = inner.starts_with('{') && inner.parse::<Raw>().is_ok();
            if is_object {
                compact(inner)
            } else {
                String::new()
            }
        }
        _ => String::new(),
    }
}

/// Returns JSON without white space between its tokens. Bodies are indented.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for character in json.chars() {
        if !in_string && character.is_ascii_whitespace() {
            continue;
        }
        out.push(character);
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    out
}

/// Arguments that come in pieces: each piece names the place of its value.
#[derive(Debug, Default)]
pub(super) struct PartialArgs {
    members: Vec<(String, Node)>,
}

#[derive(Debug)]
enum Node {
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
    /// A string, which may go on.
    Text(String),
    /// Another value, as JSON text.
    Literal(String),
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

/// A piece whose place cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownPlace;

impl PartialArgs {
    /// Adds a piece.
    pub(super) fn push(&mut self, piece: PartialArg) -> Result<(), UnknownPlace> {
        let value = if let Some(text) = piece.string_value {
            Node::Text(text)
        } else if let Some(number) = piece.number_value {
            Node::Literal(number.get().to_owned())
        } else if let Some(truth) = piece.bool_value {
            Node::Literal(truth.to_string())
        } else if piece.null_value.is_some() {
            Node::Literal("null".to_owned())
        } else {
            return Ok(());
        };
        let path = piece.json_path.as_deref().unwrap_or_default();
        let steps = steps(path).ok_or(UnknownPlace)?;
        let mut steps = steps.into_iter();
        let Some(Step::Member(name)) = steps.next() else {
            return Err(UnknownPlace);
        };
        let mut node = member(&mut self.members, name)?;
        for step in steps {
            node = match step {
                Step::Member(name) => node.member(name)?,
                Step::Element(index) => node.element(index)?,
            };
        }
        match (node, value) {
            (Node::Text(text), Node::Text(more)) => text.push_str(&more),
            (node, value) => *node = value,
        }
        Ok(())
    }

    /// Returns the arguments as JSON text.
    pub(super) fn into_text(self) -> String {
        let mut out = Writer::new();
        write_object(&self.members, &mut out);
        // The writer writes whole strings and ASCII only.
        String::from_utf8(out.finish().into()).unwrap_or_default()
    }
}

impl Node {
    const NULL: &str = "null";

    fn member(&mut self, name: String) -> Result<&mut Self, UnknownPlace> {
        if self.is_null() {
            *self = Self::Object(Vec::new());
        }
        match self {
            Self::Object(members) => member(members, name),
            Self::List(_) | Self::Text(_) | Self::Literal(_) => Err(UnknownPlace),
        }
    }

    fn element(&mut self, index: usize) -> Result<&mut Self, UnknownPlace> {
        if self.is_null() {
            *self = Self::List(Vec::new());
        }
        let Self::List(elements) = self else {
            return Err(UnknownPlace);
        };
        if index >= MAX_ELEMENTS {
            return Err(UnknownPlace);
        }
        while elements.len() <= index {
            elements.push(Self::null());
        }
        elements.get_mut(index).ok_or(UnknownPlace)
    }

    fn null() -> Self {
        Self::Literal(Self::NULL.to_owned())
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Literal(text) if text == Self::NULL)
    }

    fn write(&self, out: &mut Writer) {
        match self {
            Self::Object(members) => write_object(members, out),
            Self::List(elements) => {
                out.open_array();
                for element in elements {
                    out.element();
                    element.write(out);
                }
                out.close_array();
            }
            Self::Text(text) => out.string(text),
            Self::Literal(json) => out.raw(json),
        }
    }
}

fn member(members: &mut Vec<(String, Node)>, name: String) -> Result<&mut Node, UnknownPlace> {
    let at = members.iter().position(|(known, _)| *known == name);
    let at = match at {
        Some(at) => at,
        None if members.len() >= MAX_ELEMENTS => return Err(UnknownPlace),
        None => {
            members.push((name, Node::null()));
            members.len() - 1
        }
    };
    members
        .get_mut(at)
        .map(|(_, node)| node)
        .ok_or(UnknownPlace)
}

fn write_object(members: &[(String, Node)], out: &mut Writer) {
    out.open_object();
    for (name, node) in members {
        out.member(name);
        node.write(out);
    }
    out.close_object();
}

/// Reads a path such as `$.places[0]['the name']`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() >= MAX_DEPTH {
            return None;
        }
        if let Some(after) = rest.strip_prefix('[') {
            let quote = after.chars().next()?;
            if matches!(quote, '\'' | '"') {
                let (name, after) = quoted(after.get(1..)?, quote)?;
                steps.push(Step::Member(name));
                rest = after.strip_prefix(']')?;
            } else {
                let (index, after) = after.split_once(']')?;
                steps.push(Step::Element(index.trim().parse().ok()?));
                rest = after;
            }
            continue;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Member(name.to_owned()));
        rest = after;
    }
    Some(steps)
}

/// Reads a name up to its closing quote. Returns the rest after the quote.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => name.push(characters.next()?.1),
            _ if character == quote => {
                return Some((name, text.get(at + character.len_utf8()..)?));
            }
            _ => name.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole_of(json: &str) -> String {
        whole(Some(&json.parse().unwrap()))
    }

    #[test]
    fn arguments_are_compact_and_otherwise_unchanged() {
        for (args, expected) in [
            ("{}", "{}"),
            ("{ }", "{}"),
            (
                "{\n  \"b\": [1, 2.50, 1e3],\n  \"a\": \"x  y\\\" { \\\\\"\n}",
                "{\"b\":[1,2.50,1e3],\"a\":\"x  y\\\" { \\\\\"}",
            ),
            ("\"{\\\"a\\\": 1}\"", "{\"a\":1}"),
            ("\"text\"", ""),
            ("\"{broken\"", ""),
            ("[1]", ""),
            ("null", ""),
        ] {
            assert_eq!(whole_of(args), expected, "{args}");
        }
        assert_eq!(whole(None), "");
    }

    fn joined(pieces: &[&str]) -> Result<String, UnknownPlace> {
        let mut args = PartialArgs::default();
        for piece in pieces {
            args.push(orouter_wire::from_str(piece).unwrap())?;
        }
        Ok(args.into_text())
    }

    #[test]
    fn pieces_are_put_in_their_places() {
        let joined = |pieces: &[&str]| joined(pieces).unwrap();
        assert_eq!(joined(&[]), "{}");
        assert_eq!(
            joined(&[
                r#"{"jsonPath": "$.city", "stringValue": "New ", "willContinue": true}"#,
                r#"{"jsonPath": "$.city", "stringValue": "Delhi"}"#,
                r#"{"jsonPath": "$.days", "numberValue": 3}"#,
                r#"{"jsonPath": "$.exact", "boolValue": false}"#,
                r#"{"jsonPath": "$.unit", "nullValue": "NULL_VALUE"}"#,
            ]),
            r#"{"city":"New Delhi","days":3,"exact":false,"unit":null}"#
        );
        assert_eq!(
            joined(&[
                r#"{"jsonPath": "$.places[0].name", "stringValue": "a"}"#,
                r#"{"jsonPath": "$.places[1]['full name']", "stringValue": "b\"]"}"#,
                r#"{"jsonPath": "$.places[0].name", "stringValue": "A"}"#,
                r#"{"jsonPath": "$[\"x.y\"][0][2]", "numberValue": 1.5}"#,
            ]),
            r#"{"places":[{"name":"aA"},{"full name":"b\"]"}],"x.y":[[null,null,1.5]]}"#
        );
        assert_eq!(joined(&[r#"{"jsonPath": "$.a"}"#]), "{}");
    }

    #[test]
    fn places_that_cannot_be_read_are_refused() {
        for path in [
            "",
            "$",
            "$[0]",
            "$..a",
            "$.a[x]",
            "$.a[-1]",
            "$['a",
            "$.a[",
            "$.a[4096]",
        ] {
            let piece = format!(r#"{{"jsonPath": "{path}", "stringValue": "x"}}"#);
            assert_eq!(joined(&[&piece]), Err(UnknownPlace), "{path}");
        }
        let deep = format!(
            r#"{{"jsonPath": "${}", "stringValue": "x"}}"#,
            ".a".repeat(65)
        );
        assert_eq!(joined(&[&deep]), Err(UnknownPlace));
        let text = r#"{"jsonPath": "$.a", "stringValue": "x"}"#;
        let inside = r#"{"jsonPath": "$.a.b", "stringValue": "x"}"#;
        assert_eq!(joined(&[text, inside]), Err(UnknownPlace));
    }
}
