//! `client.responses()`: create, stream, send and parse.

#[cfg(feature = "schema")]
mod parse;
mod rejected_reasoning;
mod run;

use std::marker::PhantomData;

use orouter_wire::{Response, ResponsesRequest};

#[cfg(feature = "schema")]
pub use self::parse::Parsed;
use self::run::{Output, ResponsesCall};
pub(crate) use self::{
    rejected_reasoning::drop_encrypted_reasoning,
    run::{create_from, stream_from},
};
use crate::{
    call::Call, core::OpenRouterCore, middleware::CallRequest, options::RequestOptions,
    send_output::SendOutput, stream::ResponseStream,
};

/// The calls under `/responses`. Created by [`OpenRouter::responses`](crate::OpenRouter::responses).
///
/// Each method returns a [`Call`], which starts when it is first polled.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
/// use orouter::ResponsesRequest;
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// let response = client.responses().create(request).await?;
/// println!("{}", response.output_text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Responses<'a> {
    core: &'a OpenRouterCore,
}

impl<'a> Responses<'a> {
    pub(crate) fn new(core: &'a OpenRouterCore) -> Self {
        Self { core }
    }

    /// Creates a response and returns it when it is complete.
    ///
    /// The response is not changed: if a server leaves out the `status` of a complete response,
    /// [`status`](Response::status) has its default, `in_progress`.
    ///
    /// A request with [`stream`](ResponsesRequest::stream) set is sent as a streaming request, and the
    /// response is assembled from the events. Use it for responses that take longer than a proxy
    /// keeps a silent connection open.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::ResponsesRequest;
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    /// let response = client.responses().create(request).header("x-trace", "1").await?;
    /// println!("{}", response.output_text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, request: ResponsesRequest) -> Call<Response> {
        self.call(request)
    }

    /// Creates a response and returns its events as they arrive.
    ///
    /// If the server sends a whole response instead, the stream yields the events of that response.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::{ResponsesRequest, StreamEvent};
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    /// let mut stream = client.responses().stream(request).await?;
    /// while let Some(event) = stream.next().await {
    ///     if let StreamEvent::OutputTextDelta(delta) = event? {
    ///         print!("{}", delta.delta);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(&self, request: ResponsesRequest) -> Call<ResponseStream> {
        self.call(request)
    }

    /// Creates a response, as a stream if the request's [`stream`](ResponsesRequest::stream) is set,
    /// and returns the form that the server sent.
    ///
    /// This is the one method of the TypeScript SDK. [`create`](Self::create) and
    /// [`stream`](Self::stream) return one form and need no `match`.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::{ResponsesRequest, SendOutput};
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke").stream(true);
    /// let response = match client.responses().send(request).await? {
    ///     SendOutput::Response(response) => response,
    ///     SendOutput::Stream(stream) => stream.into_response().await?,
    /// };
    /// println!("{}", response.output_text());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "createResponses")]
    pub fn send(&self, request: ResponsesRequest) -> Call<SendOutput> {
        self.call(request)
    }

    /// Creates a response whose output is JSON that matches `T`, and returns the output as a `T`
    /// (feature `schema`).
    ///
    /// The request's [`text.format`](orouter_wire::TextConfig::format) is set to
    /// [`TextFormat::of::<T>()`](orouter_wire::TextFormat::of). A request with
    /// [`stream`](ResponsesRequest::stream) set is sent as a streaming request.
    ///
    /// # Errors
    ///
    /// Besides the errors of [`create`](Self::create), the call returns an error of kind
    ///
    /// * [`Schema`](crate::ErrorKind::Schema) if `T` has no strict schema, and
    ///   [`Configuration`](crate::ErrorKind::Configuration) if the request sets another `text.format`;
    ///   nothing is sent;
    /// * [`Refusal`](crate::ErrorKind::Refusal), [`Incomplete`](crate::ErrorKind::Incomplete) or
    ///   [`OutputMismatch`](crate::ErrorKind::OutputMismatch) if the response has no such output. The
    ///   response was billed, and
    ///   [`partial_response`](crate::Error::partial_response) returns it. It is not requested again.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::schemars::{self, JsonSchema};
    /// use orouter::{Parsed, ResponsesRequest};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, JsonSchema)]
    /// struct Person {
    ///     /// Full name.
    ///     name: String,
    ///     age: Option<u8>,
    /// }
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Ada Lovelace died at 36.");
    /// let parsed: Parsed<Person> = client.responses().parse(request).await?;
    /// println!("{} {:?}", parsed.value.name, parsed.value.age);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "schema")]
    pub fn parse<T>(&self, request: ResponsesRequest) -> Call<Parsed<T>>
    where
        T: orouter_wire::schemars::JsonSchema + serde::de::DeserializeOwned + 'static,
    {
        self.call(request)
    }

    /// Boxes the request at once, since it is large and each move would copy it.
    fn call<T: Output>(&self, request: ResponsesRequest) -> Call<T> {
        let options = RequestOptions::default();
        Call::new(Box::new(ResponsesCall {
            core: self.core.clone(),
            call: CallRequest { request, options },
            output: PhantomData,
        }))
    }
}
