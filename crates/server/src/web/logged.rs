//! Logs requests: starts a log line with each request, and writes it when the response's body ends
//! or is dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::service::Service;

use super::generation_id;
use crate::app::App;
use crate::failure::Failure;
use crate::request_log::RequestLog;

/// Serves a request and logs it. `guard` is dropped with the response's body.
pub(crate) fn serve<S, G>(
    service: &S,
    mut request: Request<Incoming>,
    app: &App,
    guard: G,
) -> impl Future<Output = Result<Response<LoggedBody<G>>, S::Error>> + use<S, G>
where
    S: Service<Request<Incoming>, Response = Response<Body>>,
{
    let line = Line(RequestLog::new(
        request.method(),
        request.uri().path(),
        text(request.headers(), "x-request-id"),
        Arc::clone(&app.metrics),
        app.tracer
            .request(request.method(), request.uri().path(), request.headers()),
    ));
    request.extensions_mut().insert(line.0.clone());
    let without_body = request.method() == Method::HEAD;
    let response = service.call(request);
    async move {
        let response = response.await?;
        line.head(&response, without_body);
        Ok(response.map(|body| LoggedBody {
            body,
            line,
            _guard: guard,
        }))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A log line that is written on drop, unless the response ended before.
struct Line(RequestLog);

impl Line {
    /// Adds the facts in the head of the response.
    fn head(&self, response: &Response<Body>, without_body: bool) {
        let log = &self.0;
        log.status(response.status());
        if let Some(id) = text(response.headers(), generation_id::HEADER.as_str()) {
            log.generation(id);
        }
        if let Some(failure) = response.extensions().get::<Failure>() {
            log.failure(failure);
        }
        if without_body || response.body().is_end_stream() {
            log.finish(true); // hyper does not read the body
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish(false);
    }
}

/// A response's body. Writes the log line when it ends.
pub(crate) struct LoggedBody<G> {
    body: Body,
    line: Line,
    _guard: G,
}

impl<G: Unpin> HttpBody for LoggedBody<G> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        match &polled {
            None => self.line.0.finish(true),
            // hyper does not read on after the last byte of a known length.
            Some(Ok(_)) if self.body.is_end_stream() => self.line.0.finish(true),
            Some(Ok(_)) => {}
            Some(Err(_)) => self.line.0.finish(false),
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
