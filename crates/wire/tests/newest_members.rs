//! Members, variants and events that OpenAI's and OpenRouter's APIs added last: they are typed, decode
//! and encode without loss, and a value of another type is kept.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Debug;

use orouter_wire::{
    AccessPrograms, BackgroundOptions, CacheMissReason, CompletionWindow, ContextCompression,
    CyberAccess, EventClass, ImageComplexity, ImageGenerationTool, ImageOptions, IncompleteReason,
    InputTransformation, Item, ItemMetadata, MisalignmentKind, ModerationStage,
    PromptCacheDiagnostics, PromptCacheOptions, Reasoning, ReasoningMode, Response,
    ResponsesRequest, SteerErrorCode, SteerPendingReason, StreamEvent, SvgOptions, Tool, Usage,
    Wire, from_str, to_string,
};
use serde_json::{Map, Value, json};

/// Values of every JSON type. Each is of another type than most members have.
fn others() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!("other"),
        json!([]),
        json!([1, null]),
        json!({}),
        json!({"type": "other", "deep": [{"a": "line\nbreak"}]}),
    ]
}

/// Returns the value without null members, which may be left out.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                members
                    .map(|(name, value)| (name.clone(), plain(value)))
                    .collect(),
            )
        }
        Value::Array(list) => list.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Decodes and encodes a value and checks that nothing is lost.
fn keeps<T: Wire + PartialEq + Debug>(value: &Value) -> T {
    let decoded: T = from_str(&value.to_string()).unwrap();
    let text = to_string(&decoded);
    let encoded: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plain(&encoded), plain(value));
    assert_eq!(from_str::<T>(&text).unwrap(), decoded, "{value}");
    decoded
}

/// Checks that all of a value is typed, and that any member of any object in it may have another type.
fn typed<T: Wire + PartialEq + Debug>(value: &Value) -> T {
    let decoded: T = keeps(value);
    assert_eq!(decoded.unknown(), Vec::<String>::new(), "{value}");
    let typed: Value = serde_json::from_str(&decoded.typed_json()).unwrap();
    assert_eq!(plain(&typed), plain(value));
    for path in paths(value, "") {
        for other in others() {
            let mut changed = value.clone();
            *changed.pointer_mut(&path).unwrap() = other;
            keeps::<T>(&changed);
        }
    }
    decoded
}

/// Returns pointers to all values inside of a value.
fn paths(value: &Value, path: &str) -> Vec<String> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (format!("{path}/{name}"), value))
            .collect(),
        Value::Array(list) => (0..)
            .zip(list)
            .map(|(index, value): (usize, _)| (format!("{path}/{index}"), value))
            .collect(),
        _ => Vec::new(),
    };
    let inside = inside.into_iter();
    inside
        .flat_map(|(path, value)| {
            let mut all = paths(value, &path);
            all.push(path);
            all
        })
        .collect()
}

#[test]
fn members_of_a_request() {
    let request: ResponsesRequest = typed(&json!({
        "model": "m", "input": "hi", "seed": -7, "preset": "support", "background": true,
        "access_programs": {"cyber": "daybreak_blue"},
        "background_options": {"completion_window": "8h", "continuation_id": "c"},
        "image": {"context_compression": "disabled"},
        "prompt_cache_options": {"mode": "implicit", "ttl": "12h", "comparison_response_id": "resp_1",
                                 "prewarm": false},
        "reasoning": {"effort": "low", "exclude": true, "mode": "pro"},
        "tools": [{"type": "image_generation", "complexity": "high", "frame_count": 9,
                   "frame_duration_ms": 200, "output_format": "gif", "quality": "xhigh",
                   "svg": {"model": "gpt-6-astra", "reasoning": {"effort": "none"}}}],
    }));
    let built = ResponsesRequest::new("m")
        .input("hi")
        .seed(-7)
        .preset("support")
        .background(true)
        .access_programs(AccessPrograms::new().cyber("daybreak_blue"))
        .background_options(
            BackgroundOptions::new()
                .completion_window(CompletionWindow::EightHours)
                .continuation_id("c"),
        )
        .image(ImageOptions::new().context_compression(ContextCompression::Disabled))
        .prompt_cache_options({
            let mut options = PromptCacheOptions::default();
            options.mode = Some("implicit".into());
            options
                .ttl("12h")
                .comparison_response_id("resp_1")
                .prewarm(false)
        })
        .reasoning(
            Reasoning::new()
                .effort("low")
                .exclude(true)
                .mode(ReasoningMode::Pro),
        )
        .tools([ImageGenerationTool::new()
            .complexity(ImageComplexity::High)
            .frame_count(9)
            .frame_duration_ms(200)
            .output_format("gif")
            .quality("xhigh")
            .svg(
                SvgOptions::new()
                    .model("gpt-6-astra")
                    .reasoning(orouter_wire::InnerReasoning::new().effort("none")),
            )]);
    assert_eq!(request, built);
    assert_eq!(CyberAccess::from("daybreak_red"), CyberAccess::DaybreakRed);
    assert_eq!(CompletionWindow::from("2h").as_str(), "2h");
    assert_eq!(CompletionWindow::from("soonest"), CompletionWindow::Soonest);
}

