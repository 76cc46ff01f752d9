//! Settings for deferred tools: the service hides tools from the model until a search finds them.
//! Works with any model.

use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Settings for deferred tools.
///
/// The list of tools must stay the same over a conversation.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredTools {
    /// Version of the protocol.
    pub protocol: DeferredToolsProtocol,
    /// Method by which tools are hidden and found.
    pub profile: DeferredToolsProfile,
    /// Location of the check of arguments against the tool's schema.
    pub validation: DeferredToolsValidation,
    /// Search for hidden tools. Required by the specification.
    pub search: Option<DeferredToolsSearch>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DeferredTools {
    /// Creates settings with this search and the only defined protocol, profile and validation.
    #[must_use]
    pub fn new(search: impl Into<DeferredToolsSearch>) -> Self {
        Self {
            search: Some(search.into()),
            ..Self::default()
        }
    }
}

/// Version of the deferred-tools protocol.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DeferredToolsProtocol {
    /// Version 1.
    #[default]
    V1,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Method by which tools are hidden and found.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DeferredToolsProfile {
    /// By the service, for any model.
    #[default]
    Portable,
    /// A profile unknown to this version.
    Unknown(UnknownValue),
}

/// Location of the check of arguments against the tool's schema.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DeferredToolsValidation {
    /// In the service, at each call.
    #[default]
    Runtime,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Search for hidden tools.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum DeferredToolsSearch {
    /// Search by regular expression.
    Regex(DeferredRegexSearch),
    /// Full-text search, ranked by BM25.
    Bm25(DeferredBm25Search),
    /// Search by one of the caller's tools.
    Custom(DeferredCustomSearch),
    /// A search unknown to this version.
    Unknown(Unknown),
}

/// Search for tools by regular expression.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredRegexSearch {
    /// Maximum number of tools per search.
    pub max_results: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DeferredRegexSearch {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DeferredRegexSearch {
    copy max_results: u64;
});

/// Full-text search for tools, ranked by BM25.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredBm25Search {
    /// Maximum number of tools per search.
    pub max_results: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DeferredBm25Search {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DeferredBm25Search {
    copy max_results: u64;
});

/// Search for tools by one of the caller's tools.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredCustomSearch {
    /// Id of the tool that searches.
    pub tool_id: String,
    /// Name of the member of the tool's output that lists the tools found.
    pub result_key: String,
    /// Maximum number of tools per search.
    pub max_results: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DeferredCustomSearch {
    /// Creates a search by the tool `tool_id`, whose output lists the tools found under
    /// `result_key`.
    #[must_use]
    pub fn new(tool_id: impl Into<String>, result_key: impl Into<String>) -> Self {
        Self {
            tool_id: tool_id.into(),
            result_key: result_key.into(),
            ..Self::default()
        }
    }
}

setters!(DeferredCustomSearch {
    copy max_results: u64;
});
