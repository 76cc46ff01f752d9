//! The ids by which calls and their outputs refer to each other.

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

    /// Returns the id of a call that is answered outside the service: of a function, a custom tool, a
    /// computer, a shell, a patch, or a search for tools that the caller runs. `None` for other items.
    ///
    /// The service runs some shells itself; the output is then among the items of the response. Requests
    /// for an approval of an MCP call are answered, too, but with a decision instead of an output.
    #[must_use]
    pub fn client_call_id(&self) -> Option<&str> {
        match self {
            Self::FunctionCall(_)
            | Self::CustomToolCall(_)
            | Self::ComputerCall(_)
            | Self::LocalShellCall(_)
            | Self::ShellCall(_)
            | Self::ApplyPatchCall(_)
            // Has no id if the service runs the search.
            | Self::ToolSearchCall(_) => self.call_id(),
            _ => None,
        }
    }

    /// Returns the id of the [call](Self::client_call_id) that an output belongs to. `None` for other
    /// items.
    #[must_use]
    pub fn answered_call_id(&self) -> Option<&str> {
        match self {
            // In the specification the item's own id is that of the call.
            Self::LocalShellCallOutput(output) => self.call_id().or(output.id.as_deref()),
            Self::FunctionCallOutput(_)
            | Self::CustomToolCallOutput(_)
            | Self::ComputerCallOutput(_)
            | Self::ShellCallOutput(_)
            | Self::ApplyPatchCallOutput(_)
            | Self::ToolSearchOutput(_) => self.call_id(),
            _ => None,
        }
    }
}
