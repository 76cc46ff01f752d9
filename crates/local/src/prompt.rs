//! What a caller asks of the model: messages, limits, sampling and the shape of the answer.

use serde_json::Value;

/// Maximum number of tokens in the answer to a prompt without `max_output_tokens`.
pub const DEFAULT_OUTPUT_LIMIT: u32 = 1024;

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
    /// Maximum number of tokens in the answer. Default: [`DEFAULT_OUTPUT_LIMIT`], or less if the
    /// context holds less.
    pub max_output_tokens: Option<u32>,
    /// How freely the next token is drawn: 0 always takes the likeliest, default 0.2, at most 2.
    pub temperature: Option<f64>,
    /// Draw only from the likeliest tokens that together reach this probability; default 0.9,
    /// from 0 to 1.
    pub top_p: Option<f64>,
    /// Draw only from so many of the likeliest tokens; 0, the default, is no limit.
    pub top_k: Option<u32>,
    /// Subtracted from a token's score for each time it is in the answer already; default 0, from
    /// -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// Subtracted from a token's score if it is in the answer already; default 0, from -2 to 2.
    pub presence_penalty: Option<f64>,
    /// The same seed and prompt give the same text. Default: a random seed for each answer.
    pub seed: Option<u64>,
    /// Texts that end the answer where they would appear; they are never part of it. Empty ones
    /// are ignored.
    pub stop: Vec<String>,
    /// Texts that the answer never contains where its constraint leaves it free. Empty ones are
    /// ignored. The names of the template's control tokens (`<|im_end|>`) are among them always.
    pub forbidden: Vec<String>,
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
