//! The HTTP transport: sends one request, returns the response head and a body to read from.
//!
//! A [`Transport`] follows no redirects, does not retry, and enforces no timeout except that of
//! connecting. Its errors say if the request can have reached the server. The caller adds redirects,
//! retries and deadlines, so they behave the same over every transport.
//!
//! | Type | Purpose |
//! |---|---|
//! | [`Transport`] | the trait to implement for another HTTP library |
//! | [`HttpRequest`], [`HttpResponse`], [`Body`] | the messages |
//! | [`TransportError`] | a failure below HTTP |
//! | `ReqwestTransport` | the implementation over `reqwest` (feature `reqwest`) |
//! | `HyperTransport` | the implementation over hyper, with less CPU time per request (feature `hyper`) |
//! | [`TransportSetupError`] | settings that cannot be used |

mod body;
mod contract;
mod error;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
mod proxy;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
mod setup_error;
#[cfg(all(feature = "rustls", any(feature = "reqwest", feature = "hyper")))]
mod tls;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
mod tls_support;

#[cfg(feature = "hyper")]
pub use self::hyper::{HyperTransport, HyperTransportBuilder};
#[cfg(feature = "reqwest")]
pub use self::reqwest::{ReqwestTransport, ReqwestTransportBuilder};
pub use self::{
    body::Body, contract::Transport, error::TransportError, request::HttpRequest,
    response::HttpResponse, setup_error::TransportSetupError,
};
