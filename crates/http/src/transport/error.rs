//! Why a transport could not bring an answer.

use std::{error::Error as StdError, fmt};

use crate::{redact, send::BoxError};

/// Maximum length of a reason, in characters.
const MAX_REASON_CHARS: usize = 300;

/// An exchange that failed below HTTP.
///
/// What matters most about it is [`was_sent`](Self::was_sent): a request that never left may be
/// repeated at no risk, one that left may be running, and billed, on the other side.
#[derive(Debug)]
pub struct TransportError {
    stage: Stage,
    source: BoxError,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Unusable,
    Connect,
    ConnectTimeout,
    Unprocessed,
    Exchange,
    Garbled,
}

impl TransportError {
    /// No connection could be made: the request was not sent.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Connect, source)
    }

    /// Connecting took longer than allowed: the request was not sent.
    pub fn connect_timeout(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::ConnectTimeout, source)
    }

    /// The server turned the request away and said that it did nothing about it, as HTTP/2 allows:
    /// the request was not sent, as far as anybody can be billed for it.
    pub fn unprocessed(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Unprocessed, source)
    }

    /// The exchange broke after the request was, or may have been, sent.
    pub fn exchange(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Exchange, source)
    }

    /// The answer's body cannot be read: it is not compressed in the way that its head says.
    pub fn garbled(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Garbled, source)
    }

    /// The transport cannot work as it is set up or where it was called, and trying again will not
    /// help: the request was not sent.
    ///
    /// The messages of `source` and of its sources become the message of the call's
    /// [`Error`](crate::Error), which has no source then.
    pub fn unusable(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Unusable, source)
    }

    fn new(stage: Stage, source: impl Into<BoxError>) -> Self {
        Self {
            stage,
            source: source.into(),
        }
    }

    /// Whether the request can have reached the server, and be running there.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        matches!(self.stage, Stage::Exchange | Stage::Garbled)
    }

    /// Whether no connection could be made, for lack of time or otherwise.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.stage, Stage::Connect | Stage::ConnectTimeout)
    }

    /// Whether it was the limit on connecting that ran out.
    #[must_use]
    pub fn is_connect_timeout(&self) -> bool {
        self.stage == Stage::ConnectTimeout
    }

    /// Whether the server turned the request away and did nothing about it.
    #[must_use]
    pub fn is_unprocessed(&self) -> bool {
        self.stage == Stage::Unprocessed
    }

    /// Whether an answer's body came and cannot be read.
    #[must_use]
    pub fn is_garbled(&self) -> bool {
        self.stage == Stage::Garbled
    }

    /// Whether the transport itself is unusable here.
    #[must_use]
    pub fn is_unusable(&self) -> bool {
        self.stage == Stage::Unusable
    }

    /// The messages of all sources in one line.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut reason = self.source.to_string();
        let mut next = self.source.source();
        while let Some(cause) = next {
            reason = format!("{reason}: {cause}");
            next = cause.source();
        }
        redact::line(&reason, MAX_REASON_CHARS)
    }

    /// Returns the cause.
    #[must_use]
    pub fn into_source(self) -> BoxError {
        self.source
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.stage {
            Stage::Unusable => "the transport cannot be used here",
            Stage::Connect => "could not connect",
            Stage::ConnectTimeout => "connecting took too long",
            Stage::Unprocessed => "the server turned the request away",
            Stage::Exchange => "the connection broke",
            Stage::Garbled => "the answer cannot be decompressed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
