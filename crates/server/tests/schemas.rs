//! Schemas of tools and text: relaxed if they are not strict, refused with the member's path if
//! they are.

#![cfg(feature = "local")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

mod support;

use orouter_wire::Item;
use serde_json::{Value, json};
use support::{HttpResponse, MODEL, Running};

/// Returns a request that must call the tool `save`.
fn call(parameters: Value, strict: Option<bool>) -> Value {
    let mut request = json!({
        "model": MODEL, "input": "Save it.", "max_output_tokens": 24, "temperature": 0,
        "tools": [{"type": "function", "name": "save", "parameters": parameters}],
        "tool_choice": {"type": "function", "name": "save"},
    });
    if let Some(strict) = strict {
        request["tools"][0]["strict"] = strict.into();
    }
    request
}

fn of(schema: Value) -> Value {
    json!({"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": false})
}

/// Schemas that cannot be enforced, each with the member at fault.
fn unenforceable() -> Vec<(Value, &'static str)> {
    vec![
        (
            of(json!({"type": "array", "items": {"type": "integer"}, "uniqueItems": true})),
            "properties.a.uniqueItems",
        ),
        (
            of(json!({"not": {"const": 1}, "type": "integer"})),
            "properties.a.not",
        ),
        (
            of(
                json!({"type": "integer", "if": {"minimum": 1}, "then": {"multipleOf": 2}, "else": {}}),
            ),
            "properties.a.if",
        ),
        (
            json!({"type": "object", "properties": {"a": {}}, "dependentRequired": {"a": ["b"]}}),
            "dependentRequired",
        ),
        (
            json!({"type": "object", "properties": {"a": {}}, "dependentSchemas": {"a": {"required": ["b"]}}}),
            "dependentSchemas",
        ),
        (
            json!({"type": "object", "propertyNames": {"minLength": 2}}),
            "propertyNames",
        ),
        (
            of(json!({"type": "array", "contains": {"type": "null"}})),
            "properties.a.contains",
        ),
        (
            json!({"type": "object", "patternProperties": {"^(?!x)": {}}}),
            "patternProperties[\"^(?!x)\"]",
        ),
        (
            json!({"type": "object", "anyOf": [{"additionalProperties": {}}], "unevaluatedProperties": {"type": "null"}}),
            "unevaluatedProperties",
        ),
        (
            of(json!({"oneOf": [{"type": "number"}, {"type": "integer"}]})),
            "properties.a.oneOf",
        ),
        (
            of(json!({"type": "string", "pattern": "^(?=a)b"})),
            "properties.a.pattern",
        ),
        (
            of(json!({"type": "string", "pattern": "(?<!a)b"})),
            "properties.a.pattern",
        ),
        (
            of(json!({"type": "string", "pattern": r"(a)\1"})),
            "properties.a.pattern",
        ),
        (
            of(
                json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"}]}),
            ),
            "properties.a.anyOf[1].pattern",
        ),
        (
            of(json!({"$ref": "https://example.com/a.json"})),
            "properties.a.$ref",
        ),
        (of(json!({"$ref": "#/$defs/None"})), "properties.a.$ref"),
        (
            of(json!({"allOf": [{"type": "string"}, {"type": "null"}]})),
            "properties.a.allOf[1]",
        ),
        (
            of(json!({"type": "integer", "minimum": 2, "maximum": 1})),
            "properties.a.minimum",
        ),
        (
            of(json!({"type": "number", "multipleOf": 1e-9})),
            "properties.a.multipleOf",
        ),
        (of(json!({"type": "float"})), "properties.a.type"),
        (of(json!({"type": 5})), "properties.a.type"),
        (of(json!({"enum": []})), "properties.a.enum"),
        (json!({"type": "object", "properties": []}), "properties"),
        (json!({"type": "object", "required": true}), "required"),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            "type",
        ),
        (
            json!({"type": "object", "properties": {"self": {"$ref": "#"}}, "required": ["self"]}),
            "required",
        ),
        (
            json!({"type": "object", "properties": {"a": {}, "b": {}}, "maxProperties": 1}),
            "maxProperties",
        ),
        (json!(false), ""),
    ]
}

