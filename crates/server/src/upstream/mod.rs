//! Providers over HTTP: the only place in which the server sends requests to upstreams, for every
//! protocol.

use std::fmt;
use std::sync::Arc;

use crate::config::ProviderConfig;
use crate::failure::{Failure, FailureKind};
use crate::provider::{BoxFuture, EventStream, Load, Model, Provider, ProviderRequest};

/// The state that all providers over HTTP share: connections and the origins of encrypted
/// reasoning. It outlives reloads of the configuration.
#[derive(Clone, Debug)]
pub(crate) struct Upstreams {}

impl Upstreams {
    /// Creates the state.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(crate) fn new() -> Result<Self, SetupError> {
        Ok(Self {})
    }

    /// Returns the provider of this configuration.
    ///
    /// # Errors
    /// If a header or the URL cannot be used.
    pub(crate) fn provider(
        &self,
        config: &ProviderConfig,
    ) -> Result<Arc<dyn Provider>, SetupError> {
        Ok(Arc::new(HttpProvider {
            name: config.name.clone(),
        }))
    }
}

/// A provider over HTTP.
struct HttpProvider {
    name: String,
}

impl Provider for HttpProvider {
    fn name(&self) -> &str {
        &self.name
    }

    /// Returns no models: the catalog knows which models the provider serves.
    fn models(&self) -> &[Model] {
        &[]
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn generate(&self, _: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        let failure = Failure::new(FailureKind::Server, "not written").provider(&self.name);
        Box::pin(std::future::ready(Err(failure)))
    }
}

/// A configuration that cannot be used, although its file has no mistake.
#[derive(Debug)]
pub struct SetupError {
    message: String,
}

impl SetupError {
    /// Creates the error. The message must not contain secrets.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SetupError {}
