//! Predicates and retries by the cause that a server reports, in the words of any service and in
//! every form: an error status, an error in a 200 body, events of a stream.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    Backoff, Error, ErrorKind, RequestOptions, RetryConfig,
    failure::FailureClass,
    testing::{Reply, ScriptedServer, Step},
};
use support::{CREATED, RESPONSE, builder, error_of, replay, request};

/// Returns every predicate that depends on the cause.
fn predicates(error: &Error) -> Vec<(&'static str, bool)> {
    vec![
        ("is_retryable", error.is_retryable()),
        ("is_rate_limit", error.is_rate_limit()),
        ("is_context_length", error.is_context_length()),
        ("is_refusal", error.is_refusal()),
        ("is_bad_request", error.is_bad_request()),
        ("is_unauthorized", error.is_unauthorized()),
        ("is_payment_required", error.is_payment_required()),
        ("is_forbidden", error.is_forbidden()),
        ("is_not_found", error.is_not_found()),
        ("is_request_timeout", error.is_request_timeout()),
        ("is_payload_too_large", error.is_payload_too_large()),
        ("is_unprocessable_entity", error.is_unprocessable_entity()),
        ("is_too_many_requests", error.is_too_many_requests()),
        ("is_internal_server", error.is_internal_server()),
        ("is_bad_gateway", error.is_bad_gateway()),
        ("is_service_unavailable", error.is_service_unavailable()),
        ("is_edge_network_timeout", error.is_edge_network_timeout()),
        ("is_provider_overloaded", error.is_provider_overloaded()),
    ]
}

/// Returns the error of a stream of these frames.
async fn streamed(frames: [&str; 2]) -> Error {
    let (client, transport, _) = replay([Reply::events(frames)]);
    let stream = client.responses().stream(request()).await.unwrap();
    let error = stream.into_response().await.unwrap_err();
    assert_eq!(transport.requests().len(), 1, "sent again after its head");
    error
}

