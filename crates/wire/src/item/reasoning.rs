//! [`ReasoningItem`]: reasoning of the model.

use crate::content::{ContentPart, SummaryText};
use crate::item::{ItemMetadata, ItemStatus};
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Reasoning of the model: a summary, the text, or an encrypted form that only the provider can
/// read.
///
/// Send it back unchanged to continue the conversation.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "reasoning")]
pub struct ReasoningItem {
    /// Id of the item, such as `rs_01`.
    pub id: Option<String>,
    /// Status of the item.
    pub status: Option<ItemStatus>,
    /// Summary of the reasoning, in parts. With `None` the member is left out; items of a model
    /// contain a list.
    pub summary: Option<Vec<SummaryPart>>,
    /// Text of the reasoning as `reasoning_text` parts, if the provider discloses it.
    pub content: Option<Vec<ContentPart>>,
    /// Encrypted reasoning. Returned if the request's `include` contains
    /// `reasoning.encrypted_content`.
    pub encrypted_content: Option<String>,
    /// Format of the reasoning. It identifies the provider that can read it.
    pub format: Option<ReasoningFormat>,
    /// Signature of the provider over the text, to be sent back unchanged.
    pub signature: Option<String>,
    /// Creator of the item, on services that report it. Not in the specification.
    pub created_by: Option<String>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ReasoningItem {
    /// Returns the text of the reasoning, or its summary if the text is not disclosed. A blank line
    /// separates the parts.
    pub fn text(&self) -> String {
        let content: Vec<&str> = self
            .content
            .iter()
            .flatten()
            .filter_map(ContentPart::reasoning_text)
            .collect();
        if content.is_empty() {
            self.summary_text()
        } else {
            content.join("\n\n")
        }
    }

    /// Returns the text of the summary. A blank line separates the parts.
    pub fn summary_text(&self) -> String {
        let parts: Vec<&str> = self
            .summary
            .iter()
            .flatten()
            .filter_map(SummaryPart::text)
            .collect();
        parts.join("\n\n")
    }
}

/// Part of a reasoning summary.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SummaryPart {
    /// Text.
    #[wire("summary_text", default)]
    SummaryText(SummaryText),
    /// Text without an object around it. Not in the specification; OpenRouter's guide shows it.
    #[wire(string)]
    Text(String),
    /// A part unknown to this version.
    Unknown(Unknown),
}

impl SummaryPart {
    /// Returns the text of the part, or `None` for an unknown kind.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::SummaryText(part) => Some(&part.text),
            Self::Text(text) => Some(text),
            Self::Unknown(_) => None,
        }
    }

    /// Returns the text of the part for changes, or `None` for an unknown kind.
    pub fn text_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::SummaryText(part) => Some(&mut part.text),
            Self::Text(text) => Some(text),
            Self::Unknown(_) => None,
        }
    }
}

/// Format of reasoning, by the API that produced it.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningFormat {
    /// The value `unknown` of the specification.
    #[wire("unknown")]
    Unspecified,
    /// OpenAI's Responses API.
    #[wire("openai-responses-v1")]
    OpenAiResponsesV1,
    /// OpenAI's Responses API on Azure.
    #[wire("azure-openai-responses-v1")]
    AzureOpenAiResponsesV1,
    /// OpenAI's Responses API on Amazon Bedrock.
    #[wire("bedrock-openai-responses-v1")]
    BedrockOpenAiResponsesV1,
    /// xAI's Responses API on Amazon Bedrock.
    #[wire("bedrock-xai-responses-v1")]
    BedrockXaiResponsesV1,
    /// xAI's Responses API.
    #[wire("xai-responses-v1")]
    XaiResponsesV1,
    /// Meta's Responses API.
    #[wire("meta-responses-v1")]
    MetaResponsesV1,
    /// Anthropic's Claude.
    #[wire("anthropic-claude-v1")]
    AnthropicClaudeV1,
    /// Google's Gemini.
    #[wire("google-gemini-v1")]
    GoogleGeminiV1,
    /// A format unknown to this version.
    Unknown(UnknownValue),
}
