//! `HyperTransport`: one exchange over a pooled connection.

use std::{fmt, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Uri,
    header::{HOST, PROXY_AUTHORIZATION},
};
use http_body_util::Full;
use tokio::runtime;
use url::{Position, Url};

use super::{
    body::ResponseBody,
    connection::{Connection, ExchangeError, Outgoing},
    connector::Connector,
    pool::Pool,
    route::{self, Routes},
};
use crate::{
    send::BoxFuture,
    transport::{
        body::Body, contract::Transport, error::TransportError, request::HttpRequest,
        response::HttpResponse,
    },
};

/// Sends requests over HTTP/1.1 connections of hyper, with a pool of its own.
///
/// The task that waits for a response also reads and writes its connection; the transport starts no
/// tasks for connections. Dropping a future or a body closes the connection at once.
///
/// Clones are cheap and share the pool. Needs a tokio runtime with I/O and time enabled. A request that
/// finds its pooled connection closed by the server is sent on a new one, if no byte of it was written.
/// Not supported: HTTP/2, compression, and URLs with a user name or a password.
#[derive(Clone)]
pub struct HyperTransport {
    shared: Arc<Shared>,
}

struct Shared {
    connector: Connector,
    pool: Arc<Pool>,
}

impl HyperTransport {
    pub(super) fn from_parts(connector: Connector, pool: Arc<Pool>) -> Self {
        Self {
            shared: Arc::new(Shared { connector, pool }),
        }
    }

    /// Sends `request` on a new connection to `address`, whatever the address of the URL's host, and
    /// without a proxy. `Host` and the verified certificate are those of the URL. The connection is
    /// closed after the response.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if no response head arrived.
    pub async fn send_to(
        &self,
        address: SocketAddr,
        request: HttpRequest,
    ) -> Result<HttpResponse, TransportError> {
        let runtime = current_runtime()?;
        let limit = request.connect_timeout();
        let (url, outgoing) = outgoing(request, None)?;
        let connection = self.shared.open(&url, Some(address), limit, runtime);
        let connection = connection.await?;
        finish(connection, outgoing, None).await
    }

    async fn send_pooled(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let runtime = current_runtime()?;
        let limit = request.connect_timeout();
        let Shared { connector, pool } = &*self.shared;
        let (url, mut outgoing) = outgoing(request, Some(connector.routes()))?;
        let origin = &url[..Position::BeforePath];
        let home = || Some((Arc::clone(pool), origin.to_owned()));
        while let Some(mut connection) = pool.take(origin, runtime) {
            match connection.exchange(outgoing).await {
                Ok(response) => return Ok(received(response, connection, home())),
                // The server has closed the connection since its last response.
                Err(ExchangeError::NotStarted(request, _)) => outgoing = *request,
                Err(error) => return Err(error.into()),
            }
        }
        let connection = self.shared.open(&url, None, limit, runtime).await?;
        finish(connection, outgoing, home()).await
    }
}

impl Shared {
    async fn open(
        &self,
        url: &Url,
        address: Option<SocketAddr>,
        limit: Option<std::time::Duration>,
        runtime: runtime::Id,
    ) -> Result<Box<Connection>, TransportError> {
        let (socket, written) = self.connector.connect(url, address, limit).await?;
        let connection = Connection::new(socket, written, runtime).await;
        connection.map(Box::new).map_err(TransportError::connect)
    }
}

/// Performs the first exchange of a connection.
async fn finish(
    mut connection: Box<Connection>,
    outgoing: Outgoing,
    pool: Option<(Arc<Pool>, String)>,
) -> Result<HttpResponse, TransportError> {
    match connection.exchange(outgoing).await {
        Ok(response) => Ok(received(response, connection, pool)),
        Err(error) => Err(error.into()),
    }
}

fn received(
    response: http::Response<hyper::body::Incoming>,
    connection: Box<Connection>,
    pool: Option<(Arc<Pool>, String)>,
) -> HttpResponse {
    let (parts, incoming) = response.into_parts();
    let body = ResponseBody::new(incoming, connection, pool);
    HttpResponse::from_parts(parts.status, parts.headers, Body::from_stream(body))
}

fn current_runtime() -> Result<runtime::Id, TransportError> {
    match runtime::Handle::try_current() {
        Ok(handle) => Ok(handle.id()),
        Err(_) => Err(TransportError::unusable(
            "no tokio runtime here: call this inside one",
        )),
    }
}

/// Returns the URL, and the request in the form of hyper: with its target and `Host`. The target is the
/// path, or the whole URL for a proxy that forwards it.
fn outgoing(
    request: HttpRequest,
    routes: Option<&Routes>,
) -> Result<(Url, Outgoing), TransportError> {
    let (method, url, headers, body) = request.into_parts();
    check(&url)?;
    let forwarding = routes.and_then(|routes| routes.forwarding(&url));
    let start = match forwarding {
        Some(_) => Position::BeforeScheme,
        None => Position::BeforePath,
    };
    let target = &url[start..Position::AfterQuery];
    let uri = Uri::try_from(target).map_err(TransportError::unusable)?;
    let mut outgoing = http::Request::new(Full::<Bytes>::new(body));
    *outgoing.method_mut() = method;
    *outgoing.uri_mut() = uri;
    *outgoing.headers_mut() = headers;
    if !outgoing.headers().contains_key(HOST) {
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let host = HeaderValue::from_str(host).map_err(TransportError::unusable)?;
        outgoing.headers_mut().insert(HOST, host);
    }
    if let Some(value) = forwarding.and_then(route::authorization) {
        outgoing.headers_mut().insert(PROXY_AUTHORIZATION, value);
    }
    Ok((url, outgoing))
}

/// Refuses URLs that this transport cannot use.
fn check(url: &Url) -> Result<(), TransportError> {
    match url.scheme() {
        "http" => {}
        "https" if cfg!(feature = "rustls") => {}
        "https" => {
            return Err(TransportError::unusable(
                "an https:// server needs the feature `rustls`, which this build leaves out",
            ));
        }
        _ => {
            return Err(TransportError::unusable(
                "the URL is not http:// or https://",
            ));
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TransportError::unusable(
            "the URL has a user name or a password; set the header `authorization` instead",
        ));
    }
    Ok(())
}

impl Transport for HyperTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.send_pooled(request))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperTransport")
    }
}
