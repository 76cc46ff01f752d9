//! Programs of the model that call tools. None of this is in the specification; OpenAI sends it
//! when the request has the tool `programmatic_tool_calling`.

use crate::item::{ItemStatus, ToolOutput};
use crate::{Extra, Wire};

/// A program of the model that calls tools; the calls name it as their caller.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "program")]
pub struct Program {
    /// The item's id, such as `cm_01`.
    pub id: Option<String>,
    /// How far the program is.
    pub status: Option<ItemStatus>,
    /// What calls and outputs name to be matched with this program.
    pub call_id: String,
    /// The program, in JavaScript.
    pub code: String,
    /// What the provider knows the program by, to be sent back unchanged.
    pub fingerprint: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What a program printed.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "program_output")]
pub struct ProgramOutput {
    /// The item's id.
    pub id: Option<String>,
    /// How far the program is.
    pub status: Option<ItemStatus>,
    /// The program that this belongs to.
    pub call_id: String,
    /// What it printed.
    pub result: Option<ToolOutput>,
    /// The same, on services that call it so.
    pub output: Option<ToolOutput>,
    /// Members that no field takes.
    pub extra: Extra,
}
