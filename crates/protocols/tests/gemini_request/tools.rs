//! Tools, the choice among them, and output as JSON.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{NEW, OLD, UNKNOWN, request, translate, translate_for, with, with_listed};

fn function(name: &str) -> Value {
    json!({"type": "function", "name": name, "parameters": {"type": "object", "properties": {}}})
}

/// Returns the declared functions.
fn functions(body: &Value) -> &[Value] {
    body["tools"][0]["functionDeclarations"].as_array().unwrap()
}

fn names(body: &Value) -> Vec<&str> {
    let names = functions(body).iter().map(|function| &function["name"]);
    names.map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn a_function_has_its_schema_as_json_schema() {
    let schema = json!({
        "type": "object",
        "properties": {"a": {"type": ["string", "null"], "maxLength": 3}},
        "required": ["a"],
        "additionalProperties": false,
    });
    let tool = json!({
        "type": "function", "name": "f", "description": "d", "parameters": schema, "strict": false,
    });
    let sent = with(OLD, &json!({"tools": [tool]}));
    let expected = json!([{"functionDeclarations": [
        {"name": "f", "description": "d", "parametersJsonSchema": schema},
    ]}]);
    assert_eq!(sent.body["tools"], expected);
    assert!(sent.body.get("toolConfig").is_none());
    assert!(sent.noted().is_empty());
}

#[test]
fn a_function_without_arguments_has_no_schema() {
    for parameters in [json!(null), json!({})] {
        let tool = json!({"type": "function", "name": "f", "parameters": parameters});
        let sent = with(OLD, &json!({"tools": [tool]}));
        assert_eq!(functions(&sent.body), [json!({"name": "f"})]);
    }
}

#[test]
fn the_schema_of_arguments_is_that_of_an_object() {
    let tool = |parameters: Value| {
        json!({"tools": [
            {"type": "function", "name": "f", "parameters": parameters},
        ]})
    };
    for (parameters, sent) in [
        (
            json!({"properties": {"a": {"const": "x"}}}),
            json!({"type": "object", "properties": {"a": {"enum": ["x"]}}}),
        ),
        (
            json!({"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/b", "title": "t"}}}),
            json!({
                "type": "object",
                "properties": {"a": {"anyOf": [{"$ref": "#/$defs/b"}], "title": "t"}},
            }),
        ),
    ] {
        let body = with(OLD, &tool(parameters)).body;
        assert_eq!(functions(&body)[0]["parametersJsonSchema"], sent);
    }
}

#[test]
fn names_that_the_api_does_not_allow_are_changed() {
    let tools = json!([
        function("get weather"),
        function("9lives"),
        function("a.b:c-d"),
        function(&"x".repeat(90)),
        function("get_weather"),
    ]);
    let input = json!([
        {"role": "user", "content": "hi"},
        {"type": "function_call", "call_id": "1", "name": "get weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": "x"},
        {"type": "function_call", "call_id": "2", "name": "not declared", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "2", "output": "x"},
        {"type": "mcp_call", "id": "3", "name": "o d d", "arguments": "{}", "server_label": "s",
         "output": "y"},
    ]);
    let choice = json!({"type": "function", "name": "get weather"});
    let sent = with(
        OLD,
        &json!({"tools": tools, "input": input, "tool_choice": choice}),
    );
    // The rules check that all names are allowed and differ, and that results have them.
    let names = names(&sent.body);
    assert_eq!(names[2], "a.b:c-d");
    assert_eq!(names[4], "get_weather");
    assert!(names[0].starts_with("get_weather_"), "{names:?}");
    let forced = &sent.body["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"];
    assert_eq!(forced, &json!([names[0]]));
    assert_eq!(sent.parts()[1]["functionCall"]["name"], names[0]);
}

