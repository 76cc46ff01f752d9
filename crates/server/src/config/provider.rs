//! `[providers.*]`: companies and processes that serve models.

use std::time::Duration;

use orouter_protocols::Protocol;

use super::secret::Secret;

/// `[providers.*]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderConfig {
    /// The provider's name: `openai`.
    pub name: String,
    /// The API that it speaks.
    pub protocol: Protocol,
    /// The URL before `/responses`, `/chat/completions`, `/messages` or `/models`, without a trailing slash. Its scheme is
    /// `http` or `https`, and it has a host.
    pub base_url: String,
    /// The key for requests to the provider. `None`: no key is sent.
    pub api_key: Option<Secret>,
    /// Headers of every request to the provider. The values may be secret.
    pub headers: Vec<(String, Secret)>,
    /// Timeouts of requests to the provider.
    pub timeouts: UpstreamTimeouts,
    /// Models that need no `[[models]]` entry.
    pub models: ServedModels,
}

impl ProviderConfig {
    /// Creates a provider without a key that serves only the models in `[[models]]`.
    #[must_use]
    pub fn new(name: impl Into<String>, protocol: Protocol, base_url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            protocol,
            base_url: base_url.into(),
            api_key: None,
            headers: Vec::new(),
            timeouts: UpstreamTimeouts::default(),
            models: ServedModels::Listed,
        }
    }
}

/// Models of a provider that need no `[[models]]` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServedModels {
    /// Only the models in `[[models]]`.
    Listed,
    /// Any model: `<provider>/<name at the provider>`.
    Any,
    /// These names at the provider, each as `<provider>/<name>`.
    Names(Vec<String>),
}

/// Timeouts of requests to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpstreamTimeouts {
    /// Maximum time to make a connection. Default 10 s.
    pub connect: Duration,
    /// Maximum time from the request to the response head. Default 300 s.
    pub first_byte: Duration,
    /// Maximum time between two chunks of a body. Default 120 s.
    pub idle: Duration,
}

impl Default for UpstreamTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(300),
            idle: Duration::from_secs(120),
        }
    }
}
