//! Schemas of common generators: the constraints that are relaxed, and the values that the result
//! accepts.

// Schemas and values are written in place, with `json!`.
#![allow(clippy::needless_pass_by_value)]

use serde_json::{Value, json};

use super::{Relaxed, SchemaRoot, relax};
use crate::constraint::Constraints;
use crate::prompt::Constraint;

struct Case {
    schema: Value,
    /// Paths of the changes.
    relaxed: &'static [&'static str],
    accepted: Vec<Value>,
    refused: Vec<Value>,
}

fn case(schema: Value, relaxed: &'static [&'static str]) -> Case {
    Case {
        schema,
        relaxed,
        accepted: Vec::new(),
        refused: Vec::new(),
    }
}

impl Case {
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

/// Returns `true` if the constraint accepts the value, with its members in this order.
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

/// Formats JSON with a space after commas and colons.
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

/// Returns the schema of an object with one required member `a`.
fn object(schema: Value) -> Value {
    json!({"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": false})
}

/// Returns a value of [`object`].
fn with_a(value: Value) -> Value {
    json!({ "a": value })
}

fn check_all(cases: Vec<Case>) {
    let constraints = Constraints::with_byte_vocabulary();
    for case in cases {
        case.check(&constraints, SchemaRoot::Object);
    }
}

#[test]
fn strings() {
    let email = r"^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$";
    let decimal = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$";
    check_all(vec![
        case(object(json!({"type": "string", "format": "path"})), &[])
            .yes([with_a(json!("x"))])
            .no([with_a(json!(1))]),
        case(object(json!({"type": "string", "format": "binary"})), &[]).yes([with_a(json!("x"))]),
        case(
            object(json!({"type": "string", "format": "unknown", "minLength": 2})),
            &[],
        )
        .no([with_a(json!("x"))]),
        case(object(json!({"format": "int32", "type": "integer"})), &[])
            .yes([with_a(json!(3))])
            .no([with_a(json!(3.5))]),
        case(
            object(json!({"type": "string", "format": "date-time"})),
            &[],
        )
        .no([with_a(json!("today"))]),
        case(
            object(json!({"type": "string", "format": "email", "pattern": email})),
            &["properties.a.pattern"],
        )
        .yes([with_a(json!("a@b.de"))])
        .no([with_a(json!("a"))]),
        case(
            object(json!({"type": "string", "pattern": r"(?<=a)b"})),
            &["properties.a.pattern"],
        )
        .yes([with_a(json!("x"))]),
        case(
            object(json!({"type": "string", "pattern": r"^(.)\1$"})),
            &["properties.a.pattern"],
        )
        .yes([with_a(json!("xy"))]),
        case(
            object(json!({"type": "string", "pattern": r"("})),
            &["properties.a.pattern"],
        ),
        case(
            object(json!({"type": "string", "pattern": r"^(?<stop>a)b$"})),
            &["properties.a.pattern"],
        ),
        case(
            object(json!({"type": "string", "pattern": 5})),
            &["properties.a.pattern"],
        ),
        case(
            object(json!({"type": "string", "pattern": r"^\d{3}-\w+$|^x$", "maxLength": 9})),
            &[],
        )
        .yes([with_a(json!("123-ab")), with_a(json!("x"))])
        .no([with_a(json!("xx")), with_a(json!("123-abcdefg"))]),
        // The pattern has precedence over the format.
        case(
            object(json!({"type": "string", "pattern": "^x+$", "format": "date"})),
            &[],
        )
        .yes([with_a(json!("xx"))]),
        case(
            object(json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": decimal}]})),
            &["properties.a.anyOf[1].pattern"],
        )
        .yes([with_a(json!(1.5)), with_a(json!("1.5"))])
        .no([with_a(json!(null))]),
        case(
            object(json!({"type": "string", "minLength": 5, "maxLength": 2})),
            &["properties.a.minLength"],
        )
        .yes([with_a(json!("abc"))]),
        case(
            object(json!({"type": "string", "minLength": 1.0, "maxLength": -1})),
            &["properties.a.maxLength"],
        )
        .no([with_a(json!(""))]),
        case(
            object(json!({"type": "string", "maxLength": 1_000_000_000u64})),
            &[],
        )
        .yes([with_a(json!("abc"))]),
        case(
            object(
                json!({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}),
            ),
            &[],
        ),
        case(
            object(json!({"type": "string", "minLength": null, "pattern": null, "enum": null})),
            &[],
        )
        .yes([with_a(json!(""))]),
    ]);
}

#[test]
fn numbers() {
    check_all(vec![
        case(
            object(
                json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 2}),
            ),
            &[],
        )
        .yes([with_a(json!(1)), with_a(json!(2))])
        .no([with_a(json!(0)), with_a(json!(3))]),
        case(
            object(json!({"type": "integer", "exclusiveMinimum": true})),
            &[],
        )
        .yes([with_a(json!(-1))]),
        case(
            object(json!({"type": "number", "exclusiveMaximum": 1})),
            &[],
        )
        .no([with_a(json!(1))]),
        case(object(json!({"type": "integer", "multipleOf": 5})), &[])
            .yes([with_a(json!(15))])
            .no([with_a(json!(16))]),
        case(
            object(json!({"type": "number", "multipleOf": 0.01, "minimum": 0})),
            &[],
        )
        .yes([with_a(json!(0.25))]),
        case(
            object(json!({"type": "number", "multipleOf": 0})),
            &["properties.a.multipleOf"],
        )
        .yes([with_a(json!(0.5))]),
        case(
            object(json!({"type": "integer", "multipleOf": 1_000_000_007})),
            &["properties.a.multipleOf"],
        ),
        case(
            object(json!({"type": "number", "multipleOf": 1e-12})),
            &["properties.a.multipleOf"],
        ),
        case(
            object(json!({"type": "integer", "minimum": 5, "maximum": 2})),
            &["properties.a.minimum"],
        )
        .yes([with_a(json!(9))]),
        case(
            object(json!({"type": "integer", "minimum": "0"})),
            &["properties.a.minimum"],
        )
        .yes([with_a(json!(-9))]),
        case(
            object(json!({"type": "integer", "maximum": 9_223_372_036_854_775_807i64})),
            &[],
        )
        .yes([with_a(json!(7))]),
        case(
            object(json!({"type": "number", "maximum": 1.797_693_134_862_315_7e308})),
            &[],
        )
        .yes([with_a(json!(7))]),
        case(
            object(json!({"type": ["integer", "null"], "minimum": 1})),
            &[],
        )
        .yes([with_a(json!(null)), with_a(json!(1))])
        .no([with_a(json!(0))]),
    ]);
}

