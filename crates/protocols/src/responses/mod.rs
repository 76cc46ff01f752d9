//! The Responses API itself: bytes pass unchanged where they can.
#![doc = include_str!("responses-request.md")]
//!
//! # The reply
//!
//! An event keeps the text in which the upstream sent it ([`Original`](crate::Original)). Members that
//! clients read without a check get their default if the upstream leaves them out or sends `null`:
//! the indexes and the text of an event, the text of a part, and the arguments, the input, the
//! content or the summary of an item. Frames without a `type` take it from their `event:` line. Events after the last one are dropped. [`Repair`](crate::Repair) makes
//! the stream follow the rules.

mod members;
mod reply;
mod request;
mod required;
mod required_inside;

pub use members::OF_THIS_SERVER;

use std::sync::Arc;

use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;

/// The path of the endpoint after the base URL.
const PATH: &str = "responses";

/// Translates a request.
pub(crate) fn request(
    source: &RequestSource<'_>,
    target: &Target<'_>,
    notes: &Notes,
) -> Result<UpstreamRequest, Refusal> {
    let body = request::translate(source, target, notes)?;
    Ok(UpstreamRequest::new(PATH, body, Arc::new(reply::Reader)))
}
