//! [`Rules`]: the parts of the configuration that decide which requests are admitted.

use super::keys::Keys;
use crate::config::{Config, StoreConfig};

/// The parts of the configuration that decide which requests are admitted. A reload replaces them.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) keys: Keys,
    /// `true` if callers with a limit may use models without a price.
    pub(crate) allow_unpriced: bool,
    /// Number of tokens that each image, file, audio and video of a prompt counts for.
    pub(crate) media_tokens: u32,
}

impl Rules {
    /// Returns the rules of a configuration.
    pub(crate) fn new(config: &Config) -> Self {
        let store = config.store.as_ref();
        let keys = Keys::new(config.keys.clone(), config.records.require_keys);
        Self {
            keys: keys.stored(store.is_some()),
            allow_unpriced: config.server.allow_unpriced,
            media_tokens: store.map_or(StoreConfig::MEDIA_TOKENS, |store| store.media_tokens),
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            keys: Keys::default(),
            allow_unpriced: false,
            media_tokens: StoreConfig::MEDIA_TOKENS,
        }
    }
}
