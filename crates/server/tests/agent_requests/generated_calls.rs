//! Calls that the embedded model generates: custom tools and namespaces.

use super::*;

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
        // Free text ends at the limit.
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
async fn a_call_of_a_tool_in_a_namespace_has_the_namespace() {
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
