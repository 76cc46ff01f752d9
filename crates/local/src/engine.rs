//! The engine: one model in memory, shared by all answers in the making.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokio::sync::mpsc;

use crate::constraint::Constraints;
use crate::gguf::{Head, HeadError, Value};
use crate::markup::Markup;
use crate::model::{self, WeightsProblem};
use crate::repetition::Repetition;
use crate::sampler::{Sampler, Sampling};
use crate::scheduler::{self, Job, Queue};
use crate::schema::{self, Relaxed, SchemaRoot};
use crate::template::Template;
use crate::text::TextStream;
use crate::tokenizer::Tokenizer;
use crate::{Constraint, DEFAULT_OUTPUT_LIMIT, GenerateError, Generation, LoadError, Prompt};

/// Tokens that a prompt and its answer may have together.
pub const CONTEXT_LIMIT: usize = 4096;

const DEFAULT_TEMPERATURE: f64 = 0.2;
const DEFAULT_TOP_P: f64 = 0.9;

/// Returns a seed for a prompt that names none.
fn random_seed() -> u64 {
    // Each state has keys of its own, which begin with randomness of the operating system.
    RandomState::new().hash_one(())
}

/// How much an engine takes on at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineOptions {
    /// Answers made at the same time; they share the weights and take turns. Default 4, at
    /// least 1.
    pub parallel: usize,
    /// Prompts that may wait for their turn beyond those. Default 32.
    pub queue: usize,
    /// Threads that compute. Default: as many as the machine runs at once, at most 8, beyond which
    /// so small a model gains nothing.
    pub threads: usize,
}

impl EngineOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(8);
        Self {
            parallel: 4,
            queue: 32,
            threads,
        }
    }

    /// With so many threads that compute; 0 counts as 1.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// With so many answers made at the same time; 0 counts as 1.
    #[must_use]
    pub fn parallel(mut self, parallel: usize) -> Self {
        self.parallel = parallel;
        self
    }

    /// With so many prompts that may wait.
    #[must_use]
    pub fn queue(mut self, queue: usize) -> Self {
        self.queue = queue;
        self
    }
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// What an engine is doing right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Answers being made.
    pub active: usize,
    /// Prompts waiting for their turn.
    pub queued: usize,
    /// Answers that can be made at the same time.
    pub parallel: usize,
    /// Prompts that may wait.
    pub queue_limit: usize,
}

