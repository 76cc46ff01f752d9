//! Structured output.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{MODEL, Translated, translate, translate_for, translate_to};

const NEWER: &[&str] = &[
    "claude-haiku-4-5",
    "claude-opus-4-1",
    "claude-opus-4-7",
    "claude-fable-5-1",
];
const OLDER: &[&str] = &[
    "claude-3-5-sonnet-20241022",
    "claude-sonnet-4-20250514",
    "glm-5",
];

fn schema() -> Value {
    json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
        "additionalProperties": false})
}

fn request(members: Value) -> Value {
    let format =
        json!({"type": "json_schema", "name": "answer", "schema": schema(), "strict": true});
    let mut request = json!({
        "model": "m", "input": "Hi", "max_output_tokens": 4096, "text": {"format": format},
    });
    for (name, value) in members.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

fn system(translated: &Translated) -> String {
    translated.body["system"].to_string()
}

#[test]
fn newer_models_have_structured_output() {
    for model in NEWER {
        let translated = translate_to(model, &request(json!({})));
        let format = json!({"type": "json_schema", "schema": schema()});
        assert_eq!(
            translated.body["output_config"]["format"], format,
            "{model}"
        );
        assert_eq!(translated.body.get("tools"), None);
        assert_eq!(translated.noted(), Vec::<String>::new());
    }
    // Also with tools, a choice and reasoning.
    let all = request(json!({
        "tools": [{"type": "function", "name": "f"}], "tool_choice": "required",
        "reasoning": {"effort": "high"},
    }));
    let translated = translate_to("claude-opus-4-7", &all);
    assert_eq!(translated.body["output_config"]["effort"], "high");
    assert!(translated.body["output_config"].get("format").is_some());
    assert_eq!(translated.body["tool_choice"], json!({"type": "any"}));
    // Other models have it if the catalog says so.
    let listed = vec!["structured_outputs".to_owned()];
    let target = Target::new("glm-5").supported_parameters(Some(&listed));
    let translated = translate_for(&request(json!({})), &target).unwrap();
    assert!(translated.body["output_config"].get("format").is_some());
}

#[test]
fn older_models_call_a_tool_with_the_schema() {
    for model in OLDER {
        let translated = translate_to(model, &request(json!({})));
        assert_eq!(translated.body.get("output_config"), None, "{model}");
        let tool = &translated.body["tools"][0];
        assert_eq!(tool["name"], "answer");
        assert_eq!(tool["input_schema"], schema());
        let choice = json!({"type": "tool", "name": "answer", "disable_parallel_tool_use": true});
        assert_eq!(translated.body["tool_choice"], choice);
        assert!(translated.has_note("converted text.format"));
    }
}

#[test]
fn the_answer_tool_stands_beside_those_of_the_client() {
    let model = "claude-sonnet-4-20250514";
    let tools = json!([{"type": "function", "name": "answer"}, {"type": "function", "name": "f"}]);
    let translated = translate_to(model, &request(json!({"tools": tools})));
    let names: Vec<&Value> = translated.body["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| &tool["name"])
        .collect();
    assert_eq!(names, ["answer", "f", "answer_"]);
    let any = json!({"type": "any", "disable_parallel_tool_use": true});
    assert_eq!(translated.body["tool_choice"], any);
    // Without calls of the client's tools, it is the only one.
    let translated = translate_to(
        model,
        &request(json!({"tools": tools, "tool_choice": "none"})),
    );
    assert_eq!(translated.body["tools"].as_array().unwrap().len(), 1);
    assert_eq!(translated.body["tool_choice"]["name"], "answer_");
    // A forced call is not text.
    for choice in [json!("required"), json!({"type": "function", "name": "f"})] {
        let translated = translate_to(
            model,
            &request(json!({"tools": tools, "tool_choice": choice})),
        );
        assert_eq!(
            translated.body["tools"].as_array().unwrap().len(),
            2,
            "{choice}"
        );
        assert!(translated.has_note("ignored text.format"));
    }
}

#[test]
fn the_system_prompt_asks_for_json_where_no_call_can_be_forced() {
    let thinking = request(json!({"reasoning": {"effort": "high"}, "instructions": "Be brief."}));
    let translated = translate_to("claude-sonnet-4-20250514", &thinking);
    assert_eq!(translated.body["thinking"]["type"], "enabled");
    assert_eq!(translated.body.get("tools"), None);
    assert!(system(&translated).contains("Be brief."));
    assert!(system(&translated).contains("JSON Schema"));
    assert!(system(&translated).contains("additionalProperties"));
    assert!(translated.has_note("converted text.format"));

    let object = request(json!({"text": {"format": {"type": "json_object"}}}));
    for model in NEWER.iter().chain(OLDER) {
        let translated = translate_to(model, &object);
        assert!(system(&translated).contains("JSON object"), "{model}");
        assert_eq!(translated.body.get("tools"), None);
        assert!(translated.has_note("converted text.format"));
    }
}

#[test]
fn a_schema_that_the_api_cannot_enforce_is_refused_if_strict_and_a_tool_otherwise() {
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let format = |strict: Value| json!({"format": {"type": "json_schema", "name": "answer", "schema": map, "strict": strict}});
    let refusal = translate(&request(json!({"text": format(json!(true))}))).unwrap_err();
    assert_eq!(refusal.param, "text.format.schema.additionalProperties");
    for strict in [json!(false), Value::Null] {
        let translated = translate(&request(json!({"text": format(strict)}))).unwrap();
        assert_eq!(translated.body["tools"][0]["input_schema"], map);
        assert!(translated.has_note("adjusted text.format.schema"));
        assert!(translated.has_note("converted text.format"));
    }
    let refusal =
        translate(&request(json!({"text": {"format": {"type": "grammar"}}}))).unwrap_err();
    assert_eq!(refusal.param, "text.format.type");
}

#[test]
fn a_schema_whose_values_are_not_objects_is_in_the_system_prompt() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    for (schema, tool) in [
        (list.clone(), false),
        (json!({"type": "string"}), false),
        (json!({"type": ["integer", "null"]}), false),
        (json!({"enum": ["a", "b"]}), false),
        (json!({"const": 1}), false),
        (json!({"items": {"type": "string"}}), false),
        (json!({"$ref": "#/$defs/l", "$defs": {"l": list}}), false),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
            false,
        ),
        (json!({"allOf": [list]}), false),
        (json!({}), true),
        (json!({"properties": {"a": {}}}), true),
        (json!({"type": ["object", "null"]}), true),
        (json!({"anyOf": [schema(), {"type": "null"}]}), true),
        (json!({"$ref": "#/$defs/o", "$defs": {"o": schema()}}), true),
    ] {
        let format = json!({"type": "json_schema", "name": "answer", "schema": schema});
        let with = request(json!({"text": {"format": format}}));
        for model in OLDER {
            let translated = translate_to(model, &with);
            assert!(translated.has_note("converted text.format"), "{schema}");
            let tools = translated.body.get("tools").is_some();
            assert_eq!(tools, tool, "{model} {schema}");
            let text = translated.body["system"].as_str().unwrap_or_default();
            assert_eq!(text.contains("JSON Schema"), !tool, "{model} {schema}");
        }
    }
}

