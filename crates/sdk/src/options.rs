//! `RequestOptions`: everything about a call but what it asks.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::{
    abort::AbortHandle,
    error::Error,
    redact,
    retry::{RetryCodes, RetryConfig, RetryPolicy},
    server_url::ServerUrl,
    timeout::Timeouts,
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
/// What a call sets wins over what the client sets, member by member: headers by name, timeouts by
/// limit, extra body members by key. Setters do not fail where they stand: a header or a status
/// pattern that cannot be used makes [`build`](crate::OpenRouterBuilder::build) or the call give an
/// error of kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), before anything is
/// sent.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter::{RequestOptions, RetryConfig, Timeouts};
///
/// # fn main() -> Result<(), orouter::Error> {
/// let options = RequestOptions::new()
///     .header("x-trace", "1")
///     .retries(RetryConfig::none())
///     .timeouts(Timeouts::default().first_byte(Duration::from_secs(30)))
///     .extra_body("experimental", serde_json::json!({"fast": true}))
///     .server_url("http://127.0.0.1:8080/api/v1")?;
/// # let _ = options;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct RequestOptions {
    headers: Vec<(HeaderName, Option<HeaderValue>)>,
    query: Vec<(String, String)>,
    extra_body: Vec<(String, Value)>,
    pub(crate) timeouts: Timeouts,
    retries: Option<RetryConfig>,
    policy: Option<Arc<dyn RetryPolicy>>,
    retry_codes: Option<RetryCodes>,
    pub(crate) server_url: Option<ServerUrl>,
    pub(crate) abort: Option<AbortHandle>,
    max_response_bytes: Option<usize>,
    max_event_bytes: Option<usize>,
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
    #[doc(alias = "fetchOptions")]
    #[must_use]
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        let Ok(parsed) = HeaderName::from_bytes(name.as_bytes()) else {
            return self.break_with(format!("{name:?} cannot be the name of a header"));
        };
        match HeaderValue::from_bytes(value.as_ref().as_bytes()) {
            Ok(value) => self.set(parsed, value),
            Err(_) => self.break_with(format!(
                "the value of the header {parsed} cannot be sent: it holds a control character"
            )),
        }
    }

    /// Sends no header of this name, whatever the client or the crate itself would send.
    #[must_use]
    pub fn remove_header(mut self, name: impl AsRef<str>) -> Self {
        match HeaderName::from_bytes(name.as_ref().as_bytes()) {
            Ok(name) => {
                self.headers.retain(|(known, _)| *known != name);
                self.headers.push((name, None));
                self
            }
            Err(_) => {
                let what = format!("{:?} cannot be the name of a header", name.as_ref());
                self.break_with(what)
            }
        }
    }

    /// Adds `name=value` to the URL's query, beside what is there.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a member to the JSON body, in place of one that the request has under that name.
    ///
    /// For what the API knows and this crate does not yet.
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

    /// How often and when to try again.
    #[must_use]
    pub fn retries(mut self, retries: RetryConfig) -> Self {
        self.retries = Some(retries);
        self.policy = None;
        self
    }

    /// Decides with a policy of your own when to try again, in place of
    /// [`retries`](Self::retries) and [`retry_codes`](Self::retry_codes).
    #[must_use]
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.policy = Some(Arc::new(policy));
        self.retries = None;
        self
    }

    /// The statuses to try again on, in place of the default list: `"429"`, or a class such as
    /// `"5XX"`. An empty list is none.
    #[doc(alias = "retryCodes")]
    #[must_use]
    pub fn retry_codes<S: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        match RetryCodes::parse(patterns) {
            Ok(codes) => {
                self.retry_codes = Some(codes);
                self
            }
            Err(what) => self.break_with(format!("retry_codes: {what}")),
        }
    }

    /// Sends to this server: an absolute URL up to and without `/responses`.
    ///
    /// A query is kept and a fragment dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration): not an absolute `http` or
    /// `https` URL, or one with credentials in it.
    #[doc(alias = "serverURL")]
    pub fn server_url(mut self, url: impl AsRef<str>) -> Result<Self, Error> {
        let url = ServerUrl::parse(url.as_ref())
            .map_err(|what| Error::configuration(format!("server_url {what}")))?;
        self.server_url = Some(url);
        Ok(self)
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
        self.header(REFERER, url)
    }

    /// The application's name, for attribution: `X-OpenRouter-Title`.
    #[doc(alias = "appTitle")]
    #[must_use]
    pub fn title(self, title: impl AsRef<str>) -> Self {
        self.header(TITLE, title)
    }

    /// The application's categories, for attribution, separated by commas:
    /// `X-OpenRouter-Categories`.
    #[doc(alias = "appCategories")]
    #[must_use]
    pub fn categories(self, categories: impl AsRef<str>) -> Self {
        self.header(CATEGORIES, categories)
    }

    /// The most that a body may hold that is not a stream, after decompression. Default 64 MiB.
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

    /// Lays these options over the headers of `below`, and over what was wrong with them.
    pub(crate) fn with_headers_below(mut self, below: &Self) -> Self {
        let mut headers = below.headers.clone();
        headers.retain(|(name, _)| self.headers.iter().all(|(known, _)| known != name));
        headers.append(&mut self.headers);
        self.headers = headers;
        self.broken = self.broken.or_else(|| below.broken.clone());
        self
    }

    /// Whether the policy of the client does not hold here.
    pub(crate) fn sets_retries(&self) -> bool {
        self.retries.is_some() || self.policy.is_some() || self.retry_codes.is_some()
    }

    fn set(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, Some(value)));
        self
    }

    fn break_with(mut self, what: String) -> Self {
        self.broken.get_or_insert(what);
        self
    }
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

