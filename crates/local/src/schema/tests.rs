//! Shapes that generators write: what is relaxed, and which values the result accepts.

// Schemas and values are written in place, with `json!`.
#![allow(clippy::needless_pass_by_value)]

use serde_json::{Value, json};

use super::{Relaxed, SchemaRoot, relax};
use crate::Constraint;
use crate::constraint::Constraints;

struct Shape {
    schema: Value,
    /// The paths of the changes.
    relaxed: &'static [&'static str],
    accepted: Vec<Value>,
    refused: Vec<Value>,
}

fn shape(schema: Value, relaxed: &'static [&'static str]) -> Shape {
    Shape {
        schema,
        relaxed,
        accepted: Vec::new(),
        refused: Vec::new(),
    }
}

impl Shape {
    fn yes<const N: usize>(mut self, values: [Value; N]) -> Self {
        self.accepted.extend(values);
        self
    }

    fn no<const N: usize>(mut self, values: [Value; N]) -> Self {
        self.refused.extend(values);
        self
    }

    fn check(&self, constraints: &Constraints, root: SchemaRoot) -> Relaxed {
        let relaxed = relax(&self.schema, root, constraints);
        let paths: Vec<_> = relaxed.changes.iter().map(|c| c.path.as_str()).collect();
        assert_eq!(paths, self.relaxed, "{}\n{relaxed:#?}", self.schema);
        for (values, expected) in [(&self.accepted, true), (&self.refused, false)] {
            for value in values {
                assert_eq!(
                    accepts(constraints, &relaxed.schema, value),
                    expected,
                    "{value} for {}\n{}",
                    self.schema,
                    relaxed.schema
                );
            }
        }
        relaxed
    }
}

/// Whether the constraint of the schema lets the value through, with its members as they stand.
fn accepts(constraints: &Constraints, schema: &Value, value: &Value) -> bool {
    let constraint = Constraint::JsonSchema(schema.clone());
    let mut matcher = constraints
        .compile(&constraint)
        .unwrap_or_else(|error| panic!("{error}: {schema}"));
    spaced(value)
        .bytes()
        .all(|byte| matcher.consume_token(byte.into()).is_ok())
        && matcher.is_accepting().unwrap()
}

/// JSON with a space after commas and colons.
fn spaced(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(spaced).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), spaced(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        value => value.to_string(),
    }
}

/// An object with one member `a`, which is required.
fn of(schema: Value) -> Value {
    json!({"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": false})
}

/// A value of [`of`].
fn a(value: Value) -> Value {
    json!({ "a": value })
}

fn check_all(shapes: Vec<Shape>) {
    let constraints = Constraints::of_bytes();
    for shape in shapes {
        shape.check(&constraints, SchemaRoot::Object);
    }
}

