//! Known traps of translators to Chat Completions, one test each. The numbers are those of the list
//! of traps that the project follows.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{conversation, outline, translate, translate_for};

fn user(text: &str) -> Value {
    json!({"type": "message", "role": "user", "content": text})
}

fn system(text: &str) -> Value {
    json!({"type": "message", "role": "system", "content": text})
}

fn assistant(text: &str) -> Value {
    json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]})
}

fn call(id: &str) -> Value {
    json!({"type": "function_call", "call_id": id, "name": "f", "arguments": "{}"})
}

#[allow(clippy::needless_pass_by_value)] // `json!` makes values, which callers would have to lend.
fn output(id: &str, output: Value) -> Value {
    json!({"type": "function_call_output", "call_id": id, "output": output})
}

fn thought(text: &str) -> Value {
    json!({"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": text}]})
}

fn function(name: &str) -> Value {
    json!({"type": "function", "name": name, "parameters": {"type": "object", "properties": {}}})
}

const PIXEL: &str = "data:image/png;base64,iVBORw0KGgo=";

#[test]
fn trap_01_parallel_calls_share_one_message() {
    let sent = conversation(json!([
        user("hi"),
        assistant("Looking."),
        call("a"),
        call("b"),
        call("c"),
        output("b", json!("B")),
        output("a", json!("A")),
        output("c", json!("C")),
        call("d"),
        output("d", json!("D")),
    ]));
    let expected = [
        "user: hi",
        "assistant: Looking. +a +b +c",
        "tool: B =b",
        "tool: A =a",
        "tool: C =c",
        "assistant:  +d",
        "tool: D =d",
    ];
    assert_eq!(outline(&sent), expected);
    assert!(sent.noted().is_empty(), "{:?}", sent.noted());
}

#[test]
fn trap_01_calls_are_told_apart_by_id_not_by_position() {
    // One id in two turns, one id twice in a turn, and ids that are missing.
    let sent = conversation(json!([
        user("hi"),
        call("x"),
        output("x", json!("1")),
        call("x"),
        output("x", json!("2")),
        call("y"),
        call("y"),
        output("y", json!("3")),
        output("y", json!("4")),
        {"type": "function_call", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "output": "5"},
        {"type": "function_call", "id": "fc_1", "call_id": "", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "", "output": "6"},
    ]));
    let expected = [
        "user: hi",
        "assistant:  +x",
        "tool: 1 =x",
        "assistant:  +x",
        "tool: 2 =x",
        "assistant:  +y +y_6",
        "tool: 3 =y",
        "tool: 4 =y_6",
        "assistant:  +call_9",
        "tool: 5 =call_9",
        "assistant:  +fc_1",
        "tool: 6 =fc_1",
    ];
    assert_eq!(outline(&sent), expected);
}

#[test]
fn trap_01_renamed_ids_do_not_collide() {
    let sent = conversation(json!([
        call("a_2"),
        call("a"),
        call("a"),
        output("a_2", json!("1")),
        output("a", json!("2")),
        output("a", json!("3")),
    ]));
    let expected = [
        "assistant:  +a_2 +a +a_2_2",
        "tool: 1 =a_2",
        "tool: 2 =a",
        "tool: 3 =a_2_2",
    ];
    assert_eq!(outline(&sent), expected);
}

