//! Checks JSON against the schemas of the hosted API's specification.

use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

/// Returns the specification, if it is available.
fn spec() -> Option<&'static Value> {
    static SPEC: OnceLock<Option<Value>> = OnceLock::new();
    SPEC.get_or_init(|| {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/spec/openrouter.openapi.json"
        );
        let Ok(text) = std::fs::read_to_string(Path::new(path)) else {
            eprintln!("skipped: the specification is not available");
            return None;
        };
        Some(serde_json::from_str(&text).unwrap())
    })
    .as_ref()
}

/// Returns the schema of the body that `GET` on this path of the specification returns with a 200.
pub fn of_route(path: &str) -> Option<Value> {
    let route = &spec()?["paths"][path]["get"]["responses"]["200"];
    let schema = route["content"]["application/json"]["schema"].clone();
    assert!(schema.is_object(), "the specification has no GET {path}");
    Some(schema)
}

/// Returns the schema of the body with this status of an operation.
pub fn of_operation(method: &str, path: &str, status: &str) -> Option<Value> {
    let response = &spec()?["paths"][path][method]["responses"][status];
    let schema = response["content"]["application/json"]["schema"].clone();
    assert!(
        schema.is_object(),
        "the specification has no {method} {path}"
    );
    Some(schema)
}

/// Returns the schema of this name.
pub fn named(name: &str) -> Option<Value> {
    let schema = spec()?["components"]["schemas"][name].clone();
    assert!(schema.is_object(), "the specification has no schema {name}");
    Some(schema)
}

/// Fails if a value does not have the form of the schema. `further` are members that the schema does
/// not name and that the value may have. Does nothing without the specification.
pub fn check(value: &Value, schema: Option<Value>, further: &[&str]) {
    let Some(schema) = schema else { return };
    let mut wrong = Vec::new();
    walk(value, &schema, "", further, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}\n{value}");
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            resolved(spec().unwrap().pointer(pointer).unwrap())
        }
        None => schema,
    }
}

fn walk(value: &Value, schema: &Value, path: &str, further: &[&str], wrong: &mut Vec<String>) {
    let schema = resolved(schema);
    if schema["nullable"] == true && value.is_null() {
        return;
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        // Each part describes a share of the members.
        let mut of_part = Vec::new();
        walk(value, part, path, further, &mut of_part);
        wrong.extend(
            of_part
                .into_iter()
                .filter(|text| !text.ends_with("is not in the schema")),
        );
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(options) = schema[word].as_array() {
            let fits = options.iter().any(|option| {
                let mut found = Vec::new();
                walk(value, option, path, further, &mut found);
                found.is_empty()
            });
            if !fits {
                wrong.push(format!("{path}: {value} fits no option"));
            }
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|kind| has_type(value, kind)) {
        wrong.push(format!("{path}: {value} is not {types:?}"));
        return;
    }
    let open = schema["x-speakeasy-unknown-values"] == "allow";
    if let Some(allowed) = schema["enum"].as_array()
        && !open
        && !allowed.contains(value)
    {
        wrong.push(format!("{path}: {value} is not one of {allowed:?}"));
    }
    if let Some(items) = value.as_array() {
        for (index, item) in items.iter().enumerate() {
            walk(
                item,
                &schema["items"],
                &format!("{path}[{index}]"),
                further,
                wrong,
            );
        }
    }
    let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            wrong.push(format!("{path}: {name} is missing"));
        }
    }
    for (name, member) in object {
        let path = format!("{path}.{name}");
        match properties.get(name) {
            Some(schema) => walk(member, schema, &path, further, wrong),
            None if further.contains(&name.as_str()) => {}
            None if schema["additionalProperties"].is_object() => {}
            None => wrong.push(format!("{path} is not in the schema")),
        }
    }
}

fn has_type(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    }
}
