//! Methods that callers use on a response and on a failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use orouter_wire::{
    ApiErrorType, AvailabilityCode, ErrorCode, ErrorResponse, Extra, Input, Item, Response,
    ResponseError, ResponseErrorCode, ResponseStatus, ResponsesRequest, Usage, Wire, from_str,
    to_string,
};

const RESPONSE: &str = r#"{
    "id": "resp_1", "object": "response", "created_at": 1700000000.0, "completed_at": 1700000001,
    "status": "completed", "error": null, "incomplete_details": null, "instructions": "Be brief.",
    "max_output_tokens": null, "model": "openai/gpt-4o", "parallel_tool_calls": true,
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Think."}]},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [
            {"type": "output_text", "text": "Paris", "annotations": []},
            {"type": "output_text", "text": ".", "annotations": []}]},
        {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{\"n\":1}"},
        {"type": "openrouter:datetime", "id": "dt", "datetime": "2026-01-01T00:00:00Z", "timezone": "UTC", "status": "completed"}
    ],
    "tools": [], "tool_choice": "auto", "metadata": {"k": "v"},
    "usage": {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 2}, "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 8, "cost": 0.00012}
}"#;

#[test]
fn a_response_is_decoded() {
    let response: Response = from_str(RESPONSE).unwrap();
    assert_eq!(response.output_text(), "Paris.");
    assert_eq!(response.refusal(), None);
    assert_eq!(response.reasoning_text().as_deref(), Some("Think."));
    assert_eq!(response.status, ResponseStatus::Completed);
    assert!(response.is_finished());
    assert_eq!(response.created_at, 1_700_000_000);
    let calls: Vec<_> = response.function_calls().collect();
    assert_eq!(
        calls[0].parse_arguments::<serde_json::Value>().unwrap()["n"],
        1
    );
    let usage = response.usage.as_ref().unwrap();
    assert_eq!((usage.cached_tokens(), usage.reasoning_tokens()), (2, 1));
    assert_eq!(usage.cost, Some(0.00012));
    assert_eq!(response.unknown(), Vec::<String>::new());
}

