//! Defects that translators of Anthropic Messages have had: one test for each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use orouter_wire::failure::FailureClass;
use orouter_wire::{IncompleteReason, Item, Raw};
use reply_support::anthropic::{
    begin, ended, input, is_cut, last, message, outline, response, signature, start, stop, text,
    thinking, tool,
};
use reply_support::{anthropic_reader, events_of, events_of_frames, response_of, whole};
use serde_json::{Value, json};

#[test]
fn trap_01_blocks_belong_to_their_numbers() {
    let expected = [
        "call a f {\"x\":1} completed",
        "call b g {\"y\":2} completed",
    ];
    for middle in [
        // One after the other.
        vec![
            begin(0, tool("a", "f")),
            input(0, ""),
            input(0, "{\"x\":"),
            input(0, "1}"),
            stop(0),
            begin(1, tool("b", "g")),
            input(1, "{\"y\":2}"),
            stop(1),
        ],
        // At once.
        vec![
            begin(0, tool("a", "f")),
            begin(1, tool("b", "g")),
            input(1, "{\"y\""),
            input(0, "{\"x\":1"),
            input(1, ":2}"),
            stop(1),
            input(0, "}"),
            stop(0),
        ],
        // Numbers with gaps, as floats.
        vec![
            begin(3, tool("a", "f")),
            json!({"type": "content_block_delta", "index": 3.0, "delta": {"type": "input_json_delta", "partial_json": "{\"x\":1}"}}),
            stop(3),
            begin(7, tool("b", "g")),
            input(7, "{\"y\":2}"),
        ],
        // One number for both.
        vec![
            begin(0, tool("a", "f")),
            input(0, "{\"x\":1}"),
            begin(0, tool("b", "g")),
            input(0, "{\"y\":2}"),
            stop(0),
        ],
        // No numbers.
        vec![
            json!({"type": "content_block_start", "content_block": tool("a", "f")}),
            json!({"type": "content_block_delta", "delta": {"partial_json": "{\"x\":1}"}}),
            json!({"type": "content_block_stop"}),
            json!({"type": "content_block_start", "content_block": tool("b", "g")}),
            json!({"type": "content_block_delta", "delta": {"partial_json": "{\"y\":2}"}}),
        ],
        // The whole input at the beginning, alone and repeated in pieces.
        vec![
            begin(
                0,
                json!({"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}}),
            ),
            stop(0),
            begin(
                1,
                json!({"type": "tool_use", "id": "b", "name": "g", "input": {"y": 2}}),
            ),
            input(1, "{\"y\""),
            input(1, ":2}"),
            stop(1),
        ],
        // The input as a string.
        vec![
            begin(
                0,
                json!({"type": "tool_use", "id": "a", "name": "f", "input": "{\"x\":1}"}),
            ),
            stop(0),
            begin(
                1,
                json!({"type": "tool_use", "id": "b", "name": "g", "input": null}),
            ),
            input(1, "{\"y\":2}"),
            stop(1),
        ],
    ] {
        assert_eq!(
            outline(&response(middle.clone(), "tool_use")),
            expected,
            "{middle:#?}"
        );
    }
}

#[test]
fn trap_01_the_pieces_of_skipped_blocks_do_not_reach_others() {
    let found = response(
        vec![
            begin(0, json!({"type": "text", "text": ""})),
            text(0, "I search."),
            stop(0),
            begin(
                1,
                json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}),
            ),
            input(1, "{\"query\":\"x\"}"),
            stop(1),
            begin(
                2,
                json!({"type": "web_search_tool_result", "tool_use_id": "s", "content": []}),
            ),
            // Numbers were used twice after results of tools.
            begin(2, json!({"type": "text", "text": ""})),
            text(2, "Found."),
            stop(2),
            begin(3, json!({"type": "new_kind", "text": "secret"})),
            text(3, "hidden"),
            stop(3),
            begin(4, tool("a", "f")),
            stop(4),
        ],
        "tool_use",
    );
    assert_eq!(
        outline(&found),
        ["text I search.", "text Found.", "call a f {} completed"]
    );
}

