//! [`Catalog`]: the providers of a server and their models. Unknown models are refused here.

use std::sync::Arc;

use orouter_wire::AvailabilityCode;

use crate::failure::{Failure, FailureKind};
use crate::provider::{Model, Provider};
use crate::quote::quote_list;

/// Maximum number of models that a message names.
const QUOTED_MODELS: usize = 5;

/// The providers of a server, in the order in which they are tried.
pub(crate) struct Catalog {
    providers: Vec<Arc<dyn Provider>>,
}

impl Catalog {
    pub(crate) fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        Self { providers }
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    /// Returns the models of all providers, in order.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        self.providers.iter().flat_map(|provider| provider.models())
    }

    /// Returns the first model with this id or alias.
    pub(crate) fn find(&self, name: &str) -> Option<&Model> {
        self.models().find(|model| model.is_named(name))
    }

    /// Returns the 404 of a request whose models are all unknown.
    pub(crate) fn unknown_model(&self, names: Vec<String>) -> Failure {
        let known: Vec<String> = self.models().map(|model| model.id.clone()).collect();
        let message = format!(
            "unknown model {}; GET /api/v1/models lists what this server offers: {}",
            quote_list(&names, QUOTED_MODELS),
            quote_list(&known, QUOTED_MODELS),
        );
        Failure::new(FailureKind::NotFound, message).availability(
            AvailabilityCode::ModelNotFound,
            names,
            known,
        )
    }
}
