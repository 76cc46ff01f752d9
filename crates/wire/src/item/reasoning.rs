//! [`ReasoningItem`]: what the model thought before it answered.

use crate::content::ContentPart;
use crate::item::ItemStatus;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// What the model thought before it answered: a summary, the text itself, or an encrypted form
/// that only the provider reads and that must be sent back unchanged to go on from.
///
/// Stands for `OutputItemReasoning`, `OutputReasoningItem` and `ReasoningItem`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "reasoning")]
pub struct ReasoningItem {
    /// The item's id, such as `rs_01`.
    pub id: Option<String>,
    /// How far the item is.
    pub status: Option<ItemStatus>,
    /// A summary, in parts. `None` writes nothing; the model's own items hold a list.
    pub summary: Option<Vec<SummaryPart>>,
    /// The reasoning itself, where the provider shows it; `reasoning_text` parts.
    pub content: Option<Vec<ContentPart>>,
    /// The reasoning in a form that only its provider reads. Returned when the request's
    /// `include` names `reasoning.encrypted_content`.
    pub encrypted_content: Option<String>,
    /// Which provider's reasoning this is, so that it is sent back to the right one.
    pub format: Option<ReasoningFormat>,
    /// The provider's signature over the text, to be sent back unchanged.
    pub signature: Option<String>,
    /// Who made the item, on services that say so. Not in the specification.
    pub created_by: Option<String>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ReasoningItem {
    /// The reasoning to show: its text, or where there is none, its summary; a blank line
    /// between parts.
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

    /// The summary's text, a blank line between parts.
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

/// One part of a reasoning summary.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum SummaryPart {
    /// Text.
    #[wire("summary_text", default)]
    SummaryText(SummaryText),
    /// A part that this version does not know.
    Unknown(Unknown),
}

impl SummaryPart {
    /// The part's text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::SummaryText(part) => Some(&part.text),
            Self::Unknown(_) => None,
        }
    }
}

/// A piece of a reasoning summary. Stands for `ReasoningSummaryText`.
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "summary_text")]
pub struct SummaryText {
    /// The text.
    pub text: String,
    /// Members that no field takes.
    pub extra: Extra,
}

impl SummaryText {
    /// A piece of summary with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Which provider's reasoning an item holds. Stands for `ReasoningFormat`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ReasoningFormat {
    /// The format that the specification itself calls "unknown".
    #[wire("unknown")]
    NotSaid,
    /// OpenAI's Responses API.
    #[wire("openai-responses-v1")]
    OpenAiResponsesV1,
    /// The same, on Azure.
    #[wire("azure-openai-responses-v1")]
    AzureOpenAiResponsesV1,
    /// The same, on Amazon Bedrock.
    #[wire("bedrock-openai-responses-v1")]
    BedrockOpenAiResponsesV1,
    /// xAI's, on Amazon Bedrock.
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
    /// A format that this version does not know.
    Unknown(UnknownValue),
}
