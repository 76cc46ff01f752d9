//! [`Endpoint`]: one model at one provider.

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use super::state::{EndpointState, Trial};
use crate::config::EndpointConfig;
use crate::metrics::EndpointSeries;
use crate::provider::{Model, Policy, Price, Provider, UpstreamModel};
use crate::traces::AttemptSpan;

/// The service tier of endpoints that are not of a special one.
pub(crate) const DEFAULT_TIER: &str = "default";

/// Parameters that catalogs list under another name too: some list the name of the member in Chat
/// Completions.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("max_tokens", "max_completion_tokens"),
    ("reasoning", "reasoning_effort"),
    ("response_format", "structured_outputs"),
];

/// One model at one provider.
pub(crate) struct Endpoint {
    /// The full slug, `provider[/region][/tier]`; unique within the model.
    pub(crate) slug: String,
    pub(crate) provider: Arc<dyn Provider>,
    /// The model as clients know it.
    pub(crate) model: Arc<Model>,
    /// The model's id at the provider, for a provider that is not reached over HTTP.
    pub(crate) own_id: String,
    /// The provider's view of the model; `None` for a provider that is not reached over HTTP.
    pub(crate) upstream: Option<Arc<UpstreamModel>>,
    /// `true` if the provider gets the members of a request that this server does not know.
    pub(crate) gets_unknown_members: bool,
    /// Prices; `None` if they are not known.
    pub(crate) price: Option<Price>,
    /// Maximum number of tokens of prompt and output together; `None` if it is not known.
    pub(crate) context_length: Option<u64>,
    /// Maximum number of output tokens; `None` if it is not known.
    pub(crate) max_output_tokens: Option<u64>,
    /// Kinds of input; `None` if they are not known.
    pub(crate) input_modalities: Option<Vec<String>>,
    /// Request parameters; `None` if they are not known.
    pub(crate) supported_parameters: Option<Vec<String>>,
    pub(crate) policy: Policy,
    /// Service tier: `default`, `priority`, `flex`.
    pub(crate) tier: String,
    /// `true` if the endpoint serves requests of any service tier: the configuration does not list
    /// it, and the upstream decides.
    pub(crate) any_tier: bool,
    pub(crate) state: Arc<EndpointState>,
    /// The figures for `GET /metrics`.
    pub(crate) series: Arc<EndpointSeries>,
}

impl Endpoint {
    /// Creates the endpoint of a model of a provider that lists its models itself. `model` is the
    /// model as clients know it, `own` the provider's entry.
    pub(super) fn of_provider(
        provider: &Arc<dyn Provider>,
        model: Arc<Model>,
        own: &Model,
        state: Arc<EndpointState>,
        series: Arc<EndpointSeries>,
    ) -> Self {
        Self {
            slug: provider.name().to_owned(),
            provider: Arc::clone(provider),
            own_id: own.id.clone(),
            upstream: None,
            gets_unknown_members: false,
            price: own.price,
            context_length: Some(own.context_length).filter(|length| *length > 0),
            max_output_tokens: own.max_output_tokens,
            input_modalities: Some(own.input_modalities.clone()),
            supported_parameters: Some(own.supported_parameters.clone()),
            policy: provider.policy(),
            tier: DEFAULT_TIER.to_owned(),
            any_tier: true,
            state,
            series,
            model,
        }
    }

    /// Starts an attempt. `span` ends with it.
    pub(crate) fn begin(&self, now: Instant, span: AttemptSpan) -> Trial {
        self.state.begin(now, &self.series, span)
    }

    /// Returns the region in the slug, `provider[/region][/tier]`.
    pub(crate) fn region(&self) -> Option<&str> {
        let rest = self.slug.get(self.provider.name().len()..)?;
        let rest = match self.tier.as_str() {
            DEFAULT_TIER => rest,
            tier => rest.strip_suffix(tier)?,
        };
        Some(rest.trim_matches('/')).filter(|region| !region.is_empty())
    }

    /// Applies the members that the configuration of an endpoint sets.
    pub(super) fn configured(mut self, config: &EndpointConfig) -> Self {
        self.slug = config.slug();
        self.price = config.price.or(self.price);
        self.max_output_tokens = config.max_output_tokens.or(self.max_output_tokens);
        if let Some(modalities) = &config.input_modalities {
            self.input_modalities = Some(modalities.clone());
        }
        if let Some(parameters) = &config.supported_parameters {
            self.supported_parameters = Some(parameters.clone());
        }
        let policy = &mut self.policy;
        policy.collects_data = config.data_collection.unwrap_or(policy.collects_data);
        policy.retains_data = config.zdr.map_or(policy.retains_data, |zdr| !zdr);
        policy.distillable = config.distillable.unwrap_or(policy.distillable);
        if let Some(quantization) = &config.quantization {
            policy.quantization = Some(quantization.clone());
        }
        if let Some(tier) = &config.tier {
            self.tier.clone_from(tier);
        }
        self.any_tier = config.any_tier;
        self
    }

    /// Returns `true` if the endpoint supports a request parameter, in the catalog's words, or if
    /// it is not known.
    pub(crate) fn supports(&self, parameter: &str) -> bool {
        let other = OTHER_NAMES.iter().find(|(name, _)| *name == parameter);
        let is = |listed: &String| {
            listed == parameter || other.is_some_and(|(_, other)| listed == other)
        };
        let supported = self.supported_parameters.as_ref();
        supported.is_none_or(|list| list.iter().any(is))
    }

    /// Returns `true` if a token that the endpoint reads from its cache costs less than another one.
    pub(crate) fn has_cheaper_reads(&self) -> bool {
        let price = self.price.as_ref();
        price.is_some_and(|price| price.cache_read.is_some_and(|read| read < price.prompt))
    }

    /// Returns `true` if the endpoint reads this kind of input, or if it is not known.
    pub(crate) fn reads(&self, modality: &str) -> bool {
        let modalities = self.input_modalities.as_ref();
        modalities.is_none_or(|list| list.iter().any(|name| name == modality))
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
