//! [`TextDeltas`]: the text of a response in pieces.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use orouter_wire::StreamEvent;

use super::ResponseStream;
use crate::error::Error;

impl ResponseStream {
    /// Returns the text of the response in pieces: all of it, exactly once, whether deltas, done
    /// events or the last event contain it.
    ///
    /// Borrows the stream, so that [`into_response`](Self::into_response) still works afterwards.
    pub fn text_deltas(&mut self) -> TextDeltas<'_> {
        TextDeltas::new(self)
    }
}

/// The text of a response in pieces, returned by [`ResponseStream::text_deltas`].
///
/// Yields all text of the response exactly once, whether it arrives in deltas, in a done event or in
/// the stream's last event. Reasoning, refusals and tool calls are left out;
/// [`ResponseStream::snapshot`] contains them.
///
/// If an event contradicts text that was yielded (the deltas were `Hello wrld`, the done event has
/// `Hello, world`), no more of that text is yielded. [`ResponseStream::into_response`] returns the
/// later version.
#[derive(Debug)]
#[must_use = "a stream does nothing unless it is read"]
pub struct TextDeltas<'a> {
    stream: &'a mut ResponseStream,
    /// The error to return next: the event that reported it also contained text.
    failure: Option<Error>,
}

impl<'a> TextDeltas<'a> {
    fn new(stream: &'a mut ResponseStream) -> Self {
        Self {
            stream,
            failure: None,
        }
    }

    /// Returns the next piece, never empty; `None` once the stream has ended. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::next`].
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
                // Moves the delta instead of copying the text.
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
