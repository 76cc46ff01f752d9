//! Calls of custom tools, whose input is free text, and their outputs.

use crate::item::{Caller, ItemMetadata, ItemStatus, ToolOutput};
use crate::{Extra, Wire};

/// Request of the model to run a custom tool. The caller runs it and returns a
/// [`CustomToolCallOutput`].
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "custom_tool_call")]
pub struct CustomToolCall {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the call.
    pub status: Option<ItemStatus>,
    /// Id that links the call to its output.
    pub call_id: String,
    /// Name of the tool.
    pub name: String,
    /// Input of the tool, as the model wrote it.
    pub input: String,
    /// Namespace of the tool.
    pub namespace: Option<String>,
    /// `true` if the model may continue before it receives the output.
    pub r#async: Option<bool>,
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

impl CustomToolCall {
    /// Creates a call of the named tool with this input.
    pub fn new(
        call_id: impl Into<String>,
        name: impl Into<String>,
        input: impl Into<String>,
    ) -> Self {
        Self {
            call_id: call_id.into(),
            name: name.into(),
            input: input.into(),
            ..Self::default()
        }
    }

    /// Returns the output of this call: text, JSON or parts. It has the `call_id` of the call, and its
    /// `caller` if that is a program.
    pub fn output(&self, output: impl Into<ToolOutput>) -> CustomToolCallOutput {
        let mut result = CustomToolCallOutput::new(&self.call_id, output);
        result.caller = self.caller.clone().filter(Caller::is_program);
        result
    }
}

/// Output of a custom tool, for the model.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "custom_tool_call_output")]
pub struct CustomToolCallOutput {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the item. Not in the specification.
    pub status: Option<ItemStatus>,
    /// Id of the call that this output belongs to.
    pub call_id: String,
    /// Output: a string, or a list of text, image and file parts.
    pub output: Option<ToolOutput>,
    /// Origin of the call. `None`: the model. Not in the specification.
    pub caller: Option<Caller>,
    /// Name of the tool. Not in the specification.
    pub name: Option<String>,
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

impl CustomToolCallOutput {
    /// Creates the output of the call with this id.
    pub fn new(call_id: impl Into<String>, output: impl Into<ToolOutput>) -> Self {
        Self {
            call_id: call_id.into(),
            output: Some(output.into()),
            ..Self::default()
        }
    }
}
