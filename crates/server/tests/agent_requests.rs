//! Requests as coding agents and SDKs send them: tools of every kind, history of other servers,
//! empty content, text files; and requests in the form of the Chat Completions API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]
#![cfg(feature = "local")]

mod support;

use orouter_conformance::Auditor;
use orouter_local::LoadError;
use orouter_server::{LocalModel, Server};
use orouter_wire::{Item, ResponseStatus, StreamEvent};
use serde_json::{Value, json};
use support::client::Answer;
use support::{MODEL, Running, request};

/// A server whose model cannot be loaded: a request that is admitted is a 502, which has metadata.
async fn server() -> Running {
    let model = LocalModel::loading(|| {
        Err(LoadError::NotGguf {
            path: "no-such-model.gguf".into(),
        })
    });
    Running::start(Server::builder().endpoint(model)).await
}

async fn ask(server: &Running, body: &Value) -> Answer {
    let body = body.to_string();
    let head = format!(
        "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         x-openrouter-metadata: enabled\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let open = server.client().open(head.as_bytes()).await;
    open.whole().await
}

/// The paths and actions of the notes on an admitted request.
async fn admitted(server: &Running, body: &Value) -> Vec<(String, String)> {
    let answer = ask(server, body).await;
    assert_eq!(answer.status, 502, "{body}: {}", answer.text());
    let notes = &answer.json()["openrouter_metadata"]["pipeline"][0]["data"]["notes"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    notes
        .as_array()
        .into_iter()
        .flatten()
        .map(|note| (text(&note["param"]), text(&note["action"])))
        .collect()
}

/// The member at fault and the message of a refused request.
async fn refused(server: &Running, body: &Value) -> (String, String) {
    let answer = server.client().ask(body).await;
    assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    let error = answer.error();
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
async fn without_a_call_no_tool_causes_a_refusal() {
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
async fn history_that_the_model_cannot_read_causes_no_refusal() {
    let server = server().await;
    let items = [
        (
            json!({"type": "web_search_call", "id": "w", "status": "completed", "action": {"type": "search", "query": "q"}}),
            "skipped",
        ),
        (
            json!({"type": "file_search_call", "id": "f", "queries": ["q"], "status": "completed"}),
            "skipped",
        ),
        (
            json!({"type": "image_generation_call", "id": "i", "status": "completed", "result": "AAAA"}),
            "skipped",
        ),
        (
            json!({"type": "computer_call", "call_id": "c", "action": {"type": "screenshot"}}),
            "skipped",
        ),
        (
            json!({"type": "computer_call_output", "call_id": "c", "output": {"type": "computer_screenshot", "image_url": "u"}}),
            "skipped",
        ),
        (
            json!({"type": "mcp_list_tools", "server_label": "m", "tools": []}),
            "skipped",
        ),
        (
            json!({"type": "mcp_approval_request", "server_label": "m", "name": "n", "arguments": "{}"}),
            "skipped",
        ),
        (
            json!({"type": "mcp_approval_response", "approval_request_id": "a", "approve": true}),
            "skipped",
        ),
        (
            json!({"type": "compaction", "encrypted_content": "x"}),
            "skipped",
        ),
        (json!({"type": "context_compaction"}), "skipped"),
        (json!({"type": "compaction_trigger"}), "skipped"),
        (
            json!({"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "x"}),
            "skipped",
        ),
        (
            json!({"type": "reasoning", "format": "anthropic-claude-v1", "signature": "s", "content": [{"type": "reasoning_text", "text": "t"}]}),
            "skipped",
        ),
        (
            json!({"type": "tool_search_call", "arguments": {}}),
            "skipped",
        ),
        (
            json!({"type": "configuration_update", "reasoning": {"effort": "low"}}),
            "skipped",
        ),
        (
            json!({"type": "openrouter:web_fetch", "id": "o"}),
            "skipped",
        ),
        (json!({"type": "telepathy", "content": 7}), "skipped"),
        (
            json!({"type": "ghost_snapshot", "ghost_commit": {"id": "x"}}),
            "skipped",
        ),
        (
            json!({"type": "mcp_call", "server_label": "m", "name": "n", "arguments": "{}", "output": "o"}),
            "converted",
        ),
        (
            json!({"type": "mcp_call", "server_label": "m", "name": "n", "arguments": "{}", "error": {"type": "http_error", "code": 500, "message": "m"}}),
            "converted",
        ),
        (
            json!({"type": "code_interpreter_call", "id": "c", "code": "1", "outputs": [{"type": "logs", "logs": "1"}]}),
            "converted",
        ),
        (
            json!({"type": "local_shell_call", "call_id": "c", "action": {"type": "exec", "command": ["ls"], "env": {}}}),
            "converted",
        ),
        (
            json!({"type": "local_shell_call_output", "id": "c", "output": "o"}),
            "converted",
        ),
        (
            json!({"type": "shell_call", "call_id": "c", "action": {"commands": ["ls"]}}),
            "converted",
        ),
        (
            json!({"type": "shell_call_output", "call_id": "c", "output": [{"stdout": "o", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}]}),
            "converted",
        ),
        (
            json!({"type": "apply_patch_call", "call_id": "c", "operation": {"type": "delete_file", "path": "p"}}),
            "converted",
        ),
        (
            json!({"type": "apply_patch_call_output", "call_id": "c", "status": "completed"}),
            "converted",
        ),
        (
            json!({"type": "program", "call_id": "c", "code": "1", "fingerprint": "f"}),
            "converted",
        ),
        (
            json!({"type": "program_output", "call_id": "c", "result": "1"}),
            "converted",
        ),
        (
            json!({"type": "agent_message", "author": "a", "recipient": "b", "content": [{"type": "input_text", "text": "t"}]}),
            "converted",
        ),
    ];
    for (item, action) in &items {
        let body = with(json!({"input": [item, {"role": "user", "content": "Say OK."}]}));
        let notes = admitted(&server, &body).await;
        let expected = [("input[0]".to_owned(), (*action).to_owned())];
        assert_eq!(notes, expected, "{item}");
        // Alone too: the conversation is empty then.
        let body = with(json!({"input": [item]}));
        assert_eq!(admitted(&server, &body).await, expected, "{item}");
    }
}

#[tokio::test]
async fn calls_and_outputs_are_served_in_any_state() {
    let server = server().await;
    for input in [
        json!([{"type": "function_call_output", "call_id": "c", "output": "o"}]),
        json!([{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]),
        json!([{"type": "function_call", "name": "f", "arguments": ""}]),
        json!([{"type": "function_call", "call_id": "c", "name": "f", "arguments": {"a": 1}}]),
        json!([{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{", "status": "zzz"}]),
        json!([{"type": "function_call", "id": null, "call_id": "c", "name": "f", "namespace": "n", "arguments": null, "status": null}]),
        json!([{"type": "function_call_output", "output": "o"}]),
        json!([{"type": "function_call_output", "call_id": "c"}]),
        json!([{"type": "function_call_output", "call_id": "c", "output": null, "status": "incomplete"}]),
        json!([{"type": "function_call_output", "call_id": "c", "output": {"a": 1}}]),
        json!([{"type": "function_call_output", "call_id": "c", "output": 7}]),
        json!([{"type": "function_call_output", "call_id": "c", "output": []}]),
        json!([{"type": "function_call_output", "call_id": "c", "output": [{"type": "output_text", "text": "o"}]}]),
        json!([{"type": "custom_tool_call", "call_id": "c", "name": "f", "input": "i"}, {"type": "custom_tool_call_output", "call_id": "c", "output": "o"}]),
        json!([{"type": "custom_tool_call", "name": "f", "input": ""}]),
        json!([{"type": "custom_tool_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "o"}]}]),
    ] {
        assert_eq!(
            admitted(&server, &with(json!({"input": input}))).await,
            [],
            "{input}"
        );
    }
}

#[tokio::test]
async fn empty_content_and_empty_input_are_served() {
    let server = server().await;
    let user = json!({"role": "user", "content": "Say OK."});
    for role in ["user", "assistant", "system", "developer"] {
        for message in [
            json!({"role": role, "content": null}),
            json!({"role": role}),
            json!({"type": "message", "role": role, "content": null}),
            json!({"type": "message", "role": role, "content": []}),
            json!({"role": role, "content": ""}),
        ] {
            let body = with(json!({"input": [message, user]}));
            assert_eq!(admitted(&server, &body).await, [], "{message}");
            assert_eq!(
                admitted(&server, &with(json!({"input": [message]}))).await,
                []
            );
        }
        let only = json!([{"role": role, "content": "Tell a joke."}]);
        assert_eq!(admitted(&server, &with(json!({"input": only}))).await, []);
    }
    for input in [json!(""), json!("  "), json!([])] {
        let body = with(json!({"input": input, "instructions": "Tell a joke."}));
        assert_eq!(admitted(&server, &body).await, []);
        let (param, _) = refused(&server, &with(json!({"input": input}))).await;
        assert_eq!(param, "input");
        let body = with(json!({"input": input, "instructions": " "}));
        assert_eq!(refused(&server, &body).await.0, "input");
    }
}

#[tokio::test]
async fn text_files_are_read_and_other_parts_are_named() {
    let server = server().await;
    let message = |part: &Value| {
        with(
            json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "t"}, part]}]}),
        )
    };
    let output = |part: &Value| {
        with(json!({"input": [{"type": "function_call_output", "call_id": "c", "output": [part]}]}))
    };
    for (name, data) in [
        ("a.txt", "data:text/plain;base64,aGVsbG8="),
        ("a.md", "aGVsbG8="),
        ("a.json", "data:application/json;base64,77u/e30="),
        (
            "main.rs",
            "data:application/octet-stream;base64,Zm4gbWFpbigpe30=",
        ),
    ] {
        let part = json!({"type": "input_file", "filename": name, "file_data": data});
        assert_eq!(admitted(&server, &message(&part)).await, [], "{name}");
        assert_eq!(admitted(&server, &output(&part)).await, [], "{name}");
    }
    for (part, place) in [
        (
            json!({"type": "input_image", "image_url": "data:image/png;base64,AA"}),
            ".type",
        ),
        (
            json!({"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}),
            ".type",
        ),
        (json!({"type": "input_video", "video_url": "u"}), ".type"),
        (json!({"type": "hologram"}), ".type"),
        (
            json!({"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}),
            "",
        ),
        (
            json!({"type": "input_file", "file_url": "https://example.com/a.txt"}),
            ".file_url",
        ),
        (json!({"type": "input_file", "file_id": "f"}), ".file_id"),
    ] {
        let (param, message_text) = refused(&server, &message(&part)).await;
        assert_eq!(
            param,
            format!("input[0].content[1]{place}"),
            "{message_text}"
        );
        let (param, message_text) = refused(&server, &output(&part)).await;
        assert_eq!(
            param,
            format!("input[0].output[0]{place}"),
            "{message_text}"
        );
    }
    // The model's own earlier messages are history.
    let parts = json!([{"type": "output_text", "text": "a"}, {"type": "reasoning_text", "text": "b"}, {"type": "output_audio", "data": "AA"}, {"type": "hologram"}, {"type": "refusal", "refusal": "no"}]);
    let body = with(
        json!({"input": [{"role": "assistant", "content": parts}, {"role": "user", "content": "c"}]}),
    );
    let notes: Vec<String> = admitted(&server, &body)
        .await
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        notes,
        [
            "input[0].content[1]",
            "input[0].content[2]",
            "input[0].content[3]"
        ]
    );
}

#[tokio::test]
async fn references_to_stored_items_say_what_works_instead() {
    let server = server().await;
    for (body, param) in [
        (
            with(json!({"previous_response_id": "resp_1"})),
            "previous_response_id",
        ),
        (
            with(
                json!({"input": [{"role": "user", "content": "a"}, {"type": "item_reference", "id": "m"}]}),
            ),
            "input[1].type",
        ),
    ] {
        let (found, message) = refused(&server, &body).await;
        assert_eq!(found, param);
        assert!(
            message.contains("stores nothing") && message.contains("store: false"),
            "{message}"
        );
    }
    let body = with(json!({"previous_response_id": null, "store": false}));
    assert_eq!(admitted(&server, &body).await, []);
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
        let answer = ask(&server, &body).await;
        if answer.status == 502 {
            admitted += 1;
            continue;
        }
        // What is refused is a setting of the whole request, or a part that is not text.
        let error = answer.error();
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

/// The only item of a response, after checking that its stream breaks no rule and brings `name`.
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

#[tokio::test]
async fn a_forced_custom_tool_gets_text_of_its_grammar() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let grammar = |syntax: &str, definition: &str| json!({"type": "grammar", "syntax": syntax, "definition": definition});
    let patch = "start: begin_patch hunk+ end_patch\nbegin_patch: \"*** Begin Patch\" LF\nend_patch: \"*** End Patch\" LF?\n\nhunk: \"*** Delete File: \" filename LF\nfilename: /[a-z]{1,8}\\.txt/\n\n%import common.LF\n";
    type Fits = fn(&str) -> bool;
    let cases: [(Value, Fits); 6] = [
        (grammar("regex", r"^v/[0-9]{2}\.[0-9]{2}$"), |text| {
            text.len() == 7 && text.starts_with("v/")
        }),
        (
            grammar(
                "lark",
                "start: (\"red\" | \"blue\") \" {\" NUMBER \"}\"\nNUMBER: /[0-9]{2}/",
            ),
            |text| text.starts_with("red {") || text.starts_with("blue {"),
        ),
        (grammar("lark", patch), |text| {
            text.starts_with("*** Begin Patch\n*** Delete File: ")
        }),
        (json!({"type": "text"}), |text| !text.is_empty()),
        // A grammar that cannot be read leaves free text.
        (grammar("lark", "start: unknown_rule"), |text| {
            !text.is_empty()
        }),
        (grammar("regex", "(unclosed"), |text| !text.is_empty()),
    ];
    for (format, fits) in cases {
        let mut body = request("Use the tool.");
        // Free text goes on to the limit.
        let limit = if format["type"] == "text" { 28 } else { 64 };
        body["max_output_tokens"] = limit.into();
        body["tools"] = json!([function("a"), custom("edit", format.clone())]);
        body["tool_choice"] = json!({"type": "custom", "name": "edit"});
        let item = streamed(&server, &body, "response.custom_tool_call_input.done").await;
        let Item::CustomToolCall(call) = item else {
            panic!("{format}: {item:?}")
        };
        assert_eq!(call.name, "edit");
        assert!(call.call_id.starts_with("call_"));
        assert!(fits(&call.input), "{format}: {:?}", call.input);
    }
    let mut body = request("Use the tool.");
    body["max_output_tokens"] = 48.into();
    body["tools"] = json!([custom("edit", grammar("regex", "ok"))]);
    body["tool_choice"] = "required".into();
    let response = server.client().ask(&body).await.response();
    assert!(matches!(&response.output[..], [Item::CustomToolCall(_)]));
}

#[tokio::test]
async fn a_call_in_a_namespace_carries_it() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let mut body = request("Use the tool.");
    body["max_output_tokens"] = 64.into();
    let fixed = json!({"type": "grammar", "syntax": "regex", "definition": "ok"});
    body["tools"] = json!([
        {"type": "web_search"},
        namespace("agents", json!([function("spawn"), custom("note", fixed)])),
    ]);
    body["tool_choice"] = json!({"type": "function", "name": "spawn"});
    let item = streamed(&server, &body, "response.function_call_arguments.done").await;
    let Item::FunctionCall(call) = item else {
        panic!("{item:?}")
    };
    assert_eq!(
        (call.name.as_str(), call.namespace.as_deref()),
        ("spawn", Some("agents"))
    );
    assert_eq!(call.arguments, "{}");

    body["tool_choice"] = json!({"type": "custom", "name": "note"});
    let item = streamed(&server, &body, "response.custom_tool_call_input.delta").await;
    let Item::CustomToolCall(call) = item else {
        panic!("{item:?}")
    };
    assert_eq!(
        (call.name.as_str(), call.namespace.as_deref()),
        ("note", Some("agents"))
    );
    assert_eq!(call.input, "ok");
}

#[tokio::test]
async fn the_model_answers_what_agents_send() {
    let Some(server) = Running::with_model(1, 1).await else {
        return;
    };
    let history = json!([
        {"role": "user", "content": "Time?"},
        {"role": "assistant", "content": null},
        {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "x"},
        {"type": "custom_tool_call", "call_id": "c", "name": "clock", "input": "now"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "noon"},
        {"role": "user", "content": [
            {"type": "input_text", "text": "Say OK."},
            {"type": "input_file", "filename": "notes.md", "file_data": "data:text/markdown;base64,IyBOb3Rlcw=="},
        ]},
    ]);
    for members in [
        json!({"input": history}),
        json!({"input": "", "instructions": "Tell a joke."}),
        json!({"input": [], "instructions": "Tell a joke."}),
        json!({"input": [{"role": "system", "content": "Tell a joke."}]}),
        json!({"input": [{"role": "developer", "content": "Tell a joke."}]}),
        json!({"input": [{"role": "user", "content": null}]}),
        json!({"input": [{"role": "assistant", "content": null}]}),
        json!({"input": [{"type": "compaction", "encrypted_content": "x"}]}),
        json!({"tools": [function("shell"), custom("patch", json!(null)), {"type": "web_search"}, namespace("agents", json!([function("spawn")]))], "tool_choice": "auto", "parallel_tool_calls": true, "store": false, "include": ["reasoning.encrypted_content"]}),
    ] {
        let mut body = with(members.clone());
        body["max_output_tokens"] = 8.into();
        let response = server.client().ask(&body).await.response();
        assert!(
            matches!(
                response.status,
                ResponseStatus::Completed | ResponseStatus::Incomplete
            ),
            "{members}"
        );
        assert!(response.usage.unwrap().output_tokens > 0, "{members}");
    }
}
