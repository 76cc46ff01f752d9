//! Items of MCP servers: tool lists, approvals and calls.

use crate::item::ItemStatus;
use crate::{Extra, Raw, Unknown, Wire};

/// List of the tools of an MCP server.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_list_tools")]
pub struct McpListTools {
    /// Id of the item, such as `mcpl_01`.
    pub id: Option<String>,
    /// Label of the server, as in the request's tool.
    pub server_label: String,
    /// Tools of the server.
    pub tools: Vec<McpToolDescription>,
    /// Error, if the tools could not be listed.
    pub error: Option<McpError>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Description of one tool of an MCP server.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolDescription {
    /// Name of the tool.
    pub name: String,
    /// Description of the tool.
    pub description: Option<String>,
    /// JSON Schema of the tool's arguments.
    pub input_schema: Option<Raw>,
    /// Annotations of the server, such as that the tool only reads.
    pub annotations: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Request of the provider to approve a call of an MCP tool. The caller returns an
/// [`McpApprovalResponse`].
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_approval_request")]
pub struct McpApprovalRequest {
    /// Id of the item, such as `mcpr_01`. The approval refers to it.
    pub id: Option<String>,
    /// Label of the server, as in the request's tool.
    pub server_label: String,
    /// Name of the tool.
    pub name: String,
    /// Arguments: JSON text in a string.
    pub arguments: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Approval or rejection of a call of an MCP tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_approval_response")]
pub struct McpApprovalResponse {
    /// Id of the item.
    pub id: Option<String>,
    /// Id of the [`McpApprovalRequest`].
    pub approval_request_id: String,
    /// `true` to approve the call.
    pub approve: bool,
    /// Reason for the decision.
    pub reason: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl McpApprovalResponse {
    /// Creates the decision on the request with this id.
    pub fn new(approval_request_id: impl Into<String>, approve: bool) -> Self {
        Self {
            approval_request_id: approval_request_id.into(),
            approve,
            ..Self::default()
        }
    }
}

/// Call of an MCP tool that the provider made.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "mcp_call")]
pub struct McpCall {
    /// Id of the item, such as `mcp_01`.
    pub id: Option<String>,
    /// Status of the call. Not in the specification.
    pub status: Option<ItemStatus>,
    /// Id of the item that requested approval. Not in the specification.
    pub approval_request_id: Option<String>,
    /// Label of the server, as in the request's tool.
    pub server_label: String,
    /// Name of the tool.
    pub name: String,
    /// Arguments: JSON text in a string.
    pub arguments: String,
    /// Output of the tool.
    pub output: Option<String>,
    /// Error of the call.
    pub error: Option<McpError>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Error of an MCP server: a message or an object.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum McpError {
    /// Message.
    #[wire(string)]
    Text(String),
    /// Object.
    #[wire(object)]
    Object(Box<McpErrorObject>),
    /// Any other JSON, kept as received.
    Unknown(Unknown),
}

/// Error of an MCP server, by its cause.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum McpErrorObject {
    /// Protocol error of the server.
    #[wire("mcp_protocol_error")]
    Protocol(McpProtocolError),
    /// Failure of the tool.
    #[wire("mcp_tool_execution_error")]
    ToolExecution(McpToolExecutionError),
    /// Failure of the HTTP request to the server.
    #[wire("http_error")]
    Http(McpHttpError),
    /// A failure unknown to this version.
    Unknown(Unknown),
}

/// Protocol error of an MCP server.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpProtocolError {
    /// Error code of the protocol.
    pub code: i64,
    /// Description of the error as text.
    pub message: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Failure of an MCP tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolExecutionError {
    /// Content that the tool returned; the form depends on the tool.
    pub content: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Failure of the HTTP request to an MCP server.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpHttpError {
    /// HTTP status.
    pub code: i64,
    /// Description of the error as text.
    pub message: String,
    /// Members without a typed field.
    pub extra: Extra,
}
