//! Typed, tolerant models of a reply of generateContent: a chunk of a stream, or a whole body.
//!
//! A member of another type than expected decodes as absent, and such an element of a list is left
//! out. Members that are not read are declared as `Skipped`, so that decoding does not copy them.

mod chunk;
mod grounding;
mod part;
mod usage;
mod word;

pub(super) use chunk::{Candidate, Chunk, LogprobsResult, TokenLogprob};
pub(super) use grounding::{
    Citation, CitationMetadata, GroundingChunk, GroundingMetadata, RetrievedContext, Segment,
    Source, UrlContextMetadata,
};
pub(super) use part::{Blob, FileData, FunctionCall, Part, PartialArg};
pub(super) use usage::{ModalityCount, UsageMetadata};
pub(super) use word::Word;
