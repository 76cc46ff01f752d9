//! What a caller asks of the model: messages, limits, sampling and the shape of the answer.

use serde_json::Value;

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who speaks: `system`, `user`, `assistant`, or any other name the model may be shown.
    pub role: String,
    /// What is said. Names of control tokens in it (`<|im_end|>`) are read as plain text.
    pub content: String,
}

impl Message {
    /// A turn of `role` that says `content`.
    #[must_use]
    pub fn new(role: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            content: content.into(),
        }
    }

    /// A turn of the user.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self::new("user", content)
    }

    /// Instructions that hold for the whole conversation.
    #[must_use]
    pub fn system(content: impl Into<String>) -> Self {
        Self::new("system", content)
    }

    /// An earlier answer of the model.
    #[must_use]
    pub fn assistant(content: impl Into<String>) -> Self {
        Self::new("assistant", content)
    }
}

/// A conversation to be continued by the model, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// The conversation so far, oldest first. At least one message.
    pub messages: Vec<Message>,
    /// At most so many tokens are made; the default is what the context still holds.
    pub max_output_tokens: Option<u32>,
    /// How freely the next token is drawn: 0 always takes the likeliest, default 0.2, at most 2.
    pub temperature: Option<f64>,
    /// Draw only from the likeliest tokens that together reach this probability; default 0.9,
    /// from 0 to 1.
    pub top_p: Option<f64>,
    /// The same seed and prompt give the same text. Default 7, so that a prompt without a seed is
    /// answered in the same way each time too.
    pub seed: Option<u64>,
    /// Texts that end the answer where they would appear; they are never part of it. Empty ones
    /// are ignored.
    pub stop: Vec<String>,
    /// A shape that the answer must have.
    pub constraint: Option<Constraint>,
}

impl Prompt {
    /// A conversation of one message, by the user.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self {
            messages: vec![Message::user(content)],
            ..Self::default()
        }
    }
}

/// A shape that the model's answer must have.
///
/// It is enforced token by token, so an answer that ends with
/// [`FinishReason::Stop`](crate::FinishReason::Stop) always has it; one that is cut by a limit or
/// by a stop string is the beginning of one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Constraint {
    /// JSON that satisfies this JSON schema.
    JsonSchema(Value),
    /// Text that matches this regular expression as a whole (Rust's `regex` syntax).
    Regex(String),
    /// Text of this grammar, in llguidance's dialect of Lark.
    Lark(String),
}
