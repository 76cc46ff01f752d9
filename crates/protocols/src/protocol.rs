//! [`Protocol`]: the API that an upstream speaks.

use std::fmt;
use std::str::FromStr;

use crate::notes::Notes;
use crate::refusal::Refusal;
use crate::target::{RequestSource, Target};
use crate::upstream_request::UpstreamRequest;
use crate::{chat, responses};

/// The API that an upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// The Responses API: `POST {base}/responses`.
    Responses,
    /// Chat Completions: `POST {base}/chat/completions`.
    Chat,
}

impl Protocol {
    /// Returns the protocol's name in a configuration file: `responses`, `chat`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Chat => "chat",
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
        f.write_str("must be `responses` or `chat`")
    }
}

impl std::error::Error for UnknownProtocol {}

impl FromStr for Protocol {
    type Err = UnknownProtocol;

    fn from_str(name: &str) -> Result<Self, UnknownProtocol> {
        match name {
            "responses" => Ok(Self::Responses),
            "chat" => Ok(Self::Chat),
            _ => Err(UnknownProtocol),
        }
    }
}
