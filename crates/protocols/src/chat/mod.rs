//! Chat Completions and its dialects.
//!
#![doc = include_str!("tables.md")]

mod reply;
mod request;

use std::sync::Arc;

use crate::notes::Notes;
use crate::output::ToolNames;
use crate::refusal::Refusal;
use crate::reply::ReplyReader;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;

/// The path of the endpoint after the base URL.
const PATH: &str = "chat/completions";

/// Returns the reader for the reply to a request that was made elsewhere, with the names of its
/// tools.
#[must_use]
pub fn reader(tools: ToolNames) -> Arc<dyn ReplyReader> {
    Arc::new(reply::Reader::new(tools))
}

/// Translates a request.
pub(crate) fn request(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<UpstreamRequest, Refusal> {
    let (body, tools) = request::translate(source.request, target, notes)?;
    Ok(UpstreamRequest::new(PATH, body, reader(tools)))
}
