//! A self-hosted server for `POST /responses`, OpenRouter's Responses API.
//!
//! A [`Server`] accepts HTTP requests and sends them to [`Provider`]s. The feature `local`
//! (default) includes one provider, [`LocalModel`]: a small language model in this process. To
//! serve a model of your own, implement [`Provider`]:
//!
//! ```no_run
//! use orouter_server::provider::BoxFuture;
//! use orouter_server::{EventStream, Failure, Load, Model, Provider, ProviderRequest, Server};
//! use orouter_wire::assemble::events_of;
//! use orouter_wire::{Message, Response, ResponseStatus};
//!
//! struct Greeter {
//!     models: [Model; 1],
//! }
//!
//! impl Provider for Greeter {
//!     fn name(&self) -> &str {
//!         "example"
//!     }
//!
//!     fn models(&self) -> &[Model] {
//!         &self.models
//!     }
//!
//!     fn load(&self) -> Load {
//!         Load::default()
//!     }
//!
//!     fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
//!         Box::pin(async move {
//!             let mut response = Response::new("", request.model);
//!             response.status = ResponseStatus::Completed;
//!             response.output = vec![Message::assistant("Hello!").id("msg_1").into()];
//!             Ok(EventStream::ready(events_of(&response).collect::<Vec<_>>()))
//!         })
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let models = [Model::new("example/greeter")];
//!     let server = Server::builder().provider(Greeter { models }).build();
//!     let bound = server.bind("127.0.0.1:8080").await?;
//!     println!("listening on {}", bound.base_url());
//!     bound.serve(std::future::pending()).await
//! }
//! ```
//!
//! # Map
//!
//! | Topic | Start here |
//! |---|---|
//! | configure and run a server | [`Server`], [`ServerBuilder`], [`Bound`] |
//! | serve a model of your own | [`Provider`], [`ProviderRequest`], [`EventStream`], [`Model`] |
//! | the embedded model | [`LocalModel`], [`engine`] |
//! | limits of sizes, times and counts | [`Limits`], [`RequestLimits`] |
//! | failures and their statuses | [`Failure`], [`FailureKind`] |
//! | ignored and adjusted members | [`Notes`] |
//! | data policies that requests can demand | [`Policy`] |
//! | web pages and host names | [`ServerBuilder::allow_origins`], [`ServerBuilder::allow_hosts`] |
//!
//! # The five stages of a request
//!
//! Each stage passes its result to the next one. No stage calls an earlier one.
//!
//! | Stage | Module | Task |
//! |---|---|---|
//! | 1 admit | `admit` | check the members of the request; refuse invalid ones |
//! | 2 plan | `plan` | choose the endpoints to try, in order; an endpoint is one model at one provider |
//! | 3 attempt | `attempt` | try the endpoints until one starts to generate |
//! | 4 relay | `relay` | turn the provider's events into one valid stream or body |
//! | 5 settle | `settle` | record usage, cost and outcome |
//!
//! `web` has the HTTP routes and reads bodies, `catalog` holds the models, and `disconnect` stops
//! the work for clients that have disconnected.
//!
//! # Routes
//!
//! | Route | Response |
//! |---|---|
//! | `POST /api/v1/responses` | a response, or its events with `stream: true` |
//! | `POST /api/v1/chat/completions` | the same for clients of Chat Completions, which the server translates |
//! | `GET /api/v1/models`, `GET /api/v1/model/{author}/{slug}`, `GET /api/v1/models/{id}` | all models, or one of them |
//! | `GET /api/v1/models/user` | the models that the key of the request may use |
//! | `GET /api/v1/key`, `GET /api/v1/generation` | the key of the request, the record of a generation |
//! | `/api/v1/keys..`, `GET /api/v1/credits`, `GET /api/v1/activity` | keys, credits and usage of an account, for its management keys: on a loopback listener or on that of [`Bound::bind_admin`] |
//! | `GET /health` | the state of the providers and the number of running and queued generations |
//! | `GET /ready` | 200 while the server can serve requests; 503 while it is loading, failing or stopping |
//! | `GET /version` | name, version and commit |
//! | `GET /metrics` | metrics for Prometheus, on a loopback listener or on that of [`Bound::bind_admin`] |
//!
//! The routes under `/api/v1` are also under `/v1`. Those of accounts need [`ServerBuilder::accounts`].
//! A request must name a model, by its id or an
//! alias. A request without a model is a 400, and one for an unknown model a 404. Nothing is
//! stored: `store: true` and `previous_response_id` are refused.
//!
//! Web pages of the origins set with [`ServerBuilder::allow_origins`] can read responses. A server
//! that listens on a loopback address refuses other pages, and hosts that are neither loopback
//! names nor set with [`ServerBuilder::allow_hosts`]. Bodies are JSON, plain or compressed with
//! `gzip` or `zstd`, within [`Limits`].
//!
//! # Failures
//!
//! The body of a response that reports a failure is `{"error": {"code", "message", "type", "param",
//! "metadata": {"error_type", ..}, "availability"?}}`. Responses to heads that cannot be parsed have
//! no body. `code` is the HTTP status, `type` the stable name of the failure, and
//! `param` the path of the member at fault. [`FailureKind`] lists the statuses. Members of the
//! wrong type or out of range are refused. Members without effect and unknown members are listed in
//! the [`Notes`] of the request, which `X-OpenRouter-Metadata: enabled` shows. A message quotes at
//! most 100 characters of a text from the request.
//!
//! The head of a stream waits for the first content, up to [`Limits::head_hold`], so that a failure
//! until then has its HTTP status. A later failure ends the stream with `response.failed`, whose
//! response has the output so far. A response that is not streamed always has the status of its
//! failure. If the client disconnects, the server stops the generation.
//!
//! # Streams
//!
//! Each frame has an `event:` line and a `data:` line and is sent in one write. The last frame is
//! `data: [DONE]`. A stream without events sends a comment every [`Limits::keep_alive`].
//!
//! # Logs
//!
//! The server writes one `tracing` event `request` for each request, including refused ones, when
//! its response ends. It has method, path, status, outcome, error type, ids, model, provider,
//! tokens, cost and duration, and never has prompts, responses or keys. The level is `WARN`
//! for the outcome `failed`, `ERROR` for a 500, and otherwise `INFO`. A subscriber runs on the server's threads and must neither
//! block nor panic.
//!
//! A panic while a request is served ends that request: with a 500, or with `response.failed` in a
//! stream that has begun.
//!
//! # Traces
//!
//! With the feature `otel`, `ServerBuilder::traces` exports a span for each request and for each
//! attempt at an endpoint over OTLP. Spans have no prompts, responses or keys, unless a variable
//! asks for prompts and responses.