#[test]
fn values_and_types() {
    check_all(vec![
        case(object(json!({"const": "x"})), &[]).yes([with_a(json!("x"))]).no([with_a(json!("y"))]),
        case(object(json!({"const": null})), &[]).yes([with_a(json!(null))]).no([with_a(json!("y"))]),
        case(object(json!({"enum": ["x", 1, null, true, 1.5, {"b": 1}, [1]]})), &[])
            .yes([with_a(json!("x")), with_a(json!(1)), with_a(json!(null)), with_a(json!(1.5)), with_a(json!({"b": 1}))])
            .no([with_a(json!(2))]),
        case(object(json!({"type": "string", "enum": ["x", null]})), &[]).yes([with_a(json!("x"))]).no([with_a(json!(null))]),
        case(object(json!({"type": "integer", "enum": ["1", "2"]})), &["properties.a.type"]).yes([with_a(json!("1"))]),
        case(object(json!({"type": "string", "enum": []})), &["properties.a.enum"]).yes([with_a(json!("x"))]),
        case(object(json!({"type": "string", "const": "x", "enum": ["y"]})), &["properties.a.enum"]).yes([with_a(json!("x"))]),
        case(object(json!({"type": "string", "enum": (0..500).map(|n| format!("value {n}")).collect::<Vec<_>>()})), &[])
            .yes([with_a(json!("value 499"))])
            .no([with_a(json!("value 500"))]),
        case(object(json!({"type": ["string", "null"]})), &[]).yes([with_a(json!(null))]).no([with_a(json!(1))]),
        case(object(json!({"type": "string", "nullable": true})), &[]).yes([with_a(json!("x"))]),
        case(object(json!({"type": "STRING"})), &[]).yes([with_a(json!("x"))]).no([with_a(json!(1))]),
        case(object(json!({"type": "any"})), &["properties.a.type"]).yes([with_a(json!(1))]),
        case(object(json!({"type": 5})), &["properties.a.type"]).yes([with_a(json!(1))]),
        case(object(json!({"type": []})), &["properties.a.type"]).yes([with_a(json!(1))]),
        case(object(json!({})), &[]).yes([with_a(json!(1)), with_a(json!([{"x": null}]))]),
        case(object(json!(true)), &[]).yes([with_a(json!(1))]),
        case(object(json!("string")), &["properties.a"]).yes([with_a(json!(1))]),
        case(json!({"properties": {"a": false, "b": {"type": "null"}}}), &[]).yes([json!({"b": null})]).no([with_a(json!(1))]),
        case(object(json!(false)), &["required"]).yes([json!({})]),
        case(object(json!({"not": {}})), &["required"]).yes([json!({})]),
        case(object(json!({"not": {"type": "null"}})), &["properties.a.not"]).yes([with_a(json!(1))]),
        case(
            object(json!({"type": "string", "title": "A", "description": "d", "default": "x", "examples": ["x"], "example": "x", "deprecated": true, "x-order": 1, "x-guidance": {"whitespace_flexible": true, "no": 1}, "xml": {"name": "a"}})),
            &[],
        )
        .yes([with_a(json!("x"))]),
    ]);
}

