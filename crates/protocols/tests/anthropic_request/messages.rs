//! The system prompt and the messages.

use serde_json::{Value, json};

use crate::support::{
    MODEL, assistant, call, conversation, output, thought, translate, translate_to, translate_with,
    user,
};
use orouter_protocols::Target;

#[test]
fn instructions_and_leading_system_messages_are_the_system_prompt() {
    let translated = translate(&json!({
        "model": "m",
        "instructions": "Be brief.",
        "input": [
            {"type": "message", "role": "developer", "content": "Answer in French."},
            {"type": "message", "role": "system", "content": [
                {"type": "input_text", "text": "Rules", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            ]},
            user("Hi"),
        ],
    }))
    .unwrap();
    assert_eq!(
        translated.body["system"],
        json!([
            {"type": "text", "text": "Be brief."},
            {"type": "text", "text": "Answer in French."},
            {"type": "text", "text": "Rules", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        ])
    );
    assert_eq!(translated.outline(), ["user: \"Hi\""]);
    let one =
        translate(&json!({"model": "m", "instructions": "Be brief.", "input": "Hi"})).unwrap();
    assert_eq!(one.body["system"], "Be brief.");
    assert_eq!(one.messages()[0]["content"], "Hi");
}

#[test]
fn later_system_messages_are_sent_where_the_model_and_the_api_allow_them() {
    let system = json!({"type": "message", "role": "developer", "content": "Now in verse."});
    let end = json!([user("a"), assistant("b"), user("c"), system]);
    let between = json!([user("a"), system, assistant("b"), user("c")]);
    let after_model = json!([user("a"), assistant("b"), system, user("c")]);
    let before_user = json!([user("a"), system, user("c")]);
    let after_output = json!([user("a"), call("1"), output("1", "x"), system]);
    for (items, newer, older) in [
        (
            &end,
            vec![
                "user: \"a\"",
                "assistant: \"b\"",
                "user: \"c\"",
                "system: \"Now in verse.\"",
            ],
            vec![
                "user: \"a\"",
                "assistant: \"b\"",
                "user: \"c\" \"Now in verse.\"",
            ],
        ),
        (
            &between,
            vec![
                "user: \"a\"",
                "system: \"Now in verse.\"",
                "assistant: \"b\"",
                "user: \"c\"",
            ],
            vec![
                "user: \"a\" \"Now in verse.\"",
                "assistant: \"b\"",
                "user: \"c\"",
            ],
        ),
        (
            &after_model,
            vec![
                "user: \"a\"",
                "assistant: \"b\"",
                "user: \"Now in verse.\" \"c\"",
            ],
            vec![
                "user: \"a\"",
                "assistant: \"b\"",
                "user: \"Now in verse.\" \"c\"",
            ],
        ),
        (
            &before_user,
            vec!["user: \"a\" \"Now in verse.\" \"c\""],
            vec!["user: \"a\" \"Now in verse.\" \"c\""],
        ),
        (
            &after_output,
            vec![
                "user: \"a\"",
                "assistant: +1",
                "user: =1(\"x\")",
                "system: \"Now in verse.\"",
            ],
            vec![
                "user: \"a\"",
                "assistant: +1",
                "user: =1(\"x\") \"Now in verse.\"",
            ],
        ),
    ] {
        let request = json!({"model": "m", "input": items});
        for model in ["claude-opus-4-8", "claude-opus-5", "claude-fable-5-1"] {
            let translated = translate_to(model, &request);
            assert_eq!(translated.outline(), newer, "{model}");
            let noted = translated
                .noted()
                .iter()
                .any(|note| note.starts_with("converted input["));
            assert_eq!(noted, newer == older, "{model} {items}");
        }
        for model in ["claude-opus-4-7", "claude-sonnet-5", "other"] {
            let translated = translate_to(model, &request);
            assert_eq!(translated.outline(), older, "{model}");
            assert!(
                translated
                    .noted()
                    .iter()
                    .any(|note| note.starts_with("converted input["))
            );
        }
    }
}

#[test]
fn trap_01_parallel_calls_share_a_message_and_their_results_the_next() {
    let translated = conversation(json!([
        user("Go"),
        call("1"),
        call("2"),
        output("2", "two"),
        output("1", "one"),
        user("And?"),
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: +1 +2",
            "user: =2(\"two\") =1(\"one\") \"And?\""
        ]
    );
}

#[test]
fn trap_01_ids_are_unique_in_the_conversation_and_of_allowed_characters() {
    let translated = conversation(json!([
        user("Go"),
        call("call.1/x"),
        output("call.1/x", "a"),
        call("call.1/x"),
        output("call.1/x", "b"),
        call(""),
        output("", "c"),
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: +call_1_x",
            "user: =call_1_x(\"a\")",
            "assistant: +call_1_x_3",
            "user: =call_1_x_3(\"b\")",
            "assistant: +call_5",
            "user: =call_5(\"c\")",
        ]
    );
}

#[test]
fn trap_02_the_input_of_a_call_is_an_object() {
    for (arguments, input) in [
        (
            json!("{\"a\": [1.50, {\"b\": null}]}"),
            json!({"a": [1.5, {"b": null}]}),
        ),
        (json!(""), json!({})),
        (json!(" "), json!({})),
        (json!({"a": 1}), json!({"a": 1})),
        (json!("[1]"), json!({"arguments": "[1]"})),
        (json!("{\"a\": "), json!({"arguments": "{\"a\": "})),
        (json!("{} {}"), json!({"arguments": "{} {}"})),
        (json!("null"), json!({"arguments": "null"})),
        // The API refuses a request with half of a surrogate pair.
        (json!(r#"{"a": "\ud83d\ude00"}"#), json!({"a": "\u{1f600}"})),
        (
            json!(r#"{"a": "\ud83d"}"#),
            json!({"arguments": r#"{"a": "\ud83d"}"#}),
        ),
        (
            json!(r#"{"a": {"b": ["x\ude00"]}}"#),
            json!({"arguments": r#"{"a": {"b": ["x\ude00"]}}"#}),
        ),
    ] {
        let item =
            json!({"type": "function_call", "call_id": "1", "name": "f", "arguments": arguments});
        let translated = conversation(json!([user("Go"), item, output("1", "x")]));
        assert_eq!(
            translated.messages()[1]["content"][0]["input"],
            input,
            "{arguments}"
        );
        let noted = translated.has_note("converted input");
        assert_eq!(noted, input.get("arguments").is_some(), "{arguments}");
    }
}

#[test]
fn trap_03_outputs_are_texts_images_and_documents() {
    let image = "data:image/png;base64,iVBORw0KGgo=";
    let items = json!([
        user("Go"),
        call("1"),
        {"type": "function_call_output", "call_id": "1", "output": [
            {"type": "input_text", "text": "see"},
            {"type": "input_image", "image_url": image},
            {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="},
            {"type": "input_text", "text": " "},
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
        ]},
        call("2"), {"type": "function_call_output", "call_id": "2", "output": ""},
        call("3"), {"type": "function_call_output", "call_id": "3", "output": {"a": 1}},
        {"type": "custom_tool_call", "call_id": "4", "name": "sh", "input": "ls"},
        {"type": "custom_tool_call_output", "call_id": "4", "output": "file"},
    ]);
    let translated = conversation(items);
    assert_eq!(
        translated.outline()[2],
        "user: =1(\"see\" [image base64] [document base64] \"[The output had audio here, which this \
         model cannot read]\")"
    );
    assert_eq!(translated.outline()[4], "user: =2()");
    assert_eq!(
        translated.messages()[4]["content"][0],
        json!({"type": "tool_result", "tool_use_id": "2"})
    );
    assert_eq!(translated.outline()[6], "user: =3(\"{\\\"a\\\":1}\")");
    assert_eq!(
        translated.messages()[7]["content"][0]["input"],
        json!({"input": "ls"})
    );
    assert_eq!(translated.outline()[8], "user: =4(\"file\")");
    assert!(translated.has_note("converted input[2].output[4]"));
}

#[test]
fn outputs_of_failed_calls_are_errors() {
    let failed =
        json!({"type": "function_call_output", "call_id": "1", "output": "no", "status": "failed"});
    let error = json!({
        "type": "mcp_call", "id": "mcp_1", "server_label": "s", "name": "f", "arguments": "{}",
        "error": "unreachable",
    });
    let empty =
        json!({"type": "function_call_output", "call_id": "2", "output": "", "status": "failed"});
    let translated = conversation(json!([
        user("Go"),
        call("1"),
        failed,
        error,
        user("x"),
        call("2"),
        empty,
        call("3"),
        {
            "type": "function_call_output", "call_id": "3", "status": "failed",
            "output": [{"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}],
        },
        call("4"),
        output("4", ""),
    ]));
    let results: Vec<&Value> = translated
        .messages()
        .iter()
        .filter_map(|message| message["content"].as_array())
        .flatten()
        .filter(|block| block["type"] == "tool_result")
        .collect();
    assert_eq!(results[0]["is_error"], true);
    assert_eq!(results[1]["is_error"], true);
    assert_eq!(results[1]["content"], "unreachable");
    // An error must have content, and only text.
    assert_eq!(results[2]["is_error"], true);
    assert_eq!(results[2]["content"], "The call failed.");
    assert_eq!(results[3].get("is_error"), None);
    assert_eq!(results[3]["content"][0]["text"], "The call failed.");
    assert_eq!(results[3]["content"][1]["type"], "image");
    assert_eq!(
        *results[4],
        json!({"type": "tool_result", "tool_use_id": "4"})
    );
}

#[test]
fn trap_06_signed_thinking_is_sent_as_it_came_and_in_its_place() {
    let redacted = json!({
        "type": "reasoning", "summary": [], "encrypted_content": "EmwK", "format": "anthropic-claude-v1",
    });
    let translated = conversation(json!([
        user("Go"),
        thought("first", "sig1"),
        redacted,
        thought("", "sig2"),
        assistant("I call."),
        call("1"),
        output("1", "x"),
        thought("then", "sig3"),
        call("2"),
        output("2", "y"),
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: <first|sig1> <redacted EmwK> <|sig2> \"I call.\" +1",
            "user: =1(\"x\")",
            "assistant: <then|sig3> +2",
            "user: =2(\"y\")",
        ]
    );
}

#[test]
fn trap_06_all_forms_of_signed_reasoning_are_read() {
    for (item, expected) in [
        // One item of OpenRouter's dialect of Chat Completions: the text's own signature.
        (
            json!({"content": [{"type": "reasoning_text", "text": "a", "signature": "s"}]}),
            "<a|s>",
        ),
        // The signature of the item signs all texts without one.
        (
            json!({"content": [
                {"type": "reasoning_text", "text": "a", "signature": "s"},
                {"type": "reasoning_text", "text": "b"},
                {"type": "reasoning_text", "text": "c"},
            ], "signature": "t"}),
            "<a|s> <bc|t>",
        ),
        // The text is the summary if there is no other.
        (
            json!({"summary": [{"type": "summary_text", "text": "a"}], "signature": "s"}),
            "<a|s>",
        ),
        (json!({"signature": "s"}), "<|s>"),
        (
            json!({
                "content": [{"type": "reasoning_text", "text": "a"}], "signature": "s",
                "encrypted_content": "e", "format": "anthropic-claude-v1",
            }),
            "<a|s> <redacted e>",
        ),
        (
            json!({"content": [{"type": "reasoning_text", "text": "a", "signature": "s"}], "signature": "s"}),
            "<a|s>",
        ),
    ] {
        let mut item = item;
        item["type"] = json!("reasoning");
        let translated = conversation(json!([user("Go"), item, assistant("b")]));
        assert_eq!(
            translated.outline()[1],
            format!("assistant: {expected} \"b\"")
        );
        assert_eq!(translated.noted(), ["adjusted input"; 0], "{item}");
    }
}

#[test]
fn trap_07_reasoning_that_the_api_cannot_verify_is_left_out() {
    for item in [
        json!({"summary": [{"type": "summary_text", "text": "a"}]}),
        json!({"content": [{"type": "reasoning_text", "text": "a"}]}),
        json!({}),
        json!({"encrypted_content": "gAAAAA"}),
        json!({"encrypted_content": "gAAAAA", "format": "openai-responses-v1"}),
        json!({"signature": "s", "format": "google-gemini-v1"}),
        json!({"signature": "foreign", "format": "anthropic-claude-v1"}),
    ] {
        let mut item = item;
        item["type"] = json!("reasoning");
        let request = json!({"model": "m", "input": [user("Go"), item, assistant("b"), user("c")]});
        let target = Target::new(MODEL).accepts_encrypted(&|seal| seal != "foreign");
        let translated = translate_with(&request, &target, None).unwrap();
        assert_eq!(translated.outline()[1], "assistant: \"b\"", "{item}");
        assert!(translated.has_note("skipped input[1]"), "{item}");
    }
    // A model without thinking takes none back.
    let request =
        json!({"model": "m", "input": [user("Go"), thought("a", "s"), assistant("b"), user("c")]});
    let translated = translate_to("claude-3-5-haiku-20241022", &request);
    assert_eq!(translated.outline()[1], "assistant: \"b\"");
    assert!(translated.has_note("skipped input[1]"));
}

#[test]
fn trap_09_results_come_first_and_directly_after_their_calls() {
    let translated = conversation(json!([
        user("Go"),
        call("1"),
        user("wait"),
        output("1", "x"),
        user("now"),
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: +1",
            "user: =1(\"x\") \"wait\" \"now\""
        ]
    );
}

#[test]
fn trap_09_text_and_thinking_after_a_call_begin_a_new_message() {
    let translated = conversation(json!([
        user("Go"),
        call("1"),
        assistant("Meanwhile"),
        call("2"),
        thought("t", "s"),
        call("3"),
        output("1", "a"),
        output("2", "b"),
        output("3", "c"),
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: +1",
            "user: =1(\"a\")",
            "assistant: \"Meanwhile\" +2",
            "user: =2(\"b\")",
            "assistant: <t|s> +3",
            "user: =3(\"c\")",
        ]
    );
}

#[test]
fn trap_09_calls_without_outputs_and_outputs_without_calls_are_sent() {
    let translated = conversation(json!([
        user("Go"),
        output("9", "lost"),
        call("1"),
        user("And?")
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\" \"Output of the tool call 9:\\nlost\"",
            "assistant: +1",
            "user: =1(\"No output of this call was recorded.\") \"And?\"",
        ]
    );
    assert!(translated.has_note("converted input[1]"));
    assert!(translated.has_note("adjusted input[2]"));
}

#[test]
fn trap_09_thinking_does_not_end_a_message() {
    for items in [
        json!([user("Go"), assistant("a"), thought("t", "s"), user("b")]),
        json!([user("Go"), thought("t", "s"), user("b")]),
        json!([user("Go"), call("1"), output("1", "x"), thought("t", "s")]),
        json!([user("Go"), thought("t", "s"), assistant(" "), user("b")]),
    ] {
        let translated = conversation(items.clone());
        assert!(translated.has_note("skipped input"), "{items}");
        assert!(!translated.body.to_string().contains("thinking"), "{items}");
    }
}

#[test]
fn trap_10_a_refusal_is_text_of_the_model() {
    let refusal = json!({"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": "Hm."}, {"type": "refusal", "refusal": "I will not."},
    ]});
    let translated = conversation(json!([user("Go"), refusal, user("Why?")]));
    assert_eq!(
        translated.outline()[1],
        "assistant: \"Hm.\" \"I will not.\""
    );
}

#[test]
fn trap_15_empty_content_is_not_sent() {
    let translated = conversation(json!([
        user(""), user(" \n"), user("Go"),
        assistant(""), assistant("  "),
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": ""}, {"type": "input_text", "text": "\t"}, {"type": "input_text", "text": "on"},
        ]},
        {"type": "message", "role": "user", "content": null},
        {"type": "message", "role": "assistant", "content": []},
    ]));
    assert_eq!(translated.outline(), ["user: \"Go\" \"on\""]);
}

#[test]
fn trap_15_a_conversation_begins_with_the_user() {
    for input in [
        json!(""),
        json!([]),
        json!([{"type": "message", "role": "system", "content": "Rules"}]),
    ] {
        let translated = translate(&json!({"model": "m", "input": input})).unwrap();
        assert_eq!(translated.outline(), ["user: \"Begin.\""], "{input}");
        assert!(translated.has_note("adjusted input"));
    }
    let translated = conversation(json!([assistant("Hello."), user("Hi")]));
    assert_eq!(
        translated.outline(),
        ["user: \"Begin.\"", "assistant: \"Hello.\"", "user: \"Hi\""]
    );
}

#[test]
fn trap_15_white_space_at_the_end_of_a_last_message_of_the_model_is_removed() {
    let translated = conversation(json!([
        user("Go"),
        assistant("The answer is "),
        user("x"),
        assistant("It is\n ")
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: \"The answer is \"",
            "user: \"x\"",
            "assistant: \"It is\""
        ]
    );
}

#[test]
fn a_conversation_ends_with_the_user_if_the_model_does_not_continue_its_own_message() {
    let with = |items: Value| json!({"model": "m", "max_output_tokens": 4096, "input": items});
    let prefill = with(json!([user("Go"), assistant("It is ")]));
    for model in ["claude-3-opus-20240229", "claude-haiku-4-5", "glm-5"] {
        let translated = translate_to(model, &prefill);
        let outline = ["user: \"Go\"", "assistant: \"It is\""];
        assert_eq!(translated.outline(), outline, "{model}");
        assert_eq!(translated.noted(), Vec::<String>::new(), "{model}");
    }
    for model in [
        "claude-opus-4-6",
        "anthropic/claude-sonnet-4.6",
        "claude-opus-4-8",
        "claude-sonnet-5",
        "claude-haiku-5",
        "claude-fable-5-1",
    ] {
        let translated = translate_to(model, &prefill);
        assert_eq!(
            translated.outline(),
            [
                "user: \"Go\"",
                "assistant: \"It is \"",
                "user: \"Continue.\""
            ],
            "{model}"
        );
        assert_eq!(translated.noted(), ["adjusted input"], "{model}");
        // It ends with the user already.
        for items in [
            json!([user("Go"), assistant("a"), user("b")]),
            json!([user("Go"), assistant("a"), call("1"), output("1", "x")]),
            json!([user("Go"), call("1")]),
        ] {
            let translated = translate_to(model, &with(items.clone()));
            let text = translated.body.to_string();
            assert!(!text.contains("Continue."), "{model} {items}");
        }
    }
}

#[test]
fn roles_alternate() {
    let translated = conversation(json!([
        user("a"),
        user("b"),
        assistant("c"),
        assistant("d"),
        user("e"),
    ]));
    assert_eq!(
        translated.outline(),
        ["user: \"a\" \"b\"", "assistant: \"c\" \"d\"", "user: \"e\""]
    );
}

#[test]
fn trap_22_images_and_files_have_sources() {
    for (part, block, beta) in [
        (
            json!({"type": "input_image", "image_url": "data:image/jpg;base64,AAAA", "detail": "auto"}),
            json!({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "AAAA"}}),
            false,
        ),
        (
            json!({"type": "input_image", "image_url": "https://example.com/a.png"}),
            json!({"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}),
            false,
        ),
        (
            json!({"type": "input_image", "file_id": "file_1"}),
            json!({"type": "image", "source": {"type": "file", "file_id": "file_1"}}),
            true,
        ),
        (
            json!({"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AAAA"}),
            json!({"type": "document", "title": "a.pdf",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}),
            false,
        ),
        (
            json!({"type": "input_file", "filename": "a.PDF", "file_data": "AAAA"}),
            json!({"type": "document", "title": "a.PDF",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}),
            false,
        ),
        (
            json!({"type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,SMOkaA=="}),
            json!({"type": "document", "title": "a.txt",
                "source": {"type": "text", "media_type": "text/plain", "data": "Häh"}}),
            false,
        ),
        (
            json!({"type": "input_file", "file_data": "data:text/csv,a%2Cb"}),
            json!({"type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "a,b"}}),
            false,
        ),
        (
            json!({"type": "input_file", "filename": "x.json", "file_data": "{\"a\": 1}"}),
            json!({"type": "document", "title": "x.json",
                "source": {"type": "text", "media_type": "text/plain", "data": "{\"a\": 1}"}}),
            false,
        ),
        (
            json!({"type": "input_file", "filename": "x.png", "file_data": "data:image/png;base64,AAAA"}),
            json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}),
            false,
        ),
        (
            json!({"type": "input_file", "file_url": "https://example.com/a.pdf"}),
            json!({"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}),
            false,
        ),
        (
            json!({"type": "input_file", "file_id": "file_1"}),
            json!({"type": "document", "source": {"type": "file", "file_id": "file_1"}}),
            true,
        ),
    ] {
        let message = json!({"type": "message", "role": "user", "content": [part]});
        let translated = conversation(json!([message]));
        assert_eq!(translated.messages()[0]["content"][0], block);
        let expected = [("anthropic-beta", "files-api-2025-04-14".to_owned())];
        assert_eq!(
            translated.headers,
            if beta { &expected[..] } else { &[] },
            "{part}"
        );
        assert_eq!(translated.noted(), Vec::<String>::new(), "{part}");
    }
}

#[test]
fn trap_22_kinds_of_input_that_the_api_does_not_read_are_refused_by_name() {
    for (part, param, words) in [
        (
            json!({"type": "input_audio", "input_audio": {"data": "A", "format": "wav"}}),
            "",
            "audio",
        ),
        (
            json!({"type": "input_video", "video_url": "https://example.com/a.mp4"}),
            "",
            "video",
        ),
        (
            json!({"type": "input_image", "image_url": "data:image/bmp;base64,AAAA"}),
            ".image_url",
            "WebP",
        ),
        (
            json!({"type": "input_image", "image_url": "http://example.com/a.png"}),
            ".image_url",
            "https:",
        ),
        (
            json!({"type": "input_image", "image_url": "data:image/png,abc"}),
            ".image_url",
            "base64",
        ),
        (
            json!({"type": "input_file", "filename": "a.zip", "file_data": "data:application/zip;base64,AAAA"}),
            ".file_data",
            "PDF",
        ),
        (
            json!({"type": "input_file", "filename": "a.bin", "file_data": "AAAA"}),
            ".file_data",
            "PDF",
        ),
        (
            json!({"type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,"}),
            ".file_data",
            "text",
        ),
        (
            json!({"type": "computer_screenshot", "image_url": "x"}),
            ".type",
            "input_image",
        ),
    ] {
        let message = json!({"type": "message", "role": "user", "content": [part]});
        let refusal = translate(&json!({"model": "m", "input": [message]})).unwrap_err();
        assert_eq!(
            refusal.param,
            format!("input[0].content[0]{param}"),
            "{part}"
        );
        assert!(refusal.message.contains(words), "{refusal}");
        assert!(refusal.message.contains("Anthropic Messages"), "{refusal}");
        // A tool made it: the model reads a text in its place.
        let output = json!({"type": "function_call_output", "call_id": "1", "output": [part]});
        let translated = conversation(json!([user("Go"), call("1"), output]));
        assert!(
            translated.has_note("converted input[2].output[0]"),
            "{part}"
        );
    }
}

#[test]
fn trap_23_items_of_other_services_are_converted_or_skipped() {
    let translated = conversation(json!([
        user("Go"),
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        {"type": "unheard_of", "x": 1},
        {"type": "code_interpreter_call", "id": "ci_1", "code": "1+1", "container_id": "c",
            "outputs": [{"type": "logs", "logs": "2"}]},
        {"type": "compaction", "encrypted_content": "x"},
        user("And?"),
    ]));
    assert_eq!(
        translated.outline(),
        [
            "user: \"Go\"",
            "assistant: +ci_1",
            "user: =ci_1(\"2\") \"And?\""
        ]
    );
    for path in [
        "skipped input[1]",
        "skipped input[2]",
        "converted input[3]",
        "skipped input[4]",
    ] {
        assert!(translated.has_note(path), "{path}");
    }
    let reference = json!({"type": "item_reference", "id": "msg_1"});
    let refusal = translate(&json!({"model": "m", "input": [reference]})).unwrap_err();
    assert_eq!(refusal.param, "input[0].type");
}

#[test]
fn notes_on_the_request_come_before_those_on_a_long_history() {
    let mut items: Vec<Value> = (0..200)
        .map(|_| json!({"type": "web_search_call", "id": "w"}))
        .collect();
    items.push(user("Go"));
    let translated = translate(&json!({"model": "m", "input": items, "seed": 7})).unwrap();
    assert!(translated.has_note("ignored seed"));
    assert!(translated.has_note("adjusted max_output_tokens"));
    assert!(translated.notes.dropped() > 100);
}

#[test]
fn marks_for_the_prompt_cache_are_at_most_four() {
    let marked = |text: &str| {
        json!({"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": text, "cache_control": {"type": "ephemeral"}},
        ]})
    };
    let tool = json!({"type": "function", "name": "f", "cache_control": {"type": "ephemeral"}});
    let items: Vec<Value> = ["a", "b", "c", "d", "e"].map(marked).into();
    let marks = |translated: &crate::support::Translated| -> Vec<bool> {
        let blocks = translated.messages()[0]["content"].as_array().unwrap();
        blocks
            .iter()
            .map(|block| block.get("cache_control").is_some())
            .collect()
    };
    let translated = translate(&json!({"model": "m", "tools": [tool], "input": items})).unwrap();
    assert!(translated.body["tools"][0].get("cache_control").is_some());
    assert_eq!(marks(&translated), [false, false, true, true, true]);
    assert!(translated.has_note("adjusted cache_control"));

    let automatic = json!({"model": "m", "cache_control": {"type": "ephemeral"}, "input": items});
    let translated = translate(&automatic).unwrap();
    assert_eq!(
        translated.body["cache_control"],
        json!({"type": "ephemeral"})
    );
    assert_eq!(marks(&translated), [true, false, false, true, true]);
}

#[test]
fn marks_have_the_lifetimes_of_the_api() {
    let text = |text: &str, mark: Value| {
        let mut part = json!({"type": "input_text", "text": text});
        part.as_object_mut()
            .unwrap()
            .extend(mark.as_object().unwrap().clone());
        part
    };
    let items = json!([{"type": "message", "role": "user", "content": [
        text("a", json!({"cache_control": {"type": "ephemeral", "ttl": "1h", "x": 1}})),
        text("b", json!({"prompt_cache_breakpoint": {"mode": "explicit"}})),
        text("c", json!({"cache_control": {"type": "ephemeral", "ttl": "1h"}})),
        text("d", json!({"cache_control": {"type": "persistent"}})),
    ]}]);
    let translated = conversation(items);
    let blocks = translated.messages()[0]["content"].as_array().unwrap();
    assert_eq!(
        blocks[0]["cache_control"],
        json!({"type": "ephemeral", "ttl": "1h"})
    );
    assert_eq!(blocks[1]["cache_control"], json!({"type": "ephemeral"}));
    assert_eq!(
        blocks[2]["cache_control"],
        json!({"type": "ephemeral", "ttl": "5m"})
    );
    assert_eq!(blocks[3].get("cache_control"), None);
    assert!(translated.has_note("ignored cache_control"));
    assert!(translated.has_note("adjusted cache_control.ttl"));
    // The mark of a part in a result is that of the result.
    let output = json!({"type": "function_call_output", "call_id": "1", "output": [
        text("x", json!({"cache_control": {"type": "ephemeral"}})),
    ]});
    let translated = conversation(json!([user("Go"), call("1"), output]));
    let result = &translated.messages()[2]["content"][0];
    assert_eq!(result["cache_control"], json!({"type": "ephemeral"}));
    assert_eq!(result["content"], "x");
}
