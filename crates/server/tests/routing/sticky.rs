//! Sticky routing: a conversation stays at the endpoint whose prompt cache has it.

use std::time::Duration;

use orouter_server::provider::Price;
use orouter_server::{Amount, FailureKind};

use super::fake::{Turn, advance, fail};
use super::*;

const TEN_MINUTES: Duration = Duration::from_secs(600);

/// An endpoint whose cached reads are cheaper.
fn caching(name: &str, usd: f64) -> Fake {
    priced(name, usd, Some(usd / 10.0))
}

fn priced(name: &str, usd: f64, cache_read: Option<f64>) -> Fake {
    let model = |id: &str| {
        let mut model = orouter_server::Model::new(id);
        let mut price = Price::per_million(usd, usd);
        price.cache_read = cache_read.map(Amount::per_million);
        model.price = Some(price);
        model
    };
    Fake::of(name, vec![model(MODEL), model(OTHER)], [Turn::Answer])
}

/// A request whose usual endpoint is the cheapest.
fn cheapest(members: &Value) -> Value {
    let mut request = json!({"provider": {"sort": "price"}});
    let given = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(given);
    request
}

/// Posts a request with these headers, and returns the provider of the last attempt.
async fn sent(server: &Running, headers: &str, members: &Value) -> String {
    let body = body(&cheapest(members)).to_string();
    let head = format!(
        "POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\nx-openrouter-metadata: enabled\r\n\
         {headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = server.client().open(head.as_bytes()).await.whole().await;
    assert_eq!(answer.status, 200, "{members}: {}", answer.text());
    attempts(&answer).pop().unwrap()
}

/// Serves the conversation of these members at the dear endpoint.
async fn begin(server: &Running, headers: &str, members: &Value) {
    let mut members = members.clone();
    members["provider"] = json!({"only": ["dear"]});
    assert_eq!(sent(server, headers, &members).await, "dear");
}

async fn two() -> Running {
    serving(&[&caching("dear", 9.0), &caching("cheap", 1.0)]).await
}

#[tokio::test]
async fn a_named_conversation_stays_at_its_endpoint() {
    let key = "authorization: Bearer one\r\n";
    for (headers, members) in [
        ("", json!({"session_id": "s"})),
        ("x-session-id: s\r\n", json!({})),
        ("", json!({"prompt_cache_key": "s"})),
        (key, json!({"session_id": "s"})),
    ] {
        let server = two().await;
        assert_eq!(
            sent(&server, headers, &json!({"input": "x"})).await,
            "cheap"
        );
        let server = two().await;
        begin(&server, headers, &members).await;
        assert_eq!(sent(&server, headers, &members).await, "dear", "{members}");
        // Other preferences than `order` do not end it.
        for provider in [
            json!({}),
            json!({"sort": "throughput"}),
            json!({"allow_fallbacks": false}),
            json!({"preferred_max_latency": 0.000_000_1}),
        ] {
            let mut again = members.clone();
            again["provider"] = provider;
            assert_eq!(sent(&server, headers, &again).await, "dear", "{again}");
        }
    }
}

#[tokio::test]
async fn conversations_are_those_of_a_caller_and_a_model() {
    let server = two().await;
    let session = json!({"session_id": "s"});
    begin(&server, "authorization: Bearer one\r\n", &session).await;
    for (headers, members, expected) in [
        (
            "authorization: Bearer one\r\n",
            json!({"session_id": "s"}),
            "dear",
        ),
        (
            "authorization: Bearer two\r\n",
            json!({"session_id": "s"}),
            "cheap",
        ),
        ("", json!({"session_id": "s"}), "cheap"),
        (
            "authorization: Bearer one\r\n",
            json!({"session_id": "t"}),
            "cheap",
        ),
        (
            "authorization: Bearer one\r\n",
            json!({"prompt_cache_key": "s"}),
            "cheap",
        ),
        (
            "authorization: Bearer one\r\n",
            json!({"session_id": "s", "model": OTHER}),
            "cheap",
        ),
        (
            "authorization: Bearer one\r\nx-session-id: s\r\n",
            json!({"session_id": "t"}),
            "cheap",
        ),
        (
            "authorization: Bearer one\r\nx-session-id: s\r\n",
            json!({}),
            "dear",
        ),
    ] {
        assert_eq!(
            sent(&server, headers, &members).await,
            expected,
            "{headers}{members}"
        );
    }
}

#[tokio::test]
async fn a_conversation_ends_after_10_idle_minutes() {
    let server = two().await;
    let session = json!({"session_id": "s"});
    begin(&server, "", &session).await;
    for _ in 0..3 {
        advance(TEN_MINUTES - Duration::from_secs(5)).await;
        assert_eq!(sent(&server, "", &session).await, "dear");
    }
    advance(TEN_MINUTES).await;
    assert_eq!(sent(&server, "", &session).await, "cheap");
}

#[tokio::test]
async fn an_order_and_reads_that_are_not_cheaper_leave_the_usual_endpoint() {
    let session = json!({"session_id": "s"});
    for read in [None, Some(9.0)] {
        let server = serving(&[&priced("dear", 9.0, read), &caching("cheap", 1.0)]).await;
        begin(&server, "", &session).await;
        assert_eq!(sent(&server, "", &session).await, "cheap", "{read:?}");
    }
    let server = two().await;
    let ordered = json!({"session_id": "s", "provider": {"order": ["dear"]}});
    assert_eq!(sent(&server, "", &ordered).await, "dear");
    assert_eq!(sent(&server, "", &session).await, "cheap", "not remembered");
    begin(&server, "", &session).await;
    let ordered = json!({"session_id": "s", "provider": {"order": ["cheap"]}});
    assert_eq!(sent(&server, "", &ordered).await, "cheap", "not used");
}

#[tokio::test]
async fn a_failed_endpoint_gives_way() {
    let (dear, cheap) = (caching("dear", 9.0), caching("cheap", 1.0));
    let third = caching("third", 2.0);
    let server = serving(&[&dear, &third, &cheap]).await;
    let session = json!({"session_id": "s"});
    begin(&server, "", &session).await;
    dear.then([fail(FailureKind::ProviderOverloaded)]);
    cheap.then([fail(FailureKind::ProviderOverloaded)]);
    // Dear, cheap and third are tried; the last one keeps the conversation.
    assert_eq!(sent(&server, "", &session).await, "third");
    dear.then([Turn::Answer]);
    cheap.then([Turn::Answer]);
    assert_eq!(sent(&server, "", &session).await, "third");
}

#[tokio::test]
async fn an_endpoint_with_an_outage_gives_way() {
    let (dear, cheap) = (caching("dear", 9.0), caching("cheap", 1.0));
    let server = serving(&[&dear, &cheap]).await;
    let session = json!({"session_id": "s"});
    begin(&server, "", &session).await;
    dear.then([fail(FailureKind::ProviderOverloaded)]);
    for _ in 0..3 {
        let only = json!({"provider": {"only": ["dear"]}});
        assert_eq!(ask(&server, &only).await.status, 503);
    }
    dear.then([Turn::Answer]);
    assert_eq!(sent(&server, "", &session).await, "cheap");
}

/// A response that read some tokens from the endpoint's cache.
fn cached(tokens: u64) -> Turn {
    Turn::Event(json!({"type": "response.completed", "response": {
        "status": "completed", "output": [],
        "usage": {"input_tokens": 100, "output_tokens": 1, "total_tokens": 101,
            "input_tokens_details": {"cached_tokens": tokens}}}}))
}

#[tokio::test]
async fn an_unnamed_conversation_stays_after_a_cache_hit() {
    let first = json!({"instructions": "be brief", "input": "hi"});
    let user = json!({"role": "user", "content": [{"type": "input_text", "text": "hi"}]});
    let reply = json!({"role": "assistant", "content": "hello"});
    let next = json!({"instructions": "be brief", "input": [user, reply, user]});
    let other = json!({"instructions": "be brief", "input": [reply, user]});
    for (tokens, expected) in [(0, "cheap"), (40, "dear")] {
        let dear = caching("dear", 9.0);
        dear.then([cached(tokens)]);
        let server = serving(&[&dear, &caching("cheap", 1.0)]).await;
        begin(&server, "", &first).await;
        assert_eq!(sent(&server, "", &next).await, expected, "{tokens}");
        assert_eq!(sent(&server, "", &other).await, "cheap", "{tokens}");
    }
}

#[tokio::test]
async fn header_values_that_are_too_long_are_not_used() {
    let server = two().await;
    let long = format!("x-session-id: {}\r\n", "s".repeat(257));
    begin(&server, &long, &json!({"input": "one"})).await;
    assert_eq!(
        sent(&server, &long, &json!({"input": "one"})).await,
        "cheap"
    );
}
