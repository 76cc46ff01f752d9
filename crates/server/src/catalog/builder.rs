//! [`Builder`]: collects the models of a catalog from providers and from the configuration.

use std::sync::Arc;

use super::configured::{ConfiguredProvider, described};
use super::endpoint::Endpoint;
use super::model::CatalogModel;
use super::names::Names;
use super::states::States;
use crate::config::{Config, EndpointConfig, ModelConfig, ServedModels};
use crate::provider::{Model, Provider};
use crate::upstream::SetupError;

/// A model, before its endpoints are made.
struct Draft {
    model: Model,
    config: ModelConfig,
    sources: Vec<Source>,
}

impl Draft {
    /// Adds the endpoints of a configuration. They replace those that the same provider lists itself:
    /// otherwise the model would be there twice, and for the price of the provider too.
    fn replace(&mut self, sources: Vec<Source>) {
        for source in &sources {
            let Source::Own(provider, own, endpoint) = source else {
                continue;
            };
            let before = self.sources.len();
            self.sources.retain(|listed| match listed {
                Source::Own(by, same, _) => by.name() != provider.name() || same.id != own.id,
                Source::Configured(..) => true,
            });
            if self.sources.len() < before {
                self.model.price = endpoint.price.or(self.model.price);
            }
        }
        self.sources.extend(sources);
    }
}

/// The source of an endpoint.
enum Source {
    /// A model of a provider that lists its models itself.
    Own(Arc<dyn Provider>, Box<Model>, EndpointConfig),
    /// An endpoint of a provider of the configuration.
    Configured(ConfiguredProvider, EndpointConfig),
}

/// Collects the models of a catalog.
pub(super) struct Builder {
    drafts: Vec<Draft>,
    /// The positions of the drafts by id.
    positions: Names<usize>,
    states: States,
}

impl Builder {
    pub(super) fn new(states: States) -> Self {
        Self {
            drafts: Vec::new(),
            positions: Names::default(),
            states,
        }
    }

    /// Adds the models of a provider that lists its models itself.
    pub(super) fn provider(&mut self, provider: &Arc<dyn Provider>) {
        for model in provider.models() {
            let mut endpoint = EndpointConfig::new(provider.name());
            endpoint.any_tier = true;
            let source = Source::Own(Arc::clone(provider), Box::new(model.clone()), endpoint);
            let new = || (model.clone(), ModelConfig::new(model.id.clone()));
            self.edit(&model.id, new, |draft| draft.sources.push(source));
        }
    }

    /// Adds the models of a configuration. `own` are the providers that list their models
    /// themselves.
    ///
    /// # Errors
    /// If an endpoint has a provider that does not exist, or a model that its provider does not
    /// have.
    pub(super) fn config(
        &mut self,
        config: &Config,
        own: &[Arc<dyn Provider>],
        configured: &Names<ConfiguredProvider>,
        imported: &Names<ModelConfig>,
    ) -> Result<(), SetupError> {
        for model in &config.models {
            let sources = sources(model, config, own, configured)?;
            let described = || {
                let first = model.endpoints.first();
                let described = described(model, imported.get(&model.id), first);
                (described, model.clone())
            };
            self.edit(&model.id, described, |draft| {
                for alias in &model.aliases {
                    if !draft.model.is_named(alias) {
                        draft.model.aliases.push(alias.clone());
                    }
                }
                draft.replace(sources);
            });
        }
        for provider in &config.providers {
            let names: Vec<String> = match &provider.models {
                ServedModels::Listed => Vec::new(),
                ServedModels::Names(names) => names.clone(),
                ServedModels::Any => {
                    let prefix = format!("{}/", provider.name);
                    let ids = config.imported.iter().map(|model| model.id.as_str());
                    ids.filter_map(|id| without_prefix(id, &prefix))
                        .map(str::to_owned)
                        .collect()
                }
            };
            let Some(source) = configured.get(&provider.name) else {
                continue;
            };
            for name in names {
                let model = ModelConfig::new(format!("{}/{name}", provider.name));
                if self.positions.get(&model.id).is_some() {
                    continue;
                }
                let mut endpoint = EndpointConfig::new(provider.name.clone());
                endpoint.model = Some(name);
                endpoint.any_tier = true;
                let described = || {
                    let known = imported.get(&model.id);
                    (described(&model, known, Some(&endpoint)), model.clone())
                };
                let source = Source::Configured(source.clone(), endpoint.clone());
                self.edit(&model.id, described, |draft| draft.sources.push(source));
            }
        }
        Ok(())
    }