#[test]
fn trap_02_arguments_are_whole_json() {
    for (arguments, expected) in [
        (json!("{\"a\":\"}\"}"), "{\"a\":\"}\"}"),
        (json!(""), "{}"),
        (json!(" \n"), "{}"),
        (json!({"a": [1, {"b": "é"}]}), r#"{"a":[1,{"b":"é"}]}"#),
        (json!("{\"broken\": "), "{\"broken\": "),
        (json!(null), "{}"),
    ] {
        let sent = conversation(json!([
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": arguments},
            output("a", json!("A")),
        ]));
        let function = &sent.messages()[0]["tool_calls"][0]["function"];
        assert_eq!(function["arguments"], expected);
    }
}

#[test]
fn trap_03_outputs_are_strings_or_lists() {
    for (output_value, expected) in [
        (json!("plain"), "plain"),
        (json!(""), ""),
        (json!([]), ""),
        (json!(null), ""),
        (json!({"ok": true}), r#"{"ok":true}"#),
        (json!(7), "7"),
        (
            json!([{"type": "input_text", "text": "a"}, {"type": "output_text", "text": "b"}, {"type": "text", "text": "c"}]),
            "abc",
        ),
    ] {
        let sent = conversation(json!([call("a"), output("a", output_value)]));
        assert_eq!(sent.messages()[1]["content"], expected);
    }
}

#[test]
fn trap_03_images_in_outputs_follow_the_results() {
    let image = json!({"type": "input_image", "image_url": PIXEL, "detail": "high"});
    let file = json!({"type": "input_file", "filename": "a.pdf", "file_data": "JVBERi0="});
    let sent = conversation(json!([
        call("a"),
        call("b"),
        output("a", json!([{"type": "input_text", "text": "seen"}, image])),
        output("b", json!([file])),
        user("and?"),
    ]));
    let expected = [
        "assistant:  +a +b",
        "tool: seen =a",
        "tool: The output is in the next message. =b",
        "user: Output of the tool call a:Output of the tool call b:",
        "user: and?",
    ];
    assert_eq!(outline(&sent), expected);
    let parts = &sent.messages()[3]["content"];
    assert_eq!(
        parts[1],
        json!({"type": "image_url", "image_url": {"url": PIXEL, "detail": "high"}})
    );
    let data = "data:application/pdf;base64,JVBERi0=";
    assert_eq!(
        parts[3],
        json!({"type": "file", "file": {"filename": "a.pdf", "file_data": data}})
    );
    let notes = [
        "converted input[2].output[1]",
        "converted input[3].output[0]",
    ];
    assert_eq!(sent.noted(), notes);
}

#[test]
fn trap_06_reasoning_stays_with_its_call_and_keeps_its_seal() {
    let sealed = json!({
        "type": "reasoning", "id": "rs_1", "format": "google-gemini-v1",
        "summary": [{"type": "summary_text", "text": "short"}], "encrypted_content": "SEALED",
    });
    let signed = json!({
        "type": "reasoning", "id": "rs_2", "format": "anthropic-claude-v1", "signature": "SIGNED",
        "summary": [], "content": [{"type": "reasoning_text", "text": "long"}],
    });
    let sent = conversation(json!([
        user("hi"),
        signed,
        sealed,
        assistant("Wait."),
        thought("later"),
        call("a"),
        output("a", json!("A")),
        thought("last"),
        assistant("Done."),
    ]));
    let message = &sent.messages()[1];
    assert_eq!(message["reasoning_content"], "long\n\nshort\n\nlater");
    let details = json!([
        {"type": "reasoning.text", "id": "rs_2", "format": "anthropic-claude-v1", "index": 0, "text": "long", "signature": "SIGNED"},
        {"type": "reasoning.summary", "id": "rs_1", "format": "google-gemini-v1", "index": 1, "summary": "short"},
        {"type": "reasoning.encrypted", "id": "rs_1", "format": "google-gemini-v1", "index": 2, "data": "SEALED"},
    ]);
    assert_eq!(message["reasoning_details"], details);
    assert_eq!(message["tool_calls"][0]["id"], "a");
    assert_eq!(sent.messages()[3]["reasoning_content"], "last");
    assert!(sent.messages()[3].get("reasoning_details").is_none());
}

#[test]
fn trap_06_endpoints_get_reasoning_under_the_name_that_they_list() {
    let request = json!({"model": "m", "input": [thought("why"), assistant("so")]});
    for (listed, member) in [
        (vec!["reasoning"], Some("reasoning")),
        (vec!["reasoning_content"], Some("reasoning_content")),
        (
            vec!["reasoning", "reasoning_content"],
            Some("reasoning_content"),
        ),
        // Groq and Cerebras refuse a message with `reasoning_content`.
        (vec!["reasoning_effort"], None),
        (vec!["include_reasoning"], None),
        (vec!["temperature"], None),
    ] {
        let listed: Vec<String> = listed.into_iter().map(str::to_owned).collect();
        let target = Target::new("m").supported_parameters(Some(&listed));
        let sent = translate_for(&request, &target).unwrap();
        let message = &sent.messages()[0];
        for name in ["reasoning", "reasoning_content"] {
            let expected = if member == Some(name) {
                json!("why")
            } else {
                Value::Null
            };
            assert_eq!(message[name], expected, "{listed:?}");
        }
        assert_eq!(sent.has_note("skipped input[0]"), member.is_none());
        let mut sealed = request.clone();
        sealed["input"][0] = json!({"type": "reasoning", "summary": [], "encrypted_content": "x"});
        let sent = translate_for(&sealed, &target).unwrap();
        let details = sent.messages()[0].get("reasoning_details");
        assert_eq!(details.is_some(), member.is_some(), "{listed:?}");
        assert_eq!(sent.has_note("skipped input[0]"), member.is_none());
    }
}

#[test]
fn trap_07_reasoning_of_other_endpoints_is_left_out() {
    let request = json!({"model": "m", "input": [
        user("hi"),
        {"type": "reasoning", "summary": [], "encrypted_content": "ours"},
        assistant("one"),
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "kept"}], "encrypted_content": "theirs"},
        assistant("two"),
        {"type": "reasoning", "summary": [], "encrypted_content": "theirs"},
        assistant("three"),
    ]});
    let accepts = |sealed: &str| sealed == "ours";
    let target = Target::new("m").accepts_encrypted(&accepts);
    let sent = translate_for(&request, &target).unwrap();
    assert_eq!(sent.messages()[1]["reasoning_details"][0]["data"], "ours");
    assert_eq!(sent.messages()[2]["reasoning_content"], "kept");
    assert!(sent.messages()[3].get("reasoning_content").is_none());
    assert!(!sent.body.to_string().contains("theirs"));
    let notes = [
        "skipped input[3].encrypted_content",
        "skipped input[5].encrypted_content",
    ];
    assert_eq!(sent.noted(), notes);
}

