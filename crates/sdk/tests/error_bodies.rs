//! Errors by status: every status with every form of body that is documented or was recorded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{Error, ErrorKind, RequestOptions, RetryConfig, testing::Reply};
use support::{STATUSES, assert_presentable, error_of, replay};

/// Statuses that share one kind.
const OTHERS: [u16; 6] = [409, 412, 418, 451, 504, 520];

/// A body, its content type, and the message and code that must be found in it.
struct Shape(
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

const JSON: &str = "application/json";

const SHAPES: [Shape; 18] = [
    Shape(
        "data: {\"error\":{\"code\":\"500\",\"message\":\"No.\"}}\n\ndata: [DONE]\n\n",
        "text/event-stream",
        Some("No."),
        Some("500"),
    ),
    Shape(
        r#"{"error":{"code":402,"message":"No.","metadata":null}}"#,
        JSON,
        Some("No."),
        Some("402"),
    ),
    Shape(
        r#"{"error":{"code":"invalid_prompt","message":"No."},"metadata":null}"#,
        JSON,
        Some("No."),
        Some("invalid_prompt"),
    ),
    Shape(
        r#"{"error":{"message":"No.","type":"x"}}"#,
        JSON,
        Some("No."),
        None,
    ),
    Shape(r#"{"error":{"code":400}}"#, JSON, None, Some("400")),
    Shape(
        r#"{"error":{"code":400,"message":""}}"#,
        JSON,
        None,
        Some("400"),
    ),
    Shape(r#"{"error":"No."}"#, JSON, Some("No."), None),
    Shape(r#"{"error":null}"#, JSON, None, None),
    Shape(
        r#"{"message":"No.","code":"x"}"#,
        JSON,
        Some("No."),
        Some("x"),
    ),
    Shape(r#"{"detail":"No."}"#, JSON, Some("No."), None),
    Shape(
        r#"{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"No."},"error_type":"server"}"#,
        JSON,
        Some("No."),
        Some("server_error"),
    ),
    Shape(r#""No.""#, JSON, Some("No."), None),
    Shape("[]", JSON, None, None),
    Shape("{\"error\":{\"mess", JSON, None, None),
    Shape(
        "<html><head><title>502 Bad\nGateway</title></head></html>",
        "text/html",
        Some("502 Bad Gateway"),
        None,
    ),
    Shape(
        "upstream says no",
        "text/plain",
        Some("upstream says no"),
        None,
    ),
    Shape(
        r#"{"error":{"code":1,"message":"No."}}"#,
        "application/problem+json",
        Some("No."),
        Some("1"),
    ),
    Shape("", "text/event-stream", None, None),
];

#[tokio::test]
async fn every_status_with_every_body_has_its_kind_and_keeps_everything() {
    let others = OTHERS.map(|status| (status, ErrorKind::OtherStatus));
    for (status, kind) in STATUSES.into_iter().chain(others) {
        for Shape(body, content_type, message, code) in SHAPES {
            let reply = Reply::status(status)
                .header("content-type", content_type)
                .header("x-generation-id", "gen-9")
                .header("x-request-id", "req-9")
                .body(body);
            let error = error_of(reply).await;
            assert_eq!(error.kind(), kind, "{status} {body}");
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.headers().unwrap()["content-type"], content_type);
            assert_eq!(error.body().unwrap(), body);
            assert_eq!(error.message(), message, "{body}");
            assert_eq!(error.code(), code, "{body}");
            assert_eq!(error.generation_id(), Some("gen-9"));
            assert_eq!(error.request_id(), Some("req-9"));
            assert_eq!(error.attempts(), 1);
            assert!(error.is_status());
            let text = error.to_string();
            assert!(text.starts_with(&status.to_string()), "{text}");
            assert!(
                text.contains("POST https://openrouter.ai/api/v1/responses"),
                "{text}"
            );
            assert!(text.contains("gen-9"), "{text}");
            assert_presentable(&error);
        }
    }
}

#[tokio::test]
async fn an_error_that_comes_as_events_is_read() {
    const ERROR: &str =
        r#"{"error":{"code":429,"message":"No.","metadata":{"error_type":"rate_limit_exceeded"}}}"#;
    let pretty = ERROR.replace(',', ",\ndata: ");
    let failed = format!(r#"{{"type":"response.failed","response":{ERROR}}}"#);
    for body in [
        format!("event: error\ndata: {ERROR}\n\n"),
        format!(": OPENROUTER PROCESSING\n\n: still\n\ndata: {ERROR}\n\ndata: [DONE]\n\n"),
        format!("\u{feff}id: 1\r\nretry: 5\r\ndata:{ERROR}\r\n\r\n"),
        format!("data: {pretty}\n\n"),
        format!("data: {}\n\ndata: {failed}\n\n", support::CREATED),
        // Without the blank line at the end.
        format!("event: error\ndata: {ERROR}"),
    ] {
        for kind in ["text/event-stream; charset=utf-8", JSON] {
            let reply = Reply::status(429).header("content-type", kind);
            let error = error_of(reply.body(body.clone())).await;
            assert_eq!(error.message(), Some("No."), "{body}");
            assert_eq!(error.code(), Some("429"), "{body}");
            assert_eq!(error.error_type(), Some("rate_limit_exceeded"), "{body}");
            assert_eq!(error.body().unwrap(), &body);
        }
    }
    for (body, message) in [
        (
            "event: error\ndata: upstream\ndata: says no\n\n",
            Some("upstream says no"),
        ),
        (": keep-alive\n\n", Some(": keep-alive")),
        ("event: error\ndata: {\"error\n\n", None),
    ] {
        let error = error_of(Reply::status(500).body(body)).await;
        let text = error.to_string();
        assert_eq!(error.message().is_some(), message.is_some(), "{text}");
        assert!(
            text.contains(message.unwrap_or("JSON that was cut")),
            "{text}"
        );
        assert!(!text.contains('{'), "{text}");
    }
}

#[tokio::test]
async fn other_services_words_are_found() {
    for (body, message, code) in [
        (
            r#"{"detail":[{"type":"missing","loc":["body","input",0],"msg":"Field required","input":"my prompt"},{"loc":[],"msg":"Too long"}]}"#,
            Some("body.input.0: Field required; Too long"),
            None,
        ),
        (
            r#"{"detail":{"error":{"code":"x","message":"No."}}}"#,
            Some("No."),
            Some("x"),
        ),
        (r#"{"detail":{"msg":"No."}}"#, Some("No."), None),
        (r#"{"detail":{"error":"No."}}"#, Some("No."), None),
        (r#"{"detail":["No.","Never."]}"#, Some("No.; Never."), None),
        (
            r#"[{"error":{"code":7,"message":"No.","status":"X"}}]"#,
            Some("No."),
            Some("7"),
        ),
        (r#"["No."]"#, Some("No."), None),
        (
            r#"{"success":false,"errors":[{"code":10000,"message":"No."}],"messages":[],"result":null}"#,
            Some("No."),
            Some("10000"),
        ),
        (r#"{"errors":["No."]}"#, Some("No."), None),
        (r#"{"errors":[]}"#, None, None),
        (r#"{"error":["No."]}"#, Some("No."), None),
        (r#"{"error":{"message":["No."]}}"#, Some("No."), None),
        (
            r#"{"error":{"message":{"message":"No."}}}"#,
            Some("No."),
            None,
        ),
        (
            r#"{"type":"about:blank","title":"No.","status":403}"#,
            Some("No."),
            None,
        ),
        (
            r#"{"title":"Forbidden","detail":"No.","status":403}"#,
            Some("No."),
            None,
        ),
    ] {
        let error = error_of(Reply::error(403, body)).await;
        assert_eq!((error.message(), error.code()), (message, code), "{body}");
        assert!(!error.to_string().contains("my prompt"), "{error}");
        assert_presentable(&error);
    }
}

#[tokio::test]
async fn a_class_of_failures_is_the_type_where_there_is_nothing_better() {
    let quota = r#"{"error":{"message":"No.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#;
    let error = error_of(Reply::error(429, quota)).await;
    assert_eq!(error.error_type(), Some("insufficient_quota"));
    let better = r#"{"error":{"message":"No.","type":"x","metadata":{"error_type":"refusal"}}}"#;
    let error = error_of(Reply::error(400, better)).await;
    assert_eq!(error.error_type(), Some("refusal"));
    // `code` is more specific than the class.
    let narrow = r#"{"error":{"message":"No.","type":"invalid_request_error","code":"context_length_exceeded"}}"#;
    let error = error_of(Reply::json(narrow)).await;
    assert!(error.is_context_length() && !error.is_retryable());
    assert!(
        error.to_string().contains("[context_length_exceeded]"),
        "{error}"
    );
    let overloaded = r#"{"type":"error","error":{"type":"overloaded_error","message":"No."}}"#;
    let error = error_of(Reply::json(overloaded)).await;
    assert_eq!(
        (error.kind(), error.error_type()),
        (ErrorKind::InBand, Some("overloaded_error"))
    );
    assert!(error.is_retryable());
    // The `type` of an event and the `object` of a response do not name a class of failures.
    for body in [
        r#"{"type":"error","error":{"type":"error","message":"No."}}"#,
        r#"{"type":"response.failed","response":{"error":{"message":"No."}}}"#,
    ] {
        assert_eq!(
            error_of(Reply::json(body)).await.error_type(),
            None,
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_labels_of_a_response_are_not_the_metadata_of_its_failure() {
    let response = r#"{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error","message":"No."},"metadata":{"reasons":"mine"},"output":[]}"#;
    let event = format!(r#"{{"type":"response.failed","response":{response}}}"#);
    for body in [response.to_owned(), event] {
        let error = error_of(Reply::json(body)).await;
        assert!(error.metadata().is_none() && !error.is_refusal());
    }
}

#[tokio::test]
async fn the_documented_parts_are_typed() {
    let body = r#"{"error":{"code":403,"message":"Flagged","metadata":{"error_type":"content_policy_violation","reasons":["violence"],"flagged_input":"bad","provider_name":"OpenAI","model_slug":"m","brand_new":1}},"openrouter_metadata":{"strategy":"direct"},"user_id":"user_1"}"#;
    let error = error_of(Reply::error(403, body)).await;
    assert_eq!(error.error_type(), Some("content_policy_violation"));
    assert!(error.is_refusal());
    let metadata = error.metadata().unwrap();
    assert_eq!(metadata.reasons.as_deref().unwrap(), ["violence"]);
    assert_eq!(metadata.extra.get("brand_new").unwrap().get(), "1");
    assert_eq!(error.user_id(), Some("user_1"));
    assert!(error.openrouter_metadata().is_some());
    // The flagged text is the caller's content. The accessor returns it; the message does not contain it.
    assert!(!error.to_string().contains("bad"), "{error}");
}

#[tokio::test]
async fn availability_says_what_could_serve_instead() {
    let body = r#"{"error":{"message":"All busy","error_type":"rate_limit_exceeded","http_status":429,"availability":{"code":"capacity_exhausted","retryable":true,"retry_after":90,"requested_models":["a/b"],"fallback_models":["c/d"]}}}"#;
    let error = error_of(Reply::error(429, body)).await;
    let availability = error.availability().unwrap();
    assert_eq!(availability.fallback_models.as_deref().unwrap(), ["c/d"]);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    assert!(error.is_retryable() && error.is_rate_limit());
    let gone = r#"{"error":{"message":"Gone","availability":{"code":"model_deprecated","retryable":false}}}"#;
    assert!(!error_of(Reply::error(503, gone)).await.is_retryable());
}

#[tokio::test]
async fn what_does_not_say_whether_to_try_again_is_judged_by_its_status() {
    for (said, retryable) in [
        ("{}", true),
        (r#"{"retryable":null}"#, true),
        (r#"{"retryable":"false"}"#, false),
        (r#"{"retryable":false}"#, false),
        (r#"{"retryable":true}"#, true),
    ] {
        let body = format!(r#"{{"error":{{"message":"m","availability":{said}}}}}"#);
        assert_eq!(
            error_of(Reply::error(503, body)).await.is_retryable(),
            retryable,
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_wait_without_end_is_told_in_words() {
    let reply = Reply::status(429).header("retry-after", "99999999999999999999");
    let error = error_of(reply).await;
    assert_eq!(error.retry_after(), Some(Duration::MAX));
    let text = error.to_string();
    assert!(text.contains("[retry after more than a year]"), "{text}");
    let error = error_of(Reply::status(429).header("retry-after", "90")).await;
    assert!(error.to_string().contains("[retry after 90s]"), "{error}");
}

#[tokio::test]
async fn context_length_has_a_predicate() {
    let body = r#"{"error":{"code":400,"message":"Too long","metadata":{"error_type":"context_length_exceeded"}}}"#;
    assert!(error_of(Reply::error(400, body)).await.is_context_length());
}

#[tokio::test]
async fn the_longest_wait_that_is_asked_for_counts() {
    let ask = |body: &str| {
        let body = format!(
            r#"{{"error":{{"message":"m","availability":{{"code":"x","retryable":true,"retry_after":{body}}}}}}}"#
        );
        error_of(Reply::error(503, body).header("retry-after", "5"))
    };
    for (body, seconds) in [
        ("90", 90),
        ("2", 5),
        ("\"90\"", 90),
        ("-1", 5),
        ("\"soon\"", 5),
    ] {
        let wait = ask(body).await.retry_after();
        assert_eq!(
            wait,
            Some(std::time::Duration::from_secs(seconds)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_huge_or_endless_error_body_does_not_hurt() {
    let mut endless = Reply::status(500).header("content-type", "text/plain");
    for _ in 0..40 {
        endless = endless.body(vec![b'x'; 64 << 10]);
    }
    let error = error_of(endless).await;
    assert_eq!(
        (error.kind(), error.body().unwrap().len()),
        (ErrorKind::InternalServer, 1 << 20)
    );
    assert!(error.to_string().len() < 800);

    let (client, _, clock) = replay([Reply::status(500).body("{\"err").then_hang()]);
    let options = RequestOptions::new().retries(RetryConfig::none());
    let error = support::failure(&client, options).await;
    assert_eq!(
        (error.kind(), error.body().unwrap().as_ref()),
        (ErrorKind::InternalServer, &b"{\"err"[..])
    );
    assert_eq!(clock.elapsed(), Duration::from_secs(10));
}

#[tokio::test]
async fn keys_that_a_server_repeats_are_not_shown() {
    let body =
        r#"{"error":{"code":401,"message":"Incorrect key sk-or-v1-0123456789abcdef provided"}}"#;
    let error = error_of(Reply::error(401, body)).await;
    let text = format!("{error} {error:?}");
    assert!(!text.contains("0123456789"), "{text}");
    assert!(text.contains("OPENROUTER_API_KEY"), "{text}");
}

#[test]
fn an_error_is_one_pointer_send_sync_and_static() {
    fn check<T: std::error::Error + Send + Sync + 'static>() {}
    check::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
}
