//! Defects that translators of generateContent have had: one test for each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers that take JSON made in place"
)]

mod reply_support;

use bytes::Bytes;
use orouter_protocols::{ReplyContext, ToolKind, gemini};
use orouter_wire::failure::FailureClass;
use orouter_wire::{ContentPart, Item, Response, StreamEvent};
use reply_support::gemini::{annotations_of, finish, parts, reader, signatures_of, streamed, text};
use reply_support::{events_of, events_of_frames, response_of, whole};
use serde_json::{Value, json};

/// The calls of a response: id, name and arguments.
fn calls_of(response: &Response) -> Vec<(String, String, String)> {
    let calls: Vec<_> = response
        .function_calls()
        .map(|call| {
            (
                call.call_id.clone(),
                call.name.clone(),
                call.arguments.clone(),
            )
        })
        .collect();
    let mut ids: Vec<&str> = calls.iter().map(|(id, _, _)| &**id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), calls.len(), "call ids are unique");
    assert!(ids.iter().all(|id| !id.is_empty()));
    calls
}

/// The output, in short: kind and content of each item.
fn outline(response: &Response) -> Vec<String> {
    let outline = response.output.iter().map(|item| match item {
        Item::Message(message) => {
            let parts = message.parts().iter().map(|part| match part {
                ContentPart::OutputText(part) => part.text.clone(),
                ContentPart::Refusal(part) => format!("refusal {}", part.refusal),
                ContentPart::OutputAudio(part) => format!("audio {}", part.data),
                other => panic!("{other:?}"),
            });
            format!("message {}", parts.collect::<Vec<_>>().join("|"))
        }
        Item::Reasoning(item) => {
            let parts = item.content.iter().flatten();
            let text: String = parts.filter_map(ContentPart::reasoning_text).collect();
            match &item.encrypted_content {
                Some(encrypted) => format!("reasoning {text}#{encrypted}"),
                None => format!("reasoning {text}"),
            }
        }
        Item::FunctionCall(call) => format!("call {}{}", call.name, call.arguments),
        Item::CustomToolCall(call) => format!("custom {} {}", call.name, call.input),
        Item::ImageGenerationCall(image) => format!(
            "image {} {}",
            image
                .output_format
                .as_ref()
                .map_or("", |format| format.as_str()),
            image.result.as_deref().unwrap_or_default()
        ),
        other => panic!("{}", other.kind()),
    });
    outline.collect()
}

/// The message of the failure that a body or an event reports.
#[track_caller]
fn message_of(event: &StreamEvent) -> String {
    event.failure().expect("a failure").message.unwrap()
}

#[test]
fn trap_01_each_call_is_an_item() {
    let reader = reader(&[]);
    let call =
        |name: &str, id: Value| json!({"functionCall": {"name": name, "args": {"x": 1}, "id": id}});
    let null = Value::Null;
    for (title, chunks) in [
        (
            "in one chunk",
            vec![parts(json!([
                call("f", null.clone()),
                call("f", null.clone()),
                call("g", null.clone())
            ]))],
        ),
        (
            "in several chunks",
            vec![
                parts(json!([call("f", null.clone())])),
                parts(json!([call("f", null.clone()), call("g", null.clone())])),
            ],
        ),
        (
            "with one id for all",
            vec![
                parts(json!([call("f", json!("id"))])),
                parts(json!([call("f", json!("id")), call("g", json!("id"))])),
            ],
        ),
        (
            "with empty ids",
            vec![parts(json!([
                call("f", json!("")),
                call("f", json!("")),
                call("g", json!(""))
            ]))],
        ),
    ] {
        let response = streamed(&*reader, &chunks);
        let calls = calls_of(&response);
        let names: Vec<&str> = calls.iter().map(|(_, name, _)| &**name).collect();
        assert_eq!(names, ["f", "f", "g"], "{title}");
        assert!(
            calls
                .iter()
                .all(|(_, _, arguments)| arguments == "{\"x\":1}")
        );
    }
    let response = streamed(
        &*reader,
        &[
            parts(json!([call("f", json!("a"))])),
            parts(json!([call("f", json!("b"))])),
        ],
    );
    let ids: Vec<String> = calls_of(&response)
        .into_iter()
        .map(|(id, _, _)| id)
        .collect();
    assert_eq!(ids, ["a", "b"]);
}

