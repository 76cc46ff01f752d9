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
//! | [`TransportSetupError`] | settings that cannot be used |

mod body;
mod contract;
mod error;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;
mod setup_error;

#[cfg(feature = "reqwest")]
pub use self::reqwest::{ReqwestTransport, ReqwestTransportBuilder};
pub use self::{
    body::Body, contract::Transport, error::TransportError, request::HttpRequest,
    response::HttpResponse, setup_error::TransportSetupError,
};
