//! Calls and their outputs.

use std::collections::HashSet;

use super::error::{HistoryError, HistoryErrorKind};
use crate::item::{Item, ToolOutput};

/// Returns the id of a call that the caller has to run.
pub(super) fn id_of_call(item: &Item) -> Option<&str> {
    match item {
        Item::FunctionCall(_)
        | Item::CustomToolCall(_)
        | Item::ComputerCall(_)
        | Item::LocalShellCall(_)
        | Item::ShellCall(_)
        | Item::ApplyPatchCall(_)
        // Has no id if the service runs the search.
        | Item::ToolSearchCall(_) => item.call_id(),
        _ => None,
    }
}

/// Returns the id of the call that an output belongs to.
pub(super) fn id_of_output(item: &Item) -> Option<&str> {
    match item {
        // In the specification the item's own id is that of the call.
        Item::LocalShellCallOutput(output) => item.call_id().or(output.id.as_deref()),
        Item::FunctionCallOutput(_)
        | Item::CustomToolCallOutput(_)
        | Item::ComputerCallOutput(_)
        | Item::ShellCallOutput(_)
        | Item::ApplyPatchCallOutput(_)
        | Item::ToolSearchOutput(_) => item.call_id(),
        _ => None,
    }
}

/// Returns the calls without an output.
pub(super) fn pending(items: &[Item]) -> impl Iterator<Item = &Item> {
    let with_output: HashSet<&str> = items.iter().filter_map(id_of_output).collect();
    let is_pending =
        move |item: &&Item| id_of_call(item).is_some_and(|id| !with_output.contains(id));
    items.iter().filter(is_pending)
}

/// Returns the output item of a pending call.
pub(super) fn output(
    items: &[Item],
    call_id: &str,
    output: ToolOutput,
) -> Result<Item, HistoryError> {
    let error = |kind| HistoryError {
        kind,
        call_id: call_id.to_owned(),
        pending: pending(items)
            .filter_map(id_of_call)
            .map(str::to_owned)
            .collect(),
    };
    let is_call = |item: &&Item| id_of_call(item) == Some(call_id);
    let call = items.iter().rfind(is_call);
    let call = call.ok_or_else(|| error(HistoryErrorKind::UnknownCall))?;
    if items.iter().any(|item| id_of_output(item) == Some(call_id)) {
        return Err(error(HistoryErrorKind::HasOutput));
    }
    match call {
        Item::FunctionCall(call) => Ok(call.output(output).into()),
        Item::CustomToolCall(call) => Ok(call.output(output).into()),
        _ => Err(error(HistoryErrorKind::OtherKind)),
    }
}
