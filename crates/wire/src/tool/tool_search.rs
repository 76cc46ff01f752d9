//! [`ToolSearchTool`]: search for deferred tools.

use crate::setters::setters;
use crate::{Extra, Raw, UnknownValue, Wire};

/// Tool with which the model searches for deferred tools: OpenAI's `tool_search`. Not in the
/// specification, but seen in recorded traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolSearchTool {
    /// Executor of the search. Default: `server`.
    pub execution: Option<ToolSearchExecution>,
    /// Description for the model of the tools that can be found. Only for a search by the caller.
    pub description: Option<String>,
    /// JSON Schema of the search's arguments. Only for a search by the caller.
    pub parameters: Option<Raw>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ToolSearchTool {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ToolSearchTool {
    into execution: ToolSearchExecution;
    into description: String;
    into parameters: Raw;
});

/// Executor of a tool search.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ToolSearchExecution {
    /// The service.
    Server,
    /// The caller.
    Client,
    /// An executor unknown to this version.
    Unknown(UnknownValue),
}
