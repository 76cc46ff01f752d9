//! The shared state of a client: settings, connections and the retry budget.

use std::{fmt, sync::Arc};

use http::HeaderValue;
use url::Url;

use crate::{
    key::Key,
    middleware::Middleware,
    options::RequestOptions,
    retry::{RetryBudget, RetryPolicy},
    server_url::ServerUrl,
    transport::{Clock, Transport},
};

/// The state that an [`OpenRouter`](crate::OpenRouter) shares with its clones: settings, connections
/// and the retry budget.
///
/// It has no calls of its own; the functions in [`funcs`](crate::funcs) take it. Cheap to clone, and
/// as large as one pointer.
///
/// # Example
///
/// ```no_run
/// # async fn example() -> Result<(), orouter::Error> {
/// use orouter::{OpenRouterCore, RequestOptions, ResponsesRequest, funcs};
///
/// let core = OpenRouterCore::builder().build_core()?;
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// let output = funcs::responses_send(&core, request, RequestOptions::new()).await?;
/// println!("{}", output.into_response().await?.output_text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OpenRouterCore(Arc<Shared>);

/// The settings and resources of a client.
pub(crate) struct Shared {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) key: Key,
    pub(crate) server_url: ServerUrl,
    /// The URL of `/responses` under `server_url`. Built once, since most calls use it.
    pub(crate) responses_url: Url,
    pub(crate) user_agent: HeaderValue,
    pub(crate) options: RequestOptions,
    /// The retry policy of calls that set none.
    pub(crate) policy: Arc<dyn RetryPolicy>,
    pub(crate) budget: RetryBudget,
    /// True if the user set the budget. Then it also limits policies that are exempt from the default
    /// budget.
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

    /// Formats the settings under the name of the type that holds them.
    pub(crate) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        self.fmt_as("OpenRouterCore", f)
    }
}
