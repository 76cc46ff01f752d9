//! [`Protocol`]: the API that an upstream speaks.

use std::fmt;
use std::str::FromStr;

use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;
use crate::{anthropic, chat, gemini, responses};

/// The API that an upstream speaks.
///
/// A server matches it exhaustively, because each API has its own header for the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// The Responses API: `POST {base}/responses`.
    Responses,
    /// Chat Completions: `POST {base}/chat/completions`.
    Chat,
    /// Anthropic Messages: `POST {base}/messages`.
    Anthropic,
    /// The Gemini API: `POST {base}/models/{model}:generateContent`.
    Gemini,
}

impl Protocol {
    /// All protocols.
    pub const ALL: [Self; 4] = [Self::Responses, Self::Chat, Self::Anthropic, Self::Gemini];

    /// Returns the protocol's name in a configuration file: `responses`, `chat`, `anthropic`,
    /// `gemini`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Chat => "chat",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    /// Translates a request for an upstream that speaks this protocol. Adds the parts that are not
    /// sent as they are to `notes`.
    ///
    /// # Errors
    /// If the request asks for something that the endpoint cannot do, and that may not be left out.
    pub fn request(
        self,
        source: &RequestSource<'_>,
        target: &Target<'_>,
        notes: &Notes,
    ) -> Result<UpstreamRequest, Refusal> {
        match self {
            Self::Responses => responses::request(source, target, notes),
            Self::Chat => chat::request(source, target, notes),
            Self::Anthropic => anthropic::request(source, target, notes),
            Self::Gemini => gemini::request(source, target, notes),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is not the name of a [`Protocol`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProtocol;

impl fmt::Display for UnknownProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be `responses`, `chat`, `anthropic` or `gemini`")
    }
}

impl std::error::Error for UnknownProtocol {}

impl FromStr for Protocol {
    type Err = UnknownProtocol;

    fn from_str(name: &str) -> Result<Self, UnknownProtocol> {
        match name {
            "responses" => Ok(Self::Responses),
            "chat" => Ok(Self::Chat),
            "anthropic" => Ok(Self::Anthropic),
            "gemini" => Ok(Self::Gemini),
            _ => Err(UnknownProtocol),
        }
    }
}
