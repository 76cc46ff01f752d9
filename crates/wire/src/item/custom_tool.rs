//! Calls of custom tools, whose input is free text, and their outputs.

use crate::item::{Caller, ItemStatus, ToolOutput};
use crate::{Extra, Wire};

/// The model asks the caller to run a tool that takes free text.
///
/// Stands for `OutputItemCustomToolCall`, `OutputCustomToolCallItem`, `CustomToolCallItem` and
/// `OpenAIResponseCustomToolCall`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "custom_tool_call")]
pub struct CustomToolCall {
    /// The item's id.
    pub id: Option<String>,
    /// How far the call is.
    pub status: Option<ItemStatus>,
    /// What the output must name to be matched with this call.
    pub call_id: String,
    /// The tool's name.
    pub name: String,
    /// What the model wrote for the tool.
    pub input: String,
    /// The namespace that the tool belongs to.
    pub namespace: Option<String>,
    /// Whether the model goes on without waiting for the output.
    pub r#async: Option<bool>,
    /// What called the tool, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CustomToolCall {
    /// A call of the tool with this name and input.
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
}

/// What a custom tool gave back, for the model to read.
///
/// Stands for `CustomToolCallOutputItem` and `OpenAIResponseCustomToolCallOutput`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "custom_tool_call_output")]
pub struct CustomToolCallOutput {
    /// The item's id.
    pub id: Option<String>,
    /// How far the item is. Not in the specification.
    pub status: Option<ItemStatus>,
    /// The call that this answers.
    pub call_id: String,
    /// What came back: a string, or a list of texts, images and files.
    pub output: Option<ToolOutput>,
    /// What called the tool, where that was not the model itself. Not in the specification.
    pub caller: Option<Caller>,
    /// The tool's name. Not in the specification.
    pub name: Option<String>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CustomToolCallOutput {
    /// The output of the call with this id.
    pub fn new(call_id: impl Into<String>, output: impl Into<ToolOutput>) -> Self {
        Self {
            call_id: call_id.into(),
            output: Some(output.into()),
            ..Self::default()
        }
    }
}
