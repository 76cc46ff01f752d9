//! [`Message`]: what somebody said. The parts it is made of live in [`crate::content`].

use crate::content::{ContentPart, InputText, OutputText};
use crate::item::ItemStatus;
use crate::{Extra, Unknown, UnknownValue, Wire};

/// A message of the user, the system, the developer or the model.
///
/// Stands for `OutputMessage`, `OutputMessageItem`, `EasyInputMessage`, `InputMessageItem` and
/// `OpenAIResponseInputMessageItem`.
///
/// ```
/// use orouter_wire::Message;
///
/// let message = Message::user("What is the capital of France?");
/// assert_eq!(
///     orouter_wire::to_string(&message),
///     r#"{"type":"message","role":"user","content":"What is the capital of France?"}"#
/// );
/// ```
#[derive(CloneEq, Default, Wire)]
#[non_exhaustive]
#[wire(tag = "type", value = "message")]
pub struct Message {
    /// The message's id, such as `msg_01`. The model's messages have one; a caller's need none.
    pub id: Option<String>,
    /// How far the message is. Present on the model's messages.
    pub status: Option<ItemStatus>,
    /// Who speaks.
    pub role: Role,
    /// Whether the model is still commenting on its work or giving its final answer.
    pub phase: Option<Phase>,
    /// What is said: one string, or a list of parts.
    pub content: Option<MessageContent>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl Message {
    /// A message with this role and content.
    pub fn new(role: Role, content: impl Into<MessageContent>) -> Self {
        Self {
            role,
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// A message of the user.
    pub fn user(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::User, content)
    }

    /// A message of the system.
    pub fn system(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::System, content)
    }

    /// A message of the developer, which ranks between the system's and the user's.
    pub fn developer(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::Developer, content)
    }

    /// A message of the model, as one puts it into a history by hand.
    pub fn assistant(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// Sets the id.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: ItemStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// The parts of the content; empty when the content is a string or absent.
    pub fn parts(&self) -> &[ContentPart] {
        match &self.content {
            Some(MessageContent::Parts(parts)) => parts,
            _ => &[],
        }
    }

    /// All of the message's text, its parts joined without a separator. Refusals, reasoning,
    /// images, files and audio are not text.
    pub fn text(&self) -> String {
        match &self.content {
            Some(MessageContent::Text(text)) => text.clone(),
            _ => self.parts().iter().filter_map(ContentPart::text).collect(),
        }
    }

    /// The model's refusal, when it refused.
    pub fn refusal(&self) -> Option<&str> {
        self.parts().iter().find_map(|part| match part {
            ContentPart::Refusal(refusal) => Some(refusal.refusal.as_str()),
            _ => None,
        })
    }
}

/// Who speaks in a message.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Role {
    /// The person or program that asks.
    #[default]
    User,
    /// The model.
    Assistant,
    /// Whoever runs the service.
    System,
    /// Whoever built the application.
    Developer,
    /// A tool.
    Tool,
    /// A critic. In `AdditionalToolsItem` only.
    Critic,
    /// A discriminator. In `AdditionalToolsItem` only.
    Discriminator,
    /// The role that the specification itself calls "unknown". In `AdditionalToolsItem` only.
    #[wire("unknown")]
    NotSaid,
    /// A role that this version does not know.
    Unknown(UnknownValue),
}

/// Which part of its work a message of the model belongs to.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Phase {
    /// Said on the way, between tool calls.
    Commentary,
    /// The answer.
    FinalAnswer,
    /// A phase that this version does not know.
    Unknown(UnknownValue),
}

/// The content of a message: one string or a list of parts.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum MessageContent {
    /// Plain text.
    #[wire(string)]
    Text(String),
    /// A list of parts.
    #[wire(array)]
    Parts(Vec<ContentPart>),
    /// Something else, kept as it came.
    Unknown(Unknown),
}

impl From<ContentPart> for MessageContent {
    fn from(part: ContentPart) -> Self {
        Self::Parts(vec![part])
    }
}

impl From<InputText> for MessageContent {
    fn from(part: InputText) -> Self {
        Self::Parts(vec![ContentPart::InputText(part)])
    }
}

impl From<OutputText> for MessageContent {
    fn from(part: OutputText) -> Self {
        Self::Parts(vec![ContentPart::OutputText(part)])
    }
}

impl<const N: usize> From<[ContentPart; N]> for MessageContent {
    fn from(parts: [ContentPart; N]) -> Self {
        Self::Parts(Vec::from(parts))
    }
}
