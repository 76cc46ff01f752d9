//! Setting up a client, from code and from the environment.

use std::{fmt, future::Future, sync::Arc};

use http::HeaderValue;
use orouter_http::Timeouts;

use crate::{
    client::{OpenRouter, OpenRouterCore, Shared},
    debug::{self, DebugLog, Sink},
    env::{self, Env},
    error::Error,
    key::{Key, authorization},
    middleware::Middleware,
    options::{CATEGORIES, Layers, REFERER, RequestOptions, TITLE},
    retry::{RetryBudget, RetryConfig},
    server_url::{HOSTED, ServerUrl},
    transport::{BoxError, Clock, Transport},
};

const USER_AGENT: &str = concat!("orouter/", env!("CARGO_PKG_VERSION"), " (rust)");

/// Sets up an [`OpenRouter`]. Made by [`OpenRouter::builder`].
///
/// What is not set comes from the environment, and from there falls to the default:
///
/// | Variable | Stands for | Default |
/// |---|---|---|
/// | `OPENROUTER_API_KEY` | [`api_key`](Self::api_key) | none: an error |
/// | `OPENROUTER_BASE_URL` | [`server_url`](Self::server_url) | `https://openrouter.ai/api/v1` |
/// | `OPENROUTER_HTTP_REFERER` | [`referer`](Self::referer) | not sent |
/// | `OPENROUTER_APP_TITLE` | [`title`](Self::title) | not sent |
/// | `OPENROUTER_APP_CATEGORIES` | [`categories`](Self::categories) | not sent |
/// | `OPENROUTER_DEBUG` | [`debug_log`](Self::debug_log) to stderr; `0`, `false`, `no`, `off` are off | off |
///
/// A blank `OPENROUTER_API_KEY` is an error; any other blank variable counts as not set. A variable that
/// is needed and cannot be used is an error that names it. The default transport reads the variables
/// for [proxies](crate::transport::ReqwestTransportBuilder).
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
    /// The API key. One that begins with `Bearer ` goes out as it is.
    #[doc(alias = "apiKey")]
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(KeySource::Text(key.into()));
        self
    }

    /// Asks `provide` for the API key: once for each call, not for each attempt.
    ///
    /// For keys that are rotated or fetched. When it fails, the call fails with
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), and its error as the source.
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

    /// Sends no `Authorization`: for a server that wants none, such as one on this machine.
    #[must_use]
    pub fn without_api_key(mut self) -> Self {
        self.key = Some(KeySource::Ready(Key::None));
        self
    }

    /// The server: an absolute `http` or `https` URL without credentials.
    ///
    /// Slashes and `/responses` at its end make no difference; a query is kept.
    #[doc(alias = "serverURL")]
    #[must_use]
    pub fn server_url(mut self, url: impl Into<String>) -> Self {
        self.server_url = Some(url.into());
        self
    }

    /// The application's URL, for attribution: `HTTP-Referer`.
    #[doc(alias = "httpReferer")]
    #[must_use]
    pub fn referer(mut self, url: impl AsRef<str>) -> Self {
        self.options = self.options.referer(url);
        self
    }

    /// The application's name, for attribution: `X-OpenRouter-Title`.
    #[doc(alias = "appTitle")]
    #[must_use]
    pub fn title(mut self, title: impl AsRef<str>) -> Self {
        self.options = self.options.title(title);
        self
    }

    /// The application's categories, for attribution, separated by commas:
    /// `X-OpenRouter-Categories`.
    #[doc(alias = "appCategories")]
    #[must_use]
    pub fn categories(mut self, categories: impl AsRef<str>) -> Self {
        self.options = self.options.categories(categories);
        self
    }

    /// Replaces the user agent, by default `orouter/VERSION (rust)`.
    #[doc(alias = "userAgent")]
    #[must_use]
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = Some(agent.into());
        self
    }

    /// Options that hold for every call that does not set its own.
    ///
    /// They are laid over what was set before, as a call's are over the client's: what they do not
    /// set stays as it is, from earlier options and from the setters here. What is set later is laid
    /// over them in turn.
    #[must_use]
    pub fn options(mut self, options: RequestOptions) -> Self {
        if options.server_url.is_some() {
            self.server_url = None;
        }
        self.options = options.over(self.options);
        self
    }

    /// A header to send with every call; see [`RequestOptions::header`].
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Limits on waiting; see [`RequestOptions::timeouts`].
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.options = self.options.timeouts(timeouts);
        self
    }

    /// How often and when to try again; see [`RequestOptions::retries`].
    #[doc(alias = "retryConfig")]
    #[must_use]
    pub fn retries(mut self, retries: RetryConfig) -> Self {
        self.options = self.options.retries(retries);
        self
    }

    /// The budget of retries that this client shares with its clones. Default 500 tokens.
    ///
    /// One that is set here holds for every call, also for
    /// [`RetryConfig::typescript`](crate::RetryConfig::typescript), which the default does not limit.
    #[must_use]
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Sends requests through `transport`, in place of the default.
    #[doc(alias = "httpClient")]
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Takes the time from `clock`, in place of tokio's timer.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Adds code around calls and attempts, inside of what was added before.
    #[doc(alias = "hooks")]
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Hands a line about each attempt, and one about its answer, to `sink`.
    ///
    /// The values of headers that may hold secrets are never in it; what is asked is not either,
    /// unless [`log_content`](Self::log_content) says so. `OPENROUTER_DEBUG=1` does the same to
    /// stderr.
    #[doc(alias = "debugLogger")]
    #[must_use]
    pub fn debug_log(mut self, sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.debug = Some(Arc::new(sink));
        self
    }

    /// Whether the debug log holds the bodies of requests too: prompts, that is. Default `false`.
    #[must_use]
    pub fn log_content(mut self, log: bool) -> Self {
        self.log_content = log;
        self
    }

    /// Looks variables up with `lookup`, in place of the process's environment.
    ///
    /// `|_| None` is an empty environment. The transport's variables, such as those for proxies, are
    /// always those of the process.
    #[must_use]
    pub fn env(mut self, lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.env = Env::Lookup(Box::new(lookup));
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with a message that names the
    /// option and the variable: no API key, or one that is empty or cannot be sent; a server URL, a
    /// header, a proxy variable or retries that cannot be used; TLS that cannot be set up; no
    /// transport or clock where the feature `reqwest` is off.
    pub fn build(self) -> Result<OpenRouter, Error> {
        let key = self.key()?;
        let server_url = self.server()?;
        let responses_url = server_url.endpoint("/responses");
        let agent = self.user_agent.as_deref().unwrap_or(USER_AGENT);
        let user_agent = HeaderValue::from_str(agent).map_err(|_| {
            Error::configuration("user_agent holds a character that cannot be sent")
        })?;
        let options = self.defaults()?;
        let layers = Layers {
            client: &options,
            call: &RequestOptions::new(),
        };
        layers.check()?;
        let policy = layers.policy();
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
        Ok(OpenRouterCore::from_shared(shared).into())
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
                    "no API key: set {} or api_key, or say without_api_key for a server that wants none",
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
        ServerUrl::parse(&text).map_err(|what| Error::configuration(format!("{origin} {what}")))
    }

    /// The client's options, and below them what the environment has of attribution.
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

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: &RequestOptions) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::configuration(
        "no transport: set one, or turn the feature `reqwest` on",
    ))
}

#[cfg(feature = "reqwest")]
fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    Ok(Arc::new(crate::transport::TokioClock))
}

#[cfg(not(feature = "reqwest"))]
fn default_clock() -> Result<Arc<dyn Clock>, Error> {
    Err(Error::configuration(
        "no clock: set one, or turn the feature `reqwest` on",
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
