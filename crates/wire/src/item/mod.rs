//! [`Item`]: everything a conversation is made of, in one vocabulary for input and output.
//!
//! The specification describes most items twice, once as something a model returns and once as
//! something a caller sends back. Here they are one type each, so that what came out of one
//! response goes into the next request as it is, the unknown ones too.
//!
//! The parts inside a message live in [`crate::content`], annotations in [`crate::annotation`].

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
mod openrouter;
mod program;
mod reasoning;
mod shell;
mod status;
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
    Caller, DirectCaller, FunctionCall, FunctionCallOutput, ProgramCaller, SubagentItem, ToolOutput,
};
pub use image_generation::ImageGenerationCall;
pub use input::Input;
pub use local_shell::{ExecAction, LocalShellAction, LocalShellCall, LocalShellCallOutput};
pub use mcp::{
    McpApprovalRequest, McpApprovalResponse, McpCall, McpError, McpErrorObject, McpHttpError,
    McpListTools, McpProtocolError, McpToolDescription, McpToolExecutionError,
};
pub use message::{Message, MessageContent, Phase, Role};
pub use openrouter::*;
pub use program::{Program, ProgramOutput};
pub use reasoning::{ReasoningFormat, ReasoningItem, SummaryPart, SummaryText};
pub use shell::{
    ContainerFileRef, ExitOutcome, ShellAction, ShellCall, ShellCallOutput, ShellOutcome,
    ShellOutputContent, TimeoutOutcome,
};
pub use status::ItemStatus;
pub use tool_search::{ToolSearchCall, ToolSearchExecution, ToolSearchOutput};
pub use web_search::{
    ApiSource, FindInPageAction, OpenPageAction, SearchAction, UrlSource, WebSearchAction,
    WebSearchCall, WebSearchSource, XSearchCall,
};

use crate::{Unknown, Wire};

