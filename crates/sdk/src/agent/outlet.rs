//! [`Outlet`]: passes the events of a run to the stream that the caller reads.
//!
//! The run is a future that the stream polls only while no event waits, so that no task runs behind the
//! stream and the run waits for its reader. Progress values can also come from tasks that a tool spawned.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use futures_core::Stream;
use orouter_wire::{Response, StreamEvent};

use super::events::RunEvent;
use crate::{error::Error, stream::ResponseStream};

/// Maximum number of progress values that wait for the reader; a tool that reports more waits.
const MAX_WAITING: usize = 64;

/// The form of the output that the caller reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Events,
    Text,
}

/// A piece of output.
#[allow(
    clippy::large_enum_variant,
    reason = "a stream has pieces of one variant only"
)]
pub(super) enum Piece {
    Event(RunEvent),
    Text(String),
}

/// The shared end of a run and its stream.
#[derive(Clone)]
pub(super) struct Outlet(Arc<Shared>);

struct Shared {
    form: Form,
    queue: Mutex<Queue>,
    response: Mutex<Reading>,
}

/// The response that is being read, or the last one.
#[derive(Default)]
struct Reading {
    stream: Option<Box<ResponseStream>>,
    last: Box<Response>,
}

#[derive(Default)]
struct Queue {
    pieces: VecDeque<Piece>,
    /// The tools that wait until pieces are read.
    tools: Vec<Waker>,
    reader: Option<Waker>,
    /// The run ended. Pieces that come later are dropped.
    closed: bool,
}

/// Closes the outlet when the run ends or is dropped.
pub(super) struct Closing(Outlet);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Outlet {
    pub(super) fn new(form: Form) -> Self {
        Self(Arc::new(Shared {
            form,
            queue: Mutex::default(),
            response: Mutex::default(),
        }))
    }

    /// Adds an event. A stream of text skips it.
    pub(super) fn push(&self, event: impl FnOnce() -> RunEvent) {
        match self.0.form {
            Form::Events => self.add(Piece::Event(event())),
            Form::Text => {}
        }
    }

    /// Waits until the reader took all pieces.
    ///
    /// Needs no waker: the stream polls the run again once the queue is empty.
    pub(super) async fn drained(&self) {
        poll_fn(|_| {
            if self.queue().pieces.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Returns a guard that closes the outlet.
    pub(super) fn closing(&self) -> Closing {
        Closing(self.clone())
    }

    /// Ends the connection of the response that is being read, and drops all further pieces: a task that
    /// a tool spawned can keep its end of the outlet for longer than the run.
    fn close(&self) {
        let response = self.response().stream.take();
        drop(response);
        let mut queue = self.queue();
        queue.closed = true;
        let tools = std::mem::take(&mut queue.tools);
        drop(queue);
        tools.into_iter().for_each(Waker::wake);
    }

    /// Adds a progress value, once fewer than [`MAX_WAITING`] pieces wait or the run has ended.
    pub(super) async fn progress(&self, event: impl FnOnce() -> RunEvent) {
        if self.0.form == Form::Text {
            return;
        }
        poll_fn(|cx| {
            let mut queue = self.queue();
            if queue.pieces.len() < MAX_WAITING || queue.closed {
                return Poll::Ready(());
            }
            if !queue.tools.iter().any(|tool| tool.will_wake(cx.waker())) {
                queue.tools.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await;
        self.push(event);
    }

    /// Reads a response to its end and passes its events on.
    pub(super) async fn read(
        &self,
        step: usize,
        stream: Box<ResponseStream>,
    ) -> Result<Box<Response>, Error> {
        self.response().stream = Some(stream);
        let read = self.read_events(step).await;
        let stream = self.response().stream.take();
        read?;
        let response = match stream {
            Some(stream) => Box::new(stream.into_response().await?),
            // The stream was put there above.
            None => return Err(Error::aborted()),
        };
        self.response().last.clone_from(&response);
        Ok(response)
    }

    async fn read_events(&self, step: usize) -> Result<(), Error> {
        while let Some(outcome) = poll_fn(|cx| self.poll_response(cx)).await {
            let (event, text) = outcome;
            match self.0.form {
                Form::Text => {
                    if !text.is_empty() {
                        self.add(Piece::Text(text));
                    }
                    event?;
                }
                Form::Events => {
                    let event = event?;
                    self.add(Piece::Event(RunEvent::Response { step, event }));
                }
            }
            self.drained().await;
        }
        Ok(())
    }

    /// Polls the response for its next event, and the text that it adds for a stream of text.
    #[allow(clippy::type_complexity, reason = "used once")]
    fn poll_response(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(Result<StreamEvent, Error>, String)>> {
        let mut reading = self.response();
        let Some(stream) = reading.stream.as_mut() else {
            return Poll::Ready(None);
        };
        Pin::new(&mut **stream).poll_next(cx).map(|event| {
            let text = match self.0.form {
                Form::Events => String::new(),
                Form::Text => stream.new_text().into_owned(),
            };
            event.map(|event| (event, text))
        })
    }

    /// Returns the next piece.
    pub(super) fn take(&self) -> Option<Piece> {
        let mut queue = self.queue();
        let piece = queue.pieces.pop_front();
        if queue.pieces.len() < MAX_WAITING && !queue.tools.is_empty() {
            let tools = std::mem::take(&mut queue.tools);
            drop(queue);
            tools.into_iter().for_each(Waker::wake);
        }
        piece
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue().pieces.is_empty()
    }

    /// Returns `Ready` if a piece waits. Otherwise `cx` is woken when a tool adds one.
    pub(super) fn poll_filled(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.queue();
        if !queue.pieces.is_empty() {
            return Poll::Ready(());
        }
        queue.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Returns a copy of the response that is being read, or of the last one.
    pub(super) fn snapshot(&self) -> Response {
        let reading = self.response();
        match &reading.stream {
            Some(stream) => stream.snapshot().clone(),
            None => Response::clone(&reading.last),
        }
    }

    fn add(&self, piece: Piece) {
        let mut queue = self.queue();
        if queue.closed {
            return;
        }
        queue.pieces.push_back(piece);
        let reader = queue.reader.take();
        drop(queue);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// A panic while the lock is held leaves nothing half-done.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn response(&self) -> MutexGuard<'_, Reading> {
        let response = self.0.response.lock();
        response.unwrap_or_else(PoisonError::into_inner)
    }
}
