//! The HTTP transport and the clock, which [`OpenRouterBuilder`](crate::OpenRouterBuilder) takes.
//!
//! A [`Transport`] sends one request and returns the response head and a body to read from. It follows
//! no redirects, does not retry, and enforces no timeout except that of connecting. The client adds
//! redirects, retries, deadlines and decoding, so they behave the same over every transport.
//!
//! [`ReqwestTransport`] is the default (feature `reqwest`). All time in this crate comes from a
//! [`Clock`], by default [`TokioClock`].

#[doc(inline)]
pub use orouter_http::{
    BoxError, BoxFuture, Clock, Timestamp,
    transport::{Body, HttpRequest, HttpResponse, Transport, TransportError, TransportSetupError},
};
#[cfg(feature = "reqwest")]
#[doc(inline)]
pub use orouter_http::{
    TokioClock,
    transport::{ReqwestTransport, ReqwestTransportBuilder},
};
