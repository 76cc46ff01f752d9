//! Search among tools whose loading is deferred.

use crate::item::ToolSearchExecution;
use crate::setters::setters;
use crate::{Extra, Raw, Wire};

/// Search among tools whose loading is deferred; OpenAI's `tool_search`, in real traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ToolSearchTool {
    /// Who searches. Default: `server`.
    pub execution: Option<ToolSearchExecution>,
    /// What can be found; models read it. For a search by the caller.
    pub description: Option<String>,
    /// The search's arguments, as a JSON Schema. For a search by the caller.
    pub parameters: Option<Raw>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ToolSearchTool {
    /// Nothing set.
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
