//! [`Endpoint`]: one model at one provider.

use std::fmt;
use std::sync::Arc;

use crate::provider::{Model, Policy, Price, Provider, UpstreamModel};

/// One model at one provider.
pub(crate) struct Endpoint {
    /// The full slug, `provider[/region][/tier]`; unique within the model.
    pub(crate) slug: String,
    pub(crate) provider: Arc<dyn Provider>,
    /// The model as clients know it.
    pub(crate) model: Arc<Model>,
    /// The provider's view of the model; `None` for a provider that is not reached over HTTP.
    pub(crate) upstream: Option<Arc<UpstreamModel>>,
    /// Prices; `None` if they are not known.
    pub(crate) price: Option<Price>,
    /// Maximum number of tokens of prompt and output together; `None` if it is not known.
    pub(crate) context_length: Option<u64>,
    /// Maximum number of output tokens; `None` if it is not known.
    pub(crate) max_output_tokens: Option<u64>,
    pub(crate) policy: Policy,
    /// Service tier: `default`, `priority`, `flex`.
    pub(crate) tier: String,
    pub(crate) region: Option<String>,
}

impl Endpoint {
    /// Creates the endpoint of a model of a provider that lists its models itself.
    pub(crate) fn of_provider(provider: &Arc<dyn Provider>, model: Arc<Model>) -> Self {
        Self {
            slug: provider.name().to_owned(),
            provider: Arc::clone(provider),
            upstream: None,
            price: model.price,
            context_length: Some(model.context_length).filter(|length| *length > 0),
            max_output_tokens: model.max_output_tokens,
            policy: provider.policy(),
            tier: "default".to_owned(),
            region: None,
            model,
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("model", &self.model.id)
            .field("slug", &self.slug)
            .finish_non_exhaustive()
    }
}
