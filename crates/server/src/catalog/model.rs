//! [`CatalogModel`]: a model and its endpoints.

use std::sync::Arc;

use super::endpoint::Endpoint;
use crate::provider::{Model, Price};

/// A model and its endpoints.
#[derive(Debug)]
pub(crate) struct CatalogModel {
    pub(crate) model: Arc<Model>,
    /// The endpoints, in the order in which they were configured.
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
}

impl CatalogModel {
    /// Returns the prices of the model: its own, or those of the first endpoint with known prices.
    pub(crate) fn price(&self) -> Option<&Price> {
        let of_endpoints = || {
            let mut prices = self.endpoints.iter().map(|of| of.price.as_ref());
            prices.find_map(|price| price)
        };
        self.model.price.as_ref().or_else(of_endpoints)
    }
}
