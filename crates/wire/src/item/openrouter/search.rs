//! Calls of OpenRouter's searches and of its web fetch.

use crate::item::{ItemStatus, WebSearchAction};
use crate::{Extra, Raw, Wire};

/// Web search that OpenRouter ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:web_search")]
pub struct OpenRouterWebSearch {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Action: query and sources.
    pub action: Option<WebSearchAction>,
    /// Error message, if the search failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Web page that OpenRouter fetched.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:web_fetch")]
pub struct OpenRouterWebFetch {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the fetch.
    pub status: Option<ItemStatus>,
    /// URL of the page.
    pub url: Option<String>,
    /// Title of the page.
    pub title: Option<String>,
    /// Content of the page.
    pub content: Option<String>,
    /// HTTP status of the page.
    #[wire(rename = "httpStatus")]
    pub http_status: Option<u32>,
    /// Error message, if the fetch failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// File search that OpenRouter ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:file_search")]
pub struct OpenRouterFileSearch {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Search queries.
    pub queries: Option<Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Search of OpenRouter's model catalogue.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:experimental__search_models")]
pub struct OpenRouterSearchModels {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Search query.
    pub query: Option<String>,
    /// Arguments: JSON text in a string.
    pub arguments: Option<String>,
    /// Error message, if the search failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Search for deferred tools that OpenRouter ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:tool_search")]
pub struct OpenRouterToolSearch {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Search query.
    pub query: Option<String>,
    /// Tools that were found.
    pub matches: Option<Vec<ToolMatch>>,
    /// Error message, if the search failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Tool that a search found.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolMatch {
    /// Id of the tool.
    pub tool_id: String,
    /// Digest of the tool's schema. It changes with the schema.
    pub schema_digest: String,
    /// Definition of the tool.
    pub definition: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}
