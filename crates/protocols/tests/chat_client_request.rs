//! Chat Completions requests as requests of the Responses API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

use orouter_protocols::chat_client::{ChatRequest, request};
use orouter_protocols::{MemberNames as _, NoteAction, Notes, Refusal};
use serde_json::{Value, json};

/// Translates a request. Returns the body and the notes.
fn translated(body: &Value) -> (Value, Vec<String>) {
    let notes = Notes::default();
    let request = read(body, &notes).unwrap_or_else(|refusal| panic!("{body}: {refusal}"));
    let text = std::str::from_utf8(&request.body).unwrap();
    let decoded: orouter_wire::ResponsesRequest = orouter_wire::from_str(text).unwrap();
    drop(decoded);
    let notes = notes.list().into_iter().map(|note| note.param).collect();
    (serde_json::from_str(text).unwrap(), notes)
}

fn read(body: &Value, notes: &Notes) -> Result<ChatRequest, Refusal> {
    request(body.to_string().as_bytes(), notes)
}

/// Returns the items for these messages.
fn items(messages: Value) -> Value {
    let (body, notes) = translated(&json!({"model": "a/b", "messages": messages}));
    assert_eq!(notes, Vec::<String>::new());
    body["input"].clone()
}

/// Returns the members for these members, besides `model` and `input`.
fn members(mut members: Value) -> (Value, Vec<String>) {
    members["messages"] = json!([{"role": "user", "content": "Hi"}]);
    let (mut body, notes) = translated(&members);
    body.as_object_mut().unwrap().remove("input");
    (body, notes)
}

#[track_caller]
fn refused(body: &Value) -> Refusal {
    let refusal = read(body, &Notes::default()).expect_err(&body.to_string());
    assert!(!refusal.message.contains('\n'), "{refusal}");
    refusal
}

#[test]
fn messages_are_items_in_the_same_order() {
    assert_eq!(
        items(json!([
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
            {"role": "user", "content": "Hi \u{1F600}\n\"x\""},
            {"role": "assistant", "content": "Hello"},
            {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "no"}]},
            {"role": "user", "content": ["plain", {"text": "without a type"}]},
        ])),
        json!([
            {"type": "message", "role": "system", "content": "Be brief."},
            {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Be kind."}]},
            {"type": "message", "role": "user", "content": "Hi \u{1F600}\n\"x\""},
            {"type": "message", "role": "assistant", "content": "Hello"},
            {"type": "message", "role": "assistant", "content": [
                {"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "no"}]},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "plain"}, {"type": "input_text", "text": "without a type"}]},
        ])
    );
}

#[test]
fn a_message_without_content_is_an_empty_turn() {
    for role in ["system", "developer", "user", "assistant"] {
        for message in [
            json!({"role": role}),
            json!({"role": role, "content": null}),
            json!({"role": role, "content": []}),
            json!({"role": role, "content": ""}),
            json!({"role": role, "content": null, "tool_calls": null, "refusal": null, "reasoning": ""}),
        ] {
            let items = items(json!([message]));
            assert_eq!(
                items,
                json!([{"type": "message", "role": role, "content": ""}]),
                "{message}"
            );
        }
    }
}

#[test]
fn calls_and_their_results_are_items() {
    let call = |id: &str, arguments: Value| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": arguments}});
    assert_eq!(
        items(json!([
            {"role": "assistant", "content": "Let me see.", "tool_calls": [
                call("c1", json!("{\"a\":1}")), call("c2", json!("")), call("c3", json!({"b": 2})),
                {"id": "c4", "type": "custom", "custom": {"name": "shell", "input": "ls"}},
            ]},
            {"role": "tool", "tool_call_id": "c2", "content": "two"},
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "one"}]},
            {"role": "tool", "tool_call_id": "c3", "content": null},
            {"role": "tool", "tool_call_id": "c4", "content": "files"},
        ])),
        json!([
            {"type": "message", "role": "assistant", "content": "Let me see."},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{\"a\":1}"},
            {"type": "function_call", "call_id": "c2", "name": "f", "arguments": "{}"},
            {"type": "function_call", "call_id": "c3", "name": "f", "arguments": "{\"b\":2}"},
            {"type": "custom_tool_call", "call_id": "c4", "name": "shell", "input": "ls"},
            {"type": "function_call_output", "call_id": "c2", "output": "two"},
            {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "one"}]},
            {"type": "function_call_output", "call_id": "c3", "output": ""},
            {"type": "custom_tool_call_output", "call_id": "c4", "output": "files"},
        ])
    );
}

