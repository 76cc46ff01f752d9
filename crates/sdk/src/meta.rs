//! What stands beside an answer: status, headers, attempts, time.

use std::{fmt, sync::Arc, time::Duration};

use bytes::BytesMut;
use http::{HeaderMap, HeaderValue, StatusCode};

use orouter_http::redact::{self, Credentials, Secrets};

/// The circumstances of an answer.
///
/// Beside every outcome: [`with_meta`](crate::Call::with_meta) of a call,
/// [`ResponseStream::meta`](crate::ResponseStream::meta) of a stream, and the accessors of the same
/// names on [`Error`](crate::Error). Cheap to clone.
#[derive(Clone)]
pub struct Meta(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    elapsed: Duration,
    /// What must not be shown, should the server have repeated it.
    credentials: Credentials,
}

impl Meta {
    /// The circumstances of an answer that did not come through the client: of a cache, or in a test.
    ///
    /// No attempts and no time, unless [`with_attempts`](Self::with_attempts) and
    /// [`with_elapsed`](Self::with_elapsed) say otherwise.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap) -> Self {
        let nothing_sent = Credentials::default();
        Self::of_answer(status, headers, 0, Duration::ZERO, nothing_sent)
    }

    /// The same after so many attempts.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        Arc::make_mut(&mut self.0).attempts = attempts;
        self
    }

    /// The same after this time.
    #[must_use]
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        Arc::make_mut(&mut self.0).elapsed = elapsed;
        self
    }

    pub(crate) fn of_answer(
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

    /// Copies the headers out of the connection's buffer, of which they are slices, so that what
    /// lives as long as a stream does not keep all of that.
    pub(crate) fn detach(&mut self) {
        let Some(inner) = Arc::get_mut(&mut self.0) else {
            return;
        };
        let mut rest = BytesMut::with_capacity(inner.headers.values().map(HeaderValue::len).sum());
        for value in inner.headers.values() {
            rest.extend_from_slice(value.as_bytes());
        }
        let mut rest = rest.freeze();
        for value in inner.headers.values_mut() {
            let sensitive = value.is_sensitive();
            if let Ok(mut copy) = HeaderValue::from_maybe_shared(rest.split_to(value.len())) {
                copy.set_sensitive(sensitive);
                *value = copy;
            }
        }
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

    /// How many attempts were made, this one included; 0 where nothing was sent.
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn detached_headers_are_the_same_and_share_nothing() {
        let head = Bytes::from(b"text/event-stream\xffone,two".to_vec());
        let value = |from, to| HeaderValue::from_maybe_shared(head.slice(from..to)).unwrap();
        let mut headers = HeaderMap::new();
        headers.append("content-type", value(0, 17));
        headers.append("x-many", value(18, 21));
        headers.append("x-odd", value(17, 19));
        headers.append("x-many", value(22, 25));
        headers.append("x-empty", value(3, 3));
        let before = headers.clone();
        let mut meta = Meta::new(StatusCode::OK, headers);
        meta.detach();
        assert_eq!(meta.headers(), &before);
        drop(before);
        assert!(head.is_unique());
    }
}
