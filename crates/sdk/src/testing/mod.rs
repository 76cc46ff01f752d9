//! Doubles for tests: a transport that replays answers, a clock that tests own, a server that
//! misbehaves to order.
//!
//! | Double | Stands for | Takes |
//! |---|---|---|
//! | [`ReplayTransport`] | the network, in memory | [`Reply`]s, in order |
//! | [`TestClock`] | time | no time: waits end at once, in order |
//! | [`ScriptedServer`] | a server on a loopback port | raw bytes, pauses and resets |
//!
//! This crate's own tests are made with them. They need the feature `testing`, which belongs in
//! `[dev-dependencies]`.
//!
//! # Example
//!
//! How code copes with an overloaded server, without a server and without waiting:
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

mod clock;
mod reply;
#[cfg(feature = "reqwest")]
mod server;
mod transport;

#[cfg(feature = "reqwest")]
pub use self::server::{Received, ScriptedServer, Step, http_response, sse};
pub use self::{clock::TestClock, reply::Reply, transport::ReplayTransport};