#[test]
fn trap_02_arguments_are_a_json_object() {
    let reader = reader(&[]);
    for (args, expected) in [
        (json!({}), "{}"),
        (Value::Null, "{}"),
        (
            json!({"a": "}{\" \\", "b": [1, {"c": null}]}),
            "{\"a\":\"}{\\\" \\\\\",\"b\":[1,{\"c\":null}]}",
        ),
        (json!("{\"a\": 1}"), "{\"a\":1}"),
        (json!([1]), "{}"),
    ] {
        let call = json!({"name": "f", "args": args});
        let response = streamed(&*reader, &[parts(json!([{"functionCall": call}]))]);
        assert_eq!(calls_of(&response)[0].2, expected, "{args}");
    }
    let response = streamed(&*reader, &[parts(json!([{"functionCall": {"name": "f"}}]))]);
    assert_eq!(calls_of(&response)[0].2, "{}");
    // Nothing to call.
    let response = streamed(
        &*reader,
        &[parts(
            json!([{"functionCall": {}}, {"functionCall": {"name": ""}}]),
        )],
    );
    assert_eq!(outline(&response), Vec::<String>::new());
    // The text of the body is indented, the arguments are not.
    let body = r#"{"candidates": [{"content": {"parts": [{"functionCall": {
        "name": "f",
        "args": {
            "a": "x  y",
            "b": 1.50
        }
    }}]}, "finishReason": "STOP"}]}"#;
    let event = reader.body(&Bytes::from(body)).unwrap().event;
    let response = event.response().unwrap();
    assert_eq!(outline(response), ["call f{\"a\":\"x  y\",\"b\":1.50}"]);
}

#[test]
fn arguments_may_come_in_pieces() {
    let reader = reader(&[]);
    let piece = |call: Value| parts(json!([{"functionCall": call}]));
    let chunks = [
        parts(
            json!([{"functionCall": {"name": "f", "id": "c1", "willContinue": true}, "thoughtSignature": "S"}]),
        ),
        piece(
            json!({"partialArgs": [{"jsonPath": "$.city", "stringValue": "New ", "willContinue": true}], "willContinue": true}),
        ),
        piece(
            json!({"partialArgs": [{"jsonPath": "$.city", "stringValue": "Delhi"}, {"jsonPath": "$.days", "numberValue": 2}], "willContinue": true}),
        ),
        piece(json!({})),
        piece(json!({"name": "g", "args": {"x": 1}})),
        piece(json!({"name": "h", "partialArgs": [{"jsonPath": "$.a[1]", "boolValue": true}]})),
    ];
    let response = streamed(&*reader, &chunks);
    let expected = [
        "call f{\"city\":\"New Delhi\",\"days\":2}",
        "call g{\"x\":1}",
        "call h{\"a\":[null,true]}",
    ];
    assert_eq!(outline(&response), expected);
    assert_eq!(calls_of(&response)[0].0, "c1");
    assert_eq!(signatures_of(&response), ["S"]);
    // A call that never ends, and another part in its middle.
    let response = streamed(&*reader, &chunks[..3]);
    assert_eq!(outline(&response), expected[..1]);
    let response = streamed(&*reader, &[chunks[0].clone(), text("so")]);
    assert_eq!(outline(&response), ["call f{}", "message so"]);
    let events = events_of(
        &*reader,
        &[chunks[0].clone(), chunks[1].clone(), finish("MAX_TOKENS")],
    );
    let response = response_of(&events);
    let call = response.function_calls().next().unwrap();
    assert_eq!(call.status.as_ref().unwrap().as_str(), "incomplete");
    // A place that cannot be read: arguments would be lost.
    let bad = piece(
        json!({"partialArgs": [{"jsonPath": "$..x", "stringValue": "y"}], "willContinue": true}),
    );
    let events = events_of(&*reader, &[chunks[0].clone(), bad, finish("STOP")]);
    assert!(message_of(events.last().unwrap()).contains("arguments of a call"));
}

