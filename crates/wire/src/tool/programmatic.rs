//! [`ProgrammaticToolCallingTool`]: programs of the model that call tools.

use crate::{Extra, Wire};

/// Tool with which the model writes programs that call other tools. It has no settings. Not in the
/// specification; OpenAI's API has it.
///
/// A tool can be called by programs if its `allowed_callers` contain
/// [`ToolCaller::Programmatic`](super::ToolCaller::Programmatic).
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ProgrammaticToolCallingTool {
    /// Members without a typed field.
    pub extra: Extra,
}

impl ProgrammaticToolCallingTool {
    /// Creates the tool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}
