//! Searches of vector stores that the provider ran.

use std::collections::BTreeMap;

use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// A search of vector stores that the provider ran.
///
/// Stands for `OutputItemFileSearchCall` and `OutputFileSearchCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "file_search_call")]
pub struct FileSearchCall {
    /// The item's id, such as `fs_01`.
    pub id: Option<String>,
    /// How far the search is.
    pub status: Option<ItemStatus>,
    /// What was searched for.
    pub queries: Vec<String>,
    /// What was found, when the request's `include` asked for it. Not in the specification.
    pub results: Option<Vec<FileSearchResult>>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A passage that a file search found.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FileSearchResult {
    /// The file's id.
    pub file_id: Option<String>,
    /// The file's name.
    pub filename: Option<String>,
    /// How well the passage fits, 0 to 1.
    pub score: Option<f64>,
    /// The passage.
    pub text: Option<String>,
    /// The labels that the file's owner gave it.
    pub attributes: Option<BTreeMap<String, AttributeValue>>,
    /// The vector store that holds the file.
    pub vector_store_id: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A label of a file.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum AttributeValue {
    /// Text.
    #[wire(string)]
    Text(String),
    /// A number.
    #[wire(number)]
    Number(f64),
    /// Yes or no.
    #[wire(bool)]
    Bool(bool),
    /// Something else, kept as it came.
    Unknown(Unknown),
}
