//! A model's response in the form that a request asks for: as events or as a body.

use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use orouter_wire::{Item, Response, ResponseStatus, ResponsesRequest, assemble::events_of};

use crate::transport::HttpRequest;

/// The model of a response to a request that names none.
const MODEL: &str = "test/model";

/// The numbers of the next response and the next call of a transport.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    responses: u64,
    calls: u64,
}

/// A response in the form that a request asks for.
pub(super) struct Rendered {
    pub(super) content_type: &'static str,
    pub(super) chunks: Vec<Bytes>,
}

/// Fills in the response and renders it as events or as a body.
pub(super) fn render(
    mut response: Response,
    request: &HttpRequest,
    now: SystemTime,
    numbers: &mut Numbers,
) -> Rendered {
    let request: ResponsesRequest = orouter_wire::from_slice(request.body()).unwrap_or_default();
    let streams = request.stream == Some(true);
    if response.model.is_empty() {
        response.model = request.model.unwrap_or_else(|| MODEL.to_owned());
    }
    fill_in(&mut response, now, numbers);
    if streams {
        let events = events_of(&response).map(|event| frame(&orouter_wire::to_string(&event)));
        let done = std::iter::once(frame("[DONE]"));
        Rendered {
            content_type: "text/event-stream",
            chunks: events.chain(done).map(Bytes::from).collect(),
        }
    } else {
        Rendered {
            content_type: "application/json",
            chunks: vec![orouter_wire::to_vec(&response).into()],
        }
    }
}

fn fill_in(response: &mut Response, now: SystemTime, numbers: &mut Numbers) {
    numbers.responses += 1;
    if response.id.is_empty() {
        response.id = format!("resp_{}", numbers.responses);
    }
    if response.status == ResponseStatus::InProgress {
        response.status = match (&response.error, &response.incomplete_details) {
            (Some(_), _) => ResponseStatus::Failed,
            (None, Some(_)) => ResponseStatus::Incomplete,
            (None, None) => ResponseStatus::Completed,
        };
    }
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |t| t.as_secs());
    if response.created_at == 0 {
        response.created_at = seconds;
    }
    if response.status == ResponseStatus::Completed {
        response.completed_at.get_or_insert(seconds);
    }
    for (at, item) in response.output.iter_mut().enumerate() {
        if item.id().is_none_or(str::is_empty) {
            item.set_id(format!("{}_item_{at}", response.id));
        }
        let call_id = match item {
            Item::FunctionCall(call) => &mut call.call_id,
            Item::CustomToolCall(call) => &mut call.call_id,
            _ => continue,
        };
        numbers.calls += 1;
        if call_id.is_empty() {
            *call_id = format!("call_{}", numbers.calls);
        }
    }
}

/// Returns the frame of an event with this data.
pub(super) fn frame(data: &str) -> String {
    let mut frame = String::new();
    for line in data.lines() {
        let _ = writeln!(frame, "data: {line}");
    }
    frame.push('\n');
    frame
}
