//! [`States`]: the states and figures of endpoints that a new catalog takes over from an earlier one.

use std::collections::HashMap;
use std::sync::Arc;

use super::endpoint::Endpoint;
use super::state::EndpointState;
use crate::metrics::{EndpointSeries, OpenModels};

/// The states and figures of endpoints that a new catalog takes over from an earlier one.
#[derive(Clone, Debug, Default)]
pub(super) struct States(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By model and slug.
    endpoints: HashMap<String, (Arc<EndpointState>, Arc<EndpointSeries>)>,
    /// The figures of providers that serve any model, by the provider's name.
    open: HashMap<String, Arc<OpenModels>>,
}

impl States {
    /// Takes the states and figures of these endpoints, and the figures of these providers that
    /// serve any model.
    pub(super) fn of<'a>(
        endpoints: impl Iterator<Item = &'a Arc<Endpoint>>,
        open: impl Iterator<Item = (&'a str, Arc<OpenModels>)>,
    ) -> Self {
        let state = |endpoint: &Arc<Endpoint>| {
            let key = endpoint_name(&endpoint.model.id, &endpoint.slug);
            let series = Arc::clone(&endpoint.series);
            (key, (Arc::clone(&endpoint.state), series))
        };
        Self(Arc::new(Known {
            endpoints: endpoints.map(state).collect(),
            open: open
                .map(|(provider, models)| (provider.to_owned(), models))
                .collect(),
        }))
    }

    /// Returns the state of an endpoint, with this maximum number of running requests.
    pub(super) fn get(
        &self,
        model: &str,
        slug: &str,
        max_concurrent: Option<usize>,
    ) -> Arc<EndpointState> {
        match self.known(model, slug) {
            Some((state, _)) => {
                state.slots.set_limit(max_concurrent);
                Arc::clone(state)
            }
            None => EndpointState::new(max_concurrent),
        }
    }

    /// Returns the figures of an endpoint. `open` are those of its provider if a client named the
    /// model.
    pub(super) fn series(
        &self,
        model: &str,
        slug: &str,
        open: Option<&Arc<OpenModels>>,
    ) -> Arc<EndpointSeries> {
        let known = self.known(model, slug).map(|(_, series)| series);
        match (open, known.map(|series| (series, &**series))) {
            (Some(_), Some((series, EndpointSeries::Open(_))))
            | (None, Some((series, EndpointSeries::Listed(_)))) => Arc::clone(series),
            (Some(open), _) => Arc::new(EndpointSeries::open(open, model, slug)),
            (None, _) => Arc::new(EndpointSeries::listed(model, slug)),
        }
    }

    /// Returns the figures of a provider that serves any model.
    pub(super) fn open(&self, provider: &str) -> Arc<OpenModels> {
        match self.0.open.get(provider) {
            Some(models) => Arc::clone(models),
            None => OpenModels::new(provider),
        }
    }

    fn known(&self, model: &str, slug: &str) -> Option<&(Arc<EndpointState>, Arc<EndpointSeries>)> {
        self.0.endpoints.get(&endpoint_name(model, slug))
    }
}

/// Returns the name of an endpoint in this server: the model's id and the endpoint's slug, joined by
/// `@`.
pub(super) fn endpoint_name(model: &str, slug: &str) -> String {
    format!("{model}@{slug}")
}
