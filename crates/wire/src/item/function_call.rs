//! Function calls and their outputs.

use serde::de::DeserializeOwned;

use crate::item::{ItemMetadata, ItemStatus, ToolOutput};
use crate::{Extra, ThinString, Unknown, Wire};

/// Request of the model to run a function. The caller runs it and returns a [`FunctionCallOutput`].
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
    /// Id of the item, such as `fc_01`.
    pub id: Option<String>,
    /// Status of the call. While it is `in_progress`, the arguments may be incomplete.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output.
    pub call_id: String,
    /// Name of the function.
    pub name: String,
    /// Arguments: JSON text in a string. Some models send `""` for no arguments;
    /// [`FunctionCall::parse_arguments`] reads it as `{}`.
    pub arguments: String,
    /// Namespace of the function.
    pub namespace: Option<String>,
    /// `true` if the model may continue before it receives the output.
    pub r#async: Option<bool>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Id of the subagent that made the call.
    pub subagent_id: Option<String>,
    /// Items of the subagent, to be sent back unchanged.
    pub subagent_items: Option<Vec<SubagentItem>>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Copy of the item's id. Sent by Amazon Bedrock.
    pub item_id: Option<ThinString>,
    /// Index of the item in the output. Sent by Amazon Bedrock.
    pub output_index: Option<u32>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FunctionCall {
    /// Creates a call of the named function with arguments as JSON text.
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

    /// Decodes the arguments into a type of the caller. Empty arguments are read as `{}`.
    ///
    /// # Errors
    ///
    /// Returns an error if the arguments are not JSON or do not match `T`. Arguments come from a
    /// model and can be invalid.
    pub fn parse_arguments<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        parse_arguments(&self.arguments)
    }

    /// Returns the output of this call: text, JSON (`json!(..)`, [`ToolOutput::json`]) or parts.
    ///
    /// The output has the `call_id` of the call, and its `caller` if that is a program.
    ///
    /// ```
    /// use orouter_wire::FunctionCall;
    ///
    /// let call = FunctionCall::new("call_1", "weather", r#"{"city":"Paris"}"#);
    /// let output = call.output(serde_json::json!({"celsius": 21}));
    /// assert_eq!(output.call_id, "call_1");
    /// assert_eq!(output.output.unwrap().text(), r#"{"celsius":21}"#);
    /// ```
    pub fn output(&self, output: impl Into<ToolOutput>) -> FunctionCallOutput {
        let mut result = FunctionCallOutput::new(&self.call_id, output);
        result.caller = self.caller.clone().filter(Caller::is_program);
        result
    }
}

/// Decodes arguments as models write them. Empty text is read as `{}`.
pub(crate) fn parse_arguments<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(if text.trim().is_empty() { "{}" } else { text })
}

/// Output of a function, for the model.
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
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the item.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to.
    pub call_id: String,
    /// Output: a string, usually JSON, or a list of text, image and file parts.
    pub output: Option<ToolOutput>,
    /// Name of the function. Not in OpenRouter's specification; OpenAI's API has it.
    pub name: Option<String>,
    /// Namespace of the function. Not in OpenRouter's specification; OpenAI's API has it.
    pub namespace: Option<String>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl FunctionCallOutput {
    /// Creates the output of the call with this id.
    pub fn new(call_id: impl Into<String>, output: impl Into<ToolOutput>) -> Self {
        Self {
            call_id: call_id.into(),
            output: Some(output.into()),
            ..Self::default()
        }
    }
}

/// Origin of a tool call: the model, or a [`Program`](crate::item::Program) that the model wrote.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum Caller {
    /// The model.
    #[wire("direct")]
    Direct(DirectCaller),
    /// A program that the model wrote.
    #[wire("program")]
    Program(ProgramCaller),
    /// A caller unknown to this version.
    Unknown(Unknown),
}

impl Caller {
    /// Returns `true` unless the model called directly, which an output does not repeat.
    pub(super) fn is_program(&self) -> bool {
        match self {
            Self::Direct(_) => false,
            Self::Program(_) | Self::Unknown(_) => true,
        }
    }
}

/// Origin of a tool call that the model made itself.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DirectCaller {
    /// Members without a typed field.
    pub extra: Extra,
}

/// Origin of a tool call that a program of the model made.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ProgramCaller {
    /// Call id of the program.
    pub caller_id: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Item of a subagent. The schema defines only its `type`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct SubagentItem {
    /// Kind of the item.
    pub r#type: String,
    /// Other members of the item; the schema allows any.
    pub extra: Extra,
}
