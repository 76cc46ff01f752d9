//! One call: attempts, redirects, waits and limits, up to the head of a success.
//!
//! What a success's body holds is read in `answer.rs` and `stream.rs`.

use std::{fmt, hash::BuildHasher, pin::pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use orouter_http::{
    Deadline, EffectiveTimeouts, IdleTimer, Interrupt, StepLimit, TimeoutKind,
    redact::{self, AddedCredentials, Credentials},
};
use url::Url;

use crate::{
    answer::Answer,
    client::{OpenRouterCore, Shared},
    error::{Error, ErrorKind},
    meta::Meta,
    middleware::{Attempt, NextAttempt},
    options::{Layers, RequestOptions},
    retry::{RetryContext, RetryDecision},
    spans,
    transport::{Body, BoxFuture, HttpRequest, HttpResponse, TransportError},
};

/// The most of an error's body that is kept.
const ERROR_BODY: usize = 1 << 20;

/// How long an error's body may take: the status says the most important part already.
const ERROR_BODY_TIME: Duration = Duration::from_secs(10);

/// How many redirects in a row are followed.
const REDIRECTS: usize = 5;

/// Maximum length of a redirected URL in messages, in characters.
const PLACE: usize = 300;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// What is asked of the server.
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// Under the server URL, with a slash in front.
    pub(crate) path: &'static str,
    pub(crate) accept: HeaderValue,
    pub(crate) body: Bytes,
}

/// The method and URL of a request, for messages.
pub(crate) enum Place {
    Requested(Method, Url),
    /// The server wrote this URL, so the text is without secrets and has a limited length.
    Redirected(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested(method, url) => place(method, url).fmt(f),
            Self::Redirected(place) => f.write_str(place),
        }
    }
}

/// The method and the URL without its query.
fn place<'a>(method: &'a Method, url: &'a Url) -> impl fmt::Display + 'a {
    struct At<'a>(&'a Method, &'a Url);

    impl fmt::Display for At<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} {}", self.0, redact::location(self.1))
        }
    }

    At(method, url)
}

/// Makes the call and gives the head of a success.
pub(crate) async fn execute(
    core: &OpenRouterCore,
    operation: Operation,
    options: &RequestOptions,
) -> Result<Answer, Error> {
    let shared = core.shared();
    let layers = Layers {
        client: &shared.options,
        call: options,
    };
    layers.check()?;
    let limits = EffectiveTimeouts::new(&options.timeouts, &shared.options.timeouts);
    let mut watch = Deadline::new(shared.clock.clone(), layers.abort().cloned(), limits.total);

    let request = {
        let made = pin!(request(shared, &layers, operation, &limits));
        match watch.run(None, made).await {
            Ok(request) => request?,
            Err(interrupt) => return Err(interrupt.into()),
        }
    };
    let call = Call {
        shared,
        layers,
        limits,
        added: AddedCredentials::default(),
    };
    let (response, attempts, place) = call.attempts(&request, &mut watch).await?;
    Ok(call.answer(&request, response, attempts, place, watch))
}

/// The request as it goes out, the same for every attempt.
async fn request(
    shared: &Shared,
    layers: &Layers<'_>,
    operation: Operation,
    limits: &EffectiveTimeouts,
) -> Result<HttpRequest, Error> {
    let mut url = match &layers.call.server_url {
        Some(server) => server.endpoint(operation.path),
        None if operation.path == "/responses" => shared.responses_url.clone(),
        None => shared.server_url.endpoint(operation.path),
    };
    layers.apply_query(&mut url);

    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(header::ACCEPT, operation.accept);
    if !operation.body.is_empty() {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
    headers.insert(header::USER_AGENT, shared.user_agent.clone());
    if let Some(authorization) = shared.key.resolve().await? {
        headers.insert(header::AUTHORIZATION, authorization);
    }
    layers.apply_headers(&mut headers);
    Ok(HttpRequest::new(operation.method, url)
        .with_headers(headers)
        .with_body(operation.body)
        .with_connect_timeout(limits.connect))
}

struct Call<'a> {
    shared: &'a Shared,
    layers: Layers<'a>,
    limits: EffectiveTimeouts,
    /// Credentials that middleware put into attempts.
    added: AddedCredentials,
}

/// An attempt that failed, and whether another may be made.
struct Failed {
    error: Error,
    last: bool,
}

/// What ends an attempt that is under way.
impl From<Interrupt> for Failed {
    fn from(interrupt: Interrupt) -> Self {
        let last = !matches!(interrupt, Interrupt::Timeout(TimeoutKind::FirstByte, _));
        Self {
            error: Error::from(interrupt).in_flight(),
            last,
        }
    }
}

