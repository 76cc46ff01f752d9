//! Schemas that need not follow the strict rules: the root is an object, and keywords are removed that
//! servers refuse.

use serde_json::{Map, Value};

use super::error::Fault;
use super::root::object_root;

/// Keywords without meaning for a model.
const REMOVED: &[&str] = &["$schema", "title"];

/// Formats of numbers that schemars writes and JSON Schema does not define.
const NUMBER_FORMATS: &[&str] = &["float", "double", "int", "uint"];

/// Maximum depth at which nodes are changed. Deeper nodes are hand-written, and are kept.
const MAX_DEPTH: usize = 100;

/// Returns a root schema without the keywords that servers refuse.
pub(super) fn schema(_type_name: &str, root: &Value) -> Result<Value, Fault> {
    object_root(root)?;
    let mut schema = root.clone();
    change(&mut schema, 0);
    Ok(schema)
}

fn change(schema: &mut Value, depth: usize) {
    // Some servers do not read boolean schemas.
    if *schema == Value::Bool(true) {
        *schema = Value::Object(Map::new());
    }
    let Some(node) = schema.as_object_mut() else {
        return;
    };
    if depth > MAX_DEPTH {
        return;
    }
    node.retain(|keyword, value| {
        let format = value.as_str().unwrap_or_default();
        let sized = format.trim_end_matches(|c: char| c.is_ascii_digit());
        let number_format = keyword == "format" && NUMBER_FORMATS.contains(&sized);
        !number_format && !REMOVED.contains(&keyword.as_str())
    });
    for (keyword, value) in node {
        match keyword.as_str() {
            "items" => change(value, depth + 1),
            "additionalProperties" if value.is_object() => change(value, depth + 1),
            "properties" | "patternProperties" | "$defs" => {
                let members = value.as_object_mut().into_iter().flatten();
                members.for_each(|(_, member)| change(member, depth + 1));
            }
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => {
                let parts = value.as_array_mut().into_iter().flatten();
                parts.for_each(|part| change(part, depth + 1));
            }
            _ => {}
        }
    }
}
