//! Lenient schemas: maps, tuples and any JSON are allowed, keywords that servers refuse are removed.

use std::collections::BTreeMap;

use orouter_wire::schemars::{self, JsonSchema};
use orouter_wire::{FunctionTool, TextFormat};
use serde::Deserialize;
use serde_json::{Value, json};

/// A query.
#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Query {
    /// Text to find.
    text: String,
    #[serde(default)]
    limit: u32,
    filters: BTreeMap<String, f64>,
    range: Option<(i64, i64)>,
    title: Value,
}

#[test]
fn a_lenient_schema_keeps_what_strict_schemas_lack() {
    let tool = FunctionTool::of_lenient::<Query>("search").unwrap();
    assert_eq!(tool.strict, Some(false));
    assert_eq!(tool.description.as_deref(), Some("A query."));
    assert_eq!(
        tool.parameters.unwrap().parse::<Value>().unwrap(),
        json!({
            "type": "object",
            "properties": {
                "text": {"description": "Text to find.", "type": "string"},
                "limit": {"type": "integer", "minimum": 0, "default": 0},
                "filters": {"type": "object", "additionalProperties": {"type": "number"}},
                "range": {
                    "type": ["array", "null"],
                    "prefixItems": [{"type": "integer"}, {"type": "integer"}],
                    "minItems": 2,
                    "maxItems": 2,
                },
                "title": {},
            },
            "required": ["text", "filters", "title"],
        })
    );
    let TextFormat::JsonSchema(format) = TextFormat::of_lenient::<Query>().unwrap() else {
        panic!("a schema");
    };
    assert_eq!(
        (format.name.as_str(), format.strict),
        ("Query", Some(false))
    );
}
