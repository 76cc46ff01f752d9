//! Programs of the model that call tools. Not in the specification; OpenAI sends them if the
//! request has the tool `programmatic_tool_calling`.

use crate::item::{ItemStatus, ToolOutput};
use crate::{Extra, Wire};

/// Program of the model that calls tools. The calls refer to it in their `caller`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "program")]
pub struct Program {
    /// Id of the item, such as `cm_01`.
    pub id: Option<String>,
    /// Status of the program.
    pub status: Option<ItemStatus>,
    /// Id that links the program to its tool calls and its output.
    pub call_id: String,
    /// Source code, in JavaScript.
    pub code: String,
    /// Fingerprint of the program, to be sent back unchanged.
    pub fingerprint: Option<String>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Output of a program.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "program_output")]
pub struct ProgramOutput {
    /// Id of the item.
    pub id: Option<String>,
    /// Status of the program.
    pub status: Option<ItemStatus>,
    /// Call id of the program.
    pub call_id: String,
    /// Output of the program.
    pub result: Option<ToolOutput>,
    /// Output of the program, on services that name it `output`.
    pub output: Option<ToolOutput>,
    /// Members without a typed field.
    pub extra: Extra,
}
