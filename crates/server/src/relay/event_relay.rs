//! [`Relay`]: turns a provider's events into those that the client gets. No I/O.
//!
//! For every provider, the client gets `response.created` and `response.in_progress` first, exactly
//! one terminal event last, sequence numbers without gaps, and one response id. [`Repair`] makes the
//! events in between follow the rules of a stream. An event that needs no change keeps the text in
//! which the upstream sent it.

use std::sync::Arc;

use bytes::Bytes;
use orouter_protocols::chat_client::{self, ReplyHead};
use orouter_protocols::json_text::{self, Edit};
use orouter_protocols::{Original, Repair, UpstreamEvent};
use orouter_wire::event::ResponseEvent;
use orouter_wire::item::ItemStatus;
use orouter_wire::{EventClass, Response, ResponseStatus, StreamEvent, Usage};

use super::client_event::ClientEvent;
use super::echo::Echo;
use super::final_text;
use crate::client_api::ClientApi;
use crate::failure::Failure;
use crate::generation::Generation;
use crate::metadata::Routing;
use crate::provider::Model;
use crate::settle;

/// Turns a provider's events into those that the client gets.
pub(super) struct Relay {
    echo: Echo,
    repair: Box<Repair>,
    /// `true` if the client gets one body: the events are not needed.
    whole: bool,
    /// The next sequence number.
    sequence: u32,
    /// `true` once `response.created` has been sent.
    announced: bool,
    /// `true` once an event about the output has arrived.
    streamed: bool,
    ended: Option<Ended>,
    failure: Option<Failure>,
    routing: Routing,
    provider: String,
}

/// The final response.
struct Ended {
    response: Response,
    /// Its JSON text, if it was made from the upstream's text.
    text: Option<Bytes>,
}

/// Receives the events for the client.
type Send<'a> = &'a mut dyn FnMut(ClientEvent);

impl Relay {
    /// Creates the relay of a stream for a generation that this model at this provider runs.
    pub(super) fn new(generation: &Generation, model: &Arc<Model>, provider: &str) -> Self {
        Self {
            echo: Echo::new(generation, model),
            repair: Box::new(Repair::new(generation.id.as_str())),
            whole: false,
            sequence: 0,
            announced: false,
            streamed: false,
            ended: None,
            failure: None,
            routing: generation.routing.clone(),
            provider: provider.to_owned(),
        }
    }

    /// Makes this the relay of one body.
    pub(super) fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// Returns the final response, once it has ended.
    pub(super) fn ended(&self) -> Option<&Response> {
        self.ended.as_ref().map(|ended| &ended.response)
    }

    /// Returns the final response and its text for the client, once it has ended.
    pub(super) fn into_body(mut self, client: &ClientApi) -> Option<(Response, Bytes)> {
        let Ended { response, text } = self.ended.take()?;
        let body = match (client, text) {
            (ClientApi::Chat(client), _) => {
                chat_client::body(&response, &self.head(), client.reply)
            }
            (ClientApi::Responses, Some(text)) => text,
            (ClientApi::Responses, None) => Bytes::from(orouter_wire::to_vec(&response)),
        };
        Some((response, body))
    }

