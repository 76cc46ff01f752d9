//! One attempt of a call: an HTTP exchange, with its redirects.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use orouter_http::{
    Deadline, EffectiveTimeouts, Interrupt, StepLimit, TimeoutKind,
    redact::{AddedCredentials, Credentials},
    redirect,
};
use url::Url;

use super::error_body::read_error_body;
use crate::{
    core::Shared,
    error::{Error, ErrorKind},
    meta::Meta,
    middleware::{Attempt, NextAttempt},
    options::EffectiveOptions,
    reader::ResponseReader,
    request_line::RequestLine,
    spans,
    transport::{BoxFuture, HttpRequest, HttpResponse, TransportError},
};

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// The part of an HTTP request that depends on the operation.
pub(crate) struct HttpOperation {
    pub(crate) method: Method,
    /// The URL without the query parameters of the options.
    pub(crate) url: Url,
    pub(crate) accept: HeaderValue,
    pub(crate) body: Bytes,
}

/// The state of one call: its request and limits, and the attempts so far.
pub(super) struct CallContext<'a> {
    pub(super) shared: &'a Shared,
    pub(super) options: EffectiveOptions<'a>,
    pub(super) deadline: Deadline,
    /// The number of attempts that were started.
    pub(super) attempts: u32,
    /// True if an earlier attempt may have been billed.
    pub(super) billed_before: bool,
    timeouts: EffectiveTimeouts,
    /// The request, the same for every attempt.
    request: HttpRequest,
    /// The URL that a redirect of the current attempt led to.
    redirected: Option<Url>,
    /// Credentials that middleware put into attempts.
    added: AddedCredentials,
}

/// The error of an attempt.
pub(super) struct AttemptError {
    pub(super) error: Error,
    /// True if no other attempt can be made, whatever the policy.
    pub(super) is_final: bool,
}

impl AttemptError {
    fn retryable(error: Error) -> Self {
        Self {
            error,
            is_final: false,
        }
    }

    fn last(error: Error) -> Self {
        Self {
            error,
            is_final: true,
        }
    }
}

/// An abort or timeout while an attempt was under way.
impl From<Interrupt> for AttemptError {
    fn from(interrupt: Interrupt) -> Self {
        let is_final = !matches!(interrupt, Interrupt::Timeout(TimeoutKind::FirstByte, _));
        Self {
            error: Error::from(interrupt).in_flight(),
            is_final,
        }
    }
}

impl<'a> CallContext<'a> {
    #[inline]
    pub(super) fn new(
        shared: &'a Shared,
        options: EffectiveOptions<'a>,
        timeouts: EffectiveTimeouts,
        deadline: Deadline,
        request: HttpRequest,
    ) -> Self {
        Self {
            shared,
            options,
            deadline,
            attempts: 0,
            billed_before: false,
            timeouts,
            request,
            redirected: None,
            added: AddedCredentials::default(),
        }
    }

    /// Sends the request once and follows redirects. Returns a response with a 2XX status.
    pub(super) async fn attempt(&mut self) -> Result<HttpResponse, AttemptError> {
        self.attempts += 1;
        self.redirected = None;
        let first_byte = self
            .timeouts
            .first_byte
            .map(|limit| StepLimit::new(TimeoutKind::FirstByte, limit));
        let started = self.deadline.elapsed();
        let mut redirects = 0;
        loop {
            let mut outgoing = self.request.clone();
            if let Some(url) = &self.redirected {
                outgoing = outgoing.with_url(url.clone());
            }
            if self.deadline.is_aborted() {
                // Aborted since the last wait, so this request was not sent.
                return Err(AttemptError::last(Error::aborted()));
            }
            let passed = self.deadline.elapsed().saturating_sub(started);
            let limit = first_byte.map(|limit| limit.after(passed)).transpose()?;
            let response = {
                spans::attempt(self.attempts, &|| self.request_line());
                let mut exchange = exchange(self.shared, &self.added, self.attempts, outgoing);
                self.deadline.run(limit, exchange.as_mut()).await?
            };
            let response = response.map_err(|error| self.transport_error(error))?;
            if response.status().is_success() {
                return Ok(response);
            }
            if response.status().is_informational() {
                let message = format!(
                    "the server sent {}, which does not answer the request",
                    response.status()
                );
                return Err(self.unusable_response(ErrorKind::Decode, message, &response));
            }
            if !response.status().is_redirection() {
                // Boxed, since most calls do not need this future.
                return Err(Box::pin(self.error_status(response)).await);
            }
            let from = self
                .redirected
                .as_ref()
                .unwrap_or(self.request.parsed_url());
            let follow = self.options.follow_redirects();
            let (status, headers) = (response.status(), response.headers());
            let target =
                redirect::target(from, status, headers, redirects, follow).map_err(|refused| {
                    self.unusable_response(ErrorKind::Redirect, refused.to_string(), &response)
                })?;
            redirects += 1;
            self.redirected = Some(target);
        }
    }