#[test]
fn trap_06_signatures_stay_with_their_parts() {
    let reader = reader(&[]);
    for (chunks, expected) in [
        (
            vec![parts(
                json!([{"functionCall": {"name": "f"}, "thoughtSignature": "S"}, {"functionCall": {"name": "g"}}]),
            )],
            vec!["call f{}", "call g{}"],
        ),
        // At the end of a streamed text.
        (
            vec![
                text("a"),
                text("b"),
                parts(json!([{"text": "", "thoughtSignature": "S"}])),
            ],
            vec!["message ab", "reasoning #S"],
        ),
        // On a text.
        (
            vec![parts(json!([{"text": "a", "thoughtSignature": "S"}]))],
            vec!["message a", "reasoning #S"],
        ),
        (
            vec![parts(json!([{"thoughtSignature": "S"}])), text("a")],
            vec!["reasoning #S", "message a"],
        ),
        // On the reasoning, or directly behind it.
        (
            vec![
                parts(json!([{"text": "t", "thought": true, "thoughtSignature": "S"}])),
                text("a"),
            ],
            vec!["reasoning t#S", "message a"],
        ),
        (
            vec![
                parts(json!([{"text": "t", "thought": true}])),
                parts(json!([{"text": "", "thoughtSignature": "S"}])),
                text("a"),
            ],
            vec!["reasoning t#S", "message a"],
        ),
        // On reasoning that has a call.
        (
            vec![parts(json!([
                {"text": "t", "thought": true, "functionCall": {"name": "f"}, "thoughtSignature": "S"}
            ]))],
            vec!["reasoning t", "call f{}"],
        ),
        // Signed reasoning is an item of its own.
        (
            vec![parts(json!([
                {"text": "t", "thought": true, "thoughtSignature": "S"},
                {"text": "u", "thought": true}
            ]))],
            vec!["reasoning t#S", "reasoning u"],
        ),
        // On parts that are left out.
        (
            vec![
                parts(
                    json!([{"executableCode": {"language": "PYTHON", "code": "1"}, "thoughtSignature": "S"}]),
                ),
                parts(json!([{"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}}])),
                text("a"),
            ],
            vec!["reasoning #S", "message a"],
        ),
        (
            vec![parts(
                json!([{"inlineData": {"mimeType": "image/png", "data": "QUJD"}, "thoughtSignature": "S"}]),
            )],
            vec!["image png QUJD", "reasoning #S"],
        ),
    ] {
        let response = streamed(&*reader, &chunks);
        assert_eq!(outline(&response), expected, "{chunks:?}");
        assert_eq!(signatures_of(&response), ["S"], "{chunks:?}");
    }
    // Exactly as it came, whatever its characters.
    let signature = "Ab+/-_==\"\\é";
    let call = json!({"functionCall": {"name": "f"}, "thoughtSignature": signature});
    let response = streamed(&*reader, &[parts(json!([call]))]);
    assert_eq!(signatures_of(&response), [signature]);
}

#[test]
fn trap_09_interleaved_parts_keep_their_order() {
    let reader = reader(&[]);
    let all = json!([
        {"text": "t1 ", "thought": true},
        {"text": "t2", "thought": true},
        {"text": "a"},
        {"text": "b", "thought": false},
        {"functionCall": {"name": "f"}},
        {"text": "c"},
        {"text": "t3", "thought": true},
        {"functionCall": {"name": "g"}},
        {"functionCall": {"name": "h"}},
        {"text": ""},
        {"text": "d"},
    ]);
    let expected = [
        "reasoning t1 t2",
        "message ab",
        "call f{}",
        "message c",
        "reasoning t3",
        "call g{}",
        "call h{}",
        "message d",
    ];
    let response = streamed(&*reader, &[parts(all.clone())]);
    assert_eq!(outline(&response), expected);
    let chunks: Vec<Value> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|part| parts(json!([part])))
        .collect();
    let response = streamed(&*reader, &chunks);
    assert_eq!(outline(&response), expected);
}

#[test]
fn trap_10_a_blocked_prompt_is_not_an_empty_answer() {
    let reader = reader(&[]);
    for (feedback, outlined) in [
        (json!({"blockReason": "SAFETY"}), vec![]),
        (json!({"blockReason": "OTHER", "safetyRatings": []}), vec![]),
        (json!({"blockReason": "PROHIBITED_CONTENT"}), vec![]),
        (json!({"blockReason": "NEW_REASON"}), vec![]),
        (json!({"blockReason": 4}), vec![]),
        (
            json!({"blockReason": "MODEL_ARMOR", "blockReasonMessage": "The prompt violated filters."}),
            vec!["message refusal The prompt violated filters."],
        ),
    ] {
        let chunk = json!({"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 3}, "modelVersion": "m"});
        for response in [
            response_of(&events_of(&*reader, std::slice::from_ref(&chunk))),
            whole(&*reader, &chunk),
        ] {
            assert_eq!(response.status.as_str(), "incomplete", "{feedback}");
            let details = response.incomplete_details.as_ref().unwrap();
            assert_eq!(details.reason.as_ref().unwrap().as_str(), "content_filter");
            assert_eq!(outline(&response), outlined, "{feedback}");
            assert_eq!(response.usage.as_ref().unwrap().input_tokens, 3);
        }
    }
    // Ratings alone block nothing.
    let rated = json!({"promptFeedback": {"safetyRatings": [{"category": "X"}], "blockReason": "BLOCK_REASON_UNSPECIFIED"}});
    let response = streamed(&*reader, &[rated, text("a")]);
    assert_eq!(response.status.as_str(), "completed");
}

#[test]
fn trap_11_finish_reasons_decide_the_status() {
    let reader = reader(&[]);
    for (word, status, reason) in [
        (json!("STOP"), "completed", None),
        (json!("stop"), "completed", None),
        (json!(1), "completed", None),
        (json!("MAX_TOKENS"), "incomplete", Some("max_output_tokens")),
        (json!("SAFETY"), "incomplete", Some("content_filter")),
        (json!("RECITATION"), "incomplete", Some("content_filter")),
        (json!("BLOCKLIST"), "incomplete", Some("content_filter")),
        (
            json!("PROHIBITED_CONTENT"),
            "incomplete",
            Some("content_filter"),
        ),
        (json!("SPII"), "incomplete", Some("content_filter")),
        (json!("IMAGE_SAFETY"), "incomplete", Some("content_filter")),
        (json!("LANGUAGE"), "incomplete", Some("content_filter")),
        (json!("OTHER"), "failed", None),
        (json!("MALFORMED_FUNCTION_CALL"), "failed", None),
        (json!("UNEXPECTED_TOOL_CALL"), "failed", None),
        (json!("TOO_MANY_TOOL_CALLS"), "failed", None),
        (json!("MISSING_THOUGHT_SIGNATURE"), "failed", None),
        (json!("NO_IMAGE"), "failed", None),
        (json!("EATEN_BY_A_BEAR"), "failed", None),
        (json!(99), "failed", None),
    ] {
        let chunk =
            json!({"candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": word}]});
        let response = response_of(&events_of(&*reader, std::slice::from_ref(&chunk)));
        assert_eq!(response.status.as_str(), status, "{word}");
        let found = response.incomplete_details.as_ref();
        let found = found.map(|details| details.reason.as_ref().unwrap().as_str());
        assert_eq!(found, reason, "{word}");
        assert_eq!(response.output_text(), "a", "{word}");
        let item = response.output[0].status().unwrap().as_str().to_owned();
        let expected = if status == "completed" {
            "completed"
        } else {
            "incomplete"
        };
        assert_eq!(item, expected, "{word}");
        assert_eq!(whole(&*reader, &chunk).status.as_str(), status, "{word}");
    }
}

#[test]
fn trap_11_the_gravest_finish_reason_counts() {
    let reader = reader(&[]);
    let said = |text: &str, reason: &str| json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}]});
    // Early models send one with every chunk.
    for (words, status) in [
        (["STOP", "STOP"], "completed"),
        (["STOP", "SAFETY"], "incomplete"),
        (["SAFETY", "STOP"], "incomplete"),
        (["FINISH_REASON_UNSPECIFIED", "STOP"], "completed"),
        (["STOP", "FINISH_REASON_UNSPECIFIED"], "completed"),
        (["STOP", "OTHER"], "failed"),
    ] {
        let chunks = [said("a", words[0]), said("b", words[1])];
        let response = response_of(&events_of(&*reader, &chunks));
        assert_eq!(response.status.as_str(), status, "{words:?}");
        assert_eq!(response.output_text(), "ab", "{words:?}");
    }
}

