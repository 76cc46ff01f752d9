//! Anthropic Messages.
//!
#![doc = include_str!("tables.md")]
#![doc = include_str!("reply.md")]

mod reply;
mod request;

use std::sync::Arc;

use crate::notes::Notes;
use crate::output::ReplyContext;
use crate::refusal::Refusal;
use crate::reply::ReplyReader;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;

/// The path of the endpoint after the base URL.
const PATH: &str = "messages";

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
    let translated = request::translate(source, target, notes)?;
    let mut upstream = UpstreamRequest::new(PATH, translated.body, reader(translated.context));
    upstream.headers = translated.headers;
    Ok(upstream)
}
