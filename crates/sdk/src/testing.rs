//! Test doubles: a transport that replays responses, a clock that a test moves, and a scripted server.
//!
//! | Double | Replaces | Takes |
//! |---|---|---|
//! | [`ReplayTransport`] | the network, in memory | [`Reply`]s, in order |
//! | [`TestClock`] | the clock | no time: waits end at once, in order |
//! | [`ScriptedServer`] | a server on a loopback port | raw bytes, pauses and resets |
//!
//! They need the feature `testing`, which belongs in `[dev-dependencies]`. [`client`] returns a client
//! over replies, for tests that need no other setting.
//!
//! # Examples
//!
//! A model that calls a function before it responds:
//!
//! ```
//! use orouter::{FunctionCallOutput, ResponsesRequest, testing::{self, Reply}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), orouter::Error> {
//! let (client, transport) = testing::client([
//!     Reply::tool_call("get_weather", r#"{"city":"Paris"}"#),
//!     Reply::text("It is sunny."),
//! ])?;
//!
//! let request = ResponsesRequest::new("openai/gpt-4o").input("Is it sunny in Paris?");
//! let response = client.responses().create(request.clone()).await?;
//! let call = response.function_calls().next().unwrap();
//! let output = FunctionCallOutput::new(&call.call_id, "sunny");
//! let response = client.responses().create(request.input([output])).await?;
//!
//! assert_eq!(response.output_text(), "It is sunny.");
//! assert_eq!(transport.responses_requests().len(), 2);
//! # Ok(())
//! # }
//! ```
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

use std::time::Duration;

use crate::{Backoff, Error, OpenRouter, RetryConfig};

#[doc(inline)]
pub use orouter_http::testing::{
    Received, ReplayTransport, Reply, ScriptedServer, Step, TestClock, http_response, sse,
};

/// Returns a client that gets these replies in order, and their transport, which records the requests.
///
/// The client ignores the environment and has the API key `test`. Retries do not wait, unless the reply
/// asks for a wait. Its clock is the real one, so that tools can wait for something; pauses in the
/// replies take no time. For a client with other settings, or with a [`TestClock`] for time limits and
/// waits, pass a [`ReplayTransport`] to
/// [`OpenRouterBuilder::transport`](crate::OpenRouterBuilder::transport).
///
/// # Errors
///
/// Returns the errors of [`OpenRouterBuilder::build`](crate::OpenRouterBuilder::build). These settings
/// cause none.
///
/// # Example
///
/// ```
/// use orouter::{ResponsesRequest, testing::{self, Reply}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), orouter::Error> {
/// let (client, transport) = testing::client([Reply::text("Paris.")])?;
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("What is the capital of France?");
/// let response = client.responses().create(request).await?; // the code under test
///
/// assert_eq!(response.output_text(), "Paris.");
/// assert_eq!(transport.responses_requests()[0].model.as_deref(), Some("openai/gpt-4o"));
/// # Ok(())
/// # }
/// ```
pub fn client(
    replies: impl IntoIterator<Item = Reply>,
) -> Result<(OpenRouter, ReplayTransport), Error> {
    let transport = ReplayTransport::new(replies);
    let at_once = Backoff::new().initial_interval(Duration::ZERO);
    let client = OpenRouter::builder()
        .api_key("test")
        .env(|_| None)
        .transport(transport.clone())
        .retries(RetryConfig::backoff(at_once))
        .build()?;
    Ok((client, transport))
}
