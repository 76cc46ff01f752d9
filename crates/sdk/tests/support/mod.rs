//! What the tests of this crate share: clients over a replay or a scripted server, and samples.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file takes what it needs"
)]

use std::time::Duration;

use orouter::{
    OpenRouter, OpenRouterBuilder, ResponsesRequest, RetryConfig,
    testing::{ReplayTransport, Reply, ScriptedServer, TestClock},
};

pub const RESPONSE: &str = r#"{"id":"resp_1","object":"response","status":"completed","model":"m","created_at":1,"output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Hello","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5,"cost":0.5}}"#;

pub const CREATED: &str = r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"m","output":[]}}"#;
pub const ITEM_ADDED: &str = r#"{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","status":"in_progress","content":[]}}"#;
pub const PART_ADDED: &str = r#"{"type":"response.content_part.added","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"#;
pub const HEL: &str = r#"{"type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hel"}"#;
pub const LO: &str = r#"{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"lo"}"#;

/// The last event of a stream of [`RESPONSE`].
pub fn completed() -> String {
    format!(r#"{{"type":"response.completed","sequence_number":5,"response":{RESPONSE}}}"#)
}

/// The data of all events of a stream of [`RESPONSE`], without `[DONE]`.
pub fn events() -> Vec<String> {
    [CREATED, ITEM_ADDED, PART_ADDED, HEL, LO]
        .into_iter()
        .map(str::to_owned)
        .chain([completed()])
        .collect()
}

pub fn request() -> ResponsesRequest {
    ResponsesRequest::new("m").input("hi")
}

/// A builder that does not look at the environment.
pub fn builder() -> OpenRouterBuilder {
    OpenRouter::builder().api_key("test-key").env(|_| None)
}

/// A client over these replies, in time that takes no time.
pub fn replay(
    replies: impl IntoIterator<Item = Reply>,
) -> (OpenRouter, ReplayTransport, TestClock) {
    let clock = TestClock::new();
    let transport = ReplayTransport::with_clock(replies, clock.clone());
    let client = builder()
        .transport(transport.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    (client, transport, clock)
}

/// A client for this server, in real time, with one attempt per call.
pub fn client(server: &ScriptedServer) -> OpenRouter {
    builder()
        .server_url(server.url())
        .retries(RetryConfig::none())
        .build()
        .unwrap()
}

/// Longer than anything in a test may take on a busy machine.
pub const LONG: Duration = Duration::from_secs(20);

/// Runs a future that must end soon.
pub async fn soon<F: IntoFuture>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future.into_future())
        .await
        .expect("took too long")
}

/// Asserts that an error's message is fit to be shown.
pub fn assert_presentable(error: &orouter::Error) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("test-key"), "holds the key: {text}");
        assert!(!text.contains('\n'), "more than one line: {text}");
    }
}