#[test]
fn trap_02_no_input_is_an_empty_object() {
    for block in [
        json!({"type": "tool_use", "id": "a", "name": "f", "input": {}}),
        json!({"type": "tool_use", "id": "a", "name": "f"}),
        json!({"type": "tool_use", "id": "a", "name": "f", "input": ""}),
        json!({"type": "tool_use", "id": "a", "name": "f", "input": { }, "caller": {"type": "direct"}}),
    ] {
        for middle in [
            vec![begin(0, block.clone()), stop(0)],
            vec![begin(0, block.clone()), input(0, ""), stop(0)],
            vec![begin(0, block.clone()), input(0, "{}"), stop(0)],
        ] {
            let found = response(middle, "tool_use");
            assert_eq!(outline(&found), ["call a f {} completed"]);
        }
        let body = json!({"type": "message", "content": [block], "stop_reason": "tool_use"});
        let found = whole(&*anthropic_reader(&[]), &body);
        assert_eq!(outline(&found), ["call a f {} completed"]);
    }
}

#[test]
fn trap_02_a_call_that_is_cut_is_incomplete() {
    for (piece, expected) in [
        ("", "call a f {} incomplete"),
        ("{\"path\":\"x", "call a f {\"path\":\"x incomplete"),
        ("{\"path\":\"x\"}", "call a f {\"path\":\"x\"} completed"),
    ] {
        for with_stop in [false, true] {
            let mut middle = vec![begin(0, tool("a", "f")), input(0, piece)];
            middle.extend(with_stop.then(|| stop(0)));
            let found = response(middle, "max_tokens");
            assert_eq!(outline(&found), [expected]);
            assert_eq!(found.status.as_str(), "incomplete");
        }
    }
    // The model went on, so the call is whole.
    let found = response(
        vec![
            begin(0, tool("a", "f")),
            stop(0),
            begin(1, json!({"type": "text", "text": "x"})),
            stop(1),
        ],
        "max_tokens",
    );
    assert_eq!(outline(&found), ["call a f {} completed", "text x"]);
}

#[test]
fn trap_06_signatures_and_encrypted_thinking_are_kept_with_their_blocks() {
    let found = response(
        vec![
            begin(
                0,
                json!({"type": "thinking", "thinking": "", "signature": ""}),
            ),
            thinking(0, "one"),
            signature(0, "s1"),
            stop(0),
            begin(1, json!({"type": "redacted_thinking", "data": "e1"})),
            stop(1),
            begin(
                2,
                json!({"type": "thinking", "thinking": "", "signature": ""}),
            ),
            signature(2, "s2"),
            stop(2),
            begin(
                3,
                json!({"type": "thinking", "thinking": "two", "signature": "s3"}),
            ),
            stop(3),
            begin(4, json!({"type": "text", "text": "done"})),
            stop(4),
            begin(5, json!({"type": "redacted_thinking", "data": "e2"})),
            stop(5),
            begin(6, tool("a", "f")),
            stop(6),
        ],
        "tool_use",
    );
    assert_eq!(
        outline(&found),
        [
            "thinking one s1 -",
            "thinking  - e1",
            "thinking  s2 -",
            "thinking two s3 -",
            "text done",
            "thinking  - e2",
            "call a f {} completed",
        ]
    );
    for item in &found.output {
        if let Item::Reasoning(item) = item {
            let format = item.format.as_ref().unwrap();
            assert_eq!(format.as_str(), "anthropic-claude-v1");
        }
    }
}

#[test]
fn trap_06_a_signature_after_the_end_of_its_block_belongs_to_it() {
    let found = response(
        vec![
            begin(0, json!({"type": "thinking", "thinking": ""})),
            thinking(0, "one"),
            stop(0),
            signature(0, "s1"),
            begin(1, json!({"type": "text", "text": "done"})),
            stop(1),
        ],
        "end_turn",
    );
    assert_eq!(outline(&found), ["thinking one s1 -", "text done"]);
}

#[test]
fn trap_09_the_order_is_that_of_the_blocks() {
    let found = response(
        vec![
            begin(0, json!({"type": "text", "text": ""})),
            text(0, "a"),
            stop(0),
            begin(1, json!({"type": "text", "text": ""})),
            text(1, "b"),
            stop(1),
            begin(2, json!({"type": "thinking", "thinking": ""})),
            thinking(2, "hm"),
            stop(2),
            begin(3, json!({"type": "text", "text": ""})),
            text(3, "c"),
            stop(3),
            begin(4, tool("x", "f")),
            input(4, "{}"),
            stop(4),
            begin(5, json!({"type": "text", "text": ""})),
            text(5, "d"),
            stop(5),
        ],
        "end_turn",
    );
    assert_eq!(
        outline(&found),
        [
            "text a",
            "text b",
            "thinking hm - -",
            "text c",
            "call x f {} completed",
            "text d"
        ]
    );
    // Texts that follow each other are one message.
    let kinds: Vec<&str> = found.output.iter().map(Item::kind).collect();
    assert_eq!(
        kinds,
        [
            "message",
            "reasoning",
            "message",
            "function_call",
            "message"
        ]
    );
    assert_eq!(found.output_text(), "abcd");
}

