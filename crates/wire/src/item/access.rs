//! Accessors that work on items of every kind, and conversions to one kind.

use super::{
    CustomToolCall, FunctionCall, FunctionCallOutput, Item, ItemStatus, Message, ReasoningItem,
};

/// Matches all variants that have the member.
macro_rules! each {
    ($self:expr, $item:ident => $value:expr, else $other:expr) => {
        match $self {
            Item::Message($item) => $value,
            Item::Reasoning($item) => $value,
            Item::FunctionCall($item) => $value,
            Item::FunctionCallOutput($item) => $value,
            Item::CustomToolCall($item) => $value,
            Item::CustomToolCallOutput($item) => $value,
            Item::WebSearchCall($item) => $value,
            Item::XSearchCall($item) => $value,
            Item::FileSearchCall($item) => $value,
            Item::ImageGenerationCall($item) => $value,
            Item::CodeInterpreterCall($item) => $value,
            Item::ComputerCall($item) => $value,
            Item::ComputerCallOutput($item) => $value,
            Item::LocalShellCall($item) => $value,
            Item::LocalShellCallOutput($item) => $value,
            Item::ShellCall($item) => $value,
            Item::ShellCallOutput($item) => $value,
            Item::ApplyPatchCall($item) => $value,
            Item::ApplyPatchCallOutput($item) => $value,
            Item::McpCall($item) => $value,
            Item::ToolSearchCall($item) => $value,
            Item::ToolSearchOutput($item) => $value,
            Item::Program($item) => $value,
            Item::ProgramOutput($item) => $value,
            Item::OpenRouterDatetime($item) => $value,
            Item::OpenRouterWebSearch($item) => $value,
            Item::OpenRouterWebFetch($item) => $value,
            Item::OpenRouterCodeInterpreter($item) => $value,
            Item::OpenRouterFileSearch($item) => $value,
            Item::OpenRouterFiles($item) => $value,
            Item::OpenRouterImageGeneration($item) => $value,
            Item::OpenRouterBrowserUse($item) => $value,
            Item::OpenRouterBash($item) => $value,
            Item::OpenRouterShell($item) => $value,
            Item::OpenRouterTextEditor($item) => $value,
            Item::OpenRouterApplyPatch($item) => $value,
            Item::OpenRouterToolSearch($item) => $value,
            Item::OpenRouterMemory($item) => $value,
            Item::OpenRouterMcp($item) => $value,
            Item::OpenRouterSearchModels($item) => $value,
            Item::OpenRouterFusion($item) => $value,
            Item::OpenRouterAdvisor($item) => $value,
            Item::OpenRouterSubagent($item) => $value,
            Item::OpenRouterArmorBlocked($item) => $value,
            _ => $other,
        }
    };
}

impl Item {
    /// Returns the id of the item, or `None` if it has none.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::McpListTools(item) => item.id.as_deref(),
            Self::McpApprovalRequest(item) => item.id.as_deref(),
            Self::McpApprovalResponse(item) => item.id.as_deref(),
            Self::AdditionalTools(item) => item.id.as_deref(),
            Self::Compaction(item) => item.id.as_deref(),
            Self::CompactionTrigger(item) => item.id.as_deref(),
            Self::ContextCompaction(item) => item.id.as_deref(),
            Self::ItemReference(item) => Some(&item.id),
            Self::AgentMessage(item) => item.id.as_deref(),
            Self::ConfigurationUpdate(item) => item.id.as_deref(),
            other => each!(other, item => item.id.as_deref(), else None),
        }
    }

    /// Sets the id of the item. An item of an unknown kind is not changed.
    pub fn set_id(&mut self, id: impl Into<String>) {
        let id = id.into();
        match self {
            Self::McpListTools(item) => item.id = Some(id),
            Self::McpApprovalRequest(item) => item.id = Some(id),
            Self::McpApprovalResponse(item) => item.id = Some(id),
            Self::AdditionalTools(item) => item.id = Some(id),
            Self::Compaction(item) => item.id = Some(id),
            Self::CompactionTrigger(item) => item.id = Some(id),
            Self::ContextCompaction(item) => item.id = Some(id),
            Self::ItemReference(item) => item.id = id,
            Self::AgentMessage(item) => item.id = Some(id),
            Self::ConfigurationUpdate(item) => item.id = Some(id),
            other => each!(other, item => item.id = Some(id), else {}),
        }
    }

    /// Returns the status of the item, or `None` if it has none.
    pub fn status(&self) -> Option<&ItemStatus> {
        each!(self, item => item.status.as_ref(), else None)
    }

    /// Sets the status of the item. Kinds without a status are not changed.
    pub fn set_status(&mut self, status: ItemStatus) {
        each!(self, item => item.status = Some(status), else {});
    }

    /// Returns the message, or `None` for other kinds.
    pub fn as_message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            _ => None,
        }
    }

    /// Returns the reasoning item, or `None` for other kinds.
    pub fn as_reasoning(&self) -> Option<&ReasoningItem> {
        match self {
            Self::Reasoning(reasoning) => Some(reasoning),
            _ => None,
        }
    }

    /// Returns the function call, or `None` for other kinds.
    pub fn as_function_call(&self) -> Option<&FunctionCall> {
        match self {
            Self::FunctionCall(call) => Some(call),
            _ => None,
        }
    }

    /// Returns the function call output, or `None` for other kinds.
    pub fn as_function_call_output(&self) -> Option<&FunctionCallOutput> {
        match self {
            Self::FunctionCallOutput(output) => Some(output),
            _ => None,
        }
    }

    /// Returns the custom tool call, or `None` for other kinds.
    pub fn as_custom_tool_call(&self) -> Option<&CustomToolCall> {
        match self {
            Self::CustomToolCall(call) => Some(call),
            _ => None,
        }
    }
}
