//! A stream: the answer as it is made, frame by frame, with signs of life in between.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response as HttpResponse};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use orouter_wire::StreamEvent;
use orouter_wire::sse::Encoder;
use tokio::time::{Instant, Sleep, sleep};

use super::whole::shutting_down;
use super::{Origin, Relay};
use crate::app::Deadline;
use crate::attempt::{Attempt, silent};
use crate::config::Limits;
use crate::endpoint::{BoxFuture, EventStream, Model};
use crate::failure::Failure;
use crate::settle::Record;
use crate::web::unix_now;

/// The comment that says that work is going on.
const SIGN_OF_LIFE: &str = "OROUTER PROCESSING";

/// Holds the head until there is content, so that a failure keeps its status, but not for ever;
/// then streams.
pub(crate) async fn stream(
    mut attempt: BoxFuture<Result<Attempt, Failure>>,
    origin: Origin,
    model: Model,
    record: Record,
    limits: &Limits,
    deadline: &Deadline,
) -> Result<HttpResponse, Failure> {
    let outcome = tokio::select! {
        biased;
        () = deadline.passed() => Some(Err(shutting_down())),
        outcome = &mut attempt => Some(outcome),
        () = sleep(limits.head_hold) => None,
    };
    let mut frames = Frames {
        phase: Phase::Waiting(attempt),
        relay: None,
        ready: VecDeque::new(),
        origin,
        model,
        record,
        keep_alive: limits.keep_alive,
        idle: Box::pin(sleep(limits.keep_alive)),
        deadline: Box::pin(deadline.passed()),
    };
    match outcome {
        Some(Ok(attempt)) => frames.begin(attempt),
        Some(Err(failure)) => {
            frames.record.fail(&failure);
            return Err(failure);
        }
        None => frames.sign_of_life(),
    }
    let head = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    let buffering = [("x-accel-buffering", "no")];
    Ok((head, buffering, Body::from_stream(frames)).into_response())
}

/// The frames of a stream. The client's going away drops it, and the work with it.
struct Frames {
    phase: Phase,
    /// There once somebody answers, or has failed to.
    relay: Option<Relay>,
    /// Frames to be sent, each of them whole.
    ready: VecDeque<Bytes>,
    origin: Origin,
    /// The model that the request named first, for an answer that nobody gives.
    model: Model,
    record: Record,
    keep_alive: Duration,
    idle: Pin<Box<Sleep>>,
    deadline: Pin<Box<dyn Future<Output = ()> + Send>>,
}

enum Phase {
    /// Nobody answers yet.
    Waiting(BoxFuture<Result<Attempt, Failure>>),
    /// Somebody does.
    Answering(EventStream),
    /// All is said.
    Over,
}

impl Frames {
    fn begin(&mut self, attempt: Attempt) {
        let Attempt {
            model,
            provider,
            first,
            events,
        } = attempt;
        self.record.served_by(&model.id, &provider);
        self.relay = Some(Relay::new(&self.origin, &model, &provider));
        self.phase = Phase::Answering(events);
        self.event(first);
    }

    fn event(&mut self, event: StreamEvent) {
        let Self { relay, ready, .. } = self;
        if let Some(relay) = relay {
            relay.event(event, unix_now(), &mut |event| {
                ready.push_back(frame(&event));
            });
        }
        self.close();
    }

    fn fail(&mut self, failure: &Failure) {
        let Self {
            relay,
            ready,
            origin,
            model,
            ..
        } = self;
        let relay = relay.get_or_insert_with(|| Relay::new(origin, model, ""));
        relay.fail(failure, &mut |event| ready.push_back(frame(&event)));
        self.close();
    }

    /// Ends the stream if the answer has ended.
    fn close(&mut self) {
        let relay = self.relay.as_ref();
        if let Some(response) = relay.and_then(Relay::ended) {
            if let Some(failure) = relay.and_then(Relay::failure) {
                self.record.took(response.usage.as_ref());
                self.record.fail(failure);
            }
            self.record.settle(response);
            self.phase = Phase::Over;
            let mut done = BytesMut::new();
            Encoder::new().done(&mut done);
            self.ready.push_back(done.freeze());
        }
    }

    fn sign_of_life(&mut self) {
        let mut comment = BytesMut::new();
        Encoder::new().comment(SIGN_OF_LIFE, &mut comment);
        self.ready.push_back(comment.freeze());
    }

    /// Waits for what happens next.
    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.phase {
            Phase::Waiting(attempt) => match ready!(attempt.as_mut().poll(cx)) {
                Ok(attempt) => self.begin(attempt),
                Err(failure) => self.fail(&failure),
            },
            Phase::Answering(events) => match ready!(events.poll_next(cx)) {
                Some(Ok(event)) => self.event(event),
                Some(Err(failure)) => self.fail(&failure),
                None => self.fail(&silent()),
            },
            Phase::Over => {}
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
            if matches!(this.phase, Phase::Over) {
                return Poll::Ready(None);
            }
            if this.deadline.as_mut().poll(cx).is_ready() {
                this.fail(&shutting_down());
            } else if this.poll_step(cx).is_pending() {
                ready!(this.idle.as_mut().poll(cx));
                this.sign_of_life();
            }
        }
    }
}

/// One event, whole, so that it goes out in one write.
fn frame(event: &StreamEvent) -> Bytes {
    let mut frame = BytesMut::with_capacity(256);
    Encoder::new().event(event.kind(), event, &mut frame);
    frame.freeze()
}
