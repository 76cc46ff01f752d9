//! `drop_rejected_reasoning`: a call is repeated once, without the encrypted reasoning that the server
//! rejected.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use orouter::{
    Call, Error, ErrorKind, History, Item, Message, OpenRouter, RequestOptions, Response,
    ResponsesRequest,
    testing::{self, ReplayTransport, Reply, TestClock},
};

const REJECTED: &str = r#"{"error":{"message":"The encrypted content could not be verified.","code":"invalid_encrypted_content","type":"invalid_request_error"}}"#;

fn rejection() -> Reply {
    Reply::error(400, REJECTED)
}

/// A request whose history has reasoning, encrypted and not.
fn request() -> ResponsesRequest {
    let items = [
        r#"{"type":"message","role":"user","content":"hi"}"#,
        r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"one"}"#,
        r#"{"type":"reasoning","id":"rs_2","summary":[{"type":"summary_text","text":"Hm."}]}"#,
        r#"{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}"#,
        r#"{"type":"function_call_output","call_id":"call_1","output":"x"}"#,
        r#"{"type":"reasoning","id":"rs_3","summary":[],"encrypted_content":"two"}"#,
        r#"{"type":"message","role":"assistant","content":"Hello"}"#,
    ];
    let items = items.map(|item| orouter::from_str::<Item>(item).unwrap());
    ResponsesRequest::new("m").input(History::from(items))
}

fn create(client: &OpenRouter, request: ResponsesRequest) -> Call<Response> {
    let options = RequestOptions::new().drop_rejected_reasoning(true);
    client.responses().create(request).options(options)
}

/// The ids and kinds of the items of each request.
fn sent(transport: &ReplayTransport) -> Vec<Vec<String>> {
    let names = |request: &ResponsesRequest| {
        let items = request.input.as_ref().unwrap().items();
        let name = |item: &Item| item.id().or(item.call_id()).unwrap_or("message").to_owned();
        items.iter().map(name).collect()
    };
    transport.responses_requests().iter().map(names).collect()
}

#[tokio::test]
async fn the_call_is_repeated_without_the_encrypted_items() {
    for streams in [false, true] {
        let (client, transport) =
            testing::client([rejection(), Reply::text("It is sunny.")]).unwrap();
        let call = create(&client, request().stream(streams));
        let (response, meta) = call.with_meta().await.unwrap();
        assert_eq!(response.output_text(), "It is sunny.");
        assert_eq!(meta.dropped_reasoning(), 2);
        assert_eq!(meta.attempts(), 2);
        let sent = sent(&transport);
        assert_eq!(sent[0].len(), 7);
        assert_eq!(sent[1], ["message", "rs_2", "call_1", "call_1", "message"]);
        // Nothing else changes.
        let requests = transport.responses_requests();
        assert_eq!(requests[1].model, requests[0].model);
        assert_eq!(requests[1].stream, Some(streams));
    }
}

#[tokio::test]
async fn a_stream_reports_it_too() {
    let (client, _) = testing::client([rejection(), Reply::text("Hello")]).unwrap();
    let options = RequestOptions::new().drop_rejected_reasoning(true);
    let stream = client
        .responses()
        .stream(request())
        .options(options)
        .await
        .unwrap();
    assert_eq!(stream.meta().dropped_reasoning(), 2);
    assert_eq!(stream.meta().attempts(), 2);
    assert_eq!(stream.into_response().await.unwrap().output_text(), "Hello");
}

#[tokio::test]
async fn it_happens_once() {
    let (client, transport) = testing::client([rejection()]).unwrap();
    let error = create(&client, request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert_eq!(error.code(), Some("invalid_encrypted_content"));
    assert_eq!(error.attempts(), 2);
    assert_eq!(error.meta().unwrap().dropped_reasoning(), 2);
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn other_requests_and_other_errors_are_not_repeated() {
    async fn once(request: ResponsesRequest, reply: Reply) -> Error {
        let (client, transport) = testing::client([reply]).unwrap();
        let call = create(&client, request).max_attempts(1);
        let error = call.await.unwrap_err();
        assert_eq!(transport.requests().len(), 1, "{error}");
        error
    }
    // Nothing to remove.
    let plain = ResponsesRequest::new("m").input([Message::user("hi")]);
    once(plain, rejection()).await;
    once(ResponsesRequest::new("m").input("hi"), rejection()).await;
    once(ResponsesRequest::new("m"), rejection()).await;
    // Another code, another status.
    let other = r#"{"error":{"message":"invalid_encrypted_content","code":"invalid_prompt"}}"#;
    once(request(), Reply::error(400, other)).await;
    once(request(), Reply::error(422, REJECTED)).await;
    once(request(), Reply::error(500, REJECTED)).await;
    let in_band = once(request(), Reply::json(REJECTED)).await;
    assert_eq!(in_band.kind(), ErrorKind::InBand);
}

#[tokio::test]
async fn it_is_off_by_default_and_can_be_turned_off_for_a_call() {
    let (client, transport) = testing::client([rejection(), Reply::text("Hello")]).unwrap();
    client.responses().create(request()).await.unwrap_err();
    assert_eq!(transport.requests().len(), 1);

    let transport = ReplayTransport::new([rejection(), Reply::text("Hello")]);
    let on = RequestOptions::new().drop_rejected_reasoning(true);
    let client = support::builder()
        .transport(transport.clone())
        .options(on)
        .build()
        .unwrap();
    let off = RequestOptions::new().drop_rejected_reasoning(false);
    client
        .responses()
        .create(request())
        .options(off)
        .await
        .unwrap_err();
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn the_code_of_the_provider_counts() {
    let wrapped = r#"{"error":{"code":400,"message":"Provider returned error","metadata":{"provider_name":"OpenAI","provider_code":"invalid_encrypted_content"}}}"#;
    let replies = [Reply::error(400, wrapped), Reply::text("Hello")];
    let (client, transport) = testing::client(replies).unwrap();
    create(&client, request()).await.unwrap();
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn the_total_timeout_includes_both_requests() {
    let clock = TestClock::new();
    let second = Duration::from_secs(1);
    let build = |replies: [Reply; 2]| {
        let transport = ReplayTransport::with_clock(replies, clock.clone());
        let builder = support::builder()
            .transport(transport.clone())
            .clock(clock.clone());
        (builder.build().unwrap(), transport)
    };
    let (client, transport) = build([
        rejection().delay(second * 6),
        Reply::text("Hello").delay(second * 6),
    ]);
    let error = create(&client, request())
        .timeout(second * 10)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.elapsed(), second * 10);
    assert_eq!(transport.requests().len(), 2);

    let (client, _) = build([
        rejection().delay(second * 6),
        Reply::text("Hello").delay(second * 3),
    ]);
    let call = create(&client, request()).timeout(second * 10);
    let (_, meta) = call.with_meta().await.unwrap();
    assert_eq!(meta.elapsed(), second * 9);
}
