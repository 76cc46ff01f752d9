//! The JSON text of a final response: the upstream's text with the members replaced that must
//! change, so that members which no type has stay.

use std::borrow::Cow;

use bytes::Bytes;
use orouter_protocols::json_text::{self, Edit, Outline};
use orouter_protocols::{Original, UpstreamEvent};
use orouter_wire::event::ResponseEvent;
use orouter_wire::{Response, ResponseStatus, StreamEvent, Usage};

/// Returns the text of the response that an event carries. `None` if the event has no text.
pub(super) fn of_event(event: &UpstreamEvent) -> Option<Bytes> {
    match event.original.as_ref()? {
        Original::Response(text) => Some(text.clone()),
        Original::Event(text) => {
            let whole = std::str::from_utf8(text).ok()?;
            let response = json_text::get(whole, "response")?;
            Some(text.slice_ref(response.as_bytes()))
        }
    }
}

/// Returns the upstream's `text` of a response as the client gets it. `response` is unchanged.
///
/// Replaced: id, model, usage, status and metadata, and the output if `output_differs`. Members
/// that `response` has and the text lacks are added.
pub(super) fn spliced(text: &str, response: &mut Response, output_differs: bool) -> Option<String> {
    let outline = Outline::of(text)?;
    let mut edits = Vec::with_capacity(16);
    edits.extend([
        Edit::set("id", orouter_wire::to_string(&response.id)),
        Edit::set("status", orouter_wire::to_string(&response.status)),
        Edit::set("model", orouter_wire::to_string(&response.model)),
    ]);
    if output_differs {
        edits.push(Edit::set(
            "output",
            orouter_wire::to_string(&response.output),
        ));
    }
    if let Some(usage) = &response.usage {
        edits.push(Edit::set("usage", orouter_wire::to_string::<Usage>(usage)));
    }
    edits.push(match &response.openrouter_metadata {
        Some(metadata) => Edit::set("openrouter_metadata", orouter_wire::to_string(&**metadata)),
        None => Edit::remove("openrouter_metadata"),
    });
    let blank;
    if lacks_members(&outline) {
        // The text has the output.
        let output = std::mem::take(&mut response.output);
        blank = orouter_wire::to_string(response);
        response.output = output;
        for member in json_text::members(&blank)? {
            let has = |name: &str| outline.members().iter().any(|member| member.name == name);
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
    outline.edit(&edits)
}

/// Returns the terminal event with this text of its response. `event` is the upstream's.
pub(super) fn terminal(
    event: StreamEvent,
    upstream: Option<&Original>,
    response: &str,
) -> UpstreamEvent {
    let kind = orouter_wire::to_string(&event.kind().to_owned());
    let edits = [
        Edit::set("type", kind.as_str()),
        Edit::set("response", response),
    ];
    let outer = match upstream {
        Some(Original::Event(text)) => std::str::from_utf8(text).unwrap_or("{}"),
        Some(Original::Response(_)) | None => "{}",
    };
    match json_text::edit(outer, &edits) {
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

/// The members that every response of this server has.
const MEMBERS: &[&str] = &[
    "background",
    "completed_at",
    "created_at",
    "error",
    "frequency_penalty",
    "id",
    "incomplete_details",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "object",
    "output",
    "parallel_tool_calls",
    "presence_penalty",
    "previous_response_id",
    "prompt_cache_key",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "status",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "usage",
];

/// Returns `true` if the object lacks a member of [`MEMBERS`].
fn lacks_members(outline: &Outline<'_>) -> bool {
    let mut missing: u64 = (1 << MEMBERS.len()) - 1;
    for member in outline.members() {
        if let Ok(at) = MEMBERS.binary_search(&&*member.name) {
            missing &= !(1 << at);
        }
    }
    missing != 0
}

#[cfg(test)]
mod tests {
    use orouter_wire::ResponsesRequest;
    use serde_json::Value;

    use super::*;
    use crate::provider::Model;

    #[test]
    fn every_response_has_the_members_of_the_list() {
        assert!(MEMBERS.is_sorted() && MEMBERS.len() < 64);
        let request = ResponsesRequest::new("a/b");
        let echo = super::super::echo::response(&request, &Model::new("a/b"), "gen-1", 7);
        let echo: Value = serde_json::from_str(&orouter_wire::to_string(&echo)).expect("JSON");
        for name in MEMBERS {
            assert!(echo.get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn unknown_members_stay_and_missing_ones_are_added() {
        let request = ResponsesRequest::new("a/b");
        let mut response = super::super::echo::response(&request, &Model::new("a/b"), "gen-1", 7);
        response.status = ResponseStatus::Completed;
        response.usage = Some(Usage::new(3, 4));
        let text = r#"{"id":"resp_1","x":{"y": 1.50},"model":"gpt","openrouter_metadata":{},"temperature":0.25,"output":[{"type":"new","z":1}]}"#;
        let spliced = spliced(text, &mut response, false).expect("an object");
        let value: Value = serde_json::from_str(&spliced).expect("JSON");
        assert!(spliced.starts_with(r#"{"id":"gen-1","x":{"y": 1.50},"model":"a/b","temperature":0.25,"output":[{"type":"new","z":1}],"#), "{spliced}");
        let names: Vec<_> = json_text::members(&spliced).expect("an object").collect();
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
