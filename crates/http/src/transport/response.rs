//! `HttpResponse`: a response as a transport returns it.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::body::Body;
use crate::redact;

/// The response head, and the body to read from.
///
/// # Example
///
/// ```
/// use http::StatusCode;
/// use orouter_http::transport::HttpResponse;
///
/// let response = HttpResponse::new(StatusCode::OK)
///     .header("content-type", "application/json")
///     .body(r#"{"id":"resp_1"}"#);
/// assert_eq!(response.status(), 200);
/// ```
pub struct HttpResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

impl HttpResponse {
    /// Returns a response with `status`, without headers and body.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Body::empty(),
        }
    }

    /// Returns a response with these headers and this body.
    #[must_use]
    pub fn from_parts(status: StatusCode, headers: HeaderMap, body: Body) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    /// Adds a header. Ignores a name or value that HTTP does not allow.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) {
            self.headers.append(name, value);
        }
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body for reading.
    pub fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }

    /// Splits the response into status, headers and body.
    #[must_use]
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Body) {
        (self.status, self.headers, self.body)
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &redact::Headers::new(&self.headers))
            .field("body", &self.body)
            .finish()
    }
}
