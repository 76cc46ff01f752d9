//! Function calls and their outputs.

use serde::de::DeserializeOwned;

use crate::content::ContentPart;
use crate::item::ItemStatus;
use crate::{Extra, Unknown, Wire};

/// The model asks the caller to run a function.
///
/// Stands for `OutputItemFunctionCall`, `OutputFunctionCallItem`, `FunctionCallItem` and
/// `OpenAIResponseFunctionToolCall`.
///
/// ```
/// use orouter_wire::FunctionCall;
///
/// let call = FunctionCall::new("call_1", "weather", r#"{"city":"Paris"}"#);
/// let arguments: serde_json::Value = call.parse_arguments().unwrap();
/// assert_eq!(arguments["city"], "Paris");
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "function_call")]
pub struct FunctionCall {
    /// The item's id, such as `fc_01`.
    pub id: Option<String>,
    /// How far the call is: its arguments may still be streaming.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call.
    pub call_id: String,
    /// The function's name.
    pub name: String,
    /// The arguments, JSON in a string. Models without arguments send `""`, which means `{}`:
    /// [`FunctionCall::parse_arguments`] reads it so.
    pub arguments: String,
    /// The namespace that the function belongs to.
    pub namespace: Option<String>,
    /// Whether the model goes on without waiting for the output.
    pub r#async: Option<bool>,
    /// What called the function, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// The subagent that made the call.
    pub subagent_id: Option<String>,
    /// The subagent's own items.
    pub subagent_items: Option<Vec<SubagentItem>>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// The item's id once more. Amazon Bedrock sends it.
    pub item_id: Option<String>,
    /// The item's place in the output. Amazon Bedrock sends it.
    pub output_index: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FunctionCall {
    /// A call of `name` with these arguments, which are JSON in a string.
    pub fn new(
        call_id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        Self {
            call_id: call_id.into(),
            name: name.into(),
            arguments: arguments.into(),
            ..Self::default()
        }
    }

    /// The arguments read into a type of the caller's. Empty arguments read as `{}`.
    ///
    /// # Errors
    ///
    /// When the arguments are not JSON, or not of the shape of `T`: a model may write anything.
    pub fn parse_arguments<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        parse_arguments(&self.arguments)
    }
}

/// Reads arguments as models write them: JSON, or nothing at all for `{}`.
pub(crate) fn parse_arguments<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(if text.trim().is_empty() { "{}" } else { text })
}

/// What a function gave back, for the model to read.
///
/// Stands for `FunctionCallOutputItem` and `OpenAIResponseFunctionToolCallOutput`.
///
/// ```
/// use orouter_wire::FunctionCallOutput;
///
/// let output = FunctionCallOutput::new("call_1", r#"{"celsius":21}"#);
/// assert_eq!(
///     orouter_wire::to_string(&output),
///     r#"{"type":"function_call_output","call_id":"call_1","output":"{\"celsius\":21}"}"#
/// );
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "function_call_output")]
pub struct FunctionCallOutput {
    /// The item's id.
    pub id: Option<String>,
    /// How far the item is.
    pub status: Option<ItemStatus>,
    /// The call that this answers.
    pub call_id: String,
    /// What came back: a string, mostly JSON, or a list of texts, images and files.
    pub output: Option<ToolOutput>,
    /// What called the function, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl FunctionCallOutput {
    /// The output of the call with this id.
    pub fn new(call_id: impl Into<String>, output: impl Into<ToolOutput>) -> Self {
        Self {
            call_id: call_id.into(),
            output: Some(output.into()),
            ..Self::default()
        }
    }
}

/// What a tool gave back: a string, or a list of parts.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum ToolOutput {
    /// Text, mostly JSON.
    #[wire(string)]
    Text(String),
    /// Texts, images and files.
    #[wire(array)]
    Parts(Vec<ContentPart>),
    /// Something else, kept as it came.
    Unknown(Unknown),
}

impl ToolOutput {
    /// All the text in it, its parts joined without a separator.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts.iter().filter_map(ContentPart::text).collect(),
            Self::Unknown(_) => String::new(),
        }
    }
}

/// What called a tool: the model directly, or a [`Program`](crate::item::Program) of its.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Caller {
    /// The model itself.
    #[wire("direct")]
    Direct(DirectCaller),
    /// A program that the model wrote.
    #[wire("program")]
    Program(ProgramCaller),
    /// A caller that this version does not know.
    Unknown(Unknown),
}

/// The model itself called the tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DirectCaller {
    /// Members that no field takes.
    pub extra: Extra,
}

/// A program of the model called the tool.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ProgramCaller {
    /// The call id of the program.
    pub caller_id: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An item of a subagent. The specification fixes nothing but its `type`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct SubagentItem {
    /// Which kind of item it is.
    pub r#type: String,
    /// The rest of the item; any member is allowed here.
    pub extra: Extra,
}
