//! The default transport: `reqwest` over tokio, with its types kept inside.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;

use super::{
    Body, BoxFuture, HAS_TLS, HttpRequest, HttpResponse, Transport, TransportError,
    pools::Pools,
    proxy::{Choice, Proxies},
};
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;

/// Sends requests with `reqwest`: connection pool, HTTP/1.1 and HTTP/2, TLS, system proxies.
///
/// Cheap to clone; clones share the pool. Needs a tokio runtime with I/O and time enabled, as
/// `enable_all()` has it: tokio panics where they are not. Outside of a runtime a call gives an error of
/// kind [`ErrorKind::Configuration`]; a stream that was opened inside one may be read anywhere, as long
/// as that runtime runs. Each runtime that calls are made from has a pool of its own, since a connection
/// is served by the runtime that it was opened on.
#[derive(Clone)]
pub struct ReqwestTransport {
    pools: Arc<Pools>,
}

impl ReqwestTransport {
    /// A transport with the defaults of [`ReqwestTransportBuilder`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A transport over a `reqwest` client of the caller's.
    ///
    /// Set it up with `redirect(Policy::none())` and `retry(retry::never())`, so that redirects and
    /// retries are handled as documented here, and with no timeout but that of connecting; the limits
    /// of [`Timeouts`](crate::Timeouts) hold beside its own. The limit on connecting is the client's:
    /// [`Timeouts::connect`](crate::Timeouts::connect) is not applied. Its pool is one for all runtimes:
    /// a call from another than the one that a pooled connection was opened on may wait for that one.
    #[cfg(feature = "own-reqwest-client")]
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self {
            pools: Arc::new(Pools::own(client)),
        }
    }

    /// Starts from the defaults.
    #[must_use]
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
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
            if !HAS_TLS && !self.pools.is_own() && request.url.scheme() == "https" {
                return Err(TransportError::unusable(
                    "an https:// server needs the feature `rustls` or `native-tls`, which this \
                     build leaves out",
                ));
            }
            let client = self.pools.client(request.connect_timeout)?;
            let mut outgoing = reqwest::Request::new(request.method, request.url);
            *outgoing.headers_mut() = request.headers;
            if !request.body.is_empty() {
                *outgoing.body_mut() = Some(request.body.into());
            }
            let response = client.execute(outgoing).await.map_err(head_error)?;
            let (parts, body) = http::Response::from(response).into_parts();
            let left = body.size_hint().exact();
            let body = Body::from_stream(Chunks { body, left });
            Ok(HttpResponse::from_parts(parts.status, parts.headers, body))
        })
    }
}

/// What went wrong before the head of an answer. The URL is left out: it may hold a secret.
fn head_error(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        TransportError::unusable(error)
    } else if error.is_connect() && error.is_timeout() {
        TransportError::connect_timeout(error)
    } else if error.is_connect() || is_turned_away(&error) {
        TransportError::connect(error)
    } else if is_unprocessed(&error) {
        TransportError::unprocessed(error)
    } else {
        TransportError::exchange(error)
    }
}

#[cfg(feature = "http2")]
use super::http2::is_unprocessed;
#[cfg(feature = "rustls")]
use super::tls::is_turned_away;

/// HTTP/1.1 has no word for it.
#[cfg(not(feature = "http2"))]
fn is_unprocessed(_: &reqwest::Error) -> bool {
    false
}

/// Another library's errors are not known here.
#[cfg(not(feature = "rustls"))]
fn is_turned_away(_: &reqwest::Error) -> bool {
    false
}

/// The chunks of a body, without trailers.
struct Chunks {
    body: reqwest::Body,
    /// How many bytes are still to come, where the head said so.
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
                // A stream of HTTP/2 that is reset without an error reads as an end.
                None if self.left.take().is_some_and(|left| left > 0) => Some(Err(
                    TransportError::exchange("the body ended before its announced length"),
                )),
                None => None,
            });
        }
    }
}

/// What went wrong after the head of an answer.
///
/// The cause of a broken connection is an error of the connection's; a decompressor gives errors of
/// I/O. One that ran out of bytes was cut off, as any body may be; one that refused them was told
/// wrong.
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

/// Settings of a [`ReqwestTransport`].
///
/// By default the environment names the proxies: `HTTPS_PROXY` for servers with TLS, `HTTP_PROXY` for
/// those without, and `ALL_PROXY` for both where the other is not set. `NO_PROXY` lists the servers to
/// reach directly: `*`, `host` and `.host` (each with all names under it), `*.host` (only the names
/// under it), IP addresses, and networks such as `10.0.0.0/8`; all but networks may end in a port.
/// Each name is looked up in upper case first, then in lower case; a blank variable counts as not set.
/// If `REQUEST_METHOD` is set, as in a CGI program, `HTTP_PROXY` in upper case is ignored. If no
/// variable names a proxy, the settings of macOS and Windows apply.
///
/// The variables are read, and all of them checked, when the transport is built, whichever server is
/// called later. One that cannot be used is an error of kind [`ErrorKind::Configuration`] that names
/// it: a request meant for a proxy is never sent directly.
#[derive(Clone)]
pub struct ReqwestTransportBuilder {
    pub(super) connect_timeout: Option<Duration>,
    pool_idle_timeout: Option<Duration>,
    http1_only: bool,
    #[cfg(feature = "http2")]
    http2_only: bool,
    proxy: Choice,
    /// Made from `proxy` when the transport is built.
    proxies: Proxies,
    #[cfg(feature = "rustls")]
    roots: Vec<u8>,
    #[cfg(feature = "rustls")]
    identity: Option<Vec<u8>>,
    /// Made of the two above when the transport is: reading the system's certificates takes a while.
    #[cfg(feature = "rustls")]
    tls: Option<rustls::ClientConfig>,
}

