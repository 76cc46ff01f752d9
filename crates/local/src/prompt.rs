//! Input of a generation: messages, limits, sampling parameters and a constraint.

use serde_json::Value;

/// Maximum number of output tokens of a prompt without `max_output_tokens`.
pub const DEFAULT_OUTPUT_LIMIT: u32 = 1024;

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Role of the author: `system`, `user`, `assistant`, or another name of ASCII letters, digits,
    /// `_` and `-`.
    pub role: String,
    /// Text of the message. Names of control tokens in it, such as `<|im_end|>`, are plain text.
    pub content: String,
}

impl Message {
    /// Creates a message.
    #[must_use]
    pub fn new(role: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            content: content.into(),
        }
    }

    /// Creates a message of the user.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self::new("user", content)
    }

    /// Creates a message with instructions for the whole conversation.
    #[must_use]
    pub fn system(content: impl Into<String>) -> Self {
        Self::new("system", content)
    }

    /// Creates a message with earlier output of the model.
    #[must_use]
    pub fn assistant(content: impl Into<String>) -> Self {
        Self::new("assistant", content)
    }
}

/// A conversation that the model continues, with limits, sampling parameters and a constraint.
///
/// ```
/// use orouter_local::{Message, Prompt};
///
/// let prompt = Prompt {
///     messages: vec![Message::system("Be brief."), Message::user("Name a colour.")],
///     max_output_tokens: Some(20),
///     seed: Some(7),
///     ..Prompt::default()
/// };
/// # drop(prompt);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// The conversation, oldest message first; at least one.
    pub messages: Vec<Message>,
    /// Maximum number of output tokens, at least 1. Default: [`DEFAULT_OUTPUT_LIMIT`]. The context
    /// limit applies too.
    pub max_output_tokens: Option<u32>,
    /// Sampling temperature, from 0 to 2; 0 always takes the likeliest token. Default 0.2.
    pub temperature: Option<f64>,
    /// Samples only from the likeliest tokens whose probabilities add up to this, from 0 to 1.
    /// Default 0.9.
    pub top_p: Option<f64>,
    /// Samples only from this number of likeliest tokens. Default 0: no limit.
    pub top_k: Option<u32>,
    /// Subtracted from a token's logit for each time it is in the output already, from -2 to 2.
    /// Default 0.
    pub frequency_penalty: Option<f64>,
    /// Subtracted from a token's logit if it is in the output already, from -2 to 2. Default 0.
    pub presence_penalty: Option<f64>,
    /// Seed of the sampler: the same prompt and seed give the same text. Default: random.
    pub seed: Option<u64>,
    /// Stop strings. The output ends before the first of them. Empty strings are ignored.
    pub stop: Vec<String>,
    /// Texts that the model cannot write, except where the constraint prescribes them. Empty texts
    /// are ignored. The names of the chat template's control tokens, such as `<|im_end|>`, are
    /// always forbidden.
    pub forbidden: Vec<String>,
    /// Format that the output must have.
    pub constraint: Option<Constraint>,
}

impl Prompt {
    /// Creates a prompt with one message of the user.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self {
            messages: vec![Message::user(content)],
            ..Self::default()
        }
    }
}

/// Format that the output must have, enforced at each token.
///
/// Output that ends with [`FinishReason::Stop`](crate::FinishReason::Stop) satisfies the constraint.
/// Output that a limit or a stop string ends is a prefix of text that satisfies it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Constraint {
    /// JSON that satisfies this schema.
    JsonSchema(Value),
    /// Text that matches this regular expression as a whole (Rust's `regex` syntax).
    Regex(String),
    /// Text of this grammar, in the Lark dialect of llguidance.
    Lark(String),
}
