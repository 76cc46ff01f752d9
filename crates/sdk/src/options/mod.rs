//! `RequestOptions`: everything about a call but what it asks.
//!
//! How a call's come together with the client's is in `layers.rs`.

mod headers;
mod layers;
mod query;
mod retrying;

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, header};
use orouter_http::{AbortHandle, Timeouts, redact};
use serde_json::Value;

use self::{headers::Headers, query::Query, retrying::Retrying};
pub(crate) use self::{headers::of_the_connection, layers::EffectiveOptions};
use crate::{
    retry::{RetryCodes, RetryConfig, RetryPolicy},
    server_url::ServerUrl,
};

const METADATA: HeaderName = HeaderName::from_static("x-openrouter-metadata");
const CACHE: HeaderName = HeaderName::from_static("x-openrouter-cache");
const CACHE_TTL: HeaderName = HeaderName::from_static("x-openrouter-cache-ttl");
const CACHE_CLEAR: HeaderName = HeaderName::from_static("x-openrouter-cache-clear");
pub(crate) const REFERER: HeaderName = HeaderName::from_static("http-referer");
pub(crate) const TITLE: HeaderName = HeaderName::from_static("x-openrouter-title");
pub(crate) const CATEGORIES: HeaderName = HeaderName::from_static("x-openrouter-categories");

/// Options of a call: set on the client as defaults, or per call.
///
/// What a call sets wins over what the client sets, member by member: headers and query pairs by
/// name, timeouts by limit, extra body members by key.
///
/// Setters do not return errors: after one that was given an unusable value (a header, a status
/// pattern, a server URL, a contradictory [`RetryConfig`]), [`build`](crate::OpenRouterBuilder::build)
/// or the call returns an error of kind
/// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), and nothing is sent.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter::{RequestOptions, RetryConfig, Timeouts};
///
/// let options = RequestOptions::new()
///     .header("x-trace", "1")
///     .retries(RetryConfig::none())
///     .timeouts(Timeouts::default().first_byte(Duration::from_secs(30)))
///     .extra_body("experimental", serde_json::json!({"fast": true}))
///     .server_url("http://127.0.0.1:8080/api/v1");
/// # let _ = options;
/// ```
#[derive(Clone, Default)]
pub struct RequestOptions {
    headers: Headers,
    query: Query,
    extra_body: Vec<(String, Value)>,
    pub(crate) timeouts: Timeouts,
    retrying: Retrying,
    pub(crate) server_url: Option<ServerUrl>,
    pub(crate) abort: Option<AbortHandle>,
    max_response_bytes: Option<usize>,
    max_event_bytes: Option<usize>,
    follow_redirects: Option<bool>,
    /// The first thing that could not be used, for whoever can return an error.
    broken: Option<String>,
}

