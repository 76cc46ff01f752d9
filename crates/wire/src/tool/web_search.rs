//! Search on the web and on X: the provider's tools, and settings that the web plugin and
//! `openrouter:web_search` share.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Tool with which the model searches the web through the provider. One type for the four names of
/// the tool: `web_search`, `web_search_2025_08_26`, `web_search_preview` and
/// `web_search_preview_2025_03_11`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchTool {
    /// Search engine. Default: `auto`.
    pub engine: Option<WebSearchEngine>,
    /// Domains to search or to exclude.
    pub filters: Option<WebSearchFilters>,
    /// Maximum number of results per search. Default: 5. Ignored by the provider's own search.
    pub max_results: Option<u64>,
    /// Maximum number of searches per request.
    pub max_uses: Option<u64>,
    /// Search mode of the engine. Modes that the engine does not support are ignored.
    pub mode: Option<WebSearchMode>,
    /// Amount of content per result. Default: `medium`.
    pub search_context_size: Option<SearchContextSize>,
    /// Location of the user, for local results.
    pub user_location: Option<UserLocation>,
    /// Search on X, for xAI's models.
    pub x_search: Option<XSearchOptions>,
    /// Searches the live web instead of an index. Not in the specification, but seen in recorded
    /// traffic.
    pub external_web_access: Option<bool>,
    /// Token budget for results, such as `default`. Not in the specification, but seen in recorded
    /// traffic.
    pub return_token_budget: Option<String>,
    /// Kinds of content to return, such as `text`. Not in the specification, but seen in recorded
    /// traffic.
    pub search_content_types: Option<Vec<String>>,
    /// Lets xAI's models read images on pages. Not in the specification, but seen in recorded
    /// traffic.
    pub enable_image_understanding: Option<bool>,
    /// Lets xAI's models search for images. Not in the specification, but seen in recorded traffic.
    pub enable_image_search: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl WebSearchTool {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(WebSearchTool {
    into engine: WebSearchEngine;
    into filters: WebSearchFilters;
    copy max_results: u64;
    copy max_uses: u64;
    into mode: WebSearchMode;
    into search_context_size: SearchContextSize;
    into user_location: UserLocation;
    into x_search: XSearchOptions;
    copy external_web_access: bool;
    into return_token_budget: String;
    some_list search_content_types: String;
    copy enable_image_understanding: bool;
    copy enable_image_search: bool;
});

/// Domains to search or to exclude.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchFilters {
    /// Domains to search.
    pub allowed_domains: Option<Vec<String>>,
    /// Domains to exclude.
    pub blocked_domains: Option<Vec<String>>,
    /// Domains to exclude. Another name for `blocked_domains`.
    pub excluded_domains: Option<Vec<String>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl WebSearchFilters {
    /// Creates a value that allows all domains.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(WebSearchFilters {
    some_list allowed_domains: String;
    some_list blocked_domains: String;
    some_list excluded_domains: String;
});

/// Search engine. The web plugin does not support `auto`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum WebSearchEngine {
    /// The provider's own search if it has one, else Exa.
    Auto,
    /// The provider's own search.
    Native,
    /// Exa.
    Exa,
    /// Firecrawl.
    Firecrawl,
    /// Parallel.
    Parallel,
    /// Perplexity.
    Perplexity,
    /// An engine unknown to this version.
    Unknown(UnknownValue),
}

/// Search mode of an engine. Each engine has its own modes and ignores the others.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum WebSearchMode {
    /// Exa's fastest mode.
    Instant,
    /// Fast mode of Exa and Parallel.
    Fast,
    /// Exa's default mode.
    Auto,
    /// Exa's mode between `auto` and `deep`.
    #[wire("deep-lite")]
    DeepLite,
    /// Exa's thorough mode.
    Deep,
    /// Exa's most thorough mode.
    #[wire("deep-reasoning")]
    DeepReasoning,
    /// Parallel's fastest mode.
    Turbo,
    /// Parallel's default mode.
    Basic,
    /// Parallel's thorough mode.
    Advanced,
    /// A mode unknown to this version.
    Unknown(UnknownValue),
}

/// Amount of content per search result.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SearchContextSize {
    /// Little content.
    Low,
    /// Medium amount of content.
    Medium,
    /// Much content.
    High,
    /// A size unknown to this version.
    Unknown(UnknownValue),
}

/// Location of the user.
///
/// ```
/// use orouter_wire::UserLocation;
/// let berlin = UserLocation::approximate().city("Berlin").country("DE");
/// ```
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct UserLocation {
    /// Precision of the location. Always `approximate`.
    pub r#type: Option<UserLocationType>,
    /// Name of the city.
    pub city: Option<String>,
    /// ISO 3166-1 two-letter code of the country.
    pub country: Option<String>,
    /// Name of the state or region.
    pub region: Option<String>,
    /// IANA time zone, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl UserLocation {
    /// Creates an approximate location without a place. Set at least one other field.
    #[must_use]
    pub fn approximate() -> Self {
        Self {
            r#type: Some(UserLocationType::Approximate),
            ..Self::default()
        }
    }
}

setters!(UserLocation {
    into city: String;
    into country: String;
    into region: String;
    into timezone: String;
});

/// Precision of a location.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum UserLocationType {
    /// Approximate.
    Approximate,
    /// A type unknown to this version.
    Unknown(UnknownValue),
}

/// Search on X by xAI's models, in addition to a web search or as a tool of its own. xAI charges
/// extra for each post and profile.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct XSearchOptions {
    /// Accounts to search, at most 20. Cannot be combined with `excluded_x_handles`.
    pub allowed_x_handles: Option<Vec<String>>,
    /// Accounts to exclude, at most 20. Cannot be combined with `allowed_x_handles`.
    pub excluded_x_handles: Option<Vec<String>>,
    /// Analyzes images of posts. Default: `false`.
    pub enable_image_understanding: Option<bool>,
    /// Analyzes videos of posts. Default: `false`.
    pub enable_video_understanding: Option<bool>,
    /// First day of posts to search, as `YYYY-MM-DD`.
    pub from_date: Option<String>,
    /// Last day of posts to search, as `YYYY-MM-DD`.
    pub to_date: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl XSearchOptions {
    /// Creates a search of all posts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(XSearchOptions {
    some_list allowed_x_handles: String;
    some_list excluded_x_handles: String;
    copy enable_image_understanding: bool;
    copy enable_video_understanding: bool;
    into from_date: String;
    into to_date: String;
});