#[test]
fn no_answer_is_forced_beside_adaptive_thinking_where_the_model_does_not_take_both() {
    // A map, which structured output does not have.
    let map = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let format = json!({"type": "json_schema", "name": "answer", "schema": map});
    let thinking = json!({"text": {"format": format}, "reasoning": {"effort": "high"}});
    for (model, tool) in [
        ("claude-opus-4-6", false),
        ("claude-opus-4-7", false),
        ("claude-sonnet-4-6", false),
        ("claude-opus-4-8", true),
        ("claude-sonnet-5", true),
    ] {
        let translated = translate_to(model, &request(thinking.clone()));
        assert_eq!(translated.body["thinking"]["type"], "adaptive", "{model}");
        assert_eq!(translated.body.get("tools").is_some(), tool, "{model}");
        assert!(translated.has_note("converted text.format"), "{model}");
    }
}

#[test]
fn the_answer_tool_has_an_allowed_name() {
    for (name, sent) in [
        ("My Answer: v2".to_owned(), "MyAnswerv2".to_owned()),
        (String::new(), "answer".to_owned()),
        ("日本".to_owned(), "answer".to_owned()),
        ("x".repeat(90), "x".repeat(52)),
    ] {
        let format = json!({"type": "json_schema", "name": name, "schema": schema()});
        let translated = translate_to("glm-5", &request(json!({"text": {"format": format}})));
        assert_eq!(translated.body["tools"][0]["name"], sent);
    }
    let text = translate_to(
        MODEL,
        &request(json!({"text": {"format": {"type": "text"}}})),
    );
    assert_eq!(text.body.get("output_config"), None);
}

#[test]
fn the_call_of_the_answer_tool_is_the_text_of_the_reply() {
    let tools = json!([{"type": "function", "name": "f"}]);
    let translated = translate_to(
        "claude-sonnet-4-20250514",
        &request(json!({"tools": tools})),
    );
    let answer =
        json!({"type": "tool_use", "id": "toolu_1", "name": "answer", "input": {"a": "b"}});
    let response = translated.reply(&json!([answer]));
    assert_eq!(response.output_text(), r#"{"a":"b"}"#);
    let call = json!({"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": "b"}});
    let response = translated.reply(&json!([call]));
    assert_eq!(response.output_text(), "");
    assert!(response.output[0].as_function_call().is_some());
}
