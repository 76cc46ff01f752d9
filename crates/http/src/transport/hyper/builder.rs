//! `HyperTransportBuilder`: the settings of the hyper transport.

use std::{fmt, sync::Arc, time::Duration};

use super::{connector::Connector, pool::Pool, route::Routes, transport::HyperTransport};
use crate::transport::{proxy::Choice, setup_error::TransportSetupError};

/// Default number of unused connections that stay open for one server.
const DEFAULT_MAX_IDLE_PER_HOST: usize = 256;

/// Default time that an unused connection stays open.
const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// Settings of a [`HyperTransport`].
///
/// # Proxies
///
/// By default the environment names the proxies, in the variables that
#[cfg_attr(
    feature = "reqwest",
    doc = "[`ReqwestTransportBuilder`](crate::transport::ReqwestTransportBuilder)"
)]
#[cfg_attr(not(feature = "reqwest"), doc = "`ReqwestTransportBuilder`")]
/// documents, with two differences: this machine (`localhost` and loopback addresses) is always reached
/// directly, and the settings of macOS and Windows are not read. A proxy must be an `http://` URL.
/// [`build`](Self::build) fails for one that cannot be used, so a request meant for a proxy is never
/// sent directly.
#[derive(Clone)]
pub struct HyperTransportBuilder {
    proxy: Choice,
    max_idle_per_host: usize,
    idle_timeout: Duration,
    #[cfg(feature = "rustls")]
    roots: Vec<u8>,
}

impl Default for HyperTransportBuilder {
    fn default() -> Self {
        Self {
            proxy: Choice::default(),
            max_idle_per_host: DEFAULT_MAX_IDLE_PER_HOST,
            idle_timeout: DEFAULT_IDLE_TIMEOUT,
            #[cfg(feature = "rustls")]
            roots: Vec::new(),
        }
    }
}

impl HyperTransport {
    /// Returns a transport with the defaults of [`HyperTransportBuilder`].
    ///
    /// # Errors
    ///
    /// [`TransportSetupError`] if TLS cannot be set up.
    pub fn new() -> Result<Self, TransportSetupError> {
        Self::builder().build()
    }

    /// Returns a builder with the default settings.
    #[must_use]
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::default()
    }
}

impl HyperTransportBuilder {
    /// Sets the number of unused connections that stay open for one server. Default 256. With 0, each
    /// request opens a connection.
    #[must_use]
    pub fn max_idle_per_host(mut self, connections: usize) -> Self {
        self.max_idle_per_host = connections;
        self
    }

    /// Sets the time that an unused connection stays open. Default 75 s.
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit;
        self
    }

    /// Sends every request through the proxy at `url`, which must be `http://`. Replaces the proxies of
    /// the environment.
    ///
    /// The proxy opens a tunnel (`CONNECT`) to a server with TLS. It can read requests to a server
    /// without TLS. A name and password in the URL are sent to the proxy only.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Choice::Url(url.into());
        self
    }

    /// Connects directly. Does not read the variables.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Choice::Direct;
        self
    }

    /// Trusts the certificates in `pem` in addition to those of the system. Repeated calls add up.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn root_certificates_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.roots.extend_from_slice(pem.as_ref());
        self.roots.push(b'\n');
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// [`TransportSetupError`] if a proxy or a certificate cannot be used, or if TLS cannot be set up.
    pub fn build(self) -> Result<HyperTransport, TransportSetupError> {
        #[cfg(feature = "rustls")]
        let tls = super::tls::Tls::new(crate::transport::tls::config(
            &self.roots,
            None,
            &[b"http/1.1"],
        )?);
        let connector = Connector::new(
            Routes::new(&self.proxy)?,
            #[cfg(feature = "rustls")]
            tls,
        );
        let pool = Pool::new(self.max_idle_per_host, self.idle_timeout);
        Ok(HyperTransport::from_parts(connector, Arc::new(pool)))
    }
}

impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransportBuilder")
            .field("max_idle_per_host", &self.max_idle_per_host)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}
