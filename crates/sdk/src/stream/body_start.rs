//! [`BodyStart`]: the form of a body that the server calls an event stream, by its first bytes.
//!
//! No line with a meaning in an event stream starts with a brace, a bracket or `<`. A body that
//! starts with one of them is collected, and read as JSON once it is complete.

use bytes::{Buf as _, Bytes, BytesMut};
use orouter_wire::Response;

use super::connection::Connection;
use crate::{
    error::Error,
    sniff::{self, Form, Sniffer},
};

/// The start of a body, as far as it has arrived.
pub(super) enum BodyStart {
    /// Only white space so far, kept for the body of an error.
    Blank(BytesMut),
    /// An event stream.
    Events,
    /// JSON or markup: the whole body so far.
    Json(BytesMut),
}

impl Default for BodyStart {
    fn default() -> Self {
        Self::Blank(BytesMut::new())
    }
}

impl BodyStart {
    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }
}

impl Connection {
    /// Returns a chunk of an event stream. Keeps the chunk, and returns `None`, if the body is not an
    /// event stream or its form is not known yet.
    pub(super) fn sort(&mut self, mut chunk: Bytes) -> Result<Option<Bytes>, Error> {
        let limit = self.reader.max_response_bytes;
        if let BodyStart::Blank(before) = &mut self.start {
            let blank = sniff::blank(&chunk);
            let rest = chunk.get(blank..).unwrap_or_default();
            if rest.is_empty() {
                if blank > limit.saturating_sub(before.len()) {
                    return Err(self.reader.too_large());
                }
                before.extend_from_slice(&chunk);
                return Ok(None);
            }
            self.start = match Sniffer::default().push(rest) {
                Some(Form::Json | Form::Markup) => BodyStart::Json(std::mem::take(before)),
                Some(Form::Events | Form::Other) | None => {
                    chunk.advance(blank);
                    BodyStart::Events
                }
            };
        }
        let BodyStart::Json(read) = &mut self.start else {
            return Ok(Some(chunk));
        };
        if chunk.len() > limit.saturating_sub(read.len()) {
            return Err(self.reader.too_large());
        }
        read.extend_from_slice(&chunk);
        Ok(None)
    }

    /// Decodes the JSON of a complete body.
    pub(super) fn json(&mut self) -> Result<Box<Response>, Error> {
        match std::mem::take(&mut self.start) {
            BodyStart::Json(read) => self.reader.whole(read.freeze()),
            BodyStart::Blank(_) | BodyStart::Events => Err(self.truncated("the stream ended")),
        }
    }
}