#[test]
fn trap_08_signatures_of_calls_return_to_the_endpoint_that_made_them() {
    let seal = json!({"google": {"thought_signature": "SIG"}});
    let request = json!({"model": "m", "input": [
        {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}", "extra_content": seal},
        output("a", json!("A")),
    ]});
    let sent = translate(&request).unwrap();
    assert_eq!(sent.messages()[0]["tool_calls"][0]["extra_content"], seal);
    let refuses = |seal: &str| seal != "SIG";
    let target = Target::new("m").accepts_encrypted(&refuses);
    let sent = translate_for(&request, &target).unwrap();
    assert!(!sent.body.to_string().contains("SIG"));
    assert_eq!(sent.noted(), ["skipped input[0].extra_content"]);
    let plain = json!({"model": "m", "input": [
        {"type": "custom_tool_call", "call_id": "a", "name": "f", "input": "x", "extra_content": {"n": 1}},
        output("a", json!("A")),
    ]});
    let sent = translate_for(&plain, &target).unwrap();
    assert_eq!(
        sent.messages()[0]["tool_calls"][0]["extra_content"],
        json!({"n": 1})
    );
}

#[test]
fn trap_07_every_seal_of_reasoning_must_be_accepted() {
    let block =
        |signature: &str| json!({"type": "reasoning_text", "text": "long", "signature": signature});
    for (members, member) in [
        (json!({"signature": "theirs"}), "signature"),
        (
            json!({"content": [block("ours"), block("theirs")]}),
            "signature",
        ),
        (
            json!({"encrypted_content": "ours", "signature": "theirs"}),
            "encrypted_content",
        ),
        (
            json!({"encrypted_content": "theirs", "signature": "ours"}),
            "encrypted_content",
        ),
    ] {
        let mut item =
            json!({"type": "reasoning", "summary": [{"type": "summary_text", "text": "kept"}]});
        item.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let request = json!({"model": "m", "input": [user("hi"), item, assistant("one")]});
        let accepts = |seal: &str| seal == "ours";
        let target = Target::new("m").accepts_encrypted(&accepts);
        let sent = translate_for(&request, &target).unwrap();
        let message = &sent.messages()[1];
        assert!(message.get("reasoning_details").is_none(), "{message}");
        assert!(message["reasoning_content"].is_string(), "{message}");
        assert_eq!(sent.noted(), [format!("skipped input[1].{member}")]);
        let sent = translate(&request).unwrap();
        assert!(sent.messages()[1]["reasoning_details"].is_array());
        assert!(sent.noted().is_empty());
    }
}

#[test]
fn trap_09_a_signature_ends_the_block_that_it_signs() {
    let text = |text: &str| json!({"type": "reasoning_text", "text": text});
    let own = json!({"type": "reasoning_text", "text": "b", "signature": "OWN"});
    let summary = |text: &str| json!({"type": "summary_text", "text": text});
    for (item, signatures) in [
        (
            json!({"content": [text("a"), text("b"), text("c")]}),
            vec![None, None, Some("ITEM")],
        ),
        (json!({"content": [text("a")]}), vec![Some("ITEM")]),
        (
            json!({"content": [text("a"), own, text("c")]}),
            vec![None, Some("OWN"), Some("ITEM")],
        ),
        (
            json!({"content": [text("a"), text("")]}),
            vec![Some("ITEM")],
        ),
        (
            json!({"summary": [summary("a"), summary("b")]}),
            vec![None, Some("ITEM")],
        ),
        (
            json!({"content": [text("a")], "summary": [summary("s")]}),
            vec![Some("ITEM"), None],
        ),
        (json!({"content": []}), vec![Some("ITEM")]),
    ] {
        let mut reasoning = json!({"type": "reasoning", "signature": "ITEM"});
        reasoning
            .as_object_mut()
            .unwrap()
            .extend(item.as_object().unwrap().clone());
        let sent = conversation(json!([user("hi"), reasoning, assistant("one")]));
        let details = sent.messages()[1]["reasoning_details"].as_array().unwrap();
        let found: Vec<Option<&str>> = details
            .iter()
            .map(|detail| detail["signature"].as_str())
            .collect();
        assert_eq!(found, signatures, "{item}");
    }
}

