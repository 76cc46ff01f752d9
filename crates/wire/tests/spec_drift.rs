//! The example `spec_drift` on a small description and on the API's description, unchanged and
//! changed by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../examples/spec_drift/artefacts.rs"]
mod artefacts;
#[path = "../examples/spec_drift/probe.rs"]
mod probe;
#[path = "../examples/spec_drift/schema.rs"]
mod schema;

use std::path::Path;

use probe::Probe;
use schema::Description;
use serde_json::{Value, json};

fn findings(document: Value) -> Vec<(String, String, String)> {
    let description = Description::new(document);
    let probe = Probe::new(&description).unwrap();
    assert!(
        probe.tries() > 10 && probe.schemas() > 1,
        "it looked at almost nothing"
    );
    let owned = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
    probe.findings().map(owned).collect()
}

/// Returns a description of a few types that the crate models.
fn small() -> Value {
    json!({
        "paths": {"/responses": {"post": {
            "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Ask"}}}},
            "responses": {"200": {"content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}},
                "text/event-stream": {"schema": {"type": "object", "properties": {
                    "data": {"$ref": "#/components/schemas/Event"}}}},
            }}},
        }}},
        "components": {"schemas": {
            "Ask": {"type": "object", "properties": {
                "model": {"type": "string"},
                "temperature": {"type": ["number", "null"]},
                "service_tier": {"enum": ["auto", "flex", null]},
                "tools": {"type": "array", "items": {"anyOf": [
                    {"$ref": "#/components/schemas/Function"}, {"$ref": "#/components/schemas/Clock"},
                ]}},
                "trace": {"type": "object", "additionalProperties": {}, "properties": {
                    "trace_id": {"type": "string"}}},
                "stop": {"anyOf": [
                    {"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"},
                ]},
                "previous_response_id": {},
                "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
            }},
            "Function": {"type": "object", "required": ["type", "name", "parameters"], "properties": {
                "type": {"const": "function"}, "name": {"type": "string"},
                "parameters": {"type": "object"}, "strict": {"type": "boolean"},
            }},
            "Clock": {"type": "object", "required": ["type"], "properties": {
                "type": {"const": "openrouter:datetime"},
                "parameters": {"type": "object", "properties": {"timezone": {"type": "string"}}},
            }},
            "Answer": {"allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "properties": {"service_tier": {"type": "string"}}},
            ]},
            "Base": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"}, "service_tier": {"enum": ["auto"]},
            }},
            "Event": {"oneOf": [{"type": "object", "required": ["type", "delta"], "properties": {
                "type": {"const": "response.output_text.delta"}, "delta": {"type": "string"},
            }}]},
        }},
    })
}

/// Sets the value at a pointer. Its parent must exist.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{parent} is not there"))
    {
        Value::Array(list) if name == "-" => list.push(value),
        Value::Object(object) => drop(object.insert(name.to_owned(), value)),
        _ => panic!("{parent} takes no {name}"),
    }
}

fn after(mut document: Value, changes: &[(&str, Value)]) -> Vec<(String, String, String)> {
    for (pointer, value) in changes {
        set(
            &mut document,
            &format!("/components/schemas/{pointer}"),
            value.clone(),
        );
    }
    findings(document)
}

fn named(findings: &[(String, String, String)]) -> Vec<(&str, &str, &str)> {
    findings
        .iter()
        .map(|(a, b, c)| (&**a, &**b, &**c))
        .collect()
}

#[test]
fn modelled_elements_are_not_reported() {
    assert_eq!(named(&findings(small())), []);
}

#[test]
fn each_change_is_reported_once_with_its_position() {
    let text = json!({"type": "string"});
    let new = after(
        small(),
        &[
            ("Ask/properties/mood", text.clone()),
            ("Ask/properties/service_tier/enum/-", json!("warp")),
            ("Ask/properties/trace/properties/colour", text.clone()),
            ("Ask/properties/model", json!({"type": "integer"})),
            ("Ask/properties/stop/anyOf/-", json!({"type": "boolean"})),
            (
                "Function/properties/haste",
                json!({"$ref": "#/components/schemas/Base"}),
            ),
            ("Clock/properties/parameters/properties/era", text.clone()),
            (
                "Ask/properties/tools/items/anyOf/-",
                json!({"type": "object", "properties": {"type": {"const": "teleport"}}}),
            ),
            ("Base/properties/service_tier/enum/-", json!("warp")),
            ("Base/properties/mood", text),
            (
                "Event/oneOf/-",
                json!({"type": "object", "required": ["type"],
                       "properties": {"type": {"enum": ["response.rewound"]}}}),
            ),
        ],
    );
    assert_eq!(
        named(&new),
        [
            ("Ask", "member `model`: an integer", "request /model"),
            ("Ask", "member `mood`: a string", "request /mood"),
            (
                "Ask.service_tier",
                "value \"warp\"",
                "request /service_tier"
            ),
            ("Ask.stop", "variant: true or false", "request /stop"),
            (
                "Ask.tools[]",
                "variant \"teleport\"",
                "request /tools/0/type"
            ),
            (
                "Ask.trace",
                "member `colour`: a string",
                "request /trace/colour"
            ),
            ("Base", "member `mood`: a string", "response /mood"),
            (
                "Base.service_tier",
                "value \"warp\"",
                "response /service_tier"
            ),
            (
                "Clock.parameters",
                "member `era`: a string",
                "request /tools/0/parameters/era"
            ),
            ("Event", "variant \"response.rewound\"", "event /type"),
            ("Function", "member `haste`: Base", "request /tools/0/haste"),
        ]
    );
}

