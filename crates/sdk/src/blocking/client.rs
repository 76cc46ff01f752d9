//! The blocking client and its calls.

use std::sync::Arc;

use orouter_wire::{Response, ResponsesRequest};

use super::{background::Background, call::Call, send_output::SendOutput, stream::ResponseStream};
use crate::{Error, ModelList, OpenRouterBuilder};

/// A client whose calls block the thread. Cheap to clone; clones share everything.
///
/// # Example
///
/// ```no_run
/// # fn main() -> Result<(), orouter::Error> {
/// use orouter::{ResponsesRequest, blocking::OpenRouter};
///
/// let client = OpenRouter::new("key")?;
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// println!("{}", client.responses().create(request).call()?.output_text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenRouter {
    client: crate::OpenRouter,
    background: Arc<Background>,
}

impl OpenRouter {
    /// Creates a client with this API key. All other settings come from the environment and the
    /// defaults.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`OpenRouterBuilder::build`].
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::from_builder(crate::OpenRouter::builder().api_key(api_key))
    }

    /// Creates a client with the API key in `OPENROUTER_API_KEY`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`OpenRouterBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::from_builder(crate::OpenRouter::builder())
    }

    /// Creates a client with these settings.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`OpenRouterBuilder::build`], and an error of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the background thread cannot be
    /// started.
    pub fn from_builder(builder: OpenRouterBuilder) -> Result<Self, Error> {
        let background = Arc::new(Background::start()?);
        Ok(Self {
            client: builder.build()?,
            background,
        })
    }

    /// Returns the calls under `/responses`.
    #[must_use]
    pub fn responses(&self) -> Responses<'_> {
        Responses { client: self }
    }

    /// Returns the calls under their earlier names, from before they were generally available.
    #[must_use]
    pub fn beta(&self) -> Beta<'_> {
        Beta { client: self }
    }

    /// Returns the calls under `/models`.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        Models { client: self }
    }

    pub(super) fn client(&self) -> &crate::OpenRouter {
        &self.client
    }

    pub(super) fn background(&self) -> Arc<Background> {
        Arc::clone(&self.background)
    }

    fn blocking<T: 'static>(&self, call: crate::Call<T>) -> Call<T> {
        Call::new(call, Arc::clone(&self.background))
    }
}

/// The calls under the names that they had in beta. Created by [`OpenRouter::beta`].
#[derive(Clone, Copy, Debug)]
pub struct Beta<'a> {
    client: &'a OpenRouter,
}

impl<'a> Beta<'a> {
    /// Returns the same calls as [`OpenRouter::responses`].
    #[must_use]
    pub fn responses(&self) -> Responses<'a> {
        self.client.responses()
    }
}

/// The calls under `/responses`. Created by [`OpenRouter::responses`].
#[derive(Clone, Copy, Debug)]
pub struct Responses<'a> {
    client: &'a OpenRouter,
}

impl Responses<'_> {
    /// Creates a response and returns it when it is complete; see
    /// [`Responses::create`](crate::Responses::create).
    pub fn create(&self, request: ResponsesRequest) -> Call<Response> {
        let call = self.client.client.responses().create(request);
        self.client.blocking(call)
    }

    /// Creates a response and returns its events as they arrive; see
    /// [`Responses::stream`](crate::Responses::stream).
    pub fn stream(&self, request: ResponsesRequest) -> Call<ResponseStream> {
        let background = Arc::clone(&self.client.background);
        let call = self.client.client.responses().stream(request);
        self.client
            .blocking(call.map(|stream| ResponseStream::new(stream, background)))
    }

    /// Creates a response whose output is JSON that matches `T`, and returns the output as a `T`
    /// (feature `schema`); see [`Responses::parse`](crate::Responses::parse).
    #[cfg(feature = "schema")]
    pub fn parse<T>(&self, request: ResponsesRequest) -> Call<crate::Parsed<T>>
    where
        T: orouter_wire::schemars::JsonSchema + serde::de::DeserializeOwned + 'static,
    {
        let call = self.client.client.responses().parse(request);
        self.client.blocking(call)
    }

    /// Creates a response and returns the form that the server sent; see
    /// [`Responses::send`](crate::Responses::send).
    pub fn send(&self, request: ResponsesRequest) -> Call<SendOutput> {
        let background = Arc::clone(&self.client.background);
        let call = self.client.client.responses().send(request);
        self.client.blocking(call.map(|output| match output {
            crate::SendOutput::Response(response) => SendOutput::Response(response),
            crate::SendOutput::Stream(stream) => {
                SendOutput::Stream(ResponseStream::new(stream, background))
            }
        }))
    }
}

/// The calls under `/models`. Created by [`OpenRouter::models`].
#[derive(Clone, Copy, Debug)]
pub struct Models<'a> {
    client: &'a OpenRouter,
}

impl Models<'_> {
    /// Lists the models that the server offers; see [`Models::list`](crate::Models::list).
    pub fn list(&self) -> Call<ModelList> {
        self.client.blocking(self.client.client.models().list())
    }
}
