//! Search in uploaded files.

use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Search in files that were uploaded to vector stores. Spec: `FileSearchServerTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileSearchTool {
    /// The ids of the vector stores.
    pub vector_store_ids: Vec<String>,
    /// Which files to look at, by their attributes. Default: all.
    pub filters: Option<FileSearchFilter>,
    /// The most results, 1 to 50. Default: the provider's.
    pub max_num_results: Option<u64>,
    /// How results are ranked.
    pub ranking_options: Option<FileSearchRankingOptions>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FileSearchTool {
    /// Search in these vector stores.
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

/// How results are ranked. Spec: `FileSearchServerTool.ranking_options`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileSearchRankingOptions {
    /// Which ranker. Default: `auto`.
    pub ranker: Option<FileSearchRanker>,
    /// Leaves out results that score less, 0 to 1. Default: 0.
    pub score_threshold: Option<f64>,
    /// How meaning and words weigh against each other; in real traffic.
    pub hybrid_search: Option<HybridSearch>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FileSearchRankingOptions {
    /// Nothing set.
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

/// How meaning and words weigh against each other.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct HybridSearch {
    /// The weight of meaning.
    pub embedding_weight: f64,
    /// The weight of words.
    pub text_weight: f64,
    /// Members that no field takes.
    pub extra: Extra,
}

impl HybridSearch {
    /// These weights.
    #[must_use]
    pub fn new(embedding_weight: f64, text_weight: f64) -> Self {
        Self {
            embedding_weight,
            text_weight,
            extra: Extra::default(),
        }
    }
}

/// Which ranker.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum FileSearchRanker {
    /// The newest.
    Auto,
    /// That of 2024-11-15.
    #[wire("default-2024-11-15")]
    Default20241115,
    /// A ranker this version does not know.
    Unknown(UnknownValue),
}

/// Which files to look at: one comparison, or several joined. Spec: the comparison in
/// `FileSearchServerTool.filters`, and `CompoundFilter`, whose own filters the spec leaves open.
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
    /// The comparison, or how `filters` are joined.
    pub r#type: Option<FileSearchFilterType>,
    /// The attribute that is compared.
    pub key: Option<String>,
    /// What it is compared with.
    pub value: Option<FileSearchFilterValue>,
    /// The filters that are joined.
    pub filters: Option<Vec<FileSearchFilter>>,
    /// Whatever else there is: any member is allowed here.
    pub extra: Extra,
}

impl FileSearchFilter {
    /// Compares the attribute `key` with `value`.
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

    /// Files that pass all of these.
    #[must_use]
    pub fn and(filters: impl IntoIterator<Item = Self>) -> Self {
        Self {
            r#type: Some(FileSearchFilterType::And),
            filters: Some(filters.into_iter().collect()),
            ..Self::default()
        }
    }

    /// Files that pass any of these.
    #[must_use]
    pub fn or(filters: impl IntoIterator<Item = Self>) -> Self {
        Self {
            r#type: Some(FileSearchFilterType::Or),
            filters: Some(filters.into_iter().collect()),
            ..Self::default()
        }
    }
}

/// A comparison, or how filters are joined.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum FileSearchFilterType {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// One of; in real traffic.
    In,
    /// None of; in real traffic.
    Nin,
    /// All of the filters.
    And,
    /// Any of the filters.
    Or,
    /// A comparison this version does not know.
    Unknown(UnknownValue),
}

/// What an attribute is compared with. Spec: `value` of a comparison.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum FileSearchFilterValue {
    /// A text.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// True or false.
    #[wire(bool)]
    Flag(bool),
    /// Several texts or numbers.
    #[wire(array)]
    List(Vec<FilterScalar>),
    /// Any other JSON.
    Unknown(Unknown),
}

/// One of several values that an attribute is compared with.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum FilterScalar {
    /// A text.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// Any other JSON.
    Unknown(Unknown),
}