/// Schemas that are enforced completely, with and without `strict`.
fn enforceable() -> Vec<Value> {
    let long: Vec<String> = (0..150).map(|n| format!("v{n}")).collect();
    vec![
        json!(null),
        json!({}),
        json!(true),
        json!({"properties": {"a": {"type": "string"}}}),
        of(json!({"type": "string", "format": "path"})),
        of(
            json!({"type": "string", "format": "password", "x-go-name": "A", "examples": ["b"], "default": "b"}),
        ),
        of(json!({"type": "integer", "format": "uint64", "minimum": 0.0})),
        of(json!({"type": "string", "contentEncoding": "base64"})),
        of(json!({"type": ["string", "null"]})),
        of(json!({"type": "string", "nullable": true})),
        of(json!({"const": "x"})),
        of(json!({"enum": ["x", 1, null, 2.5, false]})),
        of(json!({"type": "string", "enum": long})),
        of(json!({"type": "integer", "multipleOf": 5, "exclusiveMinimum": true, "minimum": 0})),
        of(
            json!({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false}),
        ),
        of(
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": false, "maxItems": 1_000_000_000}),
        ),
        of(json!({})),
        of(json!(true)),
        json!({"type": "object", "properties": {"a": false}}),
        json!({"type": "object", "additionalProperties": {"type": "integer"}}),
        json!({"type": "object", "propertyNames": {"enum": ["x", "y"]}, "additionalProperties": {"type": "string"}}),
        json!({"type": "object", "minProperties": 1}),
        json!({"type": "object", "properties": {"a": {"type": "integer"}}, "unevaluatedProperties": false}),
        of(json!({"allOf": [{"type": "string"}, {"minLength": 1}], "description": "d"})),
        of(json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})),
        json!({
            "type": "object",
            "properties": {"pet": {"discriminator": {"propertyName": "kind"}, "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}},
            "required": ["pet"],
            "$defs": {
                "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}}, "required": ["kind"]},
                "Dog": {"type": "object", "properties": {"kind": {"const": "dog"}}, "required": ["kind"]},
            },
        }),
        json!({"$ref": "#/definitions/P", "definitions": {"P": {"type": "object", "properties": {"next": {"$ref": "#/definitions/P"}}}}}),
        json!({"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}),
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/a~1b"}}, "$defs": {"a/b": {"type": "integer"}}}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#", "id": "x", "type": "object", "properties": {}}),
    ]
}

/// Sends requests, four at a time, and returns the responses in order.
async fn all(server: &Running, requests: Vec<Value>) -> Vec<HttpResponse> {
    let mut responses = Vec::new();
    for group in requests.chunks(4) {
        let asked: Vec<_> = group
            .iter()
            .map(|request| {
                let (client, request) = (server.client(), request.clone());
                tokio::spawn(async move { client.ask(&request).await })
            })
            .collect();
        for response in asked {
            responses.push(response.await.unwrap());
        }
    }
    responses
}

