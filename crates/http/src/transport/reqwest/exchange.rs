//! `ReqwestTransport`: one exchange over `reqwest`.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;

#[cfg(feature = "http2")]
use super::http2::is_unprocessed;
use super::pools::Pools;
#[cfg(feature = "rustls")]
use crate::transport::tls::is_client_rejected;
use crate::{
    send::BoxFuture,
    transport::{
        body::Body, contract::Transport, error::TransportError, request::HttpRequest,
        response::HttpResponse, tls_support::HAS_TLS,
    },
};

/// Sends requests with `reqwest`: connection pool, HTTP/1.1 and HTTP/2, TLS, proxies.
///
/// Clones are cheap and share the pool. Needs a tokio runtime with I/O and time enabled, such as by
/// `enable_all()`; tokio panics without them. Outside of a runtime, a request fails with a
/// [`TransportError`] that [is unusable](TransportError::is_unusable). A body can be read anywhere while
/// the runtime runs in which the request was sent. Each runtime has a pool of its own, because a
/// connection is served by the runtime that opened it.
#[derive(Clone)]
pub struct ReqwestTransport {
    pools: Arc<Pools>,
}

impl ReqwestTransport {
    /// Returns a transport over the caller's `reqwest` client.
    ///
    /// Build the client with `redirect(Policy::none())` and `retry(retry::never())`, so that redirects and
    /// retries are handled as documented here, and with no timeout except that of connecting. The limits
    /// of [`Timeouts`](crate::Timeouts) apply in addition to the client's, except
    /// [`Timeouts::connect`](crate::Timeouts::connect), which is ignored. All runtimes share the client's
    /// pool: a call that reuses a connection of another runtime waits for that runtime.
    #[cfg(feature = "own-reqwest-client")]
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self::from_pools(Pools::own(client))
    }

    /// Returns a transport over these pools.
    pub(super) fn from_pools(pools: Pools) -> Self {
        Self {
            pools: Arc::new(pools),
        }
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport")
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            if !HAS_TLS && !self.pools.is_own() && request.parsed_url().scheme() == "https" {
                return Err(TransportError::unusable(
                    "an https:// server needs the feature `rustls` or `native-tls`, which this \
                     build leaves out",
                ));
            }
            let client = self.pools.client(request.connect_timeout())?;
            let (method, url, headers, body) = request.into_parts();
            let mut outgoing = reqwest::Request::new(method, url);
            *outgoing.headers_mut() = headers;
            if !body.is_empty() {
                *outgoing.body_mut() = Some(body.into());
            }
            let response = client.execute(outgoing).await.map_err(head_error)?;
            let (parts, body) = http::Response::from(response).into_parts();
            let left = body.size_hint().exact();
            let body = Body::from_stream(Chunks { body, left });
            Ok(HttpResponse::from_parts(parts.status, parts.headers, body))
        })
    }
}

/// Classifies a failure before the response head. Leaves out the URL, which may hold a secret.
fn head_error(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        TransportError::unusable(error)
    } else if error.is_connect() && error.is_timeout() {
        TransportError::connect_timeout(error)
    } else if error.is_connect() || is_client_rejected(&error) {
        TransportError::connect(error)
    } else if is_unprocessed(&error) {
        TransportError::unprocessed(error)
    } else {
        TransportError::exchange(error)
    }
}

/// HTTP/1.1 cannot report that a request was not processed.
#[cfg(not(feature = "http2"))]
fn is_unprocessed(_: &reqwest::Error) -> bool {
    false
}

/// The errors of other TLS libraries are not known here.
#[cfg(not(feature = "rustls"))]
fn is_client_rejected(_: &reqwest::Error) -> bool {
    false
}

/// The chunks of a body, without trailers.
struct Chunks {
    body: reqwest::Body,
    /// Number of bytes still to come, if the head announced the length.
    left: Option<u64>,
}

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        if let Some(left) = &mut self.left {
                            *left = left.saturating_sub(data.len() as u64);
                        }
                        Some(Ok(data))
                    }
                    Err(_) => continue,
                },
                Some(Err(error)) => Some(Err(body_error(error))),
                // An HTTP/2 stream that is reset without an error looks like a complete body.
                None if self.left.take().is_some_and(|left| left > 0) => Some(Err(
                    TransportError::exchange("the body ended before its announced length"),
                )),
                None => None,
            });
        }
    }
}

/// Classifies a failure after the response head.
///
/// A broken connection has an error of the connection as its cause, a decompressor an I/O error. A
/// decompressor that ran out of bytes was cut off, as any body can be. One that rejected the bytes
/// received a body in another encoding than announced.
fn body_error(error: reqwest::Error) -> TransportError {
    use std::{error::Error as _, io};

    let error = error.without_url();
    let refused = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .is_some_and(|cause| cause.kind() != io::ErrorKind::UnexpectedEof);
    if refused {
        TransportError::garbled(error)
    } else {
        TransportError::exchange(error)
    }
}
