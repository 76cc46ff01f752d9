//! Test doubles: a transport that replays responses, a clock that a test moves, and a scripted server.
//!
//! | Double | Replaces | Takes |
//! |---|---|---|
//! | [`ReplayTransport`] | the network, in memory | [`Reply`]s, in order |
//! | [`TestClock`] | the clock | no time: waits end at once, in order |
//! | [`ScriptedServer`] | a server on a loopback port | raw bytes, pauses and resets |
//!
//! They need the feature `testing`, which belongs in `[dev-dependencies]`.
//!
//! # Example
//!
//! A call to an overloaded server, without a server and without waiting:
//!
//! ```
//! use orouter::{OpenRouter, ResponsesRequest, testing::{Reply, ReplayTransport, TestClock}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), orouter::Error> {
//! let transport = ReplayTransport::new([
//!     Reply::status(503).header("retry-after", "7"),
//!     Reply::json(r#"{"id":"resp_1","status":"completed","output":[]}"#),
//! ]);
//! let clock = TestClock::new();
//! let client = OpenRouter::builder()
//!     .api_key("key")
//!     .transport(transport.clone())
//!     .clock(clock.clone())
//!     .build()?;
//!
//! let request = ResponsesRequest::new("openai/gpt-4o").input("hi");
//! let (response, meta) = client.responses().create(request).with_meta().await?;
//! assert_eq!(response.id, "resp_1");
//! assert_eq!(meta.attempts(), 2);
//! assert_eq!(clock.elapsed().as_secs(), 7);
//! assert_eq!(transport.requests().len(), 2);
//! # Ok(())
//! # }
//! ```

#[doc(inline)]
pub use orouter_http::testing::{
    Received, ReplayTransport, Reply, ScriptedServer, Step, TestClock, http_response, sse,
};
