//! Results of OpenRouter's alignment plugin: for each model call, which of the caller's rules were
//! broken.

use crate::item::Item;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Result of the alignment plugin: one record per model call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Alignment {
    /// Records of the model calls, in order. Empty if no call had content to evaluate.
    pub calls: Vec<AlignmentCall>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Result of the alignment plugin in an error, with the output that the plugin withheld.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentDetails {
    /// Records of the model calls, in order.
    pub calls: Vec<AlignmentCall>,
    /// Output of the model that the plugin withheld. It does not contain reasoning.
    pub rejected: Option<AlignmentRejected>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Record of one model call.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "outcome")]
pub enum AlignmentCall {
    /// The plugin let the output through.
    #[wire("allowed")]
    Allowed(AlignmentVerdict),
    /// The plugin withheld the output.
    #[wire("blocked")]
    Blocked(AlignmentVerdict),
    /// The plugin could not evaluate the output.
    #[wire("unavailable")]
    Unavailable(AlignmentUnavailable),
    /// An outcome unknown to this version.
    Unknown(Unknown),
}

/// Verdict on one model call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentVerdict {
    /// Number of the record, from 1. A retry continues the numbering.
    pub call: u64,
    /// Verdict on each rule, in the order of the request.
    pub rules: Vec<AlignmentRuleVerdict>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Verdict on one rule for one model call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentRuleVerdict {
    /// `true` if the output has a field that the rule watches. Only such rules are evaluated.
    pub applicable: bool,
    /// `true` if `probability` reached the rule's threshold. Always `false` if the rule is not
    /// applicable.
    pub broken: bool,
    /// Probability that the output breaks the rule, 0 to 1; `None` if the rule is not applicable.
    #[wire(nullable)]
    pub probability: Option<f64>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Record of a model call that the plugin could not evaluate.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentUnavailable {
    /// Number of the record, from 1. A retry continues the numbering.
    pub call: u64,
    /// Reason why the call was not evaluated.
    pub reason: Option<AlignmentUnavailableReason>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Reason why a model call was not evaluated.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AlignmentUnavailableReason {
    /// The model's output was truncated.
    Cut,
    /// The evaluator failed.
    EvaluatorError,
    /// The evaluator's output was not valid.
    MalformedAnswer,
    /// The evaluator exceeded its time limit.
    TimeLimit,
    /// A reason unknown to this version.
    Unknown(UnknownValue),
}

/// Output that the alignment plugin withheld.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum AlignmentRejected {
    /// Output items, as for the Responses API.
    #[wire(array)]
    Items(Vec<Item>),
    /// A chat message, as for the chat completions API.
    #[wire(object)]
    Chat(Box<ChatRejected>),
    /// Any other JSON, kept as received.
    Unknown(Unknown),
}

/// Chat message that the alignment plugin withheld.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatRejected {
    /// Role of the message: the assistant.
    pub role: crate::item::Role,
    /// Text of the message.
    #[wire(nullable)]
    pub content: Option<String>,
    /// Text of the model's refusal.
    #[wire(nullable)]
    pub refusal: Option<String>,
    /// Tool calls of the message.
    pub tool_calls: Option<Vec<ChatToolCall>>,
    /// Images of the message.
    pub images: Option<Vec<ChatImage>>,
    /// Audio of the message, without its data.
    pub audio: Option<ChatAudio>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Tool call of a chat message.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ChatToolCall {
    /// Call of a function.
    #[wire("function")]
    Function(ChatFunctionCall),
    /// A call unknown to this version.
    Unknown(Unknown),
}

/// Function call of a chat message.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatFunctionCall {
    /// Id of the call.
    pub id: String,
    /// Name and arguments of the function.
    pub function: ChatFunction,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Name and arguments of a called function.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatFunction {
    /// Name of the function.
    pub name: String,
    /// Arguments of the function: JSON text in a string.
    pub arguments: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Image of a chat message.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ChatImage {
    /// Image at a URL.
    #[wire("image_url")]
    ImageUrl(ChatImageUrl),
    /// An image unknown to this version.
    Unknown(Unknown),
}

/// Image at a URL, in a chat message.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatImageUrl {
    /// Location of the image.
    pub image_url: ChatUrl,
    /// Members without a typed field.
    pub extra: Extra,
}

/// URL of an image, wrapped in an object.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatUrl {
    /// URL of the image: `https:` or `data:`.
    pub url: String,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Audio of a chat message: id and transcript, without data.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatAudio {
    /// Id that the provider gave the audio.
    pub id: Option<String>,
    /// Transcript of the audio.
    pub transcript: String,
    /// Members without a typed field.
    pub extra: Extra,
}
