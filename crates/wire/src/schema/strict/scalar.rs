//! Strings, numbers and enums in strict form.

use serde_json::{Map, Value, json};

use super::super::error::{Fault, SchemaErrorKind};
use super::keywords::{self, invalid};

/// Formats of strings that strict schemas have.
const FORMATS: &[&str] = &[
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
    "uuid",
];

/// Formats of integers, with the bounds that a strict schema has in their place. 64-bit bounds are left
/// out: not every implementation represents them exactly.
const INTEGERS: &[(&str, i64, i64)] = &[
    ("int8", -0x80, 0x7f),
    ("int16", -0x8000, 0x7fff),
    ("int32", -0x8000_0000, 0x7fff_ffff),
    ("uint8", 0, 0xff),
    ("uint16", 0, 0xffff),
    ("uint32", 0, 0xffff_ffff),
];

/// Adds the constraints of a string.
pub(super) fn string(
    node: &Map<String, Value>,
    changed: &mut Map<String, Value>,
    path: &str,
) -> Result<(), Fault> {
    let length = |keyword: &str| node.get(keyword).and_then(Value::as_u64);
    let pattern = node.get("pattern").and_then(Value::as_str);
    match (pattern, length("minLength"), length("maxLength")) {
        (None, None, None) => {}
        (Some(pattern), None, None) => {
            changed.insert("pattern".to_owned(), pattern.into());
        }
        (None, least, most) => {
            changed.insert("pattern".to_owned(), length_pattern(least, most).into());
        }
        (Some(_), _, _) => {
            let reason = "strict schemas have no length beside a pattern";
            return Err(Fault::new(SchemaErrorKind::Constraint, path, reason));
        }
    }
    let Some(format) = node.get("format").and_then(Value::as_str) else {
        return Ok(());
    };
    if FORMATS.contains(&format) {
        changed.insert("format".to_owned(), format.into());
        return Ok(());
    }
    // For the model: without the format, the name and the description are all that it knows.
    let format = format!("Format: {format}.");
    let text = match changed.get("description").and_then(Value::as_str) {
        Some(text) => format!("{text} {format}"),
        None => format,
    };
    changed.shift_insert(0, "description".to_owned(), text.into());
    Ok(())
}

/// Returns a pattern for strings of a length, since strict schemas have no keywords for it.
fn length_pattern(least: Option<u64>, most: Option<u64>) -> String {
    let least = least.unwrap_or(0);
    match most {
        Some(most) if most == least => format!("^[\\s\\S]{{{least}}}$"),
        Some(most) => format!("^[\\s\\S]{{{least},{most}}}$"),
        None => format!("^[\\s\\S]{{{least},}}$"),
    }
}

/// Adds the constraints of a number or an integer.
pub(super) fn number(node: &Map<String, Value>, changed: &mut Map<String, Value>) {
    let kept = [
        "multipleOf",
        "minimum",
        "exclusiveMinimum",
        "maximum",
        "exclusiveMaximum",
    ];
    keywords::copy(&kept, node, changed);
    let format = node.get("format").and_then(Value::as_str);
    let bounds = INTEGERS.iter().find(|(name, ..)| Some(*name) == format);
    if let Some((_, least, most)) = bounds {
        if !changed.contains_key("exclusiveMinimum") {
            changed.entry("minimum").or_insert_with(|| json!(least));
        }
        if !changed.contains_key("exclusiveMaximum") {
            changed.entry("maximum").or_insert_with(|| json!(most));
        }
    }
}

/// Returns a node for a value out of a list.
pub(super) fn enumeration(node: &Map<String, Value>, path: &str) -> Result<Value, Fault> {
    let values = match (node.get("const"), node.get("enum")) {
        (Some(value), _) => vec![value.clone()],
        (None, Some(Value::Array(values))) => values.clone(),
        (None, _) => return Err(invalid(path, "`enum` is not a list")),
    };
    if values.is_empty() {
        let reason = "the type allows no value";
        return Err(Fault::new(SchemaErrorKind::NoValue, path, reason));
    }
    let mut types: Vec<&str> = Vec::new();
    for value in &values {
        let name = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) | Value::Object(_) => {
                let reason = "strict schemas have no lists or objects as values of an enum";
                return Err(Fault::new(SchemaErrorKind::Constraint, path, reason));
            }
        };
        if !types.contains(&name) {
            types.push(name);
        }
    }
    let mut changed = Map::new();
    if let Some(text) = keywords::description(node) {
        changed.insert("description".to_owned(), text.into());
    }
    let types = match types.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    changed.insert("type".to_owned(), types);
    changed.insert("enum".to_owned(), Value::Array(values));
    Ok(Value::Object(changed))
}
