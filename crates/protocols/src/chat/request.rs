//! The request: from the Responses API to Chat Completions.

use bytes::Bytes;
use orouter_wire::ResponsesRequest;

use super::reply::ToolNames;
use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::Target;

/// Returns the body for the upstream and the names of its tools.
pub(super) fn translate(
    _request: &ResponsesRequest,
    _target: &Target<'_>,
    _notes: &Notes,
) -> Result<(Bytes, ToolNames), Refusal> {
    Err(Refusal::new("model", "not written"))
}
