//! [`Annotation`]: sources of a range of the output text.
//!
//! Offsets count characters of the annotated text, from 0. Services count different units (bytes,
//! UTF-16 units or code points), so an offset may be off where the text is not ASCII.

use crate::{Extra, Unknown, Wire};

/// Source of a range of the output text.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Annotation {
    /// Citation of a web page.
    #[wire("url_citation")]
    UrlCitation(UrlCitation),
    /// Citation of a file that a file search found.
    #[wire("file_citation")]
    FileCitation(FileCitation),
    /// Citation of a file that was made in a container.
    #[wire("container_file_citation")]
    ContainerFileCitation(ContainerFileCitation),
    /// Path of a file to download.
    #[wire("file_path")]
    FilePath(FilePath),
    /// An annotation unknown to this version.
    Unknown(Unknown),
}

/// Citation of a web page.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "url_citation")]
pub struct UrlCitation {
    /// URL of the page.
    pub url: String,
    /// Title of the page.
    pub title: Option<String>,
    /// First character of the range.
    pub start_index: Option<u64>,
    /// End of the range, exclusive.
    pub end_index: Option<u64>,
    /// Text of the page that supports the citation.
    pub content: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Citation of a file that a file search found.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "file_citation")]
pub struct FileCitation {
    /// Id of the file.
    pub file_id: String,
    /// Name of the file.
    pub filename: Option<String>,
    /// Offset of the citation in the text.
    pub index: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Citation of a file that was made in a container. Outputs of shell and bash tools list their
/// files in the same form.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "container_file_citation")]
pub struct ContainerFileCitation {
    /// Id of the container.
    pub container_id: String,
    /// Id of the file.
    pub file_id: String,
    /// Name of the file.
    pub filename: Option<String>,
    /// First character of the range.
    pub start_index: Option<u64>,
    /// End of the range, exclusive.
    pub end_index: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Path of a file to download.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "file_path")]
pub struct FilePath {
    /// Id of the file.
    pub file_id: String,
    /// Offset of the path in the text.
    pub index: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}
