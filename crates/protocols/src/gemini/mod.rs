//! The method generateContent of the Gemini API and of Vertex AI.
//!
#![doc = include_str!("tables.md")]
//!
#![doc = include_str!("replies.md")]

mod model;
mod reply;
mod request;

use std::sync::Arc;

use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::reply::ReplyReader;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;

pub use crate::output::ReplyContext;

/// Returns the reader for the reply to a request that was made elsewhere.
#[must_use]
pub fn reader(context: ReplyContext) -> Arc<dyn ReplyReader> {
    Arc::new(reply::Reader::new(context))
}

/// Translates a request.
pub(crate) fn request(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<UpstreamRequest, Refusal> {
    let translated = request::translate(source.request, target, notes)?;
    let reader = reader(translated.context);
    let mut upstream = UpstreamRequest::new(translated.path, translated.body, reader);
    upstream.query = translated.query;
    Ok(upstream)
}
