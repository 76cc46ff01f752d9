//! Tools of MCP servers: their list, the approval of a call, the call itself.

use crate::item::ItemStatus;
use crate::{Extra, Raw, Unknown, Wire};

/// The tools that an MCP server offers. Stands for `McpListToolsItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_list_tools")]
pub struct McpListTools {
    /// The item's id, such as `mcpl_01`.
    pub id: Option<String>,
    /// The server, as the request's tool calls it.
    pub server_label: String,
    /// Its tools.
    pub tools: Vec<McpToolDescription>,
    /// Why they could not be listed.
    pub error: Option<McpError>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A tool of an MCP server.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolDescription {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// What it takes: a JSON Schema.
    pub input_schema: Option<Raw>,
    /// What the server says about it besides, such as that it only reads.
    pub annotations: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The provider asks whether an MCP tool may be called. Stands for `McpApprovalRequestItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_approval_request")]
pub struct McpApprovalRequest {
    /// The item's id, such as `mcpr_01`; the answer names it.
    pub id: Option<String>,
    /// The server, as the request's tool calls it.
    pub server_label: String,
    /// The tool's name.
    pub name: String,
    /// The tool's arguments, JSON in a string.
    pub arguments: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Whether an MCP tool may be called. Stands for `McpApprovalResponseItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_approval_response")]
pub struct McpApprovalResponse {
    /// The item's id.
    pub id: Option<String>,
    /// The item that asked.
    pub approval_request_id: String,
    /// Whether the tool may be called.
    pub approve: bool,
    /// Why.
    pub reason: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl McpApprovalResponse {
    /// The answer to the item with this id.
    pub fn new(approval_request_id: impl Into<String>, approve: bool) -> Self {
        Self {
            approval_request_id: approval_request_id.into(),
            approve,
            ..Self::default()
        }
    }
}

/// A call of an MCP tool that the provider made. Stands for `McpCallItem`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_call")]
pub struct McpCall {
    /// The item's id, such as `mcp_01`.
    pub id: Option<String>,
    /// How far the call is. Not in the specification.
    pub status: Option<ItemStatus>,
    /// The item by which the call was approved. Not in the specification.
    pub approval_request_id: Option<String>,
    /// The server, as the request's tool calls it.
    pub server_label: String,
    /// The tool's name.
    pub name: String,
    /// The tool's arguments, JSON in a string.
    pub arguments: String,
    /// What came back.
    pub output: Option<String>,
    /// Why nothing came back.
    pub error: Option<McpError>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Why an MCP server failed: words or an object. Stands for `McpToolCallError`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum McpError {
    /// Words.
    #[wire(string)]
    Text(String),
    /// An object.
    #[wire(object)]
    Object(Box<McpErrorObject>),
    /// Something else, kept as it came.
    Unknown(Unknown),
}

/// Why an MCP server failed.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum McpErrorObject {
    /// The server spoke MCP wrongly.
    #[wire("mcp_protocol_error")]
    Protocol(McpProtocolError),
    /// The tool failed.
    #[wire("mcp_tool_execution_error")]
    ToolExecution(McpToolExecutionError),
    /// The server could not be reached.
    #[wire("http_error")]
    Http(McpHttpError),
    /// A failure that this version does not know.
    Unknown(Unknown),
}

/// An MCP server spoke MCP wrongly. Stands for `McpProtocolError`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpProtocolError {
    /// The protocol's own code.
    pub code: i64,
    /// What went wrong, in words.
    pub message: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An MCP tool failed. Stands for `McpToolExecutionError`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolExecutionError {
    /// What the tool said, in its own form.
    pub content: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An MCP server could not be reached. Stands for `McpHttpError`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpHttpError {
    /// The HTTP status that it answered with.
    pub code: i64,
    /// What went wrong, in words.
    pub message: String,
    /// Members that no field takes.
    pub extra: Extra,
}
