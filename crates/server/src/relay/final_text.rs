//! The JSON text of a final response: the upstream's text with the members replaced that must
//! change, so that members which no type has stay.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_protocols::json_text::{self, Edit, Outline};
use orouter_protocols::{Original, UpstreamEvent};
use orouter_wire::event::ResponseEvent;
use orouter_wire::{Response, ResponseStatus, StreamEvent, Usage};

/// The text of an upstream's last event.
#[derive(Default)]
pub(super) struct Text {
    /// The event, unless the text is that of a response only.
    pub(super) event: Option<Bytes>,
    pub(super) response: Option<Outline>,
}

impl Text {
    pub(super) fn new(original: Option<Original>) -> Self {
        match original {
            None => Self::default(),
            Some(Original::Response(outline)) => Self {
                event: None,
                response: Some(outline),
            },
            Some(Original::Event(text)) => {
                let whole = std::str::from_utf8(&text).unwrap_or_default();
                let response = json_text::get(whole, "response")
                    .map(|response| text.slice_ref(response.as_bytes()));
                Self {
                    response: response.and_then(Outline::of),
                    event: Some(text),
                }
            }
        }
    }
}

/// Further changes to the upstream's text of a response.
#[derive(Clone, Copy)]
pub(super) struct Change {
    /// The output is replaced.
    pub(super) output: bool,
    /// Members that the response has and the text lacks are added.
    pub(super) adds_members: bool,
}

/// Returns the upstream's `text` of a response as the client gets it. `response` is unchanged.
///
/// Replaced: id, model, usage, status and metadata; a service tier that is null or mistyped.
pub(super) fn spliced(text: &Outline, response: &mut Response, change: Change) -> Option<Bytes> {
    let mut edits = Vec::with_capacity(16);
    edits.extend([
        Edit::set("id", orouter_wire::to_string(&response.id)),
        Edit::set("status", orouter_wire::to_string(&response.status)),
        Edit::set("model", orouter_wire::to_string(&response.model)),
    ]);
    if change.output {
        edits.push(Edit::set(
            "output",
            orouter_wire::to_string(&response.output),
        ));
    }
    if let Some(tier) = &response.service_tier
        && text
            .get("service_tier")
            .is_some_and(|text| !text.starts_with('"'))
    {
        edits.push(Edit::set("service_tier", orouter_wire::to_string(tier)));
    }
    if let Some(usage) = &response.usage {
        edits.push(Edit::set("usage", orouter_wire::to_string::<Usage>(usage)));
    }
    edits.push(match &response.openrouter_metadata {
        Some(metadata) => Edit::set("openrouter_metadata", orouter_wire::to_string(&**metadata)),
        None => Edit::remove("openrouter_metadata"),
    });
    let blank;
    if change.adds_members {
        // The text has the output.
        let output = std::mem::take(&mut response.output);
        blank = orouter_wire::to_string(response);
        response.output = output;
        for member in json_text::members(&blank)? {
            let has = |name: &str| text.names().any(|known| known == name.as_bytes());
            match member.name {
                Cow::Borrowed(name)
                    if !edits.iter().any(|edit| edit.name() == name) && !has(name) =>
                {
                    edits.push(Edit::default(name, blank.get(member.value)?));
                }
                _ => {}
            }
        }
    }
    text.edit(&edits)
}

/// Returns the terminal event with this text of its response. `upstream` is the text of the
/// upstream's event.
pub(super) fn terminal(
    event: StreamEvent,
    upstream: Option<&Bytes>,
    response: &Bytes,
) -> UpstreamEvent {
    let kind = orouter_wire::to_string(&event.kind().to_owned());
    let response = std::str::from_utf8(response).unwrap_or("{}");
    let edits = [
        Edit::set("type", kind.as_str()),
        Edit::set("response", response),
    ];
    let outer = upstream.and_then(|text| std::str::from_utf8(text).ok());
    match json_text::edit(outer.unwrap_or("{}"), &edits) {
        Some(text) => UpstreamEvent::with_original(event, Original::Event(Bytes::from(text))),
        None => UpstreamEvent::new(event),
    }
}

