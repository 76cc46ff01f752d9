//! [`ConfiguredProvider`]: makes endpoints of a provider from their configuration.

use std::sync::Arc;

use orouter_protocols::Protocol;
use url::Url;

use super::endpoint::{DEFAULT_TIER, Endpoint};
use super::model::CatalogModel;
use super::names::Names;
use super::states::{States, endpoint_name};
use crate::config::{EndpointConfig, ModelConfig, ProviderConfig};
use crate::metrics::OpenModels;
use crate::provider::{Model, Policy, Provider, UpstreamModel};

/// A provider of the configuration, and what is needed to make its endpoints.
#[derive(Clone)]
pub(super) struct ConfiguredProvider {
    name: String,
    provider: Arc<dyn Provider>,
    gets_unknown_members: bool,
    /// The models of the imported catalog.
    imported: Arc<Names<ModelConfig>>,
    states: States,
    /// Host and port of the upstream.
    server: Option<(String, u16)>,
}

impl ConfiguredProvider {
    pub(super) fn new(
        config: &ProviderConfig,
        provider: Arc<dyn Provider>,
        imported: Arc<Names<ModelConfig>>,
        states: States,
    ) -> Self {
        Self {
            name: config.name.clone(),
            provider,
            gets_unknown_members: config.protocol == Protocol::Responses,
            imported,
            states,
            server: server(&config.base_url),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the figures of models that clients name.
    pub(super) fn open_models(&self) -> Arc<OpenModels> {
        self.states.open(&self.name)
    }

    /// Creates an endpoint. Members that its configuration leaves out are those of the imported
    /// catalog. `open` are the figures of the provider's models if a client named the model.
    pub(super) fn endpoint(
        &self,
        model: Arc<Model>,
        model_config: &ModelConfig,
        config: &EndpointConfig,
        open: Option<&Arc<OpenModels>>,
    ) -> Endpoint {
        let slug = config.slug();
        let imported = self.imported.get(&model.id);
        let limit = config.max_output_tokens;
        let modalities = config.input_modalities.clone();
        let parameters = config.supported_parameters.clone();
        let upstream = UpstreamModel {
            endpoint: endpoint_name(&model.id, &slug),
            name: upstream_name(&model.id, config),
            input_modalities: modalities
                .clone()
                .or_else(|| imported.and_then(|model| model.input_modalities.clone())),
            // A list of the imported catalog is not sent on: it describes the model and not this
            // provider's API, and a parameter that it lacks may still be supported.
            supported_parameters: parameters.clone(),
            max_output_tokens: limit.or_else(|| imported.and_then(|m| m.max_output_tokens)),
            server: self.server.clone(),
        };
        Endpoint {
            provider: Arc::clone(&self.provider),
            own_id: model.id.clone(),
            gets_unknown_members: self.gets_unknown_members,
            price: config
                .price
                .or_else(|| imported.and_then(|model| model.price)),
            context_length: model_config
                .context_length
                .or_else(|| imported.and_then(|model| model.context_length)),
            max_output_tokens: limit.or_else(|| imported.and_then(|model| model.max_output_tokens)),
            input_modalities: upstream.input_modalities.clone(),
            supported_parameters: parameters
                .or_else(|| imported.and_then(|model| model.supported_parameters.clone())),
            policy: policy(config),
            tier: config
                .tier
                .clone()
                .unwrap_or_else(|| DEFAULT_TIER.to_owned()),
            any_tier: config.any_tier,
            state: self.states.get(&model.id, &slug, config.max_concurrent),
            series: self.states.series(&model.id, &slug, open),
            upstream: Some(Arc::new(upstream)),
            slug,
            model,
        }
    }

    /// Creates a model that a client named, with one endpoint.
    pub(super) fn single(
        &self,
        model: &ModelConfig,
        endpoint: &EndpointConfig,
        open: &Arc<OpenModels>,
    ) -> CatalogModel {
        let listed = described(model, self.imported.get(&model.id), Some(endpoint));
        let listed = Arc::new(listed);
        let endpoint = self.endpoint(Arc::clone(&listed), model, endpoint, Some(open));
        CatalogModel {
            model: listed,
            endpoints: vec![Arc::new(endpoint)],
        }
    }
}

/// Returns the host and the port of a URL.
fn server(url: &str) -> Option<(String, u16)> {
    let url = Url::parse(url).ok()?;
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

/// Returns the upstream's name of a model: by default the model's id without its author.
fn upstream_name(id: &str, config: &EndpointConfig) -> String {
    let slug = id.split_once('/').map_or(id, |(_, slug)| slug);
    config.model.clone().unwrap_or_else(|| slug.to_owned())
}

/// Returns the policy of an endpoint. Left-out members promise nothing.
fn policy(config: &EndpointConfig) -> Policy {
    Policy {
        collects_data: config.data_collection.unwrap_or(true),
        retains_data: config.zdr != Some(true),
        distillable: config.distillable == Some(true),
        quantization: config.quantization.clone(),
    }
}

/// Returns the model as `GET /models` lists it. Members that the configuration leaves out are those
/// of the imported catalog, and then of the first endpoint.
pub(super) fn described(
    config: &ModelConfig,
    imported: Option<&ModelConfig>,
    first: Option<&EndpointConfig>,
) -> Model {
    let mut model = Model::new(config.id.clone());
    let known =
        |name: fn(&ModelConfig) -> Option<String>| name(config).or_else(|| imported.and_then(name));
    if let Some(name) = known(|model| model.name.clone()) {
        model.name = name;
    }
    model.description = known(|model| model.description.clone()).unwrap_or_default();
    if let Some(tokenizer) = known(|model| model.tokenizer.clone()) {
        model.tokenizer = tokenizer;
    }
    let number =
        |get: fn(&ModelConfig) -> Option<u64>| get(config).or_else(|| imported.and_then(get));
    model.created = number(|model| model.created).unwrap_or_default();
    model.context_length = number(|model| model.context_length).unwrap_or_default();
    model.max_output_tokens = first
        .and_then(|endpoint| endpoint.max_output_tokens)
        .or_else(|| number(|model| model.max_output_tokens));
    model.price = first
        .and_then(|endpoint| endpoint.price)
        .or(config.price)
        .or_else(|| imported.and_then(|model| model.price));
    let list = |own: Option<&Vec<String>>, get: fn(&ModelConfig) -> Option<&Vec<String>>| {
        own.or_else(|| get(config))
            .or_else(|| imported.and_then(get))
            .cloned()
    };
    if let Some(modalities) = list(
        first.and_then(|endpoint| endpoint.input_modalities.as_ref()),
        |model| model.input_modalities.as_ref(),
    ) {
        model.input_modalities = modalities;
    }
    if let Some(modalities) = list(None, |model| model.output_modalities.as_ref()) {
        model.output_modalities = modalities;
    }
    model.supported_parameters = list(
        first.and_then(|endpoint| endpoint.supported_parameters.as_ref()),
        |model| model.supported_parameters.as_ref(),
    )
    .unwrap_or_default();
    model.family.clone_from(&config.family);
    let efforts = |of: &ModelConfig| of.supported_efforts.clone();
    model.supported_efforts = efforts(config).or_else(|| imported.and_then(efforts));
    model.aliases.clone_from(&config.aliases);
    model
}
