//! Sets up a client from code and from the environment.

use std::{fmt, future::Future, sync::Arc};

use http::HeaderValue;
use orouter_http::Timeouts;

use crate::{
    core::{OpenRouterCore, Shared},
    debug::{self, DebugLog, Sink},
    env::{self, Env},
    error::Error,
    key::{Key, authorization},
    middleware::Middleware,
    options::{CATEGORIES, EffectiveOptions, REFERER, RequestOptions, TITLE},
    retry::{RetryBudget, RetryConfig},
    server_url::{HOSTED, ServerUrl},
    transport::{BoxError, Clock, Transport},
};

const USER_AGENT: &str = concat!("orouter/", env!("CARGO_PKG_VERSION"), " (rust)");

/// Sets up an [`OpenRouter`](crate::OpenRouter). Created by
/// [`OpenRouter::builder`](crate::OpenRouter::builder).
///
/// A setting that is not set here is read from its environment variable. If that is not set either,
/// the default is used:
///
/// | Variable | Setting | Default |
/// |---|---|---|
/// | `OPENROUTER_API_KEY` | [`api_key`](Self::api_key) | none; it is required |
/// | `OPENROUTER_BASE_URL` | [`server_url`](Self::server_url) | `https://openrouter.ai/api/v1` |
/// | `OPENROUTER_HTTP_REFERER` | [`referer`](Self::referer) | not sent |
/// | `OPENROUTER_APP_TITLE` | [`title`](Self::title) | not sent |
/// | `OPENROUTER_APP_CATEGORIES` | [`categories`](Self::categories) | not sent |
/// | `OPENROUTER_DEBUG` | [`debug_log`](Self::debug_log) to stderr; `0`, `false`, `no` and `off` switch it off | off |
///
/// A blank `OPENROUTER_API_KEY` is an error; any other blank variable counts as not set. If a variable
/// is needed and its value cannot be used, the error names it. The default transport reads the variables
/// for [proxies](crate::transport::ReqwestTransportBuilder).
///
/// Setters do not return errors: [`build`](Self::build) returns the error of an unusable value.
///
/// # Example
///
/// ```
/// use orouter::OpenRouter;
///
/// # fn main() -> Result<(), orouter::Error> {
/// let client = OpenRouter::builder()
///     .api_key("key")
///     .server_url("http://127.0.0.1:8080/api/v1")
///     .title("my tool")
///     .build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct OpenRouterBuilder {
    key: Option<KeySource>,
    server_url: Option<String>,
    user_agent: Option<String>,
    options: RequestOptions,
    budget: Option<RetryBudget>,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
    middleware: Vec<Arc<dyn Middleware>>,
    debug: Option<Arc<Sink>>,
    log_content: bool,
    env: Env,
}

enum KeySource {
    Text(String),
    Ready(Key),
}

