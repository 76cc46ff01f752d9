//! [`Endpoint`]: one model at one provider.

use std::sync::Arc;

use crate::provider::{Model, Provider};

/// One model at one provider.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) model: Model,
}

impl Endpoint {
    /// Returns `true` if `model` at `provider` is this endpoint.
    pub(super) fn is(&self, provider: &Arc<dyn Provider>, model: &Model) -> bool {
        self.model.id == model.id && Arc::ptr_eq(&self.provider, provider)
    }
}
