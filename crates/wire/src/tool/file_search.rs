//! [`FileSearchTool`]: search in uploaded files.

use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Tool with which the model searches files that were uploaded to vector stores.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileSearchTool {
    /// Ids of the vector stores.
    pub vector_store_ids: Vec<String>,
    /// Filter on the files' attributes. Default: all files.
    pub filters: Option<FileSearchFilter>,
    /// Maximum number of results, 1 to 50. Default: the provider's.
    pub max_num_results: Option<u64>,
    /// Ranking of the results.
    pub ranking_options: Option<FileSearchRankingOptions>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FileSearchTool {
    /// Creates a search in these vector stores.
    #[must_use]
    pub fn new(vector_store_ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            vector_store_ids: vector_store_ids.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

setters!(FileSearchTool {
    into filters: FileSearchFilter;
    copy max_num_results: u64;
    into ranking_options: FileSearchRankingOptions;
});

/// Ranking of file search results.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileSearchRankingOptions {
    /// Ranker. Default: `auto`.
    pub ranker: Option<FileSearchRanker>,
    /// Minimum score of a result, 0 to 1. Default: 0.
    pub score_threshold: Option<f64>,
    /// Weights of semantic and text search. Not in the specification, but seen in recorded traffic.
    pub hybrid_search: Option<HybridSearch>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FileSearchRankingOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(FileSearchRankingOptions {
    into ranker: FileSearchRanker;
    copy score_threshold: f64;
    into hybrid_search: HybridSearch;
});

/// Weights of semantic and text search.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct HybridSearch {
    /// Weight of semantic search.
    pub embedding_weight: f64,
    /// Weight of text search.
    pub text_weight: f64,
    /// Members without a typed field.
    pub extra: Extra,
}

impl HybridSearch {
    /// Creates weights.
    #[must_use]
    pub fn new(embedding_weight: f64, text_weight: f64) -> Self {
        Self {
            embedding_weight,
            text_weight,
            extra: Extra::default(),
        }
    }
}

/// Ranker of file search results.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum FileSearchRanker {
    /// Newest ranker.
    Auto,
    /// Ranker of 2024-11-15.
    #[wire("default-2024-11-15")]
    Default20241115,
    /// A ranker unknown to this version.
    Unknown(UnknownValue),
}

/// Filter on the attributes of files: one comparison, or several filters combined.
///
/// The specification leaves the members of a nested filter open.
///
/// ```
/// use orouter_wire::{FileSearchFilter, FileSearchFilterType};
/// let filter = FileSearchFilter::and([
///     FileSearchFilter::new(FileSearchFilterType::Eq, "kind", "report"),
///     FileSearchFilter::new(FileSearchFilterType::Gte, "year", 2024.0),
/// ]);
/// assert_eq!(filter.filters.as_ref().map(Vec::len), Some(2));
/// ```
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct FileSearchFilter {
    /// Comparison operator, or the operator that combines `filters`.
    pub r#type: Option<FileSearchFilterType>,
    /// Name of the attribute to compare.
    pub key: Option<String>,
    /// Value to compare with.
    pub value: Option<FileSearchFilterValue>,
    /// Filters to combine.
    pub filters: Option<Vec<FileSearchFilter>>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

impl FileSearchFilter {
    /// Creates a comparison of the attribute `key` with `value`.
    #[must_use]
    pub fn new(
        r#type: impl Into<FileSearchFilterType>,
        key: impl Into<String>,
        value: impl Into<FileSearchFilterValue>,
    ) -> Self {
        Self {
            r#type: Some(r#type.into()),
            key: Some(key.into()),
            value: Some(value.into()),
            ..Self::default()
        }
    }

    /// Creates a filter that matches files that match all `filters`.
    #[must_use]
    pub fn and(filters: impl IntoIterator<Item = Self>) -> Self {
        Self {
            r#type: Some(FileSearchFilterType::And),
            filters: Some(filters.into_iter().collect()),
            ..Self::default()
        }
    }

    /// Creates a filter that matches files that match at least one of `filters`.
    #[must_use]
    pub fn or(filters: impl IntoIterator<Item = Self>) -> Self {
        Self {
            r#type: Some(FileSearchFilterType::Or),
            filters: Some(filters.into_iter().collect()),
            ..Self::default()
        }
    }
}

/// Operator of a file search filter.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum FileSearchFilterType {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Gte,
    /// Less than.
    Lt,
    /// Less than or equal.
    Lte,
    /// In a list. Not in the specification, but seen in recorded traffic.
    In,
    /// Not in a list. Not in the specification, but seen in recorded traffic.
    Nin,
    /// All filters match.
    And,
    /// At least one filter matches.
    Or,
    /// A comparison unknown to this version.
    Unknown(UnknownValue),
}

/// Value that an attribute is compared with.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum FileSearchFilterValue {
    /// A string.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// A boolean.
    #[wire(bool)]
    Flag(bool),
    /// Strings or numbers.
    #[wire(array)]
    List(Vec<FilterScalar>),
    /// Any other JSON.
    Unknown(Unknown),
}

/// String or number in a list of values.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum FilterScalar {
    /// A string.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// Any other JSON.
    Unknown(Unknown),
}