#[test]
fn custom_tools_and_namespaces_are_functions() {
    let tools = json!([
        {"type": "custom", "name": "run", "description": "d",
         "format": {"type": "grammar", "syntax": "regex", "definition": "a+"}},
        {"type": "namespace", "name": "n", "description": "about n", "tools": [function("f")]},
    ]);
    let sent = with(OLD, &json!({"tools": tools}));
    assert_eq!(names(&sent.body), ["run", "n__f"]);
    let [run, f] = functions(&sent.body) else {
        panic!("two functions")
    };
    assert_eq!(run["parametersJsonSchema"]["required"], json!(["input"]));
    assert!(run["description"].as_str().unwrap().contains("a+"));
    assert_eq!(f["description"], "about n");
    assert!(sent.has_note("converted tools[0]"));
    assert!(sent.has_note("converted tools[0].format"));
}

#[test]
fn the_choice_is_the_mode_of_calls() {
    let tools = json!([function("f"), function("g")]);
    let allowed = |mode: &str| json!({"type": "allowed_tools", "mode": mode, "tools": [{"type": "function", "name": "g"}]});
    for (choice, names_sent, config) in [
        (json!(null), vec!["f", "g"], json!(null)),
        (json!("auto"), vec!["f", "g"], json!({"mode": "AUTO"})),
        (json!("none"), vec!["f", "g"], json!({"mode": "NONE"})),
        (json!("required"), vec!["f", "g"], json!({"mode": "ANY"})),
        (
            json!({"type": "function", "name": "g"}),
            vec!["f", "g"],
            json!({"mode": "ANY", "allowedFunctionNames": ["g"]}),
        ),
        (allowed("auto"), vec!["g"], json!({"mode": "AUTO"})),
        (allowed("required"), vec!["g"], json!({"mode": "ANY"})),
    ] {
        let mut members = json!({"tools": tools});
        if !choice.is_null() {
            members["tool_choice"] = choice.clone();
        }
        let sent = with(OLD, &members);
        assert_eq!(names(&sent.body), names_sent, "{choice}");
        let got = &sent.body["toolConfig"]["functionCallingConfig"];
        assert_eq!(got, &config, "{choice}");
    }
}

#[test]
fn strict_functions_are_validated() {
    let strict = json!({"type": "function", "name": "f", "strict": true,
                        "parameters": {"type": "object", "properties": {}}});
    let mode = |model: &str, choice: &str| {
        let members = json!({"tools": [strict, function("g")], "tool_choice": choice});
        let sent = with(model, &members);
        sent.body["toolConfig"]["functionCallingConfig"]["mode"].clone()
    };
    assert_eq!(mode(OLD, "auto"), "VALIDATED");
    assert_eq!(mode(NEW, "auto"), "VALIDATED");
    assert_eq!(mode("gemini-2.0-flash", "auto"), "AUTO");
    assert_eq!(mode(OLD, "none"), "NONE");
    assert_eq!(mode(OLD, "required"), "ANY");
}

#[test]
fn tools_that_only_another_service_runs_are_skipped() {
    let tools = json!([{"type": "web_search"}, function("f")]);
    let sent = with(OLD, &json!({"tools": tools, "parallel_tool_calls": false}));
    assert_eq!(names(&sent.body), ["f"]);
    assert!(sent.has_note("skipped tools[0]"));
    assert!(sent.has_note("ignored parallel_tool_calls"));
    let forced = json!({"tools": tools, "tool_choice": {"type": "web_search"}});
    let refusal = translate(&request(&forced)).unwrap_err();
    assert_eq!(refusal.param, "tool_choice.type");
    let without = json!({"tools": tools});
    let sent = with_listed(OLD, &without, &["temperature"]);
    assert!(sent.body.get("tools").is_none());
    assert!(sent.has_note("ignored tools"));
}

fn schema() -> Value {
    json!({
        "type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
        "additionalProperties": false,
    })
}

fn format() -> Value {
    json!({"format": {"type": "json_schema", "name": "n", "schema": schema(), "strict": true}})
}