#[test]
fn strings() {
    let email = r"^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$";
    let decimal = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$";
    check_all(vec![
        shape(of(json!({"type": "string", "format": "path"})), &[])
            .yes([a(json!("x"))])
            .no([a(json!(1))]),
        shape(of(json!({"type": "string", "format": "binary"})), &[]).yes([a(json!("x"))]),
        shape(
            of(json!({"type": "string", "format": "unknown", "minLength": 2})),
            &[],
        )
        .no([a(json!("x"))]),
        shape(of(json!({"format": "int32", "type": "integer"})), &[])
            .yes([a(json!(3))])
            .no([a(json!(3.5))]),
        shape(of(json!({"type": "string", "format": "date-time"})), &[]).no([a(json!("today"))]),
        shape(
            of(json!({"type": "string", "format": "email", "pattern": email})),
            &["properties.a.pattern"],
        )
        .yes([a(json!("a@b.de"))])
        .no([a(json!("a"))]),
        shape(
            of(json!({"type": "string", "pattern": r"(?<=a)b"})),
            &["properties.a.pattern"],
        )
        .yes([a(json!("x"))]),
        shape(
            of(json!({"type": "string", "pattern": r"^(.)\1$"})),
            &["properties.a.pattern"],
        )
        .yes([a(json!("xy"))]),
        shape(
            of(json!({"type": "string", "pattern": r"("})),
            &["properties.a.pattern"],
        ),
        shape(
            of(json!({"type": "string", "pattern": r"^(?<stop>a)b$"})),
            &["properties.a.pattern"],
        ),
        shape(
            of(json!({"type": "string", "pattern": 5})),
            &["properties.a.pattern"],
        ),
        shape(
            of(json!({"type": "string", "pattern": r"^\d{3}-\w+$|^x$", "maxLength": 9})),
            &[],
        )
        .yes([a(json!("123-ab")), a(json!("x"))])
        .no([a(json!("xx")), a(json!("123-abcdefg"))]),
        // The pattern, and not the format, is what holds.
        shape(
            of(json!({"type": "string", "pattern": "^x+$", "format": "date"})),
            &[],
        )
        .yes([a(json!("xx"))]),
        shape(
            of(json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": decimal}]})),
            &["properties.a.anyOf[1].pattern"],
        )
        .yes([a(json!(1.5)), a(json!("1.5"))])
        .no([a(json!(null))]),
        shape(
            of(json!({"type": "string", "minLength": 5, "maxLength": 2})),
            &["properties.a.minLength"],
        )
        .yes([a(json!("abc"))]),
        shape(
            of(json!({"type": "string", "minLength": 1.0, "maxLength": -1})),
            &["properties.a.maxLength"],
        )
        .no([a(json!(""))]),
        shape(
            of(json!({"type": "string", "maxLength": 1_000_000_000u64})),
            &[],
        )
        .yes([a(json!("abc"))]),
        shape(
            of(
                json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}),
            ),
            &[],
        ),
        shape(
            of(json!({"type": "string", "minLength": null, "pattern": null, "enum": null})),
            &[],
        )
        .yes([a(json!(""))]),
    ]);
}

#[test]
fn numbers() {
    check_all(vec![
        shape(
            of(json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 2})),
            &[],
        )
        .yes([a(json!(1)), a(json!(2))])
        .no([a(json!(0)), a(json!(3))]),
        shape(
            of(json!({"type": "integer", "exclusiveMinimum": true})),
            &[],
        )
        .yes([a(json!(-1))]),
        shape(of(json!({"type": "number", "exclusiveMaximum": 1})), &[]).no([a(json!(1))]),
        shape(of(json!({"type": "integer", "multipleOf": 5})), &[])
            .yes([a(json!(15))])
            .no([a(json!(16))]),
        shape(
            of(json!({"type": "number", "multipleOf": 0.01, "minimum": 0})),
            &[],
        )
        .yes([a(json!(0.25))]),
        shape(
            of(json!({"type": "number", "multipleOf": 0})),
            &["properties.a.multipleOf"],
        )
        .yes([a(json!(0.5))]),
        shape(
            of(json!({"type": "integer", "multipleOf": 1_000_000_007})),
            &["properties.a.multipleOf"],
        ),
        shape(
            of(json!({"type": "number", "multipleOf": 1e-12})),
            &["properties.a.multipleOf"],
        ),
        shape(
            of(json!({"type": "integer", "minimum": 5, "maximum": 2})),
            &["properties.a.minimum"],
        )
        .yes([a(json!(9))]),
        shape(
            of(json!({"type": "integer", "minimum": "0"})),
            &["properties.a.minimum"],
        )
        .yes([a(json!(-9))]),
        shape(
            of(json!({"type": "integer", "maximum": 9_223_372_036_854_775_807i64})),
            &[],
        )
        .yes([a(json!(7))]),
        shape(
            of(json!({"type": "number", "maximum": 1.797_693_134_862_315_7e308})),
            &[],
        )
        .yes([a(json!(7))]),
        shape(of(json!({"type": ["integer", "null"], "minimum": 1})), &[])
            .yes([a(json!(null)), a(json!(1))])
            .no([a(json!(0))]),
    ]);
}