#[test]
fn keywords_next_to_the_usual_forms_are_read() {
    let text = json!({"type": "string"});
    let new = after(
        small(),
        &[
            // Next to a reference, a union and simple types.
            (
                "Ask/properties/tools/items",
                json!({"$ref": "#/components/schemas/Function", "properties": {"haste": text}}),
            ),
            (
                "Ask/properties/stop",
                json!({"anyOf": [{"type": "string"}], "properties": {"sun": text}}),
            ),
            (
                "Ask/properties/trace",
                json!({"type": ["object", "null", "string"], "properties": {"trace_id": text}}),
            ),
            (
                "Ask/properties/reasoning",
                json!({"type": ["object", "null"], "properties": {"zeal": text}}),
            ),
            // A union in an `allOf`.
            (
                "Answer/allOf/-",
                json!({"oneOf": [{"type": "object", "required": ["object"],
                                  "properties": {"object": {"const": "oracle"}, "omen": text}}]}),
            ),
            // A list by place, members by pattern, numbers by their bounds.
            (
                "Ask/properties/include",
                json!({"type": "array", "prefixItems": [{"type": "integer"}]}),
            ),
            (
                "Ask/properties/metadata",
                json!({"type": "object", "patternProperties": {"^x": {"type": "object"}}}),
            ),
            (
                "Event/oneOf/0/properties/output_index",
                json!({"type": "integer", "minimum": 0, "maximum": 99_999_999_999_u64}),
            ),
        ],
    );
    let new: Vec<_> = new.iter().map(|(a, b, _)| format!("{a}: {b}")).collect();
    assert_eq!(
        new,
        [
            "Answer: variant \"oracle\"",
            "Ask.include: type: a list of an integer",
            "Ask.metadata: member of any name: an object",
            "Ask.reasoning: member `zeal`: a string",
            "Ask.stop: member `sun`: a string",
            "Ask.trace: type: a string",
            "Event[response.output_text.delta].output_index: numbers up to 99999999999",
            "Function: member `haste`: a string",
        ]
    );
}

#[test]
fn a_file_without_the_endpoint_is_refused() {
    let description = Description::new(json!({"paths": {"/chat": {}}}));
    assert!(Probe::new(&description).is_err());
}

/// Returns a description outside of the repository, or `None` if it is not there.
fn shared(file: &str) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/spec");
    let Ok(text) = std::fs::read_to_string(Path::new(folder).join(file)) else {
        println!("skipped: no description {file}, ../shared does not exist");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

const ARTEFACTS: &str = include_str!("../examples/spec_drift/artefacts.txt");

#[test]
fn the_descriptions_have_no_findings_except_for_the_listed_artefacts() {
    for file in [
        "openai-3.57-types.openapi.json",
        "openrouter-responses.openapi.json",
    ] {
        let Some(document) = shared(file) else {
            continue;
        };
        let found = findings(document);
        let artefacts = artefacts::of_file(ARTEFACTS, file).unwrap();
        let drift: Vec<_> = named(&found)
            .into_iter()
            .filter(|(schema, element, _)| !artefacts.iter().any(|one| one.is(schema, element)))
            .collect();
        assert_eq!(drift, [], "{file}");
        assert_eq!(
            artefacts::stale(&artefacts, &named(&found)),
            Vec::<&artefacts::Artefact<'_>>::new(),
            "{file}"
        );
    }
}

#[test]
fn each_artefact_has_a_reason() {
    for file in ["openai-", "openrouter"] {
        for artefact in artefacts::of_file(ARTEFACTS, file).unwrap() {
            assert!(artefact.reason.len() > 20, "{artefact:?}");
        }
    }
}

#[test]
fn an_artefact_that_does_not_occur_is_stale() {
    let list = "# comment\n\n[small]\nAsk | member `mood`: a string | a test of the list\n[other]\n\
                Ask | member `mood`: a string | another description\n";
    let listed = artefacts::of_file(list, "small.json").unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        artefacts::stale(&listed, &named(&findings(small()))).len(),
        1
    );
    let changed = after(
        small(),
        &[("Ask/properties/mood", json!({"type": "string"}))],
    );
    assert_eq!(artefacts::stale(&listed, &named(&changed)).len(), 0);
    // Another type of the same member is another finding.
    let changed = after(
        small(),
        &[("Ask/properties/mood", json!({"type": "integer"}))],
    );
    assert_eq!(artefacts::stale(&listed, &named(&changed)).len(), 1);

    for (wrong, error) in [
        ("Ask | member | reason", "line 1: no heading before it"),
        ("[small\n", "line 1: a heading ends with `]`"),
        (
            "[small]\nAsk | member",
            "line 2: a line is `SCHEMA | ELEMENT | REASON`",
        ),
    ] {
        assert_eq!(artefacts::of_file(wrong, "small.json").unwrap_err(), error);
    }
}

#[test]
fn the_api_description_has_findings_after_it_is_changed() {
    let Some(real) = shared("openrouter-responses.openapi.json") else {
        return;
    };

    let changed = after(
        real,
        &[
            ("InputText/properties/emphasis", json!({"type": "string"})),
            ("Quantization/enum/-", json!("fp2")),
            (
                "StopServerToolsWhenCondition/oneOf/-",
                json!({"type": "object", "required": ["type"],
                       "properties": {"type": {"type": "string", "enum": ["dusk"]}}}),
            ),
            (
                "OpenRouterMetadata/properties/mood",
                json!({"type": "integer"}),
            ),
        ],
    );
    let changed: Vec<_> = named(&changed)
        .iter()
        .map(|(schema, what, _)| (*schema, *what))
        .collect();
    assert_eq!(
        changed,
        [
            ("InputText", "member `emphasis`: a string"),
            ("OpenRouterMetadata", "member `mood`: an integer"),
            ("Quantization", "value \"fp2\""),
            ("StopServerToolsWhenCondition", "variant \"dusk\""),
        ]
    );
}
