//! A `completed` response satisfies its schema, and has the call that `tool_choice` forces.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "local")]

mod support;

use orouter_wire::{ResponseStatus, StreamEvent};
use serde_json::{Value, json};
use support::{Running, request};

fn person() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "age": {"type": "integer"},
            "city": {"type": "string"},
        },
        "required": ["name", "age", "city"],
        "additionalProperties": false,
    })
}

fn is_person(value: &Value) -> bool {
    let Some(map) = value.as_object() else {
        return false;
    };
    map.len() == 3 && map["name"].is_string() && map["age"].is_i64() && map["city"].is_string()
}

#[tokio::test]
async fn text_satisfies_its_schema() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let mut completed = 0;
    for seed in 0..3 {
        let mut body = request("Extract: Maria Lopez is 34 and lives in Lisbon.");
        body["max_output_tokens"] = 200.into();
        body["text"] =
            json!({"format": {"type": "json_schema", "name": "person", "schema": person()}});
        body["seed"] = seed.into();
        let http_response = server.client().ask(&body).await;
        let echoed = &http_response.json()["text"]["format"];
        assert_eq!(
            (&echoed["strict"], &echoed["description"]),
            (&json!(true), &json!(""))
        );
        let response = http_response.response();
        match response.status {
            ResponseStatus::Completed => {
                let value: Value = serde_json::from_str(&response.output_text()).unwrap();
                assert!(is_person(&value), "{value}");
                completed += 1;
            }
            ref other => eprintln!("seed {seed} is {other}: {}", response.output_text()),
        }
    }
    assert_eq!(completed, 3);
}

#[tokio::test]
async fn text_is_a_json_object_when_asked_to_be() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let mut body = request("Give me a JSON object with a key \"colour\".");
    body["max_output_tokens"] = 60.into();
    body["text"] = json!({"format": {"type": "json_object"}});
    let response = server.client().ask(&body).await.response();
    if response.status == ResponseStatus::Completed {
        let value: Value = serde_json::from_str(&response.output_text()).unwrap();
        assert!(value.is_object(), "{value}");
    }
}

fn tools() -> Value {
    json!([
        {"type": "function", "name": "get_weather", "description": "The weather in a city, now.",
         "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}}, "required": ["city", "unit"]}},
        {"type": "function", "name": "get_time", "description": "The time, now.", "parameters": null},
    ])
}

#[tokio::test]
async fn a_forced_call_is_made_and_its_output_answered() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let choices = [
        json!("required"),
        json!({"type": "function", "name": "get_weather"}),
    ];
    for choice in choices {
        let mut body = request("How is the weather in Paris?");
        body["max_output_tokens"] = 100.into();
        body["tools"] = tools();
        body["tool_choice"] = choice.clone();
        body["stream"] = true.into();
        let events = server.client().ask(&body).await.events();
        let Some(StreamEvent::Completed(last)) = events.last() else {
            panic!("{events:#?}")
        };
        let response = last.response.as_ref().unwrap();
        let call = response.function_calls().next().unwrap();
        let arguments: Value = call.parse_arguments().unwrap();
        if call.name == "get_weather" {
            assert!(arguments["city"].is_string(), "{arguments}");
            assert!(matches!(
                arguments["unit"].as_str(),
                Some("celsius" | "fahrenheit")
            ));
        } else {
            assert_eq!((call.name.as_str(), &arguments), ("get_time", &json!({})));
            assert_eq!(choice, "required");
        }
        let deltas: String = events
            .iter()
            .filter_map(|event| match event {
                StreamEvent::FunctionCallArgumentsDelta(delta) => Some(delta.delta.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(deltas, call.arguments);

        // Send the call back with its output.
        let call: Value = serde_json::from_str(&orouter_wire::to_string(call)).unwrap();
        let output = json!({"type": "function_call_output", "call_id": call["call_id"], "output": "sunny, 21 degrees"});
        body["input"] =
            json!([{"role": "user", "content": "How is the weather in Paris?"}, call, output]);
        body["tool_choice"] = "none".into();
        body["stream"] = false.into();
        let response = server.client().ask(&body).await.response();
        assert!(!response.output_text().is_empty());
        assert_eq!(response.function_calls().count(), 0);
    }
}

#[tokio::test]
async fn a_call_beyond_the_limit_is_incomplete() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    for limit in [1, 4, 20] {
        let mut body = request("How is the weather in Paris?");
        body["max_output_tokens"] = limit.into();
        body["tools"] = json!([{"type": "function", "name": "note", "parameters": {"type": "object", "properties": {"text": {"type": "string", "minLength": 300}}, "required": ["text"]}}]);
        body["tool_choice"] = "required".into();
        let response = server.client().ask(&body).await.response();
        assert_eq!(response.status, ResponseStatus::Incomplete);
        assert_eq!(response.output_text(), "", "an incomplete call is not text");
    }
}

#[tokio::test]
async fn a_strict_schema_that_cannot_be_enforced_is_a_400() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let bad = json!({"type": "object", "properties": {"a": {"type": "no-such-type"}}});
    let mut body = request("Hi");
    body["text"] =
        json!({"format": {"type": "json_schema", "name": "n", "strict": true, "schema": bad}});
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 400, "{}", response.text());
    assert_eq!(
        response.error()["param"],
        "text.format.schema.properties.a.type"
    );
    let mut body = request("Hi");
    body["tools"] = json!([{"type": "function", "name": "f", "strict": true, "parameters": bad}]);
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 400, "{}", response.text());
    assert_eq!(
        response.error()["param"],
        "tools[0].parameters.properties.a.type"
    );
}