/// One item of a conversation, going in or coming out.
///
/// Stands for `OutputItems` (33 kinds), the members of `Inputs` and `BaseInputs` (52 shapes)
/// and a few kinds that services send without the specification naming them. An item without a
/// `type` is a [`Message`], as the API reads it; a kind that this version does not know is
/// [`Item::Unknown`] and travels on unchanged.
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
    /// A message of the user, the system, the developer or the model.
    #[wire("message", default)]
    Message(Message),
    /// What the model thought before it answered.
    #[wire("reasoning")]
    Reasoning(ReasoningItem),
    /// The model asks the caller to run a function.
    #[wire("function_call")]
    FunctionCall(FunctionCall),
    /// What the function gave back.
    #[wire("function_call_output")]
    FunctionCallOutput(FunctionCallOutput),
    /// The model asks the caller to run a tool that takes free text.
    #[wire("custom_tool_call")]
    CustomToolCall(CustomToolCall),
    /// What the custom tool gave back.
    #[wire("custom_tool_call_output")]
    CustomToolCallOutput(CustomToolCallOutput),
    /// A web search that the provider ran.
    #[wire("web_search_call")]
    WebSearchCall(WebSearchCall),
    /// A search of X that the provider ran. Not in the specification; xAI sends it.
    #[wire("x_search_call")]
    XSearchCall(XSearchCall),
    /// A search of vector stores that the provider ran.
    #[wire("file_search_call")]
    FileSearchCall(FileSearchCall),
    /// An image that the provider made.
    #[wire("image_generation_call")]
    ImageGenerationCall(Box<ImageGenerationCall>),
    /// Code that the provider ran in its sandbox.
    #[wire("code_interpreter_call")]
    CodeInterpreterCall(CodeInterpreterCall),
    /// The model asks the caller to act on a computer.
    #[wire("computer_call")]
    ComputerCall(ComputerCall),
    /// What the computer's screen shows after that.
    #[wire("computer_call_output")]
    ComputerCallOutput(ComputerCallOutput),
    /// The model asks the caller to run one command (the older shell tool).
    #[wire("local_shell_call")]
    LocalShellCall(LocalShellCall),
    /// What that command printed.
    #[wire("local_shell_call_output")]
    LocalShellCallOutput(LocalShellCallOutput),
    /// The model asks for commands to be run in a shell.
    #[wire("shell_call")]
    ShellCall(Box<ShellCall>),
    /// What those commands printed and how they ended.
    #[wire("shell_call_output")]
    ShellCallOutput(Box<ShellCallOutput>),
    /// The model asks for a file to be created, changed or deleted.
    #[wire("apply_patch_call")]
    ApplyPatchCall(ApplyPatchCall),
    /// Whether that worked.
    #[wire("apply_patch_call_output")]
    ApplyPatchCallOutput(ApplyPatchCallOutput),
    /// The tools that an MCP server offers.
    #[wire("mcp_list_tools")]
    McpListTools(McpListTools),
    /// The provider asks whether an MCP tool may be called.
    #[wire("mcp_approval_request")]
    McpApprovalRequest(McpApprovalRequest),
    /// The caller's answer to that.
    #[wire("mcp_approval_response")]
    McpApprovalResponse(McpApprovalResponse),
    /// A call of an MCP tool that the provider made.
    #[wire("mcp_call")]
    McpCall(McpCall),
    /// The model searches for tools that were not loaded at first.
    #[wire("tool_search_call")]
    ToolSearchCall(ToolSearchCall),
    /// The tools that were found.
    #[wire("tool_search_output")]
    ToolSearchOutput(ToolSearchOutput),
    /// Tools that become available from here on.
    #[wire("additional_tools")]
    AdditionalTools(AdditionalTools),
    /// A program of the model that calls tools. Not in the specification; OpenAI sends it.
    #[wire("program")]
    Program(Program),
    /// What that program printed. Not in the specification; OpenAI sends it.
    #[wire("program_output")]
    ProgramOutput(ProgramOutput),
    /// A conversation so far, made shorter, in a form only the provider reads.
    #[wire("compaction")]
    Compaction(Compaction),
    /// Asks the provider to compact here. Not in the specification; OpenAI's own tools send it.
    #[wire("compaction_trigger")]
    CompactionTrigger(CompactionTrigger),
    /// A compaction of the context that the provider made on its own.
    #[wire("context_compaction")]
    ContextCompaction(ContextCompaction),
    /// Points to an item of an earlier response by its id.
    #[wire("item_reference")]
    ItemReference(ItemReference),
    /// A message from one agent to another.
    #[wire("agent_message")]
    AgentMessage(AgentMessage),
    /// Changes the configuration from here on.
    #[wire("configuration_update")]
    ConfigurationUpdate(ConfigurationUpdate),
    /// OpenRouter's clock.
    #[wire("openrouter:datetime")]
    OpenRouterDatetime(OpenRouterDatetime),
    /// OpenRouter's web search.
    #[wire("openrouter:web_search")]
    OpenRouterWebSearch(OpenRouterWebSearch),
    /// OpenRouter's page fetcher.
    #[wire("openrouter:web_fetch")]
    OpenRouterWebFetch(Box<OpenRouterWebFetch>),
    /// OpenRouter's code interpreter.
    #[wire("openrouter:code_interpreter")]
    OpenRouterCodeInterpreter(OpenRouterCodeInterpreter),
    /// OpenRouter's file search.
    #[wire("openrouter:file_search")]
    OpenRouterFileSearch(OpenRouterFileSearch),
    /// OpenRouter's file store.
    #[wire("openrouter:files")]
    OpenRouterFiles(Box<OpenRouterFiles>),
    /// OpenRouter's image generation.
    #[wire("openrouter:image_generation")]
    OpenRouterImageGeneration(Box<OpenRouterImageGeneration>),
    /// OpenRouter's browser.
    #[wire("openrouter:browser_use")]
    OpenRouterBrowserUse(OpenRouterBrowserUse),
    /// OpenRouter's bash.
    #[wire("openrouter:bash")]
    OpenRouterBash(Box<OpenRouterBash>),
    /// OpenRouter's shell.
    #[wire("openrouter:shell")]
    OpenRouterShell(Box<OpenRouterShell>),
    /// OpenRouter's text editor.
    #[wire("openrouter:text_editor")]
    OpenRouterTextEditor(OpenRouterTextEditor),
    /// OpenRouter's patch tool.
    #[wire("openrouter:apply_patch")]
    OpenRouterApplyPatch(OpenRouterApplyPatch),
    /// OpenRouter's tool search.
    #[wire("openrouter:tool_search")]
    OpenRouterToolSearch(OpenRouterToolSearch),
    /// OpenRouter's memory.
    #[wire("openrouter:memory")]
    OpenRouterMemory(OpenRouterMemory),
    /// A call of an MCP tool through OpenRouter.
    #[wire("openrouter:mcp")]
    OpenRouterMcp(OpenRouterMcp),
    /// OpenRouter's model catalogue search.
    #[wire("openrouter:experimental__search_models")]
    OpenRouterSearchModels(OpenRouterSearchModels),
    /// Several models asked at once and their answers compared.
    #[wire("openrouter:fusion")]
    OpenRouterFusion(Box<OpenRouterFusion>),
    /// A second model asked for advice.
    #[wire("openrouter:advisor")]
    OpenRouterAdvisor(Box<OpenRouterAdvisor>),
    /// A task given to another agent.
    #[wire("openrouter:subagent")]
    OpenRouterSubagent(Box<OpenRouterSubagent>),
    /// A tool call that the Armor plugin held back.
    #[wire("openrouter:armor_blocked")]
    OpenRouterArmorBlocked(Box<OpenRouterArmorBlocked>),
    /// A kind that this version does not know, or not an object at all; kept as it came.
    Unknown(Unknown),
}
