//! The one error type of this crate.
//!
//! [`Error`] is opaque and one pointer wide. [`Error::kind`] is what to match on; predicates answer
//! the usual questions; accessors give everything that came back from the server, however odd its
//! shape. How it reads for a person is in `display.rs`, how bodies are read in `read.rs` and `body.rs`,
//! and the table of causes in `orouter_wire::failure`.

mod body;
mod custom;
mod display;
mod from_http;
mod kind;
mod predicates;
mod questions;
mod read;

use std::{
    error::Error as StdError,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use orouter_wire::{Availability, ErrorMetadata, OpenRouterMetadata, Response};

use self::body::Detail;
pub use self::kind::ErrorKind;
use orouter_http::{
    BoxError, Interrupt, TimeoutKind,
    redact::{Credentials, Secrets},
    retry_after,
    transport::TransportError,
};

use crate::meta::Meta;

/// Why a call failed.
///
/// Code of your own makes them with [`custom`](Self::custom) and [`of_answer`](Self::of_answer).
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, request: orouter::ResponsesRequest) {
/// use orouter::ErrorKind;
///
/// match client.responses().create(request).await {
///     Ok(response) => println!("{}", response.output_text()),
///     Err(error) if error.kind() == ErrorKind::PaymentRequired => println!("out of credits"),
///     Err(error) if error.is_retryable() => println!("try later, in {:?}", error.retry_after()),
///     // One line: what failed, where, what to do, and the causes.
///     Err(error) => eprintln!("{error:?}"),
/// }
/// # }
/// ```
///
/// `{}` prints what failed, where, and what to do, in one line and without the causes, which
/// [`source`](std::error::Error::source) gives; a report that prints the chain (such as `anyhow`'s)
/// repeats nothing. `{:?}` prints that line and the causes, also in one line. `{:#?}` prints the
/// fields. None of them prints a key, and the server's words are shortened.
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    /// What happened, in a few words; for a status its parts are taken from `detail`.
    what: String,
    /// Method and URL, without query.
    place: Option<String>,
    timeout: Option<TimeoutKind>,
    /// Whether the last attempt's request can have left.
    sent: bool,
    /// Whether an earlier attempt may have been billed.
    billed_before: bool,
    meta: Option<Meta>,
    /// What must not be shown, where there is no `meta` that knows it.
    credentials: Option<Credentials>,
    attempts: u32,
    elapsed: Duration,
    body: Option<Bytes>,
    detail: Detail,
    retry_after: Option<Duration>,
    partial: Option<Arc<Response>>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Making errors.
impl Error {
    pub(crate) fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            place: None,
            timeout: None,
            sent: false,
            billed_before: false,
            meta: None,
            credentials: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            body: None,
            detail: Detail::default(),
            retry_after: None,
            partial: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, what)
    }

    pub(crate) fn aborted() -> Self {
        Self::new(ErrorKind::Aborted, Interrupt::Aborted.to_string())
    }

    /// The error of a limit that ran out, for tests and limits of the caller's own.
    ///
    /// A first byte that did not come, and silence, say that the request had been sent; the limits on
    /// connecting and on the whole do not.
    #[must_use]
    pub fn timed_out(which: TimeoutKind, limit: Duration) -> Self {
        let what = Interrupt::Timeout(which, limit).to_string();
        let mut error = Self::new(ErrorKind::Timeout, what);
        error.0.timeout = Some(which);
        // The total limit may also run out before anything is sent.
        error.0.sent = matches!(which, TimeoutKind::FirstByte | TimeoutKind::Idle);
        error
    }

    pub(crate) fn transport(error: TransportError, connect_limit: Option<Duration>) -> Self {
        if let (true, Some(limit)) = (error.is_connect_timeout(), connect_limit) {
            return Self::timed_out(TimeoutKind::Connect, limit).with_source(error.into_source());
        }
        let sent = error.was_sent();
        if error.is_unusable() {
            let reason = error.reason();
            return Self::configuration(format!("the transport cannot be used: {reason}"));
        }
        let (kind, what) = if error.is_connect() {
            (ErrorKind::Connect, "could not connect")
        } else if error.is_unprocessed() {
            (ErrorKind::Transport, "the server turned the request away")
        } else {
            (ErrorKind::Transport, "the connection broke")
        };
        let mut made = Self::new(kind, what).with_source(error.into_source());
        made.0.sent = sent;
        made
    }

    /// A failure that the server reported: by status, or inside a success.
    pub(crate) fn reported(kind: ErrorKind, what: impl Into<String>, body: Bytes) -> Self {
        let mut error = Self::new(kind, what);
        error.0.detail = Detail::of(&body);
        error.0.body = Some(body);
        error.0.sent = true;
        error
    }

    /// The same with the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// Says that the request had gone out, or was about to, when it happened.
    #[must_use]
    pub(crate) fn in_flight(mut self) -> Self {
        self.0.sent = true;
        self
    }

    /// Says whether an earlier attempt of the call may have been billed.
    #[must_use]
    pub(crate) fn with_billed_before(mut self, billed: bool) -> Self {
        self.0.billed_before |= billed;
        self
    }

    #[must_use]
    pub(crate) fn with_meta(mut self, meta: &Meta) -> Self {
        self.0.attempts = meta.attempts();
        self.0.elapsed = meta.elapsed();
        self.0.meta = Some(meta.clone());
        self.0.sent = true;
        self
    }

    #[must_use]
    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    /// Reads when to retry from the headers and from what the body says. Points in time are counted
    /// from `now`, and ignored without it.
    #[must_use]
    pub(crate) fn with_hints(mut self, now: Option<SystemTime>) -> Self {
        let of_body = &self.0.detail.retry_hints;
        let hints = match self.headers() {
            Some(headers) => retry_after::hints_from_headers(headers).and(of_body),
            None => of_body.clone(),
        };
        self.0.retry_after = hints.delay(now, self.is_rate_limit());
        self
    }

    #[must_use]
    pub(crate) fn with_partial(mut self, partial: Response) -> Self {
        self.0.partial = Some(Arc::new(partial));
        self
    }

    /// The same error once more, for whoever asks again.
    pub(crate) fn again(&self) -> Self {
        Self(self.0.clone())
    }

    /// Fills in where it happened, unless something closer to it did.
    #[must_use]
    pub(crate) fn at(mut self, place: impl FnOnce() -> String) -> Self {
        if self.0.place.is_none() {
            self.0.place = Some(place());
        }
        self
    }

    /// Keeps what went out from being shown.
    #[must_use]
    pub(crate) fn hiding(mut self, credentials: impl FnOnce() -> Credentials) -> Self {
        if self.0.meta.is_none() {
            self.0.credentials = Some(credentials());
        }
        self
    }

    #[must_use]
    pub(crate) fn after(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// Whether the body has an `error` that says something.
    pub(crate) fn is_told(&self) -> bool {
        self.0.detail.has_error
    }

    /// The status that the failure stands for: the answer's, or the one that a failure inside a
    /// success claims.
    pub(crate) fn effective_status(&self) -> Option<StatusCode> {
        match self.0.kind {
            ErrorKind::InBand => StatusCode::from_u16(self.0.detail.status(None)?).ok(),
            kind if kind.is_status() => self.status().or_else(|| kind.own_status()),
            _ => None,
        }
    }
}

