//! [`ResponseStream`]: the events of a response as they arrive.
//!
//! The stream is pulled. Bytes are read from the connection when the caller asks for an event and no
//! complete one has been received, so no task runs behind the stream and no queue grows. The only
//! state kept of past events is the assembler's: the response so far.

mod body_start;
mod connection;
mod frame;
mod items;
mod text;

use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::{FusedStream, Stream};
use orouter_http::AbortHandle;
use orouter_wire::{
    EventClass, Response, StreamEvent,
    assemble::{Assembler, Events, events_of},
};

use self::{connection::Connection, frame::Frame};
pub use self::{
    items::{ItemUpdate, Items},
    text::{TextDeltas, TextStream},
};
use crate::{error::Error, meta::Meta, reader::ResponseReader, spans::CallSpan};

/// The events of a response, in the order in which they arrive.
///
/// A [`Stream`] of `Result<StreamEvent, Error>`. It also has a method [`next`](Self::next), so that
/// reading it needs no other crate.
///
/// The stream ends in one of two ways: after the response's last event (`response.completed` or
/// `response.incomplete`), or with one `Err`. The error's kind names the reason
/// ([`Truncated`](crate::ErrorKind::Truncated), [`Timeout`](crate::ErrorKind::Timeout),
/// [`InBand`](crate::ErrorKind::InBand), [`Transport`](crate::ErrorKind::Transport), ...), and
/// [`Error::partial_response`] returns the part of the response that arrived.
///
/// Dropping the stream cancels the request.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
/// use orouter::ResponsesRequest;
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// let mut stream = client.responses().stream(request).await?;
/// let mut text = stream.text_deltas();
/// while let Some(delta) = text.next().await {
///     print!("{}", delta?);
/// }
/// let response = stream.into_response().await?;
/// println!("\n{:?}", response.usage);
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing unless it is read"]
pub struct ResponseStream {
    meta: Meta,
    source: Source,
    assembler: Assembler,
    /// The last call of `poll_event` added an event to the assembler.
    took_event: bool,
}

/// The source of the next event.
enum Source {
    /// A connection.
    Open(Box<Connection>),
    /// A response that arrived as a whole.
    Replay(Box<Replay>),
    /// None: the last event was returned, and the rest of the body is read or given up.
    Finished,
    /// None: this error was returned.
    Failed(Error),
}

struct Replay {
    events: Events,
    abort: Option<AbortHandle>,
}

impl ResponseStream {
    pub(crate) fn read(reader: ResponseReader, span: CallSpan) -> Self {
        let meta = reader.meta.clone();
        let connection = Connection::new(reader, span);
        Self::new(meta, Source::Open(Box::new(connection)))
    }

    pub(crate) fn replay(response: &Response, meta: Meta, abort: Option<AbortHandle>) -> Self {
        Self::new(meta, Source::replay(response, abort))
    }

    fn new(meta: Meta, source: Source) -> Self {
        Self {
            meta,
            source,
            assembler: Assembler::new(),
            took_event: false,
        }
    }

