//! The fourth room: an endpoint's events become one clean stream, or one body.
//!
//! Whatever an endpoint sends, a client sees `response.created` and `response.in_progress` first,
//! one last event at the end, numbers without gaps, one id, and the request echoed. [`Relay`] is
//! where that is made; it does no I/O. [`stream()`] and [`whole()`] drive it.

mod echo;
mod stream;
mod whole;

use std::sync::Arc;

use orouter_wire::assemble::Assembler;
use orouter_wire::event::ResponseEvent;
use orouter_wire::item::ItemStatus;
use orouter_wire::{Item, Response, ResponseStatus, ResponsesRequest, StreamEvent};

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
    sequence: u32,
    began: bool,
    ended: Option<Response>,
    routing: Routing,
    provider: String,
}

impl Relay {
    pub(crate) fn new(origin: &Origin, model: &Model, provider: &str) -> Self {
        let blank = echo::response(
            &origin.request,
            model,
            origin.id.as_str(),
            origin.created_at,
        );
        Self {
            blank,
            items: Assembler::new(),
            sequence: 0,
            began: false,
            ended: None,
            routing: origin.routing.clone(),
            provider: provider.to_owned(),
        }
    }

    /// The response, once it has ended.
    pub(crate) fn ended(&self) -> Option<&Response> {
        self.ended.as_ref()
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
        match event {
            // Announced already, in our own words.
            StreamEvent::Created(_) | StreamEvent::Queued(_) | StreamEvent::InProgress(_) => {}
            // Comments are our signs of life.
            StreamEvent::Keepalive(_) | StreamEvent::Ping(_) | StreamEvent::KeepAlive(_) => {}
            StreamEvent::Completed(event)
            | StreamEvent::Incomplete(event)
            | StreamEvent::Cancelled(event)
            | StreamEvent::Done(event) => {
                self.end(
                    event.response.map(|response| *response).unwrap_or_default(),
                    now,
                    tell,
                );
            }
            event => match crate::attempt::failed(&event) {
                Some(failure) => self.fail(&failure, tell),
                None => {
                    self.items.push(&event);
                    self.tell(event, tell);
                }
            },
        }
    }

    /// Ends the response as failed.
    pub(crate) fn fail(&mut self, failure: &Failure, tell: &mut dyn FnMut(StreamEvent)) {
        if self.ended.is_some() {
            return;
        }
        self.begin(tell);
        let mut response = self.blank.clone();
        response.status = ResponseStatus::Failed;
        response.error = Some(failure.to_response_error());
        response.error_type = Some(failure.kind().error_type());
        response.openrouter_metadata = self.routing.failed(failure);
        response.output.clone_from(&self.items.so_far().output);
        response.output.iter_mut().for_each(cut_short);
        self.last(response, tell);
    }

    fn begin(&mut self, tell: &mut dyn FnMut(StreamEvent)) {
        if !std::mem::replace(&mut self.began, true) {
            let announce = |response: &Response| ResponseEvent::new(response.clone());
            self.tell(StreamEvent::Created(announce(&self.blank)), tell);
            self.tell(StreamEvent::InProgress(announce(&self.blank)), tell);
        }
    }

    /// Ends the response as the endpoint said.
    fn end(&mut self, said: Response, now: u64, tell: &mut dyn FnMut(StreamEvent)) {
        let mut response = self.blank.clone();
        response.output.clone_from(&self.items.so_far().output);
        response.incomplete_details = said.incomplete_details;
        response.usage = said.usage;
        response.openrouter_metadata = self.routing.served(&response.model, &self.provider);
        if let Some(usage) = &mut response.usage {
            settle::complete(usage);
        }
        response.status = match said.status {
            ResponseStatus::Completed => ResponseStatus::Completed,
            _ => ResponseStatus::Incomplete,
        };
        if response.status == ResponseStatus::Completed {
            response.completed_at = Some(now);
        }
        self.last(response, tell);
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

    /// Numbers an event and hands it on.
    fn tell(&mut self, mut event: StreamEvent, tell: &mut dyn FnMut(StreamEvent)) {
        event.set_sequence_number(self.sequence);
        self.sequence = self.sequence.saturating_add(1);
        tell(event);
    }
}

/// An item that was being made when the answer failed will not become more.
fn cut_short(item: &mut Item) {
    let status = match item {
        Item::Message(message) => &mut message.status,
        Item::FunctionCall(call) => &mut call.status,
        _ => return,
    };
    if *status == Some(ItemStatus::InProgress) {
        *status = Some(ItemStatus::Incomplete);
    }
}
