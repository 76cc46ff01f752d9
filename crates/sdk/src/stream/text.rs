//! The text of a response, piece by piece.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use orouter_wire::StreamEvent;

use super::ResponseStream;
use crate::error::Error;

/// The text of the response as it comes. Made by [`ResponseStream::text_deltas`].
///
/// Yields all text of the response exactly once, whether deltas bring it or only a done event or
/// the stream's last event does. Reasoning, refusals and tool calls are not in it;
/// [`ResponseStream::so_far`] has them.
///
/// Where an event contradicts text that was yielded already (the deltas were `Hello wrld`, the
/// text that is done is `Hello, world`), nothing more of it is yielded, and
/// [`ResponseStream::into_response`] has the later text.
#[derive(Debug)]
#[must_use = "a stream does nothing unless it is read"]
pub struct TextDeltas<'a> {
    stream: &'a mut ResponseStream,
    /// The failure of a stream whose failing event brought text.
    failure: Option<Error>,
}

impl<'a> TextDeltas<'a> {
    pub(super) fn new(stream: &'a mut ResponseStream) -> Self {
        Self {
            stream,
            failure: None,
        }
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
        if let Some(error) = self.failure.take() {
            return Poll::Ready(Some(Err(error)));
        }
        loop {
            let outcome = ready!(self.stream.poll_event(cx));
            let text = self.stream.new_text();
            return Poll::Ready(match outcome {
                None => None,
                Some(Err(error)) if text.is_empty() => Some(Err(error)),
                Some(Ok(_)) if text.is_empty() => continue,
                // The delta as it came, without a copy.
                Some(Ok(StreamEvent::OutputTextDelta(event)))
                    if event.delta.len() == text.len() =>
                {
                    Some(Ok(event.delta))
                }
                Some(Ok(_)) => Some(Ok(text.into_owned())),
                Some(Err(error)) => {
                    let text = text.into_owned();
                    self.failure = Some(error);
                    Some(Ok(text))
                }
            });
        }
    }
}
