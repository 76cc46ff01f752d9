//! [`Message`]: a message of a conversation. Its parts are in [`crate::content`].

use crate::content::{
    ContentPart, InputAudio, InputFile, InputImage, InputText, InputVideo, OutputText,
};
use crate::item::{ItemMetadata, ItemStatus};
use crate::{Extra, Unknown, UnknownValue, Wire};

/// Message of the user, the system, the developer or the model.
///
/// Use the constructors to build the input of a request, and [`text`](Self::text) to read a message
/// of a response.
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
    /// Id of the message, such as `msg_01`. Messages of the model have one; messages of the caller
    /// do not need one.
    pub id: Option<String>,
    /// Status of the message. Present on messages of the model.
    pub status: Option<ItemStatus>,
    /// Role of the message's author.
    pub role: Role,
    /// Phase of the model's work: commentary or final answer.
    pub phase: Option<Phase>,
    /// Content: a string or a list of parts.
    pub content: Option<MessageContent>,
    /// Labels of the item. Not in the specification; clients such as Codex send them.
    pub metadata: Option<Box<ItemMetadata>>,
    /// Labels of the item that the service copies into the model's conversation. Not in the
    /// specification; Codex sends them.
    pub internal_chat_message_metadata_passthrough: Option<Box<ItemMetadata>>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl Message {
    /// Creates a message with this role and content.
    pub fn new(role: Role, content: impl Into<MessageContent>) -> Self {
        Self {
            role,
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// Creates a message of the user.
    pub fn user(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::User, content)
    }

    /// Creates a message of the system.
    pub fn system(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::System, content)
    }

    /// Creates a message of the developer, whose priority is between the system and the user.
    pub fn developer(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::Developer, content)
    }

    /// Creates a message of the model, for a history that the caller writes.
    pub fn assistant(content: impl Into<MessageContent>) -> Self {
        Self::new(Role::Assistant, content)
    }

    /// Adds a part. Content that is a string becomes a text part first.
    ///
    /// ```
    /// use orouter_wire::{InputImage, Message};
    ///
    /// let message = Message::user("Which cat is older?")
    ///     .part(InputImage::from_url("https://example.com/1.jpg"))
    ///     .part(InputImage::from_url("https://example.com/2.jpg"));
    /// assert_eq!(message.parts().len(), 3);
    /// ```
    #[must_use]
    pub fn part(mut self, part: impl Into<ContentPart>) -> Self {
        let mut parts = match self.content {
            Some(MessageContent::Parts(parts)) => parts,
            Some(MessageContent::Text(text)) if text.is_empty() => Vec::new(),
            Some(MessageContent::Text(text)) if self.role == Role::Assistant => {
                vec![ContentPart::output_text(text)]
            }
            Some(MessageContent::Text(text)) => vec![ContentPart::input_text(text)],
            Some(MessageContent::Unknown(_)) | None => Vec::new(),
        };
        parts.push(part.into());
        self.content = Some(MessageContent::Parts(parts));
        self
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

    /// Returns the parts of the content. The slice is empty if the content is a string or absent.
    pub fn parts(&self) -> &[ContentPart] {
        match &self.content {
            Some(MessageContent::Parts(parts)) => parts,
            _ => &[],
        }
    }

    /// Returns the text of the message. Text parts are joined without a separator. Refusals,
    /// reasoning, images, files and audio are excluded.
    pub fn text(&self) -> String {
        match &self.content {
            Some(MessageContent::Text(text)) => text.clone(),
            _ => self.parts().iter().filter_map(ContentPart::text).collect(),
        }
    }

    /// Returns the first refusal of the message, or `None` if the model did not refuse.
    pub fn refusal(&self) -> Option<&str> {
        self.parts().iter().find_map(|part| match part {
            ContentPart::Refusal(refusal) => Some(refusal.refusal.as_str()),
            _ => None,
        })
    }
}

/// Role of a message's author.
#[derive(CloneEq, Debug, Default, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Role {
    /// The person or program that uses the application.
    #[default]
    User,
    /// The model.
    Assistant,
    /// The operator of the service.
    System,
    /// The developer of the application.
    Developer,
    /// A tool.
    Tool,
    /// A critic. Occurs only in [`AdditionalTools`](crate::AdditionalTools) items.
    Critic,
    /// A discriminator. Occurs only in [`AdditionalTools`](crate::AdditionalTools) items.
    Discriminator,
    /// The value `unknown` of the specification. Occurs only in
    /// [`AdditionalTools`](crate::AdditionalTools) items.
    #[wire("unknown")]
    Unspecified,
    /// A role unknown to this version.
    Unknown(UnknownValue),
}

/// Phase of the model's work that a message belongs to.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum Phase {
    /// Commentary between tool calls.
    Commentary,
    /// Final answer.
    FinalAnswer,
    /// A phase unknown to this version.
    Unknown(UnknownValue),
}

/// Content of a message: a string or a list of parts.
#[derive(CloneEq, Debug, Wire)]
#[non_exhaustive]
#[wire(untagged)]
pub enum MessageContent {
    /// A string.
    #[wire(string)]
    Text(String),
    /// A list of parts.
    #[wire(array)]
    Parts(Vec<ContentPart>),
    /// Any other JSON, kept as received.
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

/// A content of one part, for messages without text.
macro_rules! one_part {
    ($($part:ident)+) => {
        $(impl From<$part> for MessageContent {
            fn from(part: $part) -> Self {
                Self::Parts(vec![part.into()])
            }
        })+
    };
}

one_part!(InputImage InputFile InputAudio InputVideo);

impl<const N: usize> From<[ContentPart; N]> for MessageContent {
    fn from(parts: [ContentPart; N]) -> Self {
        Self::Parts(Vec::from(parts))
    }
}
