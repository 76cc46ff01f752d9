//! Tools that the caller runs: functions, and custom tools with free-form input.

use crate::setters::setters;
use crate::{Extra, Raw, Unknown, UnknownValue, Wire};

/// Function that the caller runs when the model calls it.
///
/// Use it to give the model access to the caller's code: the model returns a
/// [`FunctionCall`](crate::FunctionCall), the caller runs the function and returns a
/// [`FunctionCallOutput`](crate::FunctionCallOutput).
///
/// ```
/// use orouter_wire::FunctionTool;
/// use serde_json::json;
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
    /// Name of the function: at most 64 characters out of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    pub name: String,
    /// Description for the model: the purpose of the function and when to call it.
    pub description: Option<String>,
    /// JSON Schema of the arguments object. `None` (encoded as `null`) for a function without
    /// arguments.
    #[wire(nullable)]
    pub parameters: Option<Raw>,
    /// Enforces the schema strictly on the arguments. Default: the provider's; OpenAI's is `true`.
    pub strict: Option<bool>,
    /// Callers that may use the function. Default: the model.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Lets the model continue after the call without waiting for the output. Default: `false`.
    pub r#async: Option<bool>,
    /// Hides the function until a tool search finds it. Default: `false`.
    pub defer_loading: Option<bool>,
    /// JSON Schema of the output, for programs that call the function.
    pub output_schema: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FunctionTool {
    /// Creates a function from its name and the JSON Schema of its arguments.
    #[must_use]
    pub fn new(name: impl Into<String>, parameters: impl Into<Raw>) -> Self {
        Self {
            name: name.into(),
            parameters: Some(parameters.into()),
            ..Self::default()
        }
    }

    /// Creates a function without arguments.
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

/// Caller of a tool.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolCaller {
    /// The model.
    Direct,
    /// A program that the model wrote.
    Programmatic,
    /// A caller unknown to this version.
    Unknown(UnknownValue),
}

/// Tool that the caller runs, whose input is free text or text that matches a grammar.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CustomTool {
    /// Name of the tool.
    pub name: String,
    /// Description for the model: the purpose of the tool and when to call it.
    pub description: Option<String>,
    /// Format of the input. Default: free text.
    pub format: Option<CustomToolFormat>,
    /// Lets the model continue after the call without waiting for the output. Default: `false`.
    pub r#async: Option<bool>,
    /// Hides the tool until a tool search finds it. Default: `false`.
    pub defer_loading: Option<bool>,
    /// Callers that may use the tool. Default: the model.
    pub allowed_callers: Option<Vec<ToolCaller>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CustomTool {
    /// Creates a tool whose input is free text.
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

/// Format of a custom tool's input.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum CustomToolFormat {
    /// Free text.
    Text(FreeTextFormat),
    /// Text that matches a grammar.
    Grammar(GrammarFormat),
    /// A value unknown to this version.
    Unknown(Unknown),
}

/// Settings of the free text format. It has none.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct FreeTextFormat {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Format for text that matches a grammar.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct GrammarFormat {
    /// Language of the grammar.
    pub syntax: GrammarSyntax,
    /// Grammar.
    pub definition: String,
    /// Members without a typed field.
    pub extra: Extra,
}

impl GrammarFormat {
    /// Creates a format from a grammar.
    #[must_use]
    pub fn new(syntax: impl Into<GrammarSyntax>, definition: impl Into<String>) -> Self {
        Self {
            syntax: syntax.into(),
            definition: definition.into(),
            ..Self::default()
        }
    }
}

/// Language of a grammar.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum GrammarSyntax {
    /// Lark's EBNF.
    #[default]
    Lark,
    /// Regular expression.
    Regex,
    /// A language unknown to this version.
    Unknown(UnknownValue),
}
