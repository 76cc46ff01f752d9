//! `Body`: the chunks of a response body.

use std::{
    fmt,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;

use super::error::TransportError;
use crate::send::{BoxStream, MaybeSend};

/// The body of a response, which the caller reads chunk by chunk.
///
/// Nothing is read ahead: a chunk is read from the connection when the caller polls for it, so a slow
/// reader slows the sender. Dropping the body cancels the exchange.
pub struct Body(Inner);

enum Inner {
    Full(Option<Bytes>),
    Stream(BoxStream<'static, Result<Bytes, TransportError>>),
}

impl Body {
    /// Returns an empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Inner::Full(None))
    }

    /// Returns a body with the chunks of `stream`.
    ///
    /// An error ends the body. Chunks may have any size and may be empty.
    pub fn from_stream(
        stream: impl Stream<Item = Result<Bytes, TransportError>> + MaybeSend + 'static,
    ) -> Self {
        Self(Inner::Stream(Box::pin(stream)))
    }

    /// Polls for the next chunk. `None` is the end of a complete body.
    #[inline]
    pub fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        match &mut self.0 {
            Inner::Full(bytes) => Poll::Ready(bytes.take().map(Ok)),
            Inner::Stream(stream) => stream.as_mut().poll_next(cx),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        let bytes = bytes.into();
        Self(Inner::Full((!bytes.is_empty()).then_some(bytes)))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Full(bytes) => {
                write!(f, "Body({} bytes)", bytes.as_ref().map_or(0, Bytes::len))
            }
            Inner::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}
