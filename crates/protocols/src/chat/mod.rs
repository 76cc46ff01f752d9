//! Chat Completions and its dialects.
//!
#![doc = include_str!("tables.md")]

mod reply;
mod request;

use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;

pub use reply::{ToolKind, ToolName, ToolNames};

/// The path of the endpoint after the base URL.
const PATH: &str = "chat/completions";

/// Translates a request.
pub(crate) fn request(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<UpstreamRequest, Refusal> {
    let (body, tools) = request::translate(source.request, target, notes)?;
    let reader = std::sync::Arc::new(reply::Reader::new(tools));
    Ok(UpstreamRequest::new(PATH, body, reader))
}