#[test]
fn a_result_without_an_id_belongs_to_the_next_open_call() {
    // The older form.
    let items_of = items(json!([
        {"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "1"},
        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
        {"role": "function", "name": "f", "content": "2"},
        {"role": "function", "name": "f", "content": "of a call that the history does not have"},
    ]));
    let ids: Vec<_> = items_of
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["call_id"])
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[2], ids[3]);
    assert_ne!(ids[0], ids[2]);
    // A server that makes no ids.
    let calls = json!([{"function": {"name": "f", "arguments": "{}"}}, {"id": "", "function": {"name": "g"}}]);
    let items_of = items(json!([
        {"role": "assistant", "tool_calls": calls},
        {"role": "tool", "name": "g", "content": "g"},
        {"role": "tool", "content": "f"},
    ]));
    assert_eq!(items_of[2]["call_id"], items_of[1]["call_id"]);
    assert_eq!(items_of[3]["call_id"], items_of[0]["call_id"]);
    assert_ne!(items_of[0]["call_id"], items_of[1]["call_id"]);
}

#[test]
fn media_are_parts_under_other_names() {
    let mark = json!({"type": "ephemeral"});
    assert_eq!(
        items(json!([{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "https://x/a.png", "detail": "low"}},
            {"type": "image_url", "image_url": "data:image/png;base64,AA", "cache_control": mark},
            {"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"}},
            {"type": "file", "file": {"filename": "b.pdf", "file_data": "HTTPS://x/b.pdf"}},
            {"type": "file", "file": {"file_id": "file-1"}},
            {"type": "video_url", "video_url": {"url": "https://x/v", "processing": "static"}},
            {"type": "text", "text": "t", "cache_control": mark, "prompt_cache_breakpoint": {"mode": "explicit"}},
        ]}]))[0]["content"],
        json!([
            {"type": "input_image", "image_url": "https://x/a.png", "detail": "low"},
            {"type": "input_image", "cache_control": mark, "image_url": "data:image/png;base64,AA"},
            {"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}},
            {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AA"},
            {"type": "input_file", "filename": "b.pdf", "file_url": "HTTPS://x/b.pdf"},
            {"type": "input_file", "file_id": "file-1"},
            {"type": "input_video", "video_url": "https://x/v", "processing": "static"},
            {"type": "input_text", "cache_control": mark, "prompt_cache_breakpoint": {"mode": "explicit"}, "text": "t"},
        ])
    );
    // The mark of a message is that of its last part.
    let marked = items(json!([
        {"role": "system", "content": "s", "cache_control": mark},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "cache_control": mark},
        {"role": "assistant", "content": "x", "cache_control": mark},
    ]));
    assert_eq!(marked[0]["content"][0]["cache_control"], mark);
    assert_eq!(marked[1]["content"][0].get("cache_control"), None);
    assert_eq!(marked[1]["content"][1]["cache_control"], mark);
    assert_eq!(marked[2]["content"][0]["cache_control"], mark);
}

