//! The text of an answer, piece by piece.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use orouter_wire::StreamEvent;

use super::ResponseStream;
use crate::error::Error;

/// The text of the answer as it comes. Made by [`ResponseStream::text_deltas`].
///
/// Reasoning, refusals and tool calls are not in it; [`ResponseStream::so_far`] has them.
#[derive(Debug)]
#[must_use = "a stream does nothing unless it is read"]
pub struct TextDeltas<'a> {
    stream: &'a mut ResponseStream,
}

impl<'a> TextDeltas<'a> {
    pub(super) fn new(stream: &'a mut ResponseStream) -> Self {
        Self { stream }
    }

    /// The next piece; `None` once the stream has ended.
    ///
    /// # Errors
    ///
    /// As [`ResponseStream::next`].
    pub async fn next(&mut self) -> Option<Result<String, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for TextDeltas<'_> {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(self.stream.poll_event(cx)) {
                Some(Ok(StreamEvent::OutputTextDelta(text))) => Some(Ok(text.delta)),
                Some(Ok(StreamEvent::ContentPartDelta(part))) => Some(Ok(part.delta)),
                Some(Ok(_)) => continue,
                Some(Err(error)) => Some(Err(error)),
                None => None,
            });
        }
    }
}
