//! Classes and hints of failures, in every form in which services report them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::time::{Duration, SystemTime};

use orouter_wire::{
    Raw, StreamEvent,
    failure::{
        FailureClass::{self, *},
        ReportedFailure,
    },
};

#[test]
fn codes_of_all_services_have_their_class() {
    let table: &[(FailureClass, &[&str])] = &[
        (
            RateLimit,
            &[
                "rate_limit_exceeded",
                "RATE_LIMIT_EXCEEDED",
                "rate-limit-exceeded",
                "Rate limit exceeded",
                "rate_limit_reached",
                "rate_limit_reached_error",
                "rate_limit_error",
                "rate_limited",
                "RateLimitReached",
                "rateLimitExceeded",
                "userRateLimitExceeded",
                "too_many_requests",
                "TooManyRequests",
                "TooManyRequestsException",
                "tokens",
                "requests",
                "RESOURCE_EXHAUSTED",
                "Some resource has been exhausted",
                "ThrottlingException",
                "com.amazon.coral.availability#ThrottlingException",
                "ThrottlingException:http://internal.amazon.com/coral/",
                "Throttling.RateQuota",
                "RateLimitExceeded.EndpointRPMExceeded",
                "ModelAccountRpmRateLimitExceeded",
                "model_rate_limit_exceeded",
                "429",
                "429 Too Many Requests",
            ],
        ),
        (
            Overloaded,
            &[
                "overloaded",
                "overloaded_error",
                "OVERLOADED",
                "server_is_overloaded",
                "engine_overloaded",
                "engine_overloaded_error",
                "slow_down",
                "Slow Down",
                "provider_overloaded",
                "capacity_exhausted",
                "model_overloaded",
                "ServerOverloaded",
                "NoCapacity",
                "model_currently_overloaded",
                "529",
            ],
        ),
        (
            Unavailable,
            &[
                "service_unavailable",
                "service_unavailable_error",
                "ServiceUnavailableException",
                "UNAVAILABLE",
                "bad_gateway",
                "provider_unavailable",
                "temporarily_unavailable",
                "ModelNotReadyException",
                "The service is currently unavailable",
                "CANCELLED",
                "ABORTED",
                "upstream_error",
                "api_connection_error",
                "503",
            ],
        ),
        (
            Timeout,
            &[
                "timeout",
                "timeout_error",
                "gateway_timeout",
                "DEADLINE_EXCEEDED",
                "request_timeout",
                "ModelTimeoutException",
                "Deadline expired before operation could complete",
                "upstream_request_timeout",
                "504",
                "524",
            ],
        ),
        (
            Server,
            &[
                "server_error",
                "internal_error",
                "internal_server_error",
                "InternalServerException",
                "InternalServerError",
                "INTERNAL",
                "Internal error",
                "UNKNOWN",
                "api_error",
                "vector_store_timeout",
                "ModelStreamErrorException",
                "backendError",
                "unmapped",
                "server",
                "500",
            ],
        ),
        (
            Quota,
            &[
                "insufficient_quota",
                "usage_limit_reached",
                "usage_limit_exceeded",
                "billing_hard_limit_reached",
                "billing_not_active",
                "billing_error",
                "exceeded_current_quota_error",
                "insufficient_balance",
                "Insufficient Balance",
                "insufficient_user_quota",
                "insufficient_credits",
                "payment_required",
                "QUOTA_EXHAUSTED",
                "quota_exceeded",
                "ServiceQuotaExceededException",
                "personal-team-blocked:spending-limit",
                "workspace_member_usage_limit_reached",
                "organization_insufficient_quota",
                "budget_exceeded",
                "402",
            ],
        ),
        (
            Authentication,
            &[
                "invalid_api_key",
                "API_KEY_INVALID",
                "authentication_error",
                "invalid_authentication_error",
                "Unauthorized",
                "UNAUTHENTICATED",
                "unauthenticated:bad-credentials",
                "UnrecognizedClientException",
                "ExpiredTokenException",
                "incorrect_api_key_provided",
                "authentication",
                "401",
            ],
        ),
        (
            Permission,
            &[
                "permission_denied",
                "permission_error",
                "PERMISSION_DENIED",
                "AccessDeniedException",
                "unsupported_country_region_territory",
                "region_restricted",
                "The caller does not have permission to execute the specified operation",
                "403",
            ],
        ),
        (
            NotFound,
            &[
                "model_not_found",
                "ModelNotFound",
                "not_found_error",
                "NOT_FOUND",
                "DeploymentNotFound",
                "ResourceNotFoundException",
                "unknown_model",
                "invalid_model",
                "Some requested entity was not found",
                "model_deprecated",
                "no_endpoints",
                "404",
            ],
        ),
        (
            ContextLength,
            &[
                "context_length_exceeded",
                "exceed_context_size_error",
                "max_tokens_exceeded",
                "token_limit_exceeded",
                "model_context_window_exceeded",
            ],
        ),
        (
            ContentPolicy,
            &[
                "content_policy_violation",
                "image_content_policy_violation",
                "content_filter",
                "ResponsibleAIPolicyViolation",
                "refusal",
                "cyber_policy",
                "moderation_blocked",
            ],
        ),
        (
            PayloadTooLarge,
            &["payload_too_large", "request_too_large", "413"],
        ),
        (
            InvalidRequest,
            &[
                "invalid_request_error",
                "invalid_request",
                "INVALID_ARGUMENT",
                "ValidationException",
                "invalid_prompt",
                "invalid_encrypted_content",
                "unsupported_value",
                "FAILED_PRECONDITION",
                "UNIMPLEMENTED",
                "invalid_rate_limit_setting",
                "400",
                "422",
            ],
        ),
    ];
    for (class, words) in table {
        for word in *words {
            assert_eq!(FailureClass::from_word(word), Some(*class), "{word}");
            let upper = word.to_uppercase();
            assert_eq!(FailureClass::from_word(&upper), Some(*class), "{upper}");
        }
    }
    for word in [
        "",
        " ",
        "error",
        "failed",
        "exception",
        "incomplete",
        "completed",
        "none",
        "200",
        "9999",
        "4290",
        "-429",
        "brand_new",
        "é",
        "_",
        "#",
    ] {
        assert_eq!(FailureClass::from_word(word), None, "{word}");
    }
    assert_eq!(FailureClass::from_word(&"overloaded ".repeat(50)), None);
}

