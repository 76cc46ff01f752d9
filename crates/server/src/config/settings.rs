//! [`Config`]: all sections of a configuration.

use super::endpoint::ModelConfig;
use super::message::ConfigMessage;
use super::provider::ProviderConfig;
use super::sections::{KeyConfig, LogConfig, RecordsConfig, ServerConfig, StoreConfig};

/// A server's configuration.
///
/// The default has no providers, no models and no keys.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Config {
    /// `[server]`.
    pub server: ServerConfig,
    /// `[log]`.
    pub log: LogConfig,
    /// `[store]`; `None`: no accounts.
    pub store: Option<StoreConfig>,
    /// `[records]`.
    pub records: RecordsConfig,
    /// `[[keys]]`.
    pub keys: Vec<KeyConfig>,
    /// `[providers.*]`, in the order of the file.
    pub providers: Vec<ProviderConfig>,
    /// `[[models]]`, in the order of the file.
    pub models: Vec<ModelConfig>,
    /// The models of the file that `catalog` names. They give names, context lengths and prices to
    /// endpoints of providers that serve the model; alone they offer nothing. Their `endpoints` are
    /// empty, and `price` is in the single field that [`ModelConfig`] has for it.
    pub imported: Vec<ModelConfig>,
    /// Facts about the file that are no mistakes, such as members without effect.
    pub warnings: Vec<ConfigMessage>,
}

impl Config {
    /// Returns `true` if the embedded model is to be offered: if an endpoint has the provider
    /// [`LOCAL`](Self::LOCAL), or if the configuration has no other provider.
    #[must_use]
    pub fn uses_embedded_model(&self) -> bool {
        self.providers.is_empty()
            || self
                .models
                .iter()
                .flat_map(|model| &model.endpoints)
                .any(|endpoint| endpoint.provider == Self::LOCAL)
    }

    /// Name of the provider that is built in: the embedded model.
    pub const LOCAL: &'static str = "local";
}
