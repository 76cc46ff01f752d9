//! Searches of the web and of X that the provider ran.

use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// A web search that the provider ran. The specification allows any other member too.
///
/// Stands for `OutputItemWebSearchCall` and `OutputWebSearchCallItem`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(open, tag = "type", value = "web_search_call")]
pub struct WebSearchCall {
    /// The item's id, such as `ws_01`.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What was done.
    pub action: Option<WebSearchAction>,
    /// The rest; any member is allowed here.
    pub extra: Extra,
}

/// What was done in a web search.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum WebSearchAction {
    /// Searched.
    #[wire("search")]
    Search(SearchAction),
    /// Opened a page.
    #[wire("open_page")]
    OpenPage(OpenPageAction),
    /// Looked for something in a page.
    #[wire("find_in_page")]
    FindInPage(FindInPageAction),
    /// The same under its older name. Not in the specification.
    #[wire("find")]
    Find(FindInPageAction),
    /// An action that this version does not know.
    Unknown(Unknown),
}

/// A search.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct SearchAction {
    /// What was searched for. Newer services give `queries` only.
    pub query: Option<String>,
    /// All that was searched for.
    pub queries: Option<Vec<String>>,
    /// What was found, when the request's `include` asked for it.
    pub sources: Option<Vec<WebSearchSource>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A page was opened.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct OpenPageAction {
    /// The page's address.
    pub url: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A page was searched.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FindInPageAction {
    /// What was looked for.
    pub pattern: String,
    /// The page's address.
    pub url: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Where a search found something.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum WebSearchSource {
    /// A page.
    #[wire("url")]
    Url(UrlSource),
    /// A service of the provider's, such as weather or stock prices. Not in the specification.
    #[wire("api")]
    Api(ApiSource),
    /// A source that this version does not know.
    Unknown(Unknown),
}

/// A page that a search found. Stands for `WebSearchSource`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct UrlSource {
    /// The page's address.
    pub url: String,
    /// The page's title. Not in the specification.
    pub title: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A service that a search asked.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ApiSource {
    /// The service's name.
    pub name: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A search of X that the provider ran. In no specification; xAI sends it, with the call spelled
/// out as that of a function.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "x_search_call")]
pub struct XSearchCall {
    /// The item's id.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: Option<String>,
    /// The name of the search that was run.
    pub name: Option<String>,
    /// The search's arguments, JSON in a string.
    pub arguments: Option<String>,
    /// What was done.
    pub action: Option<WebSearchAction>,
    /// Members that no field takes.
    pub extra: Extra,
}
