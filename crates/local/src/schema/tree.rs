//! A rewritten schema: its root, its definitions and the walks over its nodes.

use serde_json::{Map, Value};

/// Keyword that holds the path of a node in the original schema while the schema is rewritten.
pub(super) const ORIGINAL_PATH: &str = "$comment";

/// A schema and its definitions, which are named `#/$defs/d0`, `#/$defs/d1` and so on.
pub(super) struct Tree {
    pub(super) root: Value,
    pub(super) definitions: Vec<Value>,
}

impl Tree {
    /// Returns a part of the tree as a schema with the definitions.
    pub(super) fn whole(&self, part: &Value) -> Value {
        let mut whole = match part {
            Value::Object(members) => members.clone(),
            Value::Bool(true) => Map::new(),
            _ => return part.clone(),
        };
        if !self.definitions.is_empty() {
            let definitions = self.definitions.iter().enumerate();
            let named = definitions.map(|(index, node)| (format!("d{index}"), node.clone()));
            whole.insert("$defs".to_owned(), Value::Object(named.collect()));
        }
        Value::Object(whole)
    }
}

/// Returns the definition that a rewritten `$ref` names.
pub(super) fn referenced<'a>(
    node: &Map<String, Value>,
    definitions: &'a [Value],
) -> Option<&'a Value> {
    let index = node.get("$ref")?.as_str()?.strip_prefix("#/$defs/d")?;
    definitions.get(index.parse::<usize>().ok()?)
}

/// Returns the path of a rewritten node in the original schema.
pub(super) fn original_path(node: &Value) -> &str {
    node.get(ORIGINAL_PATH)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Calls `visit` for each direct subschema of a rewritten node.
pub(super) fn each_child(node: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let Value::Object(members) = node else { return };
    for (key, value) in members.iter_mut() {
        match (key.as_str(), value) {
            ("properties" | "patternProperties", Value::Object(children)) => {
                children.values_mut().for_each(&mut *visit);
            }
            ("items" | "additionalProperties", child) => visit(child),
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(children)) => {
                children.iter_mut().for_each(&mut *visit);
            }
            _ => {}
        }
    }
}

/// Removes the original paths from a complete schema.
pub(super) fn strip(schema: &mut Value) {
    if let Value::Object(members) = schema {
        members.remove(ORIGINAL_PATH);
        if let Some(Value::Object(definitions)) = members.get_mut("$defs") {
            definitions.values_mut().for_each(strip);
        }
    }
    each_child(schema, &mut strip);
}
