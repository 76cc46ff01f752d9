//! [`ReasoningDetail`] and [`ThinkingBlock`]: reasoning in blocks, with the data that the provider
//! needs back.

use orouter_wire::{Extra, Wire};

/// A block of reasoning on OpenRouter: `reasoning.text`, `reasoning.summary` or
/// `reasoning.encrypted`. In a stream, blocks with the same `index` are pieces of one block.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ReasoningDetail {
    pub(in super::super) r#type: Option<String>,
    pub(in super::super) text: Option<String>,
    pub(in super::super) summary: Option<String>,
    pub(in super::super) data: Option<String>,
    pub(in super::super) signature: Option<String>,
    pub(in super::super) format: Option<String>,
    pub(in super::super) id: Option<String>,
    pub(in super::super) index: Option<i64>,
    pub(in super::super) extra: Extra,
}

/// A block of reasoning on LiteLLM, in Anthropic's form: `thinking` or `redacted_thinking`.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct ThinkingBlock {
    pub(in super::super) r#type: Option<String>,
    pub(in super::super) thinking: Option<String>,
    pub(in super::super) data: Option<String>,
    pub(in super::super) signature: Option<String>,
    pub(in super::super) extra: Extra,
}