#[test]
fn reasoning_is_an_item_for_each_signed_or_encrypted_block() {
    let of = |message: Value| {
        let mut message = message;
        message["role"] = "assistant".into();
        message["content"] = "x".into();
        let items = items(json!([message]));
        let mut items = items.as_array().unwrap().clone();
        assert_eq!(items.pop().unwrap()["type"], "message");
        Value::Array(items)
    };
    let text = |text: &str| json!([{"type": "reasoning_text", "text": text}]);
    // Anthropic: signed texts, and redacted ones.
    assert_eq!(
        of(json!({"reasoning": "ab", "reasoning_details": [
            {"type": "reasoning.text", "text": "a", "signature": "s1", "format": "anthropic-claude-v1", "index": 0},
            {"type": "reasoning.encrypted", "data": "e", "format": "anthropic-claude-v1", "index": 1},
            {"type": "reasoning.text", "text": "b", "signature": "s2", "format": "anthropic-claude-v1", "index": 2},
        ]})),
        json!([
            {"type": "reasoning", "summary": [], "content": text("a"), "signature": "s1", "format": "anthropic-claude-v1"},
            {"type": "reasoning", "summary": [], "encrypted_content": "e", "format": "anthropic-claude-v1"},
            {"type": "reasoning", "summary": [], "content": text("b"), "signature": "s2", "format": "anthropic-claude-v1"},
        ])
    );
    // Pieces of a stream that the client did not join: the signature follows.
    assert_eq!(
        of(json!({"reasoning_details": [
            {"type": "reasoning.text", "text": "a", "index": 0}, {"type": "reasoning.text", "text": "b", "index": 0},
            {"type": "reasoning.text", "signature": "s", "format": "anthropic-claude-v1", "index": 0},
        ]})),
        json!([{"type": "reasoning", "summary": [], "content": text("ab"), "signature": "s", "format": "anthropic-claude-v1"}])
    );
    // OpenAI: a summary, and the encrypted form with the id.
    assert_eq!(
        of(json!({"reasoning_details": [
            {"type": "reasoning.summary", "summary": "a", "format": "openai-responses-v1", "index": 0},
            {"type": "reasoning.encrypted", "data": "e", "id": "rs_1", "format": "openai-responses-v1", "index": 0},
            {"type": "reasoning.encrypted", "data": "f", "id": "rs_2", "format": "openai-responses-v1", "index": 1},
        ]})),
        json!([
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "a"}], "encrypted_content": "e", "format": "openai-responses-v1"},
            {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "f", "format": "openai-responses-v1"},
        ])
    );
    // Gemini: the encrypted data has the id of a call.
    let gemini = of(json!({"reasoning_details": [
        {"type": "reasoning.text", "text": "a", "format": "google-gemini-v1", "index": 0},
        {"type": "reasoning.encrypted", "data": "e", "id": "tool_1", "format": "google-gemini-v1", "index": 1},
    ]}));
    assert_eq!(gemini.as_array().unwrap().len(), 2);
    assert_eq!(gemini[1]["id"], "tool_1");
    // Members without details.
    for name in ["reasoning", "reasoning_content"] {
        assert_eq!(
            of(json!({name: "r"})),
            json!([{"type": "reasoning", "summary": [], "content": text("r")}])
        );
    }
    assert_eq!(
        of(json!({"reasoning": "r", "reasoning_content": "r", "reasoning_details": []})),
        json!([{"type": "reasoning", "summary": [], "content": text("r")}])
    );
    assert_eq!(
        of(
            json!({"reasoning": "r", "reasoning_details": [{"type": "reasoning.encrypted", "data": "e"}]})
        ),
        json!([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "r"}], "encrypted_content": "e"}])
    );
    // LiteLLM's blocks, and Anthropic's parts in the content.
    assert_eq!(
        of(
            json!({"reasoning_content": "t", "thinking_blocks": [{"type": "thinking", "thinking": "t", "signature": "s"}]})
        ),
        json!([{"type": "reasoning", "summary": [], "content": text("t"), "signature": "s", "format": "anthropic-claude-v1"}])
    );
    let parts = items(json!([{"role": "assistant", "content": [
        {"type": "text", "text": "before"},
        {"type": "thinking", "thinking": [{"type": "text", "text": "m"}]},
        {"type": "text", "text": "after"},
    ]}]));
    let kinds: Vec<_> = parts
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["message", "reasoning", "message"]);
    assert_eq!(parts[1]["content"], text("m"));
}

#[test]
fn the_signature_of_a_call_stays_with_it() {
    let extra = json!({"google": {"thought_signature": "sig"}});
    let items = items(json!([{"role": "assistant", "tool_calls": [
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}, "extra_content": extra}]}]));
    assert_eq!(items[0]["extra_content"], extra);
}

