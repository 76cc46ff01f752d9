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
    let source = RequestSource::new(&request, &body);
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
    translator.end(false, &mut upstream);
    repair(upstream)
}

fn repair(upstream: Vec<UpstreamEvent>) -> Relayed {
    let mut repair = Repair::new("gen-1-abc");
    let mut events = Vec::new();
    let mut send = |event: UpstreamEvent| events.push(event);
    let mut end = None;
    for event in upstream {
        if matches!(
            event.event.class(),
            EventClass::Terminal | EventClass::Error
        ) {
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
        self.events
            .iter()
            .filter_map(|event| event.event.text_delta())
            .collect()
    }

    fn response(&self) -> Response {
        self.events
            .last()
            .unwrap()
            .event
            .response()
            .unwrap()
            .clone()
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
const BROKEN: &[&str] = &[
    "016-openai-14439729",
    "021-openai-15fbb646",
    "042-bedrock-28c539ef",
];

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

/// Removes, repeats, moves and changes events of a stream.
fn damage(frames: &mut Vec<(String, String)>) -> Vec<String> {
    let mut log = Vec::new();
    let pick = |length: usize| fastrand::usize(..length.max(1));
    for _ in 0..fastrand::usize(1..4) {
        if frames.is_empty() {
            break;
        }
        let at = pick(frames.len());
        let kind = fastrand::u8(0..9);
        log.push(format!("{kind} at {at}: {:.80}", frames[at].1));
        match kind {
            0 => {
                frames.remove(at);
            }
            1 => {
                let frame = frames[at].clone();
                frames.insert(pick(frames.len()), frame);
            }
            2 => {
                let to = pick(frames.len());
                frames.swap(at, to);
            }
            3 => frames.truncate(at),
            4 => {
                // A whole kind of event is missing.
                let kind = |frame: &(String, String)| {
                    let event: Value = serde_json::from_str(&frame.1).unwrap_or_default();
                    event["type"].as_str().unwrap_or_default().to_owned()
                };
                let name = kind(&frames[at]);
                if !name.contains("completed") {
                    frames.retain(|frame| kind(frame) != name);
                }
            }
            5..=7 => {
                // A member of all events is missing, the same for all, or random.
                let member = [
                    "output_index",
                    "item_id",
                    "content_index",
                    "summary_index",
                    "type",
                ][pick(if kind == 7 { 5 } else { 4 })];
                for (_, data) in frames.iter_mut().skip(if kind == 7 { at } else { 0 }) {
                    let Ok(Value::Object(mut event)) = serde_json::from_str(data) else {
                        continue;
                    };
                    if kind == 7 || !event.contains_key(member) {
                        event.remove(member);
                    } else if kind == 6 && member == "item_id" {
                        event.insert(member.into(), format!("id_{}", fastrand::u32(..)).into());
                    } else if member.ends_with("index") {
                        event.insert(member.into(), fastrand::u32(0..3).into());
                    } else {
                        event.remove(member);
                    }
                    if let Some(Value::Object(item)) = event.get_mut("item")
                        && member == "item_id"
                    {
                        item.remove("id");
                    }
                    *data = Value::Object(event).to_string();
                }
            }
            _ => {
                let (_, data) = &mut frames[at];
                data.truncate(data.len() / 2);
                while !data.is_char_boundary(data.len()) {
                    data.pop();
                }
            }
        }
    }
    log
}

#[test]
fn damaged_streams_are_repaired() {
    let paths = recordings("responses-stream");
    let streams: Vec<Vec<(String, String)>> = paths
        .iter()
        .map(|path| frames(path))
        .filter(|frames| frames.len() < 400)
        .collect();
    for seed in 0..1000 {
        fastrand::seed(seed);
        if streams.is_empty() {
            break;
        }
        let at = fastrand::usize(..streams.len());
        let mut frames = streams[at].clone();
        let log = damage(&mut frames);
        relay(&frames).audited(&format!("seed {seed}, stream {at}: {log:#?}"));
    }
}

/// A defect that a whole class of servers has.
type Defect = fn(&mut Vec<Value>);

fn each(events: &mut [Value], change: impl Fn(&mut serde_json::Map<String, Value>)) {
    for event in events {
        if let Value::Object(event) = event {
            change(event);
        }
    }
}

fn without(events: &mut Vec<Value>, kind: &str) {
    events.retain(|event| !event["type"].as_str().unwrap_or_default().ends_with(kind));
}

fn set_item_ids(events: &mut [Value], id: impl Fn() -> Option<Value>) {
    each(events, |event| {
        let mut objects = vec![];
        if event.contains_key("item_id") {
            match id() {
                Some(id) => event.insert("item_id".into(), id),
                None => event.remove("item_id"),
            };
        }
        let (item, rest): (Vec<_>, Vec<_>) =
            event.iter_mut().partition(|(name, _)| *name == "item");
        objects.extend(item.into_iter().map(|(_, item)| item));
        for (name, value) in rest {
            if name == "response" {
                objects.extend(value["output"].as_array_mut().into_iter().flatten());
            }
        }
        for object in objects {
            if let (Value::Object(item), new) = (object, id()) {
                match new {
                    Some(id) => item.insert("id".into(), id),
                    None => item.remove("id"),
                };
            }
        }
    });
}

const DEFECTS: &[(&str, Defect)] = &[
    ("none", |_| {}),
    ("no item ids", |events| set_item_ids(events, || None)),
    ("empty item ids", |events| {
        set_item_ids(events, || Some("".into()));
    }),
    ("new ids in each event", |events| {
        set_item_ids(events, || Some(format!("id_{}", fastrand::u64(..)).into()));
    }),
    ("one index for all items", |events| {
        each(events, |event| {
            if event.contains_key("output_index") {
                event.insert("output_index".into(), 0.into());
            }
        });
    }),
    ("no index", |events| {
        each(events, |event| drop(event.remove("output_index")));
    }),
    ("index from 3", |events| {
        each(events, |event| {
            if let Some(index) = event.get("output_index").and_then(Value::as_u64) {
                event.insert("output_index".into(), (index + 3).into());
            }
        });
    }),
    ("part numbers from 2", |events| {
        each(events, |event| {
            for name in ["content_index", "summary_index"] {
                if let Some(index) = event.get(name).and_then(Value::as_u64) {
                    event.insert(name.into(), (index + 2).into());
                }
            }
        });
    }),
    ("items not added", |events| {
        without(events, "output_item.added");
    }),
    ("items not done", |events| {
        without(events, "output_item.done");
    }),
    ("parts not added", |events| without(events, "part.added")),
    ("parts not done", |events| without(events, "part.done")),
    ("no text done", |events| {
        without(events, "text.done");
        without(events, "arguments.done");
    }),
    ("no deltas", |events| without(events, "delta")),
    ("deltas and items only", |events| {
        for kind in [
            "part.added",
            "part.done",
            "text.done",
            "arguments.done",
            "input.done",
        ] {
            without(events, kind);
        }
    }),
    ("whole items only", |events| {
        events.retain(|event| {
            let kind = event["type"].as_str().unwrap_or_default();
            kind.ends_with("item.done") || event.get("response").is_some()
        });
    }),
    ("last event only", |events| {
        let last = events.pop();
        events.clear();
        events.extend(last);
    }),
    ("boundaries twice", |events| {
        let twice = events.iter().flat_map(|event| {
            let is_delta = event["type"]
                .as_str()
                .unwrap_or_default()
                .ends_with("delta");
            vec![event.clone(); if is_delta { 1 } else { 2 }]
        });
        *events = twice.collect();
    }),
    ("response.done", |events| {
        if let Some(last) = events.last_mut() {
            last["type"] = "response.done".into();
        }
    }),
    ("two last events", |events| {
        if let Some(last) = events.last().cloned() {
            events.push(last.clone());
            events.push(json!({"type": "response.done", "response": last["response"]}));
        }
    }),
    ("last event without output", |events| {
        if let Some(last) = events.last_mut() {
            last["response"]["output"] = json!([]);
        }
    }),
    ("last event without items and ids", |events| {
        set_item_ids(events, || None);
        if let Some(Value::Object(response)) = events.last_mut().map(|last| &mut last["response"]) {
            response.remove("output");
        }
    }),
];

/// Everything that a reader takes from a response.
fn reading(response: &Response) -> Value {
    let calls: Vec<Value> = response
        .output
        .iter()
        .filter_map(|item| match item {
            orouter_wire::Item::FunctionCall(call) => {
                Some(json!([call.name, call.call_id, call.arguments]))
            }
            orouter_wire::Item::CustomToolCall(call) => {
                Some(json!([call.name, call.call_id, call.input]))
            }
            _ => None,
        })
        .collect();
    let kinds: Vec<&str> = response
        .output
        .iter()
        .map(orouter_wire::Item::kind)
        .collect();
    json!([
        response.output_text(),
        response.refusal(),
        response.reasoning_text(),
        calls,
        kinds,
        response.status.as_str(),
    ])
}

#[test]
fn defects_of_servers_do_not_change_the_reading() {
    fastrand::seed(1);
    for path in recordings("responses-stream") {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let frames = frames(&path);
        let events: Vec<Value> = frames
            .iter()
            .filter_map(|(_, data)| serde_json::from_str(data).ok())
            .collect();
        let last = events.last().unwrap();
        if last["response"]["output"]
            .as_array()
            .is_none_or(Vec::is_empty)
            || BROKEN.iter().any(|broken| name.contains(broken))
        {
            continue;
        }
        let expected: Response = orouter_wire::from_str(&last["response"].to_string()).unwrap();
        for (defect, apply) in DEFECTS {
            let mut events = events.clone();
            apply(&mut events);
            let frames: Vec<(String, String)> = events
                .iter()
                .map(|event| (String::new(), event.to_string()))
                .collect();
            let relayed = relay(&frames);
            let case = format!("{name}: {defect}");
            relayed.audited(&case);
            assert_eq!(reading(&relayed.response()), reading(&expected), "{case}");
            assert_eq!(relayed.text(), expected.output_text(), "{case}");
        }
    }
}

#[test]
fn parts_of_each_kind_keep_their_text() {
    let kinds = ["output_text", "text", "summary_text", "reasoning_text"];
    let pairs = ["message", "reasoning"]
        .into_iter()
        .flat_map(|item| kinds.map(|part| (item, part)));
    for (item_kind, part_kind) in pairs {
        let part = |text: &str| json!({"type": part_kind, "text": text});
        let item = |content: Value| json!({"type": item_kind, "id": "i", "role": "assistant", "status": "completed", "summary": [], "content": content});
        let event = |kind: &str, name: &str, value: Value| json!({"type": format!("response.{kind}"), "output_index": 0, "item_id": "i", "content_index": 0, name: value});
        let begin = event("output_item.added", "item", item(json!([])));
        let end = event("output_item.done", "item", item(json!([part("ab")])));
        let completed = json!({"type": "response.completed", "response": {"status": "completed", "output": [item(json!([part("ab")]))]}});
        let added = |text: &str| event("content_part.added", "part", part(text));
        let done = event("content_part.done", "part", part("ab"));
        let mut cases = vec![
            ("only the response", vec![]),
            ("only the item", vec![end.clone()]),
            ("no parts", vec![begin.clone(), end.clone()]),
        ];
        // An event about a part belongs to an item of the part's kind.
        let is_reasoning = ["summary_text", "reasoning_text"].contains(&part_kind);
        if is_reasoning == (item_kind == "reasoning") {
            cases.extend([
                (
                    "no deltas",
                    vec![begin.clone(), added(""), done.clone(), end.clone()],
                ),
                (
                    "text at the beginning",
                    vec![begin.clone(), added("ab"), done.clone(), end.clone()],
                ),
                ("no end of the part", vec![begin.clone(), added(""), end]),
                ("no end of the item", vec![begin, added(""), done]),
            ]);
        }
        for (case, events) in cases {
            let case = format!("{case}: {part_kind} of {item_kind}");
            let events = events.iter().chain([&completed]);
            let frames = events.map(|event| (String::new(), event.to_string()));
            let relayed = relay(&frames.collect::<Vec<_>>());
            relayed.audited(&case);
            let output = relayed.response().output;
            assert_eq!(output.len(), 1, "{case}");
            let output: Value = serde_json::from_str(&orouter_wire::to_string(&output[0])).unwrap();
            assert_eq!(output["content"], json!([part("ab")]), "{case}");
        }
    }
}
