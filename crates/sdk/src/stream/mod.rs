//! `ResponseStream`: the events of a response as they come.
//!
//! Pulled, not pushed: bytes are read from the connection when the caller asks for an event and none
//! is at hand, so no task runs behind it and nothing piles up. What is left of the events is what a
//! response is made of: the assembler's state.

mod items;
mod mislabelled;
mod text;

use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::{FusedStream, Stream};
use orouter_wire::{
    Response, StreamEvent,
    assemble::{Assembler, Events, events_of},
    sse::{Decoder, SseError},
};

use self::mislabelled::Start;
pub use self::{
    items::{ItemUpdate, Items},
    text::TextDeltas,
};
use crate::{
    abort::AbortHandle,
    answer::{Answer, is_failure},
    error::{Error, ErrorKind},
    meta::Meta,
    spans::CallSpan,
    transport::BoxFuture,
};

/// The events of a response, in the order in which they come.
///
/// A [`Stream`] of `Result<StreamEvent, Error>`, with [`next`](Self::next) of its own, so that no
/// other crate is needed to read it. It ends in one of two ways, and never silently: after the
/// response's last event (`response.completed`, `response.incomplete`), or with one `Err`, after
/// which there is nothing more. That error says what happened
/// ([`Truncated`](ErrorKind::Truncated), [`Timeout`](ErrorKind::Timeout),
/// [`InBand`](ErrorKind::InBand), [`Transport`](ErrorKind::Transport), ...) and holds what had
/// arrived: [`Error::partial_response`].
///
/// Dropping it cancels the request.
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
    /// The last call of `poll_event` took an event.
    took_event: bool,
}

/// How much larger than a body a stream may be: what its deltas bring is said again when a part, an
/// item and the response are done.
const REPEATED: usize = 4;

/// How long the end of the body may be behind the last event, in bytes and in time. A new connection
/// takes longer.
const REST: usize = 64 << 10;
const REST_TIME: Duration = Duration::from_millis(50);

const FAILURE: &str = "the stream reported a failure";

enum Source {
    /// Events from a connection.
    Open(Box<Open>),
    /// Events of a response that came whole.
    Replay(Box<Replay>),
    /// The last event was given; what the connection still holds is nobody's business.
    Finished,
    /// This error was given.
    Failed(Error),
}

struct Replay {
    events: Events,
    abort: Option<AbortHandle>,
}

struct Open {
    answer: Answer,
    decoder: Decoder,
    start: Start,
    span: CallSpan,
    /// The last event was given.
    finished: bool,
    /// How many bytes may come after it, and when they must have come.
    rest: usize,
    end: Option<BoxFuture<'static, ()>>,
}

/// What the bytes at hand amount to.
enum Step {
    Event(StreamEvent),
    /// An event that reports a failure, and its data.
    Failure(StreamEvent, Bytes),
    /// `[DONE]`.
    Done,
    /// An event without data, or a comment.
    Nothing,
    NeedsBytes,
    Bad(Error),
}

impl ResponseStream {
    pub(crate) fn read(answer: Answer, span: CallSpan) -> Self {
        let meta = answer.meta.clone();
        let decoder = Decoder::with_limit(answer.max_event_bytes);
        let open = Open {
            answer,
            decoder,
            start: Start::default(),
            span,
            finished: false,
            rest: REST,
            end: None,
        };
        Self {
            meta,
            source: Source::Open(Box::new(open)),
            assembler: Assembler::new(),
            took_event: false,
        }
    }

    pub(crate) fn replay(response: &Response, meta: Meta, abort: Option<AbortHandle>) -> Self {
        Self {
            meta,
            source: Source::replay(response, abort),
            assembler: Assembler::new(),
            took_event: false,
        }
    }

