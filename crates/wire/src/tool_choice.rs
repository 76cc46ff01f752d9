//! Which tools the model may or must call.

use crate::setters::{open_setter, setters};
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Which tools the model may or must call: a word, or one tool or a choice of tools. Spec:
/// `OpenAIResponsesToolChoice`.
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
    /// A word: `auto`, `none` or `required`.
    #[wire(string)]
    Mode(ToolChoiceMode),
    /// One tool, or a choice of tools.
    #[wire(object)]
    Tool(SpecificToolChoice),
    /// Any other JSON.
    Unknown(Unknown),
}

impl ToolChoice {
    /// The model decides: the default when there are tools.
    #[must_use]
    pub fn auto() -> Self {
        Self::Mode(ToolChoiceMode::Auto)
    }

    /// No tool may be called: the default when there are none.
    #[must_use]
    pub fn none() -> Self {
        Self::Mode(ToolChoiceMode::None)
    }

    /// At least one tool must be called.
    #[must_use]
    pub fn required() -> Self {
        Self::Mode(ToolChoiceMode::Required)
    }

    /// The function of this name must be called.
    #[must_use]
    pub fn function(name: impl Into<String>) -> Self {
        Self::Tool(SpecificToolChoice::Function(FunctionToolChoice::new(name)))
    }

    /// Only these of the request's tools may be called (`auto`), or one of them must be
    /// (`required`).
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
    /// `auto`, `none` or `required`; not the name of a function, for which there is
    /// [`ToolChoice::function`].
    fn from(mode: &str) -> Self {
        Self::Mode(mode.into())
    }
}

/// The one-word choices. Spec: the string branches of `OpenAIResponsesToolChoice`, and
/// `ToolChoiceAllowed.mode`.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolChoiceMode {
    /// The model decides.
    #[default]
    Auto,
    /// No tool may be called.
    None,
    /// At least one tool must be called.
    Required,
    /// A word this version does not know.
    Unknown(UnknownValue),
}

/// One tool that must be called, or a choice of tools. Spec: the object branches of
/// `OpenAIResponsesToolChoice`; real traffic names other hosted tools in the same way.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SpecificToolChoice {
    /// A function, by name.
    Function(FunctionToolChoice),
    /// Some of the request's tools. Spec: `ToolChoiceAllowed`.
    AllowedTools(AllowedToolsChoice),
    /// A custom tool, by name.
    Custom(CustomToolChoice),
    /// A tool of an MCP server.
    Mcp(McpToolChoice),
    /// Web search, preview.
    WebSearchPreview(HostedToolChoice),
    /// Web search, preview of 2025-03-11.
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
    /// Computer use, preview.
    ComputerUsePreview(HostedToolChoice),
    /// Computer use.
    Computer(HostedToolChoice),
    /// Computer use, by another of its names.
    ComputerUse(HostedToolChoice),
    /// Patching files.
    ApplyPatch(HostedToolChoice),
    /// A shell.
    Shell(HostedToolChoice),
    /// The model's own program that calls tools.
    ProgrammaticToolCalling(HostedToolChoice),
    /// Anything this version does not know.
    Unknown(Unknown),
}

/// A function that must be called. Spec: the `function` branch of `OpenAIResponsesToolChoice`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FunctionToolChoice {
    /// The function's name.
    pub name: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FunctionToolChoice {
    /// The function of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// A custom tool that must be called; seen in real traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CustomToolChoice {
    /// The tool's name.
    pub name: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CustomToolChoice {
    /// The custom tool of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// An MCP server, or one of its tools, that must be called; seen in real traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct McpToolChoice {
    /// The server's label, as in the tool's definition.
    pub server_label: String,
    /// The tool's name on that server. Default: any of its tools.
    pub name: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl McpToolChoice {
    /// Any tool of this server.
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

/// A hosted tool that must be called: its type says it all.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct HostedToolChoice {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Some of the request's tools. Spec: `ToolChoiceAllowed`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AllowedToolsChoice {
    /// `auto`: they may be called; `required`: one of them must be.
    pub mode: ToolChoiceMode,
    /// Which tools.
    pub tools: Vec<AllowedTool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl AllowedToolsChoice {
    /// A choice of tools.
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

/// A reference to one of the request's tools. The spec leaves its members open:
/// `ToolChoiceAllowed.tools`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct AllowedTool {
    /// The tool's type, such as `function` or `mcp`.
    pub r#type: Option<String>,
    /// The tool's name, for functions and custom tools.
    pub name: Option<String>,
    /// The MCP server's label.
    pub server_label: Option<String>,
    /// Whatever else there is: any member is allowed here.
    pub extra: Extra,
}

impl AllowedTool {
    /// A hosted tool, by its type.
    #[must_use]
    pub fn new(r#type: impl Into<String>) -> Self {
        Self {
            r#type: Some(r#type.into()),
            ..Self::default()
        }
    }

    /// A function, by its name.
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
    /// The function of this name.
    fn from(name: &str) -> Self {
        Self::function(name)
    }
}
