//! [`RequestOptions`]: the options of a call, and of all calls of a client.
//!
//! | File | Holds |
//! |---|---|
//! | `headers.rs`, `query.rs`, `retrying.rs` | one group of options each |
//! | `getters.rs` | the values that options hold |
//! | `layers.rs` | the options in force, from those of the call and of the client |

mod getters;
mod headers;
mod layers;
mod query;
mod retrying;

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, header};
use orouter_http::{AbortHandle, Timeouts, redact};
use serde_json::Value;

use self::{headers::Headers, query::Query, retrying::Retrying};
pub(crate) use self::{headers::connection_header_reason, layers::EffectiveOptions};
use crate::{
    retry::{RetryCodes, RetryConfig, RetryPolicy},
    server_url::ServerUrl,
};

const METADATA: HeaderName = HeaderName::from_static("x-openrouter-metadata");
const CACHE: HeaderName = HeaderName::from_static("x-openrouter-cache");
const CACHE_TTL: HeaderName = HeaderName::from_static("x-openrouter-cache-ttl");
const CACHE_CLEAR: HeaderName = HeaderName::from_static("x-openrouter-cache-clear");
const SESSION: HeaderName = HeaderName::from_static("x-session-id");
/// Maximum length of a session id, in characters.
const MAX_SESSION_CHARS: usize = 256;
pub(crate) const REFERER: HeaderName = HeaderName::from_static("http-referer");
pub(crate) const TITLE: HeaderName = HeaderName::from_static("x-openrouter-title");
pub(crate) const CATEGORIES: HeaderName = HeaderName::from_static("x-openrouter-categories");

/// Options of a call. Options of the client are the defaults of its calls.
///
/// An option of the call overrides the same option of the client: headers and query parameters by
/// name, timeouts by limit, extra body members by name.
///
/// # Errors
///
/// Setters do not return errors. After one that was given an unusable value (a header, a status
/// pattern, a server URL, a contradictory [`RetryConfig`]), the call, or
/// [`build`](crate::OpenRouterBuilder::build) for options of the client, returns an error of kind
/// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), and nothing is sent. If several
/// values are unusable, the error names the first.
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
    drop_rejected_reasoning: Option<bool>,
    /// The first deferred error of a setter.
    broken: Option<String>,
}

