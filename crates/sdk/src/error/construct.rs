//! Errors that the client makes, and the circumstances that it adds to them.

use std::{sync::Arc, time::Duration, time::SystemTime};

use bytes::Bytes;
use orouter_http::{
    BoxError, Interrupt, TimeoutKind,
    redact::{self, Credentials},
    retry_after,
    transport::TransportError,
};
use orouter_wire::{
    Response,
    failure::{BodyForm, FailureBody, ReportedFailure},
};

use super::{Error, ErrorKind, Inner};
use crate::{meta::Meta, run::ModelRun};

/// Maximum length of the message that a body without JSON gives, in characters.
const EXCERPT_CHARS: usize = 200;

/// Constructors.
impl Error {
    pub(crate) fn new(kind: ErrorKind, summary: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            summary: summary.into(),
            location: None,
            timeout: None,
            sent: false,
            billed_before: false,
            meta: None,
            credentials: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            body: None,
            detail: ReportedFailure::default(),
            body_form: BodyForm::Json,
            retry_after: None,
            partial: None,
            run: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(summary: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, summary)
    }

    pub(crate) fn aborted() -> Self {
        Self::new(ErrorKind::Aborted, Interrupt::Aborted.to_string())
    }

    /// Makes the error of a limit that ran out, for tests and for limits of the caller's own.
    ///
    /// After [`TimeoutKind::FirstByte`], [`TimeoutKind::Idle`] and [`TimeoutKind::EventIdle`] the request
    /// counts as sent, after [`TimeoutKind::Connect`] and [`TimeoutKind::Total`] it does not.
    #[must_use]
    pub fn timed_out(which: TimeoutKind, limit: Duration) -> Self {
        let summary = Interrupt::Timeout(which, limit).to_string();
        // The total limit may also run out before anything is sent.
        let sent = matches!(
            which,
            TimeoutKind::FirstByte | TimeoutKind::Idle | TimeoutKind::EventIdle
        );
        Self::new(ErrorKind::Timeout, summary).with(|inner| {
            inner.timeout = Some(which);
            inner.sent = sent;
        })
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
        let (kind, summary) = if error.is_connect() {
            (ErrorKind::Connect, "could not connect")
        } else if error.is_unprocessed() {
            let summary = "the server rejected the request before processing it";
            (ErrorKind::Transport, summary)
        } else {
            (ErrorKind::Transport, "the connection broke")
        };
        let made = Self::new(kind, summary).with_source(error.into_source());
        made.with(|inner| inner.sent = sent)
    }

    /// Makes the error of a failure that the server reported: by status, or inside a success.
    pub(crate) fn reported(kind: ErrorKind, summary: impl Into<String>, body: Bytes) -> Self {
        let FailureBody {
            mut failure, form, ..
        } = FailureBody::from_bytes(&body);
        if form == BodyForm::Text {
            let message = failure.message.take();
            failure.message = message.map(|text| redact::line(&text, EXCERPT_CHARS));
        }
        Self::new(kind, summary).with(|inner| {
            inner.detail = failure;
            inner.body_form = form;
            inner.body = Some(body);
            inner.sent = true;
        })
    }
}

/// Circumstances.
impl Error {
    /// Sets the error that caused this one.
    #[must_use]
    pub fn with_source(self, source: impl Into<BoxError>) -> Self {
        let source = Arc::from(source.into());
        self.with(|inner| inner.source = Some(source))
    }

    /// Marks the request as sent, or about to be sent, when the failure happened.
    #[must_use]
    pub(crate) fn in_flight(self) -> Self {
        self.with(|inner| inner.sent = true)
    }

    /// Notes that an earlier attempt of the call may have been billed, if `billed`.
    #[must_use]
    pub(crate) fn with_billed_before(self, billed: bool) -> Self {
        self.with(|inner| inner.billed_before |= billed)
    }

    #[must_use]
    pub(crate) fn with_meta(self, meta: &Meta) -> Self {
        self.with(|inner| {
            inner.attempts = meta.attempts();
            inner.elapsed = meta.elapsed();
            inner.meta = Some(meta.clone());
            inner.sent = true;
        })
    }

    #[must_use]
    pub(crate) fn with_body(self, body: Bytes) -> Self {
        self.with(|inner| inner.body = Some(body))
    }

    /// Sets [`retry_after`](Self::retry_after) from the headers and the body. Points in time count
    /// from `now`, and are ignored without it.
    #[must_use]
    pub(crate) fn with_hints(self, now: Option<SystemTime>) -> Self {
        let in_body = &self.0.detail.retry_hints;
        let hints = match self.headers() {
            Some(headers) => retry_after::hints_from_headers(headers).and(in_body),
            None => in_body.clone(),
        };
        let retry_after = hints.delay(now, self.is_rate_limit());
        self.with(|inner| inner.retry_after = retry_after)
    }

    #[must_use]
    pub(crate) fn with_partial(self, partial: Response) -> Self {
        self.with(|inner| inner.partial = Some(Arc::new(partial)))
    }

    #[must_use]
    pub(crate) fn with_run(self, run: ModelRun) -> Self {
        self.with(|inner| inner.run = Some(Arc::new(run)))
    }

    /// Sets the location of the failure, unless it is set already.
    #[must_use]
    pub(crate) fn at(self, location: impl FnOnce() -> String) -> Self {
        if self.0.location.is_some() {
            return self;
        }
        self.with(|inner| inner.location = Some(location()))
    }

    /// Redacts the credentials of the request from messages.
    #[must_use]
    pub(crate) fn hiding(self, credentials: impl FnOnce() -> Credentials) -> Self {
        if self.0.meta.is_some() {
            return self;
        }
        self.with(|inner| inner.credentials = Some(credentials()))
    }

    #[must_use]
    pub(crate) fn after(self, attempts: u32, elapsed: Duration) -> Self {
        self.with(|inner| {
            inner.attempts = attempts;
            inner.elapsed = elapsed;
        })
    }

    /// Adds the attempts and the time before the request was repeated without rejected reasoning.
    #[must_use]
    pub(crate) fn after_rejected_reasoning(self, rejected: &Self, dropped: usize) -> Self {
        let (attempts, elapsed) = (rejected.attempts(), rejected.elapsed());
        self.with(|inner| {
            inner.attempts = inner.attempts.saturating_add(attempts);
            inner.elapsed = inner.elapsed.saturating_add(elapsed);
            let meta = inner.meta.take();
            inner.meta = meta.map(|meta| meta.after_rejected_reasoning(attempts, elapsed, dropped));
        })
    }

    /// Changes the error. No clone shares it while it is made, so nothing is copied.
    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}