#[test]
fn trap_09_nothing_stands_between_calls_and_results() {
    let sent = conversation(json!([
        user("hi"),
        call("a"),
        call("b"),
        user("hurry"),
        system("Be kind."),
        output("a", json!("A")),
        assistant("One is there."),
        output("b", json!("B")),
        assistant("Done."),
    ]));
    let expected = [
        "user: hi",
        "assistant:  +a +b",
        "tool: A =a",
        "tool: B =b",
        "user: hurry",
        "system: Be kind.",
        "assistant: One is there.",
        "assistant: Done.",
    ];
    assert_eq!(outline(&sent), expected);
}

#[test]
fn trap_09_text_after_a_call_stays_in_its_message() {
    let sent = conversation(json!([
        user("hi"),
        assistant("Before."),
        call("a"),
        assistant("After."),
        call("b"),
        output("a", json!("A")),
        output("b", json!("B")),
    ]));
    let expected = [
        "user: hi",
        "assistant: Before.\n\nAfter. +a +b",
        "tool: A =a",
        "tool: B =b",
    ];
    assert_eq!(outline(&sent), expected);
}

#[test]
fn trap_09_calls_without_outputs_and_outputs_without_calls_are_sent() {
    let sent = conversation(json!([
        output(
            "gone",
            json!([{"type": "input_text", "text": "G"}, {"type": "input_image", "image_url": PIXEL}])
        ),
        user("hi"),
        call("a"),
        call("b"),
        output("b", json!("B")),
        output("b", json!("B again")),
        call("c"),
    ]));
    let expected = [
        "user: Output of the tool call gone:\nG",
        "user: hi",
        "assistant:  +a +b",
        "tool: B =b",
        "tool: No output of this call was recorded. =a",
        "user: Output of the tool call b:\nB again",
        "assistant:  +c",
        "tool: No output of this call was recorded. =c",
    ];
    assert_eq!(outline(&sent), expected);
    assert_eq!(sent.messages()[0]["content"][1]["type"], "image_url");
    for note in [
        "converted input[0]",
        "adjusted input[2]",
        "converted input[5]",
        "adjusted input[6]",
    ] {
        assert!(sent.has_note(note), "{note}: {:?}", sent.noted());
    }
}

#[test]
fn trap_10_refusals_stay_refusals() {
    let sent = conversation(json!([
        user("hi"),
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
        user("please"),
        {"role": "assistant", "phase": "final_answer", "content": [
            {"type": "output_text", "text": "Well. "}, {"type": "refusal", "refusal": "No."}, {"type": "output_text", "text": "Sorry."},
        ]},
        user("why"),
        {"role": "assistant", "phase": "final_answer", "content": "Because."},
    ]));
    let expected = [
        json!({"role": "user", "content": "hi"}),
        json!({"role": "assistant", "content": "No.", "refusal": "No."}),
        json!({"role": "user", "content": "please"}),
        json!({"role": "assistant", "content": "Well. Sorry.", "refusal": "No."}),
        json!({"role": "user", "content": "why"}),
        json!({"role": "assistant", "content": "Because."}),
    ];
    assert_eq!(sent.messages(), expected);
    assert_eq!(sent.noted(), ["ignored input[3].phase"]);
}

#[test]
fn trap_12_instructions_are_the_leading_system_message() {
    let sent = translate(&json!({"model": "m", "instructions": "Be brief.", "input": "hi"}));
    let sent = sent.unwrap();
    assert_eq!(outline(&sent), ["system: Be brief.", "user: hi"]);
    let sent = translate(&json!({"model": "m", "instructions": "Be brief.", "input": []}));
    assert_eq!(outline(&sent.unwrap()), ["system: Be brief."]);
    let sent = translate(&json!({"model": "m", "input": []})).unwrap();
    assert_eq!(outline(&sent), ["user: "]);
}

