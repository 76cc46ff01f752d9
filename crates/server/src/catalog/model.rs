//! [`CatalogModel`]: a model and its endpoints.

use std::sync::Arc;

use super::endpoint::Endpoint;
use crate::provider::Model;

/// A model and its endpoints.
#[derive(Debug)]
pub(crate) struct CatalogModel {
    pub(crate) model: Arc<Model>,
    /// The endpoints, in the order in which they were configured.
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
}