#[test]
fn output_as_json_has_its_type_and_schema() {
    for model in [OLD, NEW, UNKNOWN] {
        let sent = with(model, &json!({"text": format()}));
        let expected = json!({
            "responseMimeType": "application/json", "responseJsonSchema": schema(),
        });
        assert_eq!(sent.body["generationConfig"], expected);
        assert!(sent.noted().is_empty());
        let sent = with(model, &json!({"text": {"format": {"type": "json_object"}}}));
        let expected = json!({"responseMimeType": "application/json"});
        assert_eq!(sent.body["generationConfig"], expected);
    }
    let unknown = json!({"text": {"format": {"type": "xml"}}});
    let refusal = translate(&request(&unknown)).unwrap_err();
    assert_eq!(refusal.param, "text.format.type");
}

#[test]
fn newer_models_combine_json_and_tools() {
    let sent = with(NEW, &json!({"text": format(), "tools": [function("f")]}));
    assert_eq!(names(&sent.body), ["f"]);
    let config = &sent.body["generationConfig"];
    assert_eq!(config["responseJsonSchema"], schema());
    assert!(sent.noted().is_empty());
}

#[test]
fn older_models_answer_through_a_function() {
    for (tools, name) in [
        (json!([function("f")]), "final_answer"),
        (
            json!([function("f"), function("final_answer")]),
            "final_answer_",
        ),
    ] {
        let sent = with(OLD, &json!({"text": format(), "tools": tools}));
        assert!(sent.body.get("generationConfig").is_none());
        let answer = functions(&sent.body).last().unwrap();
        assert_eq!(answer["name"], name);
        assert_eq!(answer["parametersJsonSchema"], schema());
        let mode = &sent.body["toolConfig"]["functionCallingConfig"];
        assert_eq!(mode, &json!({"mode": "ANY"}));
        assert_eq!(sent.noted(), ["converted text.format"]);
    }
}

#[test]
fn without_the_schema_of_an_object_older_models_get_an_instruction() {
    let list = json!({"format": {"type": "json_schema", "name": "n", "schema": {"type": "array"}}});
    for text in [json!({"format": {"type": "json_object"}}), list] {
        let members = json!({"text": text, "tools": [function("f")], "instructions": "Be kind."});
        let sent = with(OLD, &members);
        assert_eq!(names(&sent.body), ["f"]);
        assert!(sent.body.get("generationConfig").is_none());
        let system = sent.body["systemInstruction"]["parts"].as_array().unwrap();
        assert_eq!(system[0]["text"], "Be kind.");
        assert!(system[1]["text"].as_str().unwrap().contains("JSON"));
        assert_eq!(sent.noted(), ["converted text.format"]);
    }
}

#[test]
fn json_and_a_choice_that_decides_between_text_and_calls() {
    let with_choice = |model: &str, choice: &str| {
        let members = json!({"text": format(), "tools": [function("f")], "tool_choice": choice});
        with(model, &members)
    };
    for model in [OLD, NEW] {
        let sent = with_choice(model, "required");
        assert!(sent.body.get("generationConfig").is_none());
        assert_eq!(sent.noted(), ["ignored text.format"]);
        let sent = with_choice(model, "none");
        let mime = &sent.body["generationConfig"]["responseMimeType"];
        assert_eq!(mime, "application/json");
        assert_eq!(sent.body.get("tools").is_some(), model == NEW);
    }
}

#[test]
fn loaded_tools_are_declared() {
    let input = json!([
        {"role": "user", "content": "hi"},
        {"type": "additional_tools", "role": "developer", "tools": [function("late one")]},
    ]);
    let sent = with(OLD, &json!({"input": input}));
    assert_eq!(names(&sent.body), ["late_one"]);
}

#[test]
fn a_repeated_name_is_refused() {
    let tools = json!({"tools": [function("a b"), function("a b")]});
    let refusal = translate_for(&request(&tools), &Target::new(OLD)).unwrap_err();
    assert_eq!(refusal.param, "tools[1].name");
}
