//! `HttpRequest`: a request as a transport sends it.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method};
use url::Url;

use crate::redact;

/// One HTTP request, ready to be sent.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use http::Method;
/// use orouter_http::transport::HttpRequest;
///
/// let url = "https://host/api/v1/responses".parse().unwrap();
/// let request = HttpRequest::new(Method::POST, url)
///     .with_body(r#"{"model":"m","input":"hi"}"#)
///     .with_connect_timeout(Duration::from_secs(10));
/// assert_eq!(request.url(), "https://host/api/v1/responses");
/// ```
#[derive(Clone)]
pub struct HttpRequest {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    connect_timeout: Option<Duration>,
}

impl HttpRequest {
    /// Returns a request without headers, body and connect timeout.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            connect_timeout: None,
        }
    }

    /// Replaces the URL.
    #[must_use]
    pub fn with_url(mut self, url: Url) -> Self {
        self.url = url;
        self
    }

    /// Replaces all headers.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the time limit on making a connection. `None` is no limit.
    #[must_use]
    pub fn with_connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = limit.into();
        self
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the absolute URL with its query and without a fragment.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns the URL in parsed form.
    #[must_use]
    pub fn parsed_url(&self) -> &Url {
        &self.url
    }

    /// Returns the headers, `Authorization` included. The transport adds `Content-Length`, and `Host`
    /// if it is not set.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the headers for changes.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Returns the body, which is empty for a GET.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the time limit on making a connection. `None` is no limit.
    #[must_use]
    pub fn connect_timeout(&self) -> Option<Duration> {
        self.connect_timeout
    }

    /// Splits the request into method, URL, headers and body.
    #[must_use]
    pub fn into_parts(self) -> (Method, Url, HeaderMap, Bytes) {
        (self.method, self.url, self.headers, self.body)
    }
}

/// Shows method, URL and headers without secrets, and the size of the body.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &format_args!("{}", redact::location(&self.url)))
            .field("headers", &redact::Headers::new(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
