//! [`Delta`]: a piece of a message, or a message as a whole.

#![allow(
    clippy::box_collection,
    reason = "rare members are boxed, because a delta is moved several times"
)]

use orouter_wire::{Extra, Raw, Wire};

use super::call::{Function, ToolCall};
use super::content::Content;
use super::media::{Audio, Image};
use super::reasoning::{ReasoningDetail, ThinkingBlock};
use crate::tolerant::{List, Skipped};

/// A piece of a message, or a message as a whole.
#[derive(Clone, Debug, Default, PartialEq, Wire)]
pub(in super::super) struct Delta {
    pub(in super::super) content: Option<Content>,
    pub(in super::super) refusal: Option<Box<String>>,
    /// Reasoning on OpenRouter, Groq, vLLM, Ollama and others.
    pub(in super::super) reasoning: Option<String>,
    /// Reasoning on DeepSeek, llama.cpp, SGLang and others.
    pub(in super::super) reasoning_content: Option<String>,
    /// Reasoning on GitHub Copilot.
    pub(in super::super) reasoning_text: Option<Box<String>>,
    /// Encrypted reasoning on GitHub Copilot.
    pub(in super::super) reasoning_opaque: Option<Box<String>>,
    /// Blocks of reasoning on OpenRouter. They repeat the text of `reasoning`.
    pub(in super::super) reasoning_details: Option<Box<List<ReasoningDetail>>>,
    /// Blocks of reasoning on LiteLLM. They repeat the text of `reasoning_content`.
    pub(in super::super) thinking_blocks: Option<Box<List<ThinkingBlock>>>,
    pub(in super::super) tool_calls: Option<List<ToolCall>>,
    /// The call of a function before tools existed.
    pub(in super::super) function_call: Option<Box<Function>>,
    pub(in super::super) annotations: Option<Box<Vec<Raw>>>,
    /// Generated images on OpenRouter.
    pub(in super::super) images: Option<Box<List<Image>>>,
    pub(in super::super) audio: Option<Box<Audio>>,
    pub(in super::super) role: Option<Skipped>,
    pub(in super::super) channel: Option<Skipped>,
    pub(in super::super) padding: Option<Skipped>,
    pub(in super::super) provider_metadata: Option<Skipped>,
    pub(in super::super) executed_tools: Option<Skipped>,
    pub(in super::super) extra: Extra,
}

impl Delta {
    /// Returns `true` if the delta has text of the message.
    pub(in super::super) fn has_text(&self) -> bool {
        self.content.as_ref().is_some_and(Content::has_text)
    }

    /// Returns `true` if the delta has anything beside the text of the message: reasoning, a refusal,
    /// calls or media.
    pub(in super::super) fn has_other(&self) -> bool {
        let filled = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
        filled(self.reasoning.as_deref())
            || filled(self.reasoning_content.as_deref())
            || filled(self.reasoning_text.as_deref().map(String::as_str))
            || filled(self.refusal.as_deref().map(String::as_str))
            || self
                .reasoning_details
                .as_ref()
                .is_some_and(|list| !list.is_empty())
            || self
                .thinking_blocks
                .as_ref()
                .is_some_and(|list| !list.is_empty())
            || self
                .tool_calls
                .as_ref()
                .is_some_and(|list| !list.is_empty())
            || self.content.as_ref().is_some_and(Content::has_pieces)
            || filled(self.reasoning_opaque.as_deref().map(String::as_str))
            || self.function_call.is_some()
            || self.images.as_ref().is_some_and(|list| !list.is_empty())
            || self.audio.is_some()
    }
}