    /// Status, headers, attempts and time of the answer's head.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The next event; `None` once the stream has ended.
    ///
    /// Cancelling the future loses nothing: the event comes with the next call.
    ///
    /// # Errors
    ///
    /// Why the stream ended before the response did. It is the last thing that comes.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, Error>> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    /// The text of the response, piece by piece: all of it, exactly once, whichever events bring
    /// it.
    ///
    /// Borrows the stream, so that [`into_response`](Self::into_response) still works after.
    pub fn text_deltas(&mut self) -> TextDeltas<'_> {
        TextDeltas::new(self)
    }

    /// The items of the response as they grow: each step shows the item that changed, as far as it
    /// is.
    ///
    /// Borrows the stream, so that [`into_response`](Self::into_response) still works after.
    pub fn items(&mut self) -> Items<'_> {
        Items::new(self)
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

    /// The response as far as it has come.
    #[must_use]
    pub fn so_far(&self) -> &Response {
        self.assembler.snapshot()
    }

    /// Reads what is left and gives the whole response.
    ///
    /// # Errors
    ///
    /// Why the stream ended before the response did: the same error once more when
    /// [`next`](Self::next) has given it already.
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
        let open = match &mut self.source {
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
            Source::Open(open) => open,
        };
        if open.finished {
            ready!(open.drain(cx));
            self.source = Source::Finished;
            return Poll::Ready(None);
        }
        let error = loop {
            // Events that are here already are not worth more than the caller's wish to stop.
            if open.answer.is_aborted() {
                break open.answer.locate(Error::aborted());
            }
            match open.step() {
                Step::Event(event) => {
                    self.assembler.push(&event);
                    self.took_event = true;
                    if event.is_terminal() {
                        open.finish(self.assembler.snapshot());
                    }
                    return Poll::Ready(Some(Ok(event)));
                }
                Step::Failure(event, data) => {
                    self.assembler.push(&event);
                    self.took_event = true;
                    break open.answer.in_band(FAILURE, data);
                }
                Step::Nothing => {}
                Step::Done => break open.truncated("the stream said it was done"),
                Step::Bad(error) => break error,
                Step::NeedsBytes => match open.answer.poll_chunk(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(Some(chunk))) => match open.sort(chunk) {
                        Ok(Some(chunk)) => {
                            open.decoder.push(chunk);
                            if let Some(error) = open.too_large() {
                                break error;
                            }
                        }
                        Ok(None) => {}
                        Err(error) => break error,
                    },
                    Poll::Ready(Err(error)) => break error,
                    Poll::Ready(Ok(None)) if open.start.is_json() => match open.json() {
                        Ok(response) => {
                            open.span.response(&response, &self.meta);
                            let abort = open.answer.watch.abort_handle();
                            self.source = Source::replay(&response, abort);
                            return self.poll_event(cx);
                        }
                        Err(error) => {
                            open.span.late_error(&error);
                            return self.fail(error);
                        }
                    },
                    // Servers that forget the blank line after the last event are understood.
                    Poll::Ready(Ok(None)) => match open.last_step() {
                        Step::Event(event) if event.is_terminal() => {
                            self.assembler.push(&event);
                            self.took_event = true;
                            open.finish(self.assembler.snapshot());
                            return Poll::Ready(Some(Ok(event)));
                        }
                        Step::Failure(event, data) => {
                            self.assembler.push(&event);
                            self.took_event = true;
                            break open.answer.in_band(FAILURE, data);
                        }
                        _ => break open.truncated("the stream ended"),
                    },
                },
            }
        };
        let error = error.with_partial(self.assembler.snapshot().clone());
        open.span.late_error(&error);
        self.fail(error)
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<StreamEvent, Error>>> {
        self.source = Source::Failed(error.again());
        Poll::Ready(Some(Err(error)))
    }
}

impl Source {
    fn replay(response: &Response, abort: Option<AbortHandle>) -> Self {
        let events = events_of(response);
        Self::Replay(Box::new(Replay { events, abort }))
    }
}

impl Open {
    /// Looks at the bytes at hand.
    fn step(&mut self) -> Step {
        let limit = self.answer.max_event_bytes;
        match self.decoder.next() {
            Ok(None) => Step::NeedsBytes,
            Ok(Some(event)) if event.is_done() => Step::Done,
            Ok(Some(event)) => {
                let step = read(event.event, event.data, &self.answer);
                // The caller may be busy with it for long.
                self.decoder.release();
                step
            }
            Err(SseError::TooLarge { .. } | _) => Step::Bad(self.answer.error(
                ErrorKind::EventTooLarge,
                format!("an event is larger than {limit} bytes"),
            )),
        }
    }

    /// Looks at what the end of the bytes left unfinished.
    fn last_step(&mut self) -> Step {
        match self.decoder.take_unfinished() {
            Ok(Some(event)) => read(event.event, event.data, &self.answer),
            Ok(None) | Err(_) => Step::Nothing,
        }
    }

    fn truncated(&self, how: &str) -> Error {
        self.answer.error(
            ErrorKind::Truncated,
            format!("{how} before the response's last event"),
        )
    }

    /// The last event is there. Whoever reads may look no further, so what is to be recorded is now.
    fn finish(&mut self, response: &Response) {
        self.finished = true;
        self.span.response(response, &self.answer.meta);
    }

    /// More than a response may be, with all that is said several times on its way.
    fn too_large(&self) -> Option<Error> {
        let limit = self.answer.max_response_bytes.saturating_mul(REPEATED);
        (self.decoder.received() > limit as u64).then(|| {
            let what = format!(
                "the stream is larger than {limit} bytes, {REPEATED} times max_response_bytes"
            );
            self.answer.error(ErrorKind::ResponseTooLarge, what)
        })
    }

    /// Reads up to the end of the body, so that the connection can serve another call. What comes
    /// after the last event changes nothing, and what does not come soon is not worth the wait.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.answer.body.poll_chunk(cx) {
                Poll::Ready(Some(Ok(chunk))) if chunk.len() <= self.rest => {
                    self.rest -= chunk.len();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => break,
            }
        }
        let clock = self.answer.watch.clock();
        let end = self.end.get_or_insert_with(|| clock.sleep(REST_TIME));
        end.as_mut().poll(cx)
    }
}

fn read(name: &str, data: &str, answer: &Answer) -> Step {
    if data.is_empty() {
        return Step::Nothing;
    }
    let body = || Bytes::copy_from_slice(data.as_bytes());
    // Some services say what it is in the frame's `event` line alone.
    let named = name == "error";
    match orouter_wire::from_str::<StreamEvent>(data) {
        Ok(event) if is_failure(&event) || (named && matches!(event, StreamEvent::Unknown(_))) => {
            Step::Failure(event, body())
        }
        Ok(event) => Step::Event(event),
        Err(error) => {
            // A failure may be told in plain words, or in JSON that is damaged.
            let reported = answer.in_band(FAILURE, body());
            Step::Bad(if named || reported.is_told() {
                reported
            } else {
                answer
                    .error(ErrorKind::Decode, "an event of the stream is not JSON")
                    .with_source(error)
                    .with_body(body())
            })
        }
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

/// Shows how far it is; what arrived stays out.
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
