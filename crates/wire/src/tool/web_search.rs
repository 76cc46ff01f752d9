//! Search on the web and on X: the provider's own tools, and the settings that they share with
//! the web plugin and `openrouter:web_search`.

use crate::setters::setters;
use crate::{Extra, UnknownValue, Wire};

/// Web search by the provider. One type for the four names that it has: `web_search`,
/// `web_search_2025_08_26`, `web_search_preview`, `web_search_preview_2025_03_11`. Spec:
/// `Legacy_WebSearchServerTool`, `WebSearchServerTool`, `Preview_WebSearchServerTool`,
/// `Preview_20250311_WebSearchServerTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchTool {
    /// Who searches. Default: `auto`.
    pub engine: Option<WebSearchEngine>,
    /// Which sites to search.
    pub filters: Option<WebSearchFilters>,
    /// The most results of one search. Default: 5. Not for native search.
    pub max_results: Option<u64>,
    /// The most searches in one request.
    pub max_uses: Option<u64>,
    /// The engine's own mode.
    pub mode: Option<WebSearchMode>,
    /// How much of what was found the model gets to read. Default: `medium`.
    pub search_context_size: Option<SearchContextSize>,
    /// Where the user is, for local results.
    pub user_location: Option<UserLocation>,
    /// Search on X too; for xAI's models.
    pub x_search: Option<XSearchOptions>,
    /// Whether to search the live web rather than an index; in real traffic.
    pub external_web_access: Option<bool>,
    /// How many tokens of results to return, such as `default`; in real traffic.
    pub return_token_budget: Option<String>,
    /// What kinds of content to return, such as `text`; in real traffic.
    pub search_content_types: Option<Vec<String>>,
    /// Whether xAI's models look at images on pages; in real traffic.
    pub enable_image_understanding: Option<bool>,
    /// Whether xAI's models look for images; in real traffic.
    pub enable_image_search: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl WebSearchTool {
    /// Nothing set.
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

/// Which sites to search. Spec: `WebSearchDomainFilter`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct WebSearchFilters {
    /// Only these.
    pub allowed_domains: Option<Vec<String>>,
    /// Not these.
    pub blocked_domains: Option<Vec<String>>,
    /// Not these: another name for `blocked_domains`.
    pub excluded_domains: Option<Vec<String>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl WebSearchFilters {
    /// All sites.
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

/// Who searches. Spec: `WebSearchEngineEnum`, and without `auto` `WebSearchEngine`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum WebSearchEngine {
    /// The provider where it can, else Exa.
    Auto,
    /// The provider.
    Native,
    /// Exa.
    Exa,
    /// Firecrawl.
    Firecrawl,
    /// Parallel.
    Parallel,
    /// Perplexity.
    Perplexity,
    /// An engine this version does not know.
    Unknown(UnknownValue),
}

/// The mode of a search engine; each has its own, and ignores the others'. Spec: `WebSearchMode`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum WebSearchMode {
    /// Exa's quickest.
    Instant,
    /// Exa's and Parallel's quick one.
    Fast,
    /// Exa's default.
    Auto,
    /// Between Exa's `auto` and `deep`.
    #[wire("deep-lite")]
    DeepLite,
    /// Exa's thorough one.
    Deep,
    /// Exa's most thorough.
    #[wire("deep-reasoning")]
    DeepReasoning,
    /// Parallel's quickest.
    Turbo,
    /// Parallel's default.
    Basic,
    /// Parallel's thorough one.
    Advanced,
    /// A mode this version does not know.
    Unknown(UnknownValue),
}

/// How much of what was found the model gets to read. Spec: `SearchContextSizeEnum`,
/// `SearchQualityLevel`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum SearchContextSize {
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// A size this version does not know.
    Unknown(UnknownValue),
}

/// Where the user is. Spec: `WebSearchUserLocation`, `Preview_WebSearchUserLocation`,
/// `WebSearchUserLocationServerTool`.
///
/// ```
/// use orouter_wire::UserLocation;
/// let berlin = UserLocation::approximate().city("Berlin").country("DE");
/// ```
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct UserLocation {
    /// How exact it is: `approximate`.
    pub r#type: Option<UserLocationType>,
    /// The city's name.
    pub city: Option<String>,
    /// The country's two-letter ISO 3166-1 code.
    pub country: Option<String>,
    /// The state's or region's name.
    pub region: Option<String>,
    /// The IANA time zone, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl UserLocation {
    /// Somewhere, approximately.
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

/// How exact a location is.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum UserLocationType {
    /// Roughly there.
    Approximate,
    /// A type this version does not know.
    Unknown(UnknownValue),
}

/// Search on X, by xAI's models: beside a web search, or as a tool of its own. It costs extra for
/// each post and profile. Spec: `XSearchOptions`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct XSearchOptions {
    /// Only posts of these accounts, at most 20. Not together with `excluded_x_handles`.
    pub allowed_x_handles: Option<Vec<String>>,
    /// No posts of these accounts, at most 20. Not together with `allowed_x_handles`.
    pub excluded_x_handles: Option<Vec<String>>,
    /// Whether to look at the images of posts. Default: `false`.
    pub enable_image_understanding: Option<bool>,
    /// Whether to look at the videos of posts. Default: `false`.
    pub enable_video_understanding: Option<bool>,
    /// Only posts since this day, `YYYY-MM-DD`.
    pub from_date: Option<String>,
    /// Only posts up to this day, `YYYY-MM-DD`.
    pub to_date: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl XSearchOptions {
    /// All posts.
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
