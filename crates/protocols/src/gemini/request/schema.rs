//! JSON Schemas in the form that the API reads.
//!
//! The API takes JSON Schema as it is, and ignores keywords that it does not know. These forms need
//! a change, which keeps their meaning:
//!
//! - `const` is unknown: it becomes an `enum` of one value;
//! - a `$ref` must not have siblings: it moves into an `anyOf`;
//! - only `$defs` is known, not the older `definitions`;
//! - the types of Google's own schemas are in upper case: `OBJECT`;
//! - a keyword that is `null`, as some encoders write it, is left out.

use std::borrow::Cow;

use orouter_wire::json::Writer;

use crate::json_text::{Member, elements, members, string};
use crate::request::part::string as write_string;

/// Maximum nesting that is changed. Deeper parts are sent as they are.
const MAX_DEPTH: usize = 64;

/// Texts, one of which a schema that needs a change contains.
const SIGNS: &[&str] = &[
    "const",
    "$ref",
    "definitions",
    "null",
    "\"OBJECT\"",
    "\"STRING\"",
    "\"NUMBER\"",
    "\"INTEGER\"",
    "\"BOOLEAN\"",
    "\"ARRAY\"",
];

/// Returns a schema in the form that the API reads.
pub(super) fn adapt(schema: &str) -> Cow<'_, str> {
    if !SIGNS.iter().any(|sign| schema.contains(sign)) {
        return Cow::Borrowed(schema);
    }
    let mut out = Writer::new();
    write(schema, 0, &mut out);
    match String::from_utf8(out.finish().into()) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(schema),
    }
}

/// Returns the schema of a function's arguments. `None` for a function without arguments, whose
/// schema may say nothing.
pub(super) fn adapt_arguments(schema: &str) -> Option<Cow<'_, str>> {
    let mut members = members(schema)?.peekable();
    members.peek()?;
    // The schema must be that of an object.
    let typed = |name: &str| matches!(name, "type" | "$ref" | "anyOf" | "oneOf" | "allOf");
    let is_set = |member: &Member<'_>| schema.get(member.value.clone()) != Some("null");
    if members.any(|member| typed(&member.name) && is_set(&member)) {
        return Some(adapt(schema));
    }
    let rest = schema.trim_start().strip_prefix('{')?;
    let typed = format!(r#"{{"type":"object",{rest}"#);
    Some(Cow::Owned(adapt(&typed).into_owned()))
}

/// The form of a keyword's value.
enum Form {
    Schema,
    Schemas,
    NamedSchemas,
    Type,
    Other,
    /// Any JSON, also `null`.
    Value,
}

fn form(name: &str) -> Form {
    match name {
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
            Form::NamedSchemas
        }
        "anyOf" | "oneOf" | "allOf" | "prefixItems" => Form::Schemas,
        "items"
        | "additionalItems"
        | "additionalProperties"
        | "contains"
        | "not"
        | "if"
        | "then"
        | "else"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Form::Schema,
        "type" => Form::Type,
        "enum" | "default" | "example" | "examples" | "const" => Form::Value,
        _ => Form::Other,
    }
}

fn write(schema: &str, depth: usize, out: &mut Writer) {
    let Some(members) = members(schema).filter(|_| depth <= MAX_DEPTH) else {
        out.raw(schema.trim());
        return;
    };
    let members: Vec<(Cow<'_, str>, &str)> = members
        .filter_map(|member| Some((member.name, schema.get(member.value)?)))
        .filter(|(name, value)| *value != "null" || matches!(form(name), Form::Value))
        .collect();
    let has = |wanted: &str| members.iter().any(|(name, _)| name == wanted);
    let siblings = members
        .iter()
        .any(|(name, _)| !name.starts_with('$') && name != "definitions");
    let moves_ref = siblings && !has("anyOf");
    let takes_const = !has("enum");
    let renames = !has("$defs");
    out.open_object();
    for (name, value) in &members {
        match (&**name, form(name)) {
            ("$ref", _) if moves_ref => {
                out.member("anyOf");
                out.open_array();
                out.element();
                out.open_object();
                write_ref(value, out);
                out.close_object();
                out.close_array();
            }
            ("$ref", _) => write_ref(value, out),
            ("const", _) if takes_const && is_enumerable(value) => {
                out.member("enum");
                out.open_array();
                out.element();
                out.raw(value);
                out.close_array();
            }
            ("definitions", _) if renames => {
                out.member("$defs");
                write_named(value, depth, out);
            }
            (name, Form::NamedSchemas) => {
                out.member(name);
                write_named(value, depth, out);
            }
            (name, Form::Schemas) => {
                out.member(name);
                write_list(value, depth, out);
            }
            (name, Form::Schema) => {
                out.member(name);
                if value.starts_with('[') {
                    write_list(value, depth, out);
                } else {
                    write(value, depth + 1, out);
                }
            }
            (name, Form::Type) => {
                out.member(name);
                write_type(value, out);
            }
            (name, Form::Other | Form::Value) => {
                out.member(name);
                out.raw(value);
            }
        }
    }
    out.close_object();
}

/// The API has enumerations of texts and numbers.
fn is_enumerable(value: &str) -> bool {
    value.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit())
}

