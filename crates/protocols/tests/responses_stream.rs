//! Streams of Responses upstreams: recorded ones pass, broken ones are repaired.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use orouter_conformance::Auditor;
use orouter_protocols::{
    Notes, Original, Protocol, Repair, ReplyReader, RequestSource, Target, UpstreamEvent,
};
use orouter_wire::event::ResponseEvent;
use orouter_wire::item::ItemStatus;
use orouter_wire::sse::Decoder;
use orouter_wire::{EventClass, Response, ResponseStatus, ResponsesRequest, StreamEvent};
use serde_json::{Value, json};

fn reader() -> std::sync::Arc<dyn ReplyReader> {
    let request = ResponsesRequest::new("a/b").input("hi");
    let body = Bytes::new();
    let source = RequestSource {
        request: &request,
        body: &body,
    };
    let target = Target::new("b");
    let sent = Protocol::Responses.request(&source, &target, &Notes::default());
    sent.unwrap().reader
}

fn recordings(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures")
        .join(kind);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no recordings of {kind}");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 10);
    paths
}

/// The result of a relayed stream.
struct Relayed {
    /// The content events, then the terminal event.
    events: Vec<UpstreamEvent>,
    is_last: bool,
}

/// Translates and repairs these frames, and ends the stream as a server does.
fn relay(frames: &[(String, String)]) -> Relayed {
    let mut translator = reader().stream();
    let mut upstream = Vec::new();
    for (name, data) in frames {
        translator.frame(name, data, &mut upstream);
    }
    translator.end(&mut upstream);
    repair(upstream)
}

fn repair(upstream: Vec<UpstreamEvent>) -> Relayed {
    let mut repair = Repair::new("gen-1-abc");
    let mut events = Vec::new();
    let mut send = |event: UpstreamEvent| events.push(event);
    let mut end = None;
    for event in upstream {
        if matches!(event.event.class(), EventClass::Terminal | EventClass::Error) {
            end = Some(event.event);
            break;
        }
        repair.push(event, &mut send);
    }
    let failed = end.as_ref().is_none_or(|event| event.failure().is_some());
    let status = match end.as_ref().and_then(StreamEvent::announced_status) {
        _ if failed => ResponseStatus::Failed,
        Some(ResponseStatus::Incomplete) => ResponseStatus::Incomplete,
        _ => ResponseStatus::Completed,
    };
    let last = end.and_then(StreamEvent::into_response).unwrap_or_default();
    let item_status = if status == ResponseStatus::Completed {
        ItemStatus::Completed
    } else {
        ItemStatus::Incomplete
    };
    let output = repair.finish(last.output, &item_status, !failed, &mut send);
    let mut response = Response::new("gen-1", "a/b");
    response.output = output.items;
    response.status = status.clone();
    let event = ResponseEvent::new(response);
    events.push(UpstreamEvent::new(match status {
        ResponseStatus::Failed => StreamEvent::Failed(event),
        ResponseStatus::Incomplete => StreamEvent::Incomplete(event),
        _ => StreamEvent::Completed(event),
    }));
    Relayed {
        events,
        is_last: output.is_last,
    }
}

impl Relayed {
    /// Checks the rules of a stream. Returns the events.
    fn audited(&self, case: &str) -> Vec<StreamEvent> {
        let mut response = Response::new("gen-1", "a/b");
        response.status = ResponseStatus::InProgress;
        let mut events = vec![
            StreamEvent::Created(ResponseEvent::new(response.clone())),
            StreamEvent::InProgress(ResponseEvent::new(response)),
        ];
        for event in &self.events {
            if let Some(Original::Event(text)) = &event.original {
                let text = std::str::from_utf8(text).unwrap();
                let decoded: StreamEvent = orouter_wire::from_str(text).unwrap();
                assert_eq!(decoded, event.event, "{case}: {text}");
            }
            events.push(event.event.clone());
        }
        let mut auditor = Auditor::new();
        for (event, number) in events.iter_mut().zip(0..) {
            // The number of an unknown event is set in its text.
            if event.class() != EventClass::Unknown {
                event.set_sequence_number(number);
            }
        }
        let mut known: Vec<StreamEvent> = events.clone();
        known.retain(|event| event.class() != EventClass::Unknown);
        for (event, number) in known.iter_mut().zip(0..) {
            event.set_sequence_number(number);
            auditor.push(event);
        }
        let found = auditor.finish();
        let kinds: Vec<&str> = known.iter().map(StreamEvent::kind).collect();
        assert!(found.is_empty(), "{case}: {found:#?}\n{kinds:#?}");
        events
    }

    fn text(&self) -> String {
        self.events.iter().filter_map(|event| event.event.text_delta()).collect()
    }

    fn response(&self) -> Response {
        self.events.last().unwrap().event.response().unwrap().clone()
    }
}

fn frames(path: &Path) -> Vec<(String, String)> {
    let body = std::fs::read(path).unwrap();
    let mut decoder = Decoder::new();
    decoder.push(body);
    let mut frames = Vec::new();
    while let Ok(Some(frame)) = decoder.next() {
        frames.push((frame.event.to_owned(), frame.data.to_owned()));
    }
    frames
}

/// Recordings that break rules, so that events differ.
const BROKEN: &[&str] = &["016-openai-14439729", "021-openai-15fbb646", "042-bedrock-28c539ef"];

#[test]
fn recorded_streams_pass() {
    let mut passed = 0;
    for path in recordings("responses-stream") {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let frames = frames(&path);
        let relayed = relay(&frames);
        relayed.audited(&name);
        let upstream: Vec<&str> = frames.iter().map(|(_, data)| data.as_str()).collect();
        let content = |text: &&&str| {
            let event: Result<StreamEvent, _> = orouter_wire::from_str(text);
            event.is_ok_and(|event| {
                !matches!(
                    event.class(),
                    EventClass::Lifecycle
                        | EventClass::Terminal
                        | EventClass::KeepAlive
                        | EventClass::Error
                )
            })
        };
        if BROKEN.iter().any(|broken| name.contains(broken)) {
            continue;
        }
        let sent: Vec<&str> = relayed
            .events
            .iter()
            .filter_map(|event| match &event.original {
                Some(Original::Event(text)) => Some(std::str::from_utf8(text).unwrap()),
                _ => None,
            })
            .collect();
        let upstream: Vec<&str> = upstream.iter().filter(content).copied().collect();
        for (sent, upstream) in sent.iter().zip(&upstream) {
            assert_eq!(sent, upstream, "{name}");
        }
        assert_eq!(sent.len(), upstream.len(), "{name}");
        assert_eq!(relayed.events.len(), upstream.len() + 1, "{name}");
        passed += usize::from(relayed.is_last);
    }
    println!("{passed} terminal events pass");
}
