//! [`Config`]: a server's configuration, as its file or the environment gives it. Plain data: secrets
//! are read, references are checked, nothing is opened.

mod byte_size;
mod changes;
mod endpoint;
mod environment;
mod message;
mod provider;
mod read;
mod secret;
mod sections;
mod settings;
mod time_span;

pub use byte_size::ByteSize;
pub use changes::Changes;
pub use endpoint::{EndpointConfig, ModelConfig};
pub use message::{ConfigErrors, ConfigMessage};
pub use orouter_protocols::Protocol;
pub use provider::{ProviderConfig, ServedModels, UpstreamTimeouts};
pub use secret::Secret;
pub use sections::{
    KeyConfig, LogConfig, LogFormat, OnOutage, RecordsConfig, ServerConfig, StoreConfig,
};
pub use settings::Config;
pub use time_span::TimeSpan;