#[test]
fn unknown_values_are_kept() {
    for (value, unknown) in [
        (
            json!({"access_programs": {"cyber": "daybreak_green"}}),
            "/access_programs/cyber",
        ),
        (
            json!({"background_options": {"completion_window": "3h"}}),
            "/background_options/completion_window",
        ),
        (
            json!({"image": {"context_compression": "some"}}),
            "/image/context_compression",
        ),
        (json!({"seed": 18_446_744_073_709_551_615_u64}), "/seed"),
        (json!({"seed": "7"}), "/seed"),
    ] {
        let request: ResponsesRequest = keeps(&value);
        assert_eq!(request.unknown(), [unknown]);
    }
    // Any string is allowed.
    let request: ResponsesRequest = keeps(&json!({"reasoning": {"mode": "turbo"}}));
    assert_eq!(request.unknown(), Vec::<String>::new());
}

#[test]
fn members_of_a_response() {
    let response: Response = typed(&json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": "incomplete", "model": "m",
        "output": [], "parallel_tool_calls": true, "tools": [],
        "incomplete_details": {"reason": "steered"},
        "access_programs": {"cyber": "standard"},
        "image": {"context_compression": "enabled"},
        "input_transformations": [
            {"type": "reasoning", "id": "rs_1", "action": "removed", "reason": "turn_boundary"}],
        "prompt_cache_diagnostics": {"type": "cache_miss", "reason": "tools_changed",
                                     "cache_missed_tokens": 900, "comparison_reusable_tokens": 100},
        "prompt_cache_options": {"mode": "implicit", "ttl": "30m", "comparison_response_id": "resp_0"},
        "error": {"code": "misalignment_policy_violation", "message": "blocked",
                  "misalignment": {"error_type": "other", "detailed_explanation": "why",
                                   "review_target": "opaque", "steer": {"message": "go on"}}},
        "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3,
                  "server_tool_use": {"web_search_requests": 2, "tool_calls_executed": 1},
                  "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 30,
                      "cache_write_tokens_details": {"ttl_30m_tokens": 10, "ttl_12h_tokens": 20}}},
        "tool_usage": {"image_gen": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3,
            "cached_tokens": 4,
            "cached_tokens_details": {"cached_image_tokens": 3, "cached_text_tokens": 1}}},
    }));
    let details = response.incomplete_details.unwrap();
    assert_eq!(details.reason, Some(IncompleteReason::Steered));
    assert_eq!(
        IncompleteReason::from("max_messages"),
        IncompleteReason::MaxMessages
    );
    let [InputTransformation::Reasoning(change)] = &response.input_transformations.unwrap()[..]
    else {
        panic!("no change of reasoning");
    };
    assert_eq!(change.id, "rs_1");
    let Some(PromptCacheDiagnostics::CacheMiss(miss)) = response.prompt_cache_diagnostics else {
        panic!("no cache miss");
    };
    assert_eq!(miss.reason, Some(CacheMissReason::ToolsChanged));
    let misalignment = response.error.unwrap().misalignment.unwrap();
    assert_eq!(misalignment.error_type, Some(MisalignmentKind::Other));
    assert_eq!(misalignment.steer.unwrap().message, "go on");

    for kind in ["cache_hit", "comparison_response_not_found", "unavailable"] {
        let diagnostics: PromptCacheDiagnostics = typed(&json!({"type": kind}));
        assert_eq!(diagnostics.kind(), kind);
    }
}

