//! [`ToolCall`]: a call of a tool, or a piece of one.

use orouter_wire::{Extra, Raw, Unknown, Wire};

use crate::tolerant::Skipped;

/// A call of a tool, or a piece of one.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ToolCall {
    pub(in super::super) index: Option<i64>,
    pub(in super::super) id: Option<String>,
    pub(in super::super) function: Option<Function>,
    /// A call of a custom tool. Sent by OpenAI.
    pub(in super::super) custom: Option<CustomTool>,
    /// Data that the provider needs back with the call, such as Gemini's signature of its reasoning.
    pub(in super::super) extra_content: Option<Raw>,
    pub(in super::super) r#type: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The function that is called.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Function {
    pub(in super::super) name: Option<String>,
    pub(in super::super) arguments: Option<Arguments>,
    pub(in super::super) extra: Extra,
}

/// The custom tool that is called.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct CustomTool {
    pub(in super::super) name: Option<String>,
    pub(in super::super) input: Option<String>,
    pub(in super::super) extra: Extra,
}

/// The arguments of a function: JSON text in a string, or the JSON itself.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Arguments {
    #[wire(string)]
    Text(String),
    Unknown(Unknown),
}

impl Arguments {
    /// Returns the arguments as JSON text. Values other than strings, objects and lists are no
    /// arguments.
    pub(in super::super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Unknown(json) => {
                let text = json.raw().get();
                if text.starts_with(['{', '[']) {
                    text.to_owned()
                } else {
                    String::new()
                }
            }
        }
    }
}
