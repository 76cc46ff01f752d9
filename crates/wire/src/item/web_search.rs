//! Searches of the web and of X that the provider ran.

use crate::item::{ItemMetadata, ItemStatus};
use crate::{Extra, Unknown, Wire};

/// Web search that the provider ran. The schema allows any other member too.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "web_search_call")]
pub struct WebSearchCall {
    /// Id of the item, such as `ws_01`.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Action of the search.
    pub action: Option<WebSearchAction>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

/// Action of a web search.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum WebSearchAction {
    /// Search.
    #[wire("search")]
    Search(SearchAction),
    /// Opening of a page.
    #[wire("open_page")]
    OpenPage(OpenPageAction),
    /// Text search in a page.
    #[wire("find_in_page")]
    FindInPage(FindInPageAction),
    /// Text search in a page, under its older name. Not in the specification.
    #[wire("find")]
    Find(FindInPageAction),
    /// An action unknown to this version.
    Unknown(Unknown),
}

/// Search of the web.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct SearchAction {
    /// Search query. Newer services send only `queries`.
    pub query: Option<String>,
    /// Search queries.
    pub queries: Option<Vec<String>>,
    /// Sources that were found, if the request's `include` asked for them.
    pub sources: Option<Vec<WebSearchSource>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Opening of a page.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct OpenPageAction {
    /// URL of the page.
    pub url: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Text search in a page.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FindInPageAction {
    /// Text to search for.
    pub pattern: String,
    /// URL of the page.
    pub url: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Source that a search found.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum WebSearchSource {
    /// Page.
    #[wire("url")]
    Url(UrlSource),
    /// Data service of the provider, such as weather or stock prices. Not in the specification.
    #[wire("api")]
    Api(ApiSource),
    /// A source unknown to this version.
    Unknown(Unknown),
}

/// Page that a search found.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct UrlSource {
    /// URL of the page.
    pub url: String,
    /// Title of the page. Not in the specification.
    pub title: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Data service that a search used.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ApiSource {
    /// Name of the service.
    pub name: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Search on X that the provider ran. Not in the specification; xAI sends it in the form of a
/// function call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "x_search_call")]
pub struct XSearchCall {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Id of the call.
    pub call_id: Option<String>,
    /// Name of the search function.
    pub name: Option<String>,
    /// Arguments: JSON text in a string.
    pub arguments: Option<String>,
    /// Action of the search.
    pub action: Option<WebSearchAction>,
    /// Members without a typed field.
    pub extra: Extra,
}
