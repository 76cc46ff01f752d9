//! The members of error bodies that OpenRouter's guide and services built with FastAPI send.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use orouter_wire::failure::FailureBody;
use orouter_wire::{
    ApiErrorType, ErrorDetail, ErrorResponse, StreamEvent, Wire, from_str, to_string,
};

fn body(text: &str) -> ErrorResponse {
    let body: ErrorResponse = from_str(text).unwrap();
    let encoded = to_string(&body);
    assert_eq!(from_str::<ErrorResponse>(&encoded).unwrap(), body, "{text}");
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(&encoded), value(text));
    body
}

#[test]
fn the_message_of_a_detail() {
    for (text, message) in [
        (r#"{"detail":"Invalid API Key"}"#, Some("Invalid API Key")),
        (
            r#"{"detail":[{"type":"missing","loc":["body","model"],"msg":"Field required","input":{"a":1}}]}"#,
            Some("Field required"),
        ),
        (
            r#"{"detail":[{"loc":["body","input",0,"content"],"msg":"first","type":"t"},
                         {"loc":[],"msg":"second","type":"t","ctx":{"le":2},"url":"https://e"}]}"#,
            Some("first"),
        ),
        (r#"{"detail":{"msg":"one"}}"#, Some("one")),
        (r#"{"detail":{"message":"one"}}"#, Some("one")),
        (r#"{"detail":{"error":"one"}}"#, Some("one")),
        (
            r#"{"detail":{"error":{"message":"one","code":429}}}"#,
            Some("one"),
        ),
        (r#"{"detail":["one","two"]}"#, Some("one")),
        (
            r#"{"detail":[7,{"loc":["body"]},{"msg":7},{"msg":"one"}]}"#,
            Some("one"),
        ),
        (r#"{"detail":[[{"msg":"one"}]]}"#, Some("one")),
        (
            r#"{"detail":[{"loc":[["body",["input"]],null,1.5],"msg":"one"}]}"#,
            Some("one"),
        ),
        (
            r#"{"detail":[{"loc":"body.input","msg":"one"}]}"#,
            Some("one"),
        ),
        (r#"{"detail":[{"msg":"two\nlines"}]}"#, Some("two\nlines")),
        (r#"{"detail":[]}"#, None),
        (r#"{"detail":[{}]}"#, None),
        (r#"{"detail":{}}"#, None),
        (r#"{"detail":7}"#, None),
        (r#"{"detail":true}"#, None),
        ("{}", None),
        // Other members come first.
        (r#"{"error":"outer","detail":"inner"}"#, Some("outer")),
        (
            r#"{"error":{"message":"outer"},"detail":["inner"]}"#,
            Some("outer"),
        ),
        (r#"{"message":"outer","detail":"inner"}"#, Some("outer")),
        (r#"{"error":[1],"detail":"inner"}"#, Some("inner")),
    ] {
        assert_eq!(body(text).message(), message, "{text}");
    }
}

#[test]
fn a_detail_is_typed_and_names_the_places() {
    let body = body(
        r#"{"detail":[{"type":"missing","loc":["body","input",0,"role"],"msg":"Field required","input":{"a":1},"url":"https://e","ctx":{"le":2}},{"msg":"second"},"third"]}"#,
    );
    assert_eq!(body.unknown(), Vec::<String>::new());
    let detail = body.detail.unwrap();
    assert_eq!(
        detail.to_string(),
        "body.input.0.role: Field required; second; third"
    );
    let complaints = detail.complaints();
    assert_eq!(complaints.len(), 2);
    assert_eq!(complaints[0].r#type.as_deref(), Some("missing"));
    assert_eq!(ErrorDetail::from("text").to_string(), "text");
}

/// The failure that the SDK reports agrees with the typed body.
#[test]
fn failures_name_the_places_of_a_detail() {
    for (text, message) in [
        (r#"{"detail":"Invalid API Key"}"#, "Invalid API Key"),
        (
            r#"{"detail":[{"loc":["body","input",0],"msg":"Field required"}]}"#,
            "body.input.0: Field required",
        ),
        (r#"{"detail":{"msg":"one"}}"#, "one"),
        (r#"{"detail":["one","two"]}"#, "one; two"),
    ] {
        let failure = FailureBody::from_bytes(text.as_bytes()).failure;
        assert_eq!(failure.message.as_deref(), Some(message), "{text}");
        assert_eq!(body(text).detail.unwrap().to_string(), message);
    }
}

#[test]
fn an_error_names_its_type_and_status() {
    let body = body(
        r#"{"error":{"message":"m","error_type":"rate_limit_exceeded","http_status":429,"misalignment":{"steer":{"message":"go on"}}}}"#,
    );
    assert_eq!(body.unknown(), Vec::<String>::new());
    assert_eq!(
        body.error_type(),
        Some(&ApiErrorType::from("rate_limit_exceeded"))
    );
    let error = body.body().unwrap();
    assert_eq!(error.status(), Some(429));
    assert_eq!(
        error
            .misalignment
            .as_ref()
            .unwrap()
            .steer
            .as_ref()
            .unwrap()
            .message,
        "go on"
    );

    for (text, status, error_type) in [
        (
            r#"{"code":503,"http_status":429,"message":""}"#,
            Some(503),
            None,
        ),
        (
            r#"{"code":"slow_down","http_status":429,"message":""}"#,
            Some(429),
            None,
        ),
        (r#"{"http_status":200,"message":""}"#, None, None),
        (r#"{"http_status":"429","message":""}"#, None, None),
        (
            r#"{"message":"","error_type":"server","metadata":{"error_type":"timeout"}}"#,
            None,
            Some("timeout"),
        ),
        (r#"{"message":"","error_type":7}"#, None, None),
    ] {
        let error: orouter_wire::ErrorBody = from_str(text).unwrap();
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&to_string(&error)), value(text));
        assert_eq!(error.status(), status, "{text}");
        assert_eq!(
            error.error_type().map(ApiErrorType::as_str),
            error_type,
            "{text}"
        );
        let event = format!(r#"{{"type":"error","error":{text}}}"#);
        let StreamEvent::Error(event) = from_str(&event).unwrap() else {
            panic!("no error event");
        };
        assert_eq!(
            event.error_type().map(ApiErrorType::as_str),
            error_type,
            "{text}"
        );
    }
}
