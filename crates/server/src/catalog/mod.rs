//! [`Catalog`]: the models of a server and their endpoints. Unknown models are refused here.

mod endpoint;

use std::sync::Arc;

use orouter_wire::AvailabilityCode;

use crate::failure::{Failure, FailureKind};
use crate::provider::{Model, Provider};
use crate::quote::quote_list;

pub(crate) use endpoint::Endpoint;

/// Maximum number of models that a message names.
const QUOTED_MODELS: usize = 5;

/// The models of a server and their endpoints, at one time: a reload makes another one.
pub(crate) struct Catalog {
    providers: Vec<Arc<dyn Provider>>,
    models: Vec<CatalogModel>,
}

/// A model and its endpoints.
pub(crate) struct CatalogModel {
    pub(crate) model: Arc<Model>,
    /// The endpoints, in the order in which they were configured.
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
}

impl Catalog {
    /// Creates the catalog of providers that list their models themselves.
    pub(crate) fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        let mut models: Vec<CatalogModel> = Vec::new();
        for provider in &providers {
            for model in provider.models() {
                let model = Arc::new(model.clone());
                let endpoint = Arc::new(Endpoint::of_provider(provider, Arc::clone(&model)));
                match models.iter_mut().find(|known| known.model.id == model.id) {
                    Some(known) => known.endpoints.push(endpoint),
                    None => models.push(CatalogModel {
                        model,
                        endpoints: vec![endpoint],
                    }),
                }
            }
        }
        Self { providers, models }
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    /// Returns the models, in order.
    pub(crate) fn models(&self) -> impl Iterator<Item = &CatalogModel> {
        self.models.iter()
    }

    /// Returns the first model with this id or alias.
    pub(crate) fn find(&self, name: &str) -> Option<&CatalogModel> {
        self.models().find(|known| known.model.is_named(name))
    }

    /// Returns the 404 of a request whose models are all unknown.
    pub(crate) fn unknown_model(&self, names: Vec<String>) -> Failure {
        let known: Vec<String> = self.models().map(|known| known.model.id.clone()).collect();
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