fn write_ref(value: &str, out: &mut Writer) {
    let target = string(value);
    match target
        .as_deref()
        .and_then(|target| target.strip_prefix("#/definitions/"))
    {
        Some(name) => write_string(out, "$ref", &format!("#/$defs/{name}")),
        None => {
            out.member("$ref");
            out.raw(value);
        }
    }
}

fn write_named(value: &str, depth: usize, out: &mut Writer) {
    let Some(named) = members(value) else {
        out.raw(value);
        return;
    };
    out.open_object();
    for member in named {
        out.member(&member.name);
        write(value.get(member.value).unwrap_or("true"), depth + 1, out);
    }
    out.close_object();
}

fn write_list(value: &str, depth: usize, out: &mut Writer) {
    let Some(schemas) = elements(value) else {
        out.raw(value);
        return;
    };
    out.open_array();
    for schema in schemas {
        out.element();
        write(schema, depth + 1, out);
    }
    out.close_array();
}

/// Writes a type, or a list of types.
fn write_type(value: &str, out: &mut Writer) {
    let write_one = |value: &str, out: &mut Writer| match string(value) {
        Some(name) if name.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            out.string(&name.to_ascii_lowercase());
        }
        _ => out.raw(value),
    };
    match elements(value) {
        Some(types) => {
            out.open_array();
            for name in types {
                out.element();
                write_one(name, out);
            }
            out.close_array();
        }
        None => write_one(value, out),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn adapted(schema: &Value) -> Value {
        serde_json::from_str(&adapt(&schema.to_string())).unwrap()
    }

    #[test]
    fn unknown_forms_are_changed_and_others_are_not() {
        for (schema, expected) in [
            (
                json!({"type": "object", "additionalProperties": false, "uniqueItems": true}),
                json!({"type": "object", "additionalProperties": false, "uniqueItems": true}),
            ),
            (json!({"const": "a"}), json!({"enum": ["a"]})),
            (json!({"const": -1.5}), json!({"enum": [-1.5]})),
            (json!({"const": true}), json!({"const": true})),
            (
                json!({"const": "a", "enum": ["a", "b"]}),
                json!({"const": "a", "enum": ["a", "b"]}),
            ),
            (
                json!({"properties": {"const": {"const": "x"}, "$ref": {"type": "string"}}}),
                json!({"properties": {"const": {"enum": ["x"]}, "$ref": {"type": "string"}}}),
            ),
            (
                json!({"items": {"$ref": "#/$defs/a", "description": "d"}}),
                json!({"items": {"anyOf": [{"$ref": "#/$defs/a"}], "description": "d"}}),
            ),
            (
                json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}),
                json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}),
            ),
            (
                json!({"$ref": "#/definitions/a", "definitions": {"a": {"const": 1}}}),
                json!({"$ref": "#/$defs/a", "$defs": {"a": {"enum": [1]}}}),
            ),
            (
                json!({"type": ["STRING", "null"], "description": null, "default": null}),
                json!({"type": ["string", "null"], "default": null}),
            ),
            (
                json!({"anyOf": [{"type": "OBJECT"}, {"const": "a"}], "enum": [null]}),
                json!({"anyOf": [{"type": "object"}, {"enum": ["a"]}], "enum": [null]}),
            ),
            (
                json!({"items": [{"const": "a"}, true], "additionalProperties": {"const": 1}}),
                json!({"items": [{"enum": ["a"]}, true], "additionalProperties": {"enum": [1]}}),
            ),
        ] {
            assert_eq!(adapted(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn the_order_of_members_is_kept() {
        let schema =
            r#"{ "z": {"const": "a"}, "b": 1e400, "properties": {"y": {}, "a": {"const":1}} }"#;
        let expected = r#"{"z":{"const": "a"},"b":1e400,"properties":{"y":{},"a":{"enum":[1]}}}"#;
        assert_eq!(adapt(schema), expected);
    }

    #[test]
    fn arguments_are_an_object() {
        for (schema, expected) in [
            ("{}", None),
            (" { } ", None),
            (r#"{"type":"object"}"#, Some(r#"{"type":"object"}"#)),
            (
                r#"{"properties":{"a":{}}}"#,
                Some(r#"{"type":"object","properties":{"a":{}}}"#),
            ),
            (
                r#"{"type":null,"properties":{}}"#,
                Some(r#"{"type":"object","properties":{}}"#),
            ),
            (
                r##"{"$ref":"#/$defs/a"}"##,
                Some(r##"{"$ref":"#/$defs/a"}"##),
            ),
        ] {
            assert_eq!(adapt_arguments(schema).as_deref(), expected, "{schema}");
        }
    }

    #[test]
    fn deep_schemas_do_not_overflow_the_stack() {
        let depth = 5_000;
        let deep = format!(
            "{}{{\"const\":1}}{}",
            r#"{"items":"#.repeat(depth),
            "}".repeat(depth)
        );
        assert!(adapt(&deep).len() >= deep.len());
    }
}