    /// Returns the members that all chunks for a client of Chat Completions have.
    pub(super) fn head(&self) -> ReplyHead<'_> {
        ReplyHead {
            id: &self.echo.id,
            model: &self.echo.model.id,
            provider: &self.provider,
            created: self.echo.created_at,
        }
    }

    /// Returns the failure that the response ended with, if it failed.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Takes the provider's next event and passes the events for the client to `send`.
    pub(super) fn event(&mut self, event: UpstreamEvent, now: u64, send: Send<'_>) {
        if self.ended.is_some() {
            return;
        }
        self.announce(send);
        match event.event.class() {
            EventClass::Terminal | EventClass::Error => {
                match Failure::from_event(&event.event, &self.provider) {
                    Some(failure) => {
                        let failure = self.routing.shown(failure);
                        let last = event.event.into_response().unwrap_or_default();
                        self.end_failed(&failure, last, send);
                    }
                    None => self.end(event, now, send),
                }
            }
            // The relay announces the response itself and sends its own keep-alives.
            EventClass::Lifecycle | EventClass::KeepAlive => {}
            EventClass::Unknown => {
                let event = self.with_own_response(event);
                self.forward(event, send);
            }
            EventClass::Debug
            | EventClass::ItemAdded
            | EventClass::ItemDone
            | EventClass::PartAdded
            | EventClass::PartDone
            | EventClass::ContentDelta
            | EventClass::ContentDone
            | EventClass::Progress => self.forward(event, send),
        }
    }

    /// Ends the response as failed.
    pub(super) fn fail(&mut self, failure: &Failure, send: Send<'_>) {
        self.end_failed(failure, Response::default(), send);
    }

    /// Sends `response.created` and `response.in_progress`, once. Before them, sends the bodies of
    /// the upstream requests, if the client asks for them.
    fn announce(&mut self, send: Send<'_>) {
        if std::mem::replace(&mut self.announced, true) || self.whole {
            return;
        }
        for body in self.routing.take_bodies() {
            if let Some(event) = debug_event(&body) {
                self.number(event, send);
            }
        }
        let blank = self.echo.response();
        let created = StreamEvent::Created(ResponseEvent::new(blank.clone()));
        let in_progress = StreamEvent::InProgress(ResponseEvent::new(blank));
        self.number(UpstreamEvent::new(created), send);
        self.number(UpstreamEvent::new(in_progress), send);
    }

    /// Passes an event about the output to the repair.
    fn forward(&mut self, event: UpstreamEvent, send: Send<'_>) {
        self.streamed = true;
        let event = self.with_own_response_id(event);
        let sequence = &mut self.sequence;
        self.repair
            .push(event, &mut |event| number(sequence, event, send));
    }

    /// Ends the response with the outcome that the provider's last event reports.
    fn end(&mut self, event: UpstreamEvent, now: u64, send: Send<'_>) {
        let outcome = outcome(&event.event);
        let UpstreamEvent {
            event, original, ..
        } = event;
        let text = final_text::Text::new(original);
        let mut last = event.into_response().unwrap_or_default();
        let outline = text.response.as_ref();
        let passes = outline.is_some() && self.whole && !self.streamed && is_valid(&last);
        // The upstream's text has the members that repeat the request.
        let has_echo = outline.is_some_and(final_text::has_all_members);
        let mut response = match passes && has_echo {
            true => Response::new(self.echo.id.as_str(), self.echo.model.id.as_str()),
            false => self.echo.response(),
        };
        response.usage = last.usage.take().map(with_required_members);
        if let Some(tier) = last.service_tier.take() {
            response.service_tier = Some(tier);
        }
        response.openrouter_metadata = self.routing.served(&response.model, &self.provider);
        let item_status = match outcome {
            ResponseStatus::Completed => {
                response.completed_at = Some(now);
                ItemStatus::Completed
            }
            _ => {
                response.incomplete_details = last.incomplete_details.take();
                ItemStatus::Incomplete
            }
        };
        response.status = outcome;
        let mut output_differs = false;
        if passes {
            response.output = last.output;
        } else {
            let sequence = &mut self.sequence;
            let mut send = |event| number(sequence, event, send);
            let output = self
                .repair
                .finish(last.output, &item_status, true, &mut send);
            response.output = output.items;
            output_differs = !output.is_last;
        }
        let change = final_text::Change {
            output: output_differs,
            adds_members: !has_echo,
        };
        let spliced = outline.and_then(|text| final_text::spliced(text, &mut response, change));
        self.finish(response, spliced, text.event.as_ref(), send);
    }

    /// Ends the response as failed. `last` is the response of the provider's last event.
    fn end_failed(&mut self, failure: &Failure, last: Response, send: Send<'_>) {
        if self.ended.is_some() {
            return;
        }
        self.announce(send);
        let sequence = &mut self.sequence;
        let mut output = {
            let mut send = |event| number(sequence, event, send);
            let status = ItemStatus::Incomplete;
            self.repair
                .finish(last.output, &status, false, &mut send)
                .items
        };
        for (position, item) in output.iter_mut().enumerate() {
            if self.repair.is_open(position) {
                item.set_status(ItemStatus::Incomplete);
            }
        }
        let mut response = self.echo.response();
        response.output = output;
        response.status = ResponseStatus::Failed;
        response.error = Some(failure.to_response_error());
        response.error_type = Some(failure.error_type());
        response.usage = last.usage.map(with_required_members);
        response.openrouter_metadata = self.routing.failed(failure);
        self.failure = Some(failure.clone());
        self.finish(response, None, None, send);
    }

    /// Sends the terminal event.
    fn finish(
        &mut self,
        response: Response,
        text: Option<Bytes>,
        upstream: Option<&Bytes>,
        send: Send<'_>,
    ) {
        if !self.whole {
            let event = final_text::event_of(response.clone());
            let event = match &text {
                Some(text) => final_text::terminal(event, upstream, text),
                None => UpstreamEvent::new(event),
            };
            self.number(event, send);
        }
        self.ended = Some(Ended { response, text });
    }

    /// Gives an event that tells the id of its response the id that the client knows.
    fn with_own_response_id(&self, event: UpstreamEvent) -> UpstreamEvent {
        let Some(Original::Event(text)) = &event.original else {
            return event;
        };
        let told = event.event.response_id();
        if told.is_none_or(|id| id == self.echo.id) {
            return event;
        }
        let text = std::str::from_utf8(text).unwrap_or_default();
        let own = Edit::set("response_id", orouter_wire::to_string(&self.echo.id));
        let changed = json_text::edit(text, &[own]);
        match changed.and_then(|text| Some((orouter_wire::from_str(&text).ok()?, text))) {
            Some((event, text)) => {
                UpstreamEvent::with_original(event, Original::Event(Bytes::from(text)))
            }
            None => event,
        }
    }

    /// Gives the response in an event of an unknown kind the id and the model that the client knows.
    fn with_own_response(&self, event: UpstreamEvent) -> UpstreamEvent {
        let Some(Original::Event(text)) = &event.original else {
            return event;
        };
        let whole = std::str::from_utf8(text).unwrap_or_default();
        let Some(response) = json_text::get(whole, "response") else {
            return event;
        };
        let mut edits = Vec::new();
        for (name, value) in [("id", &self.echo.id), ("model", &self.echo.model.id)] {
            if json_text::get(response, name).is_some() {
                edits.push(Edit::set(name, orouter_wire::to_string(value)));
            }
        }
        let changed = json_text::edit(response, &edits)
            .and_then(|response| json_text::edit(whole, &[Edit::set("response", response)]));
        match changed.and_then(|text| Some((orouter_wire::from_str(&text).ok()?, text))) {
            Some((event, text)) => {
                UpstreamEvent::with_original(event, Original::Event(Bytes::from(text)))
            }
            None => event,
        }
    }

    fn number(&mut self, event: UpstreamEvent, send: Send<'_>) {
        number(&mut self.sequence, event, send);
    }
}

