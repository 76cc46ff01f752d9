//! The engine: a model in memory and the thread that generates from it.

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokio::sync::mpsc;

use crate::constraint::Constraints;
use crate::error::{GenerateError, LoadError};
use crate::forbidden::ForbiddenTexts;
use crate::generation::Generation;
use crate::gguf::Metadata;
use crate::model::{self, ModelLoadError};
use crate::model_file::{parse_header, read_header};
use crate::options::{EngineOptions, Status};
use crate::prompt::{Constraint, DEFAULT_OUTPUT_LIMIT, Prompt};
use crate::queue::{Job, Queue};
use crate::repetition::Repetition;
use crate::sampler::{Sampler, Sampling};
use crate::scheduler;
use crate::schema::{self, Relaxed, SchemaRoot};
use crate::template::Template;
use crate::text::TextStream;
use crate::tokenizer::Tokenizer;

/// Maximum number of tokens of a prompt and its output together.
pub const CONTEXT_LIMIT: usize = 4096;

/// Temperature of a prompt without `temperature`.
const DEFAULT_TEMPERATURE: f64 = 0.2;

/// Probability mass of a prompt without `top_p`.
const DEFAULT_TOP_P: f64 = 0.9;

/// Returns the seed for a prompt without `seed`.
fn random_seed() -> u64 {
    // The keys of a `RandomState` are seeded by the operating system and differ between states.
    RandomState::new().hash_one(())
}

/// A model in memory and the thread that generates from it.
///
/// Clones share the model. When the last clone is dropped, the thread finishes the accepted
/// generations and ends.
///
/// ```no_run
/// use orouter_local::{Engine, EngineOptions, GenerationEvent, Prompt};
///
/// let engine = Engine::load("model.gguf".as_ref(), EngineOptions::new())?;
/// let mut generation = engine.generate(Prompt::user("Name a colour."))?;
/// while let Some(event) = generation.blocking_next() {
///     if let GenerationEvent::Text(text) = event? {
///         print!("{text}");
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    tokenizer: Arc<Tokenizer>,
    template: Template,
    /// Built for the first constraint.
    constraints: OnceLock<Result<Constraints, String>>,
    queue: Arc<Queue>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Loads the model at `path` and starts the engine's thread. Blocks for a fraction of a second.
    ///
    /// # Errors
    /// [`LoadError`] if the file cannot be read, is not a GGUF file, or holds a model that this
    /// engine does not support.
    pub fn load(path: &Path, mut options: EngineOptions) -> Result<Self, LoadError> {
        options.parallel = options.parallel.max(1);
        let bytes = read_header(path)?;
        let header = parse_header(path, &bytes)?;

        let unsupported = |detail: String| LoadError::Unsupported {
            path: path.to_owned(),
            detail,
        };
        let (model, tokenizer) = std::thread::scope(|scope| {
            let tokenizer = scope.spawn(|| Tokenizer::new(&header));
            let model = model::load(path, &header, CONTEXT_LIMIT);
            (model, tokenizer.join())
        });
        let model = model.map_err(|error| match error {
            ModelLoadError::Read(source) => LoadError::Read {
                path: path.to_owned(),
                source,
            },
            ModelLoadError::Unsupported(detail) => unsupported(detail),
        })?;
        let tokenizer = tokenizer
            .unwrap_or_else(|_| Err("the tokenizer cannot be built".to_owned()))
            .map_err(unsupported)?;
        let template = match header.get("tokenizer.chat_template") {
            Some(Metadata::Text(source)) => Template::new(source).map_err(unsupported)?,
            _ => return Err(unsupported("the file has no chat template".to_owned())),
        };

        let tokenizer = Arc::new(tokenizer);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.threads.max(1))
            .thread_name(|index| format!("orouter-local-{index}"))
            .build()
            .map_err(|error| LoadError::Thread(std::io::Error::other(error)))?;
        let queue = Arc::new(Queue::new(options));
        std::thread::Builder::new()
            .name("orouter-local".to_owned())
            .spawn({
                let (queue, tokenizer) = (Arc::clone(&queue), Arc::clone(&tokenizer));
                // Running inside the pool saves waking its threads for every operator.
                move || pool.install(|| scheduler::run(&queue, &model, &tokenizer))
            })
            .map_err(LoadError::Thread)?;
        let constraints = OnceLock::new();
        Ok(Self {
            inner: Arc::new(Inner {
                tokenizer,
                template,
                constraints,
                queue,
            }),
        })
    }

    /// Starts a generation from a prompt, or queues it. It runs on the engine's thread until it is
    /// complete or the [`Generation`] is dropped.
    ///
    /// Tokenizes the prompt and compiles its constraint in the calling thread. That takes less than
    /// a millisecond for a short prompt, and tens of milliseconds for a prompt that fills the
    /// context, for the engine's first constraint, and for a complex constraint.
    ///
    /// # Errors
    /// [`GenerateError::Busy`] if the queue is full. Otherwise [`GenerateError::BadPrompt`],
    /// [`GenerateError::ContextLength`] or [`GenerateError::BadConstraint`], before the model
    /// runs.
    pub fn generate(&self, prompt: Prompt) -> Result<Generation, GenerateError> {
        let constraint = prompt.constraint.clone();
        self.generate_with(prompt, || Ok(constraint))
    }

    /// Starts a generation like [`Self::generate`], with a constraint that is built only after the
    /// prompt is accepted. It replaces the prompt's own constraint.
    ///
    /// # Errors
    /// The errors of [`Self::generate`] and of `constraint`.
    pub fn generate_with<E: From<GenerateError>>(
        &self,
        prompt: Prompt,
        constraint: impl FnOnce() -> Result<Option<Constraint>, E>,
    ) -> Result<Generation, E> {
        let slot = self.inner.queue.reserve()?;
        let sampling = check(&prompt)?;
        let tokens = self.encode(&prompt)?;
        let matcher = match constraint()? {
            None => None,
            Some(constraint) => Some(self.constraints()?.compile(&constraint)?),
        };
        let room = u32::try_from(CONTEXT_LIMIT - tokens.len()).unwrap_or(u32::MAX);
        let limit = prompt.max_output_tokens.unwrap_or(DEFAULT_OUTPUT_LIMIT);
        let (sender, receiver) = mpsc::unbounded_channel();
        slot.fill(Job {
            tokens,
            max_output: limit.min(room),
            sampler: Sampler::new(sampling),
            text: TextStream::new(prompt.stop),
            forbidden: ForbiddenTexts::new(&self.inner.tokenizer, prompt.forbidden),
            repetition: Repetition::new(),
            matcher,
            events: sender,
        })?;
        Ok(Generation::new(receiver))
    }

    /// Relaxes a JSON schema as little as possible until the engine can enforce it, and lists the
    /// changes.
    ///
    /// Compiles the schema, which takes a few milliseconds, and more if some of its parts exceed
    /// the engine's limits.
    ///
    /// # Errors
    /// [`GenerateError::Failed`] if the model's vocabulary cannot be constrained.
    pub fn relax(
        &self,
        schema: &serde_json::Value,
        root: SchemaRoot,
    ) -> Result<Relaxed, GenerateError> {
        Ok(schema::relax(schema, root, self.constraints()?))
    }

    /// Checks that the engine can enforce a constraint.
    ///
    /// # Errors
    /// [`GenerateError::BadConstraint`] if it cannot.
    pub fn check(&self, constraint: &Constraint) -> Result<(), GenerateError> {
        self.constraints()?.compile(constraint).map(drop)
    }

    /// Returns the number of tokens in a prompt, with those of the chat template.
    ///
    /// # Errors
    /// [`GenerateError::BadPrompt`] and [`GenerateError::ContextLength`], as from
    /// [`Self::generate`].
    pub fn count_tokens(&self, prompt: &Prompt) -> Result<usize, GenerateError> {
        check(prompt)?;
        self.encode(prompt).map(|tokens| tokens.len())
    }

    /// Returns the current load.
    #[must_use]
    pub fn status(&self) -> Status {
        self.inner.queue.status()
    }

    fn encode(&self, prompt: &Prompt) -> Result<Vec<u32>, GenerateError> {
        let too_long = |tokens| GenerateError::ContextLength {
            tokens,
            limit: CONTEXT_LIMIT,
        };
        let bytes: usize = prompt
            .messages
            .iter()
            .map(|message| message.content.len())
            .sum();
        // Tokenizing a text of many megabytes takes seconds, so its length alone is checked first.
        let at_least = bytes / self.inner.tokenizer.longest();
        if at_least >= CONTEXT_LIMIT {
            return Err(too_long(at_least));
        }
        let tokens = self
            .inner
            .template
            .encode(&prompt.messages, &self.inner.tokenizer)
            .map_err(GenerateError::BadPrompt)?;
        if tokens.len() >= CONTEXT_LIMIT {
            Err(too_long(tokens.len()))
        } else {
            Ok(tokens)
        }
    }

    fn constraints(&self) -> Result<&Constraints, GenerateError> {
        self.inner
            .constraints
            .get_or_init(|| Constraints::new(&self.inner.tokenizer))
            .as_ref()
            .map_err(|error| GenerateError::Failed(error.clone()))
    }
}

