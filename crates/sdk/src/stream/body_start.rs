//! [`BodyStart`]: the form of a body that the server calls an event stream, by its first bytes.
//!
//! No line with a meaning in an event stream starts with a brace, a bracket or `<`. A body that
//! starts with one of them is collected, and read as JSON once it is complete.

use bytes::{Buf as _, Bytes, BytesMut};

use crate::sniff::{self, Form, Sniffer};

/// The start of a body, as far as it has arrived.
pub(super) enum BodyStart {
    /// Only white space so far, kept for the body of an error.
    Blank(BytesMut),
    /// An event stream.
    Events,
    /// JSON or markup: the whole body so far.
    Json(BytesMut),
}

/// The collected bytes would exceed their limit.
pub(super) struct TooLarge;

impl Default for BodyStart {
    fn default() -> Self {
        Self::Blank(BytesMut::new())
    }
}

impl BodyStart {
    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }

    /// Returns a chunk of an event stream. Keeps the chunk, and returns `None`, if the body is not an
    /// event stream or its form is not known yet. At most `limit` bytes are kept.
    pub(super) fn sort(
        &mut self,
        mut chunk: Bytes,
        limit: usize,
    ) -> Result<Option<Bytes>, TooLarge> {
        if let Self::Blank(before) = self {
            let blank = sniff::blank(&chunk);
            let rest = chunk.get(blank..).unwrap_or_default();
            if rest.is_empty() {
                if blank > limit.saturating_sub(before.len()) {
                    return Err(TooLarge);
                }
                before.extend_from_slice(&chunk);
                return Ok(None);
            }
            *self = match Sniffer::default().push(rest) {
                Some(Form::Json | Form::Markup) => Self::Json(std::mem::take(before)),
                Some(Form::Events | Form::Other) | None => {
                    chunk.advance(blank);
                    Self::Events
                }
            };
        }
        let Self::Json(read) = self else {
            return Ok(Some(chunk));
        };
        if chunk.len() > limit.saturating_sub(read.len()) {
            return Err(TooLarge);
        }
        read.extend_from_slice(&chunk);
        Ok(None)
    }

    /// Takes the JSON of a complete body; `None` if it is not JSON.
    pub(super) fn take_json(&mut self) -> Option<Bytes> {
        match std::mem::take(self) {
            Self::Json(read) => Some(read.freeze()),
            Self::Blank(_) | Self::Events => None,
        }
    }
}
