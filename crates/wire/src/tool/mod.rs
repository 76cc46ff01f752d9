//! The tools that a request offers to the model, one file per kind. What a tool gives back is an
//! item and lives there; which tool must be called is in `tool_choice`.

mod code_interpreter;
mod computer;
mod container;
mod file_search;
mod function;
mod image;
mod inner;
mod mcp;
mod openrouter;
mod shell;
mod tool_search;
mod web_search;

pub use code_interpreter::{
    CodeInterpreterContainer, CodeInterpreterContainerAuto, CodeInterpreterTool,
};
pub use computer::{ComputerEnvironment, ComputerTool};
pub use container::{
    AllowlistNetworkPolicy, ContainerMemory, DisabledNetworkPolicy, DomainSecret, InlineSkill,
    LocalSkill, NetworkPolicy, Skill, SkillReference, SkillSource,
};
pub use file_search::{
    FileSearchFilter, FileSearchFilterType, FileSearchFilterValue, FileSearchRanker,
    FileSearchRankingOptions, FileSearchTool, FilterScalar, HybridSearch,
};
pub use function::{
    CustomTool, CustomToolFormat, FreeTextFormat, FunctionTool, GrammarFormat, GrammarSyntax,
    NamespaceTool, ToolCaller,
};
pub use image::{
    ImageAction, ImageBackground, ImageGenerationTool, ImageInputFidelity, ImageInputMask,
    ImageModeration, ImageOutputFormat, ImageQuality,
};
pub use inner::{
    AdvisorParameters, FusionParameters, OpenRouterAdvisorTool, OpenRouterFusionTool,
    OpenRouterSubagentTool, SubagentParameters,
};
pub use mcp::{
    McpAllowedTools, McpApproval, McpApprovalFilter, McpApprovalRule, McpConnector, McpTool,
    McpToolFilter,
};
pub use openrouter::{
    ApplyPatchParameters, BashParameters, DatetimeParameters, FilesParameters,
    ImageGenerationParameters, InnerTool, OpenRouterApplyPatchTool, OpenRouterBashTool,
    OpenRouterDatetimeTool, OpenRouterFilesTool, OpenRouterImageGenerationTool,
    OpenRouterSearchModelsTool, OpenRouterShellTool, OpenRouterToolSearchTool,
    OpenRouterWebFetchTool, OpenRouterWebSearchTool, SearchModelsParameters, ServerToolEngine,
    ShellParameters, ToolSearchParameters, WebFetchEngine, WebFetchParameters, WebSearchParameters,
};
pub use shell::{
    ApplyPatchTool, BareTool, ContainerAuto, ContainerReference, LocalShellEnvironment, ShellTool,
    ShellToolEnvironment,
};
pub use tool_search::ToolSearchTool;
pub use web_search::{
    SearchContextSize, UserLocation, UserLocationType, WebSearchEngine, WebSearchFilters,
    WebSearchMode, WebSearchTool, XSearchOptions,
};

use crate::{Raw, Unknown, Wire};

