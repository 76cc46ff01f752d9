//! The start of a body that the server calls a stream of events.
//!
//! No line of an event stream that has a meaning starts with a brace, a bracket or `<`, so a body
//! that does is kept, and read as JSON once it is whole.

use bytes::{Buf as _, Bytes, BytesMut};
use orouter_wire::Response;

use super::Open;
use crate::{
    error::Error,
    sniff::{self, Form, Sniffer},
};

/// What the start of a body says it is.
pub(super) enum Start {
    /// White space only, kept for the body of an error.
    Blank(BytesMut),
    Events,
    /// JSON, as far as it has come.
    Json(BytesMut),
}

impl Default for Start {
    fn default() -> Self {
        Self::Blank(BytesMut::new())
    }
}

impl Start {
    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }
}

impl Open {
    /// Gives back a chunk that is of a stream, and keeps one that is not.
    pub(super) fn sort(&mut self, mut chunk: Bytes) -> Result<Option<Bytes>, Error> {
        if let Start::Blank(before) = &mut self.start {
            let blank = sniff::blank(&chunk);
            let rest = chunk.get(blank..).unwrap_or_default();
            if rest.is_empty() {
                if blank > self.answer.max_response_bytes.saturating_sub(before.len()) {
                    return Err(self.answer.too_large());
                }
                before.extend_from_slice(&chunk);
                return Ok(None);
            }
            self.start = match Sniffer::default().push(rest) {
                Some(Form::Json | Form::Markup) => Start::Json(std::mem::take(before)),
                Some(Form::Events | Form::Other) | None => {
                    chunk.advance(blank);
                    Start::Events
                }
            };
        }
        let Start::Json(read) = &mut self.start else {
            return Ok(Some(chunk));
        };
        if chunk.len() > self.answer.max_response_bytes.saturating_sub(read.len()) {
            return Err(self.answer.too_large());
        }
        read.extend_from_slice(&chunk);
        Ok(None)
    }

    /// Decodes the JSON, which is whole.
    pub(super) fn json(&mut self) -> Result<Box<Response>, Error> {
        match std::mem::take(&mut self.start) {
            Start::Json(read) => self.answer.decode_response(read.freeze()),
            Start::Blank(_) | Start::Events => Err(self.truncated("the stream ended")),
        }
    }
}
