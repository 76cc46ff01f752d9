//! The HTTP seam: what the client asks of whatever carries its requests.
//!
//! A [`Transport`] sends one request and gives the head of its answer and a body to pull from. It
//! does nothing else: it follows no redirect, retries nothing, keeps no deadline but that of
//! connecting, and says of a failure whether the request can have reached the server. Redirects,
//! retries, deadlines and decoding are the client's, so they behave the same over every transport.
//!
//! [`ReqwestTransport`] is the default (feature `reqwest`). The [`Clock`] sits beside it: all time
//! that passes in this crate passes through that trait.

mod body;
mod clock;
mod error;
#[cfg(all(feature = "reqwest", feature = "http2"))]
mod http2;
mod message;
#[cfg(feature = "reqwest")]
mod pools;
#[cfg(feature = "reqwest")]
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "rustls")]
mod tls;

use std::{future::Future, pin::Pin};

#[cfg(feature = "reqwest")]
pub use self::clock::TokioClock;
#[cfg(feature = "reqwest")]
pub use self::reqwest::{ReqwestTransport, ReqwestTransportBuilder};
pub use self::{
    body::Body,
    clock::Clock,
    error::TransportError,
    message::{HttpRequest, HttpResponse},
};

/// The default transport is built with a TLS library.
#[cfg(feature = "reqwest")]
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Carries one HTTP request to a server and brings the answer back.
///
/// Implementations must not follow redirects, must not retry, and must give back every status as a
/// response, errors included. Dropping the future or the body must cancel the exchange.
///
/// # Example
///
/// A transport that answers everything itself, without a network:
///
/// ```
/// use orouter::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
///
/// struct Canned;
///
/// impl Transport for Canned {
///     fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
///         Box::pin(async {
///             Ok(HttpResponse::new(http::StatusCode::OK)
///                 .header("content-type", "application/json")
///                 .body(r#"{"id":"resp_1","status":"completed","output":[]}"#))
///         })
///     }
/// }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends `request`; resolves when the head of the answer is there.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] when no head came. An HTTP error status is not an error here.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }
}