#[test]
fn server_tool_use_is_summed_under_both_names() {
    let usage = |text: &str| from_str::<Usage>(text).unwrap();
    let sum = usage(r#"{"server_tool_use":{"web_search_requests":2}}"#)
        + usage(
            r#"{"server_tool_use":{"web_search_requests":3},"server_tool_use_details":{"web_search_requests":1}}"#,
        );
    assert_eq!(sum.server_tool_use.unwrap().web_search_requests, Some(5));
    assert_eq!(
        sum.server_tool_use_details.unwrap().web_search_requests,
        Some(1)
    );
}

#[test]
fn members_of_items() {
    let labels = json!({"turn_id": "t", "content_item_kinds": ["environment"], "create_time": 1.5});
    let call = |kind: &str| json!({"type": kind, "call_id": "c", "name": "n", "output": "o"});
    for mut item in [
        json!({"type": "message", "role": "user", "content": "hi"}),
        json!({"type": "agent_message", "author": "a", "recipient": "b", "content": []}),
        json!({"type": "reasoning", "summary": []}),
        json!({"type": "local_shell_call", "call_id": "c", "action": {"type": "exec", "command": []}}),
        json!({"type": "function_call", "call_id": "c", "name": "n", "arguments": "{}"}),
        call("function_call_output"),
        json!({"type": "tool_search_call", "execution": "client", "arguments": {}}),
        json!({"type": "tool_search_output", "execution": "client", "tools": []}),
        json!({"type": "custom_tool_call", "call_id": "c", "name": "n", "input": ""}),
        call("custom_tool_call_output"),
        json!({"type": "web_search_call", "action": {"type": "search", "query": "q"}}),
        json!({"type": "image_generation_call", "result": null}),
        json!({"type": "compaction", "encrypted_content": "e"}),
        json!({"type": "context_compaction", "encrypted_content": "e"}),
    ] {
        item["metadata"] = json!({"user_message_type": "prompt"});
        item["internal_chat_message_metadata_passthrough"] = labels.clone();
        let decoded: Item = keeps(&item);
        assert_eq!(decoded.unknown(), Vec::<String>::new(), "{item}");
        for other in others() {
            item["internal_chat_message_metadata_passthrough"] = other.clone();
            item["metadata"] = other;
            keeps::<Item>(&item);
        }
    }
    let labels: ItemMetadata = typed(&labels);
    assert_eq!(labels.turn_id.as_deref(), Some("t"));

    let output: Item = typed(
        &json!({"type": "function_call_output", "call_id": "c", "output": "o",
        "name": "n", "namespace": "ns", "created_by": "user_1"}),
    );
    let output = output.as_function_call_output().unwrap();
    assert_eq!(
        (output.name.as_deref(), output.namespace.as_deref()),
        (Some("n"), Some("ns"))
    );
    typed::<Item>(
        &json!({"type": "computer_call_output", "call_id": "c", "created_by": "user_1",
        "output": {"type": "computer_screenshot"}}),
    );
    typed::<Item>(
        &json!({"type": "shell_call_output", "call_id": "c", "output": [
        {"stdout": "", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}, "created_by": "u"}]}),
    );
    typed::<Item>(&json!({"type": "configuration_update",
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}}}));
    let image: Item = typed(
        &json!({"type": "image_generation_call", "id": "ig_1", "status": "failed",
        "output_format": "svg", "quality": "max",
        "error": {"code": "moderation_blocked", "message": "blocked", "param": null, "type": "t",
                  "moderation_details": {"categories": ["violence"], "moderation_stage": "unknown"}},
        "svg_usage": {"model": "m", "input_tokens": 1, "output_tokens": 2, "reasoning_tokens": 1,
                      "total_tokens": 3}}),
    );
    let Item::ImageGenerationCall(image) = image else {
        panic!("no image")
    };
    let details = image.error.unwrap().moderation_details.unwrap();
    assert_eq!(details.moderation_stage, Some(ModerationStage::Unspecified));
}

