//! [`Tool`]: the tools that a request offers to the model, one file per kind.
//!
//! Calls and outputs of tools are items, in [`crate::item`]. [`crate::tool_choice`] restricts or
//! forces calls.

mod code_interpreter;
mod computer;
mod container;
mod file_search;
mod function;
mod image;
mod inner;
mod mcp;
mod openrouter;
mod programmatic;
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
    ToolCaller,
};
pub use image::{
    ImageAction, ImageBackground, ImageComplexity, ImageGenerationTool, ImageInputFidelity,
    ImageInputMask, ImageModeration, ImageOutputFormat, ImageQuality, SvgOptions,
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
pub use programmatic::ProgrammaticToolCallingTool;
pub use shell::{
    ApplyPatchTool, ContainerAuto, ContainerReference, LocalShellEnvironment, LocalShellTool,
    ShellTool, ShellToolEnvironment,
};
pub use tool_search::{ToolSearchExecution, ToolSearchTool};
pub use web_search::{
    SearchContextSize, UserLocation, UserLocationType, WebSearchEngine, WebSearchFilters,
    WebSearchMode, WebSearchTool, XSearchOptions,
};

use crate::{Extra, Raw, Unknown, Wire};

/// Tool that the model may call.
///
/// Use it in the `tools` of a request. The caller runs functions, custom tools and namespaces. MCP
/// servers run their own tools. OpenRouter runs the tools whose type starts with `openrouter:`, and
/// the provider runs the others.
///
/// Large variants are boxed to keep `Tool` small.
///
/// ```
/// use orouter_wire::{ResponsesRequest, Tool, WebSearchTool};
/// use serde_json::json;
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
    /// Function that the caller runs.
    Function(FunctionTool),
    /// Tool with free-form input that the caller runs.
    Custom(CustomTool),
    /// Group of functions and custom tools.
    Namespace(NamespaceTool),
    /// Web search.
    WebSearch(Box<WebSearchTool>),
    /// Web search, version of 2025-08-26.
    #[wire("web_search_2025_08_26")]
    WebSearch20250826(Box<WebSearchTool>),
    /// Web search, preview version.
    WebSearchPreview(Box<WebSearchTool>),
    /// Web search, preview version of 2025-03-11.
    #[wire("web_search_preview_2025_03_11")]
    WebSearchPreview20250311(Box<WebSearchTool>),
    /// Search on X. Not in the specification; xAI's API has it.
    XSearch(XSearchOptions),
    /// Search in uploaded files.
    FileSearch(Box<FileSearchTool>),
    /// Computer that the caller operates, preview version.
    ComputerUsePreview(ComputerTool),
    /// Computer that the caller operates, without settings. Not in the specification, but seen in
    /// recorded traffic.
    Computer(ComputerTool),
    /// Code that the provider runs in a container.
    CodeInterpreter(CodeInterpreterTool),
    /// Tools of an MCP server.
    Mcp(Box<McpTool>),
    /// Image generation.
    ImageGeneration(Box<ImageGenerationTool>),
    /// Shell on the caller's machine.
    LocalShell(LocalShellTool),
    /// Shell in a container or on the caller's machine.
    Shell(Box<ShellTool>),
    /// Patches to files that the caller applies.
    ApplyPatch(ApplyPatchTool),
    /// Search for deferred tools. Not in the specification; OpenAI's API has it.
    ToolSearch(ToolSearchTool),
    /// Programs of the model that call tools. Not in the specification; OpenAI's API has it.
    ProgrammaticToolCalling(ProgrammaticToolCallingTool),
    /// Advice from a stronger model.
    #[wire("openrouter:advisor")]
    OpenRouterAdvisor(Box<OpenRouterAdvisorTool>),
    /// Delegation of tasks to a cheaper model.
    #[wire("openrouter:subagent")]
    OpenRouterSubagent(Box<OpenRouterSubagentTool>),
    /// Panel of models.
    #[wire("openrouter:fusion")]
    OpenRouterFusion(Box<OpenRouterFusionTool>),
    /// Date and time.
    #[wire("openrouter:datetime")]
    OpenRouterDatetime(OpenRouterDatetimeTool),
    /// Files of the workspace.
    #[wire("openrouter:files")]
    OpenRouterFiles(OpenRouterFilesTool),
    /// Image generation.
    #[wire("openrouter:image_generation")]
    OpenRouterImageGeneration(OpenRouterImageGenerationTool),
    /// Search in OpenRouter's model catalogue.
    #[wire("openrouter:experimental__search_models")]
    OpenRouterSearchModels(OpenRouterSearchModelsTool),
    /// Fetch of web pages.
    #[wire("openrouter:web_fetch")]
    OpenRouterWebFetch(OpenRouterWebFetchTool),
    /// Web search.
    #[wire("openrouter:web_search")]
    OpenRouterWebSearch(Box<OpenRouterWebSearchTool>),
    /// Patches to files.
    #[wire("openrouter:apply_patch")]
    OpenRouterApplyPatch(OpenRouterApplyPatchTool),
    /// Bash in a container.
    #[wire("openrouter:bash")]
    OpenRouterBash(Box<OpenRouterBashTool>),
    /// Shell in a container.
    #[wire("openrouter:shell")]
    OpenRouterShell(Box<OpenRouterShellTool>),
    /// Search for deferred tools.
    #[wire("openrouter:tool_search")]
    OpenRouterToolSearch(OpenRouterToolSearchTool),
    /// A tool unknown to this version.
    Unknown(Unknown),
}

impl Tool {
    /// Creates a function from its name and the JSON Schema of its arguments.
    #[must_use]
    pub fn function(name: impl Into<String>, parameters: impl Into<Raw>) -> Self {
        Self::Function(FunctionTool::new(name, parameters))
    }

    /// Creates a custom tool with free-form input.
    #[must_use]
    pub fn custom(name: impl Into<String>) -> Self {
        Self::Custom(CustomTool::new(name))
    }

    /// Creates the provider's web search with default settings.
    #[must_use]
    pub fn web_search() -> Self {
        Self::WebSearch(Box::default())
    }

    /// Creates a tool for the MCP server with this label and URL.
    #[must_use]
    pub fn mcp(server_label: impl Into<String>, server_url: impl Into<String>) -> Self {
        Self::Mcp(Box::new(McpTool::new(server_label).server_url(server_url)))
    }

    /// Sets the description for the model on functions, custom tools, namespaces, MCP servers and
    /// tool search. Has no effect on other tools.
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

    /// Sets strict enforcement of a function's schema. Has no effect on other tools.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        if let Self::Function(tool) = &mut self {
            tool.strict = Some(strict);
        }
        self
    }

    /// Returns the name of a function, custom tool or namespace or the label of an MCP server, or
    /// `None` for other tools.
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

/// Group of functions and custom tools with a common name and description.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct NamespaceTool {
    /// Name of the namespace. Calls contain it.
    pub name: String,
    /// Description of the namespace for the model.
    pub description: String,
    /// Functions and custom tools.
    pub tools: Vec<Tool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl NamespaceTool {
    /// Creates a namespace.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        tools: impl IntoIterator<Item = impl Into<Tool>>,
    ) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            tools: tools.into_iter().map(Into::into).collect(),
            extra: Extra::default(),
        }
    }
}
