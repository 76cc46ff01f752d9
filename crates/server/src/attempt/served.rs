//! [`Served`]: the events of an endpoint that generates. Holds the endpoint's slot, counts what is
//! used, and records a failure after the first content.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use orouter_protocols::UpstreamEvent;
use orouter_wire::{EventClass, Response, StreamEvent};
use tokio::time::Instant;

use crate::catalog::{Endpoint, Slot, Trial};
use crate::failure::Failure;
use crate::provider::EventStream;
use crate::settle::Tally;

/// The events of an endpoint that generates, after the first one.
pub(super) struct Served {
    events: EventStream,
    endpoint: Arc<Endpoint>,
    tally: Tally,
    trial: Trial,
    /// Returned when the stream ends or is dropped.
    slot: Option<Slot>,
    ended: bool,
}

impl Served {
    pub(super) fn new(
        events: EventStream,
        endpoint: Arc<Endpoint>,
        tally: Tally,
        trial: Trial,
        slot: Slot,
    ) -> Self {
        Self {
            events,
            endpoint,
            tally,
            trial,
            slot: Some(slot),
            ended: false,
        }
    }

    /// Counts an event. Sets the cost in the terminal one.
    pub(super) fn count(&mut self, event: &mut StreamEvent) {
        match event.class() {
            EventClass::ContentDelta => self.tally.delta(),
            EventClass::Terminal | EventClass::Error => {
                match Failure::from_event(event, &self.endpoint.slug) {
                    Some(failure) => self.failed(&failure),
                    None => self.end(),
                }
                if let Some(response) = response_mut(event) {
                    self.tally.charge(response);
                }
            }
            EventClass::Lifecycle
            | EventClass::KeepAlive
            | EventClass::Debug
            | EventClass::ItemAdded
            | EventClass::ItemDone
            | EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDone
            | EventClass::Progress
            | EventClass::Unknown => {}
        }
    }

    fn failed(&mut self, failure: &Failure) {
        if !self.ended {
            self.trial.failed(Instant::now(), failure);
        }
        self.end();
    }

    fn end(&mut self) {
        self.ended = true;
        self.slot = None;
    }
}

/// Returns the response of a terminal event. One that the event lacks is added for its usage, unless
/// the event says that the response failed.
fn response_mut(event: &mut StreamEvent) -> Option<&mut Response> {
    match event {
        StreamEvent::Completed(event)
        | StreamEvent::Incomplete(event)
        | StreamEvent::Cancelled(event)
        | StreamEvent::Done(event) => Some(&mut **event.response.get_or_insert_default()),
        StreamEvent::Failed(event) => event.response.as_deref_mut(),
        _ => None,
    }
}

impl Stream for Served {
    type Item = Result<UpstreamEvent, Failure>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut next = ready!(this.events.poll_upstream(cx));
        match &mut next {
            Some(Ok(event)) => this.count(&mut event.event),
            Some(Err(failure)) => this.failed(failure),
            None if this.ended => {}
            None => this.failed(&super::first_content::broken_off()),
        }
        Poll::Ready(next)
    }
}