#[test]
fn parameters_have_other_names() {
    for (sent, expected) in [
        (json!({"max_tokens": 9}), json!({"max_output_tokens": 9})),
        (
            json!({"max_completion_tokens": 9, "max_tokens": 9}),
            json!({"max_output_tokens": 9}),
        ),
        (
            json!({"reasoning_effort": "low"}),
            json!({"reasoning": {"effort": "low"}, "include": ["reasoning.encrypted_content"]}),
        ),
        (
            json!({"reasoning_effort": "none"}),
            json!({"reasoning": {"effort": "none"}}),
        ),
        (
            json!({"reasoning": {"enabled": false}}),
            json!({"reasoning": {"enabled": false}}),
        ),
        (
            json!({"reasoning": {"max_tokens": 100, "exclude": true}}),
            json!({"reasoning": {"max_tokens": 100}}),
        ),
        (
            json!({"reasoning": {"summary": "auto"}, "reasoning_effort": "high"}),
            json!({"reasoning": {"summary": "auto", "effort": "high"}, "include": ["reasoning.encrypted_content"]}),
        ),
        (
            json!({"verbosity": "low"}),
            json!({"text": {"verbosity": "low"}}),
        ),
        (
            json!({"response_format": {"type": "json_object"}, "verbosity": "high"}),
            json!({"text": {"format": {"type": "json_object"}, "verbosity": "high"}}),
        ),
        (
            json!({"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "b": 1, "a": 2}, "strict": true, "description": "d"}}}),
            json!({"text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object", "b": 1, "a": 2}, "strict": true, "description": "d"}}}),
        ),
        (
            json!({"response_format": {"type": "text"}}),
            json!({"text": {"format": {"type": "text"}}}),
        ),
        (
            json!({"logprobs": true, "top_logprobs": 2}),
            json!({"include": ["message.output_text.logprobs"], "top_logprobs": 2}),
        ),
        (
            json!({"logprobs": true}),
            json!({"include": ["message.output_text.logprobs"]}),
        ),
        (json!({"logprobs": false, "top_logprobs": 0}), json!({})),
        (
            json!({"transforms": ["middle-out"]}),
            json!({"truncation": "auto"}),
        ),
        (json!({"transforms": []}), json!({})),
        (
            json!({"n": 1, "logit_bias": {}, "usage": {"include": true}, "include_reasoning": true, "tools": null}),
            json!({}),
        ),
        (
            json!({"stream": true, "stream_options": {"include_usage": true}, "store": false}),
            json!({"stream": true}),
        ),
    ] {
        assert_eq!(members(sent.clone()), (expected, Vec::new()), "{sent}");
    }
}

#[test]
fn members_of_the_same_name_are_copied() {
    let sent = json!({
        "model": "a/b", "models": ["c/d"], "temperature": 0.5, "top_p": 0.9, "top_k": 4, "seed": 7,
        "frequency_penalty": 1, "presence_penalty": -1, "stop": ["x"], "user": "u", "metadata": {"k": "v"},
        "service_tier": "auto", "prompt_cache_key": "k", "safety_identifier": "s", "session_id": "i",
        "provider": {"order": ["p"]}, "plugins": [{"id": "web"}], "route": "fallback",
        "parallel_tool_calls": false, "modalities": ["text", "image"],
        "cache_control": {"type": "ephemeral"}, "trace": {"trace_id": "t"}, "image_config": {"aspect_ratio": "1:1"},
    });
    assert_eq!(members(sent.clone()), (sent, Vec::new()));
}

