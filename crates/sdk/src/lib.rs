#![doc = include_str!("lib.md")]

mod abort;
mod answer;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod debug;
mod encode;
mod env;
#[allow(
    hidden_glob_reexports,
    reason = "what is in the wire's module is at the root as well"
)]
mod error;
pub mod funcs;
mod key;
mod meta;
pub mod middleware;
pub mod models;
mod options;
mod redact;
mod responses;
mod retry;
mod secrets;
mod server_url;
mod spans;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
mod timeout;
pub mod transport;
mod watch;

#[doc(no_inline)]
pub use orouter_wire::*;

pub use self::{
    abort::AbortHandle,
    builder::OpenRouterBuilder,
    client::{Beta, OpenRouter, OpenRouterCore},
    error::{Error, ErrorKind},
    meta::Meta,
    models::{ListModelsCall, Model, ModelList, Models},
    options::{MetadataLevel, RequestOptions},
    responses::{CreateCall, Responses, SendCall, Sent, StreamCall, WithMeta},
    retry::{Backoff, Failure, RetryBudget, RetryConfig, RetryDecision, RetryPolicy},
    stream::{ItemUpdate, Items, ResponseStream, TextDeltas},
    timeout::{TimeoutKind, Timeouts},
};
