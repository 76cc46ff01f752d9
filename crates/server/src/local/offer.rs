//! [`Offer`]: the tools that the model may call, and the names that it writes for them.

use super::schema::Schema;

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Function {
    /// The name that the model writes: the function's own, or `namespace.name`.
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// The schema of its arguments.
    pub(super) parameters: Schema,
}

/// A custom tool that the model may call. Its input is text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Custom {
    /// The name that the model writes: the tool's own, or `namespace.name`.
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) format: Format,
    /// The path of the tool in the request.
    pub(super) path: String,
}

/// The form of a custom tool's input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Format {
    Text,
    /// Text of a grammar in Lark's notation.
    Lark(String),
    /// Text that matches a regular expression completely.
    Regex(String),
}

/// A tool that is not offered because this server does not run it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Skipped {
    /// The tool's type, such as `web_search`.
    pub(super) kind: String,
    /// The label of an MCP server.
    pub(super) label: Option<String>,
}

/// The tools that the model may call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Offer {
    pub(super) functions: Vec<Function>,
    pub(super) customs: Vec<Custom>,
    /// `true` if the model must call one of them.
    pub(super) must_call: bool,
}

impl Offer {
    /// Returns `true` if no tool can be called.
    pub(super) fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.customs.is_empty()
    }

    /// Returns the names of all tools.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let functions = self.functions.iter().map(|tool| tool.name.as_str());
        functions.chain(self.customs.iter().map(|tool| tool.name.as_str()))
    }
}

/// Returns the name that the model writes for a tool in a namespace. A tool's own name has no dot,
/// so that [`split_name`] can separate the two.
pub(super) fn join_name(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}.{name}"),
        None => name.to_owned(),
    }
}

/// Returns the namespace and the own name of a tool.
pub(super) fn split_name(name: &str) -> (Option<&str>, &str) {
    match name.rsplit_once('.') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, name),
    }
}
