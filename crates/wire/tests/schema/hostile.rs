//! Hand-written implementations of `JsonSchema` cannot cause a panic, and give an error or a schema that
//! follows the rules.

use std::borrow::Cow;
use std::cell::RefCell;

use orouter_wire::schemars::{JsonSchema, Schema, SchemaGenerator};
use orouter_wire::{SchemaErrorKind, TextFormat};
use serde_json::{Value, json};

thread_local! {
    static SCHEMA: RefCell<Value> = const { RefCell::new(Value::Null) };
}

/// A type with the schema in `SCHEMA`.
struct Manual;

impl JsonSchema for Manual {
    fn schema_name() -> Cow<'static, str> {
        "Manual".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        SCHEMA.with_borrow(|schema| Schema::try_from(schema.clone()).unwrap())
    }
}

fn of(schema: Value) -> Result<Value, orouter_wire::SchemaError> {
    SCHEMA.set(schema);
    TextFormat::of::<Manual>().map(|format| crate::schema(&format))
}

fn member(schema: &Value) -> Result<Value, orouter_wire::SchemaError> {
    of(json!({"type": "object", "properties": {"a": schema}, "required": ["a"]}))
}

#[test]
fn odd_schemas_are_errors() {
    use SchemaErrorKind::{
        Alternatives, AnyValue, Constraint, Invalid, Limit, NoValue, NotAnObject, Tuple,
    };
    let circle = json!({
        "type": "object", "properties": {"a": {"$ref": "#/$defs/A"}},
        "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}},
    });
    let growing = json!({
        "type": "object", "properties": {"a": {"$ref": "#/$defs/A", "type": "object"}},
        "$defs": {"A": {"$ref": "#/$defs/A", "type": "object"}},
    });
    let mut deep = json!({"type": "string"});
    for _ in 0..150 {
        deep = json!({"type": "array", "items": deep});
    }
    let many: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
    let long: Vec<String> = (0..251).map(|n| format!("{n:060}")).collect();
    let wide: serde_json::Map<String, Value> = (0..5001)
        .map(|n| (n.to_string(), json!({"type": "null"})))
        .collect();
    let names: serde_json::Map<String, Value> = (0..2001)
        .map(|n| (format!("{n:060}"), json!({"type": "null"})))
        .collect();
    for (schema, kind) in [
        (json!(true), NotAnObject),
        (json!(false), NotAnObject),
        (json!({}), NotAnObject),
        (json!({"type": ["object", "null"]}), NotAnObject),
        (json!({"type": "object", "properties": []}), Invalid),
        (json!({"type": "object", "required": ["x"]}), Invalid),
        (json!({"type": "object", "required": 5}), Invalid),
        (json!({"type": "object", "minProperties": 1}), Constraint),
        (circle, Invalid),
        (growing, Limit),
        (json!({"type": "object", "properties": wide}), Limit),
        (json!({"type": "object", "properties": names}), Limit),
    ] {
        let error = of(schema.clone()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}: {schema}");
    }
    for (schema, kind) in [
        (json!(true), AnyValue),
        (json!({}), AnyValue),
        (json!({"description": "x"}), AnyValue),
        (json!(false), NoValue),
        (json!(5), Invalid),
        (json!({"type": "thing"}), Invalid),
        (json!({"type": []}), Invalid),
        (json!({"enum": []}), NoValue),
        (json!({"enum": 1}), Invalid),
        (json!({"enum": [{}]}), Constraint),
        (json!({"anyOf": {}}), Invalid),
        (json!({"anyOf": []}), NoValue),
        (json!({"anyOf": [false, false]}), NoValue),
        (json!({"anyOf": [true, {"type": "null"}]}), AnyValue),
        (
            json!({"anyOf": [{"type": "null"}], "oneOf": [{"type": "null"}]}),
            Alternatives,
        ),
        (
            json!({"allOf": [{"type": "string"}, {"pattern": "x"}]}),
            Constraint,
        ),
        (json!({"not": {"type": "string"}}), Constraint),
        (json!({"if": {}, "type": "string"}), Constraint),
        (
            json!({"type": "string", "pattern": "a", "minLength": 1}),
            Constraint,
        ),
        (json!({"type": "array", "prefixItems": []}), Tuple),
        (json!({"type": "array"}), AnyValue),
        (json!({"$ref": "https://example.com/schema"}), Invalid),
        (json!({"$ref": "#/nowhere"}), Invalid),
        (json!({"enum": many}), Limit),
        (json!({"enum": long}), Limit),
        (deep, Limit),
    ] {
        let error = member(&schema).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}: {schema}");
        assert!(
            matches!(error.path(), "" | "a" | "a[]") || kind == Limit,
            "{error}"
        );
    }
}