/// Returns the error object in all forms in which a success can contain it.
async fn inside_a_success(members: &str) -> Vec<Error> {
    let failed = format!(
        r#"{{"id":"resp_1","object":"response","status":"failed","error":{{{members}}},"output":[]}}"#
    );
    let mut errors = Vec::new();
    for frame in [
        format!(r#"{{"type":"error","error":{{{members}}}}}"#),
        format!(r#"{{"type":"response.error","error":{{{members}}}}}"#),
        format!(r#"{{"error":{{{members}}}}}"#),
        format!(r#"{{"type":"response.failed","response":{failed}}}"#),
        format!(r#"{{"type":"response.done","response":{failed}}}"#),
    ] {
        errors.push(streamed([CREATED, &frame]).await);
    }
    // In a flat event, `type` is the type of the event.
    if !members.contains("\"type\"") {
        let flat = format!(r#"{{"type":"error",{members}}}"#);
        errors.push(streamed([CREATED, &flat]).await);
    }
    for body in [format!(r#"{{"error":{{{members}}}}}"#), failed] {
        errors.push(error_of(Reply::json(body)).await);
    }
    errors
}

#[tokio::test]
async fn a_failure_means_the_same_as_a_status_and_inside_a_success() {
    use FailureClass::*;
    for (status, members, class, retryable) in [
        (429, r#""code":"rate_limit_exceeded""#, RateLimit, true),
        (429, r#""code":"rate_limit_reached""#, RateLimit, true),
        (
            429,
            r#""type":"tokens","code":"rate_limit_exceeded""#,
            RateLimit,
            true,
        ),
        (429, r#""type":"requests""#, RateLimit, true),
        (429, r#""type":"too_many_requests""#, RateLimit, true),
        (
            429,
            r#""code":429,"status":"RESOURCE_EXHAUSTED""#,
            RateLimit,
            true,
        ),
        (429, r#""code":"ThrottlingException""#, RateLimit, true),
        (529, r#""type":"overloaded_error""#, Overloaded, true),
        (
            503,
            r#""type":"service_unavailable_error","code":"server_is_overloaded""#,
            Overloaded,
            true,
        ),
        (503, r#""code":"slow_down""#, Overloaded, true),
        (503, r#""code":"engine_overloaded""#, Overloaded, true),
        (503, r#""code":"SERVICE_UNAVAILABLE""#, Unavailable, true),
        (
            503,
            r#""code":503,"status":"UNAVAILABLE""#,
            Unavailable,
            true,
        ),
        (502, r#""code":"bad_gateway""#, Unavailable, true),
        (504, r#""code":"gateway_timeout""#, Timeout, true),
        (500, r#""code":"internal_server_error""#, Server, true),
        (500, r#""code":"vector_store_timeout""#, Server, true),
        (500, r#""type":"api_error""#, Server, true),
        (429, r#""code":"insufficient_quota""#, Quota, false),
        (
            429,
            r#""type":"insufficient_quota","code":null"#,
            Quota,
            false,
        ),
        (
            429,
            r#""type":"usage_limit_reached","resets_in_seconds":5"#,
            Quota,
            false,
        ),
        (402, r#""code":"billing_hard_limit_reached""#, Quota, false),
        (
            401,
            r#""type":"invalid_request_error","code":"invalid_api_key""#,
            Authentication,
            false,
        ),
        (403, r#""type":"permission_error""#, Permission, false),
        (
            404,
            r#""type":"invalid_request_error","code":"model_not_found""#,
            NotFound,
            false,
        ),
        (
            400,
            r#""type":"invalid_request_error","code":"context_length_exceeded""#,
            ContextLength,
            false,
        ),
        (400, r#""code":"content_filter""#, ContentPolicy, false),
        (413, r#""type":"request_too_large""#, PayloadTooLarge, false),
        (
            400,
            r#""type":"invalid_request_error""#,
            InvalidRequest,
            false,
        ),
    ] {
        let members = format!(r#"{members},"message":"No.""#);
        let error = error_of(Reply::error(
            status,
            format!(r#"{{"error":{{{members}}}}}"#),
        ))
        .await;
        assert!(error.is_status());
        assert_eq!(error.class(), Some(class), "{members}");
        assert_eq!(error.is_retryable(), retryable, "{members}");
        let expected = predicates(&error);
        for inside in inside_a_success(&members).await {
            let body = String::from_utf8_lossy(inside.body().unwrap()).into_owned();
            assert_eq!(inside.kind(), ErrorKind::InBand, "{body}");
            assert_eq!(inside.class(), Some(class), "{body}");
            assert_eq!(predicates(&inside), expected, "{body}");
        }
    }
}

#[tokio::test]
async fn plain_words_and_unknown_codes_mean_nothing() {
    for members in [
        r#""message":"rate limit exceeded, overloaded, 429""#,
        r#""code":"brand_new","message":"No.""#,
        r#""code":"brand_new","type":"also_new","message":"No.""#,
        r#""code":1302,"message":"No.""#,
    ] {
        for error in inside_a_success(members).await {
            assert_eq!(error.class(), None, "{members}");
            assert!(
                predicates(&error).iter().all(|(_, said)| !said),
                "{members}"
            );
        }
        let body = || format!(r#"{{"error":{{{members}}}}}"#);
        assert!(error_of(Reply::error(503, body())).await.is_retryable());
        assert!(!error_of(Reply::error(400, body())).await.is_retryable());
    }
}

fn answer(status: u16, body: &str) -> Vec<Step> {
    vec![Step::send(format!(
        "HTTP/1.1 {status} No\r\ncontent-type: application/json\r\nretry-after-ms: 1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))]
}

/// The response to the first attempt of a call whose second attempt would succeed, and the expected
/// number of attempts.
struct Case(u16, String, RequestOptions, usize);

/// Makes these calls over HTTP, one after the other.
async fn play(cases: Vec<Case>) {
    let mut scripts = Vec::new();
    for Case(status, body, _, attempts) in &cases {
        scripts.push(answer(*status, body));
        if *attempts == 2 {
            scripts.push(answer(200, RESPONSE));
        }
    }
    let server = ScriptedServer::start(scripts).await.unwrap();
    let backoff = Backoff::new().initial_interval(Duration::from_millis(1));
    let client = builder()
        .server_url(server.url())
        .retries(RetryConfig::backoff(backoff))
        .build()
        .unwrap();
    for Case(status, body, options, attempts) in cases {
        let before = server.received().len();
        let call = client.responses().create(request()).options(options);
        let outcome = support::soon(call).await;
        let sent = server.received().len() - before;
        assert_eq!(sent, attempts, "{status} {body}");
        assert_eq!(outcome.is_ok(), attempts == 2, "{status} {body}");
    }
}

fn defaults() -> RequestOptions {
    RequestOptions::new()
}

#[tokio::test]
async fn what_a_retry_cannot_resolve_is_sent_once_whatever_the_status() {
    let mut cases = Vec::new();
    for error in [
        r#""type":"insufficient_quota","code":"insufficient_quota""#,
        r#""type":"insufficient_quota","code":null"#,
        r#""type":"requests","code":"insufficient_quota""#,
        r#""type":"usage_limit_reached""#,
        r#""code":"billing_hard_limit_reached""#,
        r#""code":"insufficient_balance""#,
        r#""code":429,"status":"RESOURCE_EXHAUSTED","details":[{"reason":"QUOTA_EXHAUSTED"}]"#,
        r#""code":"invalid_api_key""#,
        r#""code":"MODEL_NOT_FOUND""#,
        r#""code":"context_length_exceeded""#,
        r#""metadata":{"error_type":"content_policy_violation"}"#,
    ] {
        let body = || format!(r#"{{"error":{{{error},"message":"No."}}}}"#);
        for status in [429, 500, 503] {
            cases.push(Case(status, body(), defaults(), 1));
        }
        // The body does not override the caller's list of statuses.
        cases.push(Case(429, body(), defaults().retry_codes(["429"]), 2));
    }
    play(cases).await;
}

#[tokio::test]
async fn transient_failures_are_sent_again() {
    let cases = [
        (
            429,
            r#""type":"invalid_request_error","code":"rate_limit_exceeded""#,
        ),
        (429, r#""type":"invalid_request_error","code":null"#),
        (429, r#""type":"tokens","code":"rate_limit_exceeded""#),
        (429, r#""code":429,"status":"RESOURCE_EXHAUSTED""#),
        (500, r#""type":"invalid_request_error""#),
        (500, r#""code":"rate_limit_exceeded""#),
        (502, r#""code":"invalid_upstream_response""#),
        (503, r#""code":"server_is_overloaded""#),
        (529, r#""type":"overloaded_error""#),
        (503, r#""message":"insufficient_quota""#),
    ];
    let case = |(status, error)| Case(status, format!(r#"{{"error":{{{error}}}}}"#), defaults(), 2);
    play(cases.map(case).into()).await;
}

#[tokio::test]
async fn no_word_makes_another_4xx_transient() {
    let mut cases = Vec::new();
    for status in [400, 401, 403, 404, 409, 413, 422] {
        for code in ["server_error", "rate_limit_exceeded", "overloaded"] {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"No."}}}}"#);
            cases.push(Case(status, body.clone(), defaults(), 1));
            let error = error_of(Reply::error(status, body)).await;
            assert!(!error.is_retryable(), "{status} {code}");
            assert_eq!(error.is_rate_limit(), code == "rate_limit_exceeded");
        }
    }
    play(cases).await;
}

#[tokio::test]
async fn what_the_server_says_of_a_retry_overrides_status_and_words() {
    let body = |code: &str, retryable: bool| {
        format!(
            r#"{{"error":{{"code":"{code}","message":"No.","availability":{{"code":"x","retryable":{retryable},"retry_after":0}}}}}}"#
        )
    };
    let possibly_billed = || defaults().retries(RetryConfig::default().retry_possibly_billed(true));
    let mut cases = Vec::new();
    for status in [400, 404, 409, 429, 500, 504, 520] {
        for code in [
            "model_not_found",
            "insufficient_quota",
            "invalid_request",
            "unknown",
        ] {
            let yes = || body(code, true);
            cases.push(Case(status, yes(), defaults(), 2));
            cases.push(Case(status, yes(), defaults().retry_codes(["418"]), 1));
            assert!(error_of(Reply::error(status, yes())).await.is_retryable());
        }
        for code in ["rate_limit_exceeded", "overloaded", "unknown"] {
            let no = || body(code, false);
            cases.push(Case(status, no(), possibly_billed(), 1));
            assert!(!error_of(Reply::error(status, no())).await.is_retryable());
        }
    }
    // `retryable: true` does not turn on retries that are off.
    let off = defaults().retries(RetryConfig::none());
    cases.push(Case(404, body("x", true), off, 1));
    play(cases).await;
    let members = r#""code":"model_not_found","message":"No.","availability":{"retryable":true}"#;
    for error in inside_a_success(members).await {
        assert!(error.is_retryable() && error.is_not_found());
    }
}

#[tokio::test]
async fn the_advice_fits_the_cause() {
    let quota = r#"{"error":{"code":"insufficient_quota","message":"No."}}"#;
    let text = error_of(Reply::error(429, quota)).await.to_string();
    assert!(text.contains("add credits"), "{text}");
    let busy = r#"{"error":{"code":"rate_limit_exceeded","message":"No."}}"#;
    let text = error_of(Reply::error(429, busy)).await.to_string();
    assert!(text.contains("send fewer requests"), "{text}");
}
