//! Faults of upstreams, each with the status and the row of the fallback table that it leads to.

use std::time::Duration;

use bytes::Bytes;
use orouter_http::testing::{Step, http_response};

use super::support::{
    COMPLETED, CREATED, DELTA, STREAM_HEAD, Setup, chunk, collect, config, json, request, timeouts,
};
use crate::failure::{Failure, Fallback};
use crate::upstream::Upstreams;

/// The failure of a call, or of its stream.
async fn failure(setup: &Setup) -> Failure {
    match setup.call().await {
        Err(failure) => failure,
        Ok(events) => collect(events).await.1.expect("a failure"),
    }
}

#[track_caller]
fn check(failure: &Failure, status: u16, row: Fallback) {
    assert_eq!(failure.status(), status, "{failure:?}");
    assert_eq!(failure.fallback_row(), row, "{failure:?}");
}

#[tokio::test]
async fn error_statuses_lead_to_their_rows() {
    let error = |code: &str| format!(r#"{{"error":{{"message":"m","code":"{code}"}}}}"#);
    for (status, body, expected, row) in [
        (400, error("invalid_prompt"), 400, Fallback::Request),
        (413, String::new(), 413, Fallback::Request),
        (422, "{}".to_owned(), 422, Fallback::Request),
        (
            400,
            error("context_length_exceeded"),
            400,
            Fallback::TooLong,
        ),
        (
            400,
            error("content_policy_violation"),
            400,
            Fallback::Moderation,
        ),
        (401, error("invalid_api_key"), 502, Fallback::Credential),
        (402, String::new(), 502, Fallback::Credential),
        (403, "<html>".to_owned(), 502, Fallback::Credential),
        (429, error("insufficient_quota"), 502, Fallback::Credential),
        (404, error("model_not_found"), 502, Fallback::UnknownModel),
        (429, error("rate_limit_exceeded"), 429, Fallback::RateLimit),
        (500, "oops".to_owned(), 500, Fallback::Unavailable),
        (
            502,
            "<html><title>Bad Gateway</title>".to_owned(),
            502,
            Fallback::Unavailable,
        ),
        (503, String::new(), 503, Fallback::Unavailable),
        (529, error("overloaded_error"), 529, Fallback::Unavailable),
        (408, String::new(), 524, Fallback::MaybeBilled),
        (504, String::new(), 524, Fallback::MaybeBilled),
        (524, String::new(), 524, Fallback::MaybeBilled),
    ] {
        let setup = Setup::new([json(status, &body)]).await;
        let failure = setup.call().await.unwrap_err();
        check(&failure, expected, row);
    }
}

#[tokio::test]
async fn statuses_without_a_meaning_are_a_502() {
    for status in [301, 302, 307, 308, 304] {
        let headers = [("location", "http://elsewhere.example/hush")];
        let setup = Setup::new([vec![Step::Send(http_response(status, &headers, ""))]]).await;
        let failure = setup.call().await.unwrap_err();
        check(&failure, 502, Fallback::Unavailable);
        assert!(!failure.message().contains("hush"), "{failure}");
        assert_eq!(setup.server.received().len(), 1, "no redirect is followed");
    }
}

#[tokio::test]
async fn hints_of_headers_and_bodies_are_kept() {
    let body =
        r#"{"error":{"message":"Rate limit. Try again in 12s.","code":"rate_limit_exceeded"}}"#;
    for (headers, seconds) in [
        (vec![("retry-after", "7")], 7),
        (vec![("retry-after-ms", "1500")], 2),
        (vec![], 12),
    ] {
        let setup = Setup::new([vec![Step::Send(http_response(429, &headers, body))]]).await;
        let failure = setup.call().await.unwrap_err();
        let body = orouter_wire::to_string(&failure.to_body());
        assert!(!body.contains("sk-"), "{body}");
        let response = axum::response::IntoResponse::into_response(failure);
        assert_eq!(response.headers()["retry-after"], seconds.to_string());
    }
}

#[tokio::test]
async fn a_message_does_not_contain_the_key() {
    for quoted in [
        "sk-upstream-0123456789abcdef",
        "Bearer sk-upstream-0123456789abcdef",
        "search",
    ] {
        let body = format!(r#"{{"error":{{"message":"cannot use {quoted} here"}}}}"#);
        let setup = Setup::new([json(400, &body)]).await;
        let failure = setup.call().await.unwrap_err();
        let shown = format!("{failure} {failure:?}");
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
    }
}

#[tokio::test]
async fn long_and_slow_error_bodies_are_cut() {
    let start = r#"{"error":{"code":"rate_limit_exceeded","message":"slow"},"pad":""#;
    let head = "HTTP/1.1 429 X\r\ncontent-length: 100000000\r\n\r\n";
    let padding = "x".repeat(200_000);
    let setup = Setup::new([vec![
        Step::send(format!("{head}{start}{padding}")),
        Step::Hang,
    ]])
    .await;
    check(&setup.call().await.unwrap_err(), 429, Fallback::RateLimit);
    setup.open_connections(0).await;
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_a_502() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    for url in [closed.as_str(), "http://no-such-host.invalid/v1"] {
        let provider = Upstreams::new().unwrap().provider(&config(url)).unwrap();
        let failure = provider.generate(request("a")).await.unwrap_err();
        check(&failure, 502, Fallback::Unavailable);
        assert!(!failure.message().contains("127.0.0.1") && !failure.message().contains("invalid"));
    }
}

#[tokio::test]
async fn a_connection_lost_before_the_head_may_be_billed() {
    for script in [
        vec![Step::Close],
        vec![Step::Reset],
        vec![Step::send("HTTP/1.1 200 OK\r\ncontent-le"), Step::Close],
        vec![Step::send("garbage\r\n\r\n"), Step::Close],
        vec![Step::send(
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        )],
        vec![
            Step::send(format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(1 << 20))),
            Step::Hang,
        ],
    ] {
        let setup = Setup::new([script]).await;
        check(&setup.call().await.unwrap_err(), 502, Fallback::MaybeBilled);
        assert_eq!(setup.server.received().len(), 1, "it is not sent again");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_is_a_524() {
    let setup = Setup::with_timeouts([vec![Step::Hang]], timeouts(100, 5000)).await;
    check(&setup.call().await.unwrap_err(), 524, Fallback::MaybeBilled);
    setup.open_connections(0).await;
}

#[tokio::test]
async fn a_stream_that_stops_times_out() {
    for start in [
        String::new(),
        chunk(CREATED) + &chunk(DELTA),
        "5\r\ndat".to_owned(),
    ] {
        let script = vec![Step::send(format!("{STREAM_HEAD}{start}")), Step::Hang];
        let setup = Setup::with_timeouts([script], timeouts(5000, 200)).await;
        let events = setup.call().await.unwrap();
        let (events, failure) = collect(events).await;
        assert_eq!(events.len(), start.matches("data: ").count());
        check(&failure.unwrap(), 524, Fallback::MaybeBilled);
        setup.open_connections(0).await;
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_is_a_failure_after_its_events() {
    let sent = chunk(CREATED) + &chunk(DELTA);
    for end in [
        vec![Step::Close],
        vec![Step::send("0\r\n\r\n")],
        vec![Step::send("zz\r\n")],
        vec![Step::send("ffffffffffffffffff\r\n")],
        vec![Step::send(chunk(&COMPLETED[..40])), Step::Close],
        vec![Step::send(chunk("[DONE]")), Step::Close],
    ] {
        let mut script = vec![Step::send(format!("{STREAM_HEAD}{sent}"))];
        script.extend(end);
        let setup = Setup::new([script]).await;
        let (events, failure) = collect(setup.call().await.unwrap()).await;
        assert_eq!(events.len(), 2);
        check(&failure.unwrap(), 502, Fallback::MaybeBilled);
    }
}

#[tokio::test]
async fn a_complete_stream_without_its_last_bytes_is_a_success() {
    for end in ["", "0\r\n", "5\r\ndata:"] {
        let script = vec![
            Step::send(format!("{STREAM_HEAD}{}{end}", chunk(COMPLETED))),
            Step::Close,
        ];
        let setup = Setup::new([script]).await;
        let (events, failure) = collect(setup.call().await.unwrap()).await;
        assert_eq!((events.len(), failure), (1, None));
    }
}

#[tokio::test]
async fn replies_without_events_are_a_502() {
    for (headers, body) in [
        (vec![("content-type", "text/event-stream")], ""),
        (vec![("content-type", "application/json")], ""),
        (
            vec![("content-type", "text/html")],
            "<html><title>hush</title></html>",
        ),
        (vec![("content-type", "text/plain")], "hush"),
        (
            vec![
                ("content-type", "application/json"),
                ("content-encoding", "gzip"),
            ],
            "{}",
        ),
    ] {
        let setup = Setup::new([vec![Step::Send(http_response(200, &headers, body))]]).await;
        let failure = failure(&setup).await;
        check(&failure, 502, Fallback::MaybeBilled);
        assert!(!failure.message().contains("hush"), "{failure}");
    }
}

#[tokio::test]
async fn an_event_beyond_the_limit_is_a_502() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let event = Bytes::from(format!("{head}data: {}", "x".repeat(17 << 20)));
    let setup = Setup::new([vec![Step::Send(event), Step::Hang]]).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert!(events.is_empty());
    check(&failure.unwrap(), 502, Fallback::MaybeBilled);
    setup.open_connections(0).await;
}

#[tokio::test]
async fn slow_bytes_are_not_a_fault() {
    let text = format!("{STREAM_HEAD}{}0\r\n\r\n", chunk(COMPLETED));
    let drip = Step::Drip(Bytes::from(text), Duration::from_millis(1));
    let setup = Setup::with_timeouts([vec![drip]], timeouts(5000, 500)).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert_eq!((events.len(), failure), (1, None));
}
