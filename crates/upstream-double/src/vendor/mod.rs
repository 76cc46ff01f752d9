//! [`Vendor`]: bodies, streams and errors in the form of a protocol.

mod anthropic;
mod chat;
mod frame;
mod gemini;
mod responses;

use serde_json::Value;

use crate::reply::Reply;
use crate::server::Received;

/// A provider that speaks one protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// Chat Completions.
    Chat,
    /// The Responses API.
    Responses,
    /// Anthropic Messages.
    Anthropic,
    /// Gemini's `generateContent`.
    Gemini,
}

impl Vendor {
    /// Every protocol.
    pub const ALL: [Self; 4] = [Self::Chat, Self::Responses, Self::Anthropic, Self::Gemini];

    /// The protocols of OpenAI.
    pub const OPENAI: [Self; 2] = [Self::Chat, Self::Responses];

    /// Returns the name of the protocol in a configuration.
    #[must_use]
    pub fn protocol(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    /// Returns the key of a request in the header that this vendor reads.
    #[must_use]
    pub fn key(self, request: &Received) -> Option<&str> {
        match self {
            Self::Chat | Self::Responses => {
                request.header("authorization")?.strip_prefix("Bearer ")
            }
            Self::Anthropic => request.header("x-api-key"),
            Self::Gemini => request.header("x-goog-api-key"),
        }
    }

    /// Returns a successful reply with this text: a stream if the request asks for one.
    #[must_use]
    pub fn reply(self, request: &Received, text: &str) -> Reply {
        let model = request.model();
        if request.is_streamed() {
            Reply::stream(self.frames(&model, text))
        } else {
            Reply::json(200, &self.whole(&model, text).to_string())
        }
    }

    /// Returns the body of a successful reply. It reports 11 prompt tokens and 5 output tokens.
    #[must_use]
    pub fn whole(self, model: &str, text: &str) -> Value {
        match self {
            Self::Chat => chat::whole(model, text),
            Self::Responses => responses::whole(model, text),
            Self::Anthropic => anthropic::whole(model, text),
            Self::Gemini => gemini::whole(model, text),
        }
    }

    /// Returns the frames of a successful stream, with a delta for each word of the text.
    #[must_use]
    pub fn frames(self, model: &str, text: &str) -> Vec<String> {
        let mut frames = self.start(model, text);
        frames.extend(self.end(model, text));
        frames
    }

    /// Returns the frames of a stream up to the last delta of the text.
    #[must_use]
    pub fn start(self, model: &str, text: &str) -> Vec<String> {
        let mut frames = self.lifecycle(model);
        frames.extend(match self {
            Self::Chat => chat::deltas(model, text),
            Self::Responses => responses::deltas(text),
            Self::Anthropic => anthropic::deltas(text),
            Self::Gemini => gemini::deltas(model, text),
        });
        frames
    }

    /// Returns the frames that precede any content.
    #[must_use]
    pub fn lifecycle(self, model: &str) -> Vec<String> {
        match self {
            Self::Chat => chat::lifecycle(model),
            Self::Responses => responses::lifecycle(model),
            Self::Anthropic => anthropic::lifecycle(model),
            Self::Gemini => gemini::lifecycle(model),
        }
    }

    /// Returns the frames after the last delta of the text.
    #[must_use]
    pub fn end(self, model: &str, text: &str) -> Vec<String> {
        match self {
            Self::Chat => chat::end(model),
            Self::Responses => responses::end(model, text),
            Self::Anthropic => anthropic::end(),
            Self::Gemini => gemini::end(model),
        }
    }

    /// Returns an error body. `kind` and `code` are those of OpenAI; Anthropic and Gemini have
    /// words of their own for them.
    #[must_use]
    pub fn error(self, kind: &str, code: &Value, message: &str) -> Value {
        match self {
            Self::Chat | Self::Responses => chat::error(kind, code, message),
            Self::Anthropic => anthropic::error(kind, message),
            Self::Gemini => gemini::error(kind, message),
        }
    }

    /// Returns the frame that reports a failure of the server within a stream.
    #[must_use]
    pub fn error_frame(self, code: &str, message: &str) -> String {
        match self {
            Self::Chat => chat::error_frame(code, message),
            Self::Responses => responses::error_frame(code, message),
            Self::Anthropic => anthropic::error_frame(code, message),
            Self::Gemini => gemini::error_frame(code, message),
        }
    }
}
