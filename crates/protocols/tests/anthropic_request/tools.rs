//! Tools, their schemas, and the choice among them.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{MODEL, Translated, translate, translate_for, translate_to, user};

fn request(members: Value) -> Value {
    let mut request = json!({"model": "m", "input": "Hi", "max_output_tokens": 4096});
    for (name, value) in members.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

fn with_tools(tools: Value) -> Translated {
    translate(&request(json!({"tools": tools}))).unwrap()
}

fn function(name: &str, parameters: Value) -> Value {
    json!({"type": "function", "name": name, "parameters": parameters})
}

fn names(translated: &Translated) -> Vec<&str> {
    let tools = translated.body["tools"].as_array();
    let tools = tools.into_iter().flatten();
    tools.map(|tool| tool["name"].as_str().unwrap()).collect()
}

#[test]
fn functions_and_custom_tools_are_tools() {
    let schema =
        json!({"type": "object", "properties": {"a": {"type": "string", "minLength": 2}}, "x": 1});
    let translated = with_tools(json!([
        {"type": "function", "name": "f", "description": "F.", "parameters": schema,
            "cache_control": {"type": "ephemeral"}},
        {"type": "function", "name": "g", "strict": false},
        {"type": "custom", "name": "sh", "description": "Shell.",
            "format": {"type": "grammar", "syntax": "regex", "definition": "ls.*"}},
    ]));
    let tools = translated.body["tools"].as_array().unwrap();
    let cached = json!({"type": "ephemeral"});
    assert_eq!(
        tools[0],
        json!({"name": "f", "description": "F.", "input_schema": schema, "cache_control": cached})
    );
    assert_eq!(
        tools[1],
        json!({"name": "g", "input_schema": {"type": "object", "properties": {}}})
    );
    assert_eq!(tools[2]["input_schema"]["required"], json!(["input"]));
    assert!(tools[2]["description"].as_str().unwrap().contains("ls.*"));
    assert_eq!(translated.body.get("tool_choice"), None);
    assert!(translated.has_note("converted tools[2]"));
}

#[test]
fn names_that_the_api_does_not_allow_are_changed_everywhere() {
    let long = "x".repeat(100);
    let items = json!([
        user("Go"),
        {"type": "function_call", "call_id": "1", "name": "my.tool", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": "a"},
        {"type": "function_call", "call_id": "2", "namespace": "n", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "2", "output": "b"},
        {"type": "function_call", "call_id": "3", "name": "über tool", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "3", "output": "c"},
    ]);
    let request = request(json!({
        "input": items,
        "tools": [
            function("my.tool", json!({"type": "object"})),
            function("my_tool", json!({"type": "object"})),
            function(&long, json!({"type": "object"})),
            {"type": "namespace", "name": "n", "description": "N.", "tools": [function("f", json!({}))]},
        ],
        "tool_choice": {"type": "function", "name": "my.tool"},
    }));
    let translated = translate(&request).unwrap();
    let names = names(&translated);
    assert!(names[0].starts_with("my_tool_"), "{names:?}");
    assert_eq!(names[1], "my_tool");
    assert_eq!(names[2].len(), 64);
    assert_eq!(names[3], "n__f");
    let calls: Vec<&str> = translated
        .messages()
        .iter()
        .filter_map(|message| message["content"][0]["name"].as_str())
        .collect();
    assert_eq!(calls, [names[0], "n__f", "_ber_tool"]);
    assert_eq!(
        translated.body["tool_choice"],
        json!({"type": "tool", "name": names[0]})
    );
    let calls = names.iter().enumerate().map(|(index, name)| {
        json!({"type": "tool_use", "id": format!("toolu_{index}"), "name": name, "input": {}})
    });
    let response = translated.reply(&calls.collect());
    let turned_back: Vec<(&str, Option<&str>)> = response
        .output
        .iter()
        .filter_map(|item| item.as_function_call())
        .map(|call| (call.name.as_str(), call.namespace.as_deref()))
        .collect();
    let own = [
        ("my.tool", None),
        ("my_tool", None),
        (&*long, None),
        ("f", Some("n")),
    ];
    assert_eq!(turned_back, own);
}

#[test]
fn the_choice_has_the_words_of_the_api() {
    let tools = json!([function("f", json!({})), function("g", json!({}))]);
    for (choice, parallel, sent) in [
        (json!("auto"), Value::Null, json!({"type": "auto"})),
        (json!("none"), Value::Null, json!({"type": "none"})),
        (json!("none"), json!(false), json!({"type": "none"})),
        (json!("required"), Value::Null, json!({"type": "any"})),
        (json!("required"), json!(true), json!({"type": "any"})),
        (
            json!("required"),
            json!(false),
            json!({"type": "any", "disable_parallel_tool_use": true}),
        ),
        (
            json!({"type": "function", "name": "g"}),
            Value::Null,
            json!({"type": "tool", "name": "g"}),
        ),
        (
            Value::Null,
            json!(false),
            json!({"type": "auto", "disable_parallel_tool_use": true}),
        ),
        (Value::Null, Value::Null, Value::Null),
    ] {
        let mut members = json!({"tools": tools});
        if !choice.is_null() {
            members["tool_choice"] = choice.clone();
        }
        if !parallel.is_null() {
            members["parallel_tool_calls"] = parallel.clone();
        }
        let translated = translate(&request(members)).unwrap();
        assert_eq!(translated.body["tool_choice"], sent, "{choice} {parallel}");
        assert_eq!(names(&translated), ["f", "g"]);
    }
    let translated = translate(&request(json!({"parallel_tool_calls": false}))).unwrap();
    assert_eq!(translated.body.get("tool_choice"), None);
}

#[test]
fn trap_16_allowed_tools_are_a_filter() {
    let tools = json!([
        function("f", json!({})),
        function("g", json!({})),
        function("h", json!({}))
    ]);
    let choice = json!({"type": "allowed_tools", "mode": "required", "tools": [
        {"type": "function", "name": "f"}, {"type": "function", "name": "h"},
    ]});
    let translated = translate(&request(json!({"tools": tools, "tool_choice": choice}))).unwrap();
    assert_eq!(names(&translated), ["f", "h"]);
    assert_eq!(translated.body["tool_choice"], json!({"type": "any"}));
}

#[test]
fn trap_16_models_that_take_no_forced_call_get_only_the_tools_that_must_be_called() {
    let tools = json!([function("f", json!({})), function("g", json!({}))]);
    let forced = request(json!({"tools": tools, "tool_choice": {"type": "function", "name": "g"}}));
    let required = request(json!({"tools": tools, "tool_choice": "required"}));
    for model in [
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "claude-fable-5-1",
        "claude-mythos-preview",
    ] {
        let translated = translate_to(model, &forced);
        assert_eq!(names(&translated), ["g"], "{model}");
        assert_eq!(translated.body["tool_choice"], json!({"type": "auto"}));
        assert!(translated.has_note("adjusted tool_choice"));
        let translated = translate_to(model, &required);
        assert_eq!(names(&translated), ["f", "g"], "{model}");
        assert_eq!(translated.body["tool_choice"], json!({"type": "auto"}));
    }
    for model in ["claude-opus-5", "claude-haiku-5-5", "claude-fable-5"] {
        let translated = translate_to(model, &forced);
        assert_eq!(
            translated.body["tool_choice"],
            json!({"type": "tool", "name": "g"}),
            "{model}"
        );
    }
}

#[test]
fn hosted_tools_are_skipped_unless_they_are_forced() {
    let translated = with_tools(json!([{"type": "web_search"}, function("f", json!({}))]));
    assert_eq!(names(&translated), ["f"]);
    assert!(translated.has_note("skipped tools[0]"));
    let translated = with_tools(json!([{"type": "web_search"}]));
    assert_eq!(translated.body.get("tools"), None);
    let forced =
        request(json!({"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search"}}));
    let refusal = translate(&forced).unwrap_err();
    assert_eq!(refusal.param, "tool_choice.type");
    assert!(refusal.message.contains("Anthropic Messages"), "{refusal}");
}

#[test]
fn an_endpoint_without_tools_gets_none() {
    let listed = vec!["max_tokens".to_owned()];
    let target = Target::new(MODEL).supported_parameters(Some(&listed));
    let translated = translate_for(
        &request(json!({"tools": [function("f", json!({}))]})),
        &target,
    )
    .unwrap();
    assert_eq!(translated.body.get("tools"), None);
    assert!(translated.has_note("ignored tools"));
}

#[test]
fn trap_17_schemas_pass_unchanged_unless_the_api_refuses_them() {
    for schema in [
        json!({"type": "object"}),
        json!({"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/b"}]}},
            "$defs": {"b": {"type": "object", "additionalProperties": {"type": "number", "minimum": 1}}}}),
        json!({"type": "object", "patternProperties": {"^x": {}}, "not": {"required": ["y"]}}),
    ] {
        let translated = with_tools(json!([function("f", schema.clone())]));
        assert_eq!(translated.body["tools"][0]["input_schema"], schema);
        assert_eq!(translated.noted(), Vec::<String>::new());
    }
    for (schema, sent) in [
        (json!({}), json!({"type": "object", "properties": {}})),
        (
            json!({"properties": {"a": {"type": "string"}}, "required": ["a"], "title": "T"}),
            json!({"type": "object", "title": "T", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
        ),
        (
            json!({"type": ["object", "null"], "properties": {"a": {}}}),
            json!({"type": "object", "properties": {"a": {}}}),
        ),
    ] {
        let translated = with_tools(json!([function("f", schema)]));
        assert_eq!(translated.body["tools"][0]["input_schema"], sent);
        assert_eq!(translated.noted(), Vec::<String>::new());
    }
}

#[test]
fn trap_17_alternatives_at_the_top_of_a_schema_become_members_of_the_object() {
    let circle = json!({"type": "object", "properties": {"kind": {"const": "circle"}, "r": {"type": "number"}},
        "required": ["kind", "r"], "additionalProperties": false});
    let square = json!({"type": "object", "properties": {"kind": {"const": "square"}, "a": {"type": "number"}},
        "required": ["kind", "a"]});
    let merged = json!({
        "type": "object",
        "properties": {
            "kind": {"anyOf": [{"const": "circle"}, {"const": "square"}]},
            "r": {"type": "number"},
            "a": {"type": "number"},
        },
        "required": ["kind"],
    });
    for name in ["anyOf", "oneOf"] {
        let translated = with_tools(json!([function("f", json!({name: [circle, square]}))]));
        assert_eq!(
            translated.body["tools"][0]["input_schema"], merged,
            "{name}"
        );
        assert!(
            translated.has_note("converted tools[0].parameters"),
            "{name}"
        );
    }
    let all = json!({"type": "object", "properties": {"id": {"type": "string"}}, "allOf": [
        {"$ref": "#/$defs/circle"}, {"required": ["id"]},
    ], "$defs": {"circle": circle}});
    let translated = with_tools(json!([function("f", all)]));
    let schema = &translated.body["tools"][0]["input_schema"];
    let members: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "kind", "r"]);
    assert_eq!(schema["required"], json!(["kind", "r", "id"]));
    let reference = json!({"$ref": "#/$defs/circle", "$defs": {"circle": circle}});
    let translated = with_tools(json!([function("f", reference)]));
    assert_eq!(
        translated.body["tools"][0]["input_schema"]["properties"],
        circle["properties"]
    );
    // Members that refer to the definition of itself end.
    let endless = json!({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}});
    with_tools(json!([function("f", endless)]));
}

