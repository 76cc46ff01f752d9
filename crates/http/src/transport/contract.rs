//! The trait `Transport`: one HTTP exchange.

use std::sync::Arc;

use super::{error::TransportError, request::HttpRequest, response::HttpResponse};
use crate::send::{BoxFuture, MaybeSendSync};

/// Sends HTTP requests to servers.
///
/// Implementations do not follow redirects and do not retry, and they return a response for every
/// status, also for errors. They enforce no timeout except
/// [`connect_timeout`](HttpRequest::connect_timeout). Dropping the future or the body cancels the
/// exchange.
///
/// # Example
///
/// A transport with a fixed response, without a network:
///
/// ```
/// use orouter_http::{BoxFuture, transport::{HttpRequest, HttpResponse, Transport, TransportError}};
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
pub trait Transport: MaybeSendSync + 'static {
    /// Sends `request` and returns when the response head has arrived.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if no response head arrived. An HTTP error status is a response.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }
}