#[test]
fn schemas_with_a_strict_form_get_it() {
    for (schema, expected) in [
        (json!({"const": 5}), json!({"type": "integer", "enum": [5]})),
        (
            json!({"enum": ["a", null, 1.5, true]}),
            json!({"type": ["string", "null", "number", "boolean"], "enum": ["a", null, 1.5, true]}),
        ),
        (
            json!({"allOf": [{"type": "string"}]}),
            json!({"type": "string"}),
        ),
        (
            json!({"anyOf": [{"type": "string"}, false], "description": "x"}),
            json!({"description": "x", "type": "string"}),
        ),
        (
            json!({"format": "email"}),
            json!({"type": "string", "format": "email"}),
        ),
        (
            json!({"type": "string", "minLength": 2}),
            json!({"type": "string", "pattern": "^[\\s\\S]{2,}$"}),
        ),
        (
            json!({"items": {"type": "null"}, "uniqueItems": true, "minItems": 1}),
            json!({"type": "array", "items": {"type": "null"}, "minItems": 1}),
        ),
        (
            json!({"type": "integer", "format": "uint8", "exclusiveMaximum": 9, "multipleOf": 3}),
            json!({"type": "integer", "multipleOf": 3, "exclusiveMaximum": 9, "minimum": 0}),
        ),
        (
            json!({"oneOf": [{"const": "a"}, {"type": "null"}, {"enum": ["b", "a"]}]}),
            json!({"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]}),
        ),
        (
            json!({"properties": {}, "unevaluatedProperties": false, "title": "x", "examples": [1]}),
            json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false}),
        ),
    ] {
        let changed = member(&schema).unwrap_or_else(|error| panic!("{error}: {schema}"));
        assert_eq!(changed["properties"]["a"], expected);
        assert_eq!(crate::rules::violations(&changed), [""; 0], "{changed}");
    }
}

#[test]
fn references_beside_other_keywords_are_merged() {
    let schema = json!({
        "type": "object",
        "properties": {
            "a": {"$ref": "#/$defs/A%20b", "properties": {"t": {"const": "x"}}, "required": ["t"]},
            "n": {"$ref": "#/$defs/N", "maximum": 9, "description": "Small."},
            "self": {"$ref": "#", "description": "Again."},
        },
        "$defs": {
            "A b": {"type": "object", "properties": {"t": {"type": "string"}, "u": {"type": "null"}}},
            "N": {"type": "integer", "minimum": 1},
        },
    });
    let changed = of(schema).unwrap();
    assert_eq!(crate::rules::violations(&changed), [""; 0], "{changed:#}");
    let members = &changed["properties"];
    assert_eq!(members["a"]["required"], json!(["t", "u"]));
    assert_eq!(members["a"]["properties"]["t"]["enum"], json!(["x"]));
    assert_eq!(
        members["n"],
        json!({"description": "Small.", "type": "integer", "minimum": 1, "maximum": 9})
    );
    assert_eq!(members["self"], json!({"$ref": "#/$defs/Manual"}));
    assert_eq!(
        changed["$defs"]["Manual"]["properties"]["self"],
        members["self"]
    );
    let conflict = of(json!({
        "type": "object",
        "properties": {"n": {"$ref": "#/$defs/N", "minimum": 2}},
        "$defs": {"N": {"type": "integer", "minimum": 1}},
    }));
    assert_eq!(conflict.unwrap_err().kind(), SchemaErrorKind::Constraint);
}