#[test]
fn values_and_types() {
    check_all(vec![
        shape(of(json!({"const": "x"})), &[]).yes([a(json!("x"))]).no([a(json!("y"))]),
        shape(of(json!({"const": null})), &[]).yes([a(json!(null))]).no([a(json!("y"))]),
        shape(of(json!({"enum": ["x", 1, null, true, 1.5, {"b": 1}, [1]]})), &[])
            .yes([a(json!("x")), a(json!(1)), a(json!(null)), a(json!(1.5)), a(json!({"b": 1}))])
            .no([a(json!(2))]),
        shape(of(json!({"type": "string", "enum": ["x", null]})), &[]).yes([a(json!("x"))]).no([a(json!(null))]),
        shape(of(json!({"type": "integer", "enum": ["1", "2"]})), &["properties.a.type"]).yes([a(json!("1"))]),
        shape(of(json!({"type": "string", "enum": []})), &["properties.a.enum"]).yes([a(json!("x"))]),
        shape(of(json!({"type": "string", "const": "x", "enum": ["y"]})), &["properties.a.enum"]).yes([a(json!("x"))]),
        shape(of(json!({"type": "string", "enum": (0..500).map(|n| format!("value {n}")).collect::<Vec<_>>()})), &[])
            .yes([a(json!("value 499"))])
            .no([a(json!("value 500"))]),
        shape(of(json!({"type": ["string", "null"]})), &[]).yes([a(json!(null))]).no([a(json!(1))]),
        shape(of(json!({"type": "string", "nullable": true})), &[]).yes([a(json!("x"))]),
        shape(of(json!({"type": "STRING"})), &[]).yes([a(json!("x"))]).no([a(json!(1))]),
        shape(of(json!({"type": "any"})), &["properties.a.type"]).yes([a(json!(1))]),
        shape(of(json!({"type": 5})), &["properties.a.type"]).yes([a(json!(1))]),
        shape(of(json!({"type": []})), &["properties.a.type"]).yes([a(json!(1))]),
        shape(of(json!({})), &[]).yes([a(json!(1)), a(json!([{"x": null}]))]),
        shape(of(json!(true)), &[]).yes([a(json!(1))]),
        shape(of(json!("string")), &["properties.a"]).yes([a(json!(1))]),
        shape(json!({"properties": {"a": false, "b": {"type": "null"}}}), &[]).yes([json!({"b": null})]).no([a(json!(1))]),
        shape(of(json!(false)), &["required"]).yes([json!({})]),
        shape(of(json!({"not": {}})), &["required"]).yes([json!({})]),
        shape(of(json!({"not": {"type": "null"}})), &["properties.a.not"]).yes([a(json!(1))]),
        shape(
            of(json!({"type": "string", "title": "A", "description": "d", "default": "x", "examples": ["x"], "example": "x", "deprecated": true, "x-order": 1, "x-guidance": {"whitespace_flexible": true, "no": 1}, "xml": {"name": "a"}})),
            &[],
        )
        .yes([a(json!("x"))]),
    ]);
}

