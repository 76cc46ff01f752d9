//! [`Item`]: the items of a conversation. Input and output share one set of types.
//!
//! The specification defines most items twice: as output of the model and as input of the caller.
//! This crate has one type for both, so the output of a response can be sent in the next request
//! without a conversion. That includes items of unknown kinds.
//!
//! Content parts are in [`crate::content`], annotations in [`crate::annotation`].

mod access;
mod agent;
mod apply_patch;
mod call_id;
mod code_interpreter;
mod compaction;
mod computer;
mod custom_tool;
mod file_search;
mod function_call;
mod image_generation;
mod input;
mod local_shell;
mod mcp;
mod message;
mod metadata;
mod openrouter;
mod program;
mod reasoning;
mod shell;
mod status;
mod tool_output;
mod tool_search;
mod web_search;

#[cfg(test)]
mod tests;

pub use agent::{
    AdditionalTools, AgentMessage, AgentName, ConfigurationUpdate, ConfigurationUpdateReasoning,
    ItemReference,
};
pub use apply_patch::{
    ApplyPatchCall, ApplyPatchCallOutput, CreateFileOperation, DeleteFileOperation, PatchOperation,
    UpdateFileOperation,
};
pub use code_interpreter::{
    CodeInterpreterCall, CodeOutput, CodeOutputFile, CodeOutputImage, CodeOutputLogs,
};
pub use compaction::{Compaction, CompactionTrigger, ContextCompaction};
pub use computer::{
    ComputerAction, ComputerCall, ComputerCallOutput, ComputerClick, ComputerDrag,
    ComputerKeypress, ComputerPoint, ComputerScroll, ComputerSignal, ComputerType, MouseButton,
    SafetyCheck,
};
pub use custom_tool::{CustomToolCall, CustomToolCallOutput};
pub use file_search::{AttributeValue, FileSearchCall, FileSearchResult};
pub use function_call::{
    Caller, DirectCaller, FunctionCall, FunctionCallOutput, ProgramCaller, SubagentItem,
};
pub use image_generation::{
    ImageGenerationCall, ImageGenerationError, ImageModerationDetails, ModerationStage, SvgUsage,
};
pub use input::Input;
pub use local_shell::{ExecAction, LocalShellAction, LocalShellCall, LocalShellCallOutput};
pub use mcp::{
    McpApprovalRequest, McpApprovalResponse, McpCall, McpError, McpErrorObject, McpHttpError,
    McpListTools, McpProtocolError, McpToolDescription, McpToolExecutionError,
};
pub use message::{Message, MessageContent, Phase, Role};
pub use metadata::ItemMetadata;
pub use openrouter::*;
pub use program::{Program, ProgramOutput};
pub use reasoning::{ReasoningFormat, ReasoningItem, SummaryPart};
pub use shell::{
    ContainerFileRef, ExitOutcome, ShellAction, ShellCall, ShellCallOutput, ShellOutcome,
    ShellOutputContent, TimeoutOutcome,
};
pub use status::ItemStatus;
pub use tool_output::ToolOutput;
pub use tool_search::{ToolSearchCall, ToolSearchOutput};
pub use web_search::{
    ApiSource, FindInPageAction, OpenPageAction, SearchAction, UrlSource, WebSearchAction,
    WebSearchCall, WebSearchSource, XSearchCall,
};

pub use crate::content::SummaryText;
pub use crate::tool::ToolSearchExecution;
use crate::{Unknown, Wire};

