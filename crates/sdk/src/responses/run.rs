//! Runs a call under `/responses`: middleware, span, request body, HTTP exchange, output.

use std::{future::Future, marker::PhantomData, mem};

use http::Method;
use orouter_wire::Response;

use crate::{
    call::{self, EVENT_STREAM, HttpOperation, JSON, Operation, Unbox},
    core::OpenRouterCore,
    encode,
    error::Error,
    meta::Meta,
    middleware::{CallRequest, InnermostCall, NextCall},
    options::{EffectiveOptions, RequestOptions},
    send_output::{BoxedOutput, SendOutput},
    spans::CallSpan,
    stream::ResponseStream,
    transport::BoxFuture,
};

/// A call under `/responses` that returns a `T`.
pub(super) struct ResponsesCall<T> {
    pub(super) core: OpenRouterCore,
    pub(super) call: CallRequest,
    pub(super) output: PhantomData<fn() -> T>,
}

impl<T: Output> Operation for ResponsesCall<T> {
    type Output = T;
    type Boxed = T::Boxed;

    fn options(&self) -> &RequestOptions {
        &self.call.options
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.call.options
    }

    fn run(self: Box<Self>) -> impl Future<Output = Result<(T::Boxed, Meta), Error>> + Send {
        T::request(self)
    }
}

/// A type that a call under `/responses` can return.
pub(super) trait Output: Sized + 'static {
    type Boxed: Unbox<Self>;

    fn request(
        call: Box<ResponsesCall<Self>>,
    ) -> impl Future<Output = Result<(Self::Boxed, Meta), Error>> + Send;
}

/// The whole response. A stream is read to its end.
impl Output for Response {
    type Boxed = Box<Self>;

    async fn request(mut call: Box<ResponsesCall<Self>>) -> Result<(Box<Self>, Meta), Error> {
        let (output, meta) = send(&call.core, &mut call.call).await?;
        let response = match output {
            BoxedOutput::Response(response) => response,
            // Boxed, since most calls do not need this future.
            BoxedOutput::Stream(stream) => Box::new(Box::pin(stream.into_response()).await?),
        };
        Ok((response, meta))
    }
}

/// A stream. A whole response is replayed as events.
impl Output for ResponseStream {
    type Boxed = Box<Self>;

    async fn request(mut call: Box<ResponsesCall<Self>>) -> Result<(Box<Self>, Meta), Error> {
        call.call.request.stream = Some(true);
        let abort = {
            let client = &call.core.shared().options;
            let options = EffectiveOptions::new(client, &call.call.options);
            options.abort().cloned()
        };
        let (output, meta) = send(&call.core, &mut call.call).await?;
        let stream = match output {
            BoxedOutput::Stream(stream) => stream,
            BoxedOutput::Response(response) => {
                Box::new(Self::replay(&response, meta.clone(), abort))
            }
        };
        Ok((stream, meta))
    }
}

/// The form that the server sent.
impl Output for SendOutput {
    type Boxed = BoxedOutput;

    async fn request(mut call: Box<ResponsesCall<Self>>) -> Result<(BoxedOutput, Meta), Error> {
        send(&call.core, &mut call.call).await
    }
}

impl Unbox<SendOutput> for BoxedOutput {
    fn unbox(self) -> SendOutput {
        match self {
            Self::Response(response) => SendOutput::Response(*response),
            Self::Stream(stream) => SendOutput::Stream(*stream),
        }
    }
}

/// Sends the request through the middleware. Takes the request out of `call` if there is middleware.
async fn send(core: &OpenRouterCore, call: &mut CallRequest) -> Result<(BoxedOutput, Meta), Error> {
    let middleware = &core.shared().middleware;
    if middleware.is_empty() {
        return send_traced(core, call).await;
    }
    let call = CallRequest {
        request: mem::take(&mut call.request),
        options: mem::take(&mut call.options),
    };
    let (output, meta) = NextCall::new(middleware, core).run(call).await?;
    Ok((output.into(), meta))
}

impl InnermostCall for OpenRouterCore {
    fn run(&self, call: CallRequest) -> BoxFuture<'_, Result<(SendOutput, Meta), Error>> {
        Box::pin(async move {
            let (output, meta) = send_traced(self, &call).await?;
            Ok((output.unbox(), meta))
        })
    }
}

/// Sends the request in a span of its own, and records the output there.
async fn send_traced(
    core: &OpenRouterCore,
    call: &CallRequest,
) -> Result<(BoxedOutput, Meta), Error> {
    let streams = call.request.stream == Some(true);
    let span = CallSpan::chat(call.request.model.as_deref(), streams);
    let result = span.around(exchange(core, call, &span)).await;
    match &result {
        Ok((BoxedOutput::Response(response), meta)) => {
            span.head(meta);
            span.response(response, meta);
        }
        // The stream records its own end.
        Ok((BoxedOutput::Stream(_), meta)) => span.head(meta),
        Err(error) => span.error(error),
    }
    result
}

async fn exchange(
    core: &OpenRouterCore,
    call: &CallRequest,
    span: &CallSpan,
) -> Result<(BoxedOutput, Meta), Error> {
    let shared = core.shared();
    let options = EffectiveOptions::new(&shared.options, &call.options);
    let streams = call.request.stream == Some(true);
    let operation = HttpOperation {
        method: Method::POST,
        url: match options.server_url_of_call() {
            Some(server) => server.endpoint("/responses"),
            None => shared.responses_url.clone(),
        },
        accept: if streams { EVENT_STREAM } else { JSON },
        body: encode::body(&call.request, &options)?,
    };
    let mut reader = call::execute(shared, options, operation).await?;
    if let Some(response) = reader.response().await? {
        return Ok((BoxedOutput::Response(response), reader.meta));
    }
    reader.meta.detach();
    let meta = reader.meta.clone();
    let stream = Box::new(ResponseStream::read(reader, span.clone()));
    Ok((BoxedOutput::Stream(stream), meta))
}
