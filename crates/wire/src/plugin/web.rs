//! Settings of the plugins that use the web.

use crate::setters::setters;
use crate::tool::{UserLocation, WebSearchEngine, WebSearchMode, XSearchOptions};
use crate::{Extra, Wire};

/// Settings of the plugin that searches the web before the model runs.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchPlugin {
    /// Turns the plugin on or off. Default: `true`.
    pub enabled: Option<bool>,
    /// Search engine. Default: the provider's own search if it has one, else Exa.
    pub engine: Option<WebSearchEngine>,
    /// Domains to search. `*` and paths are supported.
    pub include_domains: Option<Vec<String>>,
    /// Domains to exclude. `*` and paths are supported.
    pub exclude_domains: Option<Vec<String>>,
    /// Maximum number of results. Default: 5.
    pub max_results: Option<u64>,
    /// Maximum number of searches per turn, for providers that support a limit.
    pub max_uses: Option<u64>,
    /// Search mode of the engine. Modes that the engine does not support are ignored.
    pub mode: Option<WebSearchMode>,
    /// Text that introduces the results to the model. Default: the service's text.
    pub search_prompt: Option<String>,
    /// Location of the user, for local results.
    pub user_location: Option<UserLocation>,
    /// Search on X, for xAI's models.
    pub x_search: Option<XSearchOptions>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl WebSearchPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(WebSearchPlugin {
    copy enabled: bool;
    into engine: WebSearchEngine;
    some_list include_domains: String;
    some_list exclude_domains: String;
    copy max_results: u64;
    copy max_uses: u64;
    into mode: WebSearchMode;
    into search_prompt: String;
    into user_location: UserLocation;
    into x_search: XSearchOptions;
});

/// Settings of the plugin that fetches web pages.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebFetchPlugin {
    /// Domains to fetch from.
    pub allowed_domains: Option<Vec<String>>,
    /// Domains not to fetch from.
    pub blocked_domains: Option<Vec<String>>,
    /// Maximum length of a page in approximate tokens; longer pages are truncated.
    pub max_content_tokens: Option<u64>,
    /// Maximum number of pages per request.
    pub max_uses: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl WebFetchPlugin {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(WebFetchPlugin {
    some_list allowed_domains: String;
    some_list blocked_domains: String;
    copy max_content_tokens: u64;
    copy max_uses: u64;
});
