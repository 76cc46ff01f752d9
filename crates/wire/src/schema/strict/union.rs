//! Combines alternatives.

use serde_json::{Map, Value, json};

use super::super::error::{Fault, SchemaErrorKind};

/// Combines alternatives, which are in strict form, into a node.
///
/// Alternatives that are strings out of a list become one list, with their descriptions in that of the
/// list.
pub(super) fn combine(
    description: Option<&str>,
    alternatives: Vec<Value>,
    path: &str,
) -> Result<Value, Fault> {
    let mut strings = Strings::default();
    let mut others: Vec<Value> = Vec::new();
    let mut place = None;
    for alternative in alternatives {
        if strings.take(&alternative) {
            place.get_or_insert(others.len());
        } else if !others.contains(&alternative) {
            others.push(alternative);
        }
    }
    if let Some(place) = place {
        if others.is_empty() {
            return Ok(strings.into_node(description));
        }
        others.insert(place, strings.into_node(None));
    }
    if others.is_empty() {
        let reason = "the type allows no value";
        return Err(Fault::new(SchemaErrorKind::NoValue, path, reason));
    }
    let mut node = Map::new();
    if let Some(text) = description {
        node.insert("description".to_owned(), text.into());
    }
    node.insert("anyOf".to_owned(), Value::Array(others));
    Ok(Value::Object(node))
}

/// The alternatives that are strings out of a list.
#[derive(Default)]
struct Strings {
    values: Vec<String>,
    /// Lines with the descriptions of the values.
    lines: Vec<String>,
}

impl Strings {
    /// Adds an alternative, if it is a string out of a list. Returns `false` otherwise.
    fn take(&mut self, alternative: &Value) -> bool {
        let values = alternative.get("enum").and_then(Value::as_array);
        let Some(values) = values else {
            return false;
        };
        let strings: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        if strings.len() < values.len() {
            return false;
        }
        if let Some(text) = alternative.get("description").and_then(Value::as_str) {
            self.lines
                .push(format!("- `{}`: {text}", strings.join("`, `")));
        }
        for string in strings {
            if !self.values.iter().any(|value| value == string) {
                self.values.push(string.to_owned());
            }
        }
        true
    }

    fn into_node(self, description: Option<&str>) -> Value {
        let mut text = description.unwrap_or_default().to_owned();
        if !(text.is_empty() || self.lines.is_empty()) {
            text.push_str("\n\n");
        }
        text.push_str(&self.lines.join("\n"));
        let mut node = Map::new();
        if !text.is_empty() {
            node.insert("description".to_owned(), text.into());
        }
        node.insert("type".to_owned(), json!("string"));
        node.insert("enum".to_owned(), json!(self.values));
        Value::Object(node)
    }
}
