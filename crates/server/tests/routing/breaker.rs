//! Outages and circuit breakers.

use super::fake::{Turn, fail};
use super::*;
use orouter_server::FailureKind;

#[tokio::test]
async fn an_endpoint_with_an_outage_is_tried_last() {
    let first = Fake::failing("a", &[MODEL], FailureKind::ProviderUnavailable);
    let second = Fake::new("b", &[MODEL], [Turn::Answer]);
    let server = serving(&[&first, &second]).await;
    for _ in 0..3 {
        let answer = ask(&server, &json!({})).await;
        assert_eq!(attempts(&answer), ["a", "b"]);
    }
    let answer = ask(&server, &json!({})).await;
    assert_eq!(attempts(&answer), ["b"]);
    // A request's own order holds.
    let answer = ask(&server, &json!({"provider": {"order": ["a"]}})).await;
    assert_eq!(attempts(&answer), ["a", "b"]);
}

#[tokio::test]
async fn after_five_failures_in_a_row_other_endpoints_are_tried_first() {
    let first = Fake::failing("a", &[MODEL], FailureKind::Server);
    let second = Fake::new("b", &[MODEL], [Turn::Answer]);
    let server = serving(&[&first, &second]).await;
    let ordered = json!({"provider": {"order": ["a", "b"]}});
    for _ in 0..5 {
        let answer = ask(&server, &ordered).await;
        assert_eq!(attempts(&answer), ["a", "b"]);
    }
    let answer = ask(&server, &ordered).await;
    assert_eq!(attempts(&answer), ["b"]);
    // It is still the last resort.
    second.then([fail(FailureKind::ProviderOverloaded)]);
    first.then([Turn::Answer]);
    let answer = ask(&server, &ordered).await;
    assert_eq!(attempts(&answer), ["b", "a"]);
    // A success closes the breaker.
    let answer = ask(&server, &ordered).await;
    assert_eq!(attempts(&answer), ["a"]);
}

#[tokio::test]
async fn the_only_endpoint_is_always_tried() {
    let only = Fake::failing("a", &[MODEL], FailureKind::Server);
    let server = serving(&[&only]).await;
    for _ in 0..12 {
        assert_eq!(ask(&server, &json!({})).await.status, 500);
    }
    assert_eq!(only.calls(), 12);
    only.then([Turn::Answer]);
    assert_eq!(ask(&server, &json!({})).await.status, 200);
}

#[tokio::test]
async fn a_rate_limit_with_a_delay_is_respected() {
    let limited = Turn::Error(json!({
        "code": "rate_limit_exceeded", "message": "Please try again in 30s."}));
    let first = Fake::new("a", &[MODEL], [limited]);
    let second = Fake::new("b", &[MODEL], [Turn::Answer]);
    let server = serving(&[&first, &second]).await;
    let ordered = json!({"provider": {"order": ["a", "b"]}});
    assert_eq!(attempts(&ask(&server, &ordered).await), ["a", "b"]);
    assert_eq!(attempts(&ask(&server, &ordered).await), ["b"]);
}

#[tokio::test]
async fn faults_of_requests_do_not_count() {
    for kind in [
        FailureKind::InvalidRequest,
        FailureKind::Unprocessable,
        FailureKind::PayloadTooLarge,
        FailureKind::ContentPolicy,
        FailureKind::ContextLengthExceeded,
    ] {
        let first = Fake::failing("a", &[MODEL], kind);
        let second = Fake::new("b", &[MODEL], [Turn::Answer]);
        let server = serving(&[&first, &second]).await;
        for _ in 0..8 {
            ask(&server, &json!({})).await;
        }
        assert_eq!((first.calls(), second.calls()), (8, 0), "{kind:?}");
    }
}
