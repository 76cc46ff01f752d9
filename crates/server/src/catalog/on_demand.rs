//! [`OnDemand`]: the models of a provider that serves any model. They are made when they are
//! requested.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::configured::ConfiguredProvider;
use super::model::CatalogModel;
use crate::config::{EndpointConfig, ModelConfig};
use crate::metrics::OpenModels;

/// Maximum number of models that are kept for each provider. Beyond it, the one whose last
/// request is the longest ago is forgotten, and made again when it is requested.
const MAX_MODELS: usize = 1024;

/// Maximum length of a model's name at the provider, in bytes.
const MAX_NAME: usize = 256;

/// The models of a provider that serves any model. They are kept, so that their endpoints keep
/// their state.
pub(super) struct OnDemand {
    provider: ConfiguredProvider,
    models: Mutex<Models>,
    metrics: Arc<OpenModels>,
}

#[derive(Default)]
struct Models {
    by_name: HashMap<String, Kept>,
    /// Number of requests so far.
    requests: u64,
}

struct Kept {
    model: Arc<CatalogModel>,
    /// The number of the last request for the model.
    used: u64,
}

impl OnDemand {
    pub(super) fn new(provider: ConfiguredProvider) -> Self {
        Self {
            metrics: provider.open_models(),
            provider,
            models: Mutex::default(),
        }
    }

    /// Returns the model of this name at the provider, and keeps it. `None` if no model can have such
    /// a name. The provider may distinguish upper and lower case, so that the name is kept as it is.
    pub(super) fn model(&self, name: &str) -> Option<Arc<CatalogModel>> {
        let mut models = self.models();
        models.requests = models.requests.saturating_add(1);
        let used = models.requests;
        if let Some(known) = models.by_name.get_mut(name) {
            known.used = used;
            return Some(Arc::clone(&known.model));
        }
        let model = self.make(name)?;
        if models.by_name.len() >= MAX_MODELS {
            models.forget_one();
        }
        let kept = Kept {
            model: Arc::clone(&model),
            used,
        };
        models.by_name.insert(name.to_owned(), kept);
        Some(model)
    }

    /// Returns the model of this name without keeping it. It does not count as a request.
    pub(super) fn look_up(&self, name: &str) -> Option<Arc<CatalogModel>> {
        let known = self
            .models()
            .by_name
            .get(name)
            .map(|kept| Arc::clone(&kept.model));
        known.or_else(|| self.make(name))
    }

    fn make(&self, name: &str) -> Option<Arc<CatalogModel>> {
        let usable = |c: char| !c.is_control() && !c.is_whitespace();
        if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(usable) {
            return None;
        }
        let provider = self.provider.name();
        let config = ModelConfig::new(format!("{provider}/{name}"));
        let mut endpoint = EndpointConfig::new(provider);
        endpoint.model = Some(name.to_owned());
        endpoint.any_tier = true;
        Some(Arc::new(self.provider.single(
            &config,
            &endpoint,
            &self.metrics,
        )))
    }

    /// Returns the name of the provider.
    pub(super) fn provider(&self) -> &str {
        self.provider.name()
    }

    /// Returns the figures of the models.
    pub(super) fn metrics(&self) -> &Arc<OpenModels> {
        &self.metrics
    }

    /// Returns the models that are kept.
    pub(super) fn kept(&self) -> Vec<Arc<CatalogModel>> {
        let models = self.models();
        let kept = models.by_name.values();
        kept.map(|kept| Arc::clone(&kept.model)).collect()
    }

    fn models(&self) -> MutexGuard<'_, Models> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Models {
    /// Forgets the model whose last request is the longest ago.
    fn forget_one(&mut self) {
        let oldest = self.by_name.iter().min_by_key(|(_, kept)| kept.used);
        if let Some(name) = oldest.map(|(name, _)| name.clone()) {
            self.by_name.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::names::Names;
    use crate::catalog::states::States;
    use crate::config::{Protocol, ProviderConfig};
    use crate::upstream::Upstreams;

    fn on_demand() -> OnDemand {
        let config = ProviderConfig::new("p", Protocol::Chat, "http://127.0.0.1:9/v1");
        let provider = Upstreams::new().unwrap().provider(&config).unwrap();
        let imported = Arc::new(Names::default());
        OnDemand::new(ConfiguredProvider::new(
            &config,
            provider,
            imported,
            States::default(),
        ))
    }

    #[test]
    fn a_model_that_is_requested_again_is_kept() {
        let models = on_demand();
        let first = models.model("first").unwrap();
        models.model("second").unwrap();
        for number in 0..2 * MAX_MODELS {
            models.model(&format!("other-{number}")).unwrap();
            assert!(Arc::ptr_eq(&models.model("first").unwrap(), &first));
        }
        assert_eq!(models.kept().len(), MAX_MODELS);
        let ids = models.kept();
        assert!(ids.iter().all(|known| known.model.id != "p/second"));
    }

    #[test]
    fn a_look_up_keeps_nothing() {
        let models = on_demand();
        assert_eq!(models.look_up("any").unwrap().model.id, "p/any");
        assert!(models.kept().is_empty());
        let known = models.model("any").unwrap();
        assert!(Arc::ptr_eq(&models.look_up("any").unwrap(), &known));
        for name in ["", "a b", &"x".repeat(MAX_NAME + 1)] {
            assert!(models.look_up(name).is_none() && models.model(name).is_none());
        }
    }
}
