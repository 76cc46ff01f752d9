//! Keywords of a node: those that strict schemas have, those that are dropped, and those that are
//! refused.

use serde_json::{Map, Value};

use super::super::error::{Fault, SchemaErrorKind};
use super::super::root::object_root;

/// Keyword of a reference.
pub(super) const REFERENCE: &str = "$ref";

/// Keywords that change the set of valid values, and that strict schemas have or that are changed
/// into such. `uniqueItems` is dropped instead: a set can be decoded from a list with repeated values.
/// All keywords in no list are annotations.
const CONSTRAINTS: &[&str] = &[
    REFERENCE,
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
];

/// Constraints that strict schemas do not have and that cannot be dropped.
const REFUSED: &[(&str, SchemaErrorKind)] = &[
    ("$dynamicRef", SchemaErrorKind::Constraint),
    ("contains", SchemaErrorKind::Constraint),
    ("dependentRequired", SchemaErrorKind::Constraint),
    ("dependentSchemas", SchemaErrorKind::Constraint),
    ("else", SchemaErrorKind::Constraint),
    ("if", SchemaErrorKind::Constraint),
    ("maxProperties", SchemaErrorKind::Constraint),
    ("minProperties", SchemaErrorKind::Constraint),
    ("not", SchemaErrorKind::Constraint),
    ("patternProperties", SchemaErrorKind::Map),
    ("prefixItems", SchemaErrorKind::Tuple),
    ("propertyNames", SchemaErrorKind::Map),
    ("then", SchemaErrorKind::Constraint),
];

/// Names of types in JSON Schema.
const TYPES: &[&str] = &[
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// Returns the keywords of a schema that can have a strict form.
pub(super) fn node<'a>(schema: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Fault> {
    let node = match schema {
        Value::Object(node) => node,
        Value::Bool(true) => return Err(any_value(path)),
        Value::Bool(false) => {
            let reason = "the type allows no value";
            return Err(Fault::new(SchemaErrorKind::NoValue, path, reason));
        }
        _ => return Err(invalid(path, "a schema is neither an object nor a boolean")),
    };
    for (keyword, kind) in REFUSED {
        if node.contains_key(*keyword) {
            let reason = match kind {
                SchemaErrorKind::Tuple => "strict schemas have no tuples".to_owned(),
                SchemaErrorKind::Map => map_reason(),
                _ => format!("strict schemas have no `{keyword}`"),
            };
            return Err(Fault::new(*kind, path, reason));
        }
    }
    for keyword in ["additionalProperties", "unevaluatedProperties"] {
        if !matches!(node.get(keyword), None | Some(Value::Bool(false))) {
            return Err(Fault::new(SchemaErrorKind::Map, path, map_reason()));
        }
    }
    Ok(node)
}

fn map_reason() -> String {
    "strict schemas have no maps and no flattened maps".to_owned()
}

/// Makes the fault of a schema that is not JSON Schema.
pub(super) fn invalid(path: &str, reason: impl Into<String>) -> Fault {
    Fault::new(SchemaErrorKind::Invalid, path, reason)
}

fn any_value(path: &str) -> Fault {
    let reason = "strict schemas cannot allow any JSON value";
    Fault::new(SchemaErrorKind::AnyValue, path, reason)
}

/// Checks that a root describes an object.
pub(super) fn root_object(schema: &Value) -> Result<&Map<String, Value>, Fault> {
    let node = object_root(schema)?;
    self::node(schema, "")?;
    Ok(node)
}

/// Returns `true` for a keyword that changes the set of valid values.
pub(super) fn is_constraint(keyword: &str) -> bool {
    CONSTRAINTS.contains(&keyword)
}

/// Returns `true` if the node has constraints other than these.
pub(super) fn has_constraints_beside(node: &Map<String, Value>, these: &[&str]) -> bool {
    node.keys()
        .any(|keyword| is_constraint(keyword) && !these.contains(&keyword.as_str()))
}

/// Returns the alternatives of a node and their keyword, if it has any.
pub(super) fn alternatives<'a>(
    node: &'a Map<String, Value>,
    path: &str,
) -> Result<Option<(&'a str, &'a [Value])>, Fault> {
    let found: Vec<(&'static str, &Value)> = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .filter_map(|keyword| node.get(keyword).map(|value| (keyword, value)))
        .collect();
    let (keyword, value) = match found.as_slice() {
        [] => return Ok(None),
        [one] => *one,
        _ => return Err(beside(path)),
    };
    let Some(alternatives) = value.as_array() else {
        return Err(invalid(path, format!("`{keyword}` is not a list")));
    };
    if keyword == "allOf" && alternatives.len() > 1 {
        let reason = "strict schemas have no `allOf`";
        return Err(Fault::new(SchemaErrorKind::Constraint, path, reason));
    }
    // One alternative is merged with the keywords beside it.
    if alternatives.len() > 1 && has_constraints_beside(node, &[keyword]) {
        return Err(beside(path));
    }
    Ok(Some((keyword, alternatives)))
}

/// Makes the fault of alternatives that stand beside members.
pub(super) fn beside(path: &str) -> Fault {
    let reason = "strict schemas have no alternatives next to members, as of an enum that is flattened or \
                  inside a variant of a tagged enum";
    Fault::new(SchemaErrorKind::Alternatives, path, reason)
}

/// Returns the types of a node, derived from other keywords if it has no `type`.
pub(super) fn types(node: &Map<String, Value>, path: &str) -> Result<Vec<String>, Fault> {
    let names: Vec<&str> = match node.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(_) => Vec::new(),
        None if node.contains_key("properties") => vec!["object"],
        None if node.contains_key("items") => vec!["array"],
        None if node.contains_key("pattern") || node.contains_key("format") => vec!["string"],
        None => return Err(any_value(path)),
    };
    if names.is_empty() || names.iter().any(|name| !TYPES.contains(name)) {
        return Err(invalid(path, "`type` names no type of JSON Schema"));
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// Returns the members of an object.
pub(super) fn properties<'a>(
    node: &'a Map<String, Value>,
    path: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, Fault> {
    let members = match node.get("properties") {
        None => None,
        Some(Value::Object(members)) => Some(members),
        Some(_) => return Err(invalid(path, "`properties` is not an object")),
    };
    let required = match node.get("required") {
        None => [].as_slice(),
        Some(Value::Array(names)) => names,
        Some(_) => return Err(invalid(path, "`required` is not a list")),
    };
    for name in required {
        let Some(name) = name.as_str() else {
            return Err(invalid(path, "`required` has a value that is not a string"));
        };
        if !members.is_some_and(|members| members.contains_key(name)) {
            let reason = format!("`required` has the member {name}, which is not described");
            return Err(invalid(path, reason));
        }
    }
    Ok(members.into_iter().flatten())
}

/// Copies keywords whose values are numbers.
pub(super) fn copy(keywords: &[&str], from: &Map<String, Value>, to: &mut Map<String, Value>) {
    for keyword in keywords {
        if let Some(value @ Value::Number(_)) = from.get(*keyword) {
            to.insert((*keyword).to_owned(), value.clone());
        }
    }
}

/// Returns the description of a node, if it has one that is not empty.
pub(super) fn description(node: &Map<String, Value>) -> Option<&str> {
    let text = node.get("description")?.as_str()?.trim();
    Some(text).filter(|text| !text.is_empty())
}