#[test]
fn the_output_of_a_response_is_input_of_the_next_request() {
    let response: Response = from_str(RESPONSE).unwrap();
    let items = response.output.len();
    let request = ResponsesRequest::new("openai/gpt-4o").input(response.output);
    assert!(matches!(&request.input, Some(Input::Items(all)) if all.len() == items));
    let text = to_string(&request);
    let again: ResponsesRequest = from_str(&text).unwrap();
    assert_eq!(again, request);
    assert!(text.contains(r#""type":"openrouter:datetime""#));
}

#[test]
fn output_text_falls_back_to_the_member_of_that_name() {
    let response: Response = from_str(r#"{"id":"r","output":[],"output_text":"Hi"}"#).unwrap();
    assert_eq!(response.output_text(), "Hi");
    assert_eq!(response.reasoning_text(), None);
}

#[test]
fn a_new_response_encodes_required_members_as_null() {
    let mut response = Response::new("resp_1", "m");
    response.usage = Some(Usage::new(5, 3));
    response.error = Some(ResponseError::new(ResponseErrorCode::ServerError, "Oops"));
    let text = to_string(&response);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for member in [
        "completed_at",
        "incomplete_details",
        "instructions",
        "max_output_tokens",
        "max_tool_calls",
        "previous_response_id",
        "reasoning",
        "temperature",
        "top_p",
        "presence_penalty",
        "frequency_penalty",
        "safety_identifier",
        "prompt_cache_key",
    ] {
        assert!(
            value.get(member).is_some_and(serde_json::Value::is_null),
            "{member}: {text}"
        );
    }
    assert_eq!(value["object"], "response");
    assert_eq!(value["usage"]["total_tokens"], 8);
    assert_eq!(value["error"]["code"], "server_error");
    assert_eq!(value["metadata"], serde_json::json!({}));
}

#[test]
fn debug_shows_text() {
    let mut response: Response = from_str(RESPONSE).unwrap();
    // Items of rare kinds print all their members.
    response.output.truncate(3);
    let shown = format!("{response:?}");
    for part in [
        "Completed",
        "Paris",
        "openai/gpt-4o",
        "arguments",
        "total_tokens: 8",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    for noise in ["None", "extra"] {
        assert!(!shown.contains(noise), "{noise}: {shown}");
    }
}

#[test]
fn an_assigned_field_replaces_the_decoded_one() {
    let mut response: Response = from_str(r#"{"id":7,"model":"m","status":["?"]}"#).unwrap();
    assert_eq!(response.unknown(), ["/id", "/status"]);
    response.id = "resp_2".into();
    response.status = ResponseStatus::Failed;
    assert_eq!(
        to_string(&response),
        r#"{"id":"resp_2","status":"failed","model":"m"}"#
    );
}

#[test]
fn error_bodies_of_all_forms_are_decoded() {
    let shapes: [(&str, Option<&str>, Option<ErrorCode>); 8] = [
        (
            r#"{"error":{"code":429,"message":"Slow"}}"#,
            Some("Slow"),
            Some(ErrorCode::Number(429)),
        ),
        (
            r#"{"error":{"code":"429","message":"Slow"}}"#,
            Some("Slow"),
            Some("429".into()),
        ),
        (r#"{"error":{"message":"Slow"}}"#, Some("Slow"), None),
        (r#"{"error":"Slow"}"#, Some("Slow"), None),
        (
            r#"{"error":"Slow","code":"too-fast"}"#,
            Some("Slow"),
            Some("too-fast".into()),
        ),
        (r#"{"message":"Slow","status":429}"#, Some("Slow"), None),
        (r#"{"error":null}"#, None, None),
        (r#"{"detail":[{"loc":["body"]}]}"#, None, None),
    ];
    for (text, message, code) in shapes {
        let body: ErrorResponse = from_str(text).unwrap();
        assert_eq!(body.message(), message, "{text}");
        assert_eq!(body.code().cloned(), code, "{text}");
        assert_eq!(body.unknown(), Vec::<String>::new(), "{text}");
    }
    assert_eq!(ErrorCode::from("429").as_status(), Some(429));
    assert_eq!(ErrorCode::Number(7).as_status(), None);
}

#[test]
fn known_error_metadata_is_typed_and_unknown_is_kept() {
    let text = r#"{"error":{"code":502,"message":"Provider returned error","metadata":{
        "error_type":"provider_unavailable","provider_name":"Azure","provider_code":"E17",
        "raw":{"why":1},"previous_errors":[{"provider":"OpenAI","code":500,"status":500}],
        "anything":[1]},
        "availability":{"code":"capacity_exhausted","retryable":true,"retry_after":2.5,
            "requested_models":["m"],"constraint":{"field":"max_price","detail":"too low"},
            "docs_url":"https://e.x"}},
        "openrouter_metadata":{"requested":"m","brand_new":1},"user_id":"u"}"#;
    let body: ErrorResponse = from_str(text).unwrap();
    assert_eq!(body.error_type(), Some(&ApiErrorType::ProviderUnavailable));
    let error = body.body().unwrap();
    let metadata = error.metadata.as_ref().unwrap();
    assert_eq!(
        metadata.previous_errors.as_ref().unwrap()[0].status,
        Some(500)
    );
    assert_eq!(metadata.extra.get("anything").unwrap().get(), "[1]");
    let availability = error.availability.as_ref().unwrap();
    assert_eq!(availability.code, Some(AvailabilityCode::CapacityExhausted));
    assert_eq!(availability.retry_after, Some(2.5));
    // The specification allows any member in both metadata objects, so none is reported as unknown.
    assert_eq!(body.unknown(), Vec::<String>::new());
    let again: serde_json::Value = serde_json::from_str(&to_string(&body)).unwrap();
    assert_eq!(
        again,
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
}

#[test]
fn a_new_error_has_the_documented_form() {
    let body = ErrorResponse::new(404, "No such model");
    assert_eq!(
        to_string(&body),
        r#"{"error":{"code":404,"message":"No such model"}}"#
    );
}

#[test]
fn known_members_are_not_in_extra() {
    let response: Response = from_str(RESPONSE).unwrap();
    assert_eq!(response.extra, Extra::default());
    for item in &response.output {
        assert!(!matches!(item, Item::Unknown(_)));
    }
}