#[test]
fn tools_and_their_choice_are_flat() {
    let parameters = json!({"type": "object", "properties": {"z": {}, "a": {}}});
    let (body, notes) = members(json!({
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "d", "parameters": parameters}, "cache_control": {"type": "ephemeral"}},
            {"type": "function", "function": {"name": "g", "strict": true}},
            {"function": {"name": "h"}},
            {"type": "custom", "custom": {"name": "c", "description": "d", "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": "x"}}}},
            {"type": "openrouter:web_search", "parameters": {"max_results": 3}},
            {"type": "function", "name": "flat", "parameters": {}},
        ],
        "functions": [{"name": "old", "parameters": {}}],
        "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "f"}}]}},
    }));
    assert_eq!(notes, Vec::<String>::new());
    // A function is strict in the Responses API unless it says otherwise.
    assert_eq!(
        body,
        json!({
            "tools": [
                {"type": "function", "name": "f", "description": "d", "parameters": parameters, "strict": false, "cache_control": {"type": "ephemeral"}},
                {"type": "function", "name": "g", "strict": true},
                {"type": "function", "name": "h", "strict": false},
                {"type": "custom", "name": "c", "description": "d", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
                {"type": "openrouter:web_search", "parameters": {"max_results": 3}},
                {"type": "function", "name": "flat", "parameters": {}},
                {"type": "function", "name": "old", "parameters": {}, "strict": false},
            ],
            "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]},
        })
    );
    for (sent, expected) in [
        (json!({"tool_choice": "auto"}), json!("auto")),
        (json!({"tool_choice": "any"}), json!("required")),
        (
            json!({"tool_choice": {"type": "function", "function": {"name": "f"}}}),
            json!({"type": "function", "name": "f"}),
        ),
        (
            json!({"tool_choice": {"type": "custom", "custom": {"name": "c"}}}),
            json!({"type": "custom", "name": "c"}),
        ),
        (json!({"function_call": "none"}), json!("none")),
        (
            json!({"function_call": {"name": "f"}}),
            json!({"type": "function", "name": "f"}),
        ),
        (
            json!({"tool_choice": {"type": "openrouter:web_search"}}),
            json!({"type": "openrouter:web_search"}),
        ),
    ] {
        assert_eq!(members(sent.clone()).0["tool_choice"], expected, "{sent}");
    }
}

#[test]
fn members_without_effect_are_noted() {
    let (body, notes) = members(json!({
        "prediction": {"type": "content", "content": "x"}, "store": true, "min_p": 0.1, "top_a": 0,
        "repetition_penalty": 1.0, "web_search_options": {}, "unknown": {"a": 1}, "extra": null, "flag": false,
        "stream_options": {"include_obfuscation": true, "x": 1}, "max_tokens": 5, "max_completion_tokens": 6,
        "transforms": ["other"],
    }));
    assert_eq!(body, json!({"max_output_tokens": 6}));
    let mut notes = notes;
    notes.sort();
    assert_eq!(
        notes,
        [
            "flag",
            "max_tokens",
            "min_p",
            "prediction",
            "store",
            "stream_options.include_obfuscation",
            "stream_options.x",
            "transforms[0]",
            "unknown",
        ]
    );
    let notes = Notes::default();
    read(
        &json!({"messages": [
            {"role": "user", "name": "Ann", "content": [{"type": "text", "text": "x", "odd": 1}]},
            {"role": "assistant", "content": [{"type": "image_url", "image_url": {"url": "u"}}], "audio": {"id": "a"},
             "annotations": [], "prefix": true},
        ]}),
        &notes,
    )
    .unwrap();
    let noted: Vec<_> = notes
        .list()
        .into_iter()
        .map(|note| (note.param, note.action))
        .collect();
    assert_eq!(
        noted,
        [
            ("messages[0].name".to_owned(), NoteAction::Ignored),
            ("messages[0].content[0].odd".to_owned(), NoteAction::Ignored),
            ("messages[1].audio".to_owned(), NoteAction::Ignored),
            ("messages[1].prefix".to_owned(), NoteAction::Ignored),
            ("messages[1].content[0]".to_owned(), NoteAction::Skipped),
        ]
    );
}

