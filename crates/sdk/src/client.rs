//! The client: its constructors, and access to its calls.

use std::fmt;

use crate::{
    builder::OpenRouterBuilder, core::OpenRouterCore, error::Error, models::Models,
    responses::Responses,
};

/// A client for OpenRouter's Responses API, or for any server that implements it.
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

impl OpenRouterCore {
    /// Creates the shared state of a client with this API key; see [`OpenRouter::new`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`OpenRouterBuilder::build`].
    #[cfg(any(feature = "reqwest", feature = "hyper"))]
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(api_key).build_core()
    }

    /// Returns a builder; [`OpenRouterBuilder::build_core`] ends it.
    #[must_use]
    pub fn builder() -> OpenRouterBuilder {
        OpenRouterBuilder::default()
    }
}

impl OpenRouter {
    /// Creates a client with this API key. All other settings come from the environment and the
    /// defaults; [`OpenRouterBuilder`] lists the variables.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`OpenRouterBuilder::build`].
    #[cfg(any(feature = "reqwest", feature = "hyper"))]
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(api_key).build()
    }

    /// Creates a client with the API key in `OPENROUTER_API_KEY`. All other settings come from the
    /// environment and the defaults; [`OpenRouterBuilder`] lists the variables.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`OpenRouterBuilder::build`].
    #[cfg(any(feature = "reqwest", feature = "hyper"))]
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Returns a builder, to set up a client.
    #[must_use]
    pub fn builder() -> OpenRouterBuilder {
        OpenRouterBuilder::default()
    }

    /// Returns the calls under `/responses`.
    #[must_use]
    pub fn responses(&self) -> Responses<'_> {
        Responses::new(&self.core)
    }

    /// Returns the calls under their earlier names, from before they were generally available.
    #[must_use]
    pub fn beta(&self) -> Beta<'_> {
        Beta { core: &self.core }
    }

    /// Returns the calls under `/models`.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        Models::new(&self.core)
    }

    /// Returns the state that clones of this client share, for the functions in
    /// [`funcs`](crate::funcs).
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
        self.core.fmt_as("OpenRouter", f)
    }
}

impl OpenRouterBuilder {
    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) whose
    /// message names the option and the variable, if
    ///
    /// - there is no API key, or it is empty or contains characters that a header cannot hold;
    /// - the server URL, a header, a proxy variable or the retries cannot be used;
    /// - TLS cannot be set up;
    /// - the feature `reqwest` is off and no transport or no clock is set.
    pub fn build(self) -> Result<OpenRouter, Error> {
        self.build_core().map(OpenRouter::from)
    }
}

/// The calls under the names that they had in beta. Created by [`OpenRouter::beta`].
#[derive(Clone, Copy, Debug)]
pub struct Beta<'a> {
    core: &'a OpenRouterCore,
}

impl<'a> Beta<'a> {
    /// Returns the same calls as [`OpenRouter::responses`].
    #[must_use]
    pub fn responses(&self) -> Responses<'a> {
        Responses::new(self.core)
    }
}
