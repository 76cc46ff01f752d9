//! What the alignment plugin saw: whether the caller's rules were kept, call by call.

use crate::item::Item;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Whether the caller's rules were kept, call by call. Stands for `Alignment`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct Alignment {
    /// The model calls, in order.
    pub calls: Vec<AlignmentCall>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The same, with what was held back. Stands for `OpenResponsesErrorMetadata.alignment`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentDetails {
    /// The model calls, in order.
    pub calls: Vec<AlignmentCall>,
    /// What the model wrote and the plugin held back.
    pub rejected: Option<AlignmentRejected>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What became of one model call. Stands for `AlignmentCallRecord`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "outcome")]
pub enum AlignmentCall {
    /// It was let through. Stands for `AlignmentAllowedCallRecord`.
    #[wire("allowed")]
    Allowed(AlignmentVerdict),
    /// It was held back. Stands for `AlignmentBlockedCallRecord`.
    #[wire("blocked")]
    Blocked(AlignmentVerdict),
    /// It could not be judged.
    #[wire("unavailable")]
    Unavailable(AlignmentUnavailable),
    /// An outcome that this version does not know.
    Unknown(Unknown),
}

/// How a model call was judged.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentVerdict {
    /// Which model call, from 0.
    pub call: u64,
    /// The rules, in the request's order.
    pub rules: Vec<AlignmentRuleVerdict>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// How a rule fared. Stands for `AlignmentRuleRecord`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentRuleVerdict {
    /// Whether the rule had anything to say.
    pub applicable: bool,
    /// Whether the rule was broken.
    pub broken: bool,
    /// How likely it was broken, 0 to 1; `null` where that is not known.
    #[wire(nullable)]
    pub probability: Option<f64>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A model call that could not be judged. Stands for `AlignmentUnavailableCallRecord`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct AlignmentUnavailable {
    /// Which model call, from 0.
    pub call: u64,
    /// Why.
    pub reason: Option<AlignmentUnavailableReason>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Why a model call could not be judged.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum AlignmentUnavailableReason {
    /// It was cut short.
    Cut,
    /// The judge failed.
    EvaluatorError,
    /// The judge's answer could not be read.
    MalformedAnswer,
    /// The judge took too long.
    TimeLimit,
    /// A reason that this version does not know.
    Unknown(UnknownValue),
}

/// What a model wrote and the plugin held back. Stands for `AlignmentRejected`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum AlignmentRejected {
    /// As the Responses API would have given it. Stands for `AlignmentResponsesRejected`.
    #[wire(array)]
    Items(Vec<Item>),
    /// As the chat API would have given it. Stands for `AlignmentChatRejected`.
    #[wire(object)]
    Chat(Box<ChatRejected>),
    /// Something else, kept as it came.
    Unknown(Unknown),
}

/// A chat message that was held back. Stands for `AlignmentChatRejected`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatRejected {
    /// Who spoke: the assistant.
    pub role: crate::item::Role,
    /// What it said.
    #[wire(nullable)]
    pub content: Option<String>,
    /// Its refusal.
    #[wire(nullable)]
    pub refusal: Option<String>,
    /// The tools that it called.
    pub tool_calls: Option<Vec<ChatToolCall>>,
    /// The images that it made.
    pub images: Option<Vec<ChatImage>>,
    /// The sound that it made.
    pub audio: Option<ChatAudio>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A tool call of a chat message. Stands for `AlignmentChatToolCall`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ChatToolCall {
    /// A call of a function.
    #[wire("function")]
    Function(ChatFunctionCall),
    /// A call that this version does not know.
    Unknown(Unknown),
}

/// A function call of a chat message.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatFunctionCall {
    /// The call's id.
    pub id: String,
    /// The function.
    pub function: ChatFunction,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The function of a call.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatFunction {
    /// Its name.
    pub name: String,
    /// Its arguments, JSON in a string.
    pub arguments: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// An image of a chat message. Stands for `AlignmentChatImage`.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(tag = "type")]
pub enum ChatImage {
    /// An image at a URL.
    #[wire("image_url")]
    ImageUrl(ChatImageUrl),
    /// An image that this version does not know.
    Unknown(Unknown),
}

/// An image at a URL.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatImageUrl {
    /// Where it is.
    pub image_url: ChatUrl,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Where an image is.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatUrl {
    /// An `https:` or a `data:` URL.
    pub url: String,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Sound of a chat message. Stands for `AlignmentChatAudio`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct ChatAudio {
    /// The sound's id.
    pub id: Option<String>,
    /// What is said in it.
    pub transcript: String,
    /// Members that no field takes.
    pub extra: Extra,
}
