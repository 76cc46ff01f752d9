//! Mistakes that gateways made when they translated for generateContent.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{
    NEW, OLD, UNKNOWN, conversation, outline, request, translate, translate_for, with,
};

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn said(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

fn call(id: &str) -> Value {
    json!({"type": "function_call", "call_id": id, "name": id, "arguments": "{\"a\": 1}"})
}

#[allow(clippy::needless_pass_by_value)] // `json!` makes values, which callers would have to lend.
fn output(id: &str, output: Value) -> Value {
    json!({"type": "function_call_output", "call_id": id, "output": output})
}

/// Returns the response of the only result.
fn response(model: &str, output_of_call: Value) -> Value {
    let sent = conversation(
        model,
        json!([user("hi"), call("f"), output("f", output_of_call)]),
    );
    let parts = sent.parts();
    let results: Vec<&Value> = parts
        .iter()
        .filter_map(|part| part.get("functionResponse"))
        .collect();
    assert_eq!(results.len(), 1);
    results[0]["response"].clone()
}

// 1, 9: parallel calls and their results keep their order.

#[test]
fn results_follow_their_calls_in_the_order_of_the_calls() {
    let items = json!([
        user("hi"),
        call("a"),
        call("b"),
        output("b", json!("2")),
        output("a", json!("1")),
        call("c"),
        user("between"),
        output("c", json!("3")),
        said("done"),
        user("go"),
    ]);
    let sent = conversation(OLD, items);
    assert_eq!(
        outline(&sent),
        [
            "user: hi",
            "model: +a | +b",
            "user: =a | =b",
            "model: +c",
            "user: =c | between",
            "model: done",
            "user: go",
        ]
    );
    let call = &sent.parts()[1]["functionCall"];
    assert_eq!(call, &json!({"id": "a", "name": "a", "args": {"a": 1}}));
}

#[test]
fn each_call_has_a_result_and_each_result_a_call() {
    let items = json!([
        user("hi"), call("a"), user("lost"), output("ghost", json!("boo")),
        {"type": "function_call", "call_id": "", "name": "f", "arguments": ""},
    ]);
    let sent = conversation(OLD, items);
    assert_eq!(
        outline(&sent),
        [
            "user: hi",
            "model: +a",
            "user: =a | lost | Output of the tool call ghost:\nboo",
            "model: +f",
            "user: =f",
        ]
    );
    assert!(sent.has_note("adjusted input[1]"));
    assert!(sent.has_note("converted input[3]"));
}

#[test]
fn objects_with_half_of_a_surrogate_pair_are_texts() {
    for (text, expected) in [
        (r#"{"s": "\ud83d\ude00"}"#, json!({"s": "\u{1f600}"})),
        (r#"{"s": "\ud83d"}"#, Value::Null),
        (r#"{"\ude00": [1]}"#, Value::Null),
    ] {
        let items = json!([
            user("hi"),
            {"type": "function_call", "call_id": "a", "name": "a", "arguments": text},
            output("a", json!(text)),
        ]);
        let sent = conversation(OLD, items);
        let parts = sent.parts();
        let args = &parts[1]["functionCall"]["args"];
        let response = &parts[2]["functionResponse"]["response"];
        if expected.is_null() {
            assert_eq!(args, &json!({"input": text}));
            assert_eq!(response, &json!({"output": text}));
            assert!(sent.has_note("converted input[1].arguments"));
        } else {
            assert_eq!((args, response), (&expected, &expected));
        }
    }
}

#[test]
fn equal_ids_of_parallel_calls_are_made_unique() {
    let items = json!([
        user("hi"),
        call("a"),
        call("a"),
        output("a", json!("1")),
        output("a", json!("2")),
    ]);
    let parts = conversation(OLD, items).parts();
    assert_ne!(
        parts[1]["functionCall"]["id"],
        parts[2]["functionCall"]["id"]
    );
    let text = |index: usize| parts[index]["functionResponse"]["response"]["output"].clone();
    assert_eq!([text(3), text(4)], ["1", "2"]);
}

// 2: arguments.

#[test]
fn arguments_are_an_object() {
    for (arguments, args, noted) in [
        (json!("{\"a\": [1, {}]}"), json!({"a": [1, {}]}), false),
        (json!(""), json!({}), false),
        (json!("  "), json!({}), false),
        (json!({"a": 1}), json!({"a": 1}), false),
        (json!("[1]"), json!({"input": "[1]"}), true),
        (json!("{\"a\": "), json!({"input": "{\"a\": "}), true),
        (json!("null"), json!({"input": "null"}), true),
    ] {
        let call = json!({
            "type": "function_call", "call_id": "c", "name": "f", "arguments": arguments,
        });
        let sent = conversation(OLD, json!([user("hi"), call, output("c", json!("x"))]));
        assert_eq!(sent.parts()[1]["functionCall"]["args"], args, "{arguments}");
        assert_eq!(sent.has_note("converted input[1].arguments"), noted);
    }
}

#[test]
fn calls_of_custom_tools_have_one_argument() {
    let items = json!([
        user("hi"),
        {"type": "custom_tool_call", "call_id": "c", "name": "run", "input": "ls \"a\""},
        {"type": "custom_tool_call_output", "call_id": "c", "output": "x"},
    ]);
    let parts = conversation(OLD, items).parts();
    let args = &parts[1]["functionCall"]["args"];
    assert_eq!(args, &json!({"input": "ls \"a\""}));
}

// 3: outputs.

#[test]
fn the_response_of_a_function_is_an_object() {
    for (output, expected) in [
        (json!("sunny"), json!({"output": "sunny"})),
        (json!(""), json!({"output": ""})),
        (json!("{\"t\": 20}"), json!({"t": 20})),
        (json!(" {\"error\": \"x\"}\n"), json!({"error": "x"})),
        (json!("[1, 2]"), json!({"output": "[1, 2]"})),
        (json!("{broken"), json!({"output": "{broken"})),
        (json!({"t": 20}), json!({"t": 20})),
        (json!(7), json!({"output": "7"})),
        (json!(null), json!({"output": ""})),
        (
            json!([{"type": "input_text", "text": "a"}, {"type": "output_text", "text": "b"}]),
            json!({"output": "ab"}),
        ),
    ] {
        for model in [OLD, NEW] {
            assert_eq!(response(model, output.clone()), expected, "{output}");
        }
    }
}

#[test]
fn the_output_of_a_failed_call_is_an_error() {
    let items = json!([
        user("hi"),
        {"type": "mcp_call", "id": "m", "name": "f", "arguments": "{}", "server_label": "s",
         "error": "no such file"},
        user("go"),
    ]);
    let parts = conversation(OLD, items).parts();
    let result = &parts[2]["functionResponse"];
    assert_eq!(result["response"], json!({"error": "no such file"}));
}

const PNG: &str = "data:image/png;base64,AAAA";
const WAV: &str = "data:audio/wav;base64,AAAA";

#[test]
fn media_are_in_the_results_of_newer_models_and_after_those_of_others() {
    let image = json!({"type": "input_image", "image_url": PNG});
    let audio = json!({"type": "input_file", "file_data": WAV});
    let text = json!({"type": "input_text", "text": "see"});
    let items = |parts: Value| json!([user("hi"), call("f"), output("f", parts)]);

    let sent = conversation(NEW, items(json!([text, image, audio])));
    let parts = sent.parts();
    let result = &parts[2]["functionResponse"];
    assert_eq!(result["response"], json!({"output": "see"}));
    let inline = json!([{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]);
    assert_eq!(result["parts"], inline);
    let rest = "user: =f | Output of the tool call f: | [audio/wav]";
    assert_eq!(outline(&sent)[2], rest);

    let sent = conversation(OLD, items(json!([image])));
    let result = &sent.parts()[2]["functionResponse"];
    assert!(result.get("parts").is_none());
    assert!(
        result["response"]["output"]
            .as_str()
            .unwrap()
            .contains("after")
    );
    let rest = "user: =f | Output of the tool call f: | [image/png]";
    assert_eq!(outline(&sent)[2], rest);
    assert!(sent.has_note("converted input[2].output[0]"));
}

#[test]
fn the_media_of_parallel_calls_follow_all_results() {
    let image = json!([{"type": "input_image", "image_url": PNG}]);
    let items = json!([
        user("hi"),
        call("a"),
        call("b"),
        output("a", image),
        output("b", json!("x")),
    ]);
    let sent = conversation(OLD, items);
    let expected = "user: =a | =b | Output of the tool call a: | [image/png]";
    assert_eq!(outline(&sent)[2], expected);
}

// 12 to 14: system messages.

#[test]
fn system_messages_at_the_beginning_are_the_system_instruction() {
    let sent = with(
        OLD,
        &json!({"instructions": "a", "input": [
            {"role": "system", "content": "b"},
            {"role": "developer", "content": [{"type": "input_text", "text": "c"}]},
            user("hi"),
            {"role": "system", "content": "late"},
        ]}),
    );
    let system = json!({"parts": [{"text": "a"}, {"text": "b"}, {"text": "c"}]});
    assert_eq!(sent.body["systemInstruction"], system);
    assert_eq!(outline(&sent), ["user: hi | late"]);
    assert_eq!(sent.noted(), ["converted input[3]"]);
}

#[test]
fn a_model_without_system_instruction_reads_it_as_text_of_the_user() {
    let members = json!({"instructions": "a", "input": [user("hi")]});
    let sent = with("gemma-3-27b-it", &members);
    assert!(sent.body.get("systemInstruction").is_none());
    assert_eq!(outline(&sent), ["user: a | hi"]);
    assert_eq!(sent.noted(), ["converted instructions"]);
    let sent = with("gemma-4-31b-it", &members);
    assert!(sent.body.get("systemInstruction").is_some());
}

// 15: empty contents.

#[test]
fn empty_texts_are_left_out_and_contents_are_never_empty() {
    for items in [
        json!([]),
        json!([user("")]),
        json!([{"role": "user", "content": [{"type": "input_text", "text": ""}]}]),
        json!([said("")]),
        json!([{"role": "user", "content": null}]),
    ] {
        let sent = conversation(OLD, items.clone());
        assert_eq!(outline(&sent), ["user: ."], "{items}");
    }
    let none = translate(&json!({"model": "m", "instructions": "a"})).unwrap();
    assert_eq!(outline(&none), ["user: ."]);
    let mixed = json!([{"role": "user", "content": [
        {"type": "input_text", "text": ""}, {"type": "input_text", "text": " "},
    ]}]);
    assert_eq!(outline(&conversation(OLD, mixed)), ["user:  "]);
}

#[test]
fn messages_alternate_and_begin_with_the_user() {
    let sent = conversation(
        OLD,
        json!([
            said("a"),
            said("b"),
            user("c"),
            user("d"),
            said("e"),
            user("f")
        ]),
    );
    assert_eq!(
        outline(&sent),
        [
            "user: .",
            "model: a | b",
            "user: c | d",
            "model: e",
            "user: f"
        ]
    );
    assert_eq!(sent.noted(), ["adjusted input"]);
    let sent = conversation(OLD, json!([call("f"), output("f", json!("x"))]));
    assert_eq!(outline(&sent), ["user: .", "model: +f", "user: =f"]);
}

#[test]
fn newer_models_do_not_continue_their_own_message() {
    let items = json!([user("hi"), said("The answer is")]);
    for (model, continues) in [
        (OLD, true),
        (NEW, true),
        ("gemini-3.6-flash", false),
        ("gemini-flash-latest", false),
        (UNKNOWN, false),
    ] {
        let sent = conversation(model, items.clone());
        let last = outline(&sent).pop().unwrap();
        let expected = if continues {
            "model: The answer is"
        } else {
            "user: ."
        };
        assert_eq!(last, expected, "{model}");
        assert_eq!(sent.has_note("adjusted input"), !continues);
    }
}

// 10: refusals.

#[test]
fn a_refusal_of_the_model_is_text() {
    let refusal = json!({"role": "assistant", "content": [
        {"type": "output_text", "text": "Well."}, {"type": "refusal", "refusal": "No."},
    ]});
    let sent = conversation(OLD, json!([user("hi"), refusal, user("why?")]));
    assert_eq!(outline(&sent)[1], "model: Well. | No.");
}

// 22: media.

/// Translates a message with this part for a model.
fn with_part(model: &str, part: &Value) -> Result<Value, orouter_protocols::Refusal> {
    let request = request(&json!({"input": [{"role": "user", "content": [part]}]}));
    let sent = translate_for(&request, &Target::new(model))?;
    Ok(sent.parts()[0].clone())
}

#[test]
fn media_are_data_or_files() {
    let inline = |kind: &str| json!({"inlineData": {"mimeType": kind, "data": "AAAA"}});
    let file = |kind: &str, uri: &str| json!({"fileData": {"mimeType": kind, "fileUri": uri}});
    let uploaded = "https://generativelanguage.googleapis.com/v1beta/files/abc";
    for (part, sent) in [
        (
            json!({"type": "input_image", "image_url": PNG}),
            inline("image/png"),
        ),
        (
            json!({"type": "input_image", "image_url": "https://example.com/a.webp?x=1"}),
            file("image/webp", "https://example.com/a.webp?x=1"),
        ),
        (
            json!({"type": "input_image", "image_url": "https://example.com/a"}),
            file("image/jpeg", "https://example.com/a"),
        ),
        (
            json!({"type": "input_image", "file_id": uploaded}),
            json!({"fileData": {"fileUri": uploaded}}),
        ),
        (
            json!({"type": "input_file", "file_data": "data:application/pdf;base64,AAAA"}),
            inline("application/pdf"),
        ),
        (
            json!({"type": "input_file", "filename": "a.pdf", "file_data": "AAAA"}),
            inline("application/pdf"),
        ),
        (
            json!({"type": "input_file", "filename": "a.csv", "file_data": "AAAA"}),
            inline("text/csv"),
        ),
        (
            json!({"type": "input_file", "file_data": "data:application/json;base64,AAAA"}),
            inline("text/plain"),
        ),
        (
            json!({"type": "input_file", "file_url": "https://example.com/a.pdf"}),
            file("application/pdf", "https://example.com/a.pdf"),
        ),
        (
            json!({"type": "input_file", "file_url": "https://example.com/a", "filename": "a.txt"}),
            file("text/plain", "https://example.com/a"),
        ),
        (
            json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}}),
            inline("audio/mp3"),
        ),
        (
            json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "flac"}}),
            inline("audio/flac"),
        ),
        (
            json!({"type": "input_video", "video_url": "data:video/mp4;base64,AAAA"}),
            inline("video/mp4"),
        ),
        (
            json!({"type": "input_video", "video_url": "https://www.youtube.com/watch?v=1"}),
            json!({"fileData": {"fileUri": "https://www.youtube.com/watch?v=1"}}),
        ),
    ] {
        assert_eq!(with_part(OLD, &part).unwrap(), sent, "{part}");
    }
}