/// Wraps the final response in the event that its status stands for.
pub(super) fn event_of(response: Response) -> StreamEvent {
    let status = response.status.clone();
    let event = ResponseEvent::new(response);
    match status {
        ResponseStatus::Completed => StreamEvent::Completed(event),
        ResponseStatus::Failed => StreamEvent::Failed(event),
        _ => StreamEvent::Incomplete(event),
    }
}

/// Returns `true` if the object has the members that every response of this server has.
pub(super) fn has_all_members(text: &Outline) -> bool {
    let found = text
        .names()
        .filter_map(position)
        .fold(0_u64, |found, position| found | 1 << position);
    found.count_ones() == MEMBERS
}

/// Number of names that [`position`] knows.
const MEMBERS: u32 = 31;

/// Returns the position of a member that every response of this server has. The compiler turns this
/// into a choice by length, which is faster than a search.
fn position(name: &[u8]) -> Option<u32> {
    Some(match name {
        b"background" => 0,
        b"completed_at" => 1,
        b"created_at" => 2,
        b"error" => 3,
        b"frequency_penalty" => 4,
        b"id" => 5,
        b"incomplete_details" => 6,
        b"instructions" => 7,
        b"max_output_tokens" => 8,
        b"max_tool_calls" => 9,
        b"metadata" => 10,
        b"model" => 11,
        b"object" => 12,
        b"output" => 13,
        b"parallel_tool_calls" => 14,
        b"presence_penalty" => 15,
        b"previous_response_id" => 16,
        b"prompt_cache_key" => 17,
        b"reasoning" => 18,
        b"safety_identifier" => 19,
        b"service_tier" => 20,
        b"status" => 21,
        b"store" => 22,
        b"temperature" => 23,
        b"text" => 24,
        b"tool_choice" => 25,
        b"tools" => 26,
        b"top_logprobs" => 27,
        b"top_p" => 28,
        b"truncation" => 29,
        b"usage" => 30,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use orouter_wire::ResponsesRequest;
    use serde_json::Value;

    use super::*;
    use crate::provider::Model;

    fn echo() -> Response {
        let request = ResponsesRequest::new("a/b");
        crate::relay::echo::response(&request, &Model::new("a/b"), "gen-1", 7)
    }

    #[test]
    fn every_response_has_the_members_of_the_list() {
        let text = orouter_wire::to_vec(&echo());
        let outline = Outline::of(text.into()).expect("an object");
        assert!(has_all_members(&outline));
        let mut positions: Vec<u32> = outline.names().filter_map(position).collect();
        positions.sort_unstable();
        assert!(positions.into_iter().eq(0..MEMBERS));
        for name in outline.names() {
            let rest = Outline::of(outline.without(|other| other == name)).expect("an object");
            assert_eq!(has_all_members(&rest), position(name).is_none());
        }
    }

    #[test]
    fn unknown_members_stay_and_missing_ones_are_added() {
        let mut response = echo();
        response.status = ResponseStatus::Completed;
        response.usage = Some(Usage::new(3, 4));
        let text = r#"{"id":"resp_1","x":{"y": 1.50},"model":"gpt","openrouter_metadata":{},"temperature":0.25,"output":[{"type":"new","z":1}]}"#;
        let outline = Outline::of(text.into()).expect("an object");
        let change = Change {
            output: false,
            adds_members: !has_all_members(&outline),
        };
        let spliced = spliced(&outline, &mut response, change).expect("an object");
        let spliced = std::str::from_utf8(&spliced).expect("UTF-8");
        let value: Value = serde_json::from_str(spliced).expect("JSON");
        assert!(spliced.starts_with(r#"{"id":"gen-1","x":{"y": 1.50},"model":"a/b","temperature":0.25,"output":[{"type":"new","z":1}],"#), "{spliced}");
        let names: Vec<_> = json_text::members(spliced).expect("an object").collect();
        let unique: std::collections::HashSet<_> =
            names.iter().map(|member| &member.name).collect();
        assert_eq!(unique.len(), names.len(), "{spliced}");
        assert_eq!(value["usage"]["output_tokens"], 4);
        assert_eq!(value["status"], "completed");
        assert_eq!(value["created_at"], 7);
        assert_eq!(value["top_p"], 1.0);
        assert!(value.get("openrouter_metadata").is_none());
    }
}