impl Call<'_> {
    /// Returns a success, the number of attempts, and where the success came from.
    async fn attempts(
        &self,
        request: &HttpRequest,
        watch: &mut Deadline,
    ) -> Result<(HttpResponse, u32, Place), Error> {
        let policy = if self.layers.call.sets_retries() {
            self.layers.policy()
        } else {
            self.shared.policy.clone()
        };
        let budgeted = self.shared.own_budget || policy.within_default_budget();
        let mut attempts = 0;
        let mut billed = false;
        loop {
            attempts += 1;
            let mut redirected = None;
            let attempt = self.attempt(request, attempts, &mut redirected, watch);
            let failed = match attempt.await {
                Ok(response) => {
                    let taken = if budgeted { attempts - 1 } else { 0 };
                    self.shared.budget.deposit(taken);
                    let place = self.place(request, redirected.as_ref());
                    return Ok((response, attempts, place));
                }
                Err(failed) => failed,
            };
            let elapsed = watch.elapsed();
            let error = failed
                .error
                .after(attempts, elapsed)
                .with_billed_before(billed)
                .hiding(|| self.credentials(request))
                .at(|| self.place(request, redirected.as_ref()).to_string());
            if failed.last {
                return Err(error);
            }
            billed = error.maybe_billed();
            let context = RetryContext::new(&error, attempts, elapsed, random());
            let RetryDecision::RetryAfter(wait) = policy.decide(&context) else {
                return Err(error);
            };
            // A wait that the call cannot outlive would only hide the reason.
            if watch.remaining().is_some_and(|left| wait >= left)
                || (budgeted && !self.shared.budget.withdraw())
            {
                return Err(error);
            }
            spans::retry(&error, wait);
            let mut sleep = self.shared.clock.sleep(wait);
            if let Err(interrupt) = watch.run(None, sleep.as_mut()).await {
                let ended = Error::from(interrupt)
                    .after(attempts, watch.elapsed())
                    .with_billed_before(billed)
                    .hiding(|| self.credentials(request));
                return Err(ended
                    .at(|| place(request.method(), request.parsed_url()).to_string())
                    .with_source(error));
            }
        }
    }

    /// Sends the request once, following redirects within its origin. `redirected` is the URL that
    /// the last of them led to.
    async fn attempt(
        &self,
        request: &HttpRequest,
        attempts: u32,
        redirected: &mut Option<Url>,
        watch: &mut Deadline,
    ) -> Result<HttpResponse, Failed> {
        let first_byte = self
            .limits
            .first_byte
            .map(|limit| StepLimit::new(TimeoutKind::FirstByte, limit));
        let started = watch.elapsed();
        let mut redirects = 0;
        loop {
            let mut outgoing = request.clone();
            if let Some(url) = redirected.as_ref() {
                outgoing = outgoing.with_url(url.clone());
            }
            if watch.is_aborted() {
                // Since the last wait, so nothing of what comes now has gone out.
                return Err(Failed {
                    error: Error::aborted(),
                    last: true,
                });
            }
            let passed = watch.elapsed().saturating_sub(started);
            let limit = first_byte.map(|limit| limit.after(passed)).transpose()?;
            let response = {
                spans::attempt(attempts, &|| self.place(request, redirected.as_ref()));
                let mut exchange = self.exchange(attempts, outgoing);
                watch.run(limit, exchange.as_mut()).await?
            };
            let response = response.map_err(|error| self.lost(error))?;
            if response.status().is_success() {
                return Ok(response);
            }
            if response.status().is_informational() {
                return Err(self.no_answer(request, &response, attempts, watch));
            }
            if !response.status().is_redirection() {
                // In a box: most calls never need the room.
                let refused = self.refused(request, response, attempts, watch);
                return Err(Box::pin(refused).await);
            }
            let from = redirected.as_ref().unwrap_or(request.parsed_url());
            let follow = self.layers.follow_redirects();
            let target = target(from, &response, follow).map_err(|what| Failed {
                error: Error::new(ErrorKind::Redirect, what)
                    .with_meta(&self.meta(request, &response, attempts, watch)),
                last: true,
            })?;
            if redirects == REDIRECTS {
                let location = redact::location(&target);
                let what = format!("more than {REDIRECTS} redirects in a row, now to {location}");
                let meta = self.meta(request, &response, attempts, watch);
                return Err(Failed {
                    error: Error::new(ErrorKind::Redirect, what).with_meta(&meta),
                    last: true,
                });
            }
            redirects += 1;
            *redirected = Some(target);
        }
    }

    fn exchange(
        &self,
        number: u32,
        request: HttpRequest,
    ) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let transport = &*self.shared.transport;
        if self.shared.middleware.is_empty() {
            return transport.send(request);
        }
        NextAttempt::new(&self.shared.middleware, transport, &self.added)
            .run(Attempt::new(number, request))
    }

    fn lost(&self, error: TransportError) -> Failed {
        let last = error.is_unusable();
        Failed {
            error: Error::transport(error, self.limits.connect),
            last,
        }
    }

    /// A status such as 101, after which nothing comes that could be read as HTTP.
    fn no_answer(
        &self,
        request: &HttpRequest,
        response: &HttpResponse,
        attempts: u32,
        watch: &Deadline,
    ) -> Failed {
        let what = format!("{} is no answer", response.status());
        let meta = self.meta(request, response, attempts, watch);
        Failed {
            error: Error::new(ErrorKind::Decode, what).with_meta(&meta),
            last: true,
        }
    }

    /// An answer with an error status, read as far as it comes.
    async fn refused(
        &self,
        request: &HttpRequest,
        mut response: HttpResponse,
        attempts: u32,
        watch: &mut Deadline,
    ) -> Failed {
        let (body, interrupt) =
            read_start(response.body_mut(), ERROR_BODY, &self.limits, watch).await;
        let kind = ErrorKind::from_status(response.status());
        let meta = self.meta(request, &response, attempts, watch);
        let error = Error::reported(kind, "", body)
            .with_meta(&meta)
            .with_hints(Some(self.shared.clock.system_time()));
        match interrupt {
            Some(Interrupt::Aborted) => Failed {
                error: Error::aborted().with_meta(&meta).with_source(error),
                last: true,
            },
            // The limits: what is known is worth more than that the rest of it came late.
            Some(Interrupt::Timeout(..)) | None => Failed { error, last: false },
        }
    }

    /// What went out, for messages to be without it.
    fn credentials(&self, request: &HttpRequest) -> Credentials {
        Credentials::new(request.headers(), request.parsed_url(), &self.added)
    }

    /// The URL of the request, or the one that redirects led to.
    fn place(&self, request: &HttpRequest, redirected: Option<&Url>) -> Place {
        let method = request.method().clone();
        match redirected {
            None => Place::Requested(method, request.parsed_url().clone()),
            Some(url) => Place::Redirected(redact::line_without(
                &self.credentials(request).secrets(),
                &place(&method, url).to_string(),
                PLACE,
            )),
        }
    }

    fn meta(
        &self,
        request: &HttpRequest,
        response: &HttpResponse,
        attempts: u32,
        watch: &Deadline,
    ) -> Meta {
        Meta::from_parts(
            response.status(),
            response.headers().clone(),
            attempts,
            watch.elapsed(),
            self.credentials(request),
        )
    }

    fn answer(
        self,
        request: &HttpRequest,
        response: HttpResponse,
        attempts: u32,
        place: Place,
        watch: Deadline,
    ) -> Answer {
        let credentials = self.credentials(request);
        let elapsed = watch.elapsed();
        let (status, headers, body) = response.into_parts();
        let idle = IdleTimer::new(self.limits.idle, &**watch.clock());
        Answer {
            meta: Meta::from_parts(status, headers, attempts, elapsed, credentials),
            body,
            ahead: None,
            watch,
            idle,
            place,
            max_response_bytes: self.layers.max_response_bytes(),
            max_event_bytes: self.layers.max_event_bytes(),
        }
    }
}