#[test]
fn trap_09_pieces_of_another_kind_than_their_block_are_not_lost() {
    let expected = [
        "call a f {\"x\":1} completed",
        "text \n",
        "call b g {} completed",
    ];
    // SGLang sent text with the number of the open call.
    let found = response(
        vec![
            begin(0, tool("a", "f")),
            input(0, "{\"x\":1"),
            text(0, "\n"),
            input(0, "}"),
            stop(0),
            begin(1, tool("b", "g")),
            stop(1),
        ],
        "tool_use",
    );
    assert_eq!(outline(&found), expected);
    // Blocks whose beginning is lost.
    let found = response(
        vec![
            thinking(0, "hm"),
            stop(0),
            text(1, "a"),
            text(1, "b"),
            input(2, "{}"),
        ],
        "end_turn",
    );
    assert_eq!(outline(&found), ["thinking hm - -", "text ab"]);
    // All pieces with the number 0.
    let found = response(
        vec![
            begin(0, json!({"type": "thinking", "thinking": ""})),
            thinking(0, "hm"),
            stop(0),
            begin(1, json!({"type": "text", "text": ""})),
            text(0, "a"),
            stop(1),
        ],
        "end_turn",
    );
    assert_eq!(outline(&found), ["thinking hm - -", "text a"]);
}

#[test]
fn trap_10_a_refusal_is_not_complete() {
    let details = json!({"type": "refusal", "category": "cyber", "explanation": "Not this."});
    let refused = |middle: Vec<Value>, details: Value| {
        let mut events = vec![start()];
        events.extend(middle);
        events.push(json!({"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}, "usage": {"output_tokens": 0}}));
        events.push(last());
        response_of(&events_of(&*anthropic_reader(&[]), &events))
    };
    for (middle, details, expected, category) in [
        (
            vec![],
            details.clone(),
            vec!["refusal Not this."],
            Some("\"cyber\""),
        ),
        (
            vec![],
            Value::Null,
            vec!["refusal The model refused to continue."],
            None,
        ),
        (
            vec![],
            json!({"type": "refusal", "category": null, "explanation": null}),
            vec!["refusal The model refused to continue."],
            None,
        ),
        (
            vec![
                begin(0, json!({"type": "text", "text": ""})),
                text(0, "Well, "),
                stop(0),
            ],
            details.clone(),
            vec!["text Well, ", "refusal Not this."],
            Some("\"cyber\""),
        ),
        (
            vec![begin(0, json!({"type": "text", "text": "Well, "}))],
            details.clone(),
            vec!["text Well, ", "refusal Not this."],
            Some("\"cyber\""),
        ),
        (
            vec![begin(0, tool("a", "f")), input(0, "{\"x"), stop(0)],
            details.clone(),
            vec!["call a f {\"x incomplete", "refusal Not this."],
            Some("\"cyber\""),
        ),
    ] {
        let found = refused(middle, details);
        assert_eq!(outline(&found), expected);
        assert_eq!(found.status.as_str(), "incomplete");
        let reason = found.incomplete_details.as_ref().unwrap();
        assert_eq!(reason.reason.as_ref().unwrap().as_str(), "content_filter");
        assert_eq!(reason.extra.get("category").map(Raw::get), category);
        assert_eq!(found.usage.unwrap().output_tokens, 0);
    }
    let body = json!({"type": "message", "content": [], "stop_reason": "refusal", "stop_details": details});
    let found = whole(&*anthropic_reader(&[]), &body);
    assert_eq!(outline(&found), ["refusal Not this."]);
}

#[test]
fn trap_11_each_stop_reason_has_its_status() {
    for (reason, status, details) in [
        ("end_turn", "completed", None),
        ("stop_sequence", "completed", None),
        ("tool_use", "completed", None),
        ("max_tokens", "incomplete", Some("max_output_tokens")),
        (
            "model_context_window_exceeded",
            "incomplete",
            Some("max_output_tokens"),
        ),
        ("pause_turn", "incomplete", Some("max_tool_calls")),
        ("compaction", "incomplete", Some("max_tool_calls")),
        ("refusal", "incomplete", Some("content_filter")),
        ("eaten_by_a_bear", "failed", None),
    ] {
        let content = json!([{"type": "text", "text": "a"}]);
        let body = json!({"type": "message", "content": content, "stop_reason": reason});
        let middle = vec![begin(0, json!({"type": "text", "text": "a"})), stop(0)];
        for found in [
            response(middle, reason),
            whole(&*anthropic_reader(&[]), &body),
        ] {
            assert_eq!(found.status.as_str(), status, "{reason}");
            let found = found.incomplete_details.and_then(|details| details.reason);
            assert_eq!(found.as_ref().map(IncompleteReason::as_str), details);
        }
    }
}

#[test]
fn trap_11_the_last_stop_reason_counts() {
    let reader = anthropic_reader(&[]);
    let text = [begin(0, json!({"type": "text", "text": "a"})), stop(0)];
    let status = |reasons: &[Value]| {
        let mut events = vec![start()];
        events.extend(text.clone());
        events.extend(reasons.iter().map(
            |reason| json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 7}}),
        ));
        events.push(last());
        response_of(&events_of(&*reader, &events))
            .status
            .as_str()
            .to_owned()
    };
    assert_eq!(
        status(&[json!("pause_turn"), json!("end_turn")]),
        "completed"
    );
    assert_eq!(status(&[json!("max_tokens"), Value::Null]), "incomplete");
    assert_eq!(status(&[json!("max_tokens"), json!("")]), "incomplete");
    assert_eq!(status(&[Value::Null]), "completed");
}

