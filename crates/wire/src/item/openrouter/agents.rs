//! OpenRouter's tools that ask somebody else: advisors, subagents, MCP servers; and the calls
//! that its Armor held back.

use crate::item::ItemStatus;
use crate::{Extra, Wire};

/// A second model asked for advice. Stands for `OutputAdvisorServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:advisor")]
pub struct OpenRouterAdvisor {
    /// The item's id.
    pub id: Option<String>,
    /// How far the advice is.
    pub status: Option<ItemStatus>,
    /// The advisor, where the request has several.
    pub instance_name: Option<String>,
    /// The model that was asked.
    pub model: Option<String>,
    /// What it was asked.
    pub prompt: Option<String>,
    /// What it said.
    pub advice: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A task given to another agent. Stands for `OutputSubagentServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:subagent")]
pub struct OpenRouterSubagent {
    /// The item's id.
    pub id: Option<String>,
    /// How far the task is.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: Option<String>,
    /// The agent's name.
    pub name: Option<String>,
    /// The agent, where the request has several.
    pub instance_name: Option<String>,
    /// The model that it is.
    pub model: Option<String>,
    /// The task's name.
    pub task_name: Option<String>,
    /// The task.
    pub task_description: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A call of an MCP tool through OpenRouter. Stands for `OutputMcpServerToolItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:mcp")]
pub struct OpenRouterMcp {
    /// The item's id.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// The server, as the request's tool calls it.
    #[wire(rename = "serverLabel")]
    pub server_label: Option<String>,
    /// The tool's name.
    #[wire(rename = "toolName")]
    pub tool_name: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A tool call that the Armor plugin held back. Stands for `OutputArmorBlockedItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "openrouter:armor_blocked")]
pub struct OpenRouterArmorBlocked {
    /// The item's id.
    pub id: Option<String>,
    /// Always completed.
    pub status: Option<ItemStatus>,
    /// The call's id.
    pub call_id: String,
    /// The tool's name.
    pub name: String,
    /// The namespace that the tool belongs to.
    pub namespace: Option<String>,
    /// The tool's arguments, JSON in a string.
    pub arguments: String,
    /// The rule that the call is against.
    pub reason: String,
    /// Why, in words.
    pub explanation: String,
    /// Members that no field takes.
    pub extra: Extra,
}
