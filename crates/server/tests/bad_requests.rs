//! Invalid requests are refused with a status, an error type, the path of the member at fault and a
//! message that names it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(feature = "local")]

mod support;

use orouter_local::LoadError;
use orouter_server::{Limits, LocalModel, Server};
use serde_json::{Value, json};
use support::{MODEL, Running};

/// Starts a server whose model cannot be loaded. Refusals do not need the model.
async fn server() -> Running {
    let model = LocalModel::loading(|| {
        Err(LoadError::NotGguf {
            path: "no-such-model.gguf".into(),
        })
    });
    let limits = Limits::default().body_bytes(100_000);
    Running::start(Server::builder().provider(model).limits(limits)).await
}

/// Posts a body, checks status, error type and member, and returns the message.
async fn refused(server: &Running, body: &Value, status: u16, kind: &str, param: &str) -> String {
    let response = server.client().ask(body).await;
    let error = response.error();
    assert_eq!(response.status, status, "{body} {error}");
    assert_eq!(error["metadata"]["error_type"], kind, "{body} {error}");
    assert_eq!(error["param"], param, "{body} {error}");
    error["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn missing_members_are_named() {
    let server = server().await;
    let message = refused(&server, &json!({}), 400, "invalid_request", "model").await;
    assert!(message.contains("`model` and `input`"), "{message}");
    for body in [
        json!({"input": "hi"}),
        json!({"input": "hi", "model": null}),
        json!({"input": "hi", "model": ""}),
    ] {
        let message = refused(&server, &body, 400, "invalid_request", "model").await;
        assert!(message.contains("`model` is required"), "{message}");
    }
    for input in [json!(null), json!(""), json!("  \n"), json!([])] {
        refused(
            &server,
            &json!({"model": MODEL, "input": input}),
            400,
            "invalid_request",
            "input",
        )
        .await;
    }
}

#[tokio::test]
async fn a_member_of_the_wrong_type_or_size_is_named() {
    let server = server().await;
    let pairs: serde_json::Map<String, Value> =
        (0..17).map(|n| (format!("k{n}"), json!("v"))).collect();
    let cases = [
        ("stream", json!("yes")),
        ("model", json!(7)),
        ("input", json!(7)),
        ("input", json!({"role": "user"})),
        ("instructions", json!(["a"])),
        ("temperature", json!("hot")),
        ("temperature", json!(2.5)),
        ("temperature", json!(-0.1)),
        ("top_p", json!(1.5)),
        ("frequency_penalty", json!(3)),
        ("max_output_tokens", json!(0)),
        ("max_output_tokens", json!(-5)),
        ("max_output_tokens", json!(1.5)),
        ("max_output_tokens", json!("many")),
        ("max_tool_calls", json!(0)),
        ("seed", json!("lucky")),
        ("stop", json!(7)),
        ("tools", json!("hammer")),
        ("tool_choice", json!(7)),
        ("text", json!("json")),
        ("metadata", json!({"a": 1})),
        ("metadata", json!(pairs)),
        ("metadata", json!({"k".repeat(65): "v"})),
        ("parallel_tool_calls", json!("no")),
        ("truncation", json!("zzz")),
    ];
    for (member, value) in cases {
        let mut body = json!({"model": MODEL, "input": "hi"});
        body[member] = value;
        let message = refused(&server, &body, 400, "invalid_request", member).await;
        assert!(
            message.contains(&format!("`{member}`")) || message.contains(member),
            "{message}"
        );
    }
    let body = json!({"model": MODEL, "input": "hi", "stream": "yes"});
    let message = refused(&server, &body, 400, "invalid_request", "stream").await;
    assert!(
        message.contains("boolean") && message.contains("yes"),
        "{message}"
    );
    let body = json!({"model": MODEL, "input": "hi", "metadata": {"long": "v".repeat(513)}});
    refused(&server, &body, 400, "invalid_request", "metadata.long").await;
    let body = json!({"model": MODEL, "input": "hi", "text": {"format": "json"}});
    refused(&server, &body, 400, "invalid_request", "text.format").await;
}

#[tokio::test]
async fn storage_prompts_and_plugins_are_refused() {
    let server = server().await;
    let cases = [
        ("store", json!(true)),
        ("previous_response_id", json!("resp_1")),
        ("conversation", json!("conv_1")),
        ("prompt", json!({"id": "pmpt_1"})),
        ("background", json!(true)),
        ("plugins", json!([{"id": "web"}])),
    ];
    for (member, value) in cases {
        let mut body = json!({"model": MODEL, "input": "hi"});
        body[member] = value;
        refused(&server, &body, 400, "invalid_request", member).await;
    }
}

#[tokio::test]
async fn an_unknown_model_is_a_404_that_lists_the_known_ones() {
    let server = server().await;
    let body = json!({"model": "openai/gpt-4o", "models": ["x/y"], "input": "hi"});
    let response = server.client().ask(&body).await;
    assert_eq!(response.status, 404);
    let error = response.error();
    assert_eq!(error["metadata"]["error_type"], "not_found");
    assert_eq!(error["availability"]["code"], "model_not_found");
    assert_eq!(error["availability"]["retryable"], false);
    assert_eq!(
        error["availability"]["requested_models"],
        json!(["openai/gpt-4o", "x/y"])
    );
    assert_eq!(error["availability"]["fallback_models"], json!([MODEL]));
    assert!(error["availability"]["docs_url"].is_string());
    assert!(error["message"].as_str().unwrap().contains(MODEL));
}

#[tokio::test]
async fn input_that_the_embedded_model_cannot_read_is_named() {
    let server = server().await;
    let part = |part: Value| json!([{"role": "user", "content": [{"type": "input_text", "text": "a"}, part]}]);
    let cases = [
        (
            part(
                json!({"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "auto"}),
            ),
            "input[0].content[1].type",
        ),
        (
            part(json!({"type": "input_file", "file_id": "f"})),
            "input[0].content[1].file_id",
        ),
        (
            part(json!({"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}})),
            "input[0].content[1].type",
        ),
        (
            part(json!({"type": "hologram"})),
            "input[0].content[1].type",
        ),
        (part(json!("words")), "input[0].content[1]"),
        (
            part(json!({"type": "input_text", "text": 7})),
            "input[0].content[1].text",
        ),
        (json!([{"role": "wizard", "content": "a"}]), "input[0].role"),
        (json!([{"role": 7, "content": "a"}]), "input[0].role"),
        (json!([{"role": "user", "content": 7}]), "input[0].content"),
        (
            json!([{"role": "user", "content": "a"}, {"type": "item_reference", "id": "msg_1"}]),
            "input[1].type",
        ),
        (json!([7]), "input[0]"),
        (json!([{}]), "input[0]"),
        (json!([{"type": 7}]), "input[0]"),
    ];
    for (input, param) in cases {
        refused(
            &server,
            &json!({"model": MODEL, "input": input}),
            400,
            "invalid_request",
            param,
        )
        .await;
    }
}

#[tokio::test]
async fn invalid_tools_and_formats_are_named() {
    let server = server().await;
    let tool =
        |name: &str| json!({"type": "function", "name": name, "parameters": {"type": "object"}});
    let cases = [
        (
            json!({"tools": [{"type": "custom", "name": "c c"}]}),
            "tools[0].name",
        ),
        (
            json!({"tools": [{"type": "namespace", "description": "d", "tools": [tool("a")]}]}),
            "tools[0].name",
        ),
        (
            json!({"tools": [{"type": "namespace", "name": "n", "description": "d", "tools": [tool("a"), tool("")]}]}),
            "tools[0].tools[1].name",
        ),
        (json!({"tools": ["hammer"]}), "tools[0]"),
        (
            json!({"tools": [{"type": "function", "parameters": {}}]}),
            "tools[0].name",
        ),
        (json!({"tools": [tool("a b")]}), "tools[0].name"),
        (json!({"tools": [tool("a"), tool("a")]}), "tools[1].name"),
        (
            json!({"tools": [{"type": "function", "name": "a", "parameters": "x"}]}),
            "tools[0].parameters",
        ),
        (
            json!({"tools": [{"type": "function", "name": "a", "description": 7}]}),
            "tools[0].description",
        ),
        (json!({"tool_choice": "required"}), "tool_choice"),
        (
            json!({"tool_choice": "perhaps", "tools": [tool("a")]}),
            "tool_choice",
        ),
        (
            json!({"tool_choice": {"type": "function", "name": "b"}, "tools": [tool("a")]}),
            "tool_choice.name",
        ),
        (
            json!({"tool_choice": {"type": "web_search"}, "tools": [tool("a")]}),
            "tool_choice.type",
        ),
        (
            json!({"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "z"}]}, "tools": [tool("a")]}),
            "tool_choice.tools",
        ),
        (
            json!({"text": {"format": {"type": "json_schema", "name": "n", "schema": "x"}}}),
            "text.format.schema",
        ),
        (
            json!({"text": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}),
            "text.format.name",
        ),
        (
            json!({"tool_choice": {"type": "allowed_tools", "mode": 7, "tools": [{"type": "function", "name": "a"}]}, "tools": [tool("a")]}),
            "tool_choice.mode",
        ),
        (
            json!({"text": {"format": {"type": "grammar"}}}),
            "text.format.type",
        ),
        (
            json!({"stop": ["x"], "text": {"format": {"type": "json_object"}}}),
            "stop",
        ),
        (json!({"modalities": ["image"]}), "modalities"),
        (json!({"top_logprobs": 3}), "top_logprobs"),
        (
            json!({"include": ["message.output_text.logprobs"]}),
            "include",
        ),
    ];
    for (mut body, param) in cases {
        body["model"] = MODEL.into();
        body["input"] = "hi".into();
        refused(&server, &body, 400, "invalid_request", param).await;
    }
}

#[tokio::test]
async fn undecoded_members_of_items_are_refused() {
    let server = server().await;
    let call = r#"{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}"#;
    let cases = [
        (r#"{"content": "\ud83d"}"#, "content", "unpaired"),
        (r#"{"content": "a", "content": "b"}"#, "content", "once"),
        (r#"{"content": [], "content": "b"}"#, "content", "once"),
        (
            r#"{"content": [{"type": "input_text", "text": "\ude00"}]}"#,
            "content[0].text",
            "unpaired",
        ),
        (
            r#"{"role": "assistant", "content": [{"type": "refusal", "refusal": "\ud83d"}]}"#,
            "content[0].refusal",
            "unpaired",
        ),
        (
            r#"{"role": "assistant", "content": [{"type": "output_text", "text": "a", "text": "b"}]}"#,
            "content[0].text",
            "once",
        ),
        (
            r#"{"type": "function_call_output", "call_id": "c", "output": "\ud83d"}"#,
            "output",
            "unpaired",
        ),
        (
            r#"{"type": "function_call_output", "call_id": "c", "output": "a", "output": "b"}"#,
            "output",
            "once",
        ),
        (
            r#"{"type": "function_call", "call_id": "d", "name": "f", "arguments": "\ud83d"}"#,
            "arguments",
            "unpaired",
        ),
    ];
    for (item, param, word) in cases {
        let item = item.replacen("{\"content", "{\"role\": \"user\", \"content", 1);
        let body = format!(r#"{{"model": "{MODEL}", "input": [{call}, {item}]}}"#);
        let response = server.client().post("/v1/responses", &body).await;
        let error = response.error();
        assert_eq!(response.status, 400, "{body} {error}");
        assert_eq!(error["param"], format!("input[1].{param}"), "{body}");
        assert!(error["message"].as_str().unwrap().contains(word), "{error}");
    }
}

#[tokio::test]
async fn undecoded_members_are_refused_by_path() {
    let server = server().await;
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let cases = [
        (
            r#""stream": false, "stream": "x""#.to_owned(),
            "stream",
            "`stream` is given more than once",
        ),
        (
            r#""stream": null, "stream": true"#.to_owned(),
            "stream",
            "`stream` is given more than once",
        ),
        (
            r#""text": {"verbosity": "low", "verbosity": "high"}"#.to_owned(),
            "text.verbosity",
            "`text.verbosity` is given more than once",
        ),
        (
            r#""instructions": "\ud83d""#.to_owned(),
            "instructions",
            "`instructions` has an unpaired surrogate",
        ),
        (
            r#""metadata": {"a": "\ude00"}"#.to_owned(),
            "metadata",
            "`metadata` has an unpaired surrogate",
        ),
        (
            r#""tools": [{"type": "function", "name": "a", "description": "\ud83d"}]"#.to_owned(),
            "tools[0].description",
            "has an unpaired surrogate",
        ),
        (
            r#""tools": [{"type": "function", "name": "a", "parameters": {}, "parameters": {}}]"#
                .to_owned(),
            "tools[0].parameters",
            "is given more than once",
        ),
        (
            format!(
                r#""tools": [{{"type": "function", "name": "a", "strict": true, "parameters": {deep}}}]"#
            ),
            "tools[0].parameters",
            "recursion limit",
        ),
        (
            format!(
                r#""text": {{"format": {{"type": "json_schema", "name": "n", "schema": {deep}}}}}"#
            ),
            "text.format.schema",
            "recursion limit",
        ),
    ];
    for (members, param, words) in cases {
        let body = format!(r#"{{"model": "{MODEL}", "input": "hi", {members}}}"#);
        let response = server.client().post("/v1/responses", &body).await;
        let error = response.error();
        assert_eq!(response.status, 400, "{body} {error}");
        assert_eq!(error["param"], param, "{body}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn malformed_json_is_refused_with_its_position() {
    let server = server().await;
    let cases: [(&[u8], &str); 6] = [
        (b"", "empty"),
        (b"{\"model\": \"a\", \"input\": }", "column"),
        (b"{\"model\": \"a\"", "column"),
        (b"\"hello\"", "object"),
        (b"{\"model\": \"\xff\"}", "UTF-8"),
        (b"nonsense", "column"),
    ];
    for (body, word) in cases {
        let response = server.client().post("/api/v1/responses", body).await;
        assert_eq!(response.status, 400);
        let error = response.error();
        assert!(error["message"].as_str().unwrap().contains(word), "{error}");
    }
    let deep = format!("{{\"model\": {}", "[".repeat(50_000));
    assert_eq!(
        server.client().post("/api/v1/responses", deep).await.status,
        400
    );
}

#[tokio::test]
async fn a_model_that_could_not_be_loaded_is_a_502() {
    let server = server().await;
    let response = server
        .client()
        .ask(&json!({"model": MODEL, "input": "hi"}))
        .await;
    assert_eq!(response.status, 502);
    let error = response.error();
    assert_eq!(error["metadata"]["error_type"], "provider_unavailable");
    assert_eq!(error["metadata"]["provider_name"], "local");
    assert_eq!(error["availability"]["code"], "model_unavailable_upstream");
    let health = server.client().get("/health").await;
    assert_eq!(health.status, 503);
    assert_eq!(health.json()["status"], "failing");
}