impl Default for ReqwestTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Some(crate::timeout::CONNECT),
            pool_idle_timeout: Some(Duration::from_secs(60)),
            http1_only: false,
            #[cfg(feature = "http2")]
            http2_only: false,
            proxy: Choice::default(),
            proxies: Proxies::default(),
            #[cfg(feature = "rustls")]
            roots: Vec::new(),
            #[cfg(feature = "rustls")]
            identity: None,
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }
}

impl ReqwestTransportBuilder {
    /// The limit on connecting for which connections are pooled. Default 10 s.
    ///
    /// A call whose [`Timeouts::connect`](crate::Timeouts::connect) differs is made over a pool of
    /// its own, so set the usual value here as well; [`OpenRouterBuilder`](crate::OpenRouterBuilder)
    /// does that for the transport it makes.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Option<Duration>) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long an unused connection stays open. Default 60 s; `None` keeps it for good.
    #[must_use]
    pub fn pool_idle_timeout(mut self, limit: Option<Duration>) -> Self {
        self.pool_idle_timeout = limit;
        self
    }

    /// Speaks HTTP/1.1 only, also where the server offers HTTP/2.
    #[must_use]
    pub fn http1_only(mut self, only: bool) -> Self {
        self.http1_only = only;
        self
    }

    /// Speaks HTTP/2 from the first byte, also over plain TCP, without asking.
    #[cfg(feature = "http2")]
    #[must_use]
    pub fn http2_only(mut self, only: bool) -> Self {
        self.http2_only = only;
        self
    }

    /// Sends every request through the proxy at `url`: `http://`, `https://`, or with the feature
    /// `socks` also `socks4://`, `socks4a://`, `socks5://` and `socks5h://`.
    ///
    /// Replaces the proxies of the environment and of the system, `NO_PROXY` included, and an earlier
    /// [`no_proxy`](Self::no_proxy). [`build`](Self::build) refuses a URL that cannot be used.
    ///
    /// To a server with TLS the proxy opens a tunnel (`CONNECT`); it reads requests to a server without
    /// TLS, the key included. A name and password in the URL are sent to the proxy only.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Choice::Url(url.into());
        self
    }

    /// Connects directly. The proxies of the environment and of the system, and an earlier
    /// [`proxy`](Self::proxy), are not used, and the variables are not read.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Choice::Direct;
        self
    }

    /// Trusts the certificates in `pem` too, beside those of the system. May be given several times.
    ///
    /// The system's are also found by `SSL_CERT_FILE` and `SSL_CERT_DIR`. Where it has none at all,
    /// plain HTTP works, and a connection over TLS fails with a message that says so.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn root_certificates_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.roots.extend_from_slice(pem.as_ref());
        self.roots.push(b'\n');
        self
    }

    /// Shows the client certificate in `pem`: its chain and its private key, in one text.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn client_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.identity = Some(pem.as_ref().to_vec());
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`]: a proxy (of the builder or of a variable) or a certificate cannot
    /// be used, [`http1_only`](Self::http1_only) and `http2_only` are both set, or TLS cannot be set
    /// up.
    pub fn build(self) -> Result<ReqwestTransport, Error> {
        #[cfg(feature = "http2")]
        if self.http1_only && self.http2_only {
            return Err(Error::configuration(
                "http1_only and http2_only exclude each other; set one of them",
            ));
        }
        let settings = Self {
            proxies: Proxies::new(&self.proxy)?,
            ..self
        };
        Ok(ReqwestTransport {
            pools: Arc::new(settings.pools()?),
        })
    }

    #[cfg_attr(not(feature = "rustls"), expect(unused_mut))]
    fn pools(mut self) -> Result<Pools, Error> {
        #[cfg(feature = "rustls")]
        {
            let protocols: &[&[u8]] = if self.http1_only || cfg!(not(feature = "http2")) {
                &[b"http/1.1"]
            } else {
                &[b"h2", b"http/1.1"]
            };
            let tls = super::tls::config(&self.roots, self.identity.as_deref(), protocols)?;
            self.tls = Some(tls);
        }
        let usual = self.client(self.connect_timeout).map_err(|error| {
            Error::configuration("the HTTP transport cannot be set up").with_source(error)
        })?;
        Ok(Pools::new(self, usual))
    }

    /// A client with a pool of its own.
    pub(super) fn client(
        &self,
        connect_timeout: Option<Duration>,
    ) -> Result<reqwest::Client, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // It would repeat what a server did not process: that is the client's, which counts.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(self.pool_idle_timeout)
            .tcp_nodelay(true);
        if let Some(limit) = connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        builder = self.proxies.apply(builder);
        if self.http1_only {
            builder = builder.http1_only();
        }
        #[cfg(feature = "http2")]
        if self.http2_only {
            builder = builder.http2_prior_knowledge();
        }
        #[cfg(feature = "rustls")]
        if let Some(tls) = &self.tls {
            builder = builder.tls_backend_preconfigured(tls.clone());
        }
        builder.build().map_err(reqwest::Error::without_url)
    }
}

impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .finish_non_exhaustive()
    }
}
