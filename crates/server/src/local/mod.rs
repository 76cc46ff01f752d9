//! The embedded model as an endpoint: requests become prompts, text becomes events.
//!
//! The model and its engine live in `orouter-local`, which knows nothing of the wire; here is all
//! that lies between the two.

mod answer;
mod choice;
mod custom;
mod file;
mod grammar;
mod history;
mod load;
mod parts;
mod prompt;
mod schema;
mod tools;
mod truncate;

use std::task::{Context, Poll};

use orouter_local::{Engine, GenerateError, Generation, GenerationEvent, LoadError, Prompt};
use orouter_wire::settings::{Include, Modality, Truncation};
use orouter_wire::{
    AvailabilityCode, ResponsesRequest, StopSequences, StreamEvent, TextFormat, Usage,
};

use self::answer::Answer;
use self::load::Loading;
use self::schema::{Refused, Schema};
use self::tools::Offer;
use crate::endpoint::{BoxFuture, Call, Endpoint, EventStream, Load, Model, Price, Readiness};
use crate::failure::{Failure, FailureKind};
use crate::notes::Notes;
use crate::policy::Policy;
use crate::quote::quote;

/// The provider's name.
const PROVIDER: &str = "local";

/// The id of the embedded model.
const ID: &str = "local/smollm2-135m-instruct";

/// Other names that requests may use for the embedded model.
const ALIASES: [&str; 2] = ["smollm2-135m-instruct", "local"];

/// What the engine does where a request names no temperature and no `top_p`.
const TEMPERATURE: f64 = 0.2;
const TOP_P: f64 = 0.9;

/// Tokens that prompt and answer may have together.
const CONTEXT: u64 = orouter_local::CONTEXT_LIMIT as u64;

/// SmolLM2-135M-Instruct, in this process: `local/smollm2-135m-instruct`, also taken for
/// `smollm2-135m-instruct` and `local`.
///
/// It reads and writes text. Requests with images, audio, or files that are not text are refused
/// with a 400 that names the part. Functions and custom tools, also those in namespaces, are the
/// caller's to run; tools that a server would have to run are skipped, unless `tool_choice` forces
/// one. An answer calls at most one tool, whether or not `parallel_tool_calls` allows more, and its
/// arguments satisfy the function's schema. So does text for `text.format` `json_schema`, whenever
/// the status is `completed`. An answer that reaches `max_output_tokens`, or the end of the
/// context, is `incomplete`.
///
/// A schema that cannot be enforced is refused if it is `strict`; otherwise it is relaxed, and the
/// parts that are not enforced are noted.
///
/// Of the request's sampling parameters `temperature` (default 0.2), `top_p` (0.9), `top_k`, `seed`
/// (default: random), `stop`, `frequency_penalty` and `presence_penalty` have an effect.
/// `max_output_tokens` is 1024 by default. An answer that repeats itself 12 times in a row, and
/// over 128 tokens, ends there and is `incomplete` for the reason `max_output_tokens`, the only one
/// of the API's reasons that applies: the model would have gone on to that limit.
/// Input past the context is refused, unless `truncation: "auto"` allows to drop the oldest turns.
#[derive(Debug)]
pub struct LocalModel {
    engine: Loading,
    model: [Model; 1],
}

impl LocalModel {
    /// The id of the embedded model. No engine is needed to read it.
    pub const ID: &'static str = ID;

    /// Other names that requests may use for the embedded model.
    pub const ALIASES: [&'static str; 2] = ALIASES;

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
        std::iter::once(ID)
            .chain(ALIASES)
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Returns a provider that lists the model and cannot run it. It starts no thread. A request
    /// for the model is a 502 that gives `reason`.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self {
            engine: Loading::failed(reason.into()),
            model: [model()],
        }
    }

    /// A model that is in memory already.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine: Loading::done(engine),
            model: [model()],
        }
    }

    /// A model that `load` brings into memory, on a thread of its own, beginning now. Requests
    /// that come before it is there wait for it; if it cannot be loaded they are told so.
    ///
    /// ```no_run
    /// use orouter_local::{Engine, EngineOptions};
    /// use orouter_server::{LocalModel, Server};
    ///
    /// let path = std::path::PathBuf::from("model.gguf");
    /// let model = LocalModel::loading(move || Engine::load(&path, EngineOptions::default()));
    /// let server = Server::builder().endpoint(model).build();
    /// ```
    #[must_use]
    pub fn loading(load: impl FnOnce() -> Result<Engine, LoadError> + Send + 'static) -> Self {
        Self {
            engine: Loading::begin(load),
            model: [model()],
        }
    }
}

impl Endpoint for LocalModel {
    fn provider(&self) -> &str {
        PROVIDER
    }