/// A client's options with a call's laid over them.
pub(crate) struct Layers<'a> {
    pub(crate) client: &'a RequestOptions,
    pub(crate) call: &'a RequestOptions,
}

impl Layers<'_> {
    /// What a setter had to swallow.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.call.broken.as_ref().or(self.client.broken.as_ref()) {
            Some(what) => Err(Error::configuration(what.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn apply_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in self.client.headers.iter().chain(&self.call.headers) {
            match value {
                Some(value) => drop(headers.insert(name.clone(), value.clone())),
                None => drop(headers.remove(name)),
            }
        }
    }

    pub(crate) fn query(&self) -> impl Iterator<Item = &(String, String)> {
        self.client.query.iter().chain(&self.call.query)
    }

    pub(crate) fn extra_body(&self) -> impl Iterator<Item = &(String, Value)> {
        let call = &self.call.extra_body;
        let client = self.client.extra_body.iter();
        client
            .filter(|(name, _)| call.iter().all(|(known, _)| known != name))
            .chain(call)
    }

    pub(crate) fn policy(&self) -> Arc<dyn RetryPolicy> {
        let codes = self
            .call
            .retry_codes
            .as_ref()
            .or(self.client.retry_codes.as_ref());
        for layer in [self.call, self.client] {
            if let Some(policy) = &layer.policy {
                return Arc::clone(policy);
            }
            if let Some(retries) = &layer.retries {
                return Arc::new(retries.clone().with_codes(codes));
            }
        }
        Arc::new(RetryConfig::default().with_codes(codes))
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        const DEFAULT: usize = 64 << 20;
        self.call
            .max_response_bytes
            .or(self.client.max_response_bytes)
            .unwrap_or(DEFAULT)
    }

    pub(crate) fn max_event_bytes(&self) -> usize {
        const DEFAULT: usize = 64 << 20;
        self.call
            .max_event_bytes
            .or(self.client.max_event_bytes)
            .unwrap_or(DEFAULT)
    }
}

/// Shows header names and harmless values; queries and extra members by name only.
impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = HeaderMap::new();
        let mut removed = Vec::new();
        for (name, value) in &self.headers {
            match value {
                Some(value) => drop(set.insert(name.clone(), value.clone())),
                None => removed.push(name.as_str()),
            }
        }
        let names = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("RequestOptions")
            .field("headers", &redact::Headers::new(&set))
            .field("removed_headers", &removed)
            .field("query", &names(&self.query))
            .field(
                "extra_body",
                &self.extra_body.iter().map(|(n, _)| n).collect::<Vec<_>>(),
            )
            .field("timeouts", &self.timeouts)
            .field("retries", &self.retries)
            .field("retry_policy", &self.policy)
            .field("retry_codes", &self.retry_codes)
            .field("server_url", &self.server_url)
            .field("abort", &self.abort)
            .finish_non_exhaustive()
    }
}
