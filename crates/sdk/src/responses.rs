//! `client.responses()`: create, stream, send.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
};

use http::Method;
use orouter_wire::{Response, ResponsesRequest};

use crate::{
    call::{self, EVENT_STREAM, JSON, Operation},
    client::OpenRouterCore,
    encode,
    error::Error,
    meta::Meta,
    middleware::{Call, NextCall},
    options::{Layers, RequestOptions},
    spans::CallSpan,
    stream::ResponseStream,
    transport::BoxFuture,
};

/// The calls under `/responses`. Made by [`OpenRouter::responses`](crate::OpenRouter::responses).
///
/// Each gives a call that starts when it is awaited; options can be set on it before.
#[derive(Clone, Copy, Debug)]
pub struct Responses<'a> {
    core: &'a OpenRouterCore,
}

impl<'a> Responses<'a> {
    pub(crate) fn new(core: &'a OpenRouterCore) -> Self {
        Self { core }
    }

    /// Asks for a response and waits for the whole of it.
    ///
    /// The response is kept as it came: from a server that leaves out the status of a whole response,
    /// [`status`](Response::status) is its default and says that the response is in progress.
    ///
    /// A request with [`stream`](ResponsesRequest::stream) set is sent as it is, and what streams
    /// in is put together: for answers that take longer than something on the way allows silence.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::{RequestOptions, ResponsesRequest};
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    /// let response = client
    ///     .responses()
    ///     .create(request)
    ///     .options(RequestOptions::new().header("x-trace", "1"))
    ///     .await?;
    /// println!("{}", response.output_text());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "a call does nothing until it is awaited"]
    pub fn create(&self, request: ResponsesRequest) -> CreateCall {
        CreateCall(Parts::new(self.core, request))
    }

    /// Asks for a response and gives its events as they come.
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
    #[must_use = "a call does nothing until it is awaited"]
    pub fn stream(&self, request: ResponsesRequest) -> StreamCall {
        StreamCall(Parts::new(self.core, request))
    }

    /// Asks for a response, streaming or not as the request says, and gives what the server gives.
    ///
    /// The reference's one call. Where it is clear beforehand, [`create`](Self::create) and
    /// [`stream`](Self::stream) save the match.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
    /// use orouter::{ResponsesRequest, Sent};
    ///
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke").stream(true);
    /// let response = match client.responses().send(request).await? {
    ///     Sent::Response(response) => response,
    ///     Sent::Stream(stream) => stream.into_response().await?,
    /// };
    /// println!("{}", response.output_text());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "createResponses")]
    #[must_use = "a call does nothing until it is awaited"]
    pub fn send(&self, request: ResponsesRequest) -> SendCall {
        SendCall(Parts::new(self.core, request))
    }
}

/// What [`send`](Responses::send) gives: what the server answered with.
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
    pub async fn into_response(self) -> Result<Response, Error> {
        match self {
            Self::Response(response) => Ok(response),
            Self::Stream(stream) => Box::pin(stream.into_response()).await,
        }
    }
}

/// What came of a call, boxed: a response and a stream are large, and every future and result that they
/// pass through would copy them.
pub(crate) enum Outcome {
    Response(Box<Response>),
    Stream(Box<ResponseStream>),
}

impl From<Outcome> for Sent {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Response(response) => Self::Response(*response),
            Outcome::Stream(stream) => Self::Stream(*stream),
        }
    }
}

impl From<Sent> for Outcome {
    fn from(sent: Sent) -> Self {
        match sent {
            Sent::Response(response) => Self::Response(Box::new(response)),
            Sent::Stream(stream) => Self::Stream(Box::new(stream)),
        }
    }
}

/// What all three calls are made of.
#[derive(Clone)]
struct Parts {
    core: OpenRouterCore,
    /// Boxed, since a request is large and moves through several futures.
    call: Box<Call>,
}

impl Parts {
    fn new(core: &OpenRouterCore, request: ResponsesRequest) -> Self {
        let options = RequestOptions::default();
        let call = Box::new(Call { request, options });
        Self {
            core: core.clone(),
            call,
        }
    }
}

