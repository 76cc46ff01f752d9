//! [`TextDeltas`] and [`TextStream`]: the text of a response in pieces, borrowed from the stream and owned.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::{FusedStream, Stream};
use orouter_wire::{Response, StreamEvent};

use super::ResponseStream;
use crate::{error::Error, meta::Meta};

impl ResponseStream {
    /// Returns the text of the response in pieces: all of it, exactly once, whether deltas, done
    /// events or the last event contain it.
    ///
    /// Borrows the stream, so that [`into_response`](Self::into_response) still works afterwards.
    pub fn text_deltas(&mut self) -> TextDeltas<'_> {
        TextDeltas::new(self)
    }

    /// Returns the text of the response in pieces, as [`text_deltas`](Self::text_deltas) does, in a
    /// stream that owns this one. It is `Send` and `'static`, so that a web handler can return it.
    pub fn into_text_deltas(self) -> TextStream {
        TextStream {
            stream: self,
            failure: None,
        }
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
        let Self { stream, failure } = &mut *self;
        poll_text(stream, failure, cx)
    }
}

/// Returns the next piece of text. `failure` holds an error between two polls.
fn poll_text(
    stream: &mut ResponseStream,
    failure: &mut Option<Error>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<String, Error>>> {
    if let Some(error) = failure.take() {
        return Poll::Ready(Some(Err(error)));
    }
    loop {
        let outcome = ready!(stream.poll_event(cx));
        let text = stream.new_text();
        return Poll::Ready(match outcome {
            None => None,
            Some(Err(error)) if text.is_empty() => Some(Err(error)),
            Some(Ok(_)) if text.is_empty() => continue,
            // Moves the delta instead of copying the text.
            Some(Ok(StreamEvent::OutputTextDelta(event))) if event.delta.len() == text.len() => {
                Some(Ok(event.delta))
            }
            Some(Ok(_)) => Some(Ok(text.into_owned())),
            Some(Err(error)) => {
                let text = text.into_owned();
                *failure = Some(error);
                Some(Ok(text))
            }
        });
    }
}

/// The text of a response in pieces, in a stream that owns the response's, returned by
/// [`ResponseStream::into_text_deltas`].
///
/// Yields the same as [`TextDeltas`], and is `Send`, `Unpin` and `'static`. Dropping it cancels the
/// request.
///
/// # Example
///
/// A function that returns text as it arrives, for the body of a web server's response:
///
/// ```
/// use orouter::{Error, OpenRouter, ResponsesRequest, TextStream};
///
/// async fn joke(client: &OpenRouter) -> Result<TextStream, Error> {
///     let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
///     Ok(client.responses().stream(request).await?.into_text_deltas())
/// }
/// ```
#[must_use = "a stream does nothing unless it is read"]
pub struct TextStream {
    stream: ResponseStream,
    /// The error to return next: the event that reported it also contained text.
    failure: Option<Error>,
}

impl TextStream {
    /// Returns the next piece, never empty; `None` once the stream has ended. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::next`].
    pub async fn next(&mut self) -> Option<Result<String, Error>> {
        std::future::poll_fn(|cx| poll_text(&mut self.stream, &mut self.failure, cx)).await
    }

    /// Returns status, headers, attempts and time of the response head.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        self.stream.meta()
    }

    /// Returns a snapshot of the response so far; see [`ResponseStream::snapshot`].
    #[must_use]
    pub fn snapshot(&self) -> &Response {
        self.stream.snapshot()
    }

    /// Reads the rest of the stream and returns the whole response.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ResponseStream::into_response`].
    pub async fn into_response(self) -> Result<Response, Error> {
        self.stream.into_response().await
    }
}

impl Stream for TextStream {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { stream, failure } = &mut *self;
        poll_text(stream, failure, cx)
    }
}

impl FusedStream for TextStream {
    fn is_terminated(&self) -> bool {
        self.failure.is_none() && self.stream.is_terminated()
    }
}

/// Shows the state and the head, no content.
impl fmt::Debug for TextStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TextStream").field(&self.stream).finish()
    }
}
