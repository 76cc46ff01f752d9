//! Requests of coding agents and SDKs: tools of every kind, recorded requests, and requests in the
//! form of the Chat Completions API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]
#![cfg(feature = "local")]

mod generated_calls;
mod history;
#[path = "../support/mod.rs"]
mod support;

use orouter_conformance::Auditor;
use orouter_local::LoadError;
use orouter_server::{LocalModel, Server};
use orouter_wire::{Item, ResponseStatus, StreamEvent};
use serde_json::{Value, json};
use support::client::HttpResponse;
use support::{MODEL, Running, request};

/// Starts a server whose model cannot be loaded. An admitted request is a 502, which has metadata.
async fn server() -> Running {
    let model = LocalModel::loading(|| {
        Err(LoadError::NotGguf {
            path: "no-such-model.gguf".into(),
        })
    });
    Running::start(Server::builder().provider(model)).await
}

async fn ask(server: &Running, body: &Value) -> HttpResponse {
    let body = body.to_string();
    let head = format!(
        "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         x-openrouter-metadata: enabled\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let open = server.client().open(head.as_bytes()).await;
    open.whole().await
}

/// Returns the paths and actions of the notes on an admitted request.
async fn admitted(server: &Running, body: &Value) -> Vec<(String, String)> {
    let response = ask(server, body).await;
    assert_eq!(response.status, 502, "{body}: {}", response.text());
    let notes = &response.json()["openrouter_metadata"]["pipeline"][0]["data"]["notes"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    notes
        .as_array()
        .into_iter()
        .flatten()
        .map(|note| (text(&note["param"]), text(&note["action"])))
        .collect()
}

/// Returns the member at fault and the message of a refused request.
async fn refused(server: &Running, body: &Value) -> (String, String) {
    let response = server.client().ask(body).await;
    assert_eq!(response.status, 400, "{body}: {}", response.text());
    let error = response.error();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["param"]), text(&error["message"]))
}