macro_rules! call {
    ($(#[$doc:meta])* $name:ident -> $output:ty, $run:path, $own:path) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[must_use = "a call does nothing until it is awaited"]
        pub struct $name(Parts);

        impl $name {
            /// Sets options of this call. Those that were set before stay where these set nothing.
            pub fn options(mut self, options: RequestOptions) -> Self {
                let earlier = std::mem::take(&mut self.0.call.options);
                self.0.call.options = options.over(earlier);
                self
            }

            /// Maximum number of attempts of this call; see [`RequestOptions::max_attempts`].
            pub fn max_attempts(self, attempts: u32) -> Self {
                self.options(RequestOptions::new().max_attempts(attempts))
            }

            /// Gives status, headers, attempts and time beside the outcome.
            pub fn with_meta(self) -> WithMeta<$output> {
                WithMeta(Box::pin(async {
                    let (output, meta) = $run(self.0).await?;
                    Ok(($own(output), meta))
                }))
            }
        }

        impl IntoFuture for $name {
            type Output = Result<$output, Error>;
            type IntoFuture = BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async {
                    let (output, _) = $run(self.0).await?;
                    Ok($own(output))
                })
            }
        }

        /// Shows the options; what is asked stays out.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("options", &self.0.call.options)
                    .finish_non_exhaustive()
            }
        }
    };
}

call! {
    /// A call that waits for the whole response. Made by [`Responses::create`].
    CreateCall -> Response, create, unboxed
}

call! {
    /// A call that gives a stream of events. Made by [`Responses::stream`].
    StreamCall -> ResponseStream, stream, unboxed
}

call! {
    /// A call that gives what the server gives. Made by [`Responses::send`].
    SendCall -> Sent, outcome, Sent::from
}

#[expect(clippy::boxed_local, reason = "to take it out of its box is the point")]
fn unboxed<T>(boxed: Box<T>) -> T {
    *boxed
}

async fn create(parts: Parts) -> Result<(Box<Response>, Meta), Error> {
    let (outcome, meta) = outcome(parts).await?;
    let response = match outcome {
        Outcome::Response(response) => response,
        // A server that streams unasked is rare; in a box its future does not weigh on every call.
        Outcome::Stream(stream) => Box::new(Box::pin(stream.into_response()).await?),
    };
    Ok((response, meta))
}

async fn stream(mut parts: Parts) -> Result<(Box<ResponseStream>, Meta), Error> {
    parts.call.request.stream = Some(true);
    let layers = Layers {
        client: &parts.core.shared().options,
        call: &parts.call.options,
    };
    let abort = layers.abort().cloned();
    let (outcome, meta) = outcome(parts).await?;
    let stream = match outcome {
        Outcome::Stream(stream) => stream,
        Outcome::Response(response) => {
            Box::new(ResponseStream::replay(&response, meta.clone(), abort))
        }
    };
    Ok((stream, meta))
}

async fn outcome(parts: Parts) -> Result<(Outcome, Meta), Error> {
    let Parts { core, call } = parts;
    if core.shared().middleware.is_empty() {
        return exchange(&core, &call).await;
    }
    let (sent, meta) = NextCall::new(&core).run(*call).await?;
    Ok((sent.into(), meta))
}

/// The call itself, inside of all middleware.
pub(crate) async fn exchange(core: &OpenRouterCore, call: &Call) -> Result<(Outcome, Meta), Error> {
    let streams = call.request.stream == Some(true);
    let span = CallSpan::new(call.request.model.as_deref(), streams);
    let outcome = span.around(ask(core, call, &span)).await;
    match &outcome {
        Ok((Outcome::Response(response), meta)) => {
            span.head(meta);
            span.response(response, meta);
        }
        // The stream records its own end.
        Ok((Outcome::Stream(_), meta)) => span.head(meta),
        Err(error) => span.error(error),
    }
    outcome
}

async fn ask(
    core: &OpenRouterCore,
    call: &Call,
    span: &CallSpan,
) -> Result<(Outcome, Meta), Error> {
    let streams = call.request.stream == Some(true);
    let operation = Operation {
        method: Method::POST,
        path: "/responses",
        accept: if streams { EVENT_STREAM } else { JSON },
        body: encode::body(&call.request, core, &call.options)?,
    };
    let mut answer = call::execute(core, operation, &call.options).await?;
    answer.check_encoding()?;
    if answer.is_event_stream().await? {
        answer.meta.detach();
        let meta = answer.meta.clone();
        let stream = Box::new(ResponseStream::read(answer, span.clone()));
        return Ok((Outcome::Stream(stream), meta));
    }
    let meta = answer.meta.clone();
    Ok((Outcome::Response(answer.response().await?), meta))
}

/// A call that gives its [`Meta`] beside its outcome. Made by `with_meta()` of a call.
#[must_use = "a call does nothing until it is awaited"]
pub struct WithMeta<T>(BoxFuture<'static, Result<(T, Meta), Error>>);

impl<T> WithMeta<T> {
    pub(crate) fn new(call: BoxFuture<'static, Result<(T, Meta), Error>>) -> Self {
        Self(call)
    }
}

impl<T> Future for WithMeta<T> {
    type Output = Result<(T, Meta), Error>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for WithMeta<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WithMeta")
    }
}