/// Gives an event the next sequence number and sends it.
fn number(sequence: &mut u32, event: UpstreamEvent, send: Send<'_>) {
    send(ClientEvent::new(event, *sequence));
    *sequence = sequence.saturating_add(1);
}

/// Returns the event with the body of an upstream request. `None` if it is not JSON.
fn debug_event(body: &str) -> Option<UpstreamEvent> {
    let text = format!(r#"{{"type":"response.debug","debug":{{"echo_upstream_body":{body}}}}}"#);
    let event = orouter_wire::from_str(&text).ok()?;
    let original = Original::Event(Bytes::from(text));
    Some(UpstreamEvent::with_original(event, original))
}

/// Adds the members of the usage that clients require.
fn with_required_members(mut usage: Usage) -> Usage {
    settle::complete(&mut usage);
    usage
}

/// Returns `true` if the output of a whole response can be passed as it is: each item has an id of
/// its own.
fn is_valid(response: &Response) -> bool {
    let mut ids = std::collections::HashSet::new();
    response.output.iter().all(|item| match (item.id(), item) {
        (Some(id), _) => !id.is_empty() && ids.insert(id),
        (None, orouter_wire::Item::Unknown(_)) => true,
        (None, _) => false,
    })
}

/// Returns the status with which the response ends, if the last event reports no failure.
///
/// The type of the event decides. The status of its response decides only for `response.completed`,
/// which some servers send for incomplete responses, and for `response.done`, which some servers
/// send for every outcome.
fn outcome(event: &StreamEvent) -> ResponseStatus {
    if let Some(ResponseStatus::Incomplete | ResponseStatus::Cancelled) = event.announced_status() {
        return ResponseStatus::Incomplete;
    }
    let Some(response) = event.response() else {
        return ResponseStatus::Completed;
    };
    match response.status {
        ResponseStatus::Incomplete | ResponseStatus::Cancelled => ResponseStatus::Incomplete,
        ResponseStatus::Completed => ResponseStatus::Completed,
        _ if response.incomplete_details.is_some() => ResponseStatus::Incomplete,
        _ => ResponseStatus::Completed,
    }
}