mod access;
mod account;
mod admit;
mod amount;
mod app;
mod attempt;
mod body_echo;
mod catalog;
mod client_api;
mod clock;
pub mod config;
mod conflicting_lengths;
mod connection;
mod decoders;
mod disconnect;
mod drain_deadline;
#[cfg(feature = "local")]
pub mod engine;
mod failure;
mod generation;
mod id;
mod limits;
#[cfg(feature = "local")]
mod local;
mod memory_budget;
mod metadata;
mod metrics;
mod panics;
mod plan;
mod planned;
mod prompt;
pub mod provider;
use orouter_protocols::quote;
mod relay;
mod request_limits;
mod request_log;
mod route_names;
mod serve;
mod server;
mod settle;
mod sharing;
mod shown_path;
mod traces;
mod upstream;
mod version;
mod web;

pub use access::{AccessError, AllowedHost, AllowedOrigin};
pub use account::{open_accounts, open_store};
pub use amount::{Amount, AmountError};
pub use failure::{Failure, FailureKind};
pub use limits::Limits;
#[cfg(feature = "local")]
pub use local::LocalModel;
pub use orouter_protocols::{Note, NoteAction, Notes};
/// The database of accounts.
pub use orouter_store as store;
pub use provider::{EventStream, Load, Model, Policy, Provider, ProviderRequest, Readiness};
pub use request_limits::RequestLimits;
pub use server::{Bound, Server, ServerBuilder};
#[cfg(feature = "otel")]
pub use traces::{Traces, TracesError};
pub use upstream::SetupError;
pub use version::COMMIT;