#[test]
fn media_that_the_api_does_not_take_are_refused_with_advice() {
    for (model, part, param, advice) in [
        (
            "gemini-2.0-flash",
            json!({"type": "input_image", "image_url": "https://example.com/a.png"}),
            "image_url",
            "`data:` URL",
        ),
        (
            OLD,
            json!({"type": "input_image", "image_url": "http://example.com/a.png"}),
            "image_url",
            "`https:`",
        ),
        (
            OLD,
            json!({"type": "input_image", "image_url": "data:image/png;base64,???"}),
            "image_url",
            "base64",
        ),
        (
            OLD,
            json!({"type": "input_file", "file_url": "https://example.com/a"}),
            "file_url",
            "`.pdf`",
        ),
        (
            OLD,
            json!({"type": "input_file", "file_id": "file-abc"}),
            "file_id",
            "uploaded to Google",
        ),
        (
            OLD,
            json!({"type": "input_file", "file_data": "AAAA"}),
            "file_data",
            "data URL",
        ),
        (
            OLD,
            json!({"type": "input_audio", "input_audio": {"data": "a b!", "format": "wav"}}),
            "input_audio.data",
            "base64",
        ),
    ] {
        let refusal = with_part(model, &part).unwrap_err();
        assert_eq!(refusal.param, format!("input[0].content[0].{param}"));
        assert!(refusal.message.contains(advice), "{refusal}");
    }
}