impl RequestOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends this header, in place of what the client or the crate itself would send under the name:
    /// `Authorization`, `User-Agent` and `Content-Type` too.
    ///
    /// The value may be any text without control characters; beyond ASCII it goes out as UTF-8.
    ///
    /// `Host` may be set, for a server that is reached under another name than its own. Headers that
    /// say how the connection is used are the transport's, and refused: `Content-Length`,
    /// `Transfer-Encoding`, `Connection`, `Keep-Alive`, `Proxy-Connection`, `TE`, `Trailer` and
    /// `Upgrade`.
    #[doc(alias = "fetchOptions")]
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match header_name(name.as_ref()).and_then(|name| {
            let value = header_value(&name, value.as_ref())?;
            Ok((name, value))
        }) {
            Ok((name, value)) => {
                self.headers.set(name, value);
                self
            }
            Err(what) => self.break_with(what),
        }
    }

    /// Sends no header of this name, whatever the client or the crate itself would send.
    ///
    /// The transport needs `Host` and what says how the connection is used: removing these is
    /// refused as setting the latter is. The default transport says `Accept: */*` where no `Accept`
    /// is given, which means what leaving it out means; and where it is built to read compressed
    /// answers it asks for them, unless `Accept-Encoding` is set, such as to `identity`.
    #[must_use]
    pub fn remove_header(mut self, name: impl AsRef<str>) -> Self {
        match header_name(name.as_ref()) {
            Ok(header::HOST) => self.break_with("the header host cannot be removed".to_owned()),
            Ok(name) => {
                self.headers.remove(name);
                self
            }
            Err(what) => self.break_with(what),
        }
    }

    /// Adds `name=value` to the URL's query.
    ///
    /// Given several times under one name, all are sent. They take the place of what the client's
    /// options have under that name, and of such pairs in the server URL's own query; what has
    /// another name stays.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.add(name.into(), value.into());
        self
    }

    /// Sends no pair of this name in the URL's query, whatever was added before, the client's options
    /// have, or the server URL holds.
    #[must_use]
    pub fn remove_query(mut self, name: impl Into<String>) -> Self {
        self.query.remove(name.into());
        self
    }

    /// Adds a member to the JSON body, for parameters that this crate does not know.
    ///
    /// Replaces a member that the request has under this name. Comes after the request's other members,
    /// whose order does not change.
    #[must_use]
    pub fn extra_body(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.extra_body.retain(|(known, _)| *known != name);
        self.extra_body.push((name, value.into()));
        self
    }

    /// Limits on waiting. Limits that are not set fall through to the client's.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Limits on retries. Replaces a [`retry_policy`](Self::retry_policy) and
    /// [`max_attempts`](Self::max_attempts) that were set before, here or on the client.
    #[must_use]
    pub fn retries(mut self, retries: RetryConfig) -> Self {
        self.retrying.set_retries(retries);
        self
    }

    /// Maximum number of attempts, the first included. 0 counts as 1.
    ///
    /// Overrides the number of the [`RetryConfig`] that is in force, from here, the client or the
    /// default: over [`RetryConfig::none`], a number above 1 retries on the default schedule. Replaces
    /// a [`retry_policy`](Self::retry_policy) that was set before, here or on the client.
    ///
    /// # Example
    ///
    /// ```
    /// use orouter::{OpenRouter, RequestOptions, ResponsesRequest, RetryConfig};
    ///
    /// # async fn example() -> Result<(), orouter::Error> {
    /// let client = OpenRouter::builder().retries(RetryConfig::none()).build()?;
    /// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
    /// let options = RequestOptions::new().max_attempts(3);
    /// let response = client.responses().create(request).options(options).await?;
    /// # let _ = response;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.retrying.set_attempts(attempts);
        self
    }

    /// Decides with a policy of your own when to try again. Replaces [`retries`](Self::retries),
    /// [`max_attempts`](Self::max_attempts) and [`retry_codes`](Self::retry_codes) that were set
    /// before, here or on the client.
    #[must_use]
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.retrying.set_policy(Arc::new(policy));
        self
    }

    /// The statuses to try again on, in place of the default list: `"429"`, or a class such as
    /// `"5XX"`. An empty list is none.
    ///
    /// Goes with [`retries`](Self::retries), from here, the client or the default. It takes the place
    /// of a [`retry_policy`](Self::retry_policy) that was set before, here or on the client.
    #[doc(alias = "retryCodes")]
    #[must_use]
    pub fn retry_codes<S: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        match RetryCodes::parse(patterns) {
            Ok(codes) => {
                self.retrying.set_codes(codes);
                self
            }
            Err(what) => self.break_with(format!("retry_codes: {what}")),
        }
    }

    /// Sends to this server: an absolute `http` or `https` URL without credentials, with or without
    /// `/responses` at its end.
    ///
    /// A query is kept, but for pairs that options [name](Self::query); a fragment is dropped. On a
    /// call it replaces the client's URL as a whole, query included.
    #[doc(alias = "serverURL")]
    #[must_use]
    pub fn server_url(mut self, url: impl AsRef<str>) -> Self {
        match ServerUrl::parse(url.as_ref()) {
            Ok(url) => {
                self.server_url = Some(url);
                self
            }
            Err(what) => self.break_with(format!("server_url {what}")),
        }
    }

    /// Whether to follow redirects with the statuses 307 and 308 within the origin of the server.
    /// Default `true`. Any other redirect is an error of kind
    /// [`ErrorKind::Redirect`](crate::ErrorKind::Redirect) in either case; with `false`, these are too.
    #[must_use]
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow_redirects = Some(follow);
        self
    }

    /// Ends the call when `handle` is used.
    #[doc(alias = "signal")]
    #[must_use]
    pub fn abort(mut self, handle: &AbortHandle) -> Self {
        self.abort = Some(handle.clone());
        self
    }

    /// Asks for `openrouter_metadata` beside the answer: how the request was routed.
    #[must_use]
    pub fn metadata(self, level: MetadataLevel) -> Self {
        let value = match level {
            MetadataLevel::Enabled => "enabled",
            MetadataLevel::Disabled => "disabled",
        };
        self.set(METADATA, HeaderValue::from_static(value))
    }

    /// Whether the service may answer from, and fill, its response cache.
    #[must_use]
    pub fn cache(self, enabled: bool) -> Self {
        let value = if enabled { "true" } else { "false" };
        self.set(CACHE, HeaderValue::from_static(value))
    }

    /// How long a cached answer is good for, in whole seconds; the service takes 1 s to 24 h.
    #[must_use]
    pub fn cache_ttl(self, ttl: Duration) -> Self {
        self.set(CACHE_TTL, HeaderValue::from(ttl.as_secs()))
    }

    /// Drops the cached answer to this request, and asks anew.
    #[must_use]
    pub fn cache_clear(self) -> Self {
        self.set(CACHE_CLEAR, HeaderValue::from_static("true"))
    }

    /// The application's URL, for attribution: `HTTP-Referer`.
    #[doc(alias = "httpReferer")]
    #[must_use]
    pub fn referer(self, url: impl AsRef<str>) -> Self {
        self.attribution("referer", REFERER, url.as_ref())
    }

    /// The application's name, for attribution: `X-OpenRouter-Title`.
    #[doc(alias = "appTitle")]
    #[must_use]
    pub fn title(self, title: impl AsRef<str>) -> Self {
        self.attribution("title", TITLE, title.as_ref())
    }

    /// The application's categories, for attribution, separated by commas:
    /// `X-OpenRouter-Categories`.
    #[doc(alias = "appCategories")]
    #[must_use]
    pub fn categories(self, categories: impl AsRef<str>) -> Self {
        self.attribution("categories", CATEGORIES, categories.as_ref())
    }

    /// The most that a body may hold, after decompression. Default 64 MiB. A stream may hold four times
    /// as much, since its events say everything more than once.
    #[must_use]
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = Some(limit);
        self
    }

    /// The most that one event of a stream may hold. Default 64 MiB.
    #[must_use]
    pub fn max_event_bytes(mut self, limit: usize) -> Self {
        self.max_event_bytes = Some(limit);
        self
    }

    /// Sets a header that has a setter of its own; `origin` says in the error where the value is from.
    pub(crate) fn attribution(self, origin: &str, name: HeaderName, value: &str) -> Self {
        match header_value(&name, value) {
            Ok(value) => self.set(name, value),
            Err(what) => self.break_with(format!("{origin}: {what}")),
        }
    }

    fn set(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.set(name, value);
        self
    }

    fn break_with(mut self, what: String) -> Self {
        self.broken.get_or_insert(what);
        self
    }
}

/// A name that a caller may say something about, or why not.
fn header_name(name: &str) -> Result<HeaderName, String> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("{name:?} cannot be the name of a header"))?;
    match of_the_connection(&parsed) {
        Some(why) => Err(format!(
            "the header {parsed} cannot be set or removed: {why}"
        )),
        None => Ok(parsed),
    }
}

fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        format!("the value of the header {name} cannot be sent: it holds a control character")
    })
}

/// Whether the service tells how it routed a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataLevel {
    /// `openrouter_metadata` rides on the answer, the last event or the error.
    Enabled,
    /// It does not: the service's default.
    Disabled,
}

/// Shows header names and harmless values; queries and extra members by name only.
impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (set, removed) = self.headers.parts();
        f.debug_struct("RequestOptions")
            .field("headers", &redact::Headers::new(&set))
            .field("removed_headers", &removed)
            .field("query", &self.query.names())
            .field(
                "extra_body",
                &self.extra_body.iter().map(|(n, _)| n).collect::<Vec<_>>(),
            )
            .field("timeouts", &self.timeouts)
            .field("retrying", &self.retrying)
            .field("server_url", &self.server_url)
            .field("abort", &self.abort)
            .finish_non_exhaustive()
    }
}