fn of(json: &str) -> ReportedFailure {
    ReportedFailure::from_raw(&json.parse().unwrap())
}

#[test]
fn codes_and_status_are_combined() {
    for (json, status, class, retryable) in [
        // A cause that a retry cannot resolve counts whatever the status.
        (
            r#"{"error":{"code":"insufficient_quota"}}"#,
            Some(429),
            Quota,
            false,
        ),
        (
            r#"{"error":{"type":"insufficient_quota","code":null}}"#,
            Some(429),
            Quota,
            false,
        ),
        (
            r#"{"error":{"type":"requests","code":"insufficient_quota"}}"#,
            Some(429),
            Quota,
            false,
        ),
        (
            r#"{"error":{"type":"insufficient_quota","code":"rate_limit_exceeded"}}"#,
            None,
            Quota,
            false,
        ),
        (
            r#"{"error":{"code":429,"metadata":{"error_type":"usage_limit_reached"}}}"#,
            None,
            Quota,
            false,
        ),
        (
            r#"{"error":{"code":"model_not_found"}}"#,
            Some(503),
            NotFound,
            false,
        ),
        (
            r#"{"error":{"code":"invalid_api_key","type":"server_error"}}"#,
            Some(500),
            Authentication,
            false,
        ),
        (
            r#"{"error":{"code":"context_length_exceeded"}}"#,
            Some(500),
            ContextLength,
            false,
        ),
        (
            r#"{"error":{"code":401}}"#,
            Some(500),
            Authentication,
            false,
        ),
        // Types that services send for every failure are weaker than the code and the status.
        (
            r#"{"error":{"type":"invalid_request_error","code":"rate_limit_exceeded"}}"#,
            None,
            RateLimit,
            true,
        ),
        (
            r#"{"error":{"type":"tokens","code":"rate_limit_exceeded"}}"#,
            Some(429),
            RateLimit,
            true,
        ),
        (
            r#"{"error":{"type":"authentication_error","code":"invalid_request_error"}}"#,
            None,
            Authentication,
            false,
        ),
        (
            r#"{"error":{"type":"invalid_request_error"}}"#,
            Some(429),
            RateLimit,
            true,
        ),
        (
            r#"{"error":{"type":"invalid_request_error"}}"#,
            Some(503),
            Unavailable,
            true,
        ),
        (
            r#"{"error":{"code":429,"type":"invalid_request_error"}}"#,
            None,
            RateLimit,
            true,
        ),
        (
            r#"{"error":{"type":"server_error"}}"#,
            Some(400),
            InvalidRequest,
            false,
        ),
        (
            r#"{"error":{"code":"server_error","message":"m"},"error_type":"provider_overloaded"}"#,
            None,
            Overloaded,
            true,
        ),
        (
            r#"{"error":{"code":"server_error"},"error_type":"authentication"}"#,
            None,
            Authentication,
            false,
        ),
        (r#"{"error":{"code":"server_error"}}"#, None, Server, true),
        // A word names the cause, but no word makes another 4XX retryable.
        (
            r#"{"error":{"code":"rate_limit_exceeded"}}"#,
            Some(401),
            RateLimit,
            false,
        ),
        (
            r#"{"error":{"code":"overloaded"}}"#,
            Some(403),
            Overloaded,
            false,
        ),
        (
            r#"{"error":{"code":"rate_limit_exceeded"}}"#,
            Some(500),
            RateLimit,
            true,
        ),
        (r#"{"error":{"code":"x"}}"#, Some(408), Timeout, true),
        // Google's status and reasons.
        (
            r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#,
            None,
            RateLimit,
            true,
        ),
        (
            r#"[{"error":{"code":503,"status":"UNAVAILABLE"}}]"#,
            None,
            Unavailable,
            true,
        ),
        (
            r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
            Some(400),
            Authentication,
            false,
        ),
        (
            r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"reason":"QUOTA_EXHAUSTED"}]}}"#,
            Some(429),
            Quota,
            false,
        ),
        // A retry hint of the server overrides both.
        (
            r#"{"error":{"code":404,"availability":{"code":"model_not_found","retryable":true}}}"#,
            Some(404),
            NotFound,
            true,
        ),
        (
            r#"{"error":{"code":503,"availability":{"code":"x","retryable":false}}}"#,
            Some(503),
            Unavailable,
            false,
        ),
        (
            r#"{"error":{"availability":{"code":"capacity_exhausted"}}}"#,
            None,
            Overloaded,
            true,
        ),
    ] {
        let failure = of(json);
        assert_eq!(failure.class(status), Some(class), "{json} {status:?}");
        assert_eq!(failure.is_retryable(status), retryable, "{json} {status:?}");
        // The same failure inside a success.
        if let (Some(status), false) = (status, json.contains("401}")) {
            let inside = json.replacen(
                "{\"error\":{",
                &format!("{{\"error\":{{\"status_code\":{status},"),
                1,
            );
            let inside = of(&inside);
            let same = inside.claimed_status == Some(status);
            assert!(same || json.contains("\"code\":"), "{json}");
            if same {
                assert_eq!(inside.class(None), Some(class), "{json}");
                assert_eq!(inside.is_retryable(None), retryable, "{json}");
            }
        }
    }
    for json in [
        "{}",
        "null",
        r#"{"error":"rate limit exceeded"}"#,
        r#"{"error":{"message":"overloaded, too many requests, 429"}}"#,
        r#"{"error":{"code":"brand_new"}}"#,
        r#"{"error":{"code":42}}"#,
    ] {
        let failure = of(json);
        assert_eq!(failure.class(None), None, "{json}");
        assert_eq!(failure.status(None), None, "{json}");
        assert!(!failure.is_retryable(None), "{json}");
        assert!(failure.is_retryable(Some(503)), "{json}");
    }
}

