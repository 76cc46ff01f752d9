//! [`Upstreams`]: the state that all providers over HTTP share.

use std::fmt;
use std::sync::Arc;

use orouter_http::transport::HyperTransport;
use orouter_wire::ResponsesRequest;

use super::encrypted::Issuers;
use super::fetch::UrlFetcher;
use super::http::HttpProvider;
use super::setup_error::SetupError;
use crate::config::ProviderConfig;
use crate::provider::Provider;

/// The state that all providers over HTTP share: connections and the origins of encrypted contents and
/// signatures. It outlives reloads of the configuration.
#[derive(Clone)]
pub(crate) struct Upstreams {
    transport: HyperTransport,
    issuers: Arc<Issuers>,
    /// `None`: the server fetches no URLs.
    fetcher: Option<Arc<UrlFetcher>>,
}

impl Upstreams {
    /// Creates the state.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(crate) fn new() -> Result<Self, SetupError> {
        let transport = HyperTransport::new()
            .map_err(|error| SetupError::new(format!("providers cannot be reached: {error}")))?;
        Ok(Self {
            transport,
            issuers: Arc::default(),
            fetcher: None,
        })
    }

    /// Sets if the server may fetch file URLs for upstreams that take none. Default: it may not.
    /// Applies to the providers that are created afterwards.
    pub(crate) fn fetch_urls(mut self, fetches: bool) -> Self {
        self.fetcher = fetches.then(|| Arc::new(UrlFetcher::new(self.transport.clone())));
        self
    }

    /// Returns the provider of this configuration.
    ///
    /// # Errors
    /// If a header or the URL cannot be used.
    pub(crate) fn provider(
        &self,
        config: &ProviderConfig,
    ) -> Result<Arc<dyn Provider>, SetupError> {
        let (transport, issuers) = (self.transport.clone(), Arc::clone(&self.issuers));
        let fetcher = self.fetcher.clone();
        let provider = HttpProvider::new(config, transport, issuers, fetcher)?;
        Ok(Arc::new(provider))
    }

    /// Returns the endpoint (its name in [`UpstreamModel`](crate::provider::UpstreamModel)) that
    /// issued the last encrypted content or signature in the request. `None` if the request has none,
    /// or if this server does not know the issuer.
    pub(crate) fn issuer_of(&self, request: &ResponsesRequest) -> Option<Arc<str>> {
        self.issuers.of_request(request)
    }
}

impl fmt::Debug for Upstreams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upstreams")
    }
}