/// A model in memory. Clones share it; its thread ends when the last one is dropped and the
/// answers taken on until then are made.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    tokenizer: Arc<Tokenizer>,
    template: Template,
    /// Built when the first constraint comes.
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
    /// Reads the model at `path` and starts its thread. Takes a fraction of a second.
    ///
    /// # Errors
    /// [`LoadError`] when the file cannot be read, or is not a model that this engine runs.
    pub fn load(path: &Path, mut options: EngineOptions) -> Result<Self, LoadError> {
        options.parallel = options.parallel.max(1);
        let bytes = read_head(path)?;
        let head = Head::parse(&bytes).map_err(|error| refuse(path, error, bytes.len()))?;

        let unsupported = |detail: String| LoadError::Unsupported {
            path: path.to_owned(),
            detail,
        };
        let (model, tokenizer) = std::thread::scope(|scope| {
            let tokenizer = scope.spawn(|| Tokenizer::new(&head));
            let model = model::load(path, &head, CONTEXT_LIMIT);
            (model, tokenizer.join())
        });
        let model = model.map_err(|problem| match problem {
            WeightsProblem::Read(source) => LoadError::Read {
                path: path.to_owned(),
                source,
            },
            WeightsProblem::Unsupported(detail) => unsupported(detail),
        })?;
        let tokenizer = tokenizer
            .unwrap_or_else(|_| Err("its tokenizer cannot be built".to_owned()))
            .map_err(unsupported)?;
        let template = match head.get("tokenizer.chat_template") {
            Some(Value::Text(source)) => Template::new(source).map_err(unsupported)?,
            _ => return Err(unsupported("it has no chat template".to_owned())),
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
                // Inside the pool, so that its threads need not be woken for every operator.
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

    /// Takes on a prompt. The answer is made on the engine's thread, whether or not anybody
    /// waits for it, until the [`Generation`] is dropped.
    ///
    /// Tokenising the prompt and compiling its constraint happen in the calling thread: well under
    /// a millisecond for a short prompt, some tens for one that fills the context, for the first
    /// constraint and for an intricate one.
    ///
    /// # Errors
    /// [`GenerateError::Busy`] when the queue is full, before any work; then
    /// [`GenerateError::BadPrompt`], [`GenerateError::ContextLength`] or
    /// [`GenerateError::BadConstraint`], before the model is asked.
    pub fn generate(&self, prompt: Prompt) -> Result<Generation, GenerateError> {
        let constraint = prompt.constraint.clone();
        self.generate_with(prompt, || Ok(constraint))
    }

    /// [`Self::generate`], with a constraint that is made once the prompt is known to fit: the
    /// work on it is not done for a prompt that is refused. It replaces the prompt's own.
    ///
    /// # Errors
    /// Those of [`Self::generate`], and those of `constraint`.
    pub fn generate_with<E: From<GenerateError>>(
        &self,
        prompt: Prompt,
        constraint: impl FnOnce() -> Result<Option<Constraint>, E>,
    ) -> Result<Generation, E> {
        let place = self.inner.queue.reserve()?;
        let sampling = check(&prompt)?;
        let tokens = self.encode(&prompt)?;
        let matcher = match constraint()? {
            None => None,
            Some(constraint) => Some(self.constraints()?.compile(&constraint)?),
        };
        let room = u32::try_from(CONTEXT_LIMIT - tokens.len()).unwrap_or(u32::MAX);
        let limit = prompt.max_output_tokens.unwrap_or(DEFAULT_OUTPUT_LIMIT);
        let (sender, receiver) = mpsc::unbounded_channel();
        place.fill(Job {
            tokens,
            max_output: limit.min(room),
            sampler: Sampler::new(sampling),
            text: TextStream::new(prompt.stop),
            markup: Markup::new(&self.inner.tokenizer, prompt.forbidden),
            repetition: Repetition::new(),
            matcher,
            steps: sender,
        })?;
        Ok(Generation::new(receiver))
    }

    /// Relaxes a JSON schema as little as it takes for a constraint of it to be enforced, and lists
    /// what was relaxed. The schema is compiled on the way, which takes some milliseconds, and
    /// more if parts of it have to be found that exceed the engine's limits.
    ///
    /// # Errors
    /// [`GenerateError::Failed`] if the engine cannot constrain answers at all.
    pub fn relax(
        &self,
        schema: &serde_json::Value,
        root: SchemaRoot,
    ) -> Result<Relaxed, GenerateError> {
        Ok(schema::relax(schema, root, self.constraints()?))
    }

    /// Checks that a constraint can be enforced.
    ///
    /// # Errors
    /// [`GenerateError::BadConstraint`] if it cannot.
    pub fn check(&self, constraint: &Constraint) -> Result<(), GenerateError> {
        self.constraints()?.compile(constraint).map(drop)
    }

    /// The number of tokens that a prompt has, the chat template's own included.
    ///
    /// # Errors
    /// Those of [`Self::generate`] that concern the prompt.
    pub fn count_tokens(&self, prompt: &Prompt) -> Result<usize, GenerateError> {
        check(prompt)?;
        self.encode(prompt).map(|tokens| tokens.len())
    }

    /// What the engine is doing right now.
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
        // A text of many megabytes is refused by its length, without the seconds of counting.
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

/// Checks what can be checked without the model, and returns the settings of the sampler.
fn check(prompt: &Prompt) -> Result<Sampling, GenerateError> {
    let bad = |what: &str| Err(GenerateError::BadPrompt(what.to_owned()));
    if prompt.messages.is_empty() {
        return bad("there are no messages");
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

/// Reads as much of a file as its head takes, and checks that the tensors are all there.
fn read_head(path: &Path) -> Result<Vec<u8>, LoadError> {
    let read = |source| LoadError::Read {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(read)?;
    let size = file.metadata().map_err(read)?.len();
    let mut bytes = Vec::new();
    let mut limit: u64 = 4 << 20;
    loop {
        let room = limit - bytes.len() as u64;
        (&mut file)
            .take(room)
            .read_to_end(&mut bytes)
            .map_err(read)?;
        match Head::parse(&bytes) {
            Ok(head) if head.end() > size => {
                return Err(LoadError::Truncated {
                    path: path.to_owned(),
                    detail: format!("{size} of {} bytes", head.end()),
                });
            }
            Err(HeadError::Truncated) if (bytes.len() as u64) == limit => limit *= 4,
            _ => return Ok(bytes),
        }
    }
}

fn refuse(path: &Path, error: HeadError, size: usize) -> LoadError {
    let path = path.to_owned();
    match error {
        HeadError::NotGguf => LoadError::NotGguf { path },
        HeadError::Truncated => LoadError::Truncated {
            path,
            detail: format!("its head ends after {size} bytes"),
        },
        HeadError::Malformed(detail) => LoadError::Unsupported { path, detail },
    }
}