    fn transport_error(&self, error: TransportError) -> AttemptError {
        let is_final = error.is_unusable();
        AttemptError {
            error: Error::transport(error, self.timeouts.connect),
            is_final,
        }
    }

    /// The error for a response that is neither a success nor an error status: a status such as 101,
    /// after which the connection no longer carries HTTP, or a redirect that is not followed.
    fn unusable_response(
        &self,
        kind: ErrorKind,
        message: String,
        response: &HttpResponse,
    ) -> AttemptError {
        let meta = self.meta(response.status(), response.headers().clone());
        AttemptError::last(Error::new(kind, message).with_meta(&meta))
    }

    /// Reads the body of a response with an error status.
    async fn error_status(&mut self, mut response: HttpResponse) -> AttemptError {
        let (body, interrupt) =
            read_error_body(response.body_mut(), self.timeouts.idle, &mut self.deadline).await;
        let (status, headers, _) = response.into_parts();
        let kind = ErrorKind::from_status(status);
        let meta = self.meta(status, headers);
        let error = Error::reported(kind, "", body)
            .with_meta(&meta)
            .with_hints(Some(self.shared.clock.system_time()));
        match interrupt {
            Some(Interrupt::Aborted) => {
                AttemptError::last(Error::aborted().with_meta(&meta).with_source(error))
            }
            // After a timeout the status and the part of the body that arrived are more useful than
            // the timeout.
            Some(Interrupt::Timeout(..)) | None => AttemptError::retryable(error),
        }
    }

    /// Adds to an error what the call knows: attempts, time, earlier attempts that may have been
    /// billed, the credentials to redact, and the URL.
    pub(super) fn decorate(&self, error: Error) -> Error {
        error
            .after(self.attempts, self.deadline.elapsed())
            .with_billed_before(self.billed_before)
            .hiding(|| self.credentials())
            .at(|| self.request_line().to_string())
    }

    /// Ends the current attempt: errors of the wait after it name the URL of the request, not of a
    /// redirect.
    pub(super) fn end_attempt(&mut self) {
        self.redirected = None;
    }

    /// Returns a reader for the body of a successful response.
    #[inline]
    pub(super) fn into_reader(self, response: HttpResponse) -> ResponseReader {
        let (status, headers, body) = response.into_parts();
        let meta = self.meta(status, headers);
        let request_line = self.request_line();
        ResponseReader::new(
            meta,
            body,
            self.deadline,
            &self.timeouts,
            request_line,
            &self.options,
        )
    }

    fn meta(&self, status: StatusCode, headers: HeaderMap) -> Meta {
        let elapsed = self.deadline.elapsed();
        Meta::from_parts(status, headers, self.attempts, elapsed, self.credentials())
    }

    fn request_line(&self) -> RequestLine {
        let method = self.request.method();
        match &self.redirected {
            None => RequestLine::Requested(method.clone(), self.request.parsed_url().clone()),
            Some(url) => RequestLine::redirected(method, url, &self.credentials()),
        }
    }

    /// The credentials that were sent. Messages must not show them.
    fn credentials(&self) -> Credentials {
        Credentials::new(
            self.request.headers(),
            self.request.parsed_url(),
            &self.added,
        )
    }
}

/// Builds the request of all attempts.
pub(super) async fn build_request(
    shared: &Shared,
    options: &EffectiveOptions<'_>,
    operation: HttpOperation,
    timeouts: &EffectiveTimeouts,
) -> Result<HttpRequest, Error> {
    let mut url = operation.url;
    options.apply_query(&mut url);

    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(header::ACCEPT, operation.accept);
    if !operation.body.is_empty() {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    headers.insert(header::USER_AGENT, shared.user_agent.clone());
    if let Some(authorization) = shared.key.resolve().await? {
        headers.insert(header::AUTHORIZATION, authorization);
    }
    options.apply_headers(&mut headers);
    Ok(HttpRequest::new(operation.method, url)
        .with_headers(headers)
        .with_body(operation.body)
        .with_connect_timeout(timeouts.connect))
}

/// Sends one request, through the middleware.
fn exchange<'a>(
    shared: &'a Shared,
    added: &'a AddedCredentials,
    number: u32,
    request: HttpRequest,
) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
    let transport = &*shared.transport;
    if shared.middleware.is_empty() {
        return transport.send(request);
    }
    NextAttempt::new(&shared.middleware, transport, added).run(Attempt::new(number, request))
}
