//! The published rules of strict schemas as a checker, written from the rules and not from the code that
//! makes the schemas: see docs/design/strict-schemas.md.

use serde_json::{Map, Value};

/// Keywords that the rules name, and `description`.
const KEYWORDS: &[&str] = &[
    "description",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
    "enum",
    "anyOf",
    "$ref",
    "pattern",
    "format",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
];

const FORMATS: &[&str] = &[
    "date-time",
    "time",
    "date",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uuid",
];

const TYPES: &[&str] = &[
    "string", "number", "boolean", "integer", "object", "array", "null",
];

/// Returns the violations of the rules by a schema, each with its place.
pub(crate) fn violations(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let Some(root) = schema.as_object() else {
        return vec!["the root is not an object".to_owned()];
    };
    if root.get("type") != Some(&Value::from("object")) || root.contains_key("anyOf") {
        found.push("the root does not have the type object".to_owned());
    }
    let empty = Map::new();
    let definitions = match root.get("$defs") {
        Some(definitions) => definitions.as_object().expect("$defs is an object"),
        None => &empty,
    };
    let mut root = root.clone();
    root.remove("$defs");
    check(&Value::Object(root.clone()), definitions, "#", &mut found);
    let mut uses = Vec::new();
    references(&Value::Object(root.clone()), &mut uses);
    for (name, definition) in definitions {
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > 64 || !name.chars().all(valid) {
            found.push(format!(
                "the definition {name:?} has a name with other characters"
            ));
        }
        check(definition, definitions, name, &mut found);
        references(definition, &mut uses);
    }
    for name in definitions.keys() {
        if !uses.contains(&format!("#/$defs/{name}")) {
            found.push(format!("the definition {name} is not used"));
        }
    }
    let levels = levels(&Value::Object(root), definitions, &mut Vec::new());
    if levels > 10 {
        found.push(format!("{levels} levels of objects"));
    }
    let text = schema.to_string();
    let members = text.matches("\"additionalProperties\":false").count();
    assert!(members > 0, "a schema has an object");
    found
}

fn check(node: &Value, definitions: &Map<String, Value>, at: &str, found: &mut Vec<String>) {
    let Some(node) = node.as_object() else {
        found.push(format!("{at}: not an object: {node}"));
        return;
    };
    for keyword in node.keys() {
        if !KEYWORDS.contains(&keyword.as_str()) {
            found.push(format!("{at}: keyword {keyword}"));
        }
    }
    if let Some(reference) = node.get("$ref") {
        if node.len() > 1 {
            found.push(format!("{at}: keywords beside $ref"));
        }
        let reference = reference.as_str().expect("$ref is a string");
        let name = reference.strip_prefix("#/$defs/");
        if reference != "#" && !name.is_some_and(|name| definitions.contains_key(name)) {
            found.push(format!("{at}: {reference} leads nowhere"));
        }
        return;
    }
    if let Some(alternatives) = node.get("anyOf") {
        if node
            .keys()
            .any(|key| key != "anyOf" && key != "description")
        {
            found.push(format!("{at}: keywords beside anyOf"));
        }
        for alternative in alternatives.as_array().expect("anyOf is a list") {
            check(alternative, definitions, at, found);
        }
        return;
    }
    let types = match node.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if types.is_empty() || !types.iter().all(|name| TYPES.contains(name)) {
        found.push(format!("{at}: types {types:?}"));
    }
    let members = node.get("properties").and_then(Value::as_object);
    if types.contains(&"object") {
        if node.get("additionalProperties") != Some(&Value::Bool(false)) {
            found.push(format!("{at}: the object is open"));
        }
        let names: Option<Vec<&str>> =
            members.map(|members| members.keys().map(String::as_str).collect());
        let required: Option<Vec<&str>> = node
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect());
        if names.is_none() || names != required {
            found.push(format!("{at}: members {names:?}, required {required:?}"));
        }
    }
    for (name, member) in members.into_iter().flatten() {
        check(member, definitions, &format!("{at}.{name}"), found);
    }
    if types.contains(&"array") {
        match node.get("items") {
            Some(items) => check(items, definitions, &format!("{at}[]"), found),
            None => found.push(format!("{at}: a list without items")),
        }
    }
    if let Some(format) = node.get("format") {
        let format = format.as_str().expect("format is a string");
        if !types.contains(&"string") || !FORMATS.contains(&format) {
            found.push(format!("{at}: format {format} of {types:?}"));
        }
    }
}

fn references(node: &Value, found: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.push(reference.clone());
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Counts the levels of objects. A definition inside itself adds none.
fn levels(node: &Value, definitions: &Map<String, Value>, open: &mut Vec<String>) -> usize {
    match node {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let name = reference.trim_start_matches("#/$defs/").to_owned();
                let Some(definition) = definitions.get(&name) else {
                    return 0;
                };
                if open.contains(&name) {
                    return 0;
                }
                open.push(name);
                let found = levels(definition, definitions, open);
                open.pop();
                return found;
            }
            let inner = members
                .values()
                .map(|member| levels(member, definitions, open));
            let own = usize::from(members.get("additionalProperties").is_some());
            inner.max().unwrap_or(0) + own
        }
        Value::Array(items) => {
            let inner = items.iter().map(|item| levels(item, definitions, open));
            inner.max().unwrap_or(0)
        }
        _ => 0,
    }
}

#[test]
fn the_checker_finds_violations() {
    use serde_json::json;
    let object = |member: Value| {
        json!({
            "type": "object", "properties": {"a": member}, "required": ["a"],
            "additionalProperties": false,
        })
    };
    assert_eq!(violations(&object(json!({"type": "string"}))), [""; 0]);
    for member in [
        json!(true),
        json!({}),
        json!({"type": "integer", "format": "uint32"}),
        json!({"type": "integer", "default": 1}),
        json!({"type": "object", "properties": {}, "required": []}),
        json!({"type": "object", "additionalProperties": false}),
        json!({"type": "array"}),
        json!({"oneOf": [{"type": "string"}]}),
        json!({"$ref": "#/$defs/X"}),
        json!({"$ref": "#", "description": "x"}),
        json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true}),
    ] {
        assert_ne!(violations(&object(member.clone())), [""; 0], "{member}");
    }
    assert_ne!(
        violations(&json!({"anyOf": [object(json!({"type": "null"}))]})),
        [""; 0]
    );
}
