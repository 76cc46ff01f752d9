//! [`Catalog`]: the models of a server and their endpoints. Unknown models are refused here.

use std::sync::Arc;

use orouter_wire::{AvailabilityCode, ResponsesRequest};

use super::builder::Builder;
use super::configured::ConfiguredProvider;
use super::conversations::Conversations;
use super::endpoint::Endpoint;
use super::family::FamilyName;
use super::model::CatalogModel;
use super::names::Names;
use super::on_demand::OnDemand;
use super::states::{States, endpoint_name};
use crate::config::{Config, ServedModels};
use crate::failure::{Failure, FailureKind};
use crate::metrics::OpenModels;
use crate::provider::Provider;
use crate::quote::quote_list;
use crate::upstream::{SetupError, Upstreams};

/// Maximum number of models that a message names.
const QUOTED_MODELS: usize = 5;

/// Returns the model of this name from a provider that serves any model.
type FromProvider = fn(&OnDemand, &str) -> Option<Arc<CatalogModel>>;

/// The models of a server and their endpoints, at one time: a reload makes another one.
pub(crate) struct Catalog {
    /// The providers that this version can reach.
    providers: Vec<Arc<dyn Provider>>,
    models: Vec<Arc<CatalogModel>>,
    /// The models by id and alias.
    by_name: Names<Arc<CatalogModel>>,
    /// The providers that serve any model, by name.
    on_demand: Names<Arc<OnDemand>>,
    /// The same, in the order of the configuration.
    open: Vec<Arc<OnDemand>>,
    /// The ids that names of families mean, such as `~author/family-latest`, in the imported catalog.
    latest: Names<String>,
    /// The endpoints of conversations.
    conversations: Arc<Conversations>,
    /// The connections of endpoints that are reached over HTTP; `None` without a configuration.
    upstreams: Option<Upstreams>,
    /// `true` if an endpoint is reached over HTTP.
    has_upstreams: bool,
}

impl Catalog {
    /// Creates the catalog of providers that list their models themselves.
    pub(crate) fn new(providers: Vec<Arc<dyn Provider>>) -> Self {
        let mut builder = Builder::new(States::default());
        for provider in &providers {
            builder.provider(provider);
        }
        Self::of(
            providers,
            builder.build(),
            Vec::new(),
            Names::default(),
            None,
        )
    }

    /// Creates the catalog of a configuration and of the providers that list their models
    /// themselves. Endpoints that `previous` has too keep their state.
    ///
    /// # Errors
    /// If a provider cannot be set up, or an endpoint has a provider or a model that does not
    /// exist.
    pub(crate) fn from_config(
        config: &Config,
        own: &[Arc<dyn Provider>],
        upstreams: &Upstreams,
        previous: Option<&Self>,
    ) -> Result<Self, SetupError> {
        let mut imported = Names::default();
        for model in &config.imported {
            imported.add(&model.id, model.clone());
        }
        let imported = Arc::new(imported);
        let states = previous.map(Self::states).unwrap_or_default();
        let mut providers = own.to_vec();
        let mut configured = Names::default();
        let mut open = Vec::new();
        let mut on_demand = Names::default();
        for entry in &config.providers {
            let provider = upstreams.provider(entry)?;
            providers.push(Arc::clone(&provider));
            let imported = Arc::clone(&imported);
            let provider = ConfiguredProvider::new(entry, provider, imported, states.clone());
            if entry.models == ServedModels::Any {
                let models = Arc::new(OnDemand::new(provider.clone()));
                open.push(Arc::clone(&models));
                on_demand.add(&entry.name, models);
            }
            configured.add(&entry.name, provider);
        }
        let mut builder = Builder::new(states);
        for provider in own {
            builder.provider(provider);
        }
        builder.config(config, own, &configured, &imported)?;
        let upstreams = Some(upstreams.clone());
        let mut catalog = Self::of(providers, builder.build(), open, on_demand, upstreams);
        for model in &config.imported {
            if let Some(target) = &model.alias_target {
                catalog.latest.add(&model.id, target.clone());
            }
        }
        if let Some(previous) = previous {
            catalog.conversations = Arc::clone(&previous.conversations);
        }
        Ok(catalog)
    }

    fn of(
        providers: Vec<Arc<dyn Provider>>,
        models: Vec<Arc<CatalogModel>>,
        open: Vec<Arc<OnDemand>>,
        on_demand: Names<Arc<OnDemand>>,
        upstreams: Option<Upstreams>,
    ) -> Self {
        let mut by_name = Names::default();
        for known in &models {
            by_name.add(&known.model.id, Arc::clone(known));
        }
        for known in &models {
            for alias in &known.model.aliases {
                by_name.add(alias, Arc::clone(known));
            }
        }
        let mut endpoints = models.iter().flat_map(|known| &known.endpoints);
        let has_upstreams =
            !open.is_empty() || endpoints.any(|endpoint| endpoint.upstream.is_some());
        Self {
            providers,
            models,
            by_name,
            on_demand,
            open,
            latest: Names::default(),
            conversations: Arc::default(),
            upstreams,
            has_upstreams,
        }
    }

