//! [`Meta`]: status, headers, attempts and time of a response.

use std::{fmt, sync::Arc, time::Duration};

use bytes::BytesMut;
use http::{HeaderMap, HeaderValue, StatusCode};

use orouter_http::redact::{self, Credentials, Secrets};

/// Status, headers, attempts and time of a response.
///
/// [`with_meta`](crate::Call::with_meta) returns it with the result of a call,
/// [`ResponseStream::meta`](crate::ResponseStream::meta) with a stream, and
/// [`Error::meta`](crate::Error::meta) with an error. Cheap to clone.
#[derive(Clone)]
pub struct Meta(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    elapsed: Duration,
    /// The number of reasoning items that the repeated request lacks.
    dropped_reasoning: usize,
    /// The credentials to redact from messages, in case the server repeats them.
    credentials: Credentials,
}

impl Meta {
    /// Makes the metadata of a response that did not come through the client, such as that of a cache
    /// or of a test.
    ///
    /// The number of attempts is 0 and the time zero, unless [`with_attempts`](Self::with_attempts)
    /// and [`with_elapsed`](Self::with_elapsed) set them.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap) -> Self {
        let nothing_sent = Credentials::default();
        Self::from_parts(status, headers, 0, Duration::ZERO, nothing_sent)
    }

    /// Sets the number of attempts.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        Arc::make_mut(&mut self.0).attempts = attempts;
        self
    }

    /// Sets the time from the start of the call to the response head.
    #[must_use]
    pub fn with_elapsed(mut self, elapsed: Duration) -> Self {
        Arc::make_mut(&mut self.0).elapsed = elapsed;
        self
    }

    pub(crate) fn from_parts(
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
            dropped_reasoning: 0,
            credentials,
        }))
    }

    /// Adds the attempts and the time before the request was repeated without rejected reasoning, and
    /// sets the number of reasoning items that it lacks.
    pub(crate) fn after_rejected_reasoning(
        self,
        attempts: u32,
        elapsed: Duration,
        dropped: usize,
    ) -> Self {
        let attempts = self.attempts().saturating_add(attempts);
        let elapsed = self.elapsed().saturating_add(elapsed);
        let mut meta = self.with_attempts(attempts).with_elapsed(elapsed);
        Arc::make_mut(&mut meta.0).dropped_reasoning = dropped;
        meta
    }

    /// Copies the headers out of the connection's read buffer. They are slices of it, and would keep
    /// all of it in memory as long as the stream lives.
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

    /// Returns the HTTP status of the last attempt.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Returns the headers of the last attempt's response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the first value of a header, if it is visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name)?.to_str().ok()
    }

    /// Returns the compression of the body, if the transport has not decompressed it.
    pub(crate) fn encoding(&self) -> Option<&str> {
        let encoding = self.header("content-encoding")?.trim();
        let none = encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
        (!none).then_some(encoding)
    }

    /// Returns the header `X-Generation-Id`, to quote when reporting the call to the service.
    #[must_use]
    pub fn generation_id(&self) -> Option<&str> {
        self.header("x-generation-id")
    }

    /// Returns the header `X-Request-Id`, or `CF-Ray` if the former is absent.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.header("x-request-id")
            .or_else(|| self.header("cf-ray"))
    }

    /// Returns the number of attempts, the successful one included; 0 if the response did not come
    /// through the client.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the time from the start of the call to the response head. It includes earlier attempts
    /// and the waits between them.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns the number of reasoning items that were left out, because the server rejected their
    /// encrypted content and the call was repeated without them; see
    /// [`RequestOptions::drop_rejected_reasoning`](crate::RequestOptions::drop_rejected_reasoning).
    #[must_use]
    pub fn dropped_reasoning(&self) -> usize {
        self.0.dropped_reasoning
    }

    /// Returns `true` if the response came from the service's response cache
    /// (`X-OpenRouter-Cache-Status`), and `None` if caching was not enabled.
    #[must_use]
    pub fn cache_hit(&self) -> Option<bool> {
        self.header("x-openrouter-cache-status")
            .map(|status| status.eq_ignore_ascii_case("hit"))
    }

    /// Returns the time since the cached response was stored (`X-OpenRouter-Cache-Age`, in whole
    /// seconds). `None` if the response does not come from the cache.
    #[must_use]
    pub fn cache_age(&self) -> Option<Duration> {
        self.seconds("x-openrouter-cache-age")
    }

    /// Returns the time until the cached response expires (`X-OpenRouter-Cache-TTL`, in whole seconds),
    /// both of a response that comes from the cache and of one that was stored.
    #[must_use]
    pub fn cache_ttl(&self) -> Option<Duration> {
        self.seconds("x-openrouter-cache-ttl")
    }

    /// Returns the generation id of the response that was stored (`X-OpenRouter-Cache-Source-Id`).
    /// [`generation_id`](Self::generation_id) is that of this response.
    #[must_use]
    pub fn cache_source_id(&self) -> Option<&str> {
        self.header("x-openrouter-cache-source-id")
    }

    /// Returns the seconds in a header. `None` if it is absent or is not a number of seconds.
    fn seconds(&self, name: &str) -> Option<Duration> {
        let seconds = self.header(name)?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
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
