//! A server in front of upstreams, configured in code.

use orouter_server::Server;
use orouter_server::config::{
    Config, EndpointConfig, ModelConfig, Protocol, ProviderConfig, Secret,
};
use orouter_upstream_double::Vendor;
use serde_json::{Value, json};

use super::Running;

/// The key that the server sends to its upstreams.
pub const UPSTREAM_KEY: &str = "sk-servers-own-key-0123456789abcdef";

/// Returns a provider with a key.
pub fn provider(name: &str, vendor: Vendor, base_url: impl Into<String>) -> ProviderConfig {
    let protocol = match vendor {
        Vendor::Chat => Protocol::Chat,
        Vendor::Responses => Protocol::Responses,
        Vendor::Anthropic => Protocol::Anthropic,
        Vendor::Gemini => Protocol::Gemini,
    };
    let mut provider = ProviderConfig::new(name, protocol, base_url);
    provider.api_key = Some(Secret::new(UPSTREAM_KEY));
    provider
}

/// Returns a model with an endpoint at each of these providers. Its name there is `upstream-model`.
pub fn model(id: &str, providers: &[&str]) -> ModelConfig {
    let mut model = ModelConfig::new(id);
    model.endpoints = providers.iter().map(|name| endpoint(name)).collect();
    model
}

/// Returns an endpoint at this provider.
pub fn endpoint(provider: &str) -> EndpointConfig {
    let mut endpoint = EndpointConfig::new(provider);
    endpoint.model = Some("upstream-model".to_owned());
    endpoint
}

pub fn config(
    providers: impl IntoIterator<Item = ProviderConfig>,
    models: impl IntoIterator<Item = ModelConfig>,
) -> Config {
    let mut config = Config::default();
    config.providers = providers.into_iter().collect();
    config.models = models.into_iter().collect();
    config
}

/// Starts a server with this configuration.
pub async fn start(config: &Config) -> Running {
    Running::start(Server::builder().config(config).unwrap()).await
}

/// Returns a request that tries the endpoints at these providers in order.
pub fn ordered(model: &str, stream: bool, order: &[&str]) -> Value {
    let mut request = ask(model, stream);
    request["provider"] = json!({"order": order});
    request
}

/// Returns a request.
pub fn ask(model: &str, stream: bool) -> Value {
    json!({"model": model, "input": "confidential question", "stream": stream})
}