/// A tool that the model may call. Spec: the items of `ResponsesRequest.tools`; a response, a tool
/// search and a namespace list the same.
///
/// Functions, custom tools and namespaces are run by the caller, MCP servers by themselves, the
/// rest by the provider, or, where the type starts with `openrouter:`, by OpenRouter. The larger kinds
/// are boxed, so that a list of functions does not take the room of the largest kind.
///
/// ```
/// use orouter_wire::{ResponsesRequest, Tool, WebSearchTool};
/// # use serde_json::json;
/// let weather = Tool::function("get_weather", json!({"type": "object", "properties": {}}))
///     .description("The weather, here and now.")
///     .strict(true);
/// let request = ResponsesRequest::new("openai/gpt-4o").tools([weather, Tool::web_search()]);
/// # assert_eq!(request.tools.len(), 2);
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Tool {
    /// A function that the caller runs.
    Function(FunctionTool),
    /// A tool with free-form input that the caller runs.
    Custom(CustomTool),
    /// Functions and custom tools under one name.
    Namespace(NamespaceTool),
    /// Web search. Spec: `Legacy_WebSearchServerTool`.
    WebSearch(Box<WebSearchTool>),
    /// Web search, as of 2025-08-26. Spec: `WebSearchServerTool`.
    #[wire("web_search_2025_08_26")]
    WebSearch20250826(Box<WebSearchTool>),
    /// Web search, preview. Spec: `Preview_WebSearchServerTool`.
    WebSearchPreview(Box<WebSearchTool>),
    /// Web search, preview of 2025-03-11. Spec: `Preview_20250311_WebSearchServerTool`.
    #[wire("web_search_preview_2025_03_11")]
    WebSearchPreview20250311(Box<WebSearchTool>),
    /// Search on X; xAI's, in real traffic.
    XSearch(XSearchOptions),
    /// Search in uploaded files.
    FileSearch(Box<FileSearchTool>),
    /// A computer's screen, mouse and keyboard, preview. Spec: `ComputerUseServerTool`.
    ComputerUsePreview(ComputerTool),
    /// The same, since then without settings; in real traffic.
    Computer(ComputerTool),
    /// Code run in a container.
    CodeInterpreter(CodeInterpreterTool),
    /// The tools of an MCP server.
    Mcp(Box<McpTool>),
    /// Image generation.
    ImageGeneration(Box<ImageGenerationTool>),
    /// A shell on the caller's machine. Spec: `CodexLocalShellTool`.
    LocalShell(BareTool),
    /// A shell, in a container or on the caller's machine.
    Shell(Box<ShellTool>),
    /// Patches to files, applied by the caller. Spec: `ApplyPatchServerTool`.
    ApplyPatch(ApplyPatchTool),
    /// Search among deferred tools; OpenAI's, in real traffic.
    ToolSearch(ToolSearchTool),
    /// Programs that the model writes and that call tools; OpenAI's, in real traffic.
    ProgrammaticToolCalling(BareTool),
    /// A stronger model to ask for advice. Spec: `AdvisorServerTool_OpenRouter`.
    #[wire("openrouter:advisor")]
    OpenRouterAdvisor(Box<OpenRouterAdvisorTool>),
    /// A cheaper model to hand tasks to. Spec: `SubagentServerTool_OpenRouter`.
    #[wire("openrouter:subagent")]
    OpenRouterSubagent(Box<OpenRouterSubagentTool>),
    /// Several models asked at once. Spec: `FusionServerTool_OpenRouter`.
    #[wire("openrouter:fusion")]
    OpenRouterFusion(Box<OpenRouterFusionTool>),
    /// Date and time. Spec: `DatetimeServerTool`.
    #[wire("openrouter:datetime")]
    OpenRouterDatetime(OpenRouterDatetimeTool),
    /// The workspace's files. Spec: `FilesServerTool`.
    #[wire("openrouter:files")]
    OpenRouterFiles(OpenRouterFilesTool),
    /// Image generation. Spec: `ImageGenerationServerTool_OpenRouter`.
    #[wire("openrouter:image_generation")]
    OpenRouterImageGeneration(OpenRouterImageGenerationTool),
    /// Search among the models on offer. Spec: `SearchModelsServerTool_OpenRouter`.
    #[wire("openrouter:experimental__search_models")]
    OpenRouterSearchModels(OpenRouterSearchModelsTool),
    /// Fetching web pages. Spec: `WebFetchServerTool`.
    #[wire("openrouter:web_fetch")]
    OpenRouterWebFetch(OpenRouterWebFetchTool),
    /// Web search. Spec: `WebSearchServerTool_OpenRouter`.
    #[wire("openrouter:web_search")]
    OpenRouterWebSearch(Box<OpenRouterWebSearchTool>),
    /// Patches to files. Spec: `ApplyPatchServerTool_OpenRouter`.
    #[wire("openrouter:apply_patch")]
    OpenRouterApplyPatch(OpenRouterApplyPatchTool),
    /// Bash in a container. Spec: `BashServerTool`.
    #[wire("openrouter:bash")]
    OpenRouterBash(Box<OpenRouterBashTool>),
    /// A shell in a container. Spec: `ShellServerTool_OpenRouter`.
    #[wire("openrouter:shell")]
    OpenRouterShell(Box<OpenRouterShellTool>),
    /// Search among deferred tools. Spec: `ToolSearchServerTool`.
    #[wire("openrouter:tool_search")]
    OpenRouterToolSearch(OpenRouterToolSearchTool),
    /// Any other tool.
    Unknown(Unknown),
}

impl Tool {
    /// A function that the caller runs, with the JSON Schema of its arguments.
    #[must_use]
    pub fn function(name: impl Into<String>, parameters: impl Into<Raw>) -> Self {
        Self::Function(FunctionTool::new(name, parameters))
    }

    /// A tool with free-form input that the caller runs.
    #[must_use]
    pub fn custom(name: impl Into<String>) -> Self {
        Self::Custom(CustomTool::new(name))
    }

    /// The provider's web search, with its defaults.
    #[must_use]
    pub fn web_search() -> Self {
        Self::WebSearch(Box::default())
    }

    /// The tools of the MCP server at this address.
    #[must_use]
    pub fn mcp(server_label: impl Into<String>, server_url: impl Into<String>) -> Self {
        Self::Mcp(Box::new(McpTool::new(server_label).server_url(server_url)))
    }

    /// Sets what the tool does, for the model to read: on functions, custom tools, namespaces, MCP
    /// servers and tool search. The others have no description and stay as they are.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        match &mut self {
            Self::Function(tool) => tool.description = Some(description.into()),
            Self::Custom(tool) => tool.description = Some(description.into()),
            Self::Namespace(tool) => tool.description = description.into(),
            Self::Mcp(tool) => tool.server_description = Some(description.into()),
            Self::ToolSearch(tool) => tool.description = Some(description.into()),
            _ => {}
        }
        self
    }

    /// Sets whether a function's arguments are made to fit its schema to the letter. Other tools
    /// have no such setting and stay as they are.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        if let Self::Function(tool) = &mut self {
            tool.strict = Some(strict);
        }
        self
    }

    /// The name under which the model calls the tool, or the caller told it apart: that of a
    /// function, custom tool or namespace, or the label of an MCP server.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Function(tool) => Some(&tool.name),
            Self::Custom(tool) => Some(&tool.name),
            Self::Namespace(tool) => Some(&tool.name),
            Self::Mcp(tool) => Some(&tool.server_label),
            _ => None,
        }
    }
}