#[test]
fn media_of_a_tool_that_the_api_does_not_take_are_changed_to_text() {
    let image = json!([{"type": "input_image", "image_url": "http://example.com/a.png"}]);
    let text = response(OLD, image)["output"].as_str().unwrap().to_owned();
    assert!(text.contains("http://example.com/a.png"), "{text}");
}

#[test]
fn marks_of_the_prompt_cache_are_noted() {
    let part = json!({
        "type": "input_text", "text": "hi", "cache_control": {"type": "ephemeral"},
    });
    let sent = with(
        OLD,
        &json!({"input": [{"role": "user", "content": [part]}]}),
    );
    assert_eq!(sent.parts(), [json!({"text": "hi"})]);
    assert_eq!(sent.noted(), ["ignored cache_control"]);
}

// 25, 26: unknown items and members.

#[test]
fn unknown_items_are_skipped_and_unknown_members_are_not_sent() {
    let items = json!([
        user("hi"),
        {"type": "new_kind", "x": 1},
        {"role": "assistant", "content": [{"type": "output_text", "text": "a", "y": 2}], "z": 3},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "w": 4},
        output("c", json!("x")),
    ]);
    let sent = with(
        OLD,
        &json!({"input": items, "metadata": {"k": "v"}, "unknown": 1}),
    );
    assert_eq!(outline(&sent), ["user: hi", "model: a | +f", "user: =f"]);
    assert_eq!(sent.noted(), ["skipped input[1]"]);
}