#[test]
fn trap_18_usage_is_that_of_the_last_report() {
    let middle = vec![
        begin(0, json!({"type": "text", "text": "a"})),
        stop(0),
        json!({"type": "message_delta", "delta": {}, "usage": {"output_tokens": 3}}),
        json!({"type": "message_delta", "delta": {"stop_reason": null}, "usage": {"output_tokens": 20, "output_tokens_details": {"thinking_tokens": 6}, "server_tool_use": {"web_search_requests": 2}}}),
    ];
    let usage = response(middle, "end_turn").usage.unwrap();
    assert_eq!(
        (usage.input_tokens, usage.output_tokens, usage.total_tokens),
        (17, 20, 37)
    );
    assert_eq!((usage.cached_tokens(), usage.reasoning_tokens()), (5, 6));
    let details = usage.input_tokens_details.unwrap();
    assert_eq!(details.cache_write_tokens, Some(2));
    let tools = usage.server_tool_use_details.unwrap();
    assert_eq!(tools.web_search_requests, Some(2));
    // Without another report, that of the beginning counts.
    let events = [
        start(),
        begin(0, json!({"type": "text", "text": "a"})),
        last(),
    ];
    let usage = response_of(&events_of(&*anthropic_reader(&[]), &events))
        .usage
        .unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (17, 1));
}

/// Errors as data, with the class and the status that they have.
const ERRORS: [(&str, FailureClass, Option<u16>); 12] = [
    (
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#,
        FailureClass::Overloaded,
        Some(529),
    ),
    (
        r#"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}"#,
        FailureClass::RateLimit,
        Some(429),
    ),
    (
        r#"{"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#,
        FailureClass::Server,
        Some(500),
    ),
    (
        r#"{"type":"error","error":{"type":"timeout_error","message":"Request timed out"}}"#,
        FailureClass::Timeout,
        Some(504),
    ),
    (
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"messages: field required"}}"#,
        FailureClass::InvalidRequest,
        Some(400),
    ),
    (
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213462 tokens > 200000 maximum"}}"#,
        FailureClass::ContextLength,
        Some(400),
    ),
    (
        r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
        FailureClass::Authentication,
        Some(401),
    ),
    (
        r#"{"type":"error","error":{"type":"billing_error","message":"Payment required"}}"#,
        FailureClass::Quota,
        Some(402),
    ),
    (
        r#"{"type":"error","error":{"type":"permission_error","message":"no"}}"#,
        FailureClass::Permission,
        Some(403),
    ),
    (
        r#"{"type":"error","error":{"type":"not_found_error","message":"model: x"}}"#,
        FailureClass::NotFound,
        Some(404),
    ),
    (
        r#"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
        FailureClass::PayloadTooLarge,
        Some(413),
    ),
    (
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."}}"#,
        FailureClass::Quota,
        Some(402),
    ),
];

