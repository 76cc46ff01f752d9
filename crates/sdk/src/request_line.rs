//! The method and URL of a request, for messages and logs.

use std::fmt;

use http::Method;
use orouter_http::redact::{self, Credentials};
use url::Url;

/// Maximum length of a redirected URL in messages, in characters.
const REDIRECTED_URL_CHARS: usize = 300;

/// The method and URL of a request, without the URL's query.
pub(crate) enum RequestLine {
    /// The request's own method and URL.
    Requested(Method, Url),
    /// The request after a redirect. The server wrote the URL, so secrets are removed and the length
    /// is limited.
    Redirected(String),
}

impl RequestLine {
    /// The request after a redirect to `url`, without the secrets in `credentials`.
    pub(crate) fn redirected(method: &Method, url: &Url, credentials: &Credentials) -> Self {
        let line = format!("{method} {}", redact::location(url));
        let secrets = credentials.secrets();
        Self::Redirected(redact::line_without(&secrets, &line, REDIRECTED_URL_CHARS))
    }
}

impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested(method, url) => write!(f, "{method} {}", redact::location(url)),
            Self::Redirected(line) => f.write_str(line),
        }
    }
}
