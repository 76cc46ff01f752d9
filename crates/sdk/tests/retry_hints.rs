//! Retry hints: every form, and its effect on the next attempt.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use orouter::{
    Error, Meta, RetryConfig,
    testing::{Reply, ScriptedServer, Step, http_response},
};
use support::{CREATED, RESPONSE, builder, error_of, replay, request};

/// The test clock starts on 1 January 2030, at midnight.
const START: u64 = 1_893_456_000;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Returns a 429 with these headers and this body.
fn limited(headers: &[(&'static str, &str)], body: &str) -> Reply {
    headers.iter().fold(
        Reply::error(429, body.to_owned()),
        |reply, (name, value)| reply.header(name, value),
    )
}

const BODY: &str = r#"{"error":{"code":429,"message":"No."}}"#;

#[tokio::test]
async fn a_hint_in_a_header_is_a_lower_bound() {
    let at = |wait: u64| ((START + wait) * 1000).to_string();
    let epoch = (START + 20).to_string();
    for (headers, expected) in [
        (vec![("retry-after", "20")], 20_000),
        (vec![("retry-after", "20.5")], 20_500),
        (vec![("retry-after-ms", "20500")], 20_500),
        (
            vec![("retry-after", "Tue, 01 Jan 2030 00:00:20 GMT")],
            20_000,
        ),
        (
            vec![("retry-after", "Tuesday, 01-Jan-30 00:00:20 GMT")],
            20_000,
        ),
        (vec![("retry-after", "Tue Jan  1 00:00:20 2030")], 20_000),
        (vec![("x-ratelimit-reset", &*at(20))], 20_000),
        (vec![("X-RateLimit-Reset", &*epoch)], 20_000),
        (vec![("x-ratelimit-reset", "20")], 20_000),
        (vec![("x-ratelimit-reset-requests", "20s")], 20_000),
        (vec![("x-ratelimit-reset-tokens", "0m20.25s")], 20_250),
        (vec![("x-ratelimit-reset-tokens", "950ms")], 950),
        (
            vec![("anthropic-ratelimit-requests-reset", "2030-01-01T00:00:20Z")],
            20_000,
        ),
        (
            vec![(
                "anthropic-ratelimit-output-tokens-reset",
                "2030-01-01T01:00:20.5+01:00",
            )],
            20_500,
        ),
        // An explicit wait overrides the end of a period, and a used-up limit overrides one with a
        // remainder.
        (
            vec![("retry-after", "20"), ("x-ratelimit-reset", &*at(50))],
            20_000,
        ),
        (
            vec![
                ("x-ratelimit-remaining-requests", "59"),
                ("x-ratelimit-reset-requests", "50s"),
                ("x-ratelimit-remaining-tokens", "0"),
                ("x-ratelimit-reset-tokens", "20s"),
            ],
            20_000,
        ),
        (
            vec![("retry-after", "soon"), ("x-ratelimit-reset", "20")],
            20_000,
        ),
    ] {
        let (client, _, clock) = replay([limited(&headers, BODY), Reply::json(RESPONSE)]);
        client.responses().create(request()).await.unwrap();
        let expected = Duration::from_millis(expected);
        // Short hints can be shorter than the jitter.
        let jitter = Duration::from_millis(500).max(expected);
        assert!(
            (expected..=jitter).contains(&clock.elapsed()),
            "{headers:?}"
        );
        let error = error_of(limited(&headers, BODY)).await;
        assert_eq!(error.retry_after(), Some(expected), "{headers:?}");
    }
}

#[tokio::test]
async fn a_hint_in_a_body_is_a_lower_bound_and_the_same_in_a_stream() {
    let at = ((START + 20) * 1000).to_string();
    for members in [
        r#""availability":{"code":"capacity_exhausted","retryable":true,"retry_after":20}"#
            .to_owned(),
        r#""resets_in_seconds":20"#.to_owned(),
        format!(r#""resets_at":{}"#, START + 20),
        r#""details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"20s"}]"#
            .to_owned(),
        format!(
            r#""metadata":{{"headers":{{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"{at}"}}}}"#
        ),
        format!(r#""metadata":{{"headers":{{"x-ratelimit-reset":{at}}}}}"#),
        r#""metadata":{"headers":{"RETRY-AFTER":"20"}}"#.to_owned(),
        r#""headers":{"x-ratelimit-reset-tokens":"20s"}"#.to_owned(),
        r#""metadata":{"raw":"{\"error\":{\"details\":[{\"retryDelay\":\"20s\"}]}}"}"#.to_owned(),
        r#""message":"Rate limit reached. Please try again in 20s. Visit https://x.""#.to_owned(),
        r#""message":"Try again in 20 seconds""#.to_owned(),
        r#""message":"retry after 20 seconds""#.to_owned(),
        r#""message":"Please retry in 20.0s.""#.to_owned(),
    ] {
        let error = format!(r#"{{"code":429,{members}}}"#);
        for body in [
            format!(r#"{{"error":{error}}}"#),
            format!(r#"[{{"error":{error}}}]"#),
        ] {
            let (client, _, clock) =
                replay([Reply::error(429, body.clone()), Reply::json(RESPONSE)]);
            client.responses().create(request()).await.unwrap();
            assert_eq!(clock.elapsed(), seconds(20), "{body}");
            let inside = error_of(Reply::json(body.clone())).await;
            assert_eq!(inside.retry_after(), Some(seconds(20)), "{body}");
        }
        for frame in [
            format!(r#"{{"type":"error","error":{error}}}"#),
            format!(r#"{{"type":"error","code":"rate_limit_exceeded",{members}}}"#),
            format!(r#"{{"error":{error}}}"#),
            format!(
                r#"{{"type":"response.failed","response":{{"status":"failed","error":{error}}}}}"#
            ),
        ] {
            let (client, ..) = replay([Reply::events([CREATED, &frame])]);
            let stream = client.responses().stream(request()).await.unwrap();
            let error = stream.into_response().await.unwrap_err();
            assert_eq!(error.retry_after(), Some(seconds(20)), "{frame}");
            assert!(error.is_rate_limit() && error.is_retryable());
        }
    }
}

#[tokio::test]
async fn headers_of_a_success_that_reports_a_failure_count_too() {
    let (client, ..) = replay([Reply::events([
        CREATED,
        r#"{"error":{"code":429,"message":"m"}}"#,
    ])
    .header("retry-after", "7")]);
    let stream = client.responses().stream(request()).await.unwrap();
    let error = stream.into_response().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(seconds(7)));
}

#[tokio::test]
async fn the_more_explicit_hint_counts() {
    let phrase = r#"{"error":{"code":429,"message":"try again in 40s"}}"#;
    let member = r#"{"error":{"code":429,"message":"try again in 40s","resets_in_seconds":30}}"#;
    let failing = r#"{"error":{"code":503,"message":"busy"}}"#;
    for (headers, body, expected) in [
        (vec![], phrase, Some(40)),
        (vec![], member, Some(30)),
        (vec![("x-ratelimit-reset", "50")], phrase, Some(50)),
        (vec![("x-ratelimit-reset", "50")], member, Some(30)),
        (vec![("retry-after", "10")], phrase, Some(10)),
        // Both are explicit, and both are lower bounds.
        (vec![("retry-after", "10")], member, Some(30)),
        (vec![("retry-after", "45")], member, Some(45)),
        // Some services send their limits with every response, also with other failures.
        (
            vec![
                ("x-ratelimit-remaining-requests", "9"),
                ("x-ratelimit-reset-requests", "9s"),
            ],
            failing,
            None,
        ),
        (
            vec![
                ("x-ratelimit-remaining-requests", "9"),
                ("x-ratelimit-reset-requests", "9s"),
            ],
            BODY,
            Some(9),
        ),
        (
            vec![
                ("x-ratelimit-remaining-requests", "9"),
                ("x-ratelimit-reset-requests", "9s"),
            ],
            phrase,
            Some(40),
        ),
    ] {
        let status = if body == failing { 503 } else { 429 };
        let reply = headers
            .iter()
            .fold(Reply::error(status, body), |reply, (name, value)| {
                reply.header(name, value)
            });
        let error = error_of(reply).await;
        assert_eq!(
            error.retry_after(),
            expected.map(seconds),
            "{headers:?} {body}"
        );
    }
}

#[tokio::test]
async fn hints_that_mean_nothing_are_ignored() {
    for (name, value) in [
        ("retry-after", ""),
        ("retry-after", "-5"),
        ("retry-after", "NaN"),
        ("retry-after", "inf"),
        ("retry-after", "2030-01-01"),
        ("retry-after", "Mon, 31 Dec 2029 23:59:00 GMT"),
        ("retry-after-ms", "-1"),
        ("x-ratelimit-reset", "-1"),
        ("x-ratelimit-reset", "1000000000"),
        ("x-ratelimit-reset", "1000000000000"),
        ("x-ratelimit-reset", "1e300"),
        ("x-ratelimit-reset-tokens", "-6m0s"),
        ("x-ratelimit-reset-tokens", "6 apples"),
        ("anthropic-ratelimit-requests-reset", "2029-12-31T23:59:59Z"),
        ("anthropic-ratelimit-requests-reset", "2030-13-01T00:00:00Z"),
        ("x-ratelimit-limit", "20"),
    ] {
        let error = error_of(limited(&[(name, value)], BODY)).await;
        assert_eq!(error.retry_after(), None, "{name}: {value}");
        let body = format!(
            r#"{{"error":{{"code":429,"metadata":{{"headers":{{"{name}":"{value}"}}}}}}}}"#
        );
        let error = error_of(Reply::error(429, body)).await;
        assert_eq!(
            error.retry_after(),
            None,
            "metadata.headers: {name}: {value}"
        );
        let (client, ..) = replay([limited(&[(name, value)], BODY), Reply::json(RESPONSE)]);
        client.responses().create(request()).await.unwrap();
    }
    for message in [
        "Please try again later",
        "Limit: 20 requests in 20s",
        "timed out after 20s",
    ] {
        let body = format!(r#"{{"error":{{"code":429,"message":"{message}"}}}}"#);
        assert_eq!(
            error_of(Reply::error(429, body)).await.retry_after(),
            None,
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_hint_past_the_last_start_ends_the_call_at_once_in_every_form() {
    let tomorrow = ((START + 86_400) * 1000).to_string();
    let endless = "9".repeat(40);
    for reply in [
        limited(&[("retry-after", "61")], BODY),
        limited(&[("retry-after", &endless)], BODY),
        limited(&[("x-ratelimit-reset", &tomorrow)], BODY),
        limited(&[("x-ratelimit-reset-tokens", "6m0s")], BODY),
        limited(
            &[("anthropic-ratelimit-requests-reset", "2030-01-02T00:00:00Z")],
            BODY,
        ),
        limited(&[], r#"{"error":{"message":"retry after 86400 seconds"}}"#),
        limited(&[], r#"{"error":{"message":"try again in 5 minutes"}}"#),
        limited(&[], r#"{"error":{"details":[{"retryDelay":"36000s"}]}}"#),
        limited(&[], r#"{"error":{"resets_in_seconds":1e300}}"#),
        Reply::error(
            404,
            r#"{"error":{"availability":{"retryable":true,"retry_after":61}}}"#,
        ),
    ] {
        let (client, transport, clock) = replay([reply, Reply::json(RESPONSE)]);
        let error = client.responses().create(request()).await.unwrap_err();
        assert_eq!((error.attempts(), transport.requests().len()), (1, 1));
        assert_eq!(clock.elapsed(), Duration::ZERO);
        assert!(error.retry_after().unwrap() > seconds(60) && error.is_retryable());
    }
}

/// The body that the hosted service sends when the free requests of a day are used up.
fn free_models_per_day(reset: &str) -> String {
    format!(
        r#"{{"error":{{"message":"Rate limit exceeded: free-models-per-day","code":429,"metadata":{{"headers":{{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"{reset}"}},"provider_name":null}}}},"user_id":"user_1"}}"#
    )
}

#[allow(clippy::disallowed_methods, reason = "beside a socket, time is real")]
fn in_milliseconds(wait: Duration) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now + wait).as_millis().to_string()
}

#[tokio::test]
async fn over_http_a_limit_that_ends_in_hours_is_asked_once_and_one_that_ends_soon_is_waited_for() {
    let shared = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/cases/free-models-per-day-429.json");
    let recorded = std::fs::read_to_string(shared);
    if recorded.is_err() {
        println!("skipped: no recorded case, ../shared is not there");
    }
    let hours = in_milliseconds(seconds(10 * 3600));
    let mut bodies = vec![free_models_per_day(&hours)];
    bodies.extend(recorded.map(|text| text.replace("RESET_MS", &hours)));
    for body in bodies {
        let scripts = [
            http_response(429, &[], &body),
            http_response(200, &[("content-type", "application/json")], RESPONSE),
        ];
        let server = ScriptedServer::start(scripts.map(|script| vec![Step::Send(script)]))
            .await
            .unwrap();
        let client = builder().server_url(server.url()).build().unwrap();
        let error = support::soon(client.responses().create(request()))
            .await
            .unwrap_err();
        assert_eq!(server.received().len(), 1);
        assert!(error.is_rate_limit() && error.is_retryable());
        let hint = error.retry_after().unwrap();
        assert!(
            hint > seconds(35_000) && hint <= seconds(36_000),
            "{hint:?}"
        );
    }

    let soon = free_models_per_day(&in_milliseconds(Duration::from_millis(700)));
    let scripts = [
        http_response(429, &[], &soon),
        http_response(200, &[("content-type", "application/json")], RESPONSE),
    ];
    let server = ScriptedServer::start(scripts.map(|script| vec![Step::Send(script)]))
        .await
        .unwrap();
    let client = builder().server_url(server.url()).build().unwrap();
    support::soon(client.responses().create(request()))
        .await
        .unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn the_reference_schedule_cuts_a_hint() {
    let reply = Reply::error(503, r#"{"error":{"message":"try again in 5 minutes"}}"#);
    let (client, _, clock) = replay([reply, Reply::json(RESPONSE)]);
    let options = orouter::RequestOptions::new().retries(RetryConfig::typescript());
    client
        .responses()
        .create(request())
        .options(options)
        .await
        .unwrap();
    assert_eq!(clock.elapsed(), seconds(60));
}

#[test]
fn an_error_made_of_an_answer_counts_from_the_answers_date() {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: &str| {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
    };
    set("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    set("x-ratelimit-reset", "784111787000");
    let meta = Meta::new(StatusCode::TOO_MANY_REQUESTS, headers);
    assert_eq!(
        Error::from_response(&meta, BODY).retry_after(),
        Some(seconds(10))
    );
    let meta = Meta::new(StatusCode::TOO_MANY_REQUESTS, HeaderMap::new());
    let error = Error::from_response(&meta, free_models_per_day(&in_milliseconds(seconds(3600))));
    assert_eq!(error.retry_after(), None);
}