    /// Returns status, headers, attempts and time of the response head.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Returns the next event; `None` once the stream has ended.
    ///
    /// Cancel-safe: dropping the future loses no event.
    ///
    /// # Errors
    ///
    /// Returns the reason why the stream ended before the response did, once; then `None`.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, Error>> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Returns the text that the event last returned by [`next`](Self::next) added to the
    /// response's [`output_text`](Response::output_text); empty if it added none.
    ///
    /// For callers that read events and also need the text: some servers send text only in done
    /// events or in the last event. After an error it is the text of the event that reported the
    /// failure.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(mut stream: orouter::ResponseStream) -> Result<(), orouter::Error> {
    /// while let Some(event) = stream.next().await {
    ///     let event = event?;
    ///     print!("{}", stream.new_text());
    ///     eprintln!("{}", event.kind());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn new_text(&self) -> Cow<'_, str> {
        if self.took_event {
            self.assembler.new_text()
        } else {
            Cow::Borrowed("")
        }
    }

    /// Returns a snapshot of the response so far: the items, text and usage of all events that the
    /// stream has returned.
    #[must_use]
    pub fn snapshot(&self) -> &Response {
        self.assembler.snapshot()
    }

    /// Reads the rest of the stream and returns the whole response.
    ///
    /// # Errors
    ///
    /// Returns the reason why the stream ended before the response did, also if
    /// [`next`](Self::next) has returned it already.
    pub async fn into_response(mut self) -> Result<Response, Error> {
        while let Some(event) = self.next().await {
            event?;
        }
        if let Source::Failed(error) = self.source {
            return Err(error);
        }
        Ok(self.assembler.into_response())
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<StreamEvent, Error>>> {
        self.took_event = false;
        let connection = match &mut self.source {
            Source::Finished | Source::Failed(_) => return Poll::Ready(None),
            Source::Replay(replay) => {
                let Some(event) = replay.events.next() else {
                    self.source = Source::Finished;
                    return Poll::Ready(None);
                };
                if replay.abort.as_ref().is_some_and(AbortHandle::is_aborted) {
                    let error = Error::aborted().with_meta(&self.meta);
                    return self.fail(error.with_partial(self.assembler.snapshot().clone()));
                }
                self.assembler.push(&event);
                self.took_event = true;
                return Poll::Ready(Some(Ok(event)));
            }
            Source::Open(connection) => connection,
        };
        if connection.finished {
            ready!(connection.poll_drain(cx));
            self.source = Source::Finished;
            return Poll::Ready(None);
        }
        let error = loop {
            // An abort takes effect before events that were received already.
            if connection.reader.is_aborted() {
                break connection.reader.locate(Error::aborted());
            }
            match connection.next_frame() {
                Frame::Event(event) => {
                    self.assembler.push(&event);
                    self.took_event = true;
                    if event.class() != EventClass::KeepAlive {
                        connection.reader.event_arrived();
                    }
                    if event.class().is_terminal() {
                        connection.finish(self.assembler.snapshot());
                    }
                    return Poll::Ready(Some(Ok(event)));
                }
                Frame::FailureEvent(event, error) => {
                    self.assembler.push(&event);
                    self.took_event = true;
                    break error;
                }
                Frame::Empty => {}
                Frame::DoneMarker => break connection.truncated("the stream sent [DONE]"),
                Frame::Invalid(error) => break error,
                Frame::Incomplete => match ready!(connection.poll_chunk(cx)) {
                    Ok(Some(chunk)) => {
                        if let Err(error) = connection.push(chunk) {
                            break error;
                        }
                    }
                    Err(error) => break error,
                    Ok(None) if connection.is_json() => match connection.response() {
                        Ok(response) => {
                            let elapsed = connection.reader.deadline.elapsed();
                            connection.span.response(&response, &self.meta, elapsed);
                            let abort = connection.reader.deadline.abort_handle();
                            self.source = Source::replay(&response, abort);
                            return self.poll_event(cx);
                        }
                        Err(error) => {
                            connection.span.late_error(&error);
                            return self.fail(error);
                        }
                    },
                    // Some servers omit the blank line after the last event.
                    Ok(None) => match connection.unfinished_frame() {
                        Frame::Event(event) if event.class().is_terminal() => {
                            self.assembler.push(&event);
                            self.took_event = true;
                            connection.finish(self.assembler.snapshot());
                            return Poll::Ready(Some(Ok(event)));
                        }
                        Frame::FailureEvent(event, error) => {
                            self.assembler.push(&event);
                            self.took_event = true;
                            break error;
                        }
                        Frame::Event(_)
                        | Frame::DoneMarker
                        | Frame::Empty
                        | Frame::Incomplete
                        | Frame::Invalid(_) => break connection.truncated("the stream ended"),
                    },
                },
            }
        };
        let error = error.with_partial(self.assembler.snapshot().clone());
        connection.span.late_error(&error);
        self.fail(error)
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<StreamEvent, Error>>> {
        self.source = Source::Failed(error.clone());
        Poll::Ready(Some(Err(error)))
    }
}

impl Source {
    fn replay(response: &Response, abort: Option<AbortHandle>) -> Self {
        let events = events_of(response);
        Self::Replay(Box::new(Replay { events, abort }))
    }
}

impl Stream for ResponseStream {
    type Item = Result<StreamEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl FusedStream for ResponseStream {
    fn is_terminated(&self) -> bool {
        matches!(self.source, Source::Finished | Source::Failed(_))
    }
}

/// Shows the state and the head, no content.
impl fmt::Debug for ResponseStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.source {
            Source::Open(_) | Source::Replay(_) => "open",
            Source::Finished => "finished",
            Source::Failed(_) => "failed",
        };
        f.debug_struct("ResponseStream")
            .field("state", &state)
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}