/// Members that change the result and that no provider gets.
#[test]
fn members_that_are_not_sent_are_refused_if_all_are_required() {
    let sent = |member: &str, value: &Value, required: bool| {
        let mut body = json!({"messages": [{"role": "user", "content": "x"}]});
        body[member] = value.clone();
        body["provider"] = json!({"require_parameters": required});
        let notes = Notes::default();
        let read = read(&body, &notes).map_err(|refusal| refusal.param);
        let noted: Vec<_> = notes.list().into_iter().map(|note| note.param).collect();
        read.map(|_| noted)
    };
    for (member, value) in [
        ("min_p", json!(0.05)),
        ("min_p", json!("0")),
        ("top_a", json!(1)),
        ("repetition_penalty", json!(1.1)),
        ("repetition_penalty", json!(0)),
    ] {
        assert_eq!(sent(member, &value, true), Err(member.to_owned()));
        assert_eq!(sent(member, &value, false), Ok(vec![member.to_owned()]));
    }
    for required in [true, false] {
        let bias = sent("logit_bias", &json!({"50256": -100}), required);
        assert_eq!(bias, Err("logit_bias".to_owned()));
        for (member, value) in [
            ("logit_bias", json!({})),
            ("logit_bias", Value::Null),
            ("min_p", json!(0)),
            ("top_a", json!(0.0)),
            ("top_a", Value::Null),
            ("repetition_penalty", json!(1)),
            ("repetition_penalty", json!(1.0)),
        ] {
            assert_eq!(sent(member, &value, required), Ok(Vec::new()), "{member}");
        }
        // Without effect on a reply.
        let stored = sent("store", &json!(true), required);
        assert_eq!(stored, Ok(vec!["store".to_owned()]));
    }
}

#[test]
fn the_reply_has_what_the_request_asks_for() {
    let of = |members: Value| {
        let mut body = members;
        body["messages"] = json!([{"role": "user", "content": "x"}]);
        read(&body, &Notes::default()).unwrap().reply
    };
    assert!(!of(json!({})).usage_chunk);
    assert!(of(json!({"stream_options": {"include_usage": true}})).usage_chunk);
    assert!(!of(json!({"stream_options": {"include_usage": false}})).usage_chunk);
    for (members, hides) in [
        (json!({}), false),
        (json!({"include_reasoning": false}), true),
        (json!({"include_reasoning": true}), false),
        (json!({"reasoning": {"exclude": true}}), true),
        (
            json!({"reasoning": {"exclude": false}, "include_reasoning": false}),
            false,
        ),
        (json!({"reasoning": {"effort": "low"}}), false),
    ] {
        assert_eq!(of(members.clone()).hides_reasoning, hides, "{members}");
    }
}