#[test]
fn trap_13_developers_are_the_system() {
    let developer = json!({"role": "developer", "content": [{"type": "input_text", "text": "d"}]});
    let sent = conversation(json!([developer, user("hi"), developer]));
    assert_eq!(outline(&sent), ["system: d", "user: hi", "system: d"]);
}

#[test]
fn trap_14_leading_system_messages_are_one_and_others_keep_their_place() {
    let sent = translate(&json!({"model": "m", "instructions": "1", "input": [
        system("2"),
        {"role": "developer", "content": "3"},
        user("hi"),
        system("4"),
        system("5"),
        user("ho"),
    ]}));
    let expected = [
        "system: 1\n\n2\n\n3",
        "user: hi",
        "system: 4",
        "system: 5",
        "user: ho",
    ];
    assert_eq!(outline(&sent.unwrap()), expected);
    let mark = json!({"type": "ephemeral", "ttl": "1h"});
    let sent = translate(&json!({"model": "m", "instructions": "1", "input": [
        {"role": "system", "content": [{"type": "input_text", "text": "2", "cache_control": mark}]},
        user("hi"),
    ]}));
    let content = json!([{"type": "text", "text": "1"}, {"type": "text", "text": "2", "cache_control": mark}]);
    assert_eq!(sent.unwrap().messages()[0]["content"], content);
}

#[test]
fn trap_15_empty_content_is_not_sent() {
    for empty in [
        json!(null),
        json!(""),
        json!([]),
        json!([{"type": "input_text", "text": ""}]),
    ] {
        for role in ["user", "assistant", "system", "developer"] {
            let sent = conversation(json!([user("hi"), {"role": role, "content": empty}]));
            assert_eq!(outline(&sent), ["user: hi"], "{role} {empty}");
            assert!(sent.has_note("skipped input[1]"), "{role} {empty}");
            let message = json!({"type": "message", "role": role});
            let sent = conversation(json!([user("hi"), message]));
            assert_eq!(outline(&sent), ["user: hi"], "{role}");
        }
        let sent = conversation(json!([
            user("hi"),
            {"role": "assistant", "content": empty},
            call("a"),
            output("a", json!("A")),
        ]));
        assert!(sent.messages()[1]["content"].is_null(), "{empty}");
    }
    let sent = conversation(json!([{"role": "user", "content": [
        {"type": "input_text", "text": ""}, {"type": "input_text", "text": " "}, {"type": "input_image", "image_url": PIXEL},
    ]}]));
    assert_eq!(sent.messages()[0]["content"].as_array().unwrap().len(), 2);
    assert_eq!(sent.messages()[0]["content"][0]["text"], " ");
}

#[test]
fn trap_16_a_forced_call_does_not_drop_reasoning() {
    for (choice, sent_choice) in [
        (json!("required"), json!("required")),
        (
            json!({"type": "function", "name": "f"}),
            json!({"type": "function", "function": {"name": "f"}}),
        ),
        (
            json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]}),
            json!("required"),
        ),
    ] {
        let sent = translate(&json!({
            "model": "m", "input": "hi", "tools": [function("f"), function("g")],
            "tool_choice": choice, "reasoning": {"effort": "high"},
        }));
        let sent = sent.unwrap();
        assert_eq!(sent.body["reasoning_effort"], "high");
        assert_eq!(sent.body["tool_choice"], sent_choice);
    }
}

#[test]
fn trap_16_allowed_tools_are_a_filter() {
    let sent = translate(&json!({
        "model": "m", "input": "hi", "tools": [function("f"), function("g"), function("h")],
        "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [
            {"type": "function", "name": "g"}, {"type": "web_search"},
        ]},
    }));
    let sent = sent.unwrap();
    assert_eq!(sent.body["tools"].as_array().unwrap().len(), 1);
    assert_eq!(sent.body["tools"][0]["function"]["name"], "g");
    assert_eq!(sent.body["tool_choice"], "auto");
}

