//! Expensive schemas: relaxing them and generating from them stays within limits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

mod support;

use orouter_local::{Constraint, Prompt, SchemaRoot};
use serde_json::{Map, Value, json};
use support::{ask, engine};

fn object(schema: Value) -> Value {
    json!({"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": false})
}

#[test]
fn hostile_schemas_do_not_fail_a_generation() {
    let Some(engine) = engine() else { return };
    let choice = json!({"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]});
    let patterned: Map<String, Value> = (0..60)
        .map(|n| {
            let pattern = format!("^.*{n}.*(a|b){{5,50}}$");
            (
                format!("p{n}"),
                json!({"type": "string", "pattern": pattern}),
            )
        })
        .collect();
    let schemas = [
        object(json!({"type": "string", "pattern": "^((((a{1,100}){1,100}){1,100}){1,100})$"})),
        object(
            json!({"type": "string", "pattern": "(a|aa|aaa|aaaa)*b(.{100}c){50}(.*d){20}.{1000}e"}),
        ),
        object(json!({"type": "string", "pattern": "(?i)(\\p{L}{1,500}.*){5}\\P{L}{1,500}"})),
        object(json!({"type": "string", "minLength": 3000, "pattern": "^(x|y|xy)*$"})),
        object(json!({"type": "array", "minItems": u64::MAX})),
        object(json!({"type": "integer", "multipleOf": 9973, "minimum": 1})),
        json!({"type": "object", "allOf": vec![choice; 16]}),
        json!({"type": "object", "properties": patterned}),
    ];
    for schema in schemas {
        let relaxed = engine.relax(&schema, SchemaRoot::Object).unwrap();
        let prompt = Prompt {
            constraint: Some(Constraint::JsonSchema(relaxed.schema)),
            max_output_tokens: Some(24),
            temperature: Some(0.0),
            ..Prompt::user("Save it.")
        };
        // A constraint that exceeds a limit during the generation would end it with an error.
        ask(&engine, prompt);
    }
}
