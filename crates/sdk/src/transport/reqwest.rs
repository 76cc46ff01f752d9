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

use super::{Body, BoxFuture, HttpRequest, HttpResponse, Transport, TransportError, pools::Pools};
use crate::error::{Error, ErrorKind};

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
/// Proxies are taken from the environment unless told otherwise: `HTTPS_PROXY` for servers with TLS,
/// `HTTP_PROXY` for those without, `ALL_PROXY` for both where the other is not set, and `NO_PROXY`
/// for hosts to connect to directly (names with all names under them, addresses, networks such as
/// `10.0.0.0/8`, or `*`); each name in capitals first, then in lower case. Where `REQUEST_METHOD` is set, as in a CGI program, `HTTP_PROXY` is not trusted. Where none is set, macOS
/// and Windows are asked for theirs. They are read when the transport is made.
#[derive(Clone)]
pub struct ReqwestTransportBuilder {
    pub(super) connect_timeout: Option<Duration>,
    pool_idle_timeout: Option<Duration>,
    http1_only: bool,
    #[cfg(feature = "http2")]
    http2_only: bool,
    system_proxy: bool,
    proxies: Vec<String>,
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
            system_proxy: true,
            proxies: Vec::new(),
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

    /// Sends everything through the proxy at `url` (`http://`, `https://`; `socks5://` with the
    /// feature `socks`), instead of the system's and whatever `NO_PROXY` says.
    ///
    /// To a server with TLS it opens a tunnel (`CONNECT`); requests to one without pass through the
    /// proxy's hands, the key included. A name and password in the URL go to the proxy alone.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxies.push(url.into());
        self
    }

    /// Connects directly, whatever the system's settings say.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.system_proxy = false;
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
    /// [`ErrorKind::Configuration`]: a proxy's URL or a certificate cannot be read, or TLS cannot be
    /// set up.
    pub fn build(self) -> Result<ReqwestTransport, Error> {
        let pools = self.pools().map_err(|error| {
            Error::new(
                ErrorKind::Configuration,
                "the HTTP transport cannot be set up",
            )
            .with_source(error)
        })?;
        Ok(ReqwestTransport {
            pools: Arc::new(pools),
        })
    }

    #[cfg_attr(not(feature = "rustls"), expect(unused_mut))]
    fn pools(mut self) -> Result<Pools, super::BoxError> {
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
        let usual = self.client(self.connect_timeout)?;
        Ok(Pools::new(self, usual))
    }

    /// A client with a pool of its own.
    pub(super) fn client(
        &self,
        connect_timeout: Option<Duration>,
    ) -> Result<reqwest::Client, super::BoxError> {
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
        if !self.system_proxy || no_proxy_for_all() {
            builder = builder.no_proxy();
        }
        for proxy in &self.proxies {
            check_proxy(proxy)?;
            let proxy = reqwest::Proxy::all(proxy).map_err(reqwest::Error::without_url)?;
            builder = builder.proxy(proxy);
        }
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
        Ok(builder.build().map_err(reqwest::Error::without_url)?)
    }
}

/// One that cannot be used must not be passed by in silence: what was to go through it would go
/// out directly. The message does not hold the URL, which may hold a password.
fn check_proxy(proxy: &str) -> Result<(), super::BoxError> {
    let url = url::Url::parse(proxy).map_err(|error| format!("the proxy is no URL: {error}"))?;
    match url.scheme() {
        _ if !url.has_host() => Err("the proxy's URL names no host".into()),
        "http" | "https" => Ok(()),
        "socks4" | "socks4a" | "socks5" | "socks5h" if cfg!(feature = "socks") => Ok(()),
        "socks4" | "socks4a" | "socks5" | "socks5h" => {
            Err("a SOCKS proxy needs the feature `socks`".into())
        }
        scheme => Err(format!("a proxy is http://, https:// or socks5://, not {scheme:?}").into()),
    }
}

/// Whether the environment excepts every host; what reads it below takes a star for names only.
fn no_proxy_for_all() -> bool {
    ["NO_PROXY", "no_proxy"]
        .into_iter()
        .find_map(|name| crate::env::process(name).ok()?)
        .is_some_and(|hosts| hosts.split(',').any(|host| host.trim() == "*"))
}

impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .finish_non_exhaustive()
    }
}