    /// Returns the states of all endpoints.
    fn states(&self) -> States {
        let open = self.open.iter();
        let open = open.map(|open| (open.provider(), Arc::clone(open.metrics())));
        States::of(self.endpoints().iter(), open)
    }

    /// Returns the endpoints of listed models and of those made on demand so far.
    fn endpoints(&self) -> Vec<Arc<Endpoint>> {
        let made: Vec<Arc<CatalogModel>> = self.open.iter().flat_map(|open| open.kept()).collect();
        let models = self.models.iter().chain(&made);
        let endpoints = models.flat_map(|known| &known.endpoints);
        endpoints.map(Arc::clone).collect()
    }

    /// Returns the providers that this version can reach.
    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    /// Returns the listed models, in order. Models that are made on demand are not among them.
    pub(crate) fn models(&self) -> impl Iterator<Item = &CatalogModel> {
        self.models.iter().map(|known| &**known)
    }

    /// Returns `true` if an endpoint is reached over HTTP.
    pub(crate) fn has_upstreams(&self) -> bool {
        self.has_upstreams
    }

    /// Returns the name of the endpoint that issued the encrypted reasoning in a request, if it is
    /// known: the model's id and the endpoint's slug, joined by `@`.
    pub(crate) fn issuer_of(&self, request: &ResponsesRequest) -> Option<Arc<str>> {
        self.upstreams.as_ref()?.issuer_of(request)
    }

    /// Returns the endpoints at a provider, of listed models and of those made on demand so far.
    pub(crate) fn endpoints_at(&self, provider: &Arc<dyn Provider>) -> Vec<Arc<Endpoint>> {
        let mut endpoints = self.endpoints();
        endpoints.retain(|endpoint| Arc::ptr_eq(&endpoint.provider, provider));
        endpoints
    }

    /// Returns the endpoints of listed models and of those made on demand so far, with their names in
    /// this server.
    pub(crate) fn named_endpoints(&self) -> Vec<(String, Arc<Endpoint>)> {
        let named = |endpoint: Arc<Endpoint>| {
            let name = endpoint_name(&endpoint.model.id, &endpoint.slug);
            (name, endpoint)
        };
        self.endpoints().into_iter().map(named).collect()
    }

    /// Returns the endpoints of listed models.
    pub(crate) fn listed_endpoints(&self) -> impl Iterator<Item = &Arc<Endpoint>> {
        self.models.iter().flat_map(|known| &known.endpoints)
    }

    /// Returns the figures of each provider that serves any model, with the endpoints that were made
    /// on demand so far.
    pub(crate) fn open_providers(
        &self,
    ) -> impl Iterator<Item = (&Arc<OpenModels>, Vec<Arc<CatalogModel>>)> {
        self.open.iter().map(|open| (open.metrics(), open.kept()))
    }

    /// Returns the listed model with this id or alias, ignoring ASCII case.
    pub(crate) fn listed(&self, name: &str) -> Option<&Arc<CatalogModel>> {
        self.by_name.get(name)
    }

    /// Returns the model with this id or alias, ignoring ASCII case, or the newest model of a family
    /// from its name `~author/family-latest`. If it is not listed and a provider serves any model,
    /// returns the model of that provider, `<provider>/<name>`, and keeps it.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<CatalogModel>> {
        self.find_with(name, OnDemand::model)
    }

    /// The same, and keeps nothing: to describe a model must not displace one that serves requests.
    pub(crate) fn look_up(&self, name: &str) -> Option<Arc<CatalogModel>> {
        self.find_with(name, OnDemand::look_up)
    }

    fn find_with(&self, name: &str, on_demand: FromProvider) -> Option<Arc<CatalogModel>> {
        if !name.starts_with('~') {
            return self.concrete(name, on_demand);
        }
        let newest = FamilyName::new(name).and_then(|name| name.newest(self.models.iter()));
        match newest {
            Some(known) => Some(Arc::clone(known)),
            None => self.concrete(self.latest.get(name)?, on_demand),
        }
    }

    fn concrete(&self, name: &str, on_demand: FromProvider) -> Option<Arc<CatalogModel>> {
        if let Some(known) = self.listed(name) {
            return Some(Arc::clone(known));
        }
        let (provider, name) = name.split_once('/')?;
        on_demand(self.on_demand.get(provider)?, name)
    }

    /// Returns the endpoints of conversations.
    pub(crate) fn conversations(&self) -> &Arc<Conversations> {
        &self.conversations
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
