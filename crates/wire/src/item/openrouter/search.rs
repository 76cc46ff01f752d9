//! OpenRouter's searches and its page fetcher.

use crate::item::{ItemStatus, WebSearchAction};
use crate::{Extra, Raw, Wire};

/// A web search by OpenRouter. Stands for `OutputWebSearchServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:web_search")]
pub struct OpenRouterWebSearch {
    /// The item's id.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What was done.
    pub action: Option<WebSearchAction>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A page fetched by OpenRouter. Stands for `OutputWebFetchServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:web_fetch")]
pub struct OpenRouterWebFetch {
    /// The item's id.
    pub id: Option<String>,
    /// How far the fetch is.
    pub status: Option<ItemStatus>,
    /// The page's address.
    pub url: Option<String>,
    /// The page's title.
    pub title: Option<String>,
    /// What the page says.
    pub content: Option<String>,
    /// The HTTP status that the page came with.
    #[wire(rename = "httpStatus")]
    pub http_status: Option<u32>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file search by OpenRouter. Stands for `OutputFileSearchServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:file_search")]
pub struct OpenRouterFileSearch {
    /// The item's id.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What was searched for.
    pub queries: Option<Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A search of OpenRouter's model catalogue. Stands for `OutputSearchModelsServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:experimental__search_models")]
pub struct OpenRouterSearchModels {
    /// The item's id.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What was searched for.
    pub query: Option<String>,
    /// The call's arguments, JSON in a string.
    pub arguments: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A search for tools by OpenRouter. Stands for `OutputToolSearchServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:tool_search")]
pub struct OpenRouterToolSearch {
    /// The item's id.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What was searched for.
    pub query: Option<String>,
    /// The tools that were found.
    pub matches: Option<Vec<ToolMatch>>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A tool that a search found.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolMatch {
    /// The tool's id.
    pub tool_id: String,
    /// A digest of the tool's schema, by which a change is noticed.
    pub schema_digest: String,
    /// The tool as its owner defined it.
    pub definition: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}
