//! `max_concurrent`: endpoints with a slot come first, then the queue, then a 429.

use orouter_server::Limits;
use orouter_server::config::{Config, EndpointConfig, ModelConfig};
use std::time::Duration;

use super::fake::Turn;
use super::*;

/// A server with one endpoint per fake, each for one request at a time. The wait in the queue is
/// half of `hold`.
async fn limited(fakes: &[&Fake], hold: Duration) -> Running {
    let mut model = ModelConfig::new("limited/model");
    for fake in fakes {
        let mut endpoint = EndpointConfig::new(orouter_server::Provider::name(*fake));
        endpoint.model = Some(MODEL.to_owned());
        endpoint.max_concurrent = Some(1);
        model.endpoints.push(endpoint);
    }
    let mut config = Config::default();
    config.models = vec![model];
    let builder = fakes.iter().fold(Server::builder(), |builder, fake| {
        builder.provider((*fake).clone())
    });
    let builder = builder.limits(Limits::default().head_hold(hold));
    start(builder.config(&config).unwrap()).await
}

fn request() -> Value {
    json!({"model": "limited/model"})
}

#[tokio::test]
async fn a_full_queue_is_a_429_that_says_so() {
    let one = Fake::new("a", &[MODEL], [Turn::Hold]);
    let server = std::sync::Arc::new(limited(&[&one], Duration::from_millis(200)).await);
    let running = tokio::spawn({
        let server = std::sync::Arc::clone(&server);
        async move { ask(&server, &request()).await }
    });
    one.called(1).await;
    for stream in [false, true] {
        let members = json!({"model": "limited/model", "stream": stream});
        let answer = ask(&server, &members).await;
        assert_eq!(answer.status, 429, "{}", answer.text());
        assert_eq!(answer.headers["retry-after"], "1");
        let error = answer.error();
        assert_eq!(error["type"], "rate_limit_exceeded");
        assert_eq!(error["availability"]["code"], "capacity_exhausted");
        assert_eq!(error["availability"]["retryable"], true);
        assert_eq!(error["availability"]["retry_after"], 1);
    }
    assert_eq!(one.calls(), 1);
    one.release(1);
    assert_eq!(running.await.unwrap().status, 200);
    one.then([Turn::Answer]);
    assert_eq!(
        ask(&server, &request()).await.status,
        200,
        "the slot is free"
    );
}

#[tokio::test]
async fn queued_requests_are_served_when_a_slot_is_free() {
    let one = Fake::new("a", &[MODEL], [Turn::Hold, Turn::Answer]);
    let server = std::sync::Arc::new(limited(&[&one], Duration::from_secs(100)).await);
    let ask = || {
        let server = std::sync::Arc::clone(&server);
        tokio::spawn(async move { super::ask(&server, &request()).await })
    };
    let first = ask();
    one.called(1).await;
    let second = ask();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(one.calls(), 1, "the second one waits");
    one.release(1);
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(second.await.unwrap().status, 200);
    assert_eq!(one.calls(), 2);
}

#[tokio::test]
async fn an_endpoint_with_a_slot_comes_before_the_queue() {
    let one = Fake::new("a", &[MODEL], [Turn::Hold]);
    let two = Fake::new("b", &[MODEL], [Turn::Answer]);
    let server = std::sync::Arc::new(limited(&[&one, &two], Duration::from_secs(100)).await);
    let running = tokio::spawn({
        let server = std::sync::Arc::clone(&server);
        async move { ask(&server, &request()).await }
    });
    one.called(1).await;
    let answer = ask(&server, &request()).await;
    assert_eq!(attempts(&answer), ["b"]);
    one.release(1);
    assert_eq!(running.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_disconnected_client_frees_its_slot() {
    let one = Fake::new("a", &[MODEL], [Turn::Hold]);
    let server = limited(&[&one], Duration::from_secs(100)).await;
    let body = body(&request()).to_string();
    let head = format!(
        "POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let connection = server.client().send(head.as_bytes()).await;
    one.called(1).await;
    drop(connection);
    one.then([Turn::Answer]);
    assert_eq!(ask(&server, &request()).await.status, 200);
}