/// Checks the parameters of a prompt, and returns the settings of its sampler.
fn check(prompt: &Prompt) -> Result<Sampling, GenerateError> {
    let bad = |what: &str| Err(GenerateError::BadPrompt(what.to_owned()));
    if prompt.messages.is_empty() {
        return bad("the prompt has no messages; add at least one");
    }
    if prompt.max_output_tokens == Some(0) {
        return bad("max_output_tokens must be at least 1");
    }
    let temperature = prompt.temperature.unwrap_or(DEFAULT_TEMPERATURE);
    if !(0.0..=2.0).contains(&temperature) {
        return bad("temperature must be from 0 to 2");
    }
    let top_p = prompt.top_p.unwrap_or(DEFAULT_TOP_P);
    if !(0.0..=1.0).contains(&top_p) {
        return bad("top_p must be from 0 to 1");
    }
    let frequency_penalty = prompt.frequency_penalty.unwrap_or(0.0);
    if !(-2.0..=2.0).contains(&frequency_penalty) {
        return bad("frequency_penalty must be from -2 to 2");
    }
    let presence_penalty = prompt.presence_penalty.unwrap_or(0.0);
    if !(-2.0..=2.0).contains(&presence_penalty) {
        return bad("presence_penalty must be from -2 to 2");
    }
    Ok(Sampling {
        temperature,
        top_p,
        top_k: prompt.top_k.unwrap_or(0) as usize,
        frequency_penalty,
        presence_penalty,
        seed: prompt.seed.unwrap_or_else(random_seed),
    })
}
