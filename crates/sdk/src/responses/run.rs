//! Runs a call under `/responses`: middleware, span, request body, HTTP exchange, output.
//! `rejected_reasoning.rs` decides if the exchange is repeated without encrypted reasoning.

use std::{future::Future, marker::PhantomData, mem};

use http::Method;
use orouter_http::AbortHandle;
use orouter_wire::{Response, ResponsesRequest};

use super::rejected_reasoning::{self, Repeat};
use crate::{
    call::{self, EVENT_STREAM, HttpOperation, JSON, Operation, Unbox},
    core::OpenRouterCore,
    encode,
    error::Error,
    meta::Meta,
    middleware::{CallRequest, InnermostCall, NextCall},
    options::{EffectiveOptions, RequestOptions},
    send_output::{BoxedOutput, SendOutput},
    spans::{self, CallSpan},
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
        Ok((whole(output).await?, meta))
    }
}

/// A stream. A whole response is replayed as events.
impl Output for ResponseStream {
    type Boxed = Box<Self>;

    async fn request(mut call: Box<ResponsesCall<Self>>) -> Result<(Box<Self>, Meta), Error> {
        call.call.request.stream = Some(true);
        let abort = abort_of(&call.core, &call.call.options);
        let (output, meta) = send(&call.core, &mut call.call).await?;
        Ok((streamed(output, &meta, abort), meta))
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

/// Creates a response from a request that the caller keeps. A request with `stream` set is sent as a
/// streaming request.
pub(crate) async fn create_from(
    core: &OpenRouterCore,
    request: &ResponsesRequest,
    options: &RequestOptions,
) -> Result<(Box<Response>, Meta), Error> {
    let (output, meta) = send_copy(core, request, options).await?;
    Ok((whole(output).await?, meta))
}

/// Streams a response from a request that the caller keeps, and whose `stream` is set.
pub(crate) async fn stream_from(
    core: &OpenRouterCore,
    request: &ResponsesRequest,
    options: &RequestOptions,
) -> Result<Box<ResponseStream>, Error> {
    let (output, meta) = send_copy(core, request, options).await?;
    Ok(streamed(output, &meta, abort_of(core, options)))
}

/// Returns the whole response. Reads a stream to its end.
pub(super) async fn whole(output: BoxedOutput) -> Result<Box<Response>, Error> {
    match output {
        BoxedOutput::Response(response) => Ok(response),
        // Boxed, since most calls do not need this future.
        BoxedOutput::Stream(stream) => Ok(Box::new(Box::pin(stream.into_response()).await?)),
    }
}

fn streamed(output: BoxedOutput, meta: &Meta, abort: Option<AbortHandle>) -> Box<ResponseStream> {
    match output {
        BoxedOutput::Stream(stream) => stream,
        BoxedOutput::Response(response) => {
            Box::new(ResponseStream::replay(&response, meta.clone(), abort))
        }
    }
}

fn abort_of(core: &OpenRouterCore, options: &RequestOptions) -> Option<AbortHandle> {
    let options = EffectiveOptions::new(&core.shared().options, options);
    options.abort().cloned()
}

/// Sends the request through the middleware, which gets a copy of it.
async fn send_copy(
    core: &OpenRouterCore,
    request: &ResponsesRequest,
    options: &RequestOptions,
) -> Result<(BoxedOutput, Meta), Error> {
    let middleware = &core.shared().middleware;
    if middleware.is_empty() {
        return send_traced(core, request, options).await;
    }
    let call = CallRequest {
        request: request.clone(),
        options: options.clone(),
    };
    let (output, meta) = NextCall::new(middleware, core).run(call).await?;
    Ok((output.into(), meta))
}

/// Sends the request through the middleware. Takes the request out of `call` if there is middleware.
pub(super) async fn send(
    core: &OpenRouterCore,
    call: &mut CallRequest,
) -> Result<(BoxedOutput, Meta), Error> {
    let middleware = &core.shared().middleware;
    if middleware.is_empty() {
        return send_traced(core, &call.request, &call.options).await;
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
            let (output, meta) = send_traced(self, &call.request, &call.options).await?;
            Ok((output.unbox(), meta))
        })
    }
}

/// Sends the request in a span of its own, and records the output there.
async fn send_traced(
    core: &OpenRouterCore,
    request: &ResponsesRequest,
    options: &RequestOptions,
) -> Result<(BoxedOutput, Meta), Error> {
    let streams = request.stream == Some(true);
    let span = CallSpan::chat(request.model.as_deref(), streams);
    let result = span.around(exchange(core, request, options, &span)).await;
    match &result {
        // `exchange` or the stream records the end.
        Ok((_, meta)) => span.head(meta),
        Err(error) => span.error(error),
    }
    result
}

async fn exchange(
    core: &OpenRouterCore,
    request: &ResponsesRequest,
    options: &RequestOptions,
    span: &CallSpan,
) -> Result<(BoxedOutput, Meta), Error> {
    let rejected = match exchange_once(core, request, options, span, None).await {
        Ok(output) => return Ok(output),
        Err(error) => error,
    };
    let client = &core.shared().options;
    let Some(repeat) = rejected_reasoning::repeat(request, options, client, &rejected) else {
        return Err(rejected);
    };
    spans::without_reasoning(&rejected, repeat.dropped);
    // Boxed, since most calls do not need this future.
    Box::pin(async move {
        let Repeat {
            request, options, ..
        } = &repeat;
        let earlier = Some((&rejected, repeat.dropped));
        exchange_once(core, request, options, span, earlier).await
    })
    .await
}

/// Sends the request. `earlier` is the error of a request that was rejected before it, and the number of
/// reasoning items that this one lacks.
async fn exchange_once(
    core: &OpenRouterCore,
    request: &ResponsesRequest,
    options: &RequestOptions,
    span: &CallSpan,
    earlier: Option<(&Error, usize)>,
) -> Result<(BoxedOutput, Meta), Error> {
    let shared = core.shared();
    let options = EffectiveOptions::new(&shared.options, options);
    let streams = request.stream == Some(true);
    let operation = HttpOperation {
        method: Method::POST,
        url: match options.server_url_of_call() {
            Some(server) => server.endpoint("/responses"),
            None => shared.responses_url.clone(),
        },
        accept: if streams { EVENT_STREAM } else { JSON },
        body: encode::body(request, &options)?,
    };
    let executed = call::execute(shared, options, operation).await;
    let mut reader = match (executed, earlier) {
        (Ok(reader), None) => reader,
        (Ok(mut reader), Some((rejected, dropped))) => {
            let (attempts, elapsed) = (rejected.attempts(), rejected.elapsed());
            reader.meta = reader
                .meta
                .after_rejected_reasoning(attempts, elapsed, dropped);
            reader
        }
        (Err(error), None) => return Err(error),
        (Err(error), Some((rejected, dropped))) => {
            return Err(error.after_rejected_reasoning(rejected, dropped));
        }
    };
    if let Some(response) = reader.response().await? {
        span.response(&response, &reader.meta, reader.deadline.elapsed());
        return Ok((BoxedOutput::Response(response), reader.meta));
    }
    reader.meta.detach();
    let meta = reader.meta.clone();
    let stream = Box::new(ResponseStream::read(reader, span.clone()));
    Ok((BoxedOutput::Stream(stream), meta))
}
