//! File searches that the provider ran.

use std::collections::BTreeMap;

use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// Search of vector stores that the provider ran.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "file_search_call")]
pub struct FileSearchCall {
    /// Id of the item, such as `fs_01`.
    pub id: Option<String>,
    /// Status of the search.
    pub status: Option<ItemStatus>,
    /// Search queries.
    pub queries: Vec<String>,
    /// Results, if the request's `include` asked for them. Not in the specification.
    pub results: Option<Vec<FileSearchResult>>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Passage that a file search found.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileSearchResult {
    /// Id of the file.
    pub file_id: Option<String>,
    /// Name of the file.
    pub filename: Option<String>,
    /// Relevance of the passage, 0 to 1.
    pub score: Option<f64>,
    /// Text of the passage.
    pub text: Option<String>,
    /// Attributes of the file, by name.
    pub attributes: Option<BTreeMap<String, AttributeValue>>,
    /// Id of the vector store that contains the file.
    pub vector_store_id: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Value of a file's attribute.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum AttributeValue {
    /// A string.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// A boolean.
    #[wire(bool)]
    Bool(bool),
    /// Any other JSON, kept as received.
    Unknown(Unknown),
}
