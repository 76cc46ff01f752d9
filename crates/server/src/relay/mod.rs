//! The fourth room: an endpoint's events become one clean stream, or one body.
//!
//! Whatever an endpoint sends, a client sees `response.created` and `response.in_progress` first,
//! one last event at the end, numbers without gaps, one id, and the request echoed. [`Relay`] is
//! where that is made; it does no I/O. [`stream()`] and [`whole()`] drive it.

mod bound;
mod echo;
mod last;
mod late;
mod stream;
mod told;
mod whole;

use std::sync::Arc;

use orouter_wire::assemble::Assembler;
use orouter_wire::event::{ItemEvent, ResponseEvent};
use orouter_wire::item::ItemStatus;
use orouter_wire::{Item, Response, ResponseStatus, ResponsesRequest, StreamEvent, Usage};

use self::told::Told;
use crate::endpoint::Model;
use crate::failure::Failure;
use crate::id::GenerationId;
use crate::metadata::Routing;
use crate::settle;

pub(crate) use stream::stream;
pub(crate) use whole::whole;

/// What an answer is made from: the request, its id, and when it came.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) request: Arc<ResponsesRequest>,
    pub(crate) id: GenerationId,
    /// Seconds since 1970.
    pub(crate) created_at: u64,
    pub(crate) routing: Routing,
}

/// Turns the events of an endpoint into those that the client gets.
pub(crate) struct Relay {
    /// The response as it was announced.
    blank: Response,
    items: Assembler,
    told: Told,
    sequence: u32,
    began: bool,
    ended: Option<Response>,
    failure: Option<Failure>,
    routing: Routing,
    provider: String,
}

/// The outcome that a terminal event of the endpoint announces, if it is not a failure.
enum Outcome {
    Completed,
    Incomplete,
}

impl Relay {
    pub(crate) fn new(origin: &Origin, model: &Model, provider: &str) -> Self {
        let mut blank = echo::response(
            &origin.request,
            model,
            origin.id.as_str(),
            origin.created_at,
        );
        bound::bound(&mut blank);
        Self {
            blank,
            items: Assembler::new(),
            told: Told::default(),
            sequence: 0,
            began: false,
            ended: None,
            failure: None,
            routing: origin.routing.clone(),
            provider: provider.to_owned(),
        }
    }

    /// The response, once it has ended.
    pub(crate) fn ended(&self) -> Option<&Response> {
        self.ended.as_ref()
    }

    /// The failure that the response ended with.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Takes the next event of the endpoint; `tell` gets what the client is to see.
    pub(crate) fn event(
        &mut self,
        event: StreamEvent,
        now: u64,
        tell: &mut dyn FnMut(StreamEvent),
    ) {
        if self.ended.is_some() {
            return;
        }
        self.begin(tell);
        if let Some(failure) = crate::attempt::failed(&event, &self.provider) {
            let said = event.into_response().unwrap_or_default();
            return self.end_failed(&failure, said, tell);
        }
        match outcome(&event) {
            Some(outcome) => {
                let said = event.into_response().unwrap_or_default();
                self.end(&outcome, said, now, tell);
            }
            None => match event {
                // The relay announces the response itself, and comments are its signs of life.
                StreamEvent::Created(_) | StreamEvent::Queued(_) | StreamEvent::InProgress(_) => {}
                event if event.is_keepalive() => {}
                event => self.forward(event, tell),
            },
        }
    }

    /// Ends the response as failed.
    pub(crate) fn fail(&mut self, failure: &Failure, tell: &mut dyn FnMut(StreamEvent)) {
        self.end_failed(failure, Response::default(), tell);
    }

    fn begin(&mut self, tell: &mut dyn FnMut(StreamEvent)) {
        if !std::mem::replace(&mut self.began, true) {
            let announce = |response: &Response| ResponseEvent::new(response.clone());
            self.tell(StreamEvent::Created(announce(&self.blank)), tell);
            self.tell(StreamEvent::InProgress(announce(&self.blank)), tell);
        }
    }

    /// Ends the response as the endpoint said.
    fn end(
        &mut self,
        outcome: &Outcome,
        said: Response,
        now: u64,
        tell: &mut dyn FnMut(StreamEvent),
    ) {
        let item_status = match outcome {
            Outcome::Completed => ItemStatus::Completed,
            Outcome::Incomplete => ItemStatus::Incomplete,
        };
        let output = self.output(said.output, &item_status, true, tell);
        let mut response = self.blank.clone();
        response.output = output;
        response.usage = said.usage.map(completed);
        response.openrouter_metadata = self.routing.served(&response.model, &self.provider);
        match outcome {
            Outcome::Completed => {
                response.status = ResponseStatus::Completed;
                response.completed_at = Some(now);
            }
            Outcome::Incomplete => {
                response.status = ResponseStatus::Incomplete;
                response.incomplete_details = said.incomplete_details;
            }
        }
        self.last(response, tell);
    }

    /// Ends the response as failed. `said` is the response of the endpoint's last event.
    fn end_failed(&mut self, failure: &Failure, said: Response, tell: &mut dyn FnMut(StreamEvent)) {
        if self.ended.is_some() {
            return;
        }
        self.begin(tell);
        let mut output = self.output(said.output, &ItemStatus::Incomplete, false, tell);
        for (position, item) in output.iter_mut().enumerate() {
            if !self.told.is_done(position, item) {
                item.set_status(ItemStatus::Incomplete);
            }
        }
        let mut response = self.blank.clone();
        response.output = output;
        response.status = ResponseStatus::Failed;
        response.error = Some(failure.to_response_error());
        response.error_type = Some(failure.error_type());
        response.usage = said.usage.map(completed);
        response.openrouter_metadata = self.routing.failed(failure);
        self.failure = Some(failure.clone());
        self.last(response, tell);
    }

