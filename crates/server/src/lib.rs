//! The `POST /responses` endpoint, self-hosted.
//!
//! [`Server`] is what to start from; [`Endpoint`] is what it gets its answers from. With the
//! feature `local` (default) there is one, [`LocalModel`]: a small language model in this process.
//!
//! A request walks through five rooms in a row and never goes back:
//!
//! 1. `admit`: is it well-formed;
//! 2. `plan`: which endpoints of which models, in what order;
//! 3. `attempt`: one endpoint after the other, until one has something to say;
//! 4. `relay`: its events become one clean stream, or one body;
//! 5. `settle`: usage, cost, a record of it.
//!
//! # What it answers
//!
//! | | |
//! |---|---|
//! | `POST /api/v1/responses` | a response, or with `stream: true` its events |
//! | `GET /api/v1/models`, `GET /api/v1/model/{author}/{slug}` | what can be asked |
//! | `GET /health` | whether it can answer, how many answers are being made, how many wait |
//!
//! The same is at `/v1`. The model has to be named, by its id or an alias: there is no default. A
//! request without one is a 400 that says so, an unknown one a 404 that lists what there is.
//! Nothing is stored: `store: true` and `previous_response_id` are refused.
//!
//! # Failures
//!
//! Every failure is `{"error": {"code", "message", "type", "param", "metadata": {"error_type", ..},
//! "availability"?}}` with the status in `code`, the failure's stable name in `type` and, for a
//! member of the request, its path in `param`: see [`FailureKind`] for the statuses. Members of the
//! wrong type or out of range are refused. Members without effect and unknown ones are listed in
//! the [`Notes`] of the request, which `X-OpenRouter-Metadata: enabled` shows. A message quotes at
//! most 100 characters of a text from the request.
//!
//! The head of a stream waits for the first content, for [`Limits::head_hold`] at most, so that a
//! failure until then has its HTTP status. Later ones end the stream as `response.failed`, with
//! what had come in its output. An answer that is not streamed has its status whenever it fails.
//! A client that goes away ends the work on its answer.
//!
//! # Streams
//!
//! Frames have an `event:` line and a `data:` line, each frame is one write, and `data: [DONE]` is
//! the last one. While there is nothing to say, comments are sent.
//!
//! # Logs
//!
//! Through `tracing`, one line for each answer: id, model, provider, status, tokens, cost, time.
//! What was asked and answered is in none of them.

mod admit;
mod app;
mod attempt;
mod config;
pub mod endpoint;
mod failure;

mod id;
#[cfg(feature = "local")]
mod local;
mod metadata;
mod notes;
mod plan;
mod policy;
mod preferences;
mod quote;
mod relay;
mod serve;
mod server;
mod settle;
mod web;

pub use config::Limits;
pub use endpoint::{Call, Endpoint, EventStream, Load, Model, Readiness};
pub use failure::{Failure, FailureKind};
#[cfg(feature = "local")]
pub use local::LocalModel;
pub use notes::{Note, NoteAction, Notes};
pub use policy::Policy;
pub use server::{Bound, Server, ServerBuilder};
