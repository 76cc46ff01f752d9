//! Text and items without deltas: each is returned exactly once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{Item, testing::Reply};
use support::{CREATED, HEL, ITEM_ADDED, LO, PART_ADDED, completed, replay, request};

const TEXT_DONE: &str = r#"{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"Hello"}"#;
const PART_DONE: &str = r#"{"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello","annotations":[]}}"#;
const ITEM_DONE: &str = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}}"#;

/// Returns the pieces of text, equal for the async and the blocking client, and the whole response.
async fn read(reply: Reply) -> (Vec<String>, String) {
    let (client, ..) = replay([reply.clone()]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut pieces = Vec::new();
    let mut deltas = stream.text_deltas();
    while let Some(delta) = deltas.next().await {
        pieces.push(delta.unwrap());
    }
    let text = stream.into_response().await.unwrap().output_text();

    let (client, ..) = replay([reply.clone()]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut with_events = Vec::new();
    while let Some(event) = stream.next().await {
        event.unwrap();
        with_events.push(stream.new_text().into_owned());
    }
    assert_eq!(stream.new_text(), "");
    assert_eq!(with_events.concat(), pieces.concat());

    let transport = orouter::testing::ReplayTransport::new([reply]);
    let blocking = tokio::task::spawn_blocking(move || {
        let builder = support::builder().transport(transport);
        let client = orouter::blocking::OpenRouter::from_builder(builder).unwrap();
        let mut stream = client.responses().stream(request()).call().unwrap();
        stream.text_deltas().map(Result::unwrap).collect::<Vec<_>>()
    });
    assert_eq!(blocking.await.unwrap(), pieces);
    (pieces, text)
}

#[tokio::test]
async fn all_text_comes_exactly_once() {
    let empty = r#"{"type":"response.completed","response":{"id":"resp_1","output":[]}}"#;
    let completed = completed();
    let other_id = completed.replace("msg_1", "msg_9");
    for (events, expected) in [
        (vec![CREATED, &completed], &["Hello"][..]),
        (
            vec![ITEM_ADDED, PART_ADDED, TEXT_DONE, &completed],
            &["Hello"],
        ),
        (vec![ITEM_ADDED, PART_DONE, empty], &["Hello"]),
        (vec![ITEM_DONE, empty], &["Hello"]),
        (
            vec![ITEM_ADDED, HEL, TEXT_DONE, PART_DONE, ITEM_DONE, &completed],
            &["Hel", "lo"],
        ),
        (vec![ITEM_ADDED, HEL, ITEM_DONE, &other_id], &["Hel", "lo"]),
        (vec![HEL, &other_id], &["Hel", "lo"]),
        (
            vec![HEL, LO, TEXT_DONE, PART_DONE, ITEM_DONE, &other_id],
            &["Hel", "lo"],
        ),
    ] {
        let (pieces, text) = read(Reply::events(&events)).await;
        assert_eq!(pieces, expected, "{events:?}");
        assert_eq!(text, "Hello");
    }
    let whole = support::RESPONSE.replace("\"output\":[", "\"output_text\":\"Hello\",\"output\":[");
    assert_eq!(read(Reply::json(whole)).await.0, ["Hello"]);
}

#[tokio::test]
async fn text_of_an_event_that_reports_a_failure_comes_before_the_error() {
    let failed = r#"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_error","message":"Broke"},"output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]}}"#;
    let (client, ..) = replay([
        Reply::events([HEL, failed]),
        Reply::events([HEL]).then_break(),
    ]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut deltas = stream.text_deltas();
    assert_eq!(deltas.next().await.unwrap().unwrap(), "Hel");
    assert_eq!(deltas.next().await.unwrap().unwrap(), "lo");
    let error = deltas.next().await.unwrap().unwrap_err();
    assert_eq!(error.partial_response().unwrap().output_text(), "Hello");
    assert!(deltas.next().await.is_none());

    // The error of a connection neither adds nor repeats text.
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut deltas = stream.text_deltas();
    assert_eq!(deltas.next().await.unwrap().unwrap(), "Hel");
    assert!(deltas.next().await.unwrap().is_err());
    assert!(deltas.next().await.is_none());
    assert_eq!(stream.new_text(), "");
}

#[tokio::test]
async fn items_that_share_an_index_are_all_given() {
    let reasoning =
        r#"{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"plan"}]}"#;
    let call = r#"{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{}"}"#;
    let late = r#"{"type":"function_call","id":"fd","call_id":"d","name":"g","arguments":"{}"}"#;
    let done = |item: &str| {
        format!(r#"{{"type":"response.output_item.done","output_index":0,"item":{item}}}"#)
    };
    let end = format!(
        r#"{{"type":"response.completed","response":{{"id":"r","output":[{reasoning},{call},{late}]}}}}"#
    );
    let (client, ..) = replay([
        Reply::events([done(reasoning), done(call), end]),
        Reply::events([done(reasoning), done(call)]),
    ]);
    let mut stream = client.responses().stream(request()).await.unwrap();
    let mut items = stream.items();
    let mut seen = Vec::new();
    while let Some(update) = items.next().await {
        let update = update.unwrap();
        assert!(update.done);
        seen.push((update.index, update.item.id().unwrap().to_owned()));
    }
    let expected = [(0, "rs"), (1, "fc"), (2, "fd")].map(|(at, id)| (at, id.to_owned()));
    assert_eq!(seen, expected);
    assert_eq!(stream.into_response().await.unwrap().output.len(), 3);

    let stream = client.responses().stream(request()).await.unwrap();
    let error = stream.into_response().await.unwrap_err();
    let partial = error.into_partial_response().unwrap();
    assert!(matches!(
        partial.output[..],
        [Item::Reasoning(_), Item::FunctionCall(_)]
    ));
}