#[test]
fn the_explanation_of_a_finish_reason_is_kept() {
    let reader = reader(&[]);
    let ended = |reason: &str| json!({"candidates": [{"content": {}, "finishReason": reason, "finishMessage": "Because: x"}]});
    let response = response_of(&events_of(&*reader, &[ended("MALFORMED_FUNCTION_CALL")]));
    let message = response.error.unwrap().message;
    assert_eq!(
        message,
        "the provider ended the reply with `MALFORMED_FUNCTION_CALL`: Because: x"
    );
    let response = response_of(&events_of(&*reader, &[text("a"), ended("SAFETY")]));
    assert_eq!(outline(&response), ["message a|refusal Because: x"]);
    let response = response_of(&events_of(&*reader, &[text("a"), ended("STOP")]));
    assert_eq!(outline(&response), ["message a"]);
    // The text before keeps its sources.
    let mut cited = text("a");
    cited["candidates"][0]["groundingMetadata"] =
        json!({"groundingChunks": [{"web": {"uri": "https://x", "title": "x"}}]});
    let response = response_of(&events_of(&*reader, &[cited, ended("SAFETY")]));
    assert_eq!(outline(&response), ["message a|refusal Because: x"]);
    assert_eq!(annotations_of(&response).len(), 1);
}

#[test]
fn trap_19_a_reply_that_was_cut_has_no_end() {
    let reader = reader(&[]);
    let usage = json!({"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1, "totalTokenCount": 4}});
    for chunks in [
        vec![],
        vec![usage.clone()],
        vec![text("a")],
        vec![text("a"), usage],
        vec![text("a"), json!("[DONE]")],
        vec![
            text("a"),
            json!({"candidates": [{"finishReason": "FINISH_REASON_UNSPECIFIED"}]}),
        ],
        vec![json!({"candidates": []})],
        vec![json!({"candidates": [{"index": 1, "finishReason": "STOP"}]})],
    ] {
        let events = events_of(&*reader, &chunks);
        let ended = events
            .iter()
            .any(|event| event.response().is_some() || event.is_failure());
        assert!(!ended, "{chunks:?}");
    }
    for body in [
        "{}",
        "[]",
        "[{}]",
        "null",
        "",
        "x",
        "{\"candidates\": []}",
        "{\"candidates\": [{}]}",
        "{\"candidates\": [{\"content\": {\"parts\": []}}]}",
        "{\"candidates\": null, \"usageMetadata\": {}}",
        "[{\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"a\"}]}}]}]",
        "[{\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"a\"}]}, \"finishReason\": \"STOP\"}]}",
    ] {
        let error = reader
            .body(&Bytes::from(body))
            .map(|event| event.event.kind().to_owned());
        assert!(error.is_err(), "{body} {error:?}");
    }
    // A whole body with content is complete, since nothing can be missing.
    let response = whole(&*reader, &text("a"));
    assert_eq!(response.status.as_str(), "completed");
}

#[test]
fn trap_19_a_finish_reason_with_every_chunk_does_not_tell_the_end() {
    let reader = reader(&[]);
    let said = |text: &str, reason: &str| json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}]});
    let usage = json!({"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1}});
    let call = parts(json!([{"functionCall": {"name": "f"}}]));
    for (chunks, status_if_cut) in [
        (vec![said("a", "STOP"), said("b", "STOP")], None),
        (vec![said("a", "STOP"), text("b")], None),
        (vec![said("a", "STOP"), call, usage.clone()], None),
        // One finish reason at the end is one.
        (vec![text("a"), said("b", "STOP")], Some("completed")),
        (vec![text("a"), said("b", "STOP"), usage], Some("completed")),
        (
            vec![text("a"), said("b", "STOP"), said("", "STOP")],
            Some("completed"),
        ),
        // So is one that another one precedes.
        (
            vec![said("a", "STOP"), said("b", "MAX_TOKENS")],
            Some("incomplete"),
        ),
    ] {
        let ends = |cut: bool| {
            let mut translator = reader.stream();
            let mut events = Vec::new();
            for chunk in &chunks {
                translator.frame("", &chunk.to_string(), &mut events);
            }
            translator.end(cut, &mut events);
            let mut responses = events.iter().filter_map(|event| event.event.response());
            let last = responses.next_back();
            last.map(|response| response.status.as_str().to_owned())
        };
        assert_eq!(ends(true).as_deref(), status_if_cut, "{chunks:?}");
        let whole = status_if_cut.unwrap_or("completed");
        assert_eq!(ends(false).as_deref(), Some(whole), "{chunks:?}");
    }
}

#[test]
fn sources_and_usage_may_follow_the_finish_reason() {
    let reader = reader(&[]);
    let response = response_of(&events_of(
        &*reader,
        &[
            text("Yes: é. Sure."),
            finish("STOP"),
            json!({"candidates": [{"groundingMetadata": {
                "groundingChunks": [{"web": {"uri": "https://x", "title": "x"}}],
                "groundingSupports": [{"segment": {"startIndex": 9, "endIndex": 14, "text": "Sure."}, "groundingChunkIndices": [0]}],
            }}]}),
            json!({"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5}, "modelVersion": "m-1"}),
        ],
    ));
    let expected = [("https://x".to_owned(), Some("Sure.".to_owned()))];
    assert_eq!(annotations_of(&response), expected);
    assert_eq!(response.usage.unwrap().total_tokens, 5);
    assert_eq!(response.model, "m-1");
}

#[test]
fn trap_19_failures_in_a_reply_are_failures() {
    let reader = reader(&[]);
    let error = |code: u16, status: &str, message: &str| json!({"error": {"code": code, "status": status, "message": message}});
    let unavailable = error(
        503,
        "UNAVAILABLE",
        "The model is overloaded. Please try again later.",
    );
    for chunk in [
        unavailable.clone(),
        json!([unavailable]),
        json!({"error": "The model is overloaded"}),
        json!({"code": 503, "status": "UNAVAILABLE", "message": "The model is overloaded"}),
        json!({"response": {}, "error": {"code": 503, "message": "The model is overloaded"}}),
        json!({"candidates": [{"content": {"parts": [{"text": "b"}]}, "finishReason": "STOP"}], "error": {"code": 503, "message": "The model is overloaded"}}),
    ] {
        let events = events_of(&*reader, &[text("a"), chunk.clone(), finish("STOP")]);
        let last = events.last().unwrap();
        assert!(message_of(last).contains("overloaded"), "{chunk}");
        let failures = events
            .iter()
            .filter(|event| event.is_failure() || event.response().is_some());
        assert_eq!(failures.count(), 1, "{chunk}");
        let event = reader.body(&Bytes::from(chunk.to_string())).unwrap().event;
        assert!(message_of(&event).contains("overloaded"), "{chunk}");
    }
    // By the name of the event, and in words.
    let frames = [("error".to_owned(), "upstream reset".to_owned())];
    let events = events_of_frames(&*reader, &frames);
    assert_eq!(message_of(&events[0]), "upstream reset");
    let events = events_of(&*reader, &[text("a"), json!("{\"candidates\": [")]);
    assert!(message_of(events.last().unwrap()).contains("not JSON"));
    let events = events_of(&*reader, &[text("a"), json!("[{\"candidates\": [")]);
    assert!(message_of(events.last().unwrap()).contains("not JSON"));
    // Empty members are no failures, and data that stands for nothing changes nothing.
    let harmless = json!({"error": null, "candidates": [{"content": {"parts": [{"text": "b"}]}}]});
    let response = streamed(
        &*reader,
        &[
            text("a"),
            json!(""),
            json!("null"),
            json!("ping"),
            json!("[ping]"),
            json!([1, null]),
            harmless,
        ],
    );
    assert_eq!(response.output_text(), "ab");
}

#[test]
fn failures_have_the_meaning_of_their_words() {
    let reader = reader(&[]);
    let class = |error: Value| {
        let event = reader.body(&Bytes::from(error.to_string())).unwrap().event;
        event.failure().unwrap().class(None)
    };
    for (code, status, expected) in [
        (429, "RESOURCE_EXHAUSTED", FailureClass::RateLimit),
        (503, "UNAVAILABLE", FailureClass::Unavailable),
        (500, "INTERNAL", FailureClass::Server),
        (504, "DEADLINE_EXCEEDED", FailureClass::Timeout),
        (400, "INVALID_ARGUMENT", FailureClass::InvalidRequest),
        (401, "UNAUTHENTICATED", FailureClass::Authentication),
        (403, "PERMISSION_DENIED", FailureClass::Permission),
        (404, "NOT_FOUND", FailureClass::NotFound),
    ] {
        let error = json!({"error": {"code": code, "message": "m", "status": status}});
        assert_eq!(class(error.clone()), Some(expected), "{error}");
        assert_eq!(class(json!([error])), Some(expected), "{error}");
    }
}

#[test]
fn custom_tools_and_namespaces_are_turned_back() {
    let reader = reader(&[
        ("shell", "shell", None, ToolKind::Custom),
        ("ns__g", "g", Some("ns"), ToolKind::Function),
    ]);
    let response = streamed(
        &*reader,
        &[parts(json!([
            {"functionCall": {"name": "shell", "args": {"input": "ls\n-l"}}, "thoughtSignature": "S"},
            {"functionCall": {"name": "ns__g", "args": {"x": 1}}},
            {"functionCall": {"name": "made_up", "args": {}}},
        ]))],
    );
    let expected = ["custom shell ls\n-l", "call g{\"x\":1}", "call made_up{}"];
    assert_eq!(outline(&response), expected);
    assert_eq!(signatures_of(&response), ["S"]);
    let Item::FunctionCall(call) = &response.output[1] else {
        panic!()
    };
    assert_eq!(call.namespace.as_deref(), Some("ns"));
}

#[test]
fn structured_output_through_a_forced_tool_is_the_text() {
    let reader = gemini::reader(ReplyContext::default().answer_tool("answer"));
    let response = streamed(
        &*reader,
        &[parts(json!([
            {"text": "t", "thought": true},
            {"functionCall": {"name": "answer", "args": {"city": "Paris"}}, "thoughtSignature": "S"},
        ]))],
    );
    assert_eq!(
        outline(&response),
        [
            "reasoning t",
            "message {\"city\":\"Paris\"}",
            "reasoning #S"
        ]
    );
    let response = streamed(
        &*reader,
        &[parts(json!([{"functionCall": {"name": "other"}}]))],
    );
    assert_eq!(outline(&response), ["call other{}"]);
}

#[test]
fn media_become_items_and_parts() {
    let reader = reader(&[]);
    let blob = |media: &str, data: &str| json!({"inlineData": {"mimeType": media, "data": data}});
    let response = streamed(
        &*reader,
        &[
            text("a"),
            parts(json!([blob("image/png", "QUJD"), {"text": "b"}])),
            parts(
                json!([{"thought": true, "inlineData": {"mimeType": "image/png", "data": "WFla"}}]),
            ),
            parts(json!([
                blob("image/jpeg", "REVG"),
                blob("video/mp4", "AAAA"),
                blob("image/png", "")
            ])),
            parts(
                json!([{"fileData": {"mimeType": "image/webp", "fileUri": "https://x/i"}}, {"fileData": {"mimeType": "text/csv", "fileUri": "https://x/t"}}]),
            ),
        ],
    );
    let expected = [
        "message a",
        "image png QUJD",
        "message b",
        "image jpeg REVG",
        "image  https://x/i",
    ];
    assert_eq!(outline(&response), expected);
    // Audio comes in pieces, each encoded alone.
    let response = streamed(
        &*reader,
        &[
            parts(json!([blob("audio/L16;codec=pcm;rate=24000", "Zg==")])),
            parts(json!([blob("audio/L16;codec=pcm;rate=24000", "b28=")])),
        ],
    );
    assert_eq!(outline(&response), ["message audio Zm9v"]);
}

#[test]
fn parts_that_the_client_has_no_use_for_are_left_out() {
    let reader = reader(&[]);
    let response = streamed(
        &*reader,
        &[
            text("a"),
            parts(json!([
                {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
                {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
                {"toolCall": {"toolType": "GOOGLE_SEARCH", "args": {}, "id": "x"}},
                {"toolResponse": {"toolType": "GOOGLE_SEARCH", "response": {}, "id": "x"}},
                {"newKind": {"text": "x"}},
                {"text": null},
                null,
                "x",
                {},
            ])),
            text("b"),
        ],
    );
    assert_eq!(outline(&response), ["message ab"]);
}

#[test]
fn odd_members_do_not_end_a_reply() {
    let reader = reader(&[]);
    for odd in [
        json!({"candidates": [{"content": null}]}),
        json!({"candidates": [{"content": {"parts": null, "role": null}}]}),
        json!({"candidates": [{"content": "x"}]}),
        json!({"candidates": {}}),
        json!({"candidates": [null, 7]}),
        json!({"usageMetadata": null, "modelVersion": null, "promptFeedback": null}),
        json!({"usageMetadata": {"promptTokenCount": "x", "candidatesTokenCount": -1}}),
        json!({"candidates": [{"finishReason": null, "groundingMetadata": {}, "citationMetadata": {}, "safetyRatings": [{}]}]}),
        json!({"candidates": [{"finishReason": {}, "groundingMetadata": 1, "logprobsResult": []}]}),
        json!({"candidates": [{"content": {"parts": [{"functionCall": null}, {"functionCall": 1}, {"inlineData": {}}, {"text": 5}]}}]}),
        json!({"candidates": [{"index": 1, "content": {"parts": [{"text": "other"}]}, "finishReason": "SAFETY"}]}),
        json!({"candidates": [{}, {"content": {"parts": [{"text": "other"}]}, "finishReason": "SAFETY"}]}),
        json!({}),
    ] {
        let response = streamed(&*reader, &[text("a"), odd.clone(), text("b")]);
        assert_eq!(outline(&response), ["message ab"], "{odd}");
        assert_eq!(response.status.as_str(), "completed", "{odd}");
    }
}

#[test]
fn a_chunk_may_be_wrapped() {
    let reader = reader(&[]);
    let wrap = |chunk: Value| json!({"response": chunk, "traceId": "x"});
    let chunks = [wrap(text("a")), wrap(finish("STOP"))];
    let response = response_of(&events_of(&*reader, &chunks));
    assert_eq!(outline(&response), ["message a"]);
    assert_eq!(outline(&whole(&*reader, &wrap(text("a")))), ["message a"]);
}

#[test]
fn log_probabilities_belong_to_the_text_of_their_chunk() {
    let reader = reader(&[]);
    let token = |token: &str, logprob: f64| json!({"token": token, "tokenId": 7, "logProbability": logprob});
    let mut first = text("é b");
    first["candidates"][0]["logprobsResult"] = json!({
        "chosenCandidates": [token("é", -0.5), token(" b", -0.25), {"token": "x"}],
        "topCandidates": [{"candidates": [token("é", -0.5), token("e", -1.5)]}],
    });
    let mut thought = parts(json!([{"text": "t", "thought": true}]));
    thought["candidates"][0]["logprobsResult"] = json!({"chosenCandidates": [token("t", -9.0)]});
    let response = streamed(&*reader, &[thought, first, text("c")]);
    let Item::Message(message) = &response.output[1] else {
        panic!()
    };
    let ContentPart::OutputText(part) = &message.parts()[0] else {
        panic!()
    };
    let found: Value = serde_json::from_str(&orouter_wire::to_string(&part.logprobs)).unwrap();
    let expected = json!([
        {"token": "é", "logprob": -0.5, "bytes": [195, 169], "top_logprobs": [
            {"token": "é", "logprob": -0.5, "bytes": [195, 169]},
            {"token": "e", "logprob": -1.5, "bytes": [101]},
        ]},
        {"token": " b", "logprob": -0.25, "bytes": [32, 98], "top_logprobs": []},
    ]);
    assert_eq!(found, expected);
}

#[test]
fn a_reply_has_limits() {
    let reader = reader(&[]);
    let call = json!({"functionCall": {"name": "f"}});
    let many = parts(Value::Array(vec![call; 5000]));
    let events = events_of(&*reader, &[many, finish("STOP")]);
    assert!(message_of(events.last().unwrap()).contains("output items"));
    assert!(events.len() < 30_000);
    // Log probabilities count too.
    let mut token = text("a");
    let token_alternatives = json!({"candidates": vec![json!({}); 60_000]});
    token["candidates"][0]["logprobsResult"] = json!({
        "chosenCandidates": [{"token": "a", "logProbability": -1}],
        "topCandidates": [token_alternatives],
    });
    let events = events_of(
        &*reader,
        &[&vec![token; 40][..], &[finish("STOP")]].concat(),
    );
    assert!(message_of(events.last().unwrap()).contains("longer than"));
}

#[test]
fn sources_stay_with_the_message_that_they_support() {
    let reader = reader(&[]);
    let mut chunk = parts(json!([
        {"text": "One. "},
        {"text": "t", "thought": true},
        {"text": "Two."},
    ]));
    let support = |start: usize, text: &str| json!({"segment": {"startIndex": start, "endIndex": start + 4, "text": text}, "groundingChunkIndices": [0]});
    chunk["candidates"][0]["groundingMetadata"] = json!({
        "groundingChunks": [{"web": {"uri": "https://x", "title": "x"}}],
        "groundingSupports": [support(0, "One."), support(5, "Two.")],
    });
    let response = streamed(&*reader, &[chunk]);
    assert_eq!(
        outline(&response),
        ["message One. ", "reasoning t", "message Two."]
    );
    let cited = ["One.", "Two."].map(|text| ("https://x".to_owned(), Some(text.to_owned())));
    assert_eq!(annotations_of(&response), cited);
}
