//! The request that an upstream receives, and its reply as events.

use bytes::Bytes;
use orouter_http::testing::{Step, http_response};

use crate::config::{Protocol, ProviderConfig};

use super::support::{COMPLETED, CREATED, DELTA, Setup, chunk, collect, stream};

#[tokio::test]
async fn the_upstream_gets_the_configured_headers_and_its_own_model_name() {
    let setup = Setup::new([stream(&[CREATED, DELTA, COMPLETED, "[DONE]"])]).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert!(failure.is_none());
    let kinds: Vec<&str> = events.iter().map(orouter_wire::StreamEvent::kind).collect();
    assert_eq!(
        kinds,
        [
            "response.created",
            "response.output_text.delta",
            "response.completed"
        ]
    );
    let received = &setup.server.received()[0];
    assert_eq!(received.request_line(), "POST /api/v1/responses HTTP/1.1");
    for (name, value) in [
        ("authorization", "Bearer sk-upstream-0123456789abcdef"),
        ("content-type", "application/json"),
        ("accept", "text/event-stream"),
        ("x-team", "search"),
        ("accept-encoding", "identity"),
        ("user-agent", concat!("orouter/", env!("CARGO_PKG_VERSION"))),
    ] {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
    assert_eq!(
        received.header("host"),
        Some(&*setup.server.address().to_string())
    );
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(body["model"], "gpt");
}

#[tokio::test]
async fn an_event_has_the_text_from_which_it_was_decoded() {
    let setup = Setup::new([stream(&[DELTA, COMPLETED])]).await;
    let mut events = setup.call().await.unwrap();
    let first = events.next_upstream().await.unwrap().unwrap();
    let original = format!("{:?}", first.original.unwrap());
    assert!(original.contains("msg_1"), "{original}");
}

#[tokio::test]
async fn the_first_bytes_decide_the_form_of_a_reply() {
    let frames = format!(": hello\n\ndata: {DELTA}\n\ndata: {COMPLETED}\n\n");
    for content_type in ["application/json", "text/plain", "text/event-stream"] {
        let headers = [("content-type", content_type)];
        let setup = Setup::new([vec![Step::Send(http_response(200, &headers, &frames))]]).await;
        let (events, failure) = collect(setup.call().await.unwrap()).await;
        assert_eq!(events.len(), 2, "{content_type}: {failure:?}");
    }
}

/// Some chat servers send no finish reason. `[DONE]` then tells a complete reply from a cut one.
#[tokio::test]
async fn done_ends_a_chat_reply_without_a_finish_reason() {
    const TEXT: &str = r#"{"choices":[{"index":0,"delta":{"content":"Hi"}}]}"#;
    let close = |frames: &str| {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        vec![Step::send(format!("{head}{frames}")), Step::Close]
    };
    for (script, completes) in [
        (stream(&[TEXT, "[DONE]"]), true),
        (close(&format!("data: {TEXT}\n\ndata: [DONE]")), true),
        (stream(&[TEXT]), false),
        (close(&format!("data: {TEXT}\n\n")), false),
    ] {
        let chat = |config: &mut ProviderConfig| config.protocol = Protocol::Chat;
        let setup = Setup::configured([script], chat).await;
        let (events, failure) = collect(setup.call().await.unwrap()).await;
        let kinds: Vec<&str> = events.iter().map(orouter_wire::StreamEvent::kind).collect();
        let last = kinds.last().copied().unwrap_or_default();
        assert_eq!(
            last == "response.completed",
            completes,
            "{kinds:?} {failure:?}"
        );
    }
}

#[tokio::test]
async fn chunks_split_anywhere_give_the_same_events() {
    let frames =
        format!("data: {CREATED}\r\n\r\n: x\n\nevent: y\ndata: {DELTA}\n\ndata: {COMPLETED}");
    let mut bytes = Vec::from("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
    bytes.extend_from_slice(frames.as_bytes());
    let drip = Step::Drip(Bytes::from(bytes), std::time::Duration::ZERO);
    let setup = Setup::new([vec![drip, Step::Close]]).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert_eq!(events.len(), 3, "{failure:?}");
    assert!(failure.is_none());
}

#[tokio::test]
async fn interim_responses_are_skipped() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
    let mut script = vec![Step::send(interim)];
    script.extend(stream(&[DELTA, COMPLETED]));
    let setup = Setup::new([script]).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert_eq!((events.len(), failure.is_none()), (2, true));
}

#[tokio::test]
async fn events_after_the_last_one_are_not_returned() {
    let setup = Setup::new([stream(&[COMPLETED, DELTA, DELTA, "[DONE]"])]).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert_eq!((events.len(), failure.is_none()), (1, true));
}

#[tokio::test]
async fn comments_count_as_activity() {
    let mut script = vec![Step::send(super::support::STREAM_HEAD)];
    for _ in 0..8 {
        script.push(Step::send("9\r\n: alive\n\n\r\n"));
        script.push(Step::Wait(std::time::Duration::from_millis(150)));
    }
    script.push(Step::send(format!("{}0\r\n\r\n", chunk(COMPLETED))));
    let setup = Setup::with_timeouts([script], super::support::timeouts(5000, 600)).await;
    let (events, failure) = collect(setup.call().await.unwrap()).await;
    assert_eq!((events.len(), failure), (1, None));
}
