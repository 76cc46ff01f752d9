//! A stream of server-sent events. Dropping it stops the generation; hyper drops it when the client
//! disconnects.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response as HttpResponse};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use orouter_protocols::UpstreamEvent;
use orouter_wire::sse::Encoder;
use tokio::time::{Instant, Sleep, sleep};

use super::event_relay::Relay;
use super::frame_writer::FrameWriter;
use crate::attempt::{Attempt, broken_off};
use crate::clock::unix_now;
use crate::drain_deadline::DrainDeadline;
use crate::failure::Failure;
use crate::generation::Generation;
use crate::limits::Limits;
use crate::panics;
use crate::provider::{BoxFuture, EventStream, Model};

/// The comment that is sent while there are no events.
const KEEP_ALIVE_COMMENT: &str = "OROUTER PROCESSING";

/// Waits up to [`Limits::head_hold`] for the first content, so that a failure until then keeps its
/// HTTP status. Then sends the head and streams. `model` is the first of the plan.
pub(crate) async fn stream(
    mut attempt: BoxFuture<Result<Attempt, Failure>>,
    generation: Generation,
    model: Arc<Model>,
    limits: &Limits,
    deadline: &DrainDeadline,
) -> Result<HttpResponse, Failure> {
    let outcome = tokio::select! {
        biased;
        () = deadline.passed() => Some(Err(DrainDeadline::failure())),
        outcome = &mut attempt => Some(outcome),
        () = sleep(limits.head_hold) => None,
    };
    let mut frames = Frames {
        phase: Phase::Waiting(attempt),
        relay: None,
        writer: FrameWriter::Responses,
        ready: VecDeque::new(),
        generation,
        model,
        keep_alive: limits.keep_alive,
        idle: Box::pin(sleep(limits.keep_alive)),
        deadline: Box::pin(deadline.passed()),
    };
    match outcome {
        Some(Ok(attempt)) => frames.start(attempt),
        Some(Err(failure)) => {
            frames.generation.record.fail(&failure);
            return Err(failure);
        }
        None => frames.keep_alive(),
    }
    let head = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    let buffering = [("x-accel-buffering", "no")];
    Ok((head, buffering, Body::from_stream(frames)).into_response())
}

/// The frames of a stream.
struct Frames {
    phase: Phase,
    /// `None` until an endpoint starts to generate or all have failed.
    relay: Option<Relay>,
    /// Set with the relay.
    writer: FrameWriter,
    /// Complete frames that are ready to be sent.
    ready: VecDeque<Bytes>,
    generation: Generation,
    /// The first model of the plan, for the response if no endpoint starts.
    model: Arc<Model>,
    keep_alive: Duration,
    /// Fires when a keep-alive is due.
    idle: Pin<Box<Sleep>>,
    deadline: Pin<Box<dyn Future<Output = ()> + Send>>,
}

enum Phase {
    /// No endpoint has started to generate.
    Waiting(BoxFuture<Result<Attempt, Failure>>),
    /// An endpoint generates.
    Generating(EventStream),
    /// The terminal event is in `ready` or has been sent.
    Ended,
}

impl Frames {
    fn start(&mut self, attempt: Attempt) {
        let Attempt {
            model,
            provider,
            first,
            events,
        } = attempt;
        self.generation.record.served_by(&model.id, &provider);
        let relay = Relay::new(&self.generation, &model, &provider);
        self.writer = FrameWriter::new(&self.generation.client, &relay);
        self.relay = Some(relay);
        self.phase = Phase::Generating(events);
        for event in first {
            self.event(event);
        }
    }

    fn event(&mut self, event: UpstreamEvent) {
        let Self {
            relay,
            writer,
            ready,
            ..
        } = self;
        if let Some(relay) = relay {
            relay.event(event, unix_now(), &mut |event| writer.event(event, ready));
        }
        self.end();
    }

    fn fail(&mut self, failure: &Failure) {
        let Self {
            relay,
            writer,
            ready,
            generation,
            model,
            ..
        } = self;
        let relay = relay.get_or_insert_with(|| {
            let relay = Relay::new(generation, model, "");
            *writer = FrameWriter::new(&generation.client, &relay);
            relay
        });
        relay.fail(failure, &mut |event| writer.event(event, ready));
        self.end();
    }

    /// Ends the stream if the response has ended.
    fn end(&mut self) {
        let relay = self.relay.as_ref();
        if let Some(response) = relay.and_then(Relay::ended) {
            let failure = relay.and_then(Relay::failure);
            let shown = failure.map(|failure| self.generation.client.shown(failure.clone()));
            self.writer.end(response, shown, &mut self.ready);
            let record = &mut self.generation.record;
            if let Some(failure) = failure {
                record.usage(response.usage.as_ref());
                record.fail(failure);
            }
            record.settle(response);
            self.phase = Phase::Ended;
        }
    }

    fn keep_alive(&mut self) {
        let mut comment = BytesMut::new();
        Encoder::new().comment(KEEP_ALIVE_COMMENT, &mut comment);
        self.ready.push_back(comment.freeze());
    }

    /// Waits for the attempt or the next event, and handles it.
    fn poll_progress(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.phase {
            Phase::Waiting(attempt) => match ready!(attempt.as_mut().poll(cx)) {
                Ok(attempt) => self.start(attempt),
                Err(failure) => self.fail(&failure),
            },
            Phase::Generating(events) => match ready!(events.poll_upstream(cx)) {
                Some(Ok(event)) => self.event(event),
                Some(Err(failure)) => self.fail(&failure),
                None => self.fail(&broken_off()),
            },
            Phase::Ended => {}
        }
        Poll::Ready(())
    }
}

impl Stream for Frames {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(frame) = this.ready.pop_front() {
                this.idle.as_mut().reset(Instant::now() + this.keep_alive);
                return Poll::Ready(Some(Ok(frame)));
            }
            if matches!(this.phase, Phase::Ended) {
                return Poll::Ready(None);
            }
            if this.deadline.as_mut().poll(cx).is_ready() {
                this.fail(&DrainDeadline::failure());
            } else {
                match panics::catch(|| this.poll_progress(cx)) {
                    Ok(Poll::Ready(())) => {}
                    Ok(Poll::Pending) => {
                        ready!(this.idle.as_mut().poll(cx));
                        this.keep_alive();
                    }
                    Err(failure) => this.fail(&failure),
                }
            }
        }
    }
}