#[test]
fn arrays() {
    check_all(vec![
        case(object(json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true})), &["properties.a.uniqueItems"])
            .yes([with_a(json!(["x", "x"]))])
            .no([with_a(json!([1]))]),
        case(object(json!({"type": "array", "uniqueItems": false})), &[]),
        case(object(json!({"type": "array", "contains": {"type": "number"}})), &["properties.a.contains"]),
        case(object(json!({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false, "minItems": 2})), &[])
            .yes([with_a(json!(["x", 1]))])
            .no([with_a(json!(["x", 1, 2])), with_a(json!(["x"]))]),
        case(object(json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "null"}})), &[])
            .yes([with_a(json!(["x", null]))])
            .no([with_a(json!(["x", 1]))]),
        case(object(json!({"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": false})), &[])
            .yes([with_a(json!(["x"]))])
            .no([with_a(json!(["x", 1]))]),
        case(object(json!({"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 1})), &["properties.a.minItems"]),
        case(object(json!({"type": "array", "items": {"type": "integer"}, "maxItems": 1_000_000_000_000u64})), &[]).yes([with_a(json!([1]))]),
        case(object(json!({"type": "array", "items": {"type": "integer"}, "minItems": 100_000})), &[]).no([with_a(json!([1]))]),
        case(object(json!({"items": {"type": "integer"}})), &[]).yes([with_a(json!([1]))]).no([with_a(json!(1))]),
        case(object(json!({"type": "array", "items": true})), &[]).yes([with_a(json!([1, "x"]))]),
        case(object(json!({"type": "array", "items": 5, "prefixItems": {}})), &["properties.a.prefixItems", "properties.a.items"]),
    ]);
}

#[test]
fn objects() {
    check_all(vec![
        case(json!({"type": "object", "additionalProperties": {"type": "integer"}}), &[]).yes([json!({"x": 1})]).no([json!({"x": "y"})]),
        case(json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": "a"}), &["required"]),
        case(json!({"type": "object", "properties": {"a": {"type": "string", "required": true}}}), &[]),
        case(json!({"type": "object", "properties": []}), &["properties"]).yes([json!({"x": 1})]),
        case(json!({"type": "object", "properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": false}), &["required"])
            .yes([json!({"a": 1})]),
        case(json!({"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": false}), &[])
            .yes([json!({"x1": 1})])
            .no([json!({"y": 1})]),
        case(json!({"type": "object", "patternProperties": {"^(?!x)": {"type": "integer"}}, "additionalProperties": false}), &["patternProperties[\"^(?!x)\"]"])
            .yes([json!({"y": 1})]),
        case(json!({"type": "object", "patternProperties": {"a": {"type": "integer"}, "b": {}}}), &["patternProperties.b"]).yes([json!({"ab": 1})]),
        case(json!({"type": "object", "propertyNames": {"type": "string"}, "additionalProperties": {"type": "integer"}}), &[]).yes([json!({"x": 1})]),
        case(json!({"type": "object", "propertyNames": {"enum": ["x", "y"]}, "additionalProperties": {"type": "integer"}}), &[])
            .yes([json!({"x": 1})])
            .no([json!({"z": 1})]),
        case(json!({"type": "object", "propertyNames": {"pattern": "^[a-c]$"}}), &[]).yes([json!({"a": 1})]).no([json!({"d": 1})]),
        case(json!({"type": "object", "propertyNames": {"maxLength": 3}}), &["propertyNames"]).yes([json!({"abcd": 1})]),
        case(json!({"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}}), &["dependentRequired"]).yes([json!({"a": 1})]),
        case(json!({"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}}), &["dependentSchemas"]),
        case(json!({"type": "object", "dependencies": {"a": ["b"]}}), &["dependencies"]),
        case(json!({"type": "object", "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": false}), &[])
            .yes([json!({"a": 1})])
            .no([json!({"b": 1})]),
        case(json!({"type": "object", "allOf": [{"$ref": "#/$defs/B"}], "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": false, "$defs": {"B": {"type": "object", "properties": {"b": {"type": "integer"}}}}}), &[])
            .yes([json!({"a": 1, "b": 2})])
            .no([json!({"c": 1}), json!({"b": "x"})]),
        case(json!({"type": "object", "minProperties": 1}), &[]).yes([json!({"x": 1})]).no([json!({})]),
        case(json!({"type": "object", "properties": {"a": {}, "b": {}}, "minProperties": 1}), &["minProperties"]).yes([json!({"a": 1})]),
        case(json!({"type": "object", "properties": {"a": {}, "b": {}}, "minProperties": 1, "additionalProperties": false}), &[])
            .yes([json!({"b": 1})])
            .no([json!({})]),
        case(json!({"type": "object", "properties": {"a": {}}, "required": ["a"], "minProperties": 1, "maxProperties": 1}), &[])
            .yes([json!({"a": 1})])
            .no([json!({"a": 1, "b": 2})]),
        case(json!({"type": "object", "properties": {"a": {}, "b": {}}, "maxProperties": 2, "additionalProperties": false}), &[]).yes([json!({"a": 1, "b": 1})]),
        case(json!({"type": "object", "minProperties": 3, "maxProperties": 2}), &["minProperties"]),
    ]);
}

#[test]
fn combinations() {
    check_all(vec![
        case(object(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})), &[]).yes([with_a(json!(1))]).no([with_a(json!(null))]),
        case(object(json!({"oneOf": [{"type": "number"}, {"type": "integer"}]})), &["properties.a.oneOf"]).yes([with_a(json!(1))]),
        case(object(json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 2}]})), &["properties.a.oneOf"])
            .yes([with_a(json!("ab"))])
            .no([with_a(json!(1))]),
        // A tagged union, as pydantic writes it.
        case(
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
        case(json!({"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}), &[])
            .yes([json!({"b": 1})])
            .no([json!({})]),
        case(object(json!({"allOf": [{"type": "string"}, {"minLength": 2}], "maxLength": 3})), &[]).yes([with_a(json!("ab"))]).no([with_a(json!("a")), with_a(json!("abcd"))]),
        case(object(json!({"allOf": [{"type": "string"}, {"type": "integer"}]})), &["properties.a.allOf[1]"]).yes([with_a(json!("ab"))]),
        case(object(json!({"allOf": []})), &["properties.a.allOf"]),
        case(object(json!({"anyOf": []})), &["properties.a.anyOf"]).yes([with_a(json!(1))]),
        case(object(json!({"anyOf": {"type": "string"}})), &["properties.a.anyOf"]).yes([with_a(json!(1))]),
        case(object(json!({"anyOf": [{"$ref": "#/$defs/E"}, {"type": "null"}], "default": null})), &["properties.a.anyOf[0].$ref"]).yes([with_a(json!(1))]),
        case(json!({"type": "object", "properties": {"a": {}}, "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {}}), &["if"]).yes([json!({"a": 1})]),
        case(json!({"type": "object", "allOf": [{"if": {"required": ["a"]}, "then": {"required": ["b"]}}]}), &["allOf[0].if"]),
    ]);
}

#[test]
fn references() {
    let node = json!({"type": "object", "properties": {"name": {"type": "string"}, "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}}, "required": ["name"]});
    let list = json!({"name": "x", "next": {"name": "y", "next": null}});
    check_all(vec![
        case(json!({"$ref": "#/$defs/Node", "$defs": {"Node": node}}), &[]).yes([list.clone()]).no([json!({"next": null})]),
        case(json!({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/P", "definitions": {"P": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}}}), &[])
            .yes([json!({"x": 1})])
            .no([json!({"x": "1"})]),
        case(json!({"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}, "required": ["children"], "additionalProperties": false}), &[])
            .yes([json!({"children": [{"children": []}]})])
            .no([json!({"children": [1]})]),
        case(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/a~1b%20c~0"}}, "required": ["a"], "$defs": {"a/b c~": {"type": "integer"}}}), &[])
            .yes([with_a(json!(1))])
            .no([with_a(json!("x"))]),
        case(json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/properties/a"}}}), &[]).no([json!({"b": "x"})]),
        case(json!({"type": "object", "properties": {"a": {"$ref": "#item"}}, "$defs": {"i": {"$anchor": "item", "type": "integer"}}}), &[]).no([with_a(json!("x"))]),
        case(json!({"$id": "https://x.y/root.json", "type": "object", "properties": {"a": {"$ref": "https://x.y/root.json#/$defs/i"}}, "$defs": {"i": {"type": "integer"}}}), &[])
            .no([with_a(json!("x"))]),
        case(json!({"$recursiveAnchor": true, "type": "object", "properties": {"a": {"$recursiveRef": "#"}}}), &[]).yes([with_a(json!({}))]).no([with_a(json!(1))]),
        case(object(json!({"$ref": "https://example.com/schema.json"})), &["properties.a.$ref"]).yes([with_a(json!(1))]),
        case(object(json!({"$ref": "#/$defs/Missing"})), &["properties.a.$ref"]).yes([with_a(json!(1))]),
        case(object(json!({"$ref": 5})), &["properties.a.$ref"]),
        case(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/I", "description": "d", "maximum": 3}}, "$defs": {"I": {"type": "integer"}}}), &[])
            .yes([with_a(json!(3))])
            .no([with_a(json!(4))]),
        case(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"], "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}}), &["$defs.A"])
            .yes([with_a(json!(1))]),
        case(json!({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}), &["required"]).yes([with_a(json!({}))]),
        // Recursion with keywords beside the reference.
        case(json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/T"}}, "$defs": {"T": {"type": "object", "properties": {"t": {"$ref": "#/$defs/T", "minProperties": 1}}}}}), &["$defs.T.properties.t"]),
    ]);
}

#[test]
fn arguments_are_objects() {
    check_all(vec![
        case(json!({}), &[]).yes([json!({}), json!({"x": 1})]).no([json!(1)]),
        case(json!(true), &[]).yes([json!({})]).no([json!(1)]),
        case(json!(null), &[]).yes([json!({})]),
        case(json!(false), &[""]).yes([json!({})]),
        case(json!("object"), &[""]).yes([json!({})]),
        case(json!({"type": "string"}), &["type"]).yes([json!({})]).no([json!("x")]),
        case(json!({"type": ["object", "null"], "properties": {"a": {"type": "null"}}}), &[]).yes([with_a(json!(null))]).no([json!(null)]),
        case(json!({"enum": ["x"]}), &["enum"]).yes([json!({})]).no([json!("x")]),
        case(json!({"const": 1}), &["const"]).yes([json!({})]),
        case(json!({"anyOf": [{"type": "string"}, {"type": "array"}]}), &["anyOf"]).yes([json!({})]).no([json!("x")]),
        case(json!({"anyOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"type": "null"}}, "required": ["a"]}]}), &[])
            .yes([with_a(json!(null))])
            .no([json!({}), json!("x")]),
    ]);
}

#[test]
fn other_roots_keep_their_type() {
    let constraints = Constraints::with_byte_vocabulary();
    for case in [
        case(json!({"type": "array", "items": {"type": "integer"}}), &[])
            .yes([json!([1])])
            .no([json!({})]),
        case(json!({"enum": ["x"]}), &[]).yes([json!("x")]),
        case(json!(true), &[]).yes([json!("x")]),
        case(json!(false), &[""]).yes([json!("x")]),
    ] {
        case.check(&constraints, SchemaRoot::Any);
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
    let constraints = Constraints::with_byte_vocabulary();
    for schema in [
        deep,
        explosion,
        json!({"$ref": "#/$defs/r0", "$defs": references}),
        object(json!({"type": "string", "pattern": "^((((a{1,100}){1,100}){1,100}){1,100})$"})),
        object(
            json!({"type": "string", "pattern": "(a|aa|aaa|aaaa)*b(.{100}c){50}(.*d){20}.{1000}e"}),
        ),
        object(json!({"type": "string", "pattern": "(?i)\\p{L}{1,1000}\\P{L}{1,1000}"})),
        object(json!({"type": "array", "minItems": u64::MAX})),
        object(json!({"type": "object", "minProperties": u64::MAX})),
        object(json!({"type": "string", "minLength": u64::MAX})),
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
fn llguidance_enforces_the_listed_formats() {
    let constraints = Constraints::with_byte_vocabulary();
    for format in super::scalar::FORMATS {
        let schema = json!({"type": "string", "format": format});
        assert!(!accepts(&constraints, &schema, &json!("@ @")), "{format}");
    }
}