    /// The output of the response that ends, `said` being the output of the endpoint's last event.
    ///
    /// The client gets what only that event has as events of its own. Items that have not ended
    /// are closed with `status`: all of them if `close`, else only those that are in `said`.
    fn output(
        &mut self,
        said: Vec<Item>,
        status: &ItemStatus,
        close: bool,
        tell: &mut dyn FnMut(StreamEvent),
    ) -> Vec<Item> {
        let entries = last::compare(&self.items.snapshot().output, said);
        for (position, entry) in entries.iter().enumerate() {
            let streamed = entry.streamed.as_ref();
            let is_done = streamed.is_some_and(|item| self.told.is_done(position, item));
            if is_done || !(close || entry.said.is_some()) {
                continue;
            }
            let item = entry.closed(status);
            let index = self.told.index(position, streamed);
            for event in last::events(&item, index, streamed, &self.told) {
                self.pass(event, tell);
            }
        }
        last::filled(&self.items.snapshot().output, entries)
    }

    fn last(&mut self, response: Response, tell: &mut dyn FnMut(StreamEvent)) {
        let event = ResponseEvent::new(response.clone());
        let event = match response.status {
            ResponseStatus::Completed => StreamEvent::Completed(event),
            ResponseStatus::Failed => StreamEvent::Failed(event),
            _ => StreamEvent::Incomplete(event),
        };
        self.tell(event, tell);
        self.ended = Some(response);
    }

    /// Hands on an event of the endpoint, after what the client needs before it: text that no
    /// delta had, and the end of parts that did not end.
    fn forward(&mut self, event: StreamEvent, tell: &mut dyn FnMut(StreamEvent)) {
        if let Some(whole) = late::whole(&event) {
            let streamed = self.streamed(whole.item_id, whole.output_index);
            let missing = streamed.map(|(_, item)| whole.missing(item, &self.told));
            for event in missing.into_iter().flatten() {
                self.pass(event, tell);
            }
        }
        if let StreamEvent::OutputItemDone(done) = &event
            && let Some(events) = self.ending(done)
        {
            for event in events {
                self.pass(event, tell);
            }
            return;
        }
        self.pass(event, tell);
    }

    /// The events that end an item as its `done` event has it. `None` if the client has the item
    /// with other text, or ended; the event is handed on as it came then.
    fn ending(&self, done: &ItemEvent) -> Option<Vec<StreamEvent>> {
        let said = done.item.as_deref()?;
        let index = done.output_index?;
        let found = self.streamed(said.id().unwrap_or_default(), index);
        let streamed = match found {
            Some((position, item)) if last::continues(said, item) => {
                if self.told.is_done(position, item) {
                    return None;
                }
                Some(item.clone())
            }
            Some(_) => return None,
            None => None,
        };
        let entry = last::Entry {
            streamed,
            said: Some(said.clone()),
        };
        let item = entry.closed(&ItemStatus::Completed);
        let streamed = entry.streamed.as_ref();
        Some(last::events(&item, index, streamed, &self.told))
    }

    /// The item with this id, or else with this `output_index`, as far as it was streamed, and its
    /// position in the output.
    fn streamed(&self, id: &str, output_index: u32) -> Option<(usize, &Item)> {
        let output = &self.items.snapshot().output;
        let named = output
            .iter()
            .position(|item| !id.is_empty() && item.id() == Some(id));
        let there = || {
            let mut items = output.iter().enumerate();
            items.rposition(|(at, item)| self.told.index(at, Some(item)) == output_index)
        };
        let position = named.or_else(there)?;
        Some((position, output.get(position)?))
    }

    /// Hands on an event about an item.
    fn pass(&mut self, event: StreamEvent, tell: &mut dyn FnMut(StreamEvent)) {
        self.items.push(&event);
        self.told.push(&event);
        self.tell(event, tell);
    }

    /// Numbers an event and hands it on.
    fn tell(&mut self, mut event: StreamEvent, tell: &mut dyn FnMut(StreamEvent)) {
        event.set_sequence_number(self.sequence);
        self.sequence = self.sequence.saturating_add(1);
        tell(event);
    }
}

/// The usage with every member that clients require.
fn completed(mut usage: Usage) -> Usage {
    settle::complete(&mut usage);
    usage
}

/// The outcome that a terminal event announces. Its type decides, and its response's status only
/// where the type leaves it open: some servers send `response.completed` without a status, and
/// `response.done` for every outcome.
fn outcome(event: &StreamEvent) -> Option<Outcome> {
    match event {
        StreamEvent::Incomplete(_) | StreamEvent::Cancelled(_) => Some(Outcome::Incomplete),
        StreamEvent::Completed(_) | StreamEvent::Done(_) => {
            let Some(response) = event.response() else {
                return Some(Outcome::Completed);
            };
            Some(match response.status {
                ResponseStatus::Incomplete | ResponseStatus::Cancelled => Outcome::Incomplete,
                ResponseStatus::Completed => Outcome::Completed,
                _ if response.incomplete_details.is_some() => Outcome::Incomplete,
                _ => Outcome::Completed,
            })
        }
        _ => None,
    }
}
