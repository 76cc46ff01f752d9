//! The root of a schema, which must be an object.

use serde_json::{Map, Value};

use super::error::{Fault, SchemaErrorKind};

/// Returns the node of a root schema, if it describes an object and nothing else.
pub(super) fn object_root(schema: &Value) -> Result<&Map<String, Value>, Fault> {
    let refused = |found: &str| {
        let reason = format!("the root of a schema must be an object, and the type is {found}");
        Err(Fault::new(SchemaErrorKind::NotAnObject, "", reason))
    };
    let node = match schema {
        Value::Object(node) => node,
        Value::Bool(true) => return refused("any value"),
        _ => return refused("no value"),
    };
    let has = |keyword: &str| node.contains_key(keyword);
    if has("anyOf") || has("oneOf") || has("allOf") {
        return refused("an enum or an Option");
    }
    match node.get("type") {
        Some(Value::String(name)) if name == "object" => Ok(node),
        None if has("properties") => Ok(node),
        Some(Value::String(name)) => refused(&format!("of the kind `{name}`")),
        Some(_) => refused("of several kinds"),
        None if has("enum") || has("const") => refused("a value out of a list"),
        None if has("$ref") => refused("a reference"),
        None => refused("any value"),
    }
}
