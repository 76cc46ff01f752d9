//! The seam to models: an [`Endpoint`] serves some, and turns a request into the events of an
//! answer.
//!
//! An endpoint translates and streams; it does not number events, echo the request or write HTTP.
//! That is done once, for all of them, in the relay.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use orouter_wire::{ResponsesRequest, StreamEvent};

use crate::failure::Failure;
use crate::notes::Notes;
use crate::policy::Policy;

/// A future that owns what it needs.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One place that serves models: in this process, or somewhere upstream.
pub trait Endpoint: Send + Sync + 'static {
    /// The provider's name, as clients see it in errors and records: `local`.
    fn provider(&self) -> &str;

    /// The models it serves.
    fn models(&self) -> &[Model];

    /// What it is doing right now.
    fn load(&self) -> Load;

    /// The facts that a request's `provider` preferences can demand. Default: the endpoint
    /// promises nothing.
    fn policy(&self) -> Policy {
        Policy::default()
    }

    /// Begins to answer. What can be refused is refused here, before the first event: a full
    /// queue, a prompt past the context, a schema that cannot be enforced.
    ///
    /// Dropping the future or the stream that it gives ends the work.
    fn answer(&self, call: Call) -> BoxFuture<Result<EventStream, Failure>>;
}

/// A request on its way to an endpoint. Clones share the request.
#[derive(Clone)]
#[non_exhaustive]
pub struct Call {
    /// The request, as admitted.
    pub request: Arc<ResponsesRequest>,
    /// The id of the model that is to answer: one of the endpoint's own.
    pub model: String,
    /// Takes the parts of the request that the endpoint does not use as they were sent: ignored
    /// settings, skipped tools and items.
    pub notes: Notes,
}

impl Call {
    /// A request for one of an endpoint's models, with notes of its own.
    #[must_use]
    pub fn new(request: Arc<ResponsesRequest>, model: impl Into<String>) -> Self {
        Self {
            request,
            model: model.into(),
            notes: Notes::default(),
        }
    }

    /// Replaces the notes by those of a request under way.
    #[must_use]
    pub fn notes(mut self, notes: Notes) -> Self {
        self.notes = notes;
        self
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// The events of an answer, as an endpoint gives them.
///
/// Items with their parts and deltas, then one `response.completed`, `response.incomplete` or
/// `response.failed` whose response has the usage and the end's details. Ids, indexes and order of
/// the items are the endpoint's; `sequence_number`, the response's own id and what it echoes are
/// not: they are written later. `response.created` and `response.in_progress` may be left out.
///
/// A stream that ends without such an event, or with an error, is a failed answer.
pub struct EventStream(Pin<Box<dyn Stream<Item = Result<StreamEvent, Failure>> + Send>>);

impl EventStream {
    /// Wraps a stream.
    #[must_use]
    pub fn new(stream: impl Stream<Item = Result<StreamEvent, Failure>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The events of an answer that is there already, such as those of
    /// [`events_of`](orouter_wire::assemble::events_of) a whole response.
    #[must_use]
    pub fn ready<I>(events: I) -> Self
    where
        I: IntoIterator<Item = StreamEvent>,
        I::IntoIter: Send + Unpin + 'static,
    {
        Self::new(Ready(events.into_iter()))
    }

    /// Asks for the next event.
    pub fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<StreamEvent, Failure>>> {
        self.0.as_mut().poll_next(cx)
    }

    /// The next event; `None` once the stream has ended.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, Failure>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }
}

/// Events that need not be waited for.
struct Ready<I>(I);

impl<I: Iterator<Item = StreamEvent> + Unpin> Stream for Ready<I> {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

/// A model, as `GET /models` lists it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Model {
    /// The name to ask for: `author/slug`.
    pub id: String,
    /// Other names that are taken for it.
    pub aliases: Vec<String>,
    /// Its name, for people.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// Tokens that prompt and answer may have together.
    pub context_length: u64,
    /// The request parameters that have an effect on it, in the catalogue's words.
    pub supported_parameters: Vec<String>,
    /// The temperature where a request names none.
    pub default_temperature: f64,
    /// The `top_p` where a request names none.
    pub default_top_p: f64,
    /// Prices, or `None` if they are not known. Default: `None`.
    pub price: Option<Price>,
    /// Kinds of input: `text`, `image`, `file`, `audio`, `video`. Default: `text`.
    pub input_modalities: Vec<String>,
    /// Kinds of output: `text`, `image`, `audio` and so on. Default: `text`.
    pub output_modalities: Vec<String>,
    /// The tokenizer, in the catalogue's words: `GPT`, `Claude`, `Llama3`. Default: `Other`.
    pub tokenizer: String,
    /// The form of the model's prompts, such as `chatml`. Default: `None`, for a model whose
    /// prompts have no known form.
    pub instruct_type: Option<String>,
    /// Maximum number of tokens in an answer, or `None` if only the context limits it. Default:
    /// `None`.
    pub max_output_tokens: Option<u64>,
}

/// Prices of a model in USD, as decimal numbers in text: `0.000_002_5` would be `"0.0000025"`.
///
/// ```
/// use orouter_server::endpoint::{Model, Price};
///
/// let mut model = Model::new("example/large");
/// model.price = Some(Price::new("0.0000025", "0.00001"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Price {
    /// Price of a token of the prompt.
    pub prompt: String,
    /// Price of a token of the answer.
    pub completion: String,
    /// Price of a request, beside its tokens. Default: `0`.
    pub request: String,
    /// Price of an input image. Default: `0`.
    pub image: String,
}

impl Price {
    /// Prices of a token of the prompt and of the answer.
    #[must_use]
    pub fn new(prompt: impl Into<String>, completion: impl Into<String>) -> Self {
        Self {
            prompt: prompt.into(),
            completion: completion.into(),
            request: "0".to_owned(),
            image: "0".to_owned(),
        }
    }

    /// The prices of a model that costs nothing.
    #[must_use]
    pub fn free() -> Self {
        Self::new("0", "0")
    }
}

impl Model {
    /// A model of this name, for text, of unknown price.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            default_temperature: 1.0,
            default_top_p: 1.0,
            input_modalities: vec!["text".to_owned()],
            output_modalities: vec!["text".to_owned()],
            tokenizer: "Other".to_owned(),
            ..Self::default()
        }
    }

    /// Whether a request that names `name` means this model. Names are compared without regard to
    /// ASCII case.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name)
            || self
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    }
}

/// What an endpoint is doing right now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// Whether it can answer, will be able to, or cannot.
    pub readiness: Readiness,
    /// Answers being made.
    pub active: usize,
    /// Requests waiting for their turn.
    pub queued: usize,
    /// Answers that can be made at the same time; `None` where there is no such limit.
    pub parallel: Option<usize>,
    /// Requests that may wait; `None` where there is no such limit.
    pub queue: Option<usize>,
}

/// Whether an endpoint can answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Readiness {
    /// It can.
    #[default]
    Ready,
    /// Not yet; requests wait for it.
    Loading,
    /// It cannot, and this is why.
    Failed(String),
}
