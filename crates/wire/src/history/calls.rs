//! Calls and their outputs.

use std::collections::HashSet;

use super::error::{HistoryError, HistoryErrorKind};
use crate::item::{Item, ToolOutput};

/// Returns the calls without an output.
pub(super) fn pending(items: &[Item]) -> impl Iterator<Item = &Item> {
    let with_output: HashSet<&str> = items.iter().filter_map(Item::answered_call_id).collect();
    let is_pending = move |item: &&Item| {
        item.client_call_id()
            .is_some_and(|id| !with_output.contains(id))
    };
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
            .filter_map(Item::client_call_id)
            .map(str::to_owned)
            .collect(),
    };
    let is_call = |item: &&Item| item.client_call_id() == Some(call_id);
    let call = items.iter().rfind(is_call);
    let call = call.ok_or_else(|| error(HistoryErrorKind::UnknownCall))?;
    if items
        .iter()
        .any(|item| item.answered_call_id() == Some(call_id))
    {
        return Err(error(HistoryErrorKind::HasOutput));
    }
    match call {
        Item::FunctionCall(call) => Ok(call.output(output).into()),
        Item::CustomToolCall(call) => Ok(call.output(output).into()),
        _ => Err(error(HistoryErrorKind::OtherKind)),
    }
}