#[test]
fn bad_requests_name_the_member() {
    let message = |message: Value| json!({"model": "a/b", "messages": [{"role": "user", "content": "x"}, message]});
    let part = |part: Value| message(json!({"role": "user", "content": [part]}));
    let with = |mut members: Value| {
        members["messages"] = json!([{"role": "user", "content": "x"}]);
        members
    };
    for (body, param) in [
        (json!({"model": "a/b"}), "messages"),
        (json!({"messages": null}), "messages"),
        (json!({"messages": []}), "messages"),
        (json!({"messages": "hi"}), "messages"),
        (json!({"input": "hi"}), "input"),
        (json!({"messages": [5]}), "messages[0]"),
        (message(json!({"content": "x"})), "messages[1].role"),
        (
            message(json!({"role": "robot", "content": "x"})),
            "messages[1].role",
        ),
        (
            message(json!({"role": 5, "content": "x"})),
            "messages[1].role",
        ),
        (
            message(json!({"role": "user", "content": 5})),
            "messages[1].content",
        ),
        (
            message(json!({"role": "assistant", "content": true})),
            "messages[1].content",
        ),
        (
            message(json!({"role": "assistant", "tool_calls": {}})),
            "messages[1].tool_calls",
        ),
        (
            message(json!({"role": "assistant", "tool_calls": [{"id": "c"}]})),
            "messages[1].tool_calls[0].function",
        ),
        (
            message(json!({"role": "assistant", "tool_calls": ["c"]})),
            "messages[1].tool_calls[0]",
        ),
        (
            message(
                json!({"role": "assistant", "tool_calls": [{"id": "c", "function": {"arguments": "{}"}}]}),
            ),
            "messages[1].tool_calls[0].function.name",
        ),
        (
            message(
                json!({"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": 5}}]}),
            ),
            "messages[1].tool_calls[0].function.arguments",
        ),
        (
            message(
                json!({"role": "assistant", "tool_calls": [{"id": 5, "function": {"name": "f"}}]}),
            ),
            "messages[1].tool_calls[0].id",
        ),
        (
            message(json!({"role": "tool", "content": "x"})),
            "messages[1].tool_call_id",
        ),
        (
            message(json!({"role": "tool", "tool_call_id": 7, "content": "x"})),
            "messages[1].tool_call_id",
        ),
        (
            part(json!({"type": "image_url"})),
            "messages[1].content[0].image_url",
        ),
        (
            part(json!({"type": "image_url", "image_url": {}})),
            "messages[1].content[0].image_url.url",
        ),
        (
            part(json!({"type": "image_url", "image_url": {"url": 5}})),
            "messages[1].content[0].image_url.url",
        ),
        (part(json!({"type": "text"})), "messages[1].content[0].text"),
        (
            part(json!({"type": "text", "text": 5})),
            "messages[1].content[0].text",
        ),
        (
            part(json!({"type": "input_audio", "input_audio": "x"})),
            "messages[1].content[0].input_audio",
        ),
        (
            part(json!({"type": "file", "file": {}})),
            "messages[1].content[0].file",
        ),
        (
            part(json!({"type": "tool_result", "text": "x"})),
            "messages[1].content[0].type",
        ),
        (part(json!({})), "messages[1].content[0].type"),
        (part(json!(5)), "messages[1].content[0]"),
        (with(json!({"n": 2})), "n"),
        (with(json!({"tools": {}})), "tools"),
        (
            with(json!({"tools": [{"type": "function"}]})),
            "tools[0].function",
        ),
        (with(json!({"tools": ["f"]})), "tools[0]"),
        (with(json!({"functions": ["f"]})), "functions[0]"),
        (with(json!({"tool_choice": 5})), "tool_choice"),
        (
            with(json!({"tool_choice": {"type": "function", "function": {}}})),
            "tool_choice.function.name",
        ),
        (with(json!({"response_format": "json"})), "response_format"),
        (
            with(json!({"response_format": {"type": "grammar", "grammar": "x"}})),
            "response_format.type",
        ),
        (
            with(json!({"response_format": {"type": "json_schema"}})),
            "response_format.json_schema",
        ),
        (with(json!({"stream_options": true})), "stream_options"),
        (
            with(json!({"stream_options": {"include_usage": "yes"}})),
            "stream_options.include_usage",
        ),
        (with(json!({"logprobs": 2})), "logprobs"),
        (with(json!({"reasoning": "low"})), "reasoning"),
        (with(json!({"usage": {"include": 1}})), "usage.include"),
    ] {
        let refusal = refused(&body);
        assert_eq!(refusal.param, param, "{body}: {refusal}");
        assert!(refusal.message.contains(&format!("`{param}`")), "{refusal}");
    }
}

#[test]
fn text_that_is_not_an_object_is_refused_with_its_mistake() {
    for (body, word) in [
        (&b""[..], "empty"),
        (b"  \n", "empty"),
        (b"[]", "not a request"),
        (b"\"x\"", "not a request"),
        (b"{\"messages\": [", "not a request"),
        (b"{\"messages\": [}]", "not a request"),
        (b"{\"messages\": [\xff]}", "not a request"),
    ] {
        let refusal = request(body, &Notes::default()).expect_err("a refusal");
        assert_eq!(refusal.param, "");
        assert!(refusal.message.contains(word), "{refusal}");
    }
    let twice = br#"{"messages": [], "model": "a", "model": "b"}"#;
    let refusal = request(twice, &Notes::default()).expect_err("a refusal");
    assert_eq!(refusal.param, "model");
}

