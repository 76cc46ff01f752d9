//! Calls of OpenRouter's advisors, subagents and MCP tools, and calls that its Armor plugin
//! withheld.

use crate::item::ItemStatus;
use crate::{Extra, Wire};

/// Call of an advisor model.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:advisor")]
pub struct OpenRouterAdvisor {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Name of the advisor, if the request has several. Send it back unchanged.
    pub instance_name: Option<String>,
    /// Model of the advisor.
    pub model: Option<String>,
    /// Prompt for the advisor.
    pub prompt: Option<String>,
    /// Advice of the advisor.
    pub advice: Option<String>,
    /// Error message, if the call failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Call of a subagent.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:subagent")]
pub struct OpenRouterSubagent {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the task.
    pub status: Option<ItemStatus>,
    /// Id of the call. Function calls of the subagent refer to it.
    pub call_id: Option<String>,
    /// Configured name of the subagent.
    pub name: Option<String>,
    /// Name of the subagent's instance, for all but the first subagent of the request.
    pub instance_name: Option<String>,
    /// Model of the subagent.
    pub model: Option<String>,
    /// Name of the task.
    pub task_name: Option<String>,
    /// Description of the task.
    pub task_description: Option<String>,
    /// Result of the task.
    pub outcome: Option<String>,
    /// Error message, if the task failed.
    pub error: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Call of an MCP tool through OpenRouter.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:mcp")]
pub struct OpenRouterMcp {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Label of the server, as in the request's tool.
    #[wire(rename = "serverLabel")]
    pub server_label: Option<String>,
    /// Name of the tool.
    #[wire(rename = "toolName")]
    pub tool_name: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Tool call that the Armor plugin withheld.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:armor_blocked")]
pub struct OpenRouterArmorBlocked {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the item. Always `completed`.
    pub status: Option<ItemStatus>,
    /// Id of the withheld call.
    pub call_id: String,
    /// Name of the tool.
    pub name: String,
    /// Namespace of the tool; `None` for a function without a namespace.
    pub namespace: Option<String>,
    /// Arguments: JSON text in a string.
    pub arguments: String,
    /// Error text that the model received in place of the call's output.
    pub reason: String,
    /// Rule that blocked the call.
    pub explanation: String,
    /// Members without a typed field.
    pub extra: Extra,
}