/// Returns the arguments of a completed call.
fn arguments(http_response: &HttpResponse) -> Option<Value> {
    let response = http_response.response();
    let Some(Item::FunctionCall(call)) = response.output.first() else {
        panic!("{}", http_response.text())
    };
    let status = serde_json::from_str::<Value>(&http_response.text()).unwrap()["status"].clone();
    (status == "completed").then(|| serde_json::from_str(&call.arguments).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_not_strict_causes_no_refusal() {
    let Some(server) = Running::with_model(4, 32).await else {
        return;
    };
    let schemas: Vec<Value> = unenforceable()
        .into_iter()
        .map(|(schema, _)| schema)
        .chain(enforceable())
        .collect();
    assert!(schemas.len() >= 55);
    let requests = schemas
        .iter()
        .enumerate()
        .map(|(n, schema)| call(schema.clone(), [None, Some(false)][n % 2]))
        .collect();
    let responses = all(&server, requests).await;
    let mut completed = 0;
    for (schema, response) in schemas.iter().zip(responses) {
        assert_eq!(response.status, 200, "{schema}: {}", response.text());
        if let Some(arguments) = arguments(&response) {
            completed += 1;
            assert!(arguments.is_object(), "{schema}: {arguments}");
            let a = &arguments["a"];
            let node = &schema["properties"]["a"];
            match node["type"].as_str() {
                Some("string") => assert!(a.is_string(), "{schema}: {arguments}"),
                Some("integer") => assert!(a.is_i64(), "{schema}: {arguments}"),
                Some("array") => assert!(a.is_array(), "{schema}: {arguments}"),
                _ => {}
            }
            if let Some(values) = node["enum"].as_array().filter(|values| !values.is_empty()) {
                assert!(values.contains(a), "{schema}: {arguments}");
            }
        }
    }
    assert!(completed > 30, "{completed} of {}", schemas.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_schema_is_refused_in_one_line_that_names_tool_and_member() {
    let Some(server) = Running::with_model(4, 32).await else {
        return;
    };
    let cases = unenforceable();
    let requests = cases
        .iter()
        .map(|(schema, _)| call(schema.clone(), Some(true)))
        .collect();
    for ((schema, member), response) in cases.iter().zip(all(&server, requests).await) {
        assert_eq!(response.status, 400, "{schema}: {}", response.text());
        let error = response.error();
        let message = error["message"].as_str().unwrap();
        assert!(
            !message.contains('\n') && message.contains("`save`"),
            "{message}"
        );
        let dot = if member.is_empty() { "" } else { "." };
        let path = format!("`tools[0].parameters{dot}{member}`");
        assert!(message.contains(&path), "{message} has no {path}");
    }
    let requests = enforceable()
        .into_iter()
        .map(|schema| call(schema, Some(true)))
        .collect::<Vec<_>>();
    for (request, response) in requests.iter().zip(all(&server, requests.clone()).await) {
        assert_eq!(response.status, 200, "{request}: {}", response.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_for_text_follows_the_same_rules() {
    let Some(server) = Running::with_model(4, 32).await else {
        return;
    };
    let request = |schema: &Value, strict: bool| {
        json!({
            "model": MODEL, "input": "HttpResponse.", "max_output_tokens": 24, "temperature": 0,
            "text": {"format": {"type": "json_schema", "name": "answer", "strict": strict, "schema": schema}},
        })
    };
    let schemas = [
        (
            of(json!({"type": "string", "pattern": "^(?!x)"})),
            "text.format.schema.properties.a.pattern",
        ),
        (
            of(json!({"type": "array", "items": {"type": "integer"}, "uniqueItems": true})),
            "text.format.schema.properties.a.uniqueItems",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": 7}}}),
            "text.format.schema.properties.a.type",
        ),
        (
            json!({"oneOf": [{"type": "object"}, {"type": "object"}]}),
            "text.format.schema.oneOf",
        ),
    ];
    for (schema, path) in schemas {
        let response = server.client().ask(&request(&schema, false)).await;
        assert_eq!(response.status, 200, "{schema}: {}", response.text());
        let response = server.client().ask(&request(&schema, true)).await;
        assert_eq!(response.status, 400, "{schema}: {}", response.text());
        let message = response.error()["message"].to_string();
        assert!(
            message.contains(&format!("`{path}`")) && !message.contains("\\n"),
            "{message}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_tools_that_can_be_called_are_compiled() {
    let Some(server) = Running::with_model(4, 32).await else {
        return;
    };
    let bad = json!({"type": "function", "name": "bad", "strict": true, "parameters": of(json!({"type": "string", "pattern": "(?=a)"}))});
    let good = json!({"type": "function", "name": "good", "strict": true, "parameters": of(json!({"type": "boolean"}))});
    let mut request = json!({
        "model": MODEL, "input": "Hi.", "max_output_tokens": 16, "temperature": 0, "tools": [bad, good],
    });
    for (choice, status) in [
        (json!("auto"), 400),
        (json!("required"), 400),
        (json!({"type": "function", "name": "bad"}), 400),
        (json!({"type": "function", "name": "good"}), 200),
        (
            json!({"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "good"}]}),
            200,
        ),
        (json!("none"), 200),
    ] {
        request["tool_choice"] = choice.clone();
        let response = server.client().ask(&request).await;
        assert_eq!(response.status, status, "{choice}: {}", response.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn schemas_nested_too_deeply_to_read_allow_anything() {
    let Some(server) = Running::with_model(2, 4).await else {
        return;
    };
    let depth = 200;
    let schema = format!("{}{{}}{}", r#"{"items":"#.repeat(depth), "}".repeat(depth));
    for (strict, status) in [(false, 200), (true, 400)] {
        let body = format!(
            r#"{{"model": "{MODEL}", "input": "Hi.", "max_output_tokens": 8, "tool_choice": "required",
                "tools": [{{"type": "function", "name": "deep", "strict": {strict}, "parameters": {schema}}}]}}"#
        );
        let response = server.client().post("/api/v1/responses", body).await;
        assert_eq!(response.status, status, "{}", response.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn relaxed_members_are_noted() {
    let Some(server) = Running::with_model(2, 4).await else {
        return;
    };
    let body = call(
        of(json!({"type": "array", "items": {"type": "boolean"}, "uniqueItems": true})),
        None,
    )
    .to_string();
    let request = format!(
        "POST /api/v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         x-openrouter-metadata: enabled\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let response = server.client().open(request.as_bytes()).await.whole().await;
    assert_eq!(response.status, 200, "{}", response.text());
    let metadata = response.json()["openrouter_metadata"].to_string();
    assert!(
        metadata.contains("tools[0].parameters.properties.a.uniqueItems"),
        "{metadata}"
    );
}

/// Expensive schemas: the engine's limits hold, and the server keeps running.
#[tokio::test(flavor = "multi_thread")]
async fn expensive_schemas_end_in_a_response() {
    let Some(server) = Running::with_model(4, 8).await else {
        return;
    };
    let choice = json!({"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]});
    let schemas = [
        of(json!({"type": "string", "pattern": "^((((a{1,100}){1,100}){1,100}){1,100})$"})),
        of(json!({"type": "string", "minLength": 3000, "pattern": "^(x|y|xy)*$"})),
        json!({"type": "object", "allOf": vec![choice; 16]}),
    ];
    let requests = schemas
        .iter()
        .map(|schema| call(schema.clone(), None))
        .collect();
    for (schema, response) in schemas.iter().zip(all(&server, requests).await) {
        assert_eq!(response.status, 200, "{schema}: {}", response.text());
    }
    server.idle().await;
}
