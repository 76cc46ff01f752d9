//! What stands beside an answer: status, headers, attempts, time.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, StatusCode};

use crate::{
    redact,
    secrets::{Credentials, Secrets},
};

/// The circumstances of an answer.
///
/// Beside every outcome: [`with_meta`](crate::CreateCall::with_meta) of a call,
/// [`ResponseStream::meta`](crate::ResponseStream::meta) of a stream, and the accessors of the same
/// names on [`Error`](crate::Error). Cheap to clone.
#[derive(Clone)]
pub struct Meta(Arc<Inner>);

struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    elapsed: Duration,
    /// What must not be shown, should the server have repeated it.
    credentials: Credentials,
}

impl Meta {
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        attempts: u32,
        elapsed: Duration,
        credentials: Credentials,
    ) -> Self {
        Self(Arc::new(Inner {
            status,
            headers,
            attempts,
            elapsed,
            credentials,
        }))
    }

    pub(crate) fn secrets(&self) -> Secrets {
        self.0.credentials.secrets()
    }

    /// The HTTP status of the last attempt.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers of the last attempt's answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// A header as text, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name)?.to_str().ok()
    }

    /// How the body is compressed, where the transport has not undone it.
    pub(crate) fn encoding(&self) -> Option<&str> {
        let encoding = self.header("content-encoding")?.trim();
        let none = encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
        (!none).then_some(encoding)
    }

    /// `X-Generation-Id`: what to quote when asking the service about this call.
    #[must_use]
    pub fn generation_id(&self) -> Option<&str> {
        self.header("x-generation-id")
    }

    /// `X-Request-Id`, or `CF-Ray` where there is none.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.header("x-request-id")
            .or_else(|| self.header("cf-ray"))
    }

    /// How many attempts were made, this one included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// From the call to the head of the answer, earlier attempts and the waits between included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// `X-OpenRouter-Cache-Status`: whether the answer came from the response cache.
    ///
    /// `None` when caching was not asked for.
    #[must_use]
    pub fn cache_hit(&self) -> Option<bool> {
        self.header("x-openrouter-cache-status")
            .map(|status| status.eq_ignore_ascii_case("hit"))
    }
}

impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("status", &self.0.status)
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .field(
                "headers",
                &redact::Headers::without(&self.0.headers, self.secrets()),
            )
            .finish()
    }
}
