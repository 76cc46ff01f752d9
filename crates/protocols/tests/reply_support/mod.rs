//! Runs a reply through the translator, as a server does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(dead_code, unreachable_pub, reason = "each test crate uses a part")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers that take JSON made in place"
)]

pub mod anthropic;
pub mod gemini;
pub mod random;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use orouter_conformance::{assemble, audit};
use orouter_protocols::{ReplyContext, ReplyReader, ToolKind, ToolName, ToolNames, UpstreamEvent};
use orouter_wire::event::EventClass;
use orouter_wire::sse::Decoder;
use orouter_wire::{Response, ResponseEvent, StreamEvent};
use serde_json::Value;

/// A tool: upstream name, name, namespace, kind.
pub type Named<'a> = (&'a str, &'a str, Option<&'a str>, ToolKind);

/// The names of these tools.
pub fn names_of(tools: &[Named<'_>]) -> ToolNames {
    let mut names = ToolNames::default();
    for (upstream, name, namespace, kind) in tools {
        let tool = ToolName {
            name: (*name).to_owned(),
            namespace: namespace.map(str::to_owned),
            kind: *kind,
        };
        names.insert(*upstream, tool);
    }
    names
}

/// A reader of Chat Completions for a request with these tools.
pub fn reader_with(tools: &[Named<'_>]) -> Arc<dyn ReplyReader> {
    orouter_protocols::chat::reader(names_of(tools))
}

/// A reader of Anthropic Messages for a request with these tools.
pub fn anthropic_reader(tools: &[Named<'_>]) -> Arc<dyn ReplyReader> {
    orouter_protocols::anthropic::reader(ReplyContext::new(names_of(tools)))
}

/// The frames of a recorded stream: name and data.
pub fn frames(body: &[u8], size: usize) -> Vec<(String, String)> {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    for piece in body.chunks(size.max(1)) {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(frame) = decoder.next().unwrap() {
            frames.push((frame.event.to_owned(), frame.data.to_owned()));
        }
    }
    if let Some(frame) = decoder.take_unfinished().unwrap() {
        frames.push((frame.event.to_owned(), frame.data.to_owned()));
    }
    frames
}

/// The events of a stream with these frames.
pub fn events_of_frames(reader: &dyn ReplyReader, frames: &[(String, String)]) -> Vec<StreamEvent> {
    let mut translator = reader.stream();
    let mut events: Vec<UpstreamEvent> = Vec::new();
    for (name, data) in frames {
        translator.frame(name, data, &mut events);
    }
    translator.end(false, &mut events);
    events.into_iter().map(|event| event.event).collect()
}

/// The events of a stream with these chunks, without `[DONE]`.
pub fn events_of(reader: &dyn ReplyReader, chunks: &[Value]) -> Vec<StreamEvent> {
    let frames: Vec<(String, String)> = chunks
        .iter()
        .map(|chunk| match chunk {
            Value::String(text) => (String::new(), text.clone()),
            chunk => (String::new(), chunk.to_string()),
        })
        .collect();
    events_of_frames(reader, &frames)
}

/// The events as a client receives them: begun, numbered, with an id.
pub fn wrapped(events: &[StreamEvent]) -> Vec<StreamEvent> {
    let begun = || ResponseEvent::new(Response::new("resp_1", "m"));
    let mut all = vec![
        StreamEvent::Created(begun()),
        StreamEvent::InProgress(begun()),
    ];
    for event in events {
        let mut event = event.clone();
        if let StreamEvent::Completed(last)
        | StreamEvent::Incomplete(last)
        | StreamEvent::Failed(last) = &mut event
        {
            "resp_1".clone_into(&mut last.response.as_mut().unwrap().id);
        }
        all.push(event);
    }
    all.into_iter()
        .zip(0..)
        .map(|(event, number)| event.numbered(number))
        .collect()
}

/// Checks the rules of a stream and returns the terminal response. The assembled response must be
/// the same.
#[track_caller]
pub fn response_of(events: &[StreamEvent]) -> Response {
    let all = wrapped(events);
    let findings: Vec<String> = audit(&all).iter().map(ToString::to_string).collect();
    assert_eq!(findings, Vec::<String>::new());
    let last = all.last().unwrap();
    assert_eq!(last.class(), EventClass::Terminal, "{}", last.kind());
    let response = last.response().unwrap().clone();
    let assembled = assemble(all).unwrap();
    assert_eq!(assembled.output, response.output);
    response
}

/// The terminal response of a stream with these chunks and `[DONE]`.
#[track_caller]
pub fn streamed(reader: &dyn ReplyReader, chunks: &[Value]) -> Response {
    let mut chunks = chunks.to_vec();
    chunks.push(Value::from("[DONE]"));
    response_of(&events_of(reader, &chunks))
}

/// The response of a body.
#[track_caller]
pub fn whole(reader: &dyn ReplyReader, body: &Value) -> Response {
    let event = reader.body(&Bytes::from(body.to_string())).unwrap().event;
    event.response().unwrap().clone()
}

/// The response without what differs between two translations of one reply: minted ids.
pub fn without_ids(response: &Response) -> Value {
    fn clear(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let minted = matches!(name.as_str(), "id" | "call_id")
                        && value.as_str().is_some_and(|id| id.contains('_'));
                    if minted {
                        *value = Value::Null;
                    } else {
                        clear(value);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(clear),
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_str(&orouter_wire::to_string(response)).unwrap();
    clear(&mut value);
    value["id"] = Value::Null;
    value
}

/// The recordings of a kind, as name and bytes: those of `../shared`, or of the folder that the
/// variable `OROUTER_RECORDINGS` names. Prints that it is skipped if there are none.
pub fn recordings(kind: &str) -> Vec<(String, Vec<u8>)> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures");
    let folder =
        std::env::var_os("OROUTER_RECORDINGS").map_or_else(|| shared.into(), PathBuf::from);
    let folder = folder.join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no recorded replies, ../shared is not there");
        return Vec::new();
    };
    let mut recordings: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect();
    recordings.sort();
    recordings
}
