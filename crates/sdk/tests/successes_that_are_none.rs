//! JSON bodies of a 200: responses, reported failures, and JSON of other APIs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{ErrorKind, testing::Reply};
use support::{assert_presentable, error_of, replay, request};

#[tokio::test]
async fn a_failed_response_inside_a_200_is_an_error_that_holds_it() {
    let body = r#"{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error","message":"Broke"},"error_type":"provider_unavailable","output":[]}"#;
    let error = error_of(Reply::json(body)).await;
    assert_eq!(error.kind(), ErrorKind::InBand);
    assert_eq!(
        (error.error_type(), error.code()),
        (Some("provider_unavailable"), Some("server_error"))
    );
    assert_eq!(error.partial_response().unwrap().id, "resp_1");
}

#[tokio::test]
async fn an_error_object_inside_a_200_is_an_error() {
    for (body, code) in [
        (r#"{"error":{"code":502,"message":"Broke"}}"#, Some("502")),
        (r#"{"error":"Broke"}"#, None),
        (
            r#"{"type":"error","error":{"code":"x","message":"Broke"}}"#,
            Some("x"),
        ),
        (
            r#"{"type":"error","code":"x","message":"Broke","param":null}"#,
            Some("x"),
        ),
        // A body in the form of a response with an `error` is a failure.
        (
            r#"{"id":"gen-1","error":{"code":502,"message":"Broke"},"user_id":"u"}"#,
            Some("502"),
        ),
        (r#"{"id":"gen-1","error":"Broke"}"#, None),
        (
            r#"{"id":"resp_1","status":"completed","output":[],"error":{"code":"x","message":"Broke"}}"#,
            Some("x"),
        ),
        (
            r#"{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"x","message":"Broke"}}}"#,
            Some("x"),
        ),
    ] {
        let error = error_of(Reply::json(body)).await;
        assert_eq!(error.kind(), ErrorKind::InBand, "{body}");
        let partial = error.partial_response().map(|partial| partial.id.as_str());
        let id = ["gen-1", "resp_1"].into_iter().find(|id| body.contains(id));
        assert_eq!(partial, id, "{body}");
        assert_eq!(
            (error.message(), error.code()),
            (Some("Broke"), code),
            "{body}"
        );
        assert_eq!(error.status().unwrap(), 200);
    }
    assert!(
        error_of(Reply::json(r#"{"error":{"code":502,"message":"x"}}"#))
            .await
            .is_retryable()
    );
}

#[tokio::test]
async fn an_error_that_is_null_is_none() {
    for nothing in ["null", "{}", r#""""#, "false"] {
        let members = format!(r#""error":{nothing},"type":"response","model""#);
        let body = support::RESPONSE.replace(r#""model""#, &members);
        let (client, ..) = support::replay([Reply::json(body.clone())]);
        let response = client.responses().create(support::request()).await.unwrap();
        assert_eq!(response.output_text(), "Hello", "{nothing}");
    }
    let (client, ..) = support::replay([Reply::json(r#"{"status":"failed","error":{}}"#)]);
    let error = client.responses().create(support::request()).await;
    assert!(error.unwrap_err().is_in_band());
}

#[tokio::test]
async fn failures_inside_a_200_can_be_tried_again_as_their_siblings_can() {
    for (error, rate_limit, retryable) in [
        (
            r#"{"code":"rate_limit_exceeded","message":"m"}"#,
            true,
            true,
        ),
        (r#"{"code":"server_error","message":"m"}"#, false, true),
        (r#"{"code":"invalid_prompt","message":"m"}"#, false, false),
        (r#"{"code":"brand_new","message":"m"}"#, false, false),
        (
            r#"{"message":"m","metadata":{"error_type":"provider_overloaded"}}"#,
            false,
            true,
        ),
        (
            r#"{"code":"server_error","message":"m","metadata":{"error_type":"refusal"}}"#,
            false,
            false,
        ),
        (r#"{"message":"m","status_code":429}"#, true, true),
    ] {
        let body = format!(r#"{{"id":"resp_1","status":"failed","error":{error}}}"#);
        let error = error_of(Reply::json(body.clone())).await;
        assert_eq!(error.kind(), ErrorKind::InBand, "{body}");
        assert_eq!(
            (error.is_rate_limit(), error.is_retryable()),
            (rate_limit, retryable),
            "{body}"
        );
    }
}

#[tokio::test]
async fn json_that_is_no_response_is_a_decode_error_with_its_body() {
    for body in [
        "{}",
        "[]",
        "42",
        "null",
        "{\"id\":",
        "not json",
        r#"{"object":"list","data":[]}"#,
        r#"{"id":"x"}"#,
        r#"{"id":"x","status":"ok"}"#,
        r#"{"id":"x","status":null,"output":null}"#,
        r#"{"id":"x","output":"text"}"#,
        r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"message":{"content":"Hello"}}],"usage":{}}"#,
        r#"{"id":"x","object":"batch","status":"completed"}"#,
    ] {
        let error = error_of(Reply::json(body)).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(
            (error.status().unwrap(), error.attempts()),
            (http::StatusCode::OK, 1)
        );
        assert_eq!(error.body().unwrap(), body);
        assert_presentable(&error);
    }
}

#[tokio::test]
async fn odd_responses_are_tolerated() {
    for body in [
        r#"{"id":"resp_1","object":"response"}"#,
        r#"{"object":"response"}"#,
        r#"{"status":"in_progress"}"#,
        r#"{"status":"queued"}"#,
        r#"{"object":null,"output":[]}"#,
        r#"{"object":"response","output":null,"status":7}"#,
        r#"{"id":"resp_1","created_at":1.5,"status":"brand_new","output":[{"type":"brand_new"}],"tool_choice":{"x":1},"usage":null}"#,
        r#"{"output":[{"type":"message","content":[{"type":"output_text","text":"x"}]}]}"#,
    ] {
        let (client, ..) = replay([Reply::json(body)]);
        client.responses().create(request()).await.unwrap();
    }
}