fn with(members: Value) -> Value {
    let mut body = json!({"model": MODEL, "input": "Say OK."});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn function(name: &str) -> Value {
    json!({"type": "function", "name": name, "parameters": {"type": "object", "properties": {}, "additionalProperties": false}, "strict": false})
}

fn custom(name: &str, format: Value) -> Value {
    json!({"type": "custom", "name": name, "description": "d", "format": format})
}

fn namespace(name: &str, tools: Value) -> Value {
    json!({"type": "namespace", "name": name, "description": "d", "tools": tools})
}

#[tokio::test]
async fn hosted_tools_are_skipped_and_listed() {
    let server = server().await;
    let hosted = [
        json!({"type": "web_search"}),
        json!({"type": "web_search_preview", "search_context_size": "low"}),
        json!({"type": "file_search", "vector_store_ids": ["vs"]}),
        json!({"type": "code_interpreter", "container": {"type": "auto"}}),
        json!({"type": "image_generation"}),
        json!({"type": "computer_use_preview", "environment": "browser"}),
        json!({"type": "mcp", "server_label": "m", "server_url": "https://example.com"}),
        json!({"type": "local_shell"}),
        json!({"type": "shell"}),
        json!({"type": "apply_patch"}),
        json!({"type": "tool_search"}),
        json!({"type": "openrouter:web_search"}),
        json!({"type": "x_search"}),
        json!({"type": "telepathy", "strength": [1]}),
        json!({"type": "mcp"}),
    ];
    for tool in &hosted {
        let body = with(json!({"tools": [function("a"), tool, custom("c", json!(null))]}));
        let notes = admitted(&server, &body).await;
        let expected = [("tools[1]".to_owned(), "skipped".to_owned())];
        assert_eq!(notes, expected, "{tool}");
        let body = with(json!({"tools": [tool], "tool_choice": "auto"}));
        assert_eq!(admitted(&server, &body).await.len(), 1, "{tool}");

        let kind = tool["type"].as_str().unwrap();
        let body = with(json!({"tools": [tool], "tool_choice": "required"}));
        let (param, message) = refused(&server, &body).await;
        assert_eq!(param, "tool_choice", "{tool}");
        assert!(message.contains(kind), "{message}");
        let body = with(json!({"tools": [function("a"), tool], "tool_choice": {"type": kind}}));
        let (param, message) = refused(&server, &body).await;
        assert_eq!(param, "tool_choice.type", "{tool}");
        assert!(message.contains(kind), "{message}");
    }
    let body = with(json!({"tools": hosted, "tool_choice": "none"}));
    assert_eq!(admitted(&server, &body).await, []);
}

#[tokio::test]
async fn with_tool_choice_none_no_tool_causes_a_refusal() {
    let server = server().await;
    for tools in [
        json!([7, "hammer", {}]),
        json!([{"type": "function"}, {"type": "function", "name": "a b", "parameters": 7}]),
        json!([function("a"), function("a")]),
        json!([{"type": "custom"}, {"type": "namespace"}, {"type": "mcp"}]),
        json!([{"type": "function", "function": {"name": "f"}}]),
        json!([{"type": "function", "name": "a", "strict": true, "parameters": {"type": "nonsense"}}]),
    ] {
        let body = with(json!({"tools": tools, "tool_choice": "none"}));
        assert_eq!(admitted(&server, &body).await, []);
    }
}

#[tokio::test]
async fn chat_completions_form_is_named_with_its_equivalent() {
    let server = server().await;
    for (body, param, equivalent) in [
        (
            json!({"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}),
            "messages",
            "`input`",
        ),
        (
            with(json!({"response_format": {"type": "json_object"}})),
            "response_format",
            "`text.format`",
        ),
        (
            with(json!({"max_tokens": 8})),
            "max_tokens",
            "`max_output_tokens`",
        ),
        (
            with(
                json!({"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}),
            ),
            "tools[0].function",
            "`name`",
        ),
        (
            with(
                json!({"text": {"format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}}),
            ),
            "text.format.json_schema",
            "`text.format.schema`",
        ),
        (
            with(json!({"input": [{"role": "tool", "tool_call_id": "c", "content": "x"}]})),
            "input[0].role",
            "function_call_output",
        ),
    ] {
        let (found, message) = refused(&server, &body).await;
        assert_eq!(found, param, "{message}");
        assert!(
            message.contains(equivalent) && message.contains("Chat Completions"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn recorded_requests_are_admitted() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures/responses-request");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: no recorded requests, ../shared is not there");
        return;
    };
    let server = server().await;
    let mut admitted = 0;
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut body: Value = serde_json::from_str(&text).unwrap();
        body["model"] = MODEL.into();
        body["stream"] = false.into();
        let response = ask(&server, &body).await;
        if response.status == 502 {
            admitted += 1;
            continue;
        }
        // Refusals may only concern settings of the whole request and parts that are not text.
        let error = response.error();
        let param = error["param"].as_str().unwrap_or_default();
        let message = error["message"].as_str().unwrap();
        let part = [
            "input_image",
            "input_file",
            "item_reference",
            "fetch URLs",
            "stores no files",
            "PDF",
            "Word",
        ];
        let fine = !param.starts_with("tools")
            && (!param.starts_with("input[") || part.iter().any(|word| message.contains(word)));
        assert!(fine, "{param}: {message}");
    }
    assert!(admitted > 80, "{admitted} requests were admitted");
}

/// Returns the only item of a streamed response. Checks that the stream is valid and has an event
/// of the type `delta`.
async fn streamed(server: &Running, body: &Value, delta: &str) -> Item {
    let mut body = body.clone();
    body["stream"] = true.into();
    let events = server.client().ask(&body).await.events();
    let mut auditor = Auditor::new();
    events.iter().for_each(|event| auditor.push(event));
    let found = auditor.finish();
    assert!(found.is_empty(), "{found:?}\n{events:#?}");
    assert!(
        events.iter().any(|event| event.kind() == delta),
        "{events:#?}"
    );
    let last = events.last().and_then(StreamEvent::response).unwrap();
    assert_eq!(last.output.len(), 1);
    last.output[0].clone()
}
