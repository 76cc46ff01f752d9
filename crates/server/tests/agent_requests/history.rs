//! The history in `input`: items of other servers, calls and outputs, empty content, files,
//! references.

use super::*;

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
        // An item alone: the conversation is empty.
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
    // Parts of assistant messages are history.
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
async fn references_to_stored_items_are_refused_with_advice() {
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
