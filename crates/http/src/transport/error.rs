//! `TransportError`: a failure of an exchange below HTTP.

use std::{error::Error as StdError, fmt};

use crate::{redact, send::BoxError};

/// Maximum length of a reason, in characters.
const MAX_REASON_CHARS: usize = 300;

/// A failure of an exchange below HTTP.
///
/// [`was_sent`](Self::was_sent) says if the request can have reached the server. A request that was not
/// sent can be repeated without risk. One that was sent may be running, and may be billed.
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
    /// Returns the error for a failed connection. The request was not sent.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Connect, source)
    }

    /// Returns the error for a connect timeout. The request was not sent.
    pub fn connect_timeout(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::ConnectTimeout, source)
    }

    /// Returns the error for a request that the server refused without processing it, as HTTP/2 allows.
    /// Counts as not sent, because it cannot be billed.
    pub fn unprocessed(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Unprocessed, source)
    }

    /// Returns the error for a connection that broke after the request was sent, or may have been.
    pub fn exchange(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Exchange, source)
    }

    /// Returns the error for a body that is not compressed as its `Content-Encoding` says.
    pub fn garbled(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Garbled, source)
    }

    /// Returns the error for a transport that cannot work with its settings or where it was called.
    /// The request was not sent, and a retry will fail as well.
    ///
    /// The SDK reports it with the message of [`reason`](Self::reason) and without a source.
    pub fn unusable(source: impl Into<BoxError>) -> Self {
        Self::new(Stage::Unusable, source)
    }

    fn new(stage: Stage, source: impl Into<BoxError>) -> Self {
        Self {
            stage,
            source: source.into(),
        }
    }

    /// Returns `true` if the request can have reached the server, and may be running there.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        matches!(self.stage, Stage::Exchange | Stage::Garbled)
    }

    /// Returns `true` if no connection could be made, also because of the connect timeout.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.stage, Stage::Connect | Stage::ConnectTimeout)
    }

    /// Returns `true` if the connect timeout passed.
    #[must_use]
    pub fn is_connect_timeout(&self) -> bool {
        self.stage == Stage::ConnectTimeout
    }

    /// Returns `true` if the server refused the request without processing it.
    #[must_use]
    pub fn is_unprocessed(&self) -> bool {
        self.stage == Stage::Unprocessed
    }

    /// Returns `true` if a body arrived that cannot be decompressed.
    #[must_use]
    pub fn is_garbled(&self) -> bool {
        self.stage == Stage::Garbled
    }

    /// Returns `true` if the transport cannot work with its settings or where it was called.
    #[must_use]
    pub fn is_unusable(&self) -> bool {
        self.stage == Stage::Unusable
    }

    /// Returns the messages of all sources in one line of at most 300 characters, without keys.
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
            Stage::Unprocessed => "the server refused the request without processing it",
            Stage::Exchange => "the connection broke",
            Stage::Garbled => "the response cannot be decompressed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