/// Where a redirect leads, if it may be followed: with method, body and key to the same origin.
/// Otherwise, why not.
fn target(from: &Url, response: &HttpResponse, follow: bool) -> Result<Url, String> {
    let status = response.status();
    let location = response
        .headers()
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    let keeps_the_request = matches!(
        status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    match location.and_then(|location| from.join(location).ok()) {
        Some(target) if follow && keeps_the_request && target.origin() == from.origin() => {
            Ok(target)
        }
        Some(target) => Err(format!("{status} leads to {}", redact::location(&target))),
        None => Err(format!("{status} leads nowhere")),
    }
}

/// The start of a body, at most `limit` bytes of it, and what ended the reading early; what cannot be
/// read is left out.
async fn read_start(
    body: &mut Body,
    limit: usize,
    limits: &EffectiveTimeouts,
    watch: &mut Deadline,
) -> (Bytes, Option<Interrupt>) {
    let time = limits
        .idle
        .map_or(ERROR_BODY_TIME, |idle| idle.min(ERROR_BODY_TIME));
    let mut read = BytesMut::new();
    let reading = async {
        while read.len() < limit {
            match std::future::poll_fn(|cx| body.poll_chunk(cx)).await {
                Some(Ok(chunk)) => {
                    let room = limit - read.len();
                    read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                }
                Some(Err(_)) | None => break,
            }
        }
    };
    let limit = StepLimit::new(TimeoutKind::Idle, time);
    let interrupt = watch.run(Some(limit), pin!(reading)).await.err();
    (read.freeze(), interrupt)
}

/// A number from 0 to 1, good enough to keep clients from moving in step.
fn random() -> f64 {
    let bits = std::hash::RandomState::new().hash_one(());
    // The upper 53 bits: what a double holds exactly.
    (bits >> 11) as f64 / (1u64 << 53) as f64
}
