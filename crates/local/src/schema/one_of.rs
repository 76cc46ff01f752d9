//! Replaces `oneOf`, which llguidance does not enforce, by `anyOf`. The two are equivalent if no
//! value satisfies two alternatives.

use serde_json::{Map, Value};

use super::change::{Change, member, record};
use super::tree::{Tree, each_child, original_path, referenced};

/// Maximum depth of references and combinators in a comparison.
const MAX_DEPTH: usize = 8;

/// Maximum number of comparisons in one schema. Beyond it, alternatives count as overlapping.
const MAX_COMPARISONS: usize = 20_000;

/// Replaces `oneOf` in the whole tree, and records each that may overlap.
pub(super) fn replace(tree: &mut Tree, changes: &mut Vec<Change>) {
    let definitions = tree.definitions.clone();
    let mut left = MAX_COMPARISONS;
    let mut visit = |node: &mut Value| walk(node, &definitions, &mut left, changes);
    visit(&mut tree.root);
    tree.definitions.iter_mut().for_each(visit);
}

fn walk(node: &mut Value, definitions: &[Value], left: &mut usize, changes: &mut Vec<Change>) {
    each_child(node, &mut |child| walk(child, definitions, left, changes));
    let path = member(original_path(node), "oneOf");
    let Value::Object(members) = node else { return };
    let Some(alternatives) = members.remove("oneOf") else {
        return;
    };
    let nodes = alternatives.as_array().map(Vec::as_slice);
    let nodes = nodes.unwrap_or_default();
    let apart = nodes.iter().enumerate().all(|(index, first)| {
        let others = nodes.get(index + 1..).unwrap_or_default();
        others
            .iter()
            .all(|second| disjoint(first, second, definitions, 0, left))
    });
    if !apart {
        record(changes, &path, "has alternatives that can hold at once");
    }
    members.insert("anyOf".to_owned(), alternatives);
}

/// Returns `true` if it is certain that no value satisfies both nodes.
fn disjoint(a: &Value, b: &Value, definitions: &[Value], depth: usize, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    if depth > MAX_DEPTH || *left == 0 {
        return false;
    }
    let nodes = (a, b);
    let (a, b) = match nodes {
        (Value::Bool(false), _) | (_, Value::Bool(false)) => return true,
        (Value::Object(a), Value::Object(b)) => (a, b),
        _ => return false,
    };
    for (node, other) in [(a, nodes.1), (b, nodes.0)] {
        let mut apart = |part: &Value| disjoint(part, other, definitions, depth + 1, left);
        if referenced(node, definitions).is_some_and(&mut apart) {
            return true;
        }
        let list = |key: &str| node.get(key).and_then(Value::as_array);
        if list("allOf").is_some_and(|parts| parts.iter().any(&mut apart)) {
            return true;
        }
        for key in ["anyOf", "oneOf"] {
            if list(key).is_some_and(|parts| parts.iter().all(&mut apart)) {
                return true;
            }
        }
    }
    if let (Some(a), Some(b)) = (types(a), types(b))
        && !a.iter().any(|name| b.contains(name))
    {
        return true;
    }
    if let (Some(Value::Array(a)), Some(Value::Array(b))) = (a.get("enum"), b.get("enum"))
        && !a.iter().any(|value| b.contains(value))
    {
        return true;
    }
    required(a).chain(required(b)).any(|name| {
        let (Some(first), Some(second)) = (property(a, name), property(b, name)) else {
            return false;
        };
        disjoint(first, second, definitions, depth + 1, left)
    })
}

/// Returns the types that a node allows, with `integer` as `number`; `None` for all types.
fn types(node: &Map<String, Value>) -> Option<Vec<&str>> {
    if let Some(Value::Array(values)) = node.get("enum") {
        let name = |value: &Value| match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        return Some(values.iter().map(name).collect());
    }
    let number = |name| if name == "integer" { "number" } else { name };
    match node.get("type")? {
        Value::String(name) => Some(vec![number(name)]),
        Value::Array(names) => Some(names.iter().filter_map(Value::as_str).map(number).collect()),
        _ => None,
    }
}

/// Returns the required members of an object.
fn required(node: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let object = node.get("type").is_some_and(|name| name == "object");
    let names = node.get("required").filter(|_| object);
    names
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Returns the schema of an object's member.
fn property<'a>(node: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let declared = node.get("properties").and_then(|nodes| nodes.get(name));
    let others = || {
        node.get("additionalProperties")
            .filter(|_| !node.contains_key("patternProperties"))
    };
    declared.or_else(others)
}
