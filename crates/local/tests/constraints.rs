//! Output satisfies its constraint, and constraints that cannot be enforced are refused before the
//! model runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter_local::{Constraint, FinishReason, GenerateError, Prompt};
use serde_json::{Value, json};
use support::{ask, engine, plain, reason};

fn person() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "age": { "type": "integer", "minimum": 0, "maximum": 150 },
            "city": { "type": "string" }
        },
        "required": ["name", "age", "city"],
        "additionalProperties": false
    })
}

#[test]
fn twenty_seeds_give_twenty_valid_objects() {
    let Some(engine) = engine() else { return };
    for seed in 0..20 {
        let prompt = Prompt {
            seed: Some(seed),
            max_output_tokens: Some(200),
            constraint: Some(Constraint::JsonSchema(person())),
            ..Prompt::user("Extract: Maria Lopez is 34 and lives in Lisbon.")
        };
        let answer = ask(&engine, prompt);
        assert_eq!(reason(&answer), FinishReason::Stop, "{answer:?}");
        let value: Value = serde_json::from_str(&answer.text).unwrap();
        let members = value.as_object().unwrap();
        assert_eq!(members.len(), 3, "{value}");
        assert!(
            members["name"].is_string() && members["city"].is_string(),
            "{value}"
        );
        assert!(members["age"].as_u64().unwrap() <= 150, "{value}");
    }
}

#[test]
fn the_highest_temperature_obeys_the_schema() {
    let Some(engine) = engine() else { return };
    let schema = json!({
        "type": "array",
        "minItems": 2,
        "maxItems": 3,
        "items": { "enum": ["red", "grün", "蓝", 4, null] }
    });
    for seed in 0..8 {
        let prompt = Prompt {
            seed: Some(seed),
            temperature: Some(2.0),
            top_p: Some(1.0),
            constraint: Some(Constraint::JsonSchema(schema.clone())),
            ..Prompt::user("Colours?")
        };
        let answer = ask(&engine, prompt);
        assert_eq!(reason(&answer), FinishReason::Stop, "{answer:?}");
        let value: Value = serde_json::from_str(&answer.text).unwrap();
        let items = value.as_array().unwrap();
        assert!((2..=3).contains(&items.len()), "{value}");
        let allowed = schema["items"]["enum"].as_array().unwrap();
        assert!(items.iter().all(|item| allowed.contains(item)), "{value}");
    }
}

#[test]
fn truncated_output_is_a_prefix_with_reason_length() {
    let Some(engine) = engine() else { return };
    let prompt = Prompt {
        max_output_tokens: Some(7),
        constraint: Some(Constraint::JsonSchema(person())),
        ..plain("Extract: Maria Lopez is 34 and lives in Lisbon.")
    };
    let answer = ask(&engine, prompt);
    assert_eq!(reason(&answer), FinishReason::Length);
    assert!(answer.text.starts_with("{\"name\": "), "{answer:?}");
}

#[test]
fn a_regular_expression_matches_the_whole_output() {
    let Some(engine) = engine() else { return };
    for seed in 0..4 {
        let prompt = Prompt {
            seed: Some(seed),
            temperature: Some(1.5),
            constraint: Some(Constraint::Regex(
                "(19|20)[0-9]{2}-[01][0-9]/[a-c]{3}".to_owned(),
            )),
            ..Prompt::user("When?")
        };
        let answer = ask(&engine, prompt);
        assert_eq!(reason(&answer), FinishReason::Stop);
        let bytes = answer.text.as_bytes();
        assert_eq!(bytes.len(), 11, "{answer:?}");
        assert_eq!((bytes[4], bytes[7]), (b'-', b'/'), "{answer:?}");
    }
}

/// Returns the schema of a call of one of two tools.
fn call() -> Value {
    json!({
        "anyOf": [
            {
                "type": "object",
                "properties": {
                    "name": { "const": "get_weather" },
                    "arguments": {
                        "type": "object",
                        "properties": { "city": { "type": "string", "maxLength": 40 } },
                        "required": ["city"],
                        "additionalProperties": false
                    }
                },
                "required": ["name", "arguments"],
                "additionalProperties": false
            },
            {
                "type": "object",
                "properties": {
                    "name": { "const": "get_time" },
                    "arguments": { "type": "object", "additionalProperties": false }
                },
                "required": ["name", "arguments"],
                "additionalProperties": false
            }
        ]
    })
}

