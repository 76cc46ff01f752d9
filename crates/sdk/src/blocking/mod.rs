//! The client for code that is not async.
//!
//! It has the same calls, options, errors and limits as [the async client](crate::OpenRouter), and runs
//! one background thread. It works on any thread that may block: in a program without async, or in tokio's
//! `spawn_blocking` and `block_in_place`.
//!
//! Directly inside async code a call returns an error of kind
//! [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) instead of blocking the runtime: use
//! the async client there. Only tasks of tokio are recognized, and not those that are `unconstrained`.
//! In other tasks the call works and blocks the thread.
//!
//! # Example
//!
//! ```no_run
//! # fn main() -> Result<(), orouter::Error> {
//! use orouter::{ResponsesRequest, blocking::OpenRouter};
//!
//! let client = OpenRouter::from_env()?;
//! let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
//! println!("{}", client.responses().create(request.clone()).call()?.output_text());
//!
//! for delta in client.responses().stream(request).call()?.text_deltas() {
//!     print!("{}", delta?);
//! }
//! # Ok(())
//! # }
//! ```

mod background;
mod call;
mod client;
pub mod funcs;
mod run;
mod send_output;
mod stream;

pub use self::{
    call::Call,
    client::{Beta, Models, OpenRouter, Responses},
    run::{RunCall, RunStream, RunTextStream},
    send_output::{SendOutput, Sent},
    stream::{Items, ResponseStream, TextDeltas, TextStream},
};
