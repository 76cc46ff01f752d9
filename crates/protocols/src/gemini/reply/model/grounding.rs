//! Sources of the text: of searches, of quotations, and of pages that the model read.

use orouter_wire::{Extra, Unknown, Wire};

use super::word::Word;
use crate::tolerant::{List, Skipped};

/// Sources that the provider's tools found, and the ranges of the text that they support.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct GroundingMetadata {
    /// The sources. The supports refer to them by position.
    #[wire(rename = "groundingChunks")]
    pub(in super::super) chunks: Option<Vec<Source>>,
    #[wire(rename = "groundingSupports")]
    pub(in super::super) supports: Option<List<GroundingSupport>>,
    #[wire(rename = "searchEntryPoint")]
    pub(in super::super) search_entry_point: Option<Skipped>,
    #[wire(rename = "webSearchQueries")]
    pub(in super::super) web_search_queries: Option<Skipped>,
    #[wire(rename = "retrievalMetadata")]
    pub(in super::super) retrieval_metadata: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// An element of the list of sources, which keeps its position.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Source {
    #[wire(object)]
    Chunk(Box<GroundingChunk>),
    Unknown(Unknown),
}

/// A source. The member that is present tells its kind.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct GroundingChunk {
    pub(in super::super) web: Option<WebPage>,
    pub(in super::super) maps: Option<WebPage>,
    pub(in super::super) image: Option<ImagePage>,
    #[wire(rename = "retrievedContext")]
    pub(in super::super) retrieved_context: Option<RetrievedContext>,
    pub(in super::super) extra: Extra,
}

/// A web page, or a place on a map.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct WebPage {
    pub(in super::super) uri: Option<String>,
    pub(in super::super) title: Option<String>,
    pub(in super::super) domain: Option<Skipped>,
    pub(in super::super) text: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// A web page that an image search found.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ImagePage {
    #[wire(rename = "sourceUri")]
    pub(in super::super) source_uri: Option<String>,
    pub(in super::super) title: Option<String>,
    pub(in super::super) extra: Extra,
}

/// A piece of a document that a retrieval tool found.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct RetrievedContext {
    pub(in super::super) uri: Option<String>,
    pub(in super::super) title: Option<String>,
    #[wire(rename = "documentName")]
    pub(in super::super) document_name: Option<String>,
    #[wire(rename = "fileSearchStore")]
    pub(in super::super) file_search_store: Option<String>,
    pub(in super::super) text: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The sources of one range of the text.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct GroundingSupport {
    pub(in super::super) segment: Option<Segment>,
    #[wire(rename = "groundingChunkIndices")]
    pub(in super::super) chunk_indices: Option<List<u64>>,
    #[wire(rename = "confidenceScores")]
    pub(in super::super) confidence_scores: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// A range of the text, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Segment {
    /// Absent for 0.
    #[wire(rename = "startIndex")]
    pub(in super::super) start: Option<u64>,
    #[wire(rename = "endIndex")]
    pub(in super::super) end: Option<u64>,
    pub(in super::super) text: Option<String>,
    #[wire(rename = "partIndex")]
    pub(in super::super) part_index: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// Quotations in the text.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct CitationMetadata {
    /// The name of the member on Vertex AI.
    pub(in super::super) citations: Option<List<Citation>>,
    /// The name of the member on the Gemini API.
    #[wire(rename = "citationSources")]
    pub(in super::super) citation_sources: Option<List<Citation>>,
    pub(in super::super) extra: Extra,
}

/// A range of the text that is quoted, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Citation {
    pub(in super::super) uri: Option<String>,
    pub(in super::super) title: Option<String>,
    #[wire(rename = "startIndex")]
    pub(in super::super) start: Option<u64>,
    #[wire(rename = "endIndex")]
    pub(in super::super) end: Option<u64>,
    pub(in super::super) license: Option<Skipped>,
    #[wire(rename = "publicationDate")]
    pub(in super::super) publication_date: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// Pages that the model read because the prompt names them.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct UrlContextMetadata {
    #[wire(rename = "urlMetadata")]
    pub(in super::super) urls: Option<List<UrlMetadata>>,
    pub(in super::super) extra: Extra,
}

/// A page that the model read or tried to read.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct UrlMetadata {
    #[wire(rename = "retrievedUrl")]
    pub(in super::super) url: Option<String>,
    #[wire(rename = "urlRetrievalStatus")]
    pub(in super::super) status: Option<Word>,
    pub(in super::super) extra: Extra,
}
