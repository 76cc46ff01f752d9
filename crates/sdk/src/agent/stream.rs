//! [`RunStream`] and [`RunTextStream`]: the events and the text of a run as they arrive.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::{FusedStream, Stream};
use orouter_wire::Response;

use super::{
    events::RunEvent,
    outlet::{Outlet, Piece},
};
use crate::{error::Error, run::ModelRun, transport::BoxFuture};

/// The events of a run as they arrive: a [`Stream`] of `Result<RunEvent, Error>`.
///
/// Created by [`RunCall::stream`](crate::RunCall::stream). The run advances only while the stream is
/// read; dropping the stream cancels the request and the tools that run.
///
/// The stream ends after the last event, or with one `Err`, which contains the run so far
/// ([`Error::model_run`]). Errors of the set-up are the first item.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, weather: orouter::FnTool) -> Result<(), orouter::Error> {
/// use orouter::{ResponsesRequest, RunEvent};
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Is it warm in Paris?");
/// let mut events = client.call_model(request).tool(weather).stream();
/// while let Some(event) = events.next().await {
///     if let RunEvent::ToolStarted { call, .. } = event? {
///         println!("calling {}", call.name);
///     }
/// }
/// println!("{}", events.into_run().await?.text());
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing unless it is read"]
pub struct RunStream(Reader);

/// The text of a run as it arrives: a [`Stream`] of `Result<String, Error>`, without empty pieces.
///
/// Created by [`RunCall::stream_text`](crate::RunCall::stream_text). It yields the text of all steps, in
/// order and without separators. In all else it works as [`RunStream`] does.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, weather: orouter::FnTool) -> Result<(), orouter::Error> {
/// use orouter::ResponsesRequest;
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Is it warm in Paris?");
/// let mut text = client.call_model(request).tool(weather).stream_text();
/// while let Some(piece) = text.next().await {
///     print!("{}", piece?);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing unless it is read"]
pub struct RunTextStream(Reader);

/// Drives a run for its reader.
struct Reader {
    outlet: Outlet,
    state: State,
    /// True once the error of the run was returned.
    reported: bool,
}

enum State {
    Running(BoxFuture<'static, Result<ModelRun, Error>>),
    Ended(Result<ModelRun, Error>),
}

impl Reader {
    fn new(outlet: Outlet, run: BoxFuture<'static, Result<ModelRun, Error>>) -> Self {
        Self {
            outlet,
            state: State::Running(run),
            reported: false,
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece, Error>>> {
        loop {
            if let Some(piece) = self.outlet.take() {
                return Poll::Ready(Some(Ok(piece)));
            }
            match &mut self.state {
                State::Running(run) => match run.as_mut().poll(cx) {
                    Poll::Ready(result) => self.state = State::Ended(result),
                    Poll::Pending => ready!(self.outlet.poll_filled(cx)),
                },
                State::Ended(Err(error)) if !self.reported => {
                    self.reported = true;
                    return Poll::Ready(Some(Err(error.clone())));
                }
                State::Ended(_) => return Poll::Ready(None),
            }
        }
    }

    /// Reads the rest and returns the run.
    async fn into_run(mut self) -> Result<ModelRun, Error> {
        while poll_fn(|cx| self.poll_piece(cx)).await.is_some() {}
        match self.state {
            State::Ended(result) => result,
            // `poll_piece` returns `None` only after the end.
            State::Running(run) => run.await,
        }
    }

    fn is_terminated(&self) -> bool {
        match &self.state {
            State::Running(_) => false,
            State::Ended(result) => (result.is_ok() || self.reported) && self.outlet.is_empty(),
        }
    }

    fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Running(_) => "running",
            State::Ended(Ok(_)) => "finished",
            State::Ended(Err(_)) => "failed",
        };
        f.debug_struct(name)
            .field("state", &state)
            .finish_non_exhaustive()
    }
}

impl RunStream {
    pub(super) fn new(outlet: Outlet, run: BoxFuture<'static, Result<ModelRun, Error>>) -> Self {
        Self(Reader::new(outlet, run))
    }

    /// Returns the next event; `None` once the run has stopped. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Returns the reason why the run failed, once; then `None`.
    pub async fn next(&mut self) -> Option<Result<RunEvent, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Returns a copy of the response that is being read, as far as it has arrived; between two
    /// responses and after the run, of the last response that was complete.
    #[must_use]
    pub fn snapshot(&self) -> Response {
        self.0.outlet.snapshot()
    }

    /// Reads the rest of the events and returns the run.
    ///
    /// # Errors
    ///
    /// Returns the reason why the run failed, also if [`next`](Self::next) has returned it already.
    pub async fn into_run(self) -> Result<ModelRun, Error> {
        self.0.into_run().await
    }
}

impl Stream for RunStream {
    type Item = Result<RunEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match self.0.poll_piece(cx) {
                Poll::Ready(Some(Ok(Piece::Event(event)))) => Poll::Ready(Some(Ok(event))),
                Poll::Ready(Some(Ok(Piece::Text(_)))) => continue,
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            };
        }
    }
}

impl FusedStream for RunStream {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl RunTextStream {
    pub(super) fn new(outlet: Outlet, run: BoxFuture<'static, Result<ModelRun, Error>>) -> Self {
        Self(Reader::new(outlet, run))
    }

    /// Returns the next piece, never empty; `None` once the run has stopped. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Returns the reason why the run failed, once; then `None`.
    pub async fn next(&mut self) -> Option<Result<String, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Reads the rest of the text and returns the run.
    ///
    /// # Errors
    ///
    /// Returns the reason why the run failed, also if [`next`](Self::next) has returned it already.
    pub async fn into_run(self) -> Result<ModelRun, Error> {
        self.0.into_run().await
    }
}

impl Stream for RunTextStream {
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match self.0.poll_piece(cx) {
                Poll::Ready(Some(Ok(Piece::Text(text)))) => Poll::Ready(Some(Ok(text))),
                Poll::Ready(Some(Ok(Piece::Event(_)))) => continue,
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            };
        }
    }
}

impl FusedStream for RunTextStream {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl fmt::Debug for RunStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_as("RunStream", f)
    }
}

impl fmt::Debug for RunTextStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_as("RunTextStream", f)
    }
}