/// Item of a conversation, in the input of a request or the output of a response.
///
/// Use it to read the output of a response and to build the input of the next request. An item
/// without a `type` is a [`Message`], as in the API. An item of an unknown kind is
/// [`Item::Unknown`] and is encoded unchanged.
///
/// ```
/// use orouter_wire::{Item, Message};
///
/// let item: Item = orouter_wire::from_str(r#"{"role":"user","content":"hi"}"#).unwrap();
/// assert_eq!(item.as_message().map(Message::text).as_deref(), Some("hi"));
///
/// let item: Item = orouter_wire::from_str(r#"{"type":"hologram","id":"h1"}"#).unwrap();
/// assert_eq!((item.kind(), item.id()), ("hologram", None));
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Item {
    /// Message of the user, the system, the developer or the model.
    #[wire("message", default)]
    Message(Message),
    /// Reasoning of the model.
    #[wire("reasoning")]
    Reasoning(ReasoningItem),
    /// Request of the model to run a function.
    #[wire("function_call")]
    FunctionCall(FunctionCall),
    /// Output of a function.
    #[wire("function_call_output")]
    FunctionCallOutput(FunctionCallOutput),
    /// Request of the model to run a custom tool.
    #[wire("custom_tool_call")]
    CustomToolCall(CustomToolCall),
    /// Output of a custom tool.
    #[wire("custom_tool_call_output")]
    CustomToolCallOutput(CustomToolCallOutput),
    /// Web search that the provider ran.
    #[wire("web_search_call")]
    WebSearchCall(WebSearchCall),
    /// Search on X that the provider ran. Not in the specification; sent by xAI.
    #[wire("x_search_call")]
    XSearchCall(XSearchCall),
    /// File search that the provider ran.
    #[wire("file_search_call")]
    FileSearchCall(FileSearchCall),
    /// Image that the provider generated.
    #[wire("image_generation_call")]
    ImageGenerationCall(Box<ImageGenerationCall>),
    /// Code that the provider ran in a container.
    #[wire("code_interpreter_call")]
    CodeInterpreterCall(CodeInterpreterCall),
    /// Request of the model to act on a computer.
    #[wire("computer_call")]
    ComputerCall(ComputerCall),
    /// Screenshot of a computer after an action.
    #[wire("computer_call_output")]
    ComputerCallOutput(ComputerCallOutput),
    /// Request of the model to run one command (older shell tool).
    #[wire("local_shell_call")]
    LocalShellCall(LocalShellCall),
    /// Output of one command (older shell tool).
    #[wire("local_shell_call_output")]
    LocalShellCallOutput(LocalShellCallOutput),
    /// Request of the model to run commands in a shell.
    #[wire("shell_call")]
    ShellCall(Box<ShellCall>),
    /// Output of commands in a shell.
    #[wire("shell_call_output")]
    ShellCallOutput(Box<ShellCallOutput>),
    /// Request of the model to create, change or delete a file.
    #[wire("apply_patch_call")]
    ApplyPatchCall(ApplyPatchCall),
    /// Result of creating, changing or deleting a file.
    #[wire("apply_patch_call_output")]
    ApplyPatchCallOutput(ApplyPatchCallOutput),
    /// List of the tools of an MCP server.
    #[wire("mcp_list_tools")]
    McpListTools(McpListTools),
    /// Request of the provider to approve a call of an MCP tool.
    #[wire("mcp_approval_request")]
    McpApprovalRequest(McpApprovalRequest),
    /// Approval or rejection of a call of an MCP tool.
    #[wire("mcp_approval_response")]
    McpApprovalResponse(McpApprovalResponse),
    /// Call of an MCP tool that the provider made.
    #[wire("mcp_call")]
    McpCall(McpCall),
    /// Search of the model for deferred tools.
    #[wire("tool_search_call")]
    ToolSearchCall(ToolSearchCall),
    /// Result of a search for deferred tools.
    #[wire("tool_search_output")]
    ToolSearchOutput(ToolSearchOutput),
    /// Tools that are available from this point of the conversation on.
    #[wire("additional_tools")]
    AdditionalTools(AdditionalTools),
    /// Program of the model that calls tools. Not in the specification; sent by OpenAI.
    #[wire("program")]
    Program(Program),
    /// Output of a program of the model. Not in the specification; sent by OpenAI.
    #[wire("program_output")]
    ProgramOutput(ProgramOutput),
    /// Compacted conversation in encrypted form.
    #[wire("compaction")]
    Compaction(Compaction),
    /// Request to the provider to compact the conversation. Not in the specification; sent by
    /// OpenAI's tools.
    #[wire("compaction_trigger")]
    CompactionTrigger(CompactionTrigger),
    /// Compaction of the context that the provider started.
    #[wire("context_compaction")]
    ContextCompaction(ContextCompaction),
    /// Reference to an item of an earlier response.
    #[wire("item_reference")]
    ItemReference(ItemReference),
    /// Message from one agent to another.
    #[wire("agent_message")]
    AgentMessage(AgentMessage),
    /// Change of the configuration from this point of the conversation on.
    #[wire("configuration_update")]
    ConfigurationUpdate(ConfigurationUpdate),
    /// Call of OpenRouter's date and time tool.
    #[wire("openrouter:datetime")]
    OpenRouterDatetime(OpenRouterDatetime),
    /// Call of OpenRouter's web search.
    #[wire("openrouter:web_search")]
    OpenRouterWebSearch(OpenRouterWebSearch),
    /// Call of OpenRouter's web fetch.
    #[wire("openrouter:web_fetch")]
    OpenRouterWebFetch(Box<OpenRouterWebFetch>),
    /// Call of OpenRouter's code interpreter.
    #[wire("openrouter:code_interpreter")]
    OpenRouterCodeInterpreter(OpenRouterCodeInterpreter),
    /// Call of OpenRouter's file search.
    #[wire("openrouter:file_search")]
    OpenRouterFileSearch(OpenRouterFileSearch),
    /// Call of OpenRouter's file store.
    #[wire("openrouter:files")]
    OpenRouterFiles(Box<OpenRouterFiles>),
    /// Call of OpenRouter's image generation.
    #[wire("openrouter:image_generation")]
    OpenRouterImageGeneration(Box<OpenRouterImageGeneration>),
    /// Call of OpenRouter's browser.
    #[wire("openrouter:browser_use")]
    OpenRouterBrowserUse(OpenRouterBrowserUse),
    /// Call of OpenRouter's bash.
    #[wire("openrouter:bash")]
    OpenRouterBash(Box<OpenRouterBash>),
    /// Call of OpenRouter's shell.
    #[wire("openrouter:shell")]
    OpenRouterShell(Box<OpenRouterShell>),
    /// Call of OpenRouter's text editor.
    #[wire("openrouter:text_editor")]
    OpenRouterTextEditor(OpenRouterTextEditor),
    /// Call of OpenRouter's patch tool.
    #[wire("openrouter:apply_patch")]
    OpenRouterApplyPatch(OpenRouterApplyPatch),
    /// Call of OpenRouter's tool search.
    #[wire("openrouter:tool_search")]
    OpenRouterToolSearch(OpenRouterToolSearch),
    /// Call of OpenRouter's memory.
    #[wire("openrouter:memory")]
    OpenRouterMemory(OpenRouterMemory),
    /// Call of an MCP tool through OpenRouter.
    #[wire("openrouter:mcp")]
    OpenRouterMcp(OpenRouterMcp),
    /// Search of OpenRouter's model catalogue.
    #[wire("openrouter:experimental__search_models")]
    OpenRouterSearchModels(OpenRouterSearchModels),
    /// Run of a panel of models and a comparison of their responses.
    #[wire("openrouter:fusion")]
    OpenRouterFusion(Box<OpenRouterFusion>),
    /// Call of an advisor model.
    #[wire("openrouter:advisor")]
    OpenRouterAdvisor(Box<OpenRouterAdvisor>),
    /// Call of a subagent.
    #[wire("openrouter:subagent")]
    OpenRouterSubagent(Box<OpenRouterSubagent>),
    /// Tool call that the Armor plugin withheld.
    #[wire("openrouter:armor_blocked")]
    OpenRouterArmorBlocked(Box<OpenRouterArmorBlocked>),
    /// An item of an unknown kind, or JSON that is not an object. Kept as received.
    Unknown(Unknown),
}
