//! The client: what is set up once and shared by all calls.

use std::{fmt, sync::Arc};

use http::HeaderValue;
use url::Url;

use crate::{
    builder::OpenRouterBuilder,
    key::Key,
    middleware::Middleware,
    models::Models,
    options::RequestOptions,
    responses::Responses,
    retry::{RetryBudget, RetryPolicy},
    server_url::ServerUrl,
    transport::{Clock, Transport},
};

/// A client for OpenRouter's Responses API, or for any server that speaks it.
///
/// Cheap to clone; clones share connections, the retry budget and all settings.
///
/// # Example
///
/// ```no_run
/// # async fn example() -> Result<(), orouter::Error> {
/// use orouter::{OpenRouter, ResponsesRequest};
///
/// let client = OpenRouter::from_env()?;
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// println!("{}", client.responses().create(request).await?.output_text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OpenRouter {
    core: OpenRouterCore,
}

impl OpenRouter {
    /// A client with this API key; all else from the environment and the defaults.
    ///
    /// # Errors
    ///
    /// As [`OpenRouterBuilder::build`].
    #[cfg(feature = "reqwest")]
    pub fn new(api_key: impl Into<String>) -> Result<Self, crate::Error> {
        Self::builder().api_key(api_key).build()
    }

    /// A client with the API key in `OPENROUTER_API_KEY`; the other variables are listed at
    /// [`OpenRouterBuilder`].
    ///
    /// # Errors
    ///
    /// As [`OpenRouterBuilder::build`].
    #[cfg(feature = "reqwest")]
    pub fn from_env() -> Result<Self, crate::Error> {
        Self::builder().build()
    }

    /// Starts setting up a client.
    #[must_use]
    pub fn builder() -> OpenRouterBuilder {
        OpenRouterBuilder::default()
    }

    /// The calls under `/responses`.
    #[must_use]
    pub fn responses(&self) -> Responses<'_> {
        Responses::new(&self.core)
    }

    /// The names that some calls had before they were generally available. They do the same.
    #[must_use]
    pub fn beta(&self) -> Beta<'_> {
        Beta { core: &self.core }
    }

    /// The calls under `/models`.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        Models::new(&self.core)
    }

    /// The client without its calls, for the functions in [`funcs`](crate::funcs).
    #[must_use]
    pub fn core(&self) -> &OpenRouterCore {
        &self.core
    }
}

impl From<OpenRouterCore> for OpenRouter {
    fn from(core: OpenRouterCore) -> Self {
        Self { core }
    }
}

impl fmt::Debug for OpenRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.describe("OpenRouter", f)
    }
}

/// Calls under the names that they had in beta. Made by [`OpenRouter::beta`].
#[derive(Clone, Copy, Debug)]
pub struct Beta<'a> {
    core: &'a OpenRouterCore,
}

impl<'a> Beta<'a> {
    /// The same calls as [`OpenRouter::responses`].
    #[must_use]
    pub fn responses(&self) -> Responses<'a> {
        Responses::new(self.core)
    }
}

/// What an [`OpenRouter`] shares with its clones: settings, connections, budget.
///
/// It has no calls of its own; the functions in [`funcs`](crate::funcs) take it. One pointer wide.
#[derive(Clone)]
pub struct OpenRouterCore(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) key: Key,
    pub(crate) server_url: ServerUrl,
    /// `/responses` under `server_url`: the usual way, made once.
    pub(crate) responses_url: Url,
    pub(crate) user_agent: HeaderValue,
    pub(crate) options: RequestOptions,
    /// The policy for calls that set none.
    pub(crate) policy: Arc<dyn RetryPolicy>,
    pub(crate) budget: RetryBudget,
    /// Whether the budget was set: such a one holds for every policy.
    pub(crate) own_budget: bool,
    pub(crate) middleware: Vec<Arc<dyn Middleware>>,
}

impl OpenRouterCore {
    pub(crate) fn from_shared(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }

    fn describe(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("server_url", &self.0.server_url)
            .field("api_key", &self.0.key)
            .field("options", &self.0.options)
            .field("retry_budget", &self.0.budget)
            .finish()
    }
}

impl fmt::Debug for OpenRouterCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("OpenRouterCore", f)
    }
}
