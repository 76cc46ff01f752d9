//! Tools that the caller runs: functions, custom tools with free-form input, namespaces of both.

use super::Tool;
use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// A function that the caller runs when the model asks for it. Spec: `FunctionTool`,
/// `NamespaceFunctionTool`, and their copies inside lists of tools.
///
/// ```
/// use orouter_wire::FunctionTool;
/// # use serde_json::json;
/// let tool = FunctionTool::new("get_weather", json!({
///     "type": "object",
///     "properties": {"city": {"type": "string"}},
///     "required": ["city"],
///     "additionalProperties": false,
/// })).description("The weather in a city, now.").strict(true);
/// assert_eq!(tool.name, "get_weather");
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
pub struct FunctionTool {
    /// The name that the model calls: at most 64 of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    pub name: String,
    /// What the function does and when to call it; models read it.
    pub description: Option<String>,
    /// The arguments, as a JSON Schema of an object. `None` (sent as `null`): no arguments.
    #[wire(nullable)]
    pub parameters: Option<Raw>,
    /// Whether arguments are made to fit `parameters` to the letter. Default: the provider's;
    /// OpenAI's is `true`.
    pub strict: Option<bool>,
    /// Who may call it. Default: the model, directly.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Whether the model goes on working after the call instead of waiting for its output.
    /// Default: `false`.
    pub r#async: Option<bool>,
    /// Whether the model sees the tool only once a tool search has found it. Default: `false`.
    pub defer_loading: Option<bool>,
    /// What the function gives back, as a JSON Schema, for programs that call it.
    pub output_schema: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FunctionTool {
    /// A function with the JSON Schema of its arguments.
    #[must_use]
    pub fn new(name: impl Into<String>, parameters: impl Into<Raw>) -> Self {
        Self {
            name: name.into(),
            parameters: Some(parameters.into()),
            ..Self::default()
        }
    }

    /// A function that takes no arguments.
    #[must_use]
    pub fn without_parameters(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

setters!(FunctionTool {
    into description: String;
    into parameters: Raw;
    copy strict: bool;
    some_list allowed_callers: ToolCaller;
    copy r#async: bool;
    copy defer_loading: bool;
    into output_schema: Raw;
});

/// Who may call a tool. Spec: the items of `allowed_callers`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolCaller {
    /// The model.
    Direct,
    /// A program that the model wrote.
    Programmatic,
    /// A caller this version does not know.
    Unknown(UnknownValue),
}

/// A tool that the caller runs and whose input is free text, or text that fits a grammar. Spec:
/// `CustomTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CustomTool {
    /// The name that the model calls.
    pub name: String,
    /// What the tool does and when to call it; models read it.
    pub description: Option<String>,
    /// The form of the input. Default: free text.
    pub format: Option<CustomToolFormat>,
    /// Whether the model goes on working after the call instead of waiting for its output.
    /// Default: `false`.
    pub r#async: Option<bool>,
    /// Whether the model sees the tool only once a tool search has found it. Default: `false`.
    pub defer_loading: Option<bool>,
    /// Who may call it. Default: the model, directly.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CustomTool {
    /// A tool that takes free text.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

setters!(CustomTool {
    into description: String;
    into format: CustomToolFormat;
    copy r#async: bool;
    copy defer_loading: bool;
    some_list allowed_callers: ToolCaller;
});

/// The form of a custom tool's input. Spec: `CustomTool.format`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum CustomToolFormat {
    /// Free text.
    Text(FreeTextFormat),
    /// Text that fits a grammar.
    Grammar(GrammarFormat),
    /// A form this version does not know.
    Unknown(Unknown),
}

/// Free text; it has no settings.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FreeTextFormat {
    /// Members that no field takes.
    pub extra: Extra,
}

/// Text that fits a grammar.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct GrammarFormat {
    /// The language that the grammar is written in.
    pub syntax: GrammarSyntax,
    /// The grammar.
    pub definition: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl GrammarFormat {
    /// A grammar.
    #[must_use]
    pub fn new(syntax: impl Into<GrammarSyntax>, definition: impl Into<String>) -> Self {
        Self {
            syntax: syntax.into(),
            definition: definition.into(),
            ..Self::default()
        }
    }
}

/// The language that a grammar is written in.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum GrammarSyntax {
    /// Lark's EBNF.
    #[default]
    Lark,
    /// One regular expression.
    Regex,
    /// A language this version does not know.
    Unknown(UnknownValue),
}

/// Functions and custom tools under a common name and description. Spec: `NamespaceTool`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct NamespaceTool {
    /// The namespace's name; calls carry it.
    pub name: String,
    /// What its tools are for; models read it.
    pub description: String,
    /// The tools: functions and custom ones.
    pub tools: Vec<Tool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl NamespaceTool {
    /// A namespace with its tools.
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