impl OpenRouterBuilder {
    /// Sets the API key. The scheme `Bearer` is added unless the key begins with it.
    #[doc(alias = "apiKey")]
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(KeySource::Text(key.into()));
        self
    }

    /// Gets the API key from `provide`: once for each call, not for each attempt.
    ///
    /// For keys that are rotated or fetched. If `provide` fails, the call returns an error of kind
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) whose source is that error.
    ///
    /// # Example
    ///
    /// ```
    /// # fn main() -> Result<(), orouter::Error> {
    /// let client = orouter::OpenRouter::builder()
    ///     .api_key_provider(|| async {
    ///         let key = std::fs::read_to_string("/run/secrets/openrouter")?;
    ///         Ok::<_, std::io::Error>(key.trim().to_owned())
    ///     })
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn api_key_provider<F, Fut, E>(mut self, provide: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.key = Some(KeySource::Ready(Key::provided(provide)));
        self
    }

    /// Does not send `Authorization`. For servers that need no key, such as a local one.
    #[must_use]
    pub fn without_api_key(mut self) -> Self {
        self.key = Some(KeySource::Ready(Key::None));
        self
    }

    /// Sets the base URL of the server: an absolute `http` or `https` URL without credentials.
    ///
    /// Slashes and `/responses` at its end are removed; a query is kept.
    #[doc(alias = "serverURL")]
    #[must_use]
    pub fn server_url(mut self, url: impl Into<String>) -> Self {
        self.server_url = Some(url.into());
        self
    }

    /// Sets the application's URL for attribution, the header `HTTP-Referer`.
    #[doc(alias = "httpReferer")]
    #[must_use]
    pub fn referer(mut self, url: impl AsRef<str>) -> Self {
        self.options = self.options.referer(url);
        self
    }

    /// Sets the application's name for attribution, the header `X-OpenRouter-Title`.
    #[doc(alias = "appTitle")]
    #[must_use]
    pub fn title(mut self, title: impl AsRef<str>) -> Self {
        self.options = self.options.title(title);
        self
    }

    /// Sets the application's categories for attribution, separated by commas, the header
    /// `X-OpenRouter-Categories`.
    #[doc(alias = "appCategories")]
    #[must_use]
    pub fn categories(mut self, categories: impl AsRef<str>) -> Self {
        self.options = self.options.categories(categories);
        self
    }

    /// Sets the id of the conversation or workflow that all calls belong to; see
    /// [`RequestOptions::session_id`].
    #[must_use]
    pub fn session_id(mut self, id: impl AsRef<str>) -> Self {
        self.options = self.options.session_id(id);
        self
    }

    /// Sets the user agent. Default `orouter/VERSION (rust)`.
    #[doc(alias = "userAgent")]
    #[must_use]
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = Some(agent.into());
        self
    }

    /// Sets options for all calls. A call's own options override them.
    ///
    /// Options that were set before and are not set here stay in force, also those of the other
    /// setters of this builder. If two calls of setters set one option, the later value wins.
    #[must_use]
    pub fn options(mut self, options: RequestOptions) -> Self {
        if options.server_url.is_some() {
            self.server_url = None;
        }
        self.options = options.over(self.options);
        self
    }

    /// Sends this header with every call; see [`RequestOptions::header`].
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Sets the timeouts of calls; see [`RequestOptions::timeouts`].
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options = self.options.timeouts(timeouts);
        self
    }

    /// Sets the number and schedule of retries; see [`RequestOptions::retries`].
    #[doc(alias = "retryConfig")]
    #[must_use]
    pub fn retries(mut self, retries: RetryConfig) -> Self {
        self.options = self.options.retries(retries);
        self
    }

    /// Sets the retry budget that this client shares with its clones. Default 500 tokens.
    ///
    /// A budget that is set here limits every call, also with
    /// [`RetryConfig::typescript`](crate::RetryConfig::typescript), which the default budget does not
    /// limit.
    #[must_use]
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Sends requests through `transport` instead of the default transport.
    #[doc(alias = "httpClient")]
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Takes the time from `clock` instead of tokio's timer.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Adds code around calls and attempts. The first middleware added is the outermost.
    #[doc(alias = "hooks")]
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Passes one line for each attempt and one for its response to `sink`.
    ///
    /// Values of headers that may contain secrets are left out. Request bodies are left out unless
    /// [`log_content`](Self::log_content) is set. `OPENROUTER_DEBUG=1` writes the same lines to stderr.
    #[doc(alias = "debugLogger")]
    #[must_use]
    pub fn debug_log(mut self, sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.debug = Some(Arc::new(sink));
        self
    }

    /// Sets if the debug log contains request bodies, and with them prompts. Default `false`.
    #[must_use]
    pub fn log_content(mut self, log: bool) -> Self {
        self.log_content = log;
        self
    }

    /// Reads variables through `lookup` instead of from the environment of the process.
    ///
    /// `|_| None` is an empty environment. The transport always reads its variables, such as those for
    /// proxies, from the environment of the process.
    #[must_use]
    pub fn env(mut self, lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.env = Env::Lookup(Box::new(lookup));
        self
    }

    /// Builds the state that a client and its clones share, for the functions in
    /// [`funcs`](crate::funcs).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`build`](Self::build).
    pub fn build_core(self) -> Result<OpenRouterCore, Error> {
        let key = self.key()?;
        let server_url = self.server()?;
        let responses_url = server_url.endpoint("/responses");
        let agent = self.user_agent.as_deref().unwrap_or(USER_AGENT);
        let user_agent = HeaderValue::from_str(agent).map_err(|_| {
            Error::configuration("user_agent contains a character that a header cannot hold")
        })?;
        let options = self.defaults()?;
        let no_options = RequestOptions::new();
        let effective = EffectiveOptions::new(&options, &no_options);
        effective.check()?;
        let policy = effective.policy();
        let debug = match self.debug {
            Some(sink) => Some(sink),
            None => {
                let switch = self.env.get(env::DEBUG, "debug_log")?;
                let on = switch.is_some_and(|value| env::is_on(&value));
                on.then(|| Arc::new(debug::to_stderr) as Arc<Sink>)
            }
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&options)?,
        };
        let clock = match self.clock {
            Some(clock) => clock,
            None => default_clock()?,
        };
        let mut middleware = self.middleware;
        if let Some(sink) = debug {
            let (clock, content) = (Arc::clone(&clock), self.log_content);
            middleware.push(Arc::new(DebugLog {
                sink,
                clock,
                content,
            }));
        }
        let shared = Shared {
            transport,
            clock,
            key,
            server_url,
            responses_url,
            user_agent,
            policy,
            own_budget: self.budget.is_some(),
            budget: self.budget.unwrap_or_default(),
            middleware,
            options,
        };
        Ok(OpenRouterCore::from_shared(shared))
    }

    fn key(&self) -> Result<Key, Error> {
        match &self.key {
            Some(KeySource::Ready(key)) => Ok(key.clone()),
            Some(KeySource::Text(text)) => authorization(text, "api_key").map(Key::Fixed),
            None => match self.env.get_or_blank(env::API_KEY, "api_key")? {
                Some(text) => {
                    let origin = env::origin(env::API_KEY, "api_key");
                    authorization(&text, &origin).map(Key::Fixed)
                }
                None => Err(Error::configuration(format!(
                    "no API key: set {} or api_key, or call without_api_key for a server that needs none",
                    env::API_KEY
                ))),
            },
        }
    }

    fn server(&self) -> Result<ServerUrl, Error> {
        if let (None, Some(url)) = (&self.server_url, &self.options.server_url) {
            return Ok(url.clone());
        }
        let (text, origin) = match &self.server_url {
            Some(text) => (text.clone(), "server_url".to_owned()),
            None => match self.env.get(env::BASE_URL, "server_url")? {
                Some(text) => (text, env::origin(env::BASE_URL, "server_url")),
                None => (HOSTED.to_owned(), "server_url".to_owned()),
            },
        };
        ServerUrl::parse(&text).map_err(|why| Error::configuration(format!("{origin} {why}")))
    }

    /// Returns the client's options, with attribution from the environment where they set none.
    fn defaults(&self) -> Result<RequestOptions, Error> {
        let mut options = self.options.clone();
        for (header, option, variable) in [
            (REFERER, "referer", env::HTTP_REFERER),
            (TITLE, "title", env::APP_TITLE),
            (CATEGORIES, "categories", env::APP_CATEGORIES),
        ] {
            if options.mentions(&header) {
                continue;
            }
            if let Some(value) = self.env.get(variable, option)? {
                let origin = env::origin(variable, option);
                options = options.attribution(&origin, header, &value);
            }
        }
        Ok(options)
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(options: &RequestOptions) -> Result<Arc<dyn Transport>, Error> {
    let limits = orouter_http::EffectiveTimeouts::new(&Timeouts::default(), &options.timeouts);
    let transport = crate::transport::ReqwestTransport::builder()
        .connect_timeout(limits.connect)
        .build()?;
    Ok(Arc::new(transport))
}

#[cfg(all(feature = "hyper", not(feature = "reqwest")))]
fn default_transport(_: &RequestOptions) -> Result<Arc<dyn Transport>, Error> {
    Ok(Arc::new(crate::transport::HyperTransport::new()?))
}

#[cfg(not(any(feature = "reqwest", feature = "hyper")))]
fn default_transport(_: &RequestOptions) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::configuration(
        "no transport: set one, or enable the feature `reqwest` or `hyper`",
    ))
}

#[cfg(any(feature = "reqwest", feature = "hyper"))]
fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    Ok(Arc::new(crate::transport::TokioClock))
}

#[cfg(not(any(feature = "reqwest", feature = "hyper")))]
fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    Err(Error::configuration(
        "no clock: set one, or enable the feature `reqwest` or `hyper`",
    ))
}

impl fmt::Debug for OpenRouterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenRouterBuilder")
            .field("has_api_key", &self.key.is_some())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
