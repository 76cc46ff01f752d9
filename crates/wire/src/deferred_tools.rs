//! Tools that stay hidden from the model until a search finds them, run by the service for any
//! model.

use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// How the service hides and finds tools. The list of tools must stay the same over a
/// conversation. Spec: `DeferredToolsControl`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredTools {
    /// The version of this protocol.
    pub protocol: DeferredToolsProtocol,
    /// How tools are hidden and found.
    pub profile: DeferredToolsProfile,
    /// Where arguments are checked against the tool's schema.
    pub validation: DeferredToolsValidation,
    /// How to search. The spec requires it.
    pub search: Option<DeferredToolsSearch>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DeferredTools {
    /// The only version, profile and validation that there are, with this search.
    #[must_use]
    pub fn new(search: impl Into<DeferredToolsSearch>) -> Self {
        Self {
            search: Some(search.into()),
            ..Self::default()
        }
    }
}

/// The version of the protocol. Spec: `DeferredToolsControl.protocol`.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DeferredToolsProtocol {
    /// The first.
    #[default]
    V1,
    /// A version this one does not know.
    Unknown(UnknownValue),
}

/// How tools are hidden and found. Spec: `DeferredToolsControl.profile`.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DeferredToolsProfile {
    /// By the service, for any model.
    #[default]
    Portable,
    /// A profile this version does not know.
    Unknown(UnknownValue),
}

/// Where arguments are checked. Spec: `DeferredToolsControl.validation`.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum DeferredToolsValidation {
    /// In the service, at each call.
    #[default]
    Runtime,
    /// A place this version does not know.
    Unknown(UnknownValue),
}

/// How to search for hidden tools. Spec: `DeferredToolsSearchStrategy`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum DeferredToolsSearch {
    /// By regular expression.
    Regex(DeferredRegexSearch),
    /// By words, ranked by BM25.
    Bm25(DeferredBm25Search),
    /// By one of the caller's tools.
    Custom(DeferredCustomSearch),
    /// A search this version does not know.
    Unknown(Unknown),
}

/// Search by regular expression. Spec: `DeferredRegexSearch`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredRegexSearch {
    /// The most tools of one search.
    pub max_results: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DeferredRegexSearch {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DeferredRegexSearch {
    copy max_results: u64;
});

/// Search by words, ranked by BM25. Spec: `DeferredBm25Search`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredBm25Search {
    /// The most tools of one search.
    pub max_results: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DeferredBm25Search {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DeferredBm25Search {
    copy max_results: u64;
});

/// Search by one of the caller's tools. Spec: `DeferredCustomSearch`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DeferredCustomSearch {
    /// The tool that searches.
    pub tool_id: String,
    /// The member of its output that lists what was found.
    pub result_key: String,
    /// The most tools of one search.
    pub max_results: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DeferredCustomSearch {
    /// Search by the tool `tool_id`, whose output lists what it found under `result_key`.
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
