//! [`Block`]: a block of the content, or the beginning of one.

use orouter_wire::{Extra, Unknown, Wire};

use super::citation::Citation;
use crate::tolerant::{List, Skipped};

/// A block of the content. In a stream its texts are empty, or the beginning.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Block {
    pub(in super::super) r#type: Option<String>,
    pub(in super::super) text: Option<String>,
    pub(in super::super) citations: Option<List<Citation>>,
    pub(in super::super) thinking: Option<String>,
    pub(in super::super) signature: Option<String>,
    /// Encrypted thinking.
    pub(in super::super) data: Option<String>,
    pub(in super::super) id: Option<String>,
    pub(in super::super) name: Option<String>,
    pub(in super::super) input: Option<Input>,
    /// The result of a tool that the provider runs.
    pub(in super::super) content: Option<Skipped>,
    pub(in super::super) encrypted_content: Option<Skipped>,
    pub(in super::super) tool_use_id: Option<Skipped>,
    pub(in super::super) caller: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

/// The input of a tool: the JSON itself, or JSON text in a string.
#[derive(Clone, Debug, PartialEq, Wire)]
#[wire(untagged)]
pub(in super::super) enum Input {
    #[wire(string)]
    Text(String),
    Unknown(Unknown),
}

impl Input {
    /// Returns the input as JSON text. Values other than strings, objects and lists, and an empty
    /// object, are no input.
    pub(in super::super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text).filter(|text| !text.is_empty()),
            Self::Unknown(json) => {
                let text = json.raw().get();
                let is_empty = text
                    .strip_prefix('{')
                    .is_some_and(|rest| rest.trim_start() == "}");
                (text.starts_with(['{', '[']) && !is_empty).then(|| text.to_owned())
            }
        }
    }
}
