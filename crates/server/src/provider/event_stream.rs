//! [`EventStream`]: the events of a generation as a provider sends them.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use orouter_protocols::UpstreamEvent;
use orouter_wire::StreamEvent;

use crate::failure::Failure;

/// The events of a generation as a provider sends them.
///
/// A stream consists of items with their parts and deltas, then one `response.completed`,
/// `response.incomplete` or `response.failed` whose response has the usage and the details of the
/// end. The provider sets the ids, indexes and order of the items. The server sets
/// `sequence_number`, the id of the response and the members that repeat the request.
/// `response.created` and `response.in_progress` may be left out.
///
/// A stream that ends without a terminal event, or with an error, is a failed generation.
pub struct EventStream(Pin<Box<dyn Stream<Item = Result<UpstreamEvent, Failure>> + Send>>);

impl EventStream {
    /// Wraps a stream.
    #[must_use]
    pub fn new(stream: impl Stream<Item = Result<StreamEvent, Failure>> + Send + 'static) -> Self {
        Self(Box::pin(WithoutOriginal(Box::pin(stream))))
    }

    /// Wraps a stream of events with the text from which they were decoded.
    pub(crate) fn from_upstream(
        stream: impl Stream<Item = Result<UpstreamEvent, Failure>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(stream))
    }

    /// Wraps events that are available already, such as those of
    /// [`events_of`](orouter_wire::assemble::events_of) a complete response.
    #[must_use]
    pub fn ready<I>(events: I) -> Self
    where
        I: IntoIterator<Item = StreamEvent>,
        I::IntoIter: Send + Unpin + 'static,
    {
        Self::new(Ready(events.into_iter()))
    }

    /// Polls for the next event.
    pub fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<StreamEvent, Failure>>> {
        self.poll_upstream(cx)
            .map(|next| next.map(|event| event.map(|event| event.event)))
    }

    /// Returns the next event; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, Failure>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Polls for the next event and the text from which it was decoded.
    pub(crate) fn poll_upstream(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<UpstreamEvent, Failure>>> {
        self.0.as_mut().poll_next(cx)
    }

    /// Returns the next event and the text from which it was decoded.
    pub(crate) async fn next_upstream(&mut self) -> Option<Result<UpstreamEvent, Failure>> {
        std::future::poll_fn(|cx| self.poll_upstream(cx)).await
    }
}

/// The events of a provider that has no text of them.
struct WithoutOriginal<S>(Pin<Box<S>>);

impl<S: Stream<Item = Result<StreamEvent, Failure>>> Stream for WithoutOriginal<S> {
    type Item = Result<UpstreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|event| event.map(UpstreamEvent::new)))
    }
}

/// A stream over an iterator.
struct Ready<I>(I);

impl<I: Iterator<Item = StreamEvent> + Unpin> Stream for Ready<I> {
    type Item = Result<StreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