fn strict(parameters: Value) -> Value {
    json!({"type": "function", "name": "f", "strict": true, "parameters": parameters})
}

#[test]
fn strict_tools_have_the_form_that_the_api_enforces() {
    let translated = with_tools(json!([strict(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "n": {"type": "integer", "minimum": 1, "description": "Count."},
            "mail": {"type": "string", "format": "email", "pattern": ".+@.+"},
            "list": {"type": "array", "items": {"type": "object", "properties": {}}, "minItems": 1, "maxItems": 3},
            "either": {"oneOf": [{"type": "string"}, {"type": "null"}]},
            "one": {"$ref": "#/$defs/one"},
            "word": {"enum": ["a", "b"]},
        },
        "required": ["n", "mail", "list", "either", "one", "word"],
        "$defs": {"one": {"type": ["string", "null"]}},
    }))]));
    let tool = &translated.body["tools"][0];
    assert_eq!(tool["strict"], true);
    assert_eq!(
        tool["input_schema"],
        json!({
            "type": "object",
            "properties": {
                "n": {"type": "integer", "description": "Count.\n\n{minimum: 1}"},
                "mail": {"type": "string", "format": "email", "description": "{pattern: \".+@.+\"}"},
                "list": {"type": "array", "minItems": 1, "description": "{maxItems: 3}",
                    "items": {"type": "object", "properties": {}, "additionalProperties": false}},
                "either": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "one": {"$ref": "#/$defs/one"},
                "word": {"enum": ["a", "b"]},
            },
            "required": ["n", "mail", "list", "either", "one", "word"],
            "$defs": {"one": {"type": ["string", "null"]}},
            "additionalProperties": false,
        })
    );
    assert!(translated.has_note("converted tools[0].parameters"));
}

