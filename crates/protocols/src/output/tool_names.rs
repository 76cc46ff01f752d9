//! [`ToolNames`]: the tools of a request under the names that the upstream knows.

use std::collections::HashMap;

/// The tools of a request, by the names that the upstream knows.
///
/// Chat Completions has functions only: custom tools are sent as functions with one string, and
/// functions of a namespace under a joined name. The reply is turned back with this table.
#[derive(Clone, Debug, Default)]
pub struct ToolNames {
    tools: HashMap<String, ToolName>,
    /// Length of the longest name. A longer one is not hashed: the model's can be of any length.
    longest: usize,
}

/// A tool as the client named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolName {
    /// The name in the client's request.
    pub name: String,
    /// The namespace in the client's request.
    pub namespace: Option<String>,
    /// The kind of the tool.
    pub kind: ToolKind,
}

/// The kind of a tool in the client's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolKind {
    /// `function`: calls are `function_call` items.
    Function,
    /// `custom`: calls are `custom_tool_call` items. The upstream has a function with one string
    /// member, [`ToolNames::INPUT`].
    Custom,
}

impl ToolNames {
    /// The member of a function's arguments that holds the input of a custom tool.
    pub const INPUT: &'static str = "input";

    /// Adds a tool under the name that the upstream knows.
    pub fn insert(&mut self, upstream: impl Into<String>, tool: ToolName) {
        let upstream = upstream.into();
        self.longest = self.longest.max(upstream.len());
        self.tools.insert(upstream, tool);
    }

    /// Returns the tool with this name at the upstream. `None` for a name that the request does not
    /// have: the model made it up, and the call is a `function_call` of that name.
    #[must_use]
    pub fn get(&self, upstream: &str) -> Option<&ToolName> {
        (upstream.len() <= self.longest)
            .then(|| self.tools.get(upstream))
            .flatten()
    }
}