#[test]
fn a_tool_call_can_be_forced() {
    let Some(engine) = engine() else { return };
    for seed in 0..4 {
        let prompt = Prompt {
            seed: Some(seed),
            constraint: Some(Constraint::JsonSchema(call())),
            ..Prompt::user("What is the weather in Paris?")
        };
        let answer = ask(&engine, prompt);
        assert_eq!(reason(&answer), FinishReason::Stop, "{answer:?}");
        let value: Value = serde_json::from_str(&answer.text).unwrap();
        match value["name"].as_str().unwrap() {
            "get_weather" => assert!(value["arguments"]["city"].is_string(), "{value}"),
            "get_time" => assert_eq!(value["arguments"], json!({})),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_grammar_permits_text_or_a_call() {
    let Some(engine) = engine() else { return };
    let grammar = format!(
        "start: TEXT | call\nTEXT: /[^{{\\s](.|\\n)*/\ncall: {}",
        Constraint::lark_json(&call())
    );
    let ask = |prompt: Prompt| {
        let constraint = Some(Constraint::Lark(grammar.clone()));
        ask(
            &engine,
            Prompt {
                constraint,
                max_output_tokens: Some(80),
                ..prompt
            },
        )
    };
    let text = ask(plain("What is the capital of France?"));
    assert!(text.text.contains("Paris"), "{text:?}");

    // The prompt shows the call; the model may write text all the same.
    let mut prompt = plain("What is the weather in Rome?");
    prompt.messages[0].content.push_str(
        " Output with {\"name\": \"get_weather\", \"arguments\": {\"city\": \"Rome\"}} only.",
    );
    let called = ask(prompt);
    if called.text.starts_with('{') {
        assert_eq!(reason(&called), FinishReason::Stop, "{called:?}");
        assert!(
            serde_json::from_str::<Value>(&called.text).is_ok(),
            "{called:?}"
        );
    }
}

#[test]
fn a_stop_string_ends_constrained_output() {
    let Some(engine) = engine() else { return };
    let prompt = Prompt {
        constraint: Some(Constraint::JsonSchema(person())),
        stop: vec!["\"age\"".to_owned()],
        ..plain("Extract: Maria Lopez is 34 and lives in Lisbon.")
    };
    let answer = ask(&engine, prompt);
    assert_eq!(reason(&answer), FinishReason::StopString);
    assert!(answer.text.ends_with(", "), "{answer:?}");
}

#[test]
fn unenforceable_constraints_are_refused_before_the_model_runs() {
    let Some(engine) = engine() else { return };
    let schema = Constraint::JsonSchema;
    for (constraint, says) in [
        (schema(json!({ "type": "banana" })), "type"),
        (schema(json!(false)), ""),
        (schema(json!("text")), ""),
        (
            schema(json!({ "type": "string", "not": { "const": "a" } })),
            "not",
        ),
        (
            schema(json!({ "$ref": "https://example.com/schema.json" })),
            "example.com",
        ),
        (
            schema(json!({ "type": "integer", "minimum": 3, "maximum": 2 })),
            "",
        ),
        (schema(json!({ "type": "string", "pattern": "(" })), ""),
        (Constraint::Regex("(".to_owned()), ""),
        (Constraint::Lark("start: missing".to_owned()), "missing"),
        (Constraint::Lark(String::new()), ""),
    ] {
        let prompt = Prompt {
            constraint: Some(constraint.clone()),
            ..Prompt::user("a")
        };
        match engine.generate(prompt) {
            Err(GenerateError::BadConstraint(why)) => {
                assert!(
                    !why.is_empty() && why.contains(says),
                    "{constraint:?}: {why}"
                );
                assert!(why.len() < 400, "{why}");
            }
            other => panic!("{constraint:?} gave {other:?}"),
        }
    }
}
