//! The reply: events as the upstream sent them. [`Repair`](crate::Repair) makes them follow the
//! rules of a stream.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_wire::event::ResponseEvent;
use orouter_wire::{EventClass, Response, ResponseObject, ResponseStatus, StreamEvent};

use super::{required, required_inside};
use crate::json_text::{self, Edit};
use crate::reply::{Original, ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(super) struct Reader;

impl ReplyReader for Reader {
    fn stream(&self) -> Box<dyn StreamTranslator> {
        Box::new(Events { ended: false })
    }

    fn body(&self, body: &Bytes) -> Result<UpstreamEvent, UnreadableReply> {
        let text = std::str::from_utf8(body)
            .map_err(|_| UnreadableReply::new("the body is not UTF-8"))?
            .trim_start_matches('\u{feff}')
            .trim_ascii();
        let marks =
            Marks::of(text).ok_or_else(|| UnreadableReply::new("the body is not a JSON object"))?;
        // A few servers send one event as the body: the last one, or an `error`. A body whose only
        // content is an error is an event without a type.
        if !marks.is_response
            && let Ok(event) = orouter_wire::from_str::<StreamEvent>(text)
            && matches!(event.class(), EventClass::Terminal | EventClass::Error)
        {
            return Ok(UpstreamEvent::new(event));
        }
        let response: Response = orouter_wire::from_str(text)
            .map_err(|_| UnreadableReply::new("the body is not JSON"))?;
        if !marks.is_response && response.output.is_empty() {
            return Err(UnreadableReply::new(
                "the body is JSON but not a response object",
            ));
        }
        let running = matches!(
            response.status,
            ResponseStatus::Queued | ResponseStatus::InProgress
        );
        if marks.has_status && running && response.output.is_empty() && !response.has_failed() {
            return Err(UnreadableReply::new(
                "the response of the body has not ended",
            ));
        }
        Ok(
            match required_inside::completed_output(&response.output, text) {
                Some(text) => {
                    let response = orouter_wire::from_str(&text).unwrap_or(response);
                    with_body(response, Bytes::from(text))
                }
                None => with_body(response, Bytes::copy_from_slice(text.as_bytes())),
            },
        )
    }
}

/// Facts about a body, found in one pass over its members.
#[derive(Default)]
struct Marks {
    /// `true` if a member marks the object as a response: an `object` of that name, or `output`.
    is_response: bool,
    /// `true` if it has a status.
    has_status: bool,
}

impl Marks {
    /// Returns the facts; none of them applies to an object that is not JSON. `None` if the text is
    /// not an object.
    fn of(text: &str) -> Option<Self> {
        let mut members = json_text::members(text)?;
        let (mut named, mut has_output, mut has_status) = (false, false, false);
        // The last member counts if a name is repeated.
        for member in members.by_ref() {
            let value = || text.get(member.value.clone()).unwrap_or_default();
            match &*member.name {
                "object" => {
                    named = matches!(
                        orouter_wire::from_str(value()),
                        Ok(ResponseObject::Response | ResponseObject::Compaction)
                    );
                }
                "output" => has_output = value().starts_with('['),
                "status" => has_status = value() != "null",
                _ => {}
            }
        }
        Some(match members.end() {
            Some(_) => Self {
                is_response: named || has_output,
                has_status,
            },
            None => Self::default(),
        })
    }
}

/// Returns the event of a response and of its text.
fn with_body(response: Response, text: Bytes) -> UpstreamEvent {
    UpstreamEvent::with_original(terminal(response), Original::Response(text))
}

/// Returns the event that ends a stream with this response.
fn terminal(response: Response) -> StreamEvent {
    let failed = response.has_failed();
    let status = response.status.clone();
    let event = ResponseEvent::new(response);
    match status {
        _ if failed => StreamEvent::Failed(event),
        ResponseStatus::Incomplete => StreamEvent::Incomplete(event),
        ResponseStatus::Cancelled => StreamEvent::Cancelled(event),
        _ => StreamEvent::Completed(event),
    }
}

/// Decodes the frames of one stream.
struct Events {
    /// `true` after the terminal event or an error. Some upstreams send a second one.
    ended: bool,
}

impl StreamTranslator for Events {
    fn frame(&mut self, name: &str, data: &str, events: &mut Vec<UpstreamEvent>) {
        if self.ended {
            return;
        }
        let Ok(event) = orouter_wire::from_str::<StreamEvent>(data) else {
            return;
        };
        let event = match event.kind() {
            "" => match untyped(name, data, event) {
                Some(event) => event,
                None => return,
            },
            _ => with_text(event, data),
        };
        self.ended = event.event.is_terminal();
        events.push(event);
    }

    fn end(&mut self, _: &mut Vec<UpstreamEvent>) {}
}

/// Returns an event and the text for the client: that of the upstream, with the members that the
/// event and the objects in it must have.
fn with_text(event: StreamEvent, text: &str) -> UpstreamEvent {
    let flat = required::completed(&event, text);
    let whole = match required_inside::completed(&event, &flat) {
        Cow::Owned(text) => Cow::Owned(text),
        Cow::Borrowed(_) => flat,
    };
    let text = match whole {
        Cow::Borrowed(text) => Bytes::copy_from_slice(text.as_bytes()),
        Cow::Owned(text) => {
            // The event remembers which members it lacked, and would be written back without them.
            let event = orouter_wire::from_str(&text).unwrap_or(event);
            return UpstreamEvent::with_original(event, Original::Event(Bytes::from(text)));
        }
    };
    UpstreamEvent::with_original(event, Original::Event(text))
}

/// Returns the event of a frame whose JSON has no `type`: an error, or the event that the frame's
/// `event:` line names. `None` if it is neither.
fn untyped(name: &str, data: &str, event: StreamEvent) -> Option<UpstreamEvent> {
    if event.class() == EventClass::Error {
        return Some(UpstreamEvent::new(event));
    }
    let is_name = name == "error" || name.starts_with("response.");
    if !is_name || json_text::members(data).is_none() {
        return None;
    }
    let kind = Edit::set("type", orouter_wire::to_string(&name.to_owned()));
    let text = json_text::edit(data, &[kind])?;
    let event = orouter_wire::from_str(&text).ok()?;
    Some(with_text(event, &text))
}