#[test]
fn trap_17_schemas_pass_unchanged() {
    let schema = r##"{"type":"object","$defs":{"b":{"type":["string","null"],"uniqueItems":true}},"properties":{"z":{"$ref":"#/$defs/b","description":"x"},"a":{"const":1e400}},"additionalProperties":false}"##;
    let request = format!(
        r#"{{"model":"m","input":"hi","tools":[{{"type":"function","name":"f","strict":true,"parameters":{schema}}}],"text":{{"format":{{"type":"json_schema","name":"n","strict":true,"schema":{schema}}}}}}}"#
    );
    let decoded = orouter_wire::from_str(&request).unwrap();
    let empty = bytes();
    let source = orouter_protocols::RequestSource::new(&decoded, &empty);
    let notes = orouter_protocols::Notes::default();
    let target = Target::new("m");
    let protocol = orouter_protocols::Protocol::Chat;
    let upstream = protocol.request(&source, &target, &notes).unwrap();
    let body = std::str::from_utf8(&upstream.body).unwrap();
    assert_eq!(body.matches(schema).count(), 2, "{body}");
    assert_eq!(body.matches(r#""strict":true"#).count(), 2, "{body}");
}

fn bytes() -> bytes::Bytes {
    bytes::Bytes::new()
}

#[test]
fn trap_21_stops_pass() {
    for stop in [json!("END"), json!(["a", "\n", " ", "d"])] {
        let sent = translate(&json!({"model": "m", "input": "hi", "stop": stop})).unwrap();
        assert_eq!(sent.body["stop"], stop);
    }
    let sent = translate(&json!({"model": "m", "input": "hi", "stop": ["", "x"]})).unwrap();
    assert_eq!(sent.body["stop"], json!(["x"]));
    assert_eq!(sent.noted(), ["adjusted stop"]);
    let sent = translate(&json!({"model": "m", "input": "hi", "stop": []})).unwrap();
    assert!(sent.body.get("stop").is_none());
    for stop in [json!(["a", "b", "c", "d", "e"]), json!(7)] {
        let refusal = translate(&json!({"model": "m", "input": "hi", "stop": stop})).unwrap_err();
        assert_eq!(refusal.param, "stop");
    }
}

#[test]
fn trap_22_images_pass_or_are_refused_by_name() {
    let message = |part: Value| json!({"model": "m", "input": [{"role": "user", "content": [{"type": "input_text", "text": "see"}, part]}]});
    for (part, sent_part) in [
        (
            json!({"type": "input_image", "image_url": PIXEL}),
            json!({"type": "image_url", "image_url": {"url": PIXEL}}),
        ),
        (
            json!({"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"}),
            json!({"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}),
        ),
        (
            json!({"type": "input_image", "image_url": PIXEL, "detail": "original"}),
            json!({"type": "image_url", "image_url": {"url": PIXEL, "detail": "high"}}),
        ),
        (
            json!({"type": "input_file", "file_id": "file-1"}),
            json!({"type": "file", "file": {"file_id": "file-1"}}),
        ),
        (
            json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
            json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
        ),
        (
            json!({"type": "input_video", "video_url": "https://example.com/a.mp4"}),
            json!({"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}),
        ),
    ] {
        let sent = translate(&message(part)).unwrap();
        assert_eq!(sent.messages()[0]["content"][1], sent_part);
    }
    for (part, param, word) in [
        (
            json!({"type": "input_image", "file_id": "file-1"}),
            "input[0].content[1].file_id",
            "image_url",
        ),
        (
            json!({"type": "input_image"}),
            "input[0].content[1].image_url",
            "URL",
        ),
        (
            json!({"type": "input_file", "file_url": "https://example.com/a.pdf"}),
            "input[0].content[1].file_url",
            "file_data",
        ),
        (
            json!({"type": "input_file", "filename": "a.pdf"}),
            "input[0].content[1].file_data",
            "data URL",
        ),
        (
            json!({"type": "hologram"}),
            "input[0].content[1].type",
            "hologram",
        ),
        (json!(7), "input[0].content[1]", "type"),
        (
            json!({"type": "input_text", "text": 7}),
            "input[0].content[1].text",
            "string",
        ),
    ] {
        let refusal = translate(&message(part)).unwrap_err();
        assert_eq!(refusal.param, param);
        assert!(refusal.message.contains(word), "{refusal}");
    }
}

#[test]
fn trap_22_kinds_of_input_that_the_endpoint_does_not_read_are_refused() {
    let kinds = ["text".to_owned(), "image".to_owned()];
    let target = Target::new("m").input_modalities(Some(&kinds));
    let message =
        |part: Value| json!({"model": "m", "input": [{"role": "user", "content": [part]}]});
    let image = message(json!({"type": "input_image", "image_url": PIXEL}));
    assert!(translate_for(&image, &target).is_ok());
    for part in [
        json!({"type": "input_file", "file_id": "f"}),
        json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
        json!({"type": "input_video", "video_url": "https://example.com/a.mp4"}),
    ] {
        let refusal = translate_for(&message(part), &target).unwrap_err();
        assert_eq!(refusal.param, "input[0].content[0]");
        assert!(refusal.message.contains("`text` or `image`"), "{refusal}");
    }
    let kinds = ["text".to_owned()];
    let target = Target::new("m").input_modalities(Some(&kinds));
    assert!(translate_for(&image, &target).is_err());
}

#[test]
fn trap_22_parts_of_outputs_that_the_endpoint_does_not_read_become_text() {
    let kinds = ["text".to_owned()];
    let text_only = Target::new("m").input_modalities(Some(&kinds));
    let with = |part: &Value, target: &Target<'_>| {
        let parts = json!([{"type": "input_text", "text": "seen: "}, part, {"type": "input_text", "text": " end"}]);
        let request = json!({"model": "m", "input": [call("a"), output("a", parts), user("and?")]});
        translate_for(&request, target)
    };
    let any = Target::new("m");
    for (part, target, word) in [
        (
            json!({"type": "input_image", "image_url": PIXEL}),
            &text_only,
            "an image",
        ),
        (
            json!({"type": "input_image", "image_url": "https://example.com/a.png"}),
            &text_only,
            "https://example.com/a.png",
        ),
        (
            json!({"type": "input_image", "file_id": "file-1"}),
            &any,
            "an image",
        ),
        (
            json!({"type": "input_file", "filename": "a.pdf", "file_data": "JVBERi0="}),
            &text_only,
            "a.pdf",
        ),
        (
            json!({"type": "input_file", "file_url": "https://example.com/a.pdf"}),
            &any,
            "https://example.com/a.pdf",
        ),
        (
            json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
            &text_only,
            "audio",
        ),
        (
            json!({"type": "input_video", "video_url": "https://example.com/a.mp4"}),
            &text_only,
            "a.mp4",
        ),
        (
            json!({"type": "resource", "resource": {"text": "readable"}}),
            &any,
            "readable",
        ),
        (
            json!({"type": "image", "data": "A".repeat(10_000)}),
            &any,
            "`image`",
        ),
        (
            json!({"type": "computer_screenshot", "file_id": "f"}),
            &any,
            "computer_screenshot",
        ),
        (
            json!({"type": "encrypted_content", "encrypted_content": "SECRET"}),
            &any,
            "encrypted_content",
        ),
        (
            json!({"type": "summary_text", "text": "short"}),
            &any,
            "short",
        ),
    ] {
        let sent = with(&part, target).unwrap();
        let text = sent.messages()[1]["content"].as_str().unwrap();
        assert!(
            text.starts_with("seen: ") && text.ends_with(" end"),
            "{text}"
        );
        assert!(text.contains(word), "{part}: {text}");
        assert!(text.len() < 300, "{text}");
        for data in ["base64", "JVBERi0=", "AAAA", "SECRET"] {
            assert!(!sent.body.to_string().contains(data), "{part}: {text}");
        }
        assert_eq!(sent.messages().len(), 3, "nothing follows the result");
        assert_eq!(sent.noted(), ["converted input[1].output[1]"], "{part}");
    }
    // The client's own mistakes, which the next request would repeat.
    for (part, param) in [
        (
            json!({"type": "input_image"}),
            "input[1].output[1].image_url",
        ),
        (
            json!({"type": "input_image", "image_url": 7}),
            "input[1].output[1].image_url",
        ),
        (
            json!({"type": "input_file", "filename": "a.pdf"}),
            "input[1].output[1].file_data",
        ),
        (
            json!({"type": "input_text", "text": 7}),
            "input[1].output[1].text",
        ),
        (json!({"text": "x"}), "input[1].output[1]"),
        (json!(7), "input[1].output[1]"),
    ] {
        assert_eq!(with(&part, &any).unwrap_err().param, param, "{part}");
    }
    // The user's own message is refused: without the image it asks for something else.
    let own = json!({"model": "m", "input": [{"role": "user", "content": [{"type": "input_image", "image_url": PIXEL}]}]});
    assert!(translate_for(&own, &text_only).is_err());
}

#[test]
fn trap_23_unknown_items_and_tools_are_skipped() {
    let sent = translate(&json!({
        "model": "m",
        "input": [
            user("hi"),
            {"type": "hologram", "content": [1, 2]},
            {"type": "web_search_call", "id": "ws", "action": {"type": "search", "query": "q"}},
            {"type": "compaction", "encrypted_content": "x"},
            {"type": "compaction_trigger"},
            {"type": "openrouter:datetime"},
            {"type": "mcp_list_tools", "server_label": "s", "tools": []},
            assistant("so"),
        ],
        "tools": [
            function("f"),
            {"type": "telepathy", "range": 3},
            {"type": "web_search"},
            {"type": "mcp", "server_label": "s", "server_url": "https://example.com"},
            {"type": "openrouter:web_fetch"},
        ],
    }));
    let sent = sent.unwrap();
    assert_eq!(outline(&sent), ["user: hi", "assistant: so"]);
    assert_eq!(sent.body["tools"].as_array().unwrap().len(), 1);
    for index in 1..=4 {
        assert!(sent.has_note(&format!("skipped tools[{index}]")));
    }
    for index in 1..=6 {
        assert!(sent.has_note(&format!("skipped input[{index}]")));
    }
    let sent = translate(
        &json!({"model": "m", "input": "hi", "tools": [{"type": "web_search"}], "tool_choice": "auto"}),
    );
    assert!(sent.unwrap().body.get("tools").is_none());
    for choice in [
        json!("required"),
        json!({"type": "web_search"}),
        json!({"type": "telepathy"}),
        json!({"type": "mcp", "server_label": "s"}),
        json!({"type": "allowed_tools", "mode": "required", "tools": [{"type": "web_search"}]}),
    ] {
        let request = json!({"model": "m", "input": "hi", "tools": [{"type": "web_search"}], "tool_choice": choice});
        let refusal = translate(&request).unwrap_err();
        assert!(refusal.param.starts_with("tool_choice"), "{choice}");
    }
}

#[test]
fn trap_23_calls_of_other_services_with_a_text_become_calls() {
    let sent = conversation(json!([
        user("hi"),
        {"type": "local_shell_call", "call_id": "s", "action": {"type": "exec", "command": ["ls"], "env": {}}},
        {"type": "local_shell_call_output", "call_id": "s", "output": "a.txt"},
        {"type": "shell_call", "call_id": "t", "action": {"commands": ["pwd"]}},
        {"type": "shell_call_output", "call_id": "t", "output": [{"stdout": "/", "stderr": "warned"}]},
        {"type": "mcp_call", "id": "mcp_1", "server_label": "s", "name": "find", "arguments": "{\"q\":1}", "output": "found"},
        {"type": "code_interpreter_call", "id": "ci_1", "code": "print(1)", "outputs": [{"type": "logs", "logs": "1"}]},
        {"type": "file_search_call", "id": "fs_1", "queries": ["q"], "results": [{"text": "passage"}]},
        {"type": "apply_patch_call", "call_id": "p", "operation": {"type": "delete_file", "path": "a"}},
        {"type": "apply_patch_call_output", "call_id": "p", "status": "failed"},
    ]));
    let expected = [
        "user: hi",
        "assistant:  +s",
        "tool: a.txt =s",
        "assistant:  +t",
        "tool: /\nwarned =t",
        "assistant:  +mcp_1 +ci_1 +fs_1 +p",
        "tool: found =mcp_1",
        "tool: 1 =ci_1",
        "tool: passage =fs_1",
        "tool: failed =p",
    ];
    assert_eq!(outline(&sent), expected);
    let call = &sent.messages()[5]["tool_calls"][0]["function"];
    assert_eq!(
        (&call["name"], &call["arguments"]),
        (&json!("find"), &json!("{\"q\":1}"))
    );
}

#[test]
fn trap_26_only_members_of_the_protocol_are_sent() {
    let sent = translate(&json!({
        "model": "client/model", "models": ["b"], "input": "hi", "metadata": {"SECRET": "SECRET"},
        "provider": {"order": ["SECRET"]}, "plugins": [{"id": "web"}], "session_id": "SECRET",
        "route": "fallback", "trace": {"trace_id": "SECRET"}, "debug": {"echo_upstream_body": true},
        "client_metadata": {"SECRET": "SECRET"}, "store": false, "include": ["reasoning.encrypted_content"],
        "max_tool_calls": 3, "SECRET": true, "stream_options": {"include_obfuscation": true, "SECRET": 1},
        "reasoning": {"effort": "low", "SECRET": 1}, "text": {"verbosity": "low", "SECRET": 1},
        "prompt_cache_options": {"mode": "explicit", "SECRET": 1}, "previous_response_id": null,
        "user": "u", "safety_identifier": "s", "prompt_cache_key": "k", "prompt_cache_retention": "24h",
    }));
    let sent = sent.unwrap();
    assert!(!sent.body.to_string().contains("SECRET"), "{}", sent.body);
    let expected = json!({
        "model": "upstream-model", "messages": [{"role": "user", "content": "hi"}],
        "verbosity": "low", "reasoning_effort": "low", "user": "u", "safety_identifier": "s",
        "prompt_cache_key": "k", "prompt_cache_retention": "24h",
        "prompt_cache_options": {"mode": "explicit"},
    });
    assert_eq!(sent.body, expected);
}
