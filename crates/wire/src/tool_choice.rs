//! [`ToolChoice`]: restricts or forces the model's tool calls.

use crate::setters::{open_setter, setters};
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Tools that the model may or must call: a mode, one tool, or a set of tools.
///
/// Use it to force a tool call, to forbid tool calls, or to allow only some of the request's tools.
///
/// ```
/// use orouter_wire::ToolChoice;
/// assert_eq!(orouter_wire::to_string(&ToolChoice::required()), r#""required""#);
/// assert_eq!(
///     orouter_wire::to_string(&ToolChoice::function("get_weather")),
///     r#"{"type":"function","name":"get_weather"}"#,
/// );
/// ```
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ToolChoice {
    /// Mode: `auto`, `none` or `required`.
    #[wire(string)]
    Mode(ToolChoiceMode),
    /// One tool or a set of tools.
    #[wire(object)]
    Tool(SpecificToolChoice),
    /// Any other JSON.
    Unknown(Unknown),
}

impl ToolChoice {
    /// Creates the mode `auto`: the model decides. This is the default if the request has tools.
    #[must_use]
    pub fn auto() -> Self {
        Self::Mode(ToolChoiceMode::Auto)
    }

    /// Creates the mode `none`: tool calls are forbidden. This is the default if the request has no
    /// tools.
    #[must_use]
    pub fn none() -> Self {
        Self::Mode(ToolChoiceMode::None)
    }

    /// Creates the mode `required`: the model must call at least one tool.
    #[must_use]
    pub fn required() -> Self {
        Self::Mode(ToolChoiceMode::Required)
    }

    /// Creates a choice that forces a call of the named function.
    #[must_use]
    pub fn function(name: impl Into<String>) -> Self {
        Self::Tool(SpecificToolChoice::Function(FunctionToolChoice::new(name)))
    }

    /// Creates a choice of some of the request's tools, which the model may call (`auto`) or of
    /// which it must call one (`required`).
    #[must_use]
    pub fn allowed_tools(
        mode: impl Into<ToolChoiceMode>,
        tools: impl IntoIterator<Item = impl Into<AllowedTool>>,
    ) -> Self {
        Self::Tool(SpecificToolChoice::AllowedTools(AllowedToolsChoice::new(
            mode, tools,
        )))
    }
}

impl From<&str> for ToolChoice {
    /// Converts a mode: `auto`, `none` or `required`. For the name of a function use
    /// [`ToolChoice::function`].
    fn from(mode: &str) -> Self {
        Self::Mode(mode.into())
    }
}

/// Mode of tool choice.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolChoiceMode {
    /// The model decides.
    #[default]
    Auto,
    /// Tool calls are forbidden.
    None,
    /// The model must call at least one tool.
    Required,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// One tool that must be called, or a set of tools.
///
/// The specification names only some of the hosted tools; services accept others in the same form.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SpecificToolChoice {
    /// Function, by name.
    Function(FunctionToolChoice),
    /// Set of the request's tools.
    AllowedTools(AllowedToolsChoice),
    /// Custom tool, by name.
    Custom(CustomToolChoice),
    /// Tool of an MCP server.
    Mcp(McpToolChoice),
    /// Web search, preview version.
    WebSearchPreview(HostedToolChoice),
    /// Web search, preview version of 2025-03-11.
    #[wire("web_search_preview_2025_03_11")]
    WebSearchPreview20250311(HostedToolChoice),
    /// Web search.
    WebSearch(HostedToolChoice),
    /// File search.
    FileSearch(HostedToolChoice),
    /// Code interpreter.
    CodeInterpreter(HostedToolChoice),
    /// Image generation.
    ImageGeneration(HostedToolChoice),
    /// Computer use, preview version.
    ComputerUsePreview(HostedToolChoice),
    /// Computer use.
    Computer(HostedToolChoice),
    /// Computer use, under another name.
    ComputerUse(HostedToolChoice),
    /// Application of patches to files.
    ApplyPatch(HostedToolChoice),
    /// Shell.
    Shell(HostedToolChoice),
    /// Program of the model that calls tools.
    ProgrammaticToolCalling(HostedToolChoice),
    /// A value unknown to this version.
    Unknown(Unknown),
}

/// Function that must be called.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FunctionToolChoice {
    /// Name of the function.
    pub name: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FunctionToolChoice {
    /// Creates a choice of the named function.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// Custom tool that must be called. Not in the specification, but seen in recorded traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CustomToolChoice {
    /// Name of the tool.
    pub name: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CustomToolChoice {
    /// Creates a choice of the named custom tool.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// MCP server whose tools, or one of whose tools, must be called. Not in the specification, but
/// seen in recorded traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolChoice {
    /// Label of the server, as in the tool's definition.
    pub server_label: String,
    /// Name of the tool on that server. Default: any tool of the server.
    pub name: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl McpToolChoice {
    /// Creates a choice of any tool of this server.
    #[must_use]
    pub fn new(server_label: impl Into<String>) -> Self {
        Self {
            server_label: server_label.into(),
            ..Self::default()
        }
    }
}

setters!(McpToolChoice {
    into name: String;
});

/// Hosted tool that must be called. The variant of [`SpecificToolChoice`] names the tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct HostedToolChoice {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Set of the request's tools that the model may or must call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AllowedToolsChoice {
    /// `auto`: the model may call them. `required`: the model must call one of them.
    pub mode: ToolChoiceMode,
    /// References to the tools.
    pub tools: Vec<AllowedTool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl AllowedToolsChoice {
    /// Creates a choice of these tools.
    #[must_use]
    pub fn new(
        mode: impl Into<ToolChoiceMode>,
        tools: impl IntoIterator<Item = impl Into<AllowedTool>>,
    ) -> Self {
        Self {
            mode: mode.into(),
            tools: tools.into_iter().map(Into::into).collect(),
            extra: Extra::default(),
        }
    }
}

/// Reference to one of the request's tools. The schema allows any member.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct AllowedTool {
    /// Type of the tool, such as `function` or `mcp`.
    pub r#type: Option<String>,
    /// Name of the tool, for functions and custom tools.
    pub name: Option<String>,
    /// Label of the MCP server.
    pub server_label: Option<String>,
    /// Members without a typed field; the schema allows any.
    pub extra: Extra,
}

impl AllowedTool {
    /// Creates a reference to a hosted tool by its type.
    #[must_use]
    pub fn new(r#type: impl Into<String>) -> Self {
        Self {
            r#type: Some(r#type.into()),
            ..Self::default()
        }
    }

    /// Creates a reference to a function by its name.
    #[must_use]
    pub fn function(name: impl Into<String>) -> Self {
        Self::new("function").name(name)
    }
}

setters!(AllowedTool {
    into name: String;
    into server_label: String;
});

open_setter!(AllowedTool);

impl From<&str> for AllowedTool {
    /// Creates a reference to the function of this name.
    fn from(name: &str) -> Self {
        Self::function(name)
    }
}
