//! The HTTP transport and the clock, which [`OpenRouterBuilder`](crate::OpenRouterBuilder) takes.
//!
//! A [`Transport`] sends one request and returns the response head and a body to read from. It follows
//! no redirects, does not retry, and enforces no timeout except that of connecting. The client adds
//! redirects, retries, deadlines and decoding, so they behave the same over every transport.
//!
//! [`ReqwestTransport`] is the default (feature `reqwest`). `HyperTransport` (feature `hyper`) takes less CPU
//! time and memory, and supports neither HTTP/2 nor compression; it is the default if `reqwest` is off. All time in
//! this crate comes from a [`Clock`], by default [`TokioClock`].

#[cfg(any(feature = "reqwest", feature = "hyper"))]
#[doc(inline)]
pub use orouter_http::TokioClock;
#[cfg(feature = "hyper")]
#[doc(inline)]
pub use orouter_http::transport::{HyperTransport, HyperTransportBuilder};
#[cfg(feature = "reqwest")]
#[doc(inline)]
pub use orouter_http::transport::{ReqwestTransport, ReqwestTransportBuilder};
#[doc(inline)]
pub use orouter_http::{
    BoxError, BoxFuture, Clock, Timestamp,
    transport::{Body, HttpRequest, HttpResponse, Transport, TransportError, TransportSetupError},
};
