//! The reply: events as the upstream sent them. [`Repair`](crate::Repair) makes them follow the
//! rules of a stream.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_wire::event::ResponseEvent;
use orouter_wire::{EventClass, Response, ResponseObject, ResponseStatus, StreamEvent};

use super::{required, required_inside};
use crate::json_text::{self, Edit, Outline};
use crate::reply::{Original, ReplyReader, StreamTranslator, UnreadableReply, UpstreamEvent};

/// Reads the reply to one request.
#[derive(Debug)]
pub(super) struct Reader;

impl ReplyReader for Reader {
    fn stream(&self) -> Box<dyn StreamTranslator> {
        Box::new(Events { ended: false })
    }

    fn body(&self, body: &Bytes) -> Result<UpstreamEvent, UnreadableReply> {
        let (mut outline, mut response) = decoded(&trimmed(body))?;
        if response.output.is_empty()
            && let Some(event) = event_without_output(&outline, &response)?
        {
            return Ok(UpstreamEvent::new(event));
        }
        let text = std::str::from_utf8(outline.text()).unwrap_or_default();
        if let Some(text) = required_inside::completed_output(&response.output, text) {
            (outline, response) = decoded(&Bytes::from(text))?;
        }
        let original = Original::Response(outline);
        Ok(UpstreamEvent::with_original(terminal(response), original))
    }
}

/// Decodes a body as a response, without the members that repeat its request.
fn decoded(text: &Bytes) -> Result<(Outline, Response), UnreadableReply> {
    let outline = Outline::of(text.clone()).ok_or_else(|| unreadable(text))?;
    let response = orouter_wire::from_slice(&outline.without(repeats_the_request));
    Ok((outline, response.map_err(|_| unreadable(text))?))
}

/// Returns the body without a byte order mark and without the white space around it.
fn trimmed(body: &Bytes) -> Bytes {
    let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    body.slice_ref(text.trim_ascii())
}

fn unreadable(text: &[u8]) -> UnreadableReply {
    UnreadableReply::new(match std::str::from_utf8(text) {
        Err(_) => "the body is not UTF-8",
        Ok(text) if json_text::members(text).is_none() => "the body is not a JSON object",
        Ok(_) => "the body is not JSON",
    })
}

/// Returns `true` for the members of a response that repeat its request: most members of a usual
/// one.
fn repeats_the_request(name: &[u8]) -> bool {
    matches!(
        name,
        b"background"
            | b"frequency_penalty"
            | b"instructions"
            | b"max_output_tokens"
            | b"max_tool_calls"
            | b"metadata"
            | b"parallel_tool_calls"
            | b"presence_penalty"
            | b"previous_response_id"
            | b"prompt"
            | b"prompt_cache_key"
            | b"prompt_cache_options"
            | b"prompt_cache_retention"
            | b"reasoning"
            | b"safety_identifier"
            | b"store"
            | b"temperature"
            | b"text"
            | b"tool_choice"
            | b"tools"
            | b"top_logprobs"
            | b"top_p"
            | b"truncation"
            | b"user"
    )
}

/// Returns the event that a body without output is. `None` if it is a response.
///
/// A few servers send one event as the body: the last one, or an `error`. A body whose only content
/// is an error is an event without a type.
fn event_without_output(
    body: &Outline,
    response: &Response,
) -> Result<Option<StreamEvent>, UnreadableReply> {
    let object = body.get("object").map(orouter_wire::from_str);
    let is_response = matches!(
        object,
        Some(Ok(ResponseObject::Response | ResponseObject::Compaction))
    ) || body
        .get("output")
        .is_some_and(|output| output.starts_with('['));
    if !is_response {
        return match orouter_wire::from_slice::<StreamEvent>(body.text()) {
            Ok(event) if matches!(event.class(), EventClass::Terminal | EventClass::Error) => {
                Ok(Some(event))
            }
            _ => Err(UnreadableReply::new(
                "the body is JSON but not a response object",
            )),
        };
    }
    let has_status = body.get("status").is_some_and(|status| status != "null");
    let running = matches!(
        response.status,
        ResponseStatus::Queued | ResponseStatus::InProgress
    );
    if has_status && running && !response.has_failed() {
        return Err(UnreadableReply::new(
            "the response of the body has not ended",
        ));
    }
    Ok(None)
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

    fn end(&mut self, _: bool, _: &mut Vec<UpstreamEvent>) {}
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