#[test]
fn arrays() {
    check_all(vec![
        shape(of(json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true})), &["properties.a.uniqueItems"])
            .yes([a(json!(["x", "x"]))])
            .no([a(json!([1]))]),
        shape(of(json!({"type": "array", "uniqueItems": false})), &[]),
        shape(of(json!({"type": "array", "contains": {"type": "number"}})), &["properties.a.contains"]),
        shape(of(json!({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false, "minItems": 2})), &[])
            .yes([a(json!(["x", 1]))])
            .no([a(json!(["x", 1, 2])), a(json!(["x"]))]),
        shape(of(json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "null"}})), &[])
            .yes([a(json!(["x", null]))])
            .no([a(json!(["x", 1]))]),
        shape(of(json!({"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": false})), &[])
            .yes([a(json!(["x"]))])
            .no([a(json!(["x", 1]))]),
        shape(of(json!({"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 1})), &["properties.a.minItems"]),
        shape(of(json!({"type": "array", "items": {"type": "integer"}, "maxItems": 1_000_000_000_000u64})), &[]).yes([a(json!([1]))]),
        shape(of(json!({"type": "array", "items": {"type": "integer"}, "minItems": 100_000})), &[]).no([a(json!([1]))]),
        shape(of(json!({"items": {"type": "integer"}})), &[]).yes([a(json!([1]))]).no([a(json!(1))]),
        shape(of(json!({"type": "array", "items": true})), &[]).yes([a(json!([1, "x"]))]),
        shape(of(json!({"type": "array", "items": 5, "prefixItems": {}})), &["properties.a.prefixItems", "properties.a.items"]),
    ]);
}

#[test]
fn objects() {
    check_all(vec![
        shape(json!({"type": "object", "additionalProperties": {"type": "integer"}}), &[]).yes([json!({"x": 1})]).no([json!({"x": "y"})]),
        shape(json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": "a"}), &["required"]),
        shape(json!({"type": "object", "properties": {"a": {"type": "string", "required": true}}}), &[]),
        shape(json!({"type": "object", "properties": []}), &["properties"]).yes([json!({"x": 1})]),
        shape(json!({"type": "object", "properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": false}), &["required"])
            .yes([json!({"a": 1})]),
        shape(json!({"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": false}), &[])
            .yes([json!({"x1": 1})])
            .no([json!({"y": 1})]),
        shape(json!({"type": "object", "patternProperties": {"^(?!x)": {"type": "integer"}}, "additionalProperties": false}), &["patternProperties[\"^(?!x)\"]"])
            .yes([json!({"y": 1})]),
        shape(json!({"type": "object", "patternProperties": {"a": {"type": "integer"}, "b": {}}}), &["patternProperties.b"]).yes([json!({"ab": 1})]),
        shape(json!({"type": "object", "propertyNames": {"type": "string"}, "additionalProperties": {"type": "integer"}}), &[]).yes([json!({"x": 1})]),
        shape(json!({"type": "object", "propertyNames": {"enum": ["x", "y"]}, "additionalProperties": {"type": "integer"}}), &[])
            .yes([json!({"x": 1})])
            .no([json!({"z": 1})]),
        shape(json!({"type": "object", "propertyNames": {"pattern": "^[a-c]$"}}), &[]).yes([json!({"a": 1})]).no([json!({"d": 1})]),
        shape(json!({"type": "object", "propertyNames": {"maxLength": 3}}), &["propertyNames"]).yes([json!({"abcd": 1})]),
        shape(json!({"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}}), &["dependentRequired"]).yes([json!({"a": 1})]),
        shape(json!({"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}}), &["dependentSchemas"]),
        shape(json!({"type": "object", "dependencies": {"a": ["b"]}}), &["dependencies"]),
        shape(json!({"type": "object", "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": false}), &[])
            .yes([json!({"a": 1})])
            .no([json!({"b": 1})]),
        shape(json!({"type": "object", "allOf": [{"$ref": "#/$defs/B"}], "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": false, "$defs": {"B": {"type": "object", "properties": {"b": {"type": "integer"}}}}}), &[])
            .yes([json!({"a": 1, "b": 2})])
            .no([json!({"c": 1}), json!({"b": "x"})]),
        shape(json!({"type": "object", "minProperties": 1}), &[]).yes([json!({"x": 1})]).no([json!({})]),
        shape(json!({"type": "object", "properties": {"a": {}, "b": {}}, "minProperties": 1}), &["minProperties"]).yes([json!({"a": 1})]),
        shape(json!({"type": "object", "properties": {"a": {}, "b": {}}, "minProperties": 1, "additionalProperties": false}), &[])
            .yes([json!({"b": 1})])
            .no([json!({})]),
        shape(json!({"type": "object", "properties": {"a": {}}, "required": ["a"], "minProperties": 1, "maxProperties": 1}), &[])
            .yes([json!({"a": 1})])
            .no([json!({"a": 1, "b": 2})]),
        shape(json!({"type": "object", "properties": {"a": {}, "b": {}}, "maxProperties": 2, "additionalProperties": false}), &[]).yes([json!({"a": 1, "b": 1})]),
        shape(json!({"type": "object", "minProperties": 3, "maxProperties": 2}), &["minProperties"]),
    ]);
}

#[test]
fn combinations() {
    check_all(vec![
        shape(of(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})), &[]).yes([a(json!(1))]).no([a(json!(null))]),
        shape(of(json!({"oneOf": [{"type": "number"}, {"type": "integer"}]})), &["properties.a.oneOf"]).yes([a(json!(1))]),
        shape(of(json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 2}]})), &["properties.a.oneOf"])
            .yes([a(json!("ab"))])
            .no([a(json!(1))]),
        // A tagged union, as pydantic writes it.
        shape(
            json!({
                "type": "object",
                "properties": {"pet": {"discriminator": {"propertyName": "kind", "mapping": {}}, "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}},
                "required": ["pet"],
                "$defs": {
                    "Cat": {"type": "object", "properties": {"kind": {"const": "cat", "type": "string"}}, "required": ["kind"]},
                    "Dog": {"type": "object", "properties": {"kind": {"const": "dog", "type": "string"}, "age": {"type": "integer"}}, "required": ["kind", "age"]},
                },
            }),
            &[],
        )
        .yes([json!({"pet": {"kind": "cat"}})])
        .no([json!({"pet": {"kind": "dog"}}), json!({"pet": {"kind": "cow"}})]),
        shape(json!({"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}), &[])
            .yes([json!({"b": 1})])
            .no([json!({})]),
        shape(of(json!({"allOf": [{"type": "string"}, {"minLength": 2}], "maxLength": 3})), &[]).yes([a(json!("ab"))]).no([a(json!("a")), a(json!("abcd"))]),
        shape(of(json!({"allOf": [{"type": "string"}, {"type": "integer"}]})), &["properties.a.allOf[1]"]).yes([a(json!("ab"))]),
        shape(of(json!({"allOf": []})), &["properties.a.allOf"]),
        shape(of(json!({"anyOf": []})), &["properties.a.anyOf"]).yes([a(json!(1))]),
        shape(of(json!({"anyOf": {"type": "string"}})), &["properties.a.anyOf"]).yes([a(json!(1))]),
        shape(of(json!({"anyOf": [{"$ref": "#/$defs/E"}, {"type": "null"}], "default": null})), &["properties.a.anyOf[0].$ref"]).yes([a(json!(1))]),
        shape(json!({"type": "object", "properties": {"a": {}}, "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {}}), &["if"]).yes([json!({"a": 1})]),
        shape(json!({"type": "object", "allOf": [{"if": {"required": ["a"]}, "then": {"required": ["b"]}}]}), &["allOf[0].if"]),
    ]);
}

#[test]
fn references() {
    let node = json!({"type": "object", "properties": {"name": {"type": "string"}, "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}}, "required": ["name"]});
    let list = json!({"name": "x", "next": {"name": "y", "next": null}});
    check_all(vec![
        shape(json!({"$ref": "#/$defs/Node", "$defs": {"Node": node}}), &[]).yes([list.clone()]).no([json!({"next": null})]),
        shape(json!({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/P", "definitions": {"P": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}}}), &[])
            .yes([json!({"x": 1})])
            .no([json!({"x": "1"})]),
        shape(json!({"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}, "required": ["children"], "additionalProperties": false}), &[])
            .yes([json!({"children": [{"children": []}]})])
            .no([json!({"children": [1]})]),
        shape(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/a~1b%20c~0"}}, "required": ["a"], "$defs": {"a/b c~": {"type": "integer"}}}), &[])
            .yes([a(json!(1))])
            .no([a(json!("x"))]),
        shape(json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/properties/a"}}}), &[]).no([json!({"b": "x"})]),
        shape(json!({"type": "object", "properties": {"a": {"$ref": "#item"}}, "$defs": {"i": {"$anchor": "item", "type": "integer"}}}), &[]).no([a(json!("x"))]),
        shape(json!({"$id": "https://x.y/root.json", "type": "object", "properties": {"a": {"$ref": "https://x.y/root.json#/$defs/i"}}, "$defs": {"i": {"type": "integer"}}}), &[])
            .no([a(json!("x"))]),
        shape(json!({"$recursiveAnchor": true, "type": "object", "properties": {"a": {"$recursiveRef": "#"}}}), &[]).yes([a(json!({}))]).no([a(json!(1))]),
        shape(of(json!({"$ref": "https://example.com/schema.json"})), &["properties.a.$ref"]).yes([a(json!(1))]),
        shape(of(json!({"$ref": "#/$defs/Missing"})), &["properties.a.$ref"]).yes([a(json!(1))]),
        shape(of(json!({"$ref": 5})), &["properties.a.$ref"]),
        shape(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/I", "description": "d", "maximum": 3}}, "$defs": {"I": {"type": "integer"}}}), &[])
            .yes([a(json!(3))])
            .no([a(json!(4))]),
        shape(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"], "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}}), &["$defs.A"])
            .yes([a(json!(1))]),
        shape(json!({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}), &["required"]).yes([a(json!({}))]),
        // Recursion with keywords beside the reference.
        shape(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/T"}}, "$defs": {"T": {"type": "object", "properties": {"t": {"$ref": "#/$defs/T", "minProperties": 1}}}}}), &["$defs.T.properties.t"]),
    ]);
}

#[test]
fn roots_of_arguments() {
    check_all(vec![
        shape(json!({}), &[]).yes([json!({}), json!({"x": 1})]).no([json!(1)]),
        shape(json!(true), &[]).yes([json!({})]).no([json!(1)]),
        shape(json!(null), &[]).yes([json!({})]),
        shape(json!(false), &[""]).yes([json!({})]),
        shape(json!("object"), &[""]).yes([json!({})]),
        shape(json!({"type": "string"}), &["type"]).yes([json!({})]).no([json!("x")]),
        shape(json!({"type": ["object", "null"], "properties": {"a": {"type": "null"}}}), &[]).yes([a(json!(null))]).no([json!(null)]),
        shape(json!({"enum": ["x"]}), &["enum"]).yes([json!({})]).no([json!("x")]),
        shape(json!({"const": 1}), &["const"]).yes([json!({})]),
        shape(json!({"anyOf": [{"type": "string"}, {"type": "array"}]}), &["anyOf"]).yes([json!({})]).no([json!("x")]),
        shape(json!({"anyOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"type": "null"}}, "required": ["a"]}]}), &[])
            .yes([a(json!(null))])
            .no([json!({}), json!("x")]),
    ]);
}

#[test]
fn other_roots_are_kept() {
    let constraints = Constraints::of_bytes();
    for shape in [
        shape(json!({"type": "array", "items": {"type": "integer"}}), &[])
            .yes([json!([1])])
            .no([json!({})]),
        shape(json!({"enum": ["x"]}), &[]).yes([json!("x")]),
        shape(json!(true), &[]).yes([json!("x")]),
        shape(json!(false), &[""]).yes([json!("x")]),
    ] {
        shape.check(&constraints, SchemaRoot::Any);
    }
}

#[test]
fn hostile_schemas_are_relaxed_within_bounds() {
    let mut deep = json!({"type": "string"});
    for _ in 0..60 {
        deep = json!({"type": "object", "properties": {"a": deep}, "required": ["a"]});
    }
    // Each level doubles the alternatives to intersect.
    let choice = json!({"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]});
    let explosion = json!({"type": "object", "allOf": vec![choice; 16]});
    let references: serde_json::Map<String, Value> = (0..40)
        .map(|n| {
            let next = format!("#/$defs/r{}", n + 1);
            (
                format!("r{n}"),
                json!({"allOf": [{"$ref": next}, {"$ref": next}]}),
            )
        })
        .chain([("r40".to_owned(), json!({"type": "object"}))])
        .collect();
    let constraints = Constraints::of_bytes();
    for schema in [
        deep,
        explosion,
        json!({"$ref": "#/$defs/r0", "$defs": references}),
        of(json!({"type": "string", "pattern": "^((((a{1,100}){1,100}){1,100}){1,100})$"})),
        of(json!({"type": "string", "pattern": "(a|aa|aaa|aaaa)*b(.{100}c){50}(.*d){20}.{1000}e"})),
        of(json!({"type": "string", "pattern": "(?i)\\p{L}{1,1000}\\P{L}{1,1000}"})),
        of(json!({"type": "array", "minItems": u64::MAX})),
        of(json!({"type": "object", "minProperties": u64::MAX})),
        of(json!({"type": "string", "minLength": u64::MAX})),
        json!({"type": "object", "properties": (0..600).map(|n| (format!("p{n}"), json!({"type": "string", "pattern": format!("^{n}(?!x)")}))).collect::<serde_json::Map<_, _>>()}),
    ] {
        let started = std::time::Instant::now();
        let relaxed = relax(&schema, SchemaRoot::Object, &constraints);
        let constraint = Constraint::JsonSchema(relaxed.schema);
        constraints.compile(&constraint).unwrap();
        let text: String = schema.to_string().chars().take(60).collect();
        println!(
            "{:?} for {text}: {} changes",
            started.elapsed(),
            relaxed.changes.len()
        );
    }
}

#[test]
fn the_formats_that_are_enforced_are_known_to_the_engine() {
    let constraints = Constraints::of_bytes();
    for format in super::scalar::FORMATS {
        let schema = json!({"type": "string", "format": format});
        assert!(!accepts(&constraints, &schema, &json!("@ @")), "{format}");
    }
}
