//! [`ReplyContext`]: the parts of a request that its reply depends on.

use super::tool_names::ToolNames;

/// The parts of a request that its reply depends on.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReplyContext {
    /// The tools of the request, by the names that the upstream knows.
    pub tools: ToolNames,
    /// The upstream's name of the tool that the request forces to get structured output. The
    /// arguments of its call are the text of the message.
    pub answer_tool: Option<String>,
}

impl ReplyContext {
    /// Creates the context of a request with these tools.
    #[must_use]
    pub fn new(tools: ToolNames) -> Self {
        Self {
            tools,
            answer_tool: None,
        }
    }

    /// Sets the tool that the request forces to get structured output.
    #[must_use]
    pub fn answer_tool(mut self, name: impl Into<String>) -> Self {
        self.answer_tool = Some(name.into());
        self
    }

    /// Returns `true` if a call of this tool is the text of the message.
    pub(crate) fn answers_with(&self, name: &str) -> bool {
        self.answer_tool.as_deref() == Some(name)
    }
}