#[test]
fn an_error_that_a_text_quotes_is_read() {
    let quoted = r#"{"error": "Error: ApiError: {\n  \"error\": {\n \"code\": 429, \"message\": \"m\", \"status\": \"RESOURCE_EXHAUSTED\", \"details\": [{\"retryDelay\": \"36s\"}]\n  }\n}\n"}"#;
    let failure = of(quoted);
    assert_eq!(failure.message.as_deref(), Some("m"));
    assert_eq!(failure.class(None), Some(RateLimit));
    assert_eq!(failure.status(None), Some(429));
    assert!(failure.retry_hints.delay(None, true).is_some());
    for text in [
        "no {json",
        "{}",
        r#"a {\"error\": 1}"#,
        r#"a {\"error\": {}} b"#,
    ] {
        let failure = of(&format!("{{\"error\": \"{text}\"}}"));
        let expected = text.replace('\\', "");
        assert_eq!(failure.message.as_deref(), Some(&*expected));
        assert_eq!(failure.class(None), None, "{text}");
    }
}

#[test]
fn every_event_that_reports_a_failure_is_read_in_the_same_way() {
    for event in [
        r#"{"type":"error","code":"server_is_overloaded","message":"m","param":null}"#,
        r#"{"type":"error","error":{"type":"service_unavailable_error","code":"server_is_overloaded","message":"m"}}"#,
        r#"{"type":"response.error","error":{"code":"server_is_overloaded","message":"m"}}"#,
        r#"{"type":"response.error","code":"server_is_overloaded","message":"m"}"#,
        r#"{"error":{"code":"server_is_overloaded","message":"m"}}"#,
        r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_is_overloaded","message":"m"}}}"#,
        r#"{"type":"response.done","response":{"status":"failed","error":{"code":"server_is_overloaded","message":"m"}}}"#,
        r#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"m"},"error_type":"provider_overloaded"}}"#,
    ] {
        let event: StreamEvent = orouter_wire::from_str(event).unwrap();
        let failure = event.failure().unwrap();
        assert_eq!(failure.class(None), Some(Overloaded), "{event:?}");
        assert_eq!(failure.status(None), Some(503), "{event:?}");
        assert_eq!(failure.message.as_deref(), Some("m"));
        assert!(failure.is_retryable(None));
    }
    for event in [
        r#"{"type":"response.created","response":{}}"#,
        r#"{"type":"response.completed","response":{"status":"completed"}}"#,
        r#"{"type":"response.done","response":{"status":"completed"}}"#,
        r#"{"type":"response.incomplete","response":{"status":"incomplete","error":null}}"#,
        r#"{"type":"brand.new","error":{"code":"x"}}"#,
        r#"{"type":"keepalive"}"#,
    ] {
        let event: StreamEvent = orouter_wire::from_str(event).unwrap();
        assert!(event.failure().is_none(), "{event:?}");
    }
}

