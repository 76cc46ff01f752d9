//! [`OnDemand`]: the models of a provider that serves any model. They are made when they are
//! requested.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::configured::ConfiguredProvider;
use super::model::CatalogModel;
use crate::config::{EndpointConfig, ModelConfig};

/// Maximum number of models that are kept for each provider. Beyond it, the oldest is forgotten, and
/// made again when it is requested.
const MAX_MODELS: usize = 1024;

/// Maximum length of a model's name at the provider, in bytes.
const MAX_NAME: usize = 256;

/// The models of a provider that serves any model. They are kept, so that their endpoints keep
/// their state.
pub(super) struct OnDemand {
    provider: ConfiguredProvider,
    models: Mutex<Models>,
}

#[derive(Default)]
struct Models {
    by_name: HashMap<String, Arc<CatalogModel>>,
    /// The names, from the oldest to the newest.
    names: VecDeque<String>,
}

impl OnDemand {
    pub(super) fn new(provider: ConfiguredProvider) -> Self {
        Self {
            provider,
            models: Mutex::default(),
        }
    }

    /// Returns the model of this name at the provider. `None` if no model can have such a name. The
    /// provider may distinguish upper and lower case, so that the name is kept as it is.
    pub(super) fn model(&self, name: &str) -> Option<Arc<CatalogModel>> {
        let mut models = self.models();
        if let Some(known) = models.by_name.get(name) {
            return Some(Arc::clone(known));
        }
        let usable = |c: char| !c.is_control() && !c.is_whitespace();
        if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(usable) {
            return None;
        }
        let provider = self.provider.name();
        let config = ModelConfig::new(format!("{provider}/{name}"));
        let mut endpoint = EndpointConfig::new(provider);
        endpoint.model = Some(name.to_owned());
        let model = Arc::new(self.provider.single(&config, &endpoint));
        if models.names.len() >= MAX_MODELS
            && let Some(oldest) = models.names.pop_front()
        {
            models.by_name.remove(&oldest);
        }
        models.names.push_back(name.to_owned());
        models.by_name.insert(name.to_owned(), Arc::clone(&model));
        Some(model)
    }

    /// Returns the models that are kept.
    pub(super) fn kept(&self) -> Vec<Arc<CatalogModel>> {
        self.models().by_name.values().map(Arc::clone).collect()
    }

    fn models(&self) -> MutexGuard<'_, Models> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