#[test]
fn a_strict_schema_that_the_api_cannot_enforce_is_refused_by_tool_and_member() {
    for (schema, path) in [
        (
            json!({"type": "object", "additionalProperties": true}),
            ".additionalProperties",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "object", "additionalProperties": {"type": "string"}}}}),
            ".properties.a.additionalProperties",
        ),
        (
            json!({"type": "object", "properties": {"a": {}}}),
            ".properties.a",
        ),
        (
            json!({"type": "object", "properties": {"a": true}}),
            ".properties.a",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "array", "items": {"not": {}}}}}),
            ".properties.a.items",
        ),
        (
            json!({"type": "object", "patternProperties": {}}),
            ".patternProperties",
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "other.json"}}}),
            ".properties.a.$ref",
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}},
                "$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}}}}),
            ".$defs.n",
        ),
        (json!({"anyOf": [{"type": "object"}]}), ".anyOf"),
    ] {
        let refusal = translate(&request(json!({"tools": [strict(schema.clone())]}))).unwrap_err();
        assert_eq!(
            refusal.param,
            format!("tools[0].parameters{path}"),
            "{schema}"
        );
        assert!(!refusal.message.contains('\n'));
        // Without `strict`, the same schema is sent.
        with_tools(json!([function("f", schema)]));
    }
}

#[test]
fn strict_is_left_out_where_the_model_or_the_api_does_not_take_it() {
    let tool = strict(json!({"type": "object", "properties": {}, "additionalProperties": false}));
    let translated = translate_to(
        "claude-sonnet-4-20250514",
        &request(json!({"tools": [tool]})),
    );
    assert_eq!(translated.body["tools"][0].get("strict"), None);
    assert!(translated.has_note("ignored tools[0].strict"));
    let many = |count: usize, parameters: &Value| -> Value {
        let tools = (0..count).map(|n| {
            json!({"type": "function", "name": format!("f{n}"), "strict": true, "parameters": parameters})
        });
        tools.collect()
    };
    let optional =
        json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let union = json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "required": ["a"]});
    for (tools, is_strict) in [
        (many(20, &json!({"type": "object"})), true),
        (many(21, &json!({"type": "object"})), false),
        (many(12, &optional), true),
        (many(13, &optional), false),
        (many(16, &union), true),
        (many(17, &union), false),
    ] {
        let translated = with_tools(tools);
        let all = translated.body["tools"].as_array().unwrap();
        assert!(all.iter().all(|tool| (tool["strict"] == true) == is_strict));
        assert_eq!(translated.has_note("adjusted tools"), !is_strict);
    }
}