/// 28 November 2026.
const NOW: u64 = 1_795_824_000;

#[test]
fn every_hint_in_a_body_is_read() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    for json in [
        r#"{"error":{"message":"m","availability":{"retryable":true,"retry_after":36}}}"#.to_owned(),
        r#"{"error":{"message":"m","availability":{"retryable":true,"retry_after":"36"}}}"#.to_owned(),
        r#"{"error":{"type":"usage_limit_reached","resets_in_seconds":36}}"#.to_owned(),
        r#"{"error":{"retry_after":36.0}}"#.to_owned(),
        r#"{"error":{"retryAfterMs":36000}}"#.to_owned(),
        r#"{"error":{"metadata":{"retry_after_seconds":36}}}"#.to_owned(),
        r#"{"error":{"message":"m"},"retry_after":36}"#.to_owned(),
        format!(r#"{{"error":{{"resets_at":{}}}}}"#, NOW + 36),
        r#"{"error":{"code":429,"details":[{"@type":"x"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"36s"}]}}"#.to_owned(),
        r#"[{"error":{"details":[{"retryDelay":"36.0s"}]}}]"#.to_owned(),
        r#"{"error":{"details":[{"retryDelay":{"seconds":"36"}}]}}"#.to_owned(),
        r#"{"error":{"details":[{"reason":"RATE_LIMIT_EXCEEDED","metadata":{"quotaResetDelay":"36s"}}]}}"#.to_owned(),
        format!(r#"{{"error":{{"metadata":{{"headers":{{"X-RateLimit-Reset":"{}"}}}}}}}}"#, (NOW + 36) * 1000),
        format!(r#"{{"error":{{"metadata":{{"headers":{{"x-ratelimit-RESET":{}}}}}}}}}"#, NOW + 36),
        r#"{"error":{"metadata":{"headers":{"retry-after":["36"]}}}}"#.to_owned(),
        r#"{"type":"error","error":{"code":"x","metadata":{"headers":{"Retry-After":36}}}}"#.to_owned(),
        r#"{"type":"error","code":"x","availability":{"retryable":true,"retry_after":"36"}}"#.to_owned(),
        r#"{"error":{"metadata":{"headers":{"Retry-After":"Sat, 28 Nov 2026 00:00:36 GMT"}}}}"#.to_owned(),
        r#"{"type":"error","error":{"code":"x"},"headers":{"retry-after-ms":"36000"}}"#.to_owned(),
        r#"{"error":{"code":"x","headers":{"x-ratelimit-reset-tokens":"36s"}}}"#.to_owned(),
        r#"{"error":{"message":"Please try again in 36s."}}"#.to_owned(),
        r#"{"error":"Please try again in 36s."}"#.to_owned(),
        r#"{"message":"Please try again in 36s."}"#.to_owned(),
        r#"{"error":{"message":"m","metadata":{"raw":"{\"error\":{\"details\":[{\"retryDelay\":\"36s\"}]}}"}}}"#.to_owned(),
        r#"{"error":{"message":"m","metadata":{"raw":{"error":{"message":"Please retry in 36s."}}}}}"#.to_owned(),
        r#"{"error":{"message":"m","metadata":{"raw":"try again in 36s"}}}"#.to_owned(),
        r#"{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"try again in 36s"}}}"#.to_owned(),
    ] {
        let wait = of(&json).retry_hints.delay(Some(now), true);
        assert_eq!(wait, Some(Duration::from_secs(36)), "{json}");
        let Ok(event) = orouter_wire::from_str::<StreamEvent>(&json) else { continue };
        if let Some(failure) = event.failure() {
            let wait = failure.retry_hints.delay(Some(now), true);
            assert_eq!(wait, Some(Duration::from_secs(36)), "{json}");
        }
    }
}

#[test]
fn meaningless_hints_are_ignored() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    for json in [
        r#"{"error":{"retry_after":-1}}"#,
        r#"{"error":{"retry_after":null}}"#,
        r#"{"error":{"retry_after":"soon"}}"#,
        r#"{"error":{"retry_after":{}}}"#,
        r#"{"error":{"retry_after":"NaN"}}"#,
        r#"{"error":{"resets_at":1700000000}}"#,
        r#"{"error":{"resets_at":1e300}}"#,
        r#"{"error":{"details":[{"retryDelay":""}]}}"#,
        r#"{"error":{"details":"36s"}}"#,
        r#"{"error":{"metadata":{"headers":{"X-RateLimit-Reset":"1700000000000"}}}}"#,
        r#"{"error":{"metadata":{"headers":"X-RateLimit-Reset: 36"}}}"#,
        r#"{"error":{"message":"Limit 36 requests per 36s"}}"#,
        // The caller's own labels.
        r#"{"object":"response","status":"failed","error":{"code":"x"},"metadata":{"retry_after":"36"}}"#,
    ] {
        assert_eq!(of(json).retry_hints.delay(Some(now), true), None, "{json}");
    }
    // A value that exceeds the range of a duration becomes the maximum.
    for json in [
        r#"{"error":{"retry_after":99999999999999999999999}}"#,
        r#"{"error":{"retry_after":1e300}}"#,
        r#"{"error":{"details":[{"retryDelay":"99999999999999999999999s"}]}}"#,
    ] {
        assert_eq!(
            of(json).retry_hints.delay(None, true),
            Some(Duration::MAX),
            "{json}"
        );
    }
}

#[test]
fn nested_provider_errors_have_a_limit() {
    let mut json = r#"{"error":{"message":"try again in 5s"}}"#.to_owned();
    for depth in 0..200 {
        json = if depth % 50 == 49 {
            let text = Raw::from_value(&json).unwrap();
            format!(r#"{{"error":{{"metadata":{{"raw":{text}}}}}}}"#)
        } else {
            format!(r#"{{"error":{{"metadata":{{"raw":{json}}}}}}}"#)
        };
    }
    if let Ok(raw) = json.parse::<Raw>() {
        let _ = ReportedFailure::from_raw(&raw);
    }
}

#[test]
fn debug_shows_no_message() {
    let failure =
        of(r#"{"error":{"code":"x","message":"my prompt","metadata":{"raw":"my prompt"}}}"#);
    let shown = format!("{failure:?}");
    assert!(
        shown.contains("\"x\"") && !shown.contains("my prompt"),
        "{shown}"
    );
}
