//! [`Relay`]: turns a provider's events into those that the client gets. No I/O.
//!
//! For every provider, the client gets `response.created` and `response.in_progress` first, exactly
//! one terminal event last, sequence numbers without gaps, one response id and the repeated members
//! of the request. Text that the provider sent without deltas is sent in deltas once.

use orouter_wire::assemble::Assembler;
use orouter_wire::event::{ItemEvent, ResponseEvent};
use orouter_wire::item::ItemStatus;
use orouter_wire::{EventClass, Item, Response, ResponseStatus, StreamEvent, Usage};

use super::final_output::OutputItem;
use super::sent_items::SentItems;
use super::{echo, echo_limit, final_output, missing_deltas};
use crate::failure::Failure;
use crate::generation::Generation;
use crate::metadata::Routing;
use crate::provider::Model;
use crate::settle;

/// Turns a provider's events into those that the client gets.
pub(super) struct Relay {
    /// The response before any output, as `response.created` has it.
    blank: Response,
    /// The output that the client has been sent.
    items: Assembler,
    sent: SentItems,
    /// The next sequence number.
    sequence: u32,
    /// `true` once `response.created` has been sent.
    announced: bool,
    /// The final response, once the terminal event has been sent.
    ended: Option<Response>,
    failure: Option<Failure>,
    routing: Routing,
    provider: String,
}

/// The outcome that a terminal event reports, other than a failure.
enum Outcome {
    Completed,
    Incomplete,
}

impl Relay {
    /// Creates the relay for a generation that this model at this provider runs.
    pub(super) fn new(generation: &Generation, model: &Model, provider: &str) -> Self {
        let mut blank = echo::response(
            &generation.request,
            model,
            generation.id.as_str(),
            generation.created_at,
        );
        echo_limit::apply(&mut blank);
        Self {
            blank,
            items: Assembler::new(),
            sent: SentItems::default(),
            sequence: 0,
            announced: false,
            ended: None,
            failure: None,
            routing: generation.routing.clone(),
            provider: provider.to_owned(),
        }
    }

    /// Returns the final response, once it has ended.
    pub(super) fn ended(&self) -> Option<&Response> {
        self.ended.as_ref()
    }

    /// Returns the final response, once it has ended.
    pub(super) fn into_ended(self) -> Option<Response> {
        self.ended
    }

    /// Returns the failure that the response ended with, if it failed.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Takes the provider's next event and passes the events for the client to `send`.
    pub(super) fn event(
        &mut self,
        event: StreamEvent,
        now: u64,
        send: &mut dyn FnMut(StreamEvent),
    ) {
        if self.ended.is_some() {
            return;
        }
        self.announce(send);
        if let Some(failure) = Failure::from_event(&event, &self.provider) {
            let last = event.into_response().unwrap_or_default();
            return self.end_failed(&failure, last, send);
        }
        match event.class() {
            EventClass::Terminal | EventClass::Error => {
                let outcome = outcome(&event);
                let last = event.into_response().unwrap_or_default();
                self.end(&outcome, last, now, send);
            }
            // The relay announces the response itself and sends its own keep-alives.
            EventClass::Lifecycle | EventClass::KeepAlive => {}
            EventClass::Debug
            | EventClass::ItemAdded
            | EventClass::ItemDone
            | EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress
            | EventClass::Unknown => self.forward(event, send),
        }
    }

    /// Ends the response as failed.
    pub(super) fn fail(&mut self, failure: &Failure, send: &mut dyn FnMut(StreamEvent)) {
        self.end_failed(failure, Response::default(), send);
    }

    /// Sends `response.created` and `response.in_progress`, once.
    fn announce(&mut self, send: &mut dyn FnMut(StreamEvent)) {
        if !std::mem::replace(&mut self.announced, true) {
            let event = |response: &Response| ResponseEvent::new(response.clone());
            self.number(StreamEvent::Created(event(&self.blank)), send);
            self.number(StreamEvent::InProgress(event(&self.blank)), send);
        }
    }

    /// Ends the response with this outcome. `last` is the response of the provider's last event.
    fn end(
        &mut self,
        outcome: &Outcome,
        last: Response,
        now: u64,
        send: &mut dyn FnMut(StreamEvent),
    ) {
        let item_status = match outcome {
            Outcome::Completed => ItemStatus::Completed,
            Outcome::Incomplete => ItemStatus::Incomplete,
        };
        let output = self.output(last.output, &item_status, true, send);
        let mut response = self.blank.clone();
        response.output = output;
        response.usage = last.usage.map(with_required_members);
        response.openrouter_metadata = self.routing.served(&response.model, &self.provider);
        match outcome {
            Outcome::Completed => {
                response.status = ResponseStatus::Completed;
                response.completed_at = Some(now);
            }
            Outcome::Incomplete => {
                response.status = ResponseStatus::Incomplete;
                response.incomplete_details = last.incomplete_details;
            }
        }
        self.finish(response, send);
    }

    /// Ends the response as failed. `last` is the response of the provider's last event.
    fn end_failed(&mut self, failure: &Failure, last: Response, send: &mut dyn FnMut(StreamEvent)) {
        if self.ended.is_some() {
            return;
        }
        self.announce(send);
        let mut output = self.output(last.output, &ItemStatus::Incomplete, false, send);
        for (position, item) in output.iter_mut().enumerate() {
            if !self.sent.is_done(position, item) {
                item.set_status(ItemStatus::Incomplete);
            }
        }
        let mut response = self.blank.clone();
        response.output = output;
        response.status = ResponseStatus::Failed;
        response.error = Some(failure.to_response_error());
        response.error_type = Some(failure.error_type());
        response.usage = last.usage.map(with_required_members);
        response.openrouter_metadata = self.routing.failed(failure);
        self.failure = Some(failure.clone());
        self.finish(response, send);
    }

