//! `ReqwestTransportBuilder`: the settings of the `reqwest` transport, and their checks.

use std::{fmt, time::Duration};

use super::{
    exchange::ReqwestTransport,
    pools::Pools,
    proxy::{Choice, Proxies},
    settings::ClientSettings,
};
use crate::transport::setup_error::TransportSetupError;

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
/// All variables are read and checked when the transport is built, whichever server is called later.
/// [`build`](Self::build) fails with the name of a variable that cannot be used, so a request meant for
/// a proxy is never sent directly.
#[derive(Clone, Default)]
pub struct ReqwestTransportBuilder {
    settings: ClientSettings,
    proxy: Choice,
    #[cfg(feature = "rustls")]
    roots: Vec<u8>,
    #[cfg(feature = "rustls")]
    identity: Option<Vec<u8>>,
}

impl ReqwestTransport {
    /// Returns a transport with the defaults of [`ReqwestTransportBuilder`].
    ///
    /// # Errors
    ///
    /// [`TransportSetupError`] if a proxy variable cannot be used or TLS cannot be set up.
    pub fn new() -> Result<Self, TransportSetupError> {
        Self::builder().build()
    }

    /// Returns a builder with the default settings.
    #[must_use]
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
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
        self.settings.connect_timeout = limit;
        self
    }

    /// How long an unused connection stays open. Default 60 s; `None` keeps it for good.
    #[must_use]
    pub fn pool_idle_timeout(mut self, limit: Option<Duration>) -> Self {
        self.settings.pool_idle_timeout = limit;
        self
    }

    /// Speaks HTTP/1.1 only, also where the server offers HTTP/2.
    #[must_use]
    pub fn http1_only(mut self, only: bool) -> Self {
        self.settings.http1_only = only;
        self
    }

    /// Speaks HTTP/2 from the first byte, also over plain TCP, without asking.
    #[cfg(feature = "http2")]
    #[must_use]
    pub fn http2_only(mut self, only: bool) -> Self {
        self.settings.http2_only = only;
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

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// [`TransportSetupError`] if a proxy (of the builder or of a variable) or a certificate cannot be
    /// used, if [`http1_only`](Self::http1_only) and `http2_only` are both set, or if TLS cannot be set
    /// up.
    pub fn build(self) -> Result<ReqwestTransport, TransportSetupError> {
        let mut settings = self.settings;
        #[cfg(feature = "http2")]
        if settings.http1_only && settings.http2_only {
            return Err(TransportSetupError::new(
                "http1_only and http2_only exclude each other; set one of them",
            ));
        }
        settings.proxies = Proxies::new(&self.proxy)?;
        #[cfg(feature = "rustls")]
        {
            let protocols: &[&[u8]] = if settings.http1_only || cfg!(not(feature = "http2")) {
                &[b"http/1.1"]
            } else {
                &[b"h2", b"http/1.1"]
            };
            let tls = super::tls::config(&self.roots, self.identity.as_deref(), protocols)?;
            settings.tls = Some(tls);
        }
        let usual = settings.client(settings.connect_timeout).map_err(|error| {
            TransportSetupError::new("the HTTP transport cannot be set up").with_source(error)
        })?;
        Ok(ReqwestTransport::from_pools(Pools::new(settings, usual)))
    }
}

impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransportBuilder")
            .field("connect_timeout", &self.settings.connect_timeout)
            .field("pool_idle_timeout", &self.settings.pool_idle_timeout)
            .finish_non_exhaustive()
    }
}
