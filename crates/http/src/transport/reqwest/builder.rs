//! `ReqwestTransportBuilder`: the settings of the `reqwest` transport, and their checks.

use std::{fmt, time::Duration};

use super::{exchange::ReqwestTransport, pools::Pools, settings::ClientSettings};
use crate::transport::{
    proxy::{Choice, Proxies},
    setup_error::TransportSetupError,
};

/// Settings of a [`ReqwestTransport`].
///
/// # Proxies
///
/// By default the environment names the proxies:
///
/// - `HTTPS_PROXY`: the proxy for servers with TLS.
/// - `HTTP_PROXY`: the proxy for servers without TLS.
/// - `ALL_PROXY`: the proxy for both, where the other variable is not set.
/// - `NO_PROXY`: the servers to reach directly. Entries are `*`, `host` and `.host` (each with its
///   subdomains), `*.host` (subdomains only), IP addresses, and networks such as `10.0.0.0/8`. All entries
///   except networks may end in a port.
///
/// Each name is looked up in upper case first, then in lower case. A blank variable counts as not set. If
/// `REQUEST_METHOD` is set, as in a CGI program, `HTTP_PROXY` in upper case is ignored. If no variable
/// names a proxy, the settings of macOS and Windows apply.
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
    /// Sets the connect timeout of the usual connection pool. Default 10 s.
    ///
    /// Requests with another [connect timeout](crate::Timeouts::connect) use a pool of their own, so set
    /// the usual value here as well. The client builder of the SDK does that for its default transport.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Option<Duration>) -> Self {
        self.settings.connect_timeout = limit;
        self
    }

    /// Sets the time that an unused connection stays open. Default 60 s. `None` keeps it open.
    #[must_use]
    pub fn pool_idle_timeout(mut self, limit: Option<Duration>) -> Self {
        self.settings.pool_idle_timeout = limit;
        self
    }

    /// Sets the maximum number of unused connections that stay open to each server. Default 1,024.
    ///
    /// More connections can be in use at a time; those above the limit are closed after their request.
    #[must_use]
    pub fn pool_max_idle(mut self, limit: usize) -> Self {
        self.settings.pool_max_idle = limit;
        self
    }

    /// Uses HTTP/1.1 only, also if the server offers HTTP/2. Default `false`.
    #[must_use]
    pub fn http1_only(mut self, only: bool) -> Self {
        self.settings.http1_only = only;
        self
    }

    /// Uses HTTP/2 only, without negotiation, also over plain TCP. Default `false`.
    #[cfg(feature = "http2")]
    #[must_use]
    pub fn http2_only(mut self, only: bool) -> Self {
        self.settings.http2_only = only;
        self
    }

    /// Sends every request through the proxy at `url`: `http://`, `https://`, or with the feature
    /// `socks` also `socks4://`, `socks4a://`, `socks5://` and `socks5h://`.
    ///
    /// Replaces the proxies of the environment and the system, including `NO_PROXY`, and an earlier
    /// [`no_proxy`](Self::no_proxy). [`build`](Self::build) fails for a URL that cannot be used.
    ///
    /// The proxy opens a tunnel (`CONNECT`) to a server with TLS. It can read requests to a server without
    /// TLS, including the API key. A name and password in the URL are sent to the proxy only.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Choice::Url(url.into());
        self
    }

    /// Connects directly. Ignores the proxies of the environment and the system, and an earlier
    /// [`proxy`](Self::proxy). Does not read the variables.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Choice::Direct;
        self
    }

    /// Trusts the certificates in `pem` in addition to those of the system. Repeated calls add up.
    ///
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` also name certificates of the system. If the system has none,
    /// plain HTTP works, and a TLS connection fails with a message that says how to install them.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn root_certificates_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.roots.extend_from_slice(pem.as_ref());
        self.roots.push(b'\n');
        self
    }

    /// Presents the client certificate in `pem`, which holds the certificate chain and the private key.
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
            let tls =
                crate::transport::tls::config(&self.roots, self.identity.as_deref(), protocols)?;
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
            .field("pool_max_idle", &self.settings.pool_max_idle)
            .finish_non_exhaustive()
    }
}
