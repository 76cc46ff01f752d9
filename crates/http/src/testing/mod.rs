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
//! ```
//! use orouter_http::{testing::{Reply, ReplayTransport}, transport::{HttpRequest, Transport}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let transport = ReplayTransport::new([Reply::status(503).header("retry-after", "7")]);
//! let request = HttpRequest::new(http::Method::GET, "http://host/".parse()?);
//! let response = transport.send(request).await?;
//! assert_eq!(response.status(), 503);
//! assert_eq!(transport.requests().len(), 1);
//! # Ok(())
//! # }
//! ```

mod clock;
mod model_reply;
mod rendering;
mod reply;
mod server;
mod transport;

pub use self::server::{Received, ScriptedServer, Step, http_response, sse};
pub use self::{clock::TestClock, reply::Reply, transport::ReplayTransport};
