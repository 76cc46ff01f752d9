//! [`Config`]: a server's configuration, as its file or the environment gives it. Plain data: secrets
//! are read, references are checked, nothing is opened.

mod endpoint;
mod provider;
mod secret;
mod sections;

pub use endpoint::{EndpointConfig, ModelConfig};
pub use provider::{ProviderConfig, ProviderProtocol, ServedModels, UpstreamTimeouts};
pub use secret::Secret;
pub use sections::{
    KeyConfig, LogConfig, LogFormat, OnOutage, RecordsConfig, ServerConfig, StoreConfig,
};

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
}
