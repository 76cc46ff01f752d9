//! [`LocalModel`]: the embedded model as a provider. Requests become prompts ([`translate`]), and
//! text becomes events ([`output_events`]).
//!
//! `orouter-local` has the model and its engine. It does not depend on the wire types.

mod choice;
mod custom;
mod engine_failure;
mod events;
mod file;
mod grammar;
mod history;
mod loading;
mod model;
mod offer;
mod output_events;
mod parts;
mod prompt;
mod schema;
mod tools;
mod translate;
mod truncate;

use orouter_local::{Engine, LoadError};
use orouter_wire::settings::Truncation;

use self::events::Events;
use self::loading::Loading;
use self::schema::Refusal;
use self::translate::translate;
use crate::failure::{Failure, FailureKind};
use crate::provider::{
    BoxFuture, EventStream, Load, Model, Policy, Provider, ProviderRequest, Readiness,
};

/// SmolLM2-135M-Instruct in this process: `local/smollm2-135m-instruct`, with the aliases
/// `smollm2-135m-instruct` and `local`.
///
/// **Input.** The model reads text and text files. Requests with images, audio or other files are
/// refused with a 400 that names the part. A prompt longer than the context is refused, unless
/// `truncation: "auto"` allows the server to drop the oldest turns.
///
/// **Tools.** The caller runs functions and custom tools, including those in namespaces. Tools that
/// a server would have to run are skipped, unless `tool_choice` forces one. A response has at most
/// one call, also with `parallel_tool_calls: true`. The call's arguments satisfy the function's
/// schema.
///
/// **JSON.** Text for `text.format` `json_schema` satisfies the schema if the status is
/// `completed`. A schema that cannot be enforced is refused if it is `strict`. Otherwise it is
/// relaxed, and the parts that are not enforced are noted.
///
/// **Sampling.** `temperature` (default 0.2), `top_p` (0.9), `top_k`, `seed` (default: random),
/// `stop`, `frequency_penalty`, `presence_penalty` and `max_output_tokens` (1024) have an effect.
///
/// **End.** A response that reaches `max_output_tokens` or the end of the context is `incomplete`.
/// A text that repeats itself 12 times in a row, over 128 tokens, ends there and is `incomplete`
/// for the reason `max_output_tokens`, which the model would have reached.
#[derive(Debug)]
pub struct LocalModel {
    engine: Loading,
    model: [Model; 1],
}

impl LocalModel {
    /// The id of the embedded model. No engine is needed to read it.
    pub const ID: &'static str = model::ID;

    /// Other names that requests may use for the embedded model.
    pub const ALIASES: [&'static str; 2] = model::ALIASES;

    /// Returns `true` if `name` is the embedded model's id or one of its aliases, ignoring ASCII
    /// case. Needs no engine and starts no thread.
    ///
    /// ```
    /// use orouter_server::LocalModel;
    /// assert!(LocalModel::is_named("local"));
    /// assert!(!LocalModel::is_named("openai/gpt-4o"));
    /// ```
    #[must_use]
    pub fn is_named(name: &str) -> bool {
        std::iter::once(Self::ID)
            .chain(Self::ALIASES)
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Returns a provider that lists the model and cannot run it. It starts no thread. A request
    /// for the model is a 502 that gives `reason`.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self {
            engine: Loading::failed(reason.into()),
            model: [model::model()],
        }
    }

    /// Creates a provider for an engine that is loaded.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine: Loading::done(engine),
            model: [model::model()],
        }
    }

    /// Creates a provider and starts a thread that runs `load`. Requests wait until the engine is
    /// loaded. If `load` fails, requests are a 502 that gives the reason.
    ///
    /// ```no_run
    /// use orouter_local::{Engine, EngineOptions};
    /// use orouter_server::{LocalModel, Server};
    ///
    /// let path = std::path::PathBuf::from("model.gguf");
    /// let model = LocalModel::loading(move || Engine::load(&path, EngineOptions::default()));
    /// let server = Server::builder().provider(model).build();
    /// ```
    #[must_use]
    pub fn loading(load: impl FnOnce() -> Result<Engine, LoadError> + Send + 'static) -> Self {
        Self {
            engine: Loading::begin(load),
            model: [model::model()],
        }
    }
}

impl Provider for LocalModel {
    fn name(&self) -> &str {
        model::PROVIDER
    }

    fn models(&self) -> &[Model] {
        &self.model
    }

    fn load(&self) -> Load {
        let mut load = Load::default();
        match self.engine.snapshot() {
            None => load.readiness = Readiness::Loading,
            Some(Err(reason)) => load.readiness = Readiness::Failed(reason),
            Some(Ok(engine)) => {
                let status = engine.status();
                load.active = status.active;
                load.queued = status.queued;
                load.parallel = Some(status.parallel);
                load.queue = Some(status.queue_limit);
            }
        }
        load
    }

    /// Returns the policy: prompts stay in this process, the model's licence is Apache-2.0, and its
    /// file is `Q4_1`.
    fn policy(&self) -> Policy {
        Policy {
            collects_data: false,
            retains_data: false,
            distillable: true,
            quantization: Some("int4".to_owned()),
        }
    }

    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        let engine = self.engine.clone();
        Box::pin(async move {
            let (mut prompt, offer, schema) = translate(&request.request, &request.notes)?;
            let engine = engine
                .ready()
                .await
                .map_err(|reason| engine_failure::not_loaded(&reason, &request))?;
            // Tokenising a long prompt and compiling a schema take long, and must not block the
            // thread that relays other responses.
            let (shared, notes) = (offer.clone(), request.notes.clone());
            let shorten = request.request.truncation == Some(Truncation::Auto);
            let started = tokio::task::spawn_blocking(move || {
                if shorten {
                    truncate::fit(&engine, &mut prompt, &notes);
                }
                engine.generate_with(prompt, || {
                    grammar::constraint(&engine, &shared, schema.as_ref(), &notes)
                })
            })
            .await;
            let generation = match started {
                Ok(Ok(generation)) => generation,
                Ok(Err(Refusal::Engine(error))) => {
                    return Err(engine_failure::from_engine(&error, &request));
                }
                Ok(Err(Refusal::Request(failure))) => return Err(failure.provider(model::PROVIDER)),
                Err(error) => return Err(Failure::new(FailureKind::Server, error.to_string())),
            };
            Ok(EventStream::new(Events::new(generation, &offer, request)))
        })
    }
}
