//! [`OpenModels`]: the figures of a provider that serves any model, whose names clients choose.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::endpoint::{EndpointLabels, EndpointMetrics};

/// Maximum number of models of a provider that serves any model, which have figures of their own.
/// They are the first ones that the provider has served; they keep their place until the server
/// stops or a reload removes the provider, since series that come and go are as costly as many.
const MAX_NAMED: usize = 100;

/// The label value of all further models.
const OTHER: &str = "other";

/// The figures of a provider that serves any model.
#[derive(Debug)]
pub(crate) struct OpenModels {
    named: Mutex<HashMap<String, Arc<EndpointMetrics>>>,
    other: EndpointMetrics,
}

impl OpenModels {
    /// Creates the figures of the provider of this name.
    pub(crate) fn new(provider: &str) -> Arc<Self> {
        Arc::new(Self {
            named: Mutex::default(),
            other: EndpointMetrics::new(EndpointLabels::new(OTHER, provider)),
        })
    }

    /// Returns the figures of the models that have their own.
    pub(crate) fn named(&self) -> Vec<Arc<EndpointMetrics>> {
        self.names().values().map(Arc::clone).collect()
    }

    /// Returns the figures of all other models together.
    pub(crate) fn other(&self) -> &EndpointMetrics {
        &self.other
    }

    /// Returns the figures of a model that the provider has served. `None` if too many have some.
    fn claim(&self, model: &str, slug: &str) -> Option<Arc<EndpointMetrics>> {
        let mut named = self.names();
        if let Some(known) = named.get(model) {
            return Some(Arc::clone(known));
        }
        if named.len() >= MAX_NAMED {
            return None;
        }
        let metrics = Arc::new(EndpointMetrics::new(EndpointLabels::new(model, slug)));
        named.insert(model.to_owned(), Arc::clone(&metrics));
        Some(metrics)
    }

    fn names(&self) -> MutexGuard<'_, HashMap<String, Arc<EndpointMetrics>>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The figures in which an endpoint records.
#[derive(Debug)]
pub(crate) enum EndpointSeries {
    /// An endpoint of the catalog.
    Listed(EndpointMetrics),
    /// An endpoint whose model a client named.
    Open(OpenSeries),
}

/// The figures of an endpoint whose model a client named: those of the model once the provider has
/// served it, and those of all other models until then, so that a client cannot use up the limit
/// with names that do not exist.
#[derive(Debug)]
pub(crate) struct OpenSeries {
    models: Arc<OpenModels>,
    labels: EndpointLabels,
    /// `None` in it if too many models have figures of their own.
    claimed: OnceLock<Option<Arc<EndpointMetrics>>>,
}

impl EndpointSeries {
    /// Creates the figures of an endpoint of the catalog.
    pub(crate) fn listed(model: &str, slug: &str) -> Self {
        Self::Listed(EndpointMetrics::new(EndpointLabels::new(model, slug)))
    }

    /// Creates the figures of an endpoint whose model a client named.
    pub(crate) fn open(models: &Arc<OpenModels>, model: &str, slug: &str) -> Self {
        let claimed = OnceLock::new();
        // A model that was served before, forgotten, and is requested again.
        let known = models.names().get(model).map(Arc::clone);
        if let Some(known) = known {
            let _ = claimed.set(Some(known));
        }
        Self::Open(OpenSeries {
            models: Arc::clone(models),
            labels: EndpointLabels::new(model, slug),
            claimed,
        })
    }

    /// Returns the figures to record in.
    pub(crate) fn metrics(&self) -> &EndpointMetrics {
        match self {
            Self::Listed(metrics) => metrics,
            Self::Open(open) => match open.claimed.get() {
                Some(Some(metrics)) => metrics,
                Some(None) | None => &open.models.other,
            },
        }
    }

    /// Records that the provider serves the model.
    pub(crate) fn served(&self) {
        if let Self::Open(open) = self {
            let labels = &open.labels;
            open.claimed
                .get_or_init(|| open.models.claim(&labels.model, &labels.endpoint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(series: &EndpointSeries) -> &str {
        &series.metrics().labels.model
    }

    #[test]
    fn the_first_models_that_are_served_have_figures_of_their_own() {
        let models = OpenModels::new("acme");
        let failing = EndpointSeries::open(&models, "acme/typo", "acme");
        assert_eq!(model(&failing), OTHER);
        for number in 0..2 * MAX_NAMED {
            let name = format!("acme/{number}");
            let series = EndpointSeries::open(&models, &name, "acme");
            assert_eq!(model(&series), OTHER);
            series.served();
            let expected = if number < MAX_NAMED { &name } else { OTHER };
            assert_eq!(model(&series), expected);
        }
        assert_eq!(models.named().len(), MAX_NAMED);
        let again = EndpointSeries::open(&models, "acme/7", "acme");
        assert_eq!(model(&again), "acme/7");
    }

    #[test]
    fn an_endpoint_of_the_catalog_has_its_own_names() {
        let series = EndpointSeries::listed("a/b", "acme/eu");
        series.served();
        assert_eq!(model(&series), "a/b");
        assert_eq!(series.metrics().labels.provider, "acme");
    }
}
