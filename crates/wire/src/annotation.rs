//! [`Annotation`]: what a stretch of the answer's text rests on.
//!
//! Offsets count characters of the text that the annotation belongs to, from 0; senders disagree
//! about what a character is, so use them with care outside ASCII.

use crate::{Extra, Unknown, Wire};

/// What a stretch of text rests on. Stands for `OpenAIResponsesAnnotation`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Annotation {
    /// A web page.
    #[wire("url_citation")]
    UrlCitation(UrlCitation),
    /// A file that was searched.
    #[wire("file_citation")]
    FileCitation(FileCitation),
    /// A file that a sandbox made.
    #[wire("container_file_citation")]
    ContainerFileCitation(ContainerFileCitation),
    /// A file to download.
    #[wire("file_path")]
    FilePath(FilePath),
    /// An annotation that this version does not know.
    Unknown(Unknown),
}

/// A web page. Stands for `URLCitation`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "url_citation")]
pub struct UrlCitation {
    /// The page's address.
    pub url: String,
    /// The page's title.
    pub title: Option<String>,
    /// Where the stretch of text starts.
    pub start_index: Option<u64>,
    /// Where it ends, exclusive.
    pub end_index: Option<u64>,
    /// What the page says there.
    pub content: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file that was searched. Stands for `FileCitation`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "file_citation")]
pub struct FileCitation {
    /// The file's id.
    pub file_id: String,
    /// The file's name.
    pub filename: Option<String>,
    /// Where in the text the file is cited.
    pub index: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file that a sandbox made. Stands for the `files` of shell and bash outputs too.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "container_file_citation")]
pub struct ContainerFileCitation {
    /// The sandbox's id.
    pub container_id: String,
    /// The file's id.
    pub file_id: String,
    /// The file's name.
    pub filename: Option<String>,
    /// Where the stretch of text starts.
    pub start_index: Option<u64>,
    /// Where it ends, exclusive.
    pub end_index: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A file to download. Stands for `FilePath`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "file_path")]
pub struct FilePath {
    /// The file's id.
    pub file_id: String,
    /// Where in the text the file is named.
    pub index: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}
