//! `ClientSettings`: the settings from which each pool's `reqwest` client is built.

use std::time::Duration;

use crate::{timeouts::DEFAULT_CONNECT_TIMEOUT, transport::proxy::Proxies};

/// Default time that an unused connection stays open.
const DEFAULT_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Default maximum number of unused connections to a server.
const DEFAULT_POOL_MAX_IDLE: usize = 1024;

/// The checked settings of a transport.
#[derive(Clone)]
pub(super) struct ClientSettings {
    pub(super) connect_timeout: Option<Duration>,
    pub(super) pool_idle_timeout: Option<Duration>,
    pub(super) pool_max_idle: usize,
    pub(super) http1_only: bool,
    #[cfg(feature = "http2")]
    pub(super) http2_only: bool,
    pub(super) proxies: Proxies,
    /// Built once for all clients: reading the system's certificates takes a while.
    #[cfg(feature = "rustls")]
    pub(super) tls: Option<rustls::ClientConfig>,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Some(DEFAULT_CONNECT_TIMEOUT),
            pool_idle_timeout: Some(DEFAULT_POOL_IDLE_TIMEOUT),
            pool_max_idle: DEFAULT_POOL_MAX_IDLE,
            http1_only: false,
            #[cfg(feature = "http2")]
            http2_only: false,
            proxies: Proxies::default(),
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }
}

impl ClientSettings {
    /// Returns a client with a pool of its own.
    pub(super) fn client(
        &self,
        connect_timeout: Option<Duration>,
    ) -> Result<reqwest::Client, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // reqwest would repeat unprocessed requests; the caller retries and counts attempts.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(self.pool_idle_timeout)
            .pool_max_idle_per_host(self.pool_max_idle)
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
