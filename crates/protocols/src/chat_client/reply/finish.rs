//! The finish reason of a response.

use orouter_wire::{IncompleteReason, Response, ResponseStatus};

/// The finish reason of a failed response.
pub(super) const ERROR: &str = "error";

/// Returns the finish reason, and the reason in the words of the Responses API. `has_calls`: the
/// response has calls that the client runs.
pub(super) fn reasons(response: &Response, has_calls: bool) -> (&'static str, &str) {
    let details = response.incomplete_details.as_ref();
    let reason = details.and_then(|details| details.reason.as_ref());
    match (&response.status, reason) {
        (ResponseStatus::Failed, _) => (ERROR, "failed"),
        (_, Some(IncompleteReason::ContentFilter)) => ("content_filter", "content_filter"),
        (_, Some(reason)) => ("length", reason.as_str()),
        // The response is cut, for a reason that is not known.
        (ResponseStatus::Incomplete | ResponseStatus::Cancelled, None) => ("length", "incomplete"),
        (_, None) if has_calls => ("tool_calls", "completed"),
        (_, None) => ("stop", "completed"),
    }
}
