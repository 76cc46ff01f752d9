//! Smaller settings of a request that a response echoes: service tier, truncation, modalities,
//! included data, and members of other vendors' services.

use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Service tier: speed and price at which a request is served.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ServiceTier {
    /// The account's setting.
    Auto,
    /// Standard speed and price.
    Default,
    /// Alias of `priority`.
    Fast,
    /// Lower price and lower speed.
    Flex,
    /// Higher price and higher speed.
    Priority,
    /// Capacity that was bought in advance.
    Scale,
    /// Highest speed. Falls back to `priority`, then to `default`.
    Ultrafast,
    /// A tier unknown to this version.
    Unknown(UnknownValue),
}

/// Handling of input that exceeds the model's context.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Truncation {
    /// Items from the middle of the input are dropped.
    Auto,
    /// The request fails.
    Disabled,
    /// A method unknown to this version.
    Unknown(UnknownValue),
}

/// Kind of output.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Modality {
    /// Text.
    Text,
    /// Images.
    Image,
    /// Audio. Not in the specification, but seen in recorded traffic.
    Audio,
    /// A kind unknown to this version.
    Unknown(UnknownValue),
}

/// Data that a response contains only if the request asks for it. The last variants are not in the
/// specification, but seen in recorded traffic.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Include {
    /// Results of file searches.
    #[wire("file_search_call.results")]
    FileSearchResults,
    /// URLs of input images.
    #[wire("message.input_image.image_url")]
    InputImageUrls,
    /// URLs of screenshots.
    #[wire("computer_call_output.output.image_url")]
    ComputerOutputUrls,
    /// Encrypted reasoning, to send back in the next request if the service does not store
    /// responses.
    #[wire("reasoning.encrypted_content")]
    EncryptedReasoning,
    /// Output of executed code.
    #[wire("code_interpreter_call.outputs")]
    CodeInterpreterOutputs,
    /// Log probabilities of output tokens.
    #[wire("message.output_text.logprobs")]
    OutputTextLogprobs,
    /// Pages that web searches read.
    #[wire("web_search_call.action.sources")]
    WebSearchSources,
    /// Results of web searches.
    #[wire("web_search_call.results")]
    WebSearchResults,
    /// A value unknown to this version.
    Unknown(UnknownValue),
}

/// Deprecated form of [`SortPartition`](crate::SortPartition). The service ignores it.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Route {
    /// The models in `models` are tried in order.
    Fallback,
    /// Endpoints are tried in the service's order.
    Sort,
    /// A method unknown to this version.
    Unknown(UnknownValue),
}

/// Conversation that the provider stores and a request belongs to. Not in the specification;
/// OpenAI's API has it.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum Conversation {
    /// Id of the conversation.
    #[wire(string)]
    Id(String),
    /// Id of the conversation in an object.
    #[wire(object)]
    Object(ConversationObject),
    /// Any other JSON.
    Unknown(Unknown),
}

impl Conversation {
    /// Returns the id of the conversation, or `None` for an unknown form.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Object(object) => Some(&object.id),
            Self::Unknown(_) => None,
        }
    }
}

/// Id of a conversation, wrapped in an object.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ConversationObject {
    /// Id of the conversation.
    pub id: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Method to shorten a long conversation. Not in the specification; OpenAI's API has it.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ContextManagement {
    /// Earlier items are replaced by a summary.
    Compaction(CompactionManagement),
    /// A method unknown to this version.
    Unknown(Unknown),
}

/// Replacement of earlier items by a summary.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CompactionManagement {
    /// Number of tokens from which the conversation is compacted.
    pub compact_threshold: Option<u64>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl CompactionManagement {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(CompactionManagement {
    copy compact_threshold: u64;
});

/// Options of a stream. Not in OpenRouter's specification; Open Responses has it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct StreamOptions {
    /// Pads delta events, so that their sizes do not reveal the text. Default: `true` on services
    /// that support padding.
    pub include_obfuscation: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl StreamOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(StreamOptions {
    copy include_obfuscation: bool;
});

/// Moderation of input and output. Not in the specification; OpenAI's API has it.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationOptions {
    /// Model that moderates.
    pub model: Option<String>,
    /// Policies for the input and the output.
    pub policy: Option<ModerationPolicies>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ModerationOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ModerationOptions {
    into model: String;
    into policy: ModerationPolicies;
});

/// Moderation policies for the input and the output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationPolicies {
    /// Policy for the input.
    pub input: Option<ModerationPolicy>,
    /// Policy for the output.
    pub output: Option<ModerationPolicy>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ModerationPolicies {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ModerationPolicies {
    into input: ModerationPolicy;
    into output: ModerationPolicy;
});

/// Moderation policy for the input or the output.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationPolicy {
    /// Action on flagged content.
    pub mode: Option<ModerationMode>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl ModerationPolicy {
    /// Creates a policy with this mode.
    #[must_use]
    pub fn new(mode: impl Into<ModerationMode>) -> Self {
        Self {
            mode: Some(mode.into()),
            ..Self::default()
        }
    }
}

/// Action on flagged content.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ModerationMode {
    /// Flagged content is reported.
    Score,
    /// The request fails, or the output is withheld.
    Block,
    /// A mode unknown to this version.
    Unknown(UnknownValue),
}
