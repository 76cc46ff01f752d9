//! [`Item::call_id`]: the id by which a call and its output refer to each other.

use super::Item;

impl Item {
    /// Returns the `call_id` of a call or of a call's output; `None` for other items and where the
    /// member is missing. It can be empty.
    #[must_use]
    pub fn call_id(&self) -> Option<&str> {
        let call_id = match self {
            Self::FunctionCall(item) => &item.call_id,
            Self::FunctionCallOutput(item) => &item.call_id,
            Self::CustomToolCall(item) => &item.call_id,
            Self::CustomToolCallOutput(item) => &item.call_id,
            Self::ComputerCall(item) => &item.call_id,
            Self::ComputerCallOutput(item) => &item.call_id,
            Self::LocalShellCall(item) => &item.call_id,
            Self::LocalShellCallOutput(item) => item.call_id.as_ref()?,
            Self::ShellCall(item) => &item.call_id,
            Self::ShellCallOutput(item) => &item.call_id,
            Self::ApplyPatchCall(item) => &item.call_id,
            Self::ApplyPatchCallOutput(item) => &item.call_id,
            Self::Program(item) => &item.call_id,
            Self::ProgramOutput(item) => &item.call_id,
            Self::ToolSearchCall(item) => item.call_id.as_ref()?,
            Self::ToolSearchOutput(item) => item.call_id.as_ref()?,
            Self::XSearchCall(item) => item.call_id.as_ref()?,
            _ => return None,
        };
        Some(call_id)
    }
}
