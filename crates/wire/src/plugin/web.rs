//! Plugins that reach the web.

use crate::setters::setters;
use crate::tool::{UserLocation, WebSearchEngine, WebSearchMode, XSearchOptions};
use crate::{Extra, Wire};

/// Searches the web before the model answers. Spec: `WebSearchPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchPlugin {
    /// Whether the plugin runs. Default: `true`.
    pub enabled: Option<bool>,
    /// Who searches. Default: the provider where it can, else Exa.
    pub engine: Option<WebSearchEngine>,
    /// Only these sites; `*` and paths are understood.
    pub include_domains: Option<Vec<String>>,
    /// Not these sites; `*` and paths are understood.
    pub exclude_domains: Option<Vec<String>>,
    /// The most results. Default: 5.
    pub max_results: Option<u64>,
    /// The most searches in one turn, for providers that take a limit.
    pub max_uses: Option<u64>,
    /// The engine's own mode.
    pub mode: Option<WebSearchMode>,
    /// What introduces the results to the model. Default: the service's.
    pub search_prompt: Option<String>,
    /// Where the user is, for local results.
    pub user_location: Option<UserLocation>,
    /// Search on X too; for xAI's models.
    pub x_search: Option<XSearchOptions>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl WebSearchPlugin {
    /// Nothing set.
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

/// Reads web pages. Spec: `WebFetchPlugin`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebFetchPlugin {
    /// Only these sites.
    pub allowed_domains: Option<Vec<String>>,
    /// Not these sites.
    pub blocked_domains: Option<Vec<String>>,
    /// Cuts a page after about this many tokens.
    pub max_content_tokens: Option<u64>,
    /// The most pages in one request.
    pub max_uses: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl WebFetchPlugin {
    /// Nothing set.
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
