//! [`States`]: the states of endpoints that a new catalog takes over from an earlier one.

use std::collections::HashMap;
use std::sync::Arc;

use super::endpoint::Endpoint;
use super::state::EndpointState;

/// The states of endpoints that a new catalog takes over from an earlier one, by model and slug.
#[derive(Clone, Debug, Default)]
pub(super) struct States(Arc<HashMap<String, Arc<EndpointState>>>);

impl States {
    /// Takes the states of these endpoints.
    pub(super) fn of<'a>(endpoints: impl Iterator<Item = &'a Arc<Endpoint>>) -> Self {
        let state = |endpoint: &Arc<Endpoint>| {
            let key = endpoint_name(&endpoint.model.id, &endpoint.slug);
            (key, Arc::clone(&endpoint.state))
        };
        Self(Arc::new(endpoints.map(state).collect()))
    }

    /// Returns the state of an endpoint, with this maximum number of running requests.
    pub(super) fn get(
        &self,
        model: &str,
        slug: &str,
        max_concurrent: Option<usize>,
    ) -> Arc<EndpointState> {
        match self.0.get(&endpoint_name(model, slug)) {
            Some(state) => {
                state.slots.set_limit(max_concurrent);
                Arc::clone(state)
            }
            None => EndpointState::new(max_concurrent),
        }
    }
}

/// Returns the name of an endpoint in this server: the model's id and the endpoint's slug, joined by
/// `@`.
pub(super) fn endpoint_name(model: &str, slug: &str) -> String {
    format!("{model}@{slug}")
}
