//! The client for code that is not async.
//!
//! The same calls, options, errors and limits as in [the async client](crate::OpenRouter), one thread
//! of ours behind them. It works on any thread that may block: of a program without async, or of
//! tokio's `spawn_blocking` and `block_in_place`.
//!
//! Directly inside async code a call gives an error of kind
//! [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) rather than to block the runtime: use
//! the async client there. Only tokio's tasks are recognised, and not those that are `unconstrained`;
//! in others the call works and holds up whatever else the thread has to do.
//!
//! # Example
//!
//! ```no_run
//! # fn main() -> Result<(), orouter::Error> {
//! use orouter::{ResponsesRequest, blocking::OpenRouter};
//!
//! let client = OpenRouter::from_env()?;
//! let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
//! println!("{}", client.responses().create(request.clone()).call()?.output_text());
//!
//! for delta in client.responses().stream(request).call()?.text_deltas() {
//!     print!("{}", delta?);
//! }
//! # Ok(())
//! # }
//! ```

mod background;
pub mod funcs;
mod stream;

use std::{fmt, sync::Arc};

use orouter_wire::{Response, ResponsesRequest};

use self::background::Background;
pub use self::stream::{Items, ResponseStream, TextDeltas};
use crate::{
    Error, Meta, ModelList, OpenRouterBuilder, RequestOptions, WithMeta, transport::BoxFuture,
};

/// A client whose calls block the thread. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub struct OpenRouter {
    client: crate::OpenRouter,
    background: Arc<Background>,
}

impl OpenRouter {
    /// A client with this API key; all else from the environment and the defaults.
    ///
    /// # Errors
    ///
    /// As [`OpenRouterBuilder::build`].
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::from_builder(crate::OpenRouter::builder().api_key(api_key))
    }

    /// A client with the API key in `OPENROUTER_API_KEY`.
    ///
    /// # Errors
    ///
    /// As [`OpenRouterBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::from_builder(crate::OpenRouter::builder())
    }

    /// A client with these settings.
    ///
    /// # Errors
    ///
    /// As [`OpenRouterBuilder::build`].
    pub fn from_builder(builder: OpenRouterBuilder) -> Result<Self, Error> {
        let background = Arc::new(Background::start()?);
        Ok(Self {
            client: builder.build()?,
            background,
        })
    }

    /// The calls under `/responses`.
    #[must_use]
    pub fn responses(&self) -> Responses<'_> {
        Responses { client: self }
    }

    /// The names that some calls had before they were generally available. They do the same.
    #[must_use]
    pub fn beta(&self) -> Beta<'_> {
        Beta { client: self }
    }

    /// The calls under `/models`.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        Models { client: self }
    }

    fn call<T>(&self, start: Start<T>) -> Call<'_, T> {
        Call {
            client: self,
            start,
            options: RequestOptions::new(),
        }
    }
}

/// Calls under the names that they had in beta. Made by [`OpenRouter::beta`].
#[derive(Clone, Copy, Debug)]
pub struct Beta<'a> {
    client: &'a OpenRouter,
}

impl<'a> Beta<'a> {
    /// The same calls as [`OpenRouter::responses`].
    #[must_use]
    pub fn responses(&self) -> Responses<'a> {
        self.client.responses()
    }
}

/// The calls under `/responses`. Made by [`OpenRouter::responses`].
#[derive(Clone, Copy, Debug)]
pub struct Responses<'a> {
    client: &'a OpenRouter,
}

impl<'a> Responses<'a> {
    /// As [`Responses::create`](crate::Responses::create).
    pub fn create(&self, request: ResponsesRequest) -> Call<'a, Response> {
        let call = self.client.client.responses().create(request);
        self.client.call(Start(Box::new(move |options| {
            call.options(options).with_meta()
        })))
    }

    /// As [`Responses::stream`](crate::Responses::stream).
    pub fn stream(&self, request: ResponsesRequest) -> Call<'a, ResponseStream> {
        let call = self.client.client.responses().stream(request);
        let background = Arc::clone(&self.client.background);
        self.client.call(Start(Box::new(move |options| {
            let call: BoxFuture<'static, _> = Box::pin(async move {
                let (stream, meta) = call.options(options).with_meta().await?;
                Ok((ResponseStream::new(stream, background), meta))
            });
            WithMeta::new(call)
        })))
    }

    /// As [`Responses::send`](crate::Responses::send).
    pub fn send(&self, request: ResponsesRequest) -> Call<'a, Sent> {
        let call = self.client.client.responses().send(request);
        let background = Arc::clone(&self.client.background);
        self.client.call(Start(Box::new(move |options| {
            let call: BoxFuture<'static, _> = Box::pin(async move {
                let (sent, meta) = call.options(options).with_meta().await?;
                let sent = match sent {
                    crate::Sent::Response(response) => Sent::Response(response),
                    crate::Sent::Stream(stream) => {
                        Sent::Stream(ResponseStream::new(stream, background))
                    }
                };
                Ok((sent, meta))
            });
            WithMeta::new(call)
        })))
    }
}

/// What [`send`](Responses::send) gives: what the server answered with.
#[doc(alias = "CreateResponsesResponse")]
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once or twice; a box would be in the way of every match"
)]
pub enum Sent {
    /// The whole response.
    Response(Response),
    /// A stream of events.
    Stream(ResponseStream),
}

impl Sent {
    /// The whole response, reading a stream to its end.
    ///
    /// # Errors
    ///
    /// As [`ResponseStream::into_response`].
    pub fn into_response(self) -> Result<Response, Error> {
        match self {
            Self::Response(response) => Ok(response),
            Self::Stream(stream) => stream.into_response(),
        }
    }
}

/// The calls under `/models`. Made by [`OpenRouter::models`].
#[derive(Clone, Copy, Debug)]
pub struct Models<'a> {
    client: &'a OpenRouter,
}

impl<'a> Models<'a> {
    /// As [`Models::list`](crate::Models::list).
    pub fn list(&self) -> Call<'a, ModelList> {
        let call = self.client.client.models().list();
        self.client.call(Start(Box::new(move |options| {
            call.options(options).with_meta()
        })))
    }
}

/// How a call starts, once its options are known.
struct Start<T>(Box<dyn FnOnce(RequestOptions) -> WithMeta<T> + Send>);

/// A call that has not been made yet.
#[must_use = "a call does nothing until `call` or `call_with_meta`"]
pub struct Call<'a, T> {
    client: &'a OpenRouter,
    start: Start<T>,
    options: RequestOptions,
}

impl<T> Call<'_, T> {
    /// Sets options of this call. Those that were set before stay where these set nothing.
    pub fn options(mut self, options: RequestOptions) -> Self {
        let earlier = std::mem::take(&mut self.options);
        self.options = options.over(earlier);
        self
    }

    /// Maximum number of attempts of this call; see [`RequestOptions::max_attempts`].
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.options(RequestOptions::new().max_attempts(attempts))
    }

    /// Makes the call and waits for its outcome.
    ///
    /// # Errors
    ///
    /// As the async call, and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration)
    /// directly inside async code.
    pub fn call(self) -> Result<T, Error> {
        self.call_with_meta().map(|(output, _)| output)
    }

    /// Makes the call and gives status, headers, attempts and time beside its outcome.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn call_with_meta(self) -> Result<(T, Meta), Error> {
        let Self {
            client,
            start,
            options,
        } = self;
        client.background.run(async { (start.0)(options).await })?
    }
}

/// Shows the options; what is asked stays out.
impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