    /// Returns the output of the final response. `last` is the output of the provider's last event.
    ///
    /// Sends the parts of `last` that the client does not have yet. Items that have not ended are
    /// ended with `status`: all of them if `end_all`, else only those that are in `last`.
    fn output(
        &mut self,
        last: Vec<Item>,
        status: &ItemStatus,
        end_all: bool,
        send: &mut dyn FnMut(StreamEvent),
    ) -> Vec<Item> {
        let entries = final_output::pair(&self.items.snapshot().output, last);
        for (position, entry) in entries.iter().enumerate() {
            let streamed = entry.streamed.as_ref();
            let is_done = streamed.is_some_and(|item| self.sent.is_done(position, item));
            if is_done || !(end_all || entry.last.is_some()) {
                continue;
            }
            let item = entry.ended(status);
            let index = self.sent.index(position, streamed);
            for event in final_output::events(&item, index, streamed, &self.sent) {
                self.pass(event, send);
            }
        }
        final_output::filled(&self.items.snapshot().output, entries)
    }

    /// Sends the terminal event.
    fn finish(&mut self, response: Response, send: &mut dyn FnMut(StreamEvent)) {
        let event = ResponseEvent::new(response.clone());
        let event = match response.status {
            ResponseStatus::Completed => StreamEvent::Completed(event),
            ResponseStatus::Failed => StreamEvent::Failed(event),
            _ => StreamEvent::Incomplete(event),
        };
        self.number(event, send);
        self.ended = Some(response);
    }

    /// Passes on a provider's event. First sends the events that must precede it: deltas for text
    /// that came without deltas, and the ends of parts that did not end.
    fn forward(&mut self, event: StreamEvent, send: &mut dyn FnMut(StreamEvent)) {
        if let Some(text) = missing_deltas::done_text(&event) {
            let streamed = self.streamed(text.item_id, text.output_index);
            let missing = streamed.map(|(_, item)| text.missing(item, &self.sent));
            for event in missing.into_iter().flatten() {
                self.pass(event, send);
            }
        }
        if let StreamEvent::OutputItemDone(done) = &event
            && let Some(events) = self.ending(done)
        {
            for event in events {
                self.pass(event, send);
            }
            return;
        }
        self.pass(event, send);
    }

    /// Returns the events that end an item as its `done` event has it. Returns `None` if the client
    /// has the item with other text, or has its end; the event then passes unchanged.
    fn ending(&self, done: &ItemEvent) -> Option<Vec<StreamEvent>> {
        let last = done.item.as_deref()?;
        let index = done.output_index?;
        let found = self.streamed(last.id().unwrap_or_default(), index);
        let streamed = match found {
            Some((position, item)) if final_output::continues(last, item) => {
                if self.sent.is_done(position, item) {
                    return None;
                }
                Some(item.clone())
            }
            Some(_) => return None,
            None => None,
        };
        let entry = OutputItem {
            streamed,
            last: Some(last.clone()),
        };
        let item = entry.ended(&ItemStatus::Completed);
        let streamed = entry.streamed.as_ref();
        Some(final_output::events(&item, index, streamed, &self.sent))
    }

    /// Returns the position and the streamed part of the item with this id, or else with this
    /// `output_index`.
    fn streamed(&self, id: &str, output_index: u32) -> Option<(usize, &Item)> {
        let output = &self.items.snapshot().output;
        let named = output
            .iter()
            .position(|item| !id.is_empty() && item.id() == Some(id));
        let by_index = || {
            let mut items = output.iter().enumerate();
            items.rposition(|(at, item)| self.sent.index(at, Some(item)) == output_index)
        };
        let position = named.or_else(by_index)?;
        Some((position, output.get(position)?))
    }

    /// Sends an event about an item and records it.
    fn pass(&mut self, event: StreamEvent, send: &mut dyn FnMut(StreamEvent)) {
        self.items.push(&event);
        self.sent.push(&event);
        self.number(event, send);
    }

    /// Sets the sequence number of an event and sends it.
    fn number(&mut self, mut event: StreamEvent, send: &mut dyn FnMut(StreamEvent)) {
        event.set_sequence_number(self.sequence);
        self.sequence = self.sequence.saturating_add(1);
        send(event);
    }
}

/// Adds the members of the usage that clients require.
fn with_required_members(mut usage: Usage) -> Usage {
    settle::complete(&mut usage);
    usage
}

/// Returns the outcome that a terminal event without a failure reports.
///
/// The type of the event decides. The status of its response decides only for `response.completed`,
/// which some servers send for incomplete responses, and for `response.done`, which some servers
/// send for every outcome.
fn outcome(event: &StreamEvent) -> Outcome {
    if let Some(ResponseStatus::Incomplete | ResponseStatus::Cancelled) = event.announced_status() {
        return Outcome::Incomplete;
    }
    let Some(response) = event.response() else {
        return Outcome::Completed;
    };
    match response.status {
        ResponseStatus::Incomplete | ResponseStatus::Cancelled => Outcome::Incomplete,
        ResponseStatus::Completed => Outcome::Completed,
        _ if response.incomplete_details.is_some() => Outcome::Incomplete,
        _ => Outcome::Completed,
    }
}