    /// Returns the models, in the order in which they were added.
    pub(super) fn build(self) -> Vec<Arc<CatalogModel>> {
        let states = self.states;
        let model = |draft: Draft| {
            let model = Arc::new(draft.model);
            let endpoint = |source| {
                let model = Arc::clone(&model);
                Arc::new(match source {
                    Source::Own(provider, own, config) => {
                        let state = states.get(&model.id, &config.slug(), config.max_concurrent);
                        let series = states.series(&model.id, &config.slug(), None);
                        Endpoint::of_provider(&provider, model, &own, state, series)
                            .configured(&config)
                    }
                    Source::Configured(provider, config) => {
                        provider.endpoint(model, &draft.config, &config, None)
                    }
                })
            };
            Arc::new(CatalogModel {
                endpoints: draft.sources.into_iter().map(endpoint).collect(),
                model: Arc::clone(&model),
            })
        };
        self.drafts.into_iter().map(model).collect()
    }

    /// Changes the draft of this id. Adds it first if it does not exist.
    fn edit(
        &mut self,
        id: &str,
        new: impl FnOnce() -> (Model, ModelConfig),
        change: impl FnOnce(&mut Draft),
    ) {
        if let Some(position) = self.positions.get(id) {
            if let Some(draft) = self.drafts.get_mut(*position) {
                change(draft);
            }
            return;
        }
        let (model, config) = new();
        let mut draft = Draft {
            model,
            config,
            sources: Vec::new(),
        };
        change(&mut draft);
        self.positions.add(id, self.drafts.len());
        self.drafts.push(draft);
    }
}

/// Returns the endpoints of a model. A model without endpoints has one at the provider that its id
/// names, if that provider serves it.
fn sources(
    model: &ModelConfig,
    config: &Config,
    own: &[Arc<dyn Provider>],
    configured: &Names<ConfiguredProvider>,
) -> Result<Vec<Source>, SetupError> {
    let mut sources = Vec::new();
    for endpoint in &model.endpoints {
        let own = own
            .iter()
            .find(|own| own.name().eq_ignore_ascii_case(&endpoint.provider));
        sources.push(match (configured.get(&endpoint.provider), own) {
            (Some(provider), _) => Source::Configured(provider.clone(), endpoint.clone()),
            (None, Some(provider)) => own_source(model, endpoint, provider)?,
            (None, None) => {
                return Err(SetupError::new(format!(
                    "models \"{}\": the provider \"{}\" does not exist",
                    model.id, endpoint.provider
                )));
            }
        });
    }
    if sources.is_empty()
        && let Some((author, name)) = model.id.split_once('/')
        && let Some(provider) = configured.get(author)
    {
        let same = |served: &String| served.eq_ignore_ascii_case(name);
        let serves = config.providers.iter().any(|provider| {
            provider.name.eq_ignore_ascii_case(author)
                && match &provider.models {
                    ServedModels::Any => true,
                    ServedModels::Names(names) => names.iter().any(same),
                    ServedModels::Listed => false,
                }
        });
        if serves {
            let mut endpoint = EndpointConfig::new(provider.name());
            endpoint.model = Some(name.to_owned());
            endpoint.any_tier = true;
            sources.push(Source::Configured(provider.clone(), endpoint));
        }
    }
    Ok(sources)
}

/// Returns the endpoint of a provider that lists its models itself.
fn own_source(
    model: &ModelConfig,
    endpoint: &EndpointConfig,
    provider: &Arc<dyn Provider>,
) -> Result<Source, SetupError> {
    let slug = |id: &str| id.split_once('/').map_or("", |(_, slug)| slug).to_owned();
    let wanted = endpoint.model.clone().unwrap_or_else(|| slug(&model.id));
    let named = |own: &&Model| own.is_named(&wanted) || slug(&own.id).eq_ignore_ascii_case(&wanted);
    match provider.models().iter().find(named) {
        Some(own) => Ok(Source::Own(
            Arc::clone(provider),
            Box::new(own.clone()),
            endpoint.clone(),
        )),
        None => Err(SetupError::new(format!(
            "models \"{}\": the provider \"{}\" does not have the model \"{wanted}\"",
            model.id,
            provider.name()
        ))),
    }
}

/// Returns the rest of `text` after a prefix, which is compared ignoring ASCII case.
fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