#[test]
fn trap_19_an_error_anywhere_is_a_failure_of_its_class() {
    let reader = anthropic_reader(&[]);
    let before = [
        start(),
        begin(0, json!({"type": "text", "text": ""})),
        text(0, "Well"),
    ];
    for (error, class, status) in ERRORS {
        for name in ["error", ""] {
            for count in 0..=before.len() {
                let mut all: Vec<(String, String)> = before[..count]
                    .iter()
                    .map(|event| (String::new(), event.to_string()))
                    .collect();
                all.push((name.to_owned(), error.to_owned()));
                // Nothing after it makes a success of it.
                all.push((String::new(), ended("end_turn").to_string()));
                all.push((String::new(), last().to_string()));
                let events = events_of_frames(&*reader, &all);
                let failure = events.last().unwrap().failure().expect(error);
                assert_eq!(failure.class(None), Some(class), "{error}");
                assert_eq!(failure.status(None), status, "{error}");
                assert!(events.iter().all(|event| event.response().is_none()));
            }
        }
        let event = reader.body(&bytes::Bytes::from(error)).unwrap().event;
        let failure = event.failure().unwrap();
        assert_eq!(failure.class(None), Some(class), "{error}");
    }
}

#[test]
fn trap_19_errors_in_other_forms_are_failures() {
    let reader = anthropic_reader(&[]);
    for (name, data) in [
        ("", r#"{"error":"Internal error"}"#),
        ("", r#"{"error":{"message":"no","code":500}}"#),
        ("", r#"{"type":"overloaded_error","message":"Overloaded"}"#),
        ("", r#"{"type":"error","message":"no"}"#),
        ("", r#"{"message":"no","code":"rate_limit_exceeded"}"#),
        ("", r#"{"detail":"Not found"}"#),
        ("error", r#"{"message":"no"}"#),
        ("error", "upstream failed"),
        (
            "message_start",
            r#"{"type":"message_start","message":{"error":{"message":"no"}}}"#,
        ),
        ("", r#"{"type":"content_block_delta","ind"#),
    ] {
        let frame = (name.to_owned(), data.to_owned());
        let events = events_of_frames(&*reader, &[frame]);
        assert_eq!(events.len(), 1, "{data}");
        assert!(events[0].is_failure(), "{data}");
    }
    // Empty errors are none.
    for error in [json!(null), json!({}), json!("")] {
        let mut begun = start();
        begun["error"] = error;
        let events = [
            begun,
            begin(0, json!({"type": "text", "text": "a"})),
            ended("end_turn"),
            last(),
        ];
        assert_eq!(
            outline(&response_of(&events_of(&*reader, &events))),
            ["text a"]
        );
    }
}

#[test]
fn trap_19_a_cut_stream_has_no_end() {
    let reader = anthropic_reader(&[]);
    let text = [
        start(),
        begin(0, json!({"type": "text", "text": "a"})),
        stop(0),
    ];
    assert!(is_cut(&events_of(&*reader, &text)));
    let call = [start(), begin(0, tool("a", "f")), stop(0)];
    assert!(is_cut(&events_of(&*reader, &call)));
    assert!(is_cut(&events_of(&*reader, &[])));
    assert!(is_cut(&events_of(&*reader, &[start(), last()])));
    // A mark at the end does not make a cut call whole.
    for mark in [last(), json!("[DONE]")] {
        let events = [start(), begin(0, tool("a", "f")), input(0, "{\"x"), mark];
        assert!(is_cut(&events_of(&*reader, &events)));
    }
    // Nor does it after data that cannot be read.
    let events = [
        start(),
        json!("<html>"),
        begin(0, json!({"type": "text", "text": "a"})),
        last(),
    ];
    assert!(is_cut(&events_of(&*reader, &events)));
    // Events after the end are not read.
    let mut events = message(
        vec![begin(0, json!({"type": "text", "text": "a"}))],
        "end_turn",
    );
    events.extend([
        start(),
        begin(0, json!({"type": "text", "text": "b"})),
        ended("end_turn"),
        last(),
    ]);
    assert_eq!(
        outline(&response_of(&events_of(&*reader, &events))),
        ["text a"]
    );
}