#[test]
fn later_stages_name_the_members_of_the_client() {
    let body = json!({
        "max_completion_tokens": 5, "reasoning_effort": "low", "logprobs": true,
        "tools": [{"type": "function", "function": {"name": "f"}}, {"type": "custom", "custom": {"name": "c"}}, {"type": "web_search"}],
        "functions": [{"name": "old"}],
        "messages": [
            {"role": "system", "content": "x"},
            {"role": "assistant", "reasoning": "r", "content": [{"type": "image_url", "image_url": "u"}, {"type": "text", "text": "t"}],
             "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}, {"id": "d", "type": "custom", "custom": {"name": "c", "input": ""}}]},
            {"role": "tool", "tool_call_id": "c", "content": [{"type": "file", "file": {"file_data": "x"}}]},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u", "detail": "low"}}]},
        ],
    });
    let names = read(&body, &Notes::default()).unwrap().names;
    for (path, name) in [
        ("input", "messages"),
        ("input[0].content", "messages[0].content"),
        ("input[1]", "messages[1].reasoning"),
        ("input[1].encrypted_content", "messages[1].reasoning"),
        ("input[2].content[0].text", "messages[1].content[1].text"),
        ("input[3].name", "messages[1].tool_calls[0].function.name"),
        (
            "input[3].arguments",
            "messages[1].tool_calls[0].function.arguments",
        ),
        ("input[3].call_id", "messages[1].tool_calls[0].id"),
        ("input[4].input", "messages[1].tool_calls[1].custom.input"),
        (
            "input[5].output[0].file_data",
            "messages[2].content[0].file.file_data",
        ),
        ("input[5].call_id", "messages[2].tool_call_id"),
        (
            "input[6].content[0].image_url",
            "messages[3].content[0].image_url",
        ),
        (
            "input[6].content[0].detail",
            "messages[3].content[0].image_url.detail",
        ),
        ("max_output_tokens", "max_completion_tokens"),
        ("reasoning.effort", "reasoning_effort"),
        ("reasoning", "reasoning_effort"),
        ("text.format", "response_format"),
        ("text.format.type", "response_format.type"),
        ("text.format.schema", "response_format.json_schema.schema"),
        ("text.verbosity", "verbosity"),
        ("include[0]", "logprobs"),
        ("truncation", "transforms"),
        ("tools[0].name", "tools[0].function.name"),
        (
            "tools[0].parameters.type",
            "tools[0].function.parameters.type",
        ),
        ("tools[1].format", "tools[1].custom.format"),
        ("tools[3].name", "functions[0].name"),
        ("tool_choice.name", "tool_choice.function.name"),
        ("tool_choice.tools[0]", "tool_choice.allowed_tools.tools[0]"),
    ] {
        assert_eq!(names.of(path).as_deref(), Some(name), "{path}");
    }
    for path in [
        "tools[2]",
        "tools[0]",
        "tools",
        "temperature",
        "provider.order",
        "input[99]",
        "",
        "model",
    ] {
        assert_eq!(names.of(path), None, "{path}");
    }
    for (text, named) in [
        (
            "`input[3].name` must be a string",
            "`messages[1].tool_calls[0].function.name` must be a string",
        ),
        (
            "`tools[0].name` is `input`, which is the name",
            "`tools[0].function.name` is `input`, which is the name",
        ),
        (
            "no members, an ` alone: `input",
            "no members, an ` alone: `input",
        ),
        (
            "`input` has `max_output_tokens`",
            "`messages` has `max_completion_tokens`",
        ),
        ("", ""),
    ] {
        assert_eq!(names.in_text(text), named);
    }
}

#[test]
fn odd_reasoning_and_unknown_parts_never_fail() {
    for message in [
        json!({"role": "assistant", "content": "x", "reasoning_details": [5, "x", {}, {"type": "reasoning.text"}, {"type": "new", "data": 5}]}),
        json!({"role": "assistant", "content": "x", "reasoning": {"a": 1}}),
        json!({"role": "assistant", "content": [{"type": "new"}, {"type": "tool_use", "id": "x"}]}),
    ] {
        let body = json!({"messages": [message]});
        let request = read(&body, &Notes::default()).unwrap_or_else(|refusal| panic!("{refusal}"));
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["input"].as_array().unwrap().len(), 1, "{body}");
    }
    // The result of a tool may have any JSON.
    for content in [
        json!({"a": 1}),
        json!([{"type": "new", "x": 1}]),
        json!(5),
        json!([{"b": 2}]),
    ] {
        let body = json!({"messages": [
            {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]},
            {"role": "tool", "tool_call_id": "c", "content": content},
        ]});
        read(&body, &Notes::default()).unwrap_or_else(|refusal| panic!("{body}: {refusal}"));
    }
}