/// What came back.
impl Error {
    /// The HTTP status, where there was an answer. For [`ErrorKind::InBand`] that is a success.
    #[doc(alias = "statusCode")]
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.meta.as_ref().map(Meta::status)
    }

    /// The headers, where there was an answer.
    #[doc(alias = "contentType")]
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.meta.as_ref().map(Meta::headers)
    }

    /// The body as it came, where there was one: up to 1 MiB of an error status's; for a failure
    /// in a stream, the data of the event that reported it.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// The server's own message, as it came.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.detail().message.as_deref()
    }

    /// `error.code`, a number or a word, as text.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.detail().code.as_deref()
    }

    /// The stable word for the cause, such as `context_length_exceeded` or `provider_overloaded`.
    ///
    /// Where there is none, the class that other services name in `error.type`, such as OpenAI's
    /// `insufficient_quota`.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        let detail = self.detail();
        detail.error_type.as_deref().or(detail.r#type.as_deref())
    }

    /// `error.metadata`: of moderation, guardrails or the provider. May quote the input.
    #[must_use]
    pub fn metadata(&self) -> Option<&ErrorMetadata> {
        self.detail().metadata.as_deref()
    }

    /// `error.availability`: why a model cannot be served, and which others could.
    #[must_use]
    pub fn availability(&self) -> Option<&Availability> {
        self.detail().availability.as_deref()
    }

    /// `openrouter_metadata`: how the request was routed, when asked for.
    #[doc(alias = "openrouterMetadata")]
    #[must_use]
    pub fn openrouter_metadata(&self) -> Option<&OpenRouterMetadata> {
        self.detail().openrouter_metadata.as_deref()
    }

    /// `user_id`.
    #[doc(alias = "userId")]
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.detail().user_id.as_deref()
    }

    /// Returns the shortest wait before the next attempt, if the server gave a hint: in a header
    /// (`retry-after-ms`, `Retry-After`, the end of a rate limit's period), in a member of the body
    /// or of the event that reported the failure, or in the words of its message.
    ///
    /// [`RetryHints`](orouter_wire::failure::RetryHints) lists the forms and their order.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// `X-Request-Id`, or `CF-Ray` where there is none.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.meta.as_ref()?.request_id()
    }

    /// `X-Generation-Id`: what to quote when asking the service about this call.
    #[must_use]
    pub fn generation_id(&self) -> Option<&str> {
        self.0.meta.as_ref()?.generation_id()
    }

    /// Status, headers, attempts and time in one, where there was an answer.
    #[doc(alias = "rawResponse")]
    #[must_use]
    pub fn meta(&self) -> Option<&Meta> {
        self.0.meta.as_ref()
    }

    /// How many attempts were made; 0 when nothing was tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// From the call to the failure of its last attempt, or to the head of the answer when the
    /// failure came after it.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// What a stream had brought before it failed.
    #[must_use]
    pub fn partial_response(&self) -> Option<&Response> {
        self.0.partial.as_deref()
    }

    /// Takes what a stream had brought before it failed.
    #[must_use]
    pub fn into_partial_response(self) -> Option<Response> {
        self.0.partial.map(Arc::unwrap_or_clone)
    }

    /// Whether the request left for the server, as far as the transport knows.
    pub(crate) fn was_sent(&self) -> bool {
        self.0.sent
    }

    /// What must not be shown, even if the server wrote it.
    #[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "only spans ask"))]
    pub(crate) fn secrets(&self) -> Secrets {
        self.0.secrets()
    }

    fn detail(&self) -> &Detail {
        &self.0.detail
    }
}

impl Inner {
    fn secrets(&self) -> Secrets {
        let of_answer = self.meta.as_ref().map(Meta::secrets);
        of_answer
            .or_else(|| self.credentials.as_ref().map(Credentials::secrets))
            .unwrap_or_default()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::line(&self.0, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::debug(&self.0, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_ref()
            .map(|source| &**source as &(dyn StdError + 'static))
    }
}
