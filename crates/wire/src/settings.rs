//! The small settings of a request that a response echoes: tiers, truncation, modalities, what to
//! include, and the parts of it that other vendors' services take.

use crate::setters::setters;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// How urgently a request is served, and at what price. Spec: `ResponsesRequest.service_tier`,
/// `ServiceTier`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ServiceTier {
    /// As the account says.
    Auto,
    /// As usual.
    Default,
    /// Another name for `priority`.
    Fast,
    /// Cheaper and slower.
    Flex,
    /// Dearer and quicker.
    Priority,
    /// Capacity that was bought ahead.
    Scale,
    /// The quickest there is; falls back to `priority`, then `default`.
    Ultrafast,
    /// A tier this version does not know.
    Unknown(UnknownValue),
}

/// What happens to input that is too long for the model. Spec: `OpenAIResponsesTruncation`,
/// `Truncation`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Truncation {
    /// Items are left out from the middle.
    Auto,
    /// The request fails.
    Disabled,
    /// A way this version does not know.
    Unknown(UnknownValue),
}

/// A kind of output. Spec: `OutputModalityEnum`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Modality {
    /// Text.
    Text,
    /// Images.
    Image,
    /// Sound; in real traffic.
    Audio,
    /// A kind this version does not know.
    Unknown(UnknownValue),
}

/// What a response holds only when asked for. Spec: `ResponseIncludesEnum`; the last ones are in
/// real traffic.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Include {
    /// What file searches found.
    #[wire("file_search_call.results")]
    FileSearchResults,
    /// The addresses of input images.
    #[wire("message.input_image.image_url")]
    InputImageUrls,
    /// The addresses of screenshots.
    #[wire("computer_call_output.output.image_url")]
    ComputerOutputUrls,
    /// Reasoning, sealed, so that it can be sent back where nothing is stored.
    #[wire("reasoning.encrypted_content")]
    EncryptedReasoning,
    /// What code printed.
    #[wire("code_interpreter_call.outputs")]
    CodeInterpreterOutputs,
    /// The probabilities of tokens.
    #[wire("message.output_text.logprobs")]
    OutputTextLogprobs,
    /// The pages that web searches looked at.
    #[wire("web_search_call.action.sources")]
    WebSearchSources,
    /// What web searches found.
    #[wire("web_search_call.results")]
    WebSearchResults,
    /// Anything this version does not know.
    Unknown(UnknownValue),
}

/// Spreads a request over models in order. The service ignores it. Spec: `DeprecatedRoute`.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Route {
    /// The models of `models`, one after the other.
    Fallback,
    /// By the order that the service prefers.
    Sort,
    /// A way this version does not know.
    Unknown(UnknownValue),
}

/// The conversation that a request belongs to, kept by the provider. Not in the spec: OpenAI's, in
/// real traffic.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum Conversation {
    /// Its id.
    #[wire(string)]
    Id(String),
    /// Its id, in an object.
    #[wire(object)]
    Object(ConversationObject),
    /// Any other JSON.
    Unknown(Unknown),
}

impl Conversation {
    /// The conversation's id, however it was given.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Object(object) => Some(&object.id),
            Self::Unknown(_) => None,
        }
    }
}

/// A conversation's id in an object.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ConversationObject {
    /// The id.
    pub id: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How the provider keeps a long conversation short. Not in the spec: OpenAI's, in real traffic.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ContextManagement {
    /// What came before is replaced by a summary.
    Compaction(CompactionManagement),
    /// A way this version does not know.
    Unknown(Unknown),
}

/// What came before is replaced by a summary.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct CompactionManagement {
    /// From how many tokens on.
    pub compact_threshold: Option<u64>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl CompactionManagement {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(CompactionManagement {
    copy compact_threshold: u64;
});

/// How a stream is sent. Not in OpenRouter's spec: that of Open Responses, `StreamOptionsParam`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct StreamOptions {
    /// Whether deltas are padded, so that their sizes tell nothing. Default: `true` where the
    /// service pads at all.
    pub include_obfuscation: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl StreamOptions {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(StreamOptions {
    copy include_obfuscation: bool;
});

/// Moderation beside the answer. Not in the spec: OpenAI's, in real traffic.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationOptions {
    /// The model that moderates.
    pub model: Option<String>,
    /// What becomes of what it finds.
    pub policy: Option<ModerationPolicies>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ModerationOptions {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ModerationOptions {
    into model: String;
    into policy: ModerationPolicies;
});

/// What becomes of what moderation finds, on either side.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationPolicies {
    /// In the input.
    pub input: Option<ModerationPolicy>,
    /// In the output.
    pub output: Option<ModerationPolicy>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ModerationPolicies {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(ModerationPolicies {
    into input: ModerationPolicy;
    into output: ModerationPolicy;
});

/// What becomes of what moderation finds, on one side.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ModerationPolicy {
    /// What it is.
    pub mode: Option<ModerationMode>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl ModerationPolicy {
    /// This mode.
    #[must_use]
    pub fn new(mode: impl Into<ModerationMode>) -> Self {
        Self {
            mode: Some(mode.into()),
            ..Self::default()
        }
    }
}

/// What becomes of what moderation finds.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum ModerationMode {
    /// It is reported.
    Score,
    /// The request fails, or the answer is withheld.
    Block,
    /// A mode this version does not know.
    Unknown(UnknownValue),
}