impl RequestOptions {
    /// Returns options of which none is set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a header. It replaces the header that the client would send under the same name, also
    /// `Authorization`, `User-Agent` and `Content-Type`.
    ///
    /// The value is any text without control characters; characters beyond ASCII are sent as UTF-8.
    ///
    /// `Host` can be set, for a server that is reached under another name. Headers that describe the
    /// connection belong to the transport and are refused: `Content-Length`, `Transfer-Encoding`,
    /// `Connection`, `Keep-Alive`, `Proxy-Connection`, `TE`, `Trailer` and `Upgrade`.
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
            Err(message) => self.fail_later(message),
        }
    }

    /// Removes a header, also one that the client would send by default.
    ///
    /// `Host` and the headers of the connection (see [`header`](Self::header)) cannot be removed. The
    /// default transport adds two headers again: without `Accept` it sends `Accept: */*`, which
    /// means the same; and if it is built with a decompression feature, it sends `Accept-Encoding`
    /// unless that header is set (`identity` turns compression off).
    #[must_use]
    pub fn remove_header(mut self, name: impl AsRef<str>) -> Self {
        match header_name(name.as_ref()) {
            Ok(header::HOST) => self.fail_later("the header host cannot be removed".to_owned()),
            Ok(name) => {
                self.headers.remove(name);
                self
            }
            Err(message) => self.fail_later(message),
        }
    }

    /// Adds `name=value` to the URL's query.
    ///
    /// Several values of one name are all sent. They replace the values that the client's options and
    /// the server URL have for that name. Parameters of other names stay.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.add(name.into(), value.into());
        self
    }

    /// Removes all query parameters of this name: those added before, those of the client's options,
    /// and those of the server URL.
    #[must_use]
    pub fn remove_query(mut self, name: impl Into<String>) -> Self {
        self.query.remove(name.into());
        self
    }

    /// Adds a member to the JSON body, for parameters that this crate does not know.
    ///
    /// It replaces a member of the same name in the request, and follows the other members, whose
    /// order does not change.
    #[must_use]
    pub fn extra_body(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        self.extra_body.retain(|(known, _)| *known != name);
        self.extra_body.push((name, value.into()));
        self
    }

    /// Sets limits on waiting. Limits that are not set keep the client's values.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the failures to retry, the number of attempts and the waits. Replaces a
    /// [`retry_policy`](Self::retry_policy) and [`max_attempts`](Self::max_attempts) that were set
    /// before, here or on the client.
    #[must_use]
    pub fn retries(mut self, retries: RetryConfig) -> Self {
        self.retrying.set_retries(retries);
        self
    }

    /// Sets the maximum number of attempts, the first included. 0 counts as 1.
    ///
    /// Overrides the number of the [`RetryConfig`] in force, which is set here, on the client or by
    /// default. If that is [`RetryConfig::none`], a number above 1 retries with the default
    /// configuration. Replaces a [`retry_policy`](Self::retry_policy) that was set before, here or on
    /// the client.
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

    /// Sets a retry policy of your own. Replaces [`retries`](Self::retries),
    /// [`max_attempts`](Self::max_attempts) and [`retry_codes`](Self::retry_codes) that were set
    /// before, here or on the client.
    #[must_use]
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.retrying.set_policy(Arc::new(policy));
        self
    }

    /// Sets the statuses to retry, in place of the default list: `"429"`, or a class such as `"5XX"`.
    /// An empty list retries no status.
    ///
    /// Number of attempts and waits come from [`retries`](Self::retries), set here, on the client or
    /// by default. Replaces a [`retry_policy`](Self::retry_policy) that was set before, here or on the
    /// client.
    #[doc(alias = "retryCodes")]
    #[must_use]
    pub fn retry_codes<S: AsRef<str>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        match RetryCodes::parse(patterns) {
            Ok(codes) => {
                self.retrying.set_codes(codes);
                self
            }
            Err(reason) => self.fail_later(format!("retry_codes: {reason}")),
        }
    }

    /// Sets the base URL of the server: absolute, `http` or `https`, without credentials, with or
    /// without `/responses` at its end.
    ///
    /// A query is sent with each request, except for parameters that [options](Self::query) replace
    /// or remove. A fragment is dropped. The URL of a call replaces the client's as a whole, query
    /// included.
    #[doc(alias = "serverURL")]
    #[must_use]
    pub fn server_url(mut self, url: impl AsRef<str>) -> Self {
        match ServerUrl::parse(url.as_ref()) {
            Ok(url) => {
                self.server_url = Some(url);
                self
            }
            Err(reason) => self.fail_later(format!("server_url {reason}")),
        }
    }

    /// Sets whether to follow redirects with the statuses 307 and 308 within the origin of the
    /// server. Default `true`; at most 5 in a row. Any other redirect, and with `false` every
    /// redirect, is an error of kind [`ErrorKind::Redirect`](crate::ErrorKind::Redirect).
    #[must_use]
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow_redirects = Some(follow);
        self
    }

    /// Sets whether to repeat a call once, without encrypted reasoning, if the server rejects that
    /// reasoning: a 400 with the code `invalid_encrypted_content`. Default `false`.
    ///
    /// Encrypted reasoning can be read only by the provider that made it, and only for a while. The
    /// repeated request lacks all reasoning items with `encrypted_content`; the model then answers
    /// without its earlier thoughts. The call is not repeated if the input has no such item.
    /// [`Meta::dropped_reasoning`](crate::Meta::dropped_reasoning) returns the number of these items:
    /// remove them from your history too. A run of [`call_model`](crate::OpenRouter::call_model) does so
    /// itself.
    ///
    /// The repeated request is sent with the same options, also for retries; the total timeout
    /// includes both.
    #[must_use]
    pub fn drop_rejected_reasoning(mut self, drop: bool) -> Self {
        self.drop_rejected_reasoning = Some(drop);
        self
    }

    /// Aborts the call when [`handle.abort()`](AbortHandle::abort) is called. The call returns an error
    /// of kind [`ErrorKind::Aborted`](crate::ErrorKind::Aborted).
    #[doc(alias = "signal")]
    #[must_use]
    pub fn abort(mut self, handle: &AbortHandle) -> Self {
        self.abort = Some(handle.clone());
        self
    }

    /// Sets whether the response contains `openrouter_metadata`, the routing of the request:
    /// `X-OpenRouter-Metadata`. By default the service leaves it out.
    #[must_use]
    pub fn metadata(self, level: MetadataLevel) -> Self {
        let value = match level {
            MetadataLevel::Enabled => "enabled",
            MetadataLevel::Disabled => "disabled",
        };
        self.set(METADATA, HeaderValue::from_static(value))
    }

    /// Sets whether the service uses its response cache: `X-OpenRouter-Cache`. With `true` it returns
    /// a stored response to the same request, and stores new ones.
    #[must_use]
    pub fn cache(self, enabled: bool) -> Self {
        let value = if enabled { "true" } else { "false" };
        self.set(CACHE, HeaderValue::from_static(value))
    }

    /// Sets the lifetime of a cached response, cut to whole seconds: `X-OpenRouter-Cache-TTL`. The
    /// service accepts 1 s to 24 h.
    #[must_use]
    pub fn cache_ttl(self, ttl: Duration) -> Self {
        self.set(CACHE_TTL, HeaderValue::from(ttl.as_secs()))
    }

    /// Discards the cached response to this request and generates a new one:
    /// `X-OpenRouter-Cache-Clear`.
    #[must_use]
    pub fn cache_clear(self) -> Self {
        self.set(CACHE_CLEAR, HeaderValue::from_static("true"))
    }

    /// Sets the id of the conversation or workflow that the call belongs to, at most 256 characters:
    /// `X-Session-Id`. The service sends requests with the same id to the same provider, so that
    /// prompts are cached, and groups them in its logs.
    ///
    /// The request's own [`session_id`](crate::ResponsesRequest::session_id) overrides it.
    #[must_use]
    pub fn session_id(self, id: impl AsRef<str>) -> Self {
        let id = id.as_ref();
        let length = id.chars().count();
        if id.trim().is_empty() {
            return self.fail_later("session_id is empty".to_owned());
        }
        if length > MAX_SESSION_CHARS {
            return self.fail_later(format!(
                "session_id has {length} characters; the maximum is {MAX_SESSION_CHARS}"
            ));
        }
        self.attribution("session_id", SESSION, id)
    }

    /// Sets the application's URL, for attribution: `HTTP-Referer`.
    #[doc(alias = "httpReferer")]
    #[must_use]
    pub fn referer(self, url: impl AsRef<str>) -> Self {
        self.attribution("referer", REFERER, url.as_ref())
    }

    /// Sets the application's name, for attribution: `X-OpenRouter-Title`.
    #[doc(alias = "appTitle")]
    #[must_use]
    pub fn title(self, title: impl AsRef<str>) -> Self {
        self.attribution("title", TITLE, title.as_ref())
    }

    /// Sets the application's categories, for attribution, separated by commas:
    /// `X-OpenRouter-Categories`.
    #[doc(alias = "appCategories")]
    #[must_use]
    pub fn categories(self, categories: impl AsRef<str>) -> Self {
        self.attribution("categories", CATEGORIES, categories.as_ref())
    }

    /// Sets the maximum size of a response body, after decompression, in bytes. Default 64 MiB. The
    /// limit of a stream as a whole is four times as large, because its events repeat the content.
    #[must_use]
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = Some(limit);
        self
    }

    /// Sets the maximum size of one event of a stream, in bytes. Default 64 MiB.
    #[must_use]
    pub fn max_event_bytes(mut self, limit: usize) -> Self {
        self.max_event_bytes = Some(limit);
        self
    }

    /// Sets a header that has its own setter. `origin` names the option or variable in the error.
    pub(crate) fn attribution(self, origin: &str, name: HeaderName, value: &str) -> Self {
        match header_value(&name, value) {
            Ok(value) => self.set(name, value),
            Err(reason) => self.fail_later(format!("{origin}: {reason}")),
        }
    }

    fn set(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.set(name, value);
        self
    }

    fn fail_later(mut self, message: String) -> Self {
        self.broken.get_or_insert(message);
        self
    }
}

/// Parses the name of a header that a caller may set or remove.
fn header_name(name: &str) -> Result<HeaderName, String> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| format!("{name:?} is not a valid header name"))?;
    match connection_header_reason(&parsed) {
        Some(reason) => Err(format!(
            "the header {parsed} cannot be set or removed: {reason}"
        )),
        None => Ok(parsed),
    }
}

fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        format!("the value of the header {name} contains a control character; remove it")
    })
}

/// The setting of [`RequestOptions::metadata`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataLevel {
    /// The response, the last event or the error contains `openrouter_metadata`.
    Enabled,
    /// They do not. The default of the service.
    Disabled,
}

/// Shows header names, the values of a few known headers, and only the names of query parameters and
/// extra body members.
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
