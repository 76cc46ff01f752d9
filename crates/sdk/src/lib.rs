#![doc = include_str!("lib.md")]

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod core;
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
mod reader;
mod request_line;
mod response_body;
mod responses;
mod retry;
mod send_output;
mod server_url;
mod sniff;
mod spans;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;

#[doc(no_inline)]
pub use orouter_wire::*;

// Names that the reference has for types. They stand here because rustdoc's search knows an alias of
// what it shows at the root by this attribute, and not by one inside of a private module.
#[doc(inline, alias = "OpenResponsesResult")]
pub use orouter_wire::Response;
#[doc(inline, alias = "OpenResponsesRequest")]
pub use orouter_wire::ResponsesRequest;

#[doc(alias = "OpenRouterError")]
#[doc(alias = "OpenRouterDefaultError")]
#[doc(alias = "HTTPClientError")]
pub use self::error::Error;
#[doc(alias = "rawResponse")]
pub use self::meta::Meta;
#[doc(alias = "RequestInit")]
#[doc(alias = "fetchOptions")]
pub use self::options::RequestOptions;
#[doc(alias = "OpenResponses")]
pub use self::responses::Responses;
#[doc(alias = "BackoffStrategy")]
pub use self::retry::Backoff;
#[doc(alias = "CreateResponsesResponse")]
pub use self::send_output::SendOutput;
#[doc(alias = "EventStream")]
pub use self::stream::ResponseStream;
pub use self::{
    builder::OpenRouterBuilder,
    call::Call,
    client::{Beta, OpenRouter},
    core::OpenRouterCore,
    error::ErrorKind,
    models::{Model, ModelList, Models},
    options::MetadataLevel,
    retry::{Failure, RetryBudget, RetryConfig, RetryDecision, RetryPolicy},
    send_output::Sent,
    stream::{ItemUpdate, Items, TextDeltas},
};
#[doc(alias = "AbortController")]
#[doc(alias = "signal")]
pub use orouter_http::AbortHandle;
#[doc(inline)]
pub use orouter_http::{TimeoutKind, Timeouts};