    fn models(&self) -> &[Model] {
        &self.model
    }

    fn load(&self) -> Load {
        let mut load = Load::default();
        match self.engine.now() {
            None => load.readiness = Readiness::Loading,
            Some(Err(why)) => load.readiness = Readiness::Failed(why),
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

    /// Prompts stay in this process, the model's licence is Apache-2.0, and its file is `Q4_1`.
    fn policy(&self) -> Policy {
        Policy {
            collects_data: false,
            retains_data: false,
            distillable: true,
            quantization: Some("int4".to_owned()),
        }
    }

    fn answer(&self, call: Call) -> BoxFuture<Result<EventStream, Failure>> {
        let engine = self.engine.clone();
        Box::pin(async move {
            let (mut prompt, offer, schema) = translate(&call.request, &call.notes)?;
            let engine = engine.ready().await.map_err(|why| unusable(&why, &call))?;
            // Tokenising a long prompt and compiling a schema take a while, and must not hold up
            // the thread that other answers are relayed on.
            let (shared, notes) = (offer.clone(), call.notes.clone());
            let shorten = call.request.truncation == Some(Truncation::Auto);
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
                Ok(Err(Refused::Engine(error))) => return Err(refusal(&error, &call)),
                Ok(Err(Refused::Request(failure))) => return Err(failure.provider(PROVIDER)),
                Err(error) => return Err(Failure::new(FailureKind::Server, error.to_string())),
            };
            Ok(EventStream::new(Events {
                generation,
                answer: Answer::new(&offer),
                call,
            }))
        })
    }
}

fn model() -> Model {
    let mut model = Model::new(ID);
    model.aliases = ALIASES.map(str::to_owned).to_vec();
    model.name = "SmolLM2 135M Instruct".to_owned();
    model.description = "A small language model by Hugging Face (Apache-2.0), run by this server \
                         in its own process: no key, no network, modest answers."
        .to_owned();
    // The day its weights were published: 2024-10-31.
    model.created = 1_730_332_800;
    model.context_length = CONTEXT;
    model.supported_parameters = [
        "max_tokens",
        "temperature",
        "top_p",
        "top_k",
        "frequency_penalty",
        "presence_penalty",
        "seed",
        "stop",
        "tools",
        "tool_choice",
        "response_format",
        "structured_outputs",
    ]
    .map(str::to_owned)
    .to_vec();
    model.default_temperature = TEMPERATURE;
    model.default_top_p = TOP_P;
    model.price = Some(Price::free());
    model.instruct_type = Some("chatml".to_owned());
    model
}

/// The request in the engine's terms, without the constraint of its answer: the tools that it may
/// call, and the schema of its text. `notes` takes what is skipped or converted.
fn translate(
    request: &ResponsesRequest,
    notes: &Notes,
) -> Result<(Prompt, Offer, Option<Schema>), Failure> {
    cannot(request)?;
    let offer = Offer::of(request, notes)?;
    let schema = schema(request)?;
    let mut prompt = Prompt::default();
    let shown = schema.as_ref().map(|schema| &schema.value);
    prompt.messages = prompt::turns(request, &offer, shown, notes)?;
    prompt.max_output_tokens = request
        .max_output_tokens
        .map(|tokens| u32::try_from(tokens).unwrap_or(u32::MAX));
    prompt.temperature = request.temperature;
    prompt.top_p = request.top_p;
    prompt.top_k = request
        .top_k
        .map(|tokens| u32::try_from(tokens).unwrap_or(u32::MAX));
    prompt.frequency_penalty = request.frequency_penalty;
    prompt.presence_penalty = request.presence_penalty;
    prompt.stop = stop(request, schema.is_some() || !offer.is_empty())?;
    prompt.forbidden = grammar::MARKUP.map(str::to_owned).to_vec();
    prompt.seed = request.extra.get("seed").and_then(|raw| raw.parse().ok());
    Ok((prompt, offer, schema))
}

/// Refuses what would change the answer and cannot be done here.
fn cannot(request: &ResponsesRequest) -> Result<(), Failure> {
    if request
        .modalities
        .iter()
        .any(|modality| *modality != Modality::Text)
    {
        return Err(Failure::invalid(
            "modalities",
            "`modalities` must be `text`: it is all that this model makes",
        ));
    }
    let no_logprobs = "gives no probabilities of tokens";
    if request.top_logprobs.is_some_and(|count| count > 0) {
        return Err(Failure::invalid(
            "top_logprobs",
            format!("`top_logprobs` must be 0: this model {no_logprobs}"),
        ));
    }
    if request.include.contains(&Include::OutputTextLogprobs) {
        let message =
            format!("`include` asks for `message.output_text.logprobs`: this model {no_logprobs}");
        return Err(Failure::invalid("include", message));
    }
    Ok(())
}

/// The texts that end the answer.
fn stop(request: &ResponsesRequest, shaped: bool) -> Result<Vec<String>, Failure> {
    let texts = match &request.stop {
        None => return Ok(Vec::new()),
        Some(StopSequences::Unknown(_)) => {
            return Err(Failure::invalid(
                "stop",
                "`stop` must be a string or a list of strings",
            ));
        }
        Some(stop) => stop.as_slice(),
    };
    if texts.len() > 4 {
        return Err(Failure::invalid(
            "stop",
            "`stop` must not have more than 4 texts",
        ));
    }
    if shaped && !texts.is_empty() {
        return Err(Failure::invalid(
            "stop",
            "`stop` cannot be combined with `tools` or a JSON `text.format`: it could cut a call or \
             the JSON short",
        ));
    }
    Ok(texts.to_vec())
}

/// The schema that the answer's text must satisfy, if it is to be JSON.
fn schema(request: &ResponsesRequest) -> Result<Option<Schema>, Failure> {
    let format = request.text.as_ref().and_then(|text| text.format.as_ref());
    match format {
        None | Some(TextFormat::Text(_)) => Ok(None),
        Some(TextFormat::JsonObject(_)) => Ok(Some(Schema::any_object("text.format"))),
        Some(TextFormat::JsonSchema(format)) => Schema::of_text(format).map(Some),
        Some(other) => Err(match other.kind() {
            "" => Failure::invalid(
                "text.format",
                "`text.format` must be an object with a `type`",
            ),
            kind => Failure::invalid(
                "text.format.type",
                format!(
                    "`text.format.type` is `{}`; it can be `text`, `json_object` or `json_schema`",
                    quote(kind)
                ),
            ),
        }),
    }
}

fn unusable(why: &str, call: &Call) -> Failure {
    Failure::new(
        FailureKind::ProviderUnavailable,
        format!("the model could not be loaded: {why}"),
    )
    .provider(PROVIDER)
    .availability(
        AvailabilityCode::ModelUnavailableUpstream,
        vec![call.model.clone()],
        Vec::new(),
    )
}

/// What the engine's refusals and failures are to the client.
fn refusal(error: &GenerateError, call: &Call) -> Failure {
    let message = error.to_string();
    match error {
        GenerateError::Busy { retry_after } => {
            Failure::new(FailureKind::ProviderOverloaded, message)
                .provider(PROVIDER)
                .retry_after(*retry_after)
                .availability(
                    AvailabilityCode::TemporarilyUnavailable,
                    vec![call.model.clone()],
                    Vec::new(),
                )
        }
        GenerateError::ContextLength { tokens, limit } => {
            // Clients recognise the failure by OpenAI's sentence.
            let message = format!(
                "This model's maximum context length is {limit} tokens. However, your messages \
                 resulted in {tokens} tokens or more. Please reduce the length of the messages, or \
                 send `truncation: \"auto\"` to drop the oldest."
            );
            Failure::new(FailureKind::ContextLengthExceeded, message)
                .param("input")
                .provider(PROVIDER)
        }
        GenerateError::BadConstraint(why) => {
            let text = call.request.text.as_ref();
            let of_text = text.is_some_and(|t| matches!(t.format, Some(TextFormat::JsonSchema(_))));
            let param = match (of_text, call.request.tools.is_empty()) {
                (true, true) => "text.format.schema",
                (true, false) => "text.format.schema or tools",
                _ => "tools",
            };
            Failure::invalid(
                param,
                format!("a schema in `{param}` cannot be enforced: {why}"),
            )
            .provider(PROVIDER)
        }
        GenerateError::BadPrompt(why) => {
            Failure::new(FailureKind::InvalidRequest, why).provider(PROVIDER)
        }
        _ => Failure::new(FailureKind::ProviderUnavailable, message).provider(PROVIDER),
    }
}

/// The events of one answer. Dropping it drops the generation, which ends the work.
struct Events {
    generation: Generation,
    answer: Answer,
    call: Call,
}

impl futures_core::Stream for Events {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.answer.pop() {
                return Poll::Ready(Some(Ok(event)));
            }
            match std::task::ready!(this.generation.poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(refusal(&error, &this.call))));
                }
                Some(Ok(GenerationEvent::Text(text))) => this.answer.push(&text),
                Some(Ok(GenerationEvent::Done(done))) => {
                    let usage = Usage::new(done.input_tokens.into(), done.output_tokens.into());
                    this.answer.finish(done.reason, usage);
                }
                Some(Ok(_)) => {}
            }
        }
    }
}
