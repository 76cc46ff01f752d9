//! [`Citation`]: a source of a text block.

use orouter_wire::{Extra, Wire};

use crate::tolerant::Skipped;

/// A source of a text block: a page of a web search, a search result of the request, or a range of a
/// document of the request.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Citation {
    pub(in super::super) r#type: Option<String>,
    pub(in super::super) url: Option<String>,
    pub(in super::super) title: Option<String>,
    /// Origin of a search result. Often a URL.
    pub(in super::super) source: Option<String>,
    pub(in super::super) document_title: Option<String>,
    pub(in super::super) file_id: Option<String>,
    pub(in super::super) cited_text: Option<String>,
    pub(in super::super) encrypted_index: Option<Skipped>,
    pub(in super::super) extra: Extra,
}
