//! JSON that the server calls a stream of events.
//!
//! No line of an event stream that means anything starts with a brace or a bracket, so what starts
//! with one is kept, and read as JSON once it is whole.

use bytes::{Bytes, BytesMut};
use orouter_wire::Response;

use super::Open;
use crate::error::Error;

/// What the start of a body says it is.
#[derive(Default)]
pub(super) enum Start {
    /// Nothing has come yet but white space.
    #[default]
    Blank,
    Events,
    /// JSON, as far as it has come.
    Json(BytesMut),
}

impl Start {
    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }
}

impl Open {
    /// Gives back a chunk that is of a stream, and keeps one that is not.
    pub(super) fn sort(&mut self, chunk: Bytes) -> Result<Option<Bytes>, Error> {
        if let Start::Blank = self.start {
            let blank = |byte: &u8| byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(byte);
            match chunk.iter().find(|byte| !blank(byte)) {
                None => {}
                Some(b'{' | b'[') => self.start = Start::Json(BytesMut::new()),
                Some(_) => self.start = Start::Events,
            }
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

    /// What the JSON is, now that it has come.
    pub(super) fn json(&mut self) -> Result<Box<Response>, Error> {
        match std::mem::take(&mut self.start) {
            Start::Json(read) => self.answer.whole(read.freeze()),
            Start::Blank | Start::Events => Err(self.truncated("the stream ended")),
        }
    }
}
