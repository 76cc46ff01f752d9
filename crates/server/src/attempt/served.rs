//! [`Served`]: the events of an endpoint that generates. Holds the endpoint's slot, counts what is
//! used, and records a failure after the first content.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use orouter_protocols::UpstreamEvent;
use orouter_wire::{EventClass, Response, StreamEvent};
use tokio::time::Instant;

use crate::catalog::{Conversation, Conversations, DEFAULT_TIER, Endpoint, Slot, Trial};
use crate::failure::Failure;
use crate::provider::EventStream;
use crate::settle::Tally;

/// The endpoint that generates, and what its events are counted in.
pub(super) struct ServedBy {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) tally: Tally,
    pub(super) trial: Trial,
    /// The conversation that the request belongs to, and the table of all conversations.
    pub(super) conversation: Option<(Conversation, Arc<Conversations>)>,
    /// `true` if the upstream sends the response as one body.
    pub(super) whole: bool,
}

/// The events of an endpoint that generates, after the first one.
pub(super) struct Served {
    events: EventStream,
    by: ServedBy,
    /// Returned when the stream ends or is dropped.
    slot: Option<Slot>,
    ended: bool,
}

impl Served {
    pub(super) fn new(events: EventStream, by: ServedBy, slot: Slot) -> Self {
        let served = Self {
            events,
            by,
            slot: Some(slot),
            ended: false,
        };
        served.keep_conversation(false);
        served
    }

    /// Counts an event. Sets the cost in the terminal one.
    pub(super) fn count(&mut self, event: &mut StreamEvent) {
        match event.class() {
            EventClass::ContentDelta => self.by.tally.delta(),
            EventClass::Terminal | EventClass::Error => {
                let failure = Failure::from_event(event, &self.by.endpoint.slug);
                let response = response_mut(event);
                if let Some(response) = response {
                    self.by.tally.charge(response);
                    self.by.trial.response(response);
                    if failure.is_none() && !self.ended {
                        self.completed(response);
                    }
                }
                match failure {
                    Some(failure) => self.failed(&failure),
                    None => self.end(),
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

    /// Measures a response that did not fail, and keeps its conversation on the endpoint.
    fn completed(&mut self, response: &mut Response) {
        let usage = response.usage.as_ref();
        let tokens = usage.map_or(0, |usage| usage.output_tokens);
        self.by
            .trial
            .completed(Instant::now(), tokens, self.by.whole);
        self.keep_conversation(usage.is_some_and(|usage| usage.cached_tokens() > 0));
        let tier = self.by.endpoint.tier.as_str();
        if response.service_tier.is_none() && tier != DEFAULT_TIER {
            response.service_tier = Some(tier.into());
        }
    }

    /// Records that the endpoint serves the conversation. `cache_hit`: it read from its prompt cache.
    fn keep_conversation(&self, cache_hit: bool) {
        if let Some((conversation, table)) = &self.by.conversation {
            table.serves(*conversation, &self.by.endpoint, cache_hit, Instant::now());
        }
    }

    fn failed(&mut self, failure: &Failure) {
        if !self.ended {
            self.by.trial.failed(Instant::now(), failure);
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