#[test]
fn a_text_format_alone_updates_the_configuration() {
    let mut update = orouter_wire::ConfigurationUpdate::default();
    update.text = Some(orouter_wire::TextConfig::default());
    assert_eq!(
        to_string(&update),
        r#"{"type":"configuration_update","text":{}}"#
    );
}

/// Every event that the types know, with a `response_id` and no other members.
#[test]
fn every_event_may_tell_the_id_of_its_response() {
    for (kind, _) in StreamEvent::TYPES {
        let event: StreamEvent = keeps(&json!({"type": kind, "response_id": "resp_1"}));
        assert_eq!(event.response_id(), Some("resp_1"), "{kind}");
        assert_eq!(event.unknown(), Vec::<String>::new(), "{kind}");
        for other in others() {
            keeps::<StreamEvent>(&json!({"type": kind, "response_id": other}));
        }
    }
    let carried: StreamEvent =
        from_str(r#"{"type":"response.completed","response":{"id":"resp_2"}}"#).unwrap();
    assert_eq!(carried.response_id(), Some("resp_2"));
    let absent: StreamEvent =
        from_str(r#"{"type":"response.output_text.delta","delta":"x"}"#).unwrap();
    assert_eq!(absent.response_id(), None);
}

#[test]
fn compaction_and_steering_events() {
    let event: StreamEvent = typed(&json!({"type": "response.compaction.compacting",
        "item_id": "cmp_1", "output_index": 3, "sequence_number": 7}));
    assert_eq!(event.class(), EventClass::Progress);
    assert_eq!(
        (event.output_index(), event.item_id()),
        (Some(3), Some("cmp_1"))
    );
    assert_eq!(event.sequence_number(), Some(7));

    let steer = json!({"id": "steer_1", "previous_response_id": "resp_1"});
    let event: StreamEvent = typed(
        &json!({"type": "response.steer.accepted", "sequence_number": 1,
        "stream_id": "lane", "steer": steer}),
    );
    assert_eq!(
        (event.class(), event.is_terminal()),
        (EventClass::Debug, false)
    );
    let StreamEvent::SteerAccepted(accepted) = event else {
        panic!("not accepted")
    };
    assert_eq!(accepted.steer.id.as_deref(), Some("steer_1"));

    let event: StreamEvent = typed(
        &json!({"type": "response.steer.pending", "sequence_number": 2,
        "steer": steer, "reason": "waiting_for_required_input", "required_input": [
            {"type": "function_call_output", "call_id": "c", "name": "f"},
            {"type": "mcp_approval_response", "approval_request_id": "a"}]}),
    );
    let StreamEvent::SteerPending(pending) = event else {
        panic!("not pending")
    };
    assert_eq!(
        pending.reason,
        Some(SteerPendingReason::WaitingForRequiredInput)
    );
    assert_eq!(pending.required_input[0].kind(), "function_call_output");

    for input in [
        json!("stop"),
        json!([{"type": "message", "role": "user", "content": "stop"}]),
    ] {
        let event: StreamEvent = typed(
            &json!({"type": "response.steer.failed", "sequence_number": 3,
            "steer": {"previous_response_id": "resp_1", "input": input},
            "error": {"code": "response_not_active", "message": "m", "type": "invalid_request_error"}}),
        );
        assert!(!event.is_failure(), "only the input failed");
        let StreamEvent::SteerFailed(failed) = event else {
            panic!("not failed")
        };
        assert_eq!(failed.error.code, Some(SteerErrorCode::ResponseNotActive));
    }
}

#[test]
fn previews_have_any_settings() {
    let preview = |name: &str| {
        json!({"type": "response.image_generation_call.partial_image", "item_id": "i",
               "output_index": 0, "partial_image_index": 0, "partial_image_b64": "AA==",
               "background": name, "output_format": name, "quality": name, "size": name})
    };
    for name in ["auto", "svg", "text"] {
        let event: StreamEvent = keeps(&preview(name));
        assert_eq!(event.unknown(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn an_image_tool_keeps_values_that_it_does_not_know() {
    for name in ["complexity", "quality", "output_format"] {
        let mut tool = Map::from_iter([("type".to_owned(), json!("image_generation"))]);
        tool.insert(name.to_owned(), json!("future"));
        let tool: Tool = keeps(&Value::Object(tool));
        assert_eq!(tool.unknown(), [format!("/{name}")]);
    }
}
