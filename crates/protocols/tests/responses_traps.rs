//! The known traps of gateways, as far as they concern Responses upstreams.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashSet;

use bytes::Bytes;
use orouter_protocols::{Notes, Original, Protocol, Repair, RequestSource, Target, UpstreamEvent};
use orouter_wire::item::ItemStatus;
use orouter_wire::{Item, ResponsesRequest, StreamEvent};
use serde_json::{Value, json};

/// Translates these events.
fn translated(events: &[Value]) -> Vec<UpstreamEvent> {
    let frames: Vec<(&str, String)> = events.iter().map(|event| ("", event.to_string())).collect();
    let frames: Vec<(&str, &str)> = frames.iter().map(|(name, data)| (*name, &**data)).collect();
    decoded(&frames)
}

fn decoded(frames: &[(&str, &str)]) -> Vec<UpstreamEvent> {
    let request = ResponsesRequest::new("a/b");
    let body = Bytes::new();
    let source = RequestSource {
        request: &request,
        body: &body,
    };
    let sent = Protocol::Responses.request(&source, &Target::new("b"), &Notes::default());
    let mut translator = sent.unwrap().reader.stream();
    let mut found = Vec::new();
    for (name, data) in frames {
        translator.frame(name, data, &mut found);
    }
    translator.end(&mut found);
    found
}

/// Translates and repairs these events. Returns them and the output.
fn repaired(events: &[Value]) -> (Vec<UpstreamEvent>, Vec<Item>) {
    let mut repair = Repair::new("gen-1");
    let mut sent = Vec::new();
    for event in translated(events) {
        repair.push(event, &mut |event| sent.push(event));
    }
    let output = repair.finish(Vec::new(), &ItemStatus::Completed, true, &mut |event| {
        sent.push(event);
    });
    (sent, output.items)
}

fn text(event: &UpstreamEvent) -> Value {
    let text = match &event.original {
        Some(Original::Event(text)) => String::from_utf8(text.to_vec()).unwrap(),
        _ => orouter_wire::to_string(&event.event),
    };
    serde_json::from_str(&text).unwrap()
}

#[test]
fn trap_01_parallel_calls_at_one_index_stay_apart() {
    let call = |id: &str, arguments: &str| json!({"type": "function_call", "id": id, "call_id": format!("call_{id}"), "name": id, "arguments": arguments, "status": "completed"});
    let added = |id: &str| json!({"type": "response.output_item.added", "output_index": 0, "item": call(id, "")});
    let delta = |id: &str, delta: &str| json!({"type": "response.function_call_arguments.delta", "output_index": 0, "item_id": id, "delta": delta});
    let done = |id: &str, arguments: &str| json!({"type": "response.output_item.done", "output_index": 0, "item": call(id, arguments)});
    let (events, output) = repaired(&[
        added("a"),
        added("b"),
        delta("a", "{\"x\":"),
        delta("b", "{}"),
        delta("a", "1}"),
        done("b", "{}"),
        done("a", "{\"x\":1}"),
    ]);
    let calls: Vec<(&str, &str)> = output
        .iter()
        .filter_map(Item::as_function_call)
        .map(|call| (call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(calls, [("a", "{\"x\":1}"), ("b", "{}")]);
    for event in &events {
        let text = text(event);
        let id = text["item_id"]
            .as_str()
            .or(text["item"]["id"].as_str())
            .unwrap();
        assert_eq!(text["output_index"], u32::from(id == "b"), "{text}");
    }
}

#[test]
fn trap_02_arguments_without_deltas_are_sent_in_deltas() {
    let item = |arguments: &str| json!({"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": arguments, "status": "in_progress"});
    for known in ["", "{\"a\"", "{\"a\":1}"] {
        let (events, output) = repaired(&[
            json!({"type": "response.output_item.added", "output_index": 0, "item": item("")}),
            json!({"type": "response.function_call_arguments.delta", "output_index": 0, "item_id": "fc", "delta": known}),
            json!({"type": "response.output_item.done", "output_index": 0, "item": item("{\"a\":1}")}),
        ]);
        let deltas: String = events
            .iter()
            .filter_map(|event| match &event.event {
                StreamEvent::FunctionCallArgumentsDelta(event) => Some(event.delta.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(deltas, "{\"a\":1}");
        let call = output[0].as_function_call().unwrap();
        assert_eq!(call.arguments, "{\"a\":1}");
    }
}

#[test]
fn trap_04_ids_and_indexes_are_stable() {
    let part = json!({"type": "output_text", "text": "ab", "annotations": []});
    let message = |id: &str, content: Value| json!({"type": "message", "id": id, "role": "assistant", "status": "in_progress", "content": content});
    let (events, output) = repaired(&[
        json!({"type": "response.output_item.added", "output_index": 4, "item": message("m1", json!([]))}),
        json!({"type": "response.output_text.delta", "output_index": 4, "item_id": "m2", "content_index": 3, "delta": "a", "x": 1}),
        json!({"type": "response.output_text.delta", "output_index": 4, "item_id": "m3", "content_index": 3, "delta": "b"}),
        json!({"type": "response.output_item.done", "output_index": 4, "item": message("m4", json!([part]))}),
        json!({"type": "response.output_text.delta", "output_index": 4, "item_id": "m4", "content_index": 3, "delta": "late"}),
    ]);
    let kinds: Vec<&str> = events.iter().map(|event| event.event.kind()).collect();
    assert_eq!(
        kinds,
        [
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
        ]
    );
    for event in &events {
        let text = text(event);
        assert_eq!(text["output_index"], 0, "{text}");
        let id = text["item_id"].as_str().or(text["item"]["id"].as_str());
        assert_eq!(id, Some("m1"), "{text}");
        assert!(
            matches!(text["content_index"].as_u64(), None | Some(0)),
            "{text}"
        );
    }
    assert_eq!(
        text(&events[2])["x"],
        1,
        "a changed event keeps unknown members"
    );
    assert_eq!(output.len(), 1);
    assert_eq!(output[0].as_message().unwrap().text(), "ab");
    assert_eq!(output[0].status(), Some(&ItemStatus::Completed));
}

/// The numbers of the parts that the events begin and end, in order.
fn part_numbers(events: &[UpstreamEvent]) -> [Vec<u64>; 2] {
    ["added", "done"].map(|end| {
        let kinds = ["content_part", "reasoning_summary_part"];
        let kinds = kinds.map(|kind| format!("response.{kind}.{end}"));
        let ends = events
            .iter()
            .filter(|event| kinds.iter().any(|kind| kind == event.event.kind()));
        ends.map(|event| {
            let text = text(event);
            let number = text["content_index"].as_u64();
            number.or(text["summary_index"].as_u64()).unwrap()
        })
        .collect()
    })
}

#[test]
fn trap_04_items_may_have_very_many_parts() {
    // The time grows with the number of parts, not its square.
    let count = 20_000_u64;
    let all: Vec<u64> = (0..count).collect();
    let message = |content: Value| json!({"type": "message", "id": "m", "role": "assistant", "status": "in_progress", "content": content});
    let delta = |number: u64| json!({"type": "response.output_text.delta", "output_index": 0, "item_id": "m", "content_index": number, "delta": "a"});
    let added = json!({"type": "response.output_item.added", "output_index": 0, "item": message(json!([]))});
    let parts = |count: u64| {
        Value::from_iter(
            (0..count).map(|_| json!({"type": "output_text", "text": "a", "annotations": []})),
        )
    };
    let done = json!({"type": "response.output_item.done", "output_index": 0, "item": message(parts(count))});
    let begun = || vec![added.clone()];
    for (title, events) in [
        ("cut", begun().into_iter().chain((0..count).map(delta)).collect::<Vec<_>>()),
        ("ended", begun().into_iter().chain((0..count).map(delta)).chain([done.clone()]).collect()),
        ("only at the end", vec![added.clone(), done.clone()]),
        ("again from the first", begun().into_iter().chain((0..count).map(delta)).chain((0..count).map(|number| {
            json!({"type": "response.output_text.done", "output_index": 0, "item_id": "m", "content_index": number, "text": "a"})
        })).collect()),
    ] {
        let (events, output) = repaired(&events);
        assert!(part_numbers(&events).iter().all(|numbers| *numbers == all), "{title}");
        assert_eq!(output[0].as_message().unwrap().text().len(), 20_000, "{title}");
    }
    let delta = |number: u64| json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "item_id": "r", "summary_index": number, "delta": "a"});
    let events: Vec<Value> = (0..count).rev().map(delta).collect();
    let (events, _) = repaired(&events);
    assert!(part_numbers(&events).iter().all(|numbers| *numbers == all));
}

#[test]
fn trap_04_items_of_unknown_kinds_have_ids_of_their_own() {
    let item = |kind: &str, id: Value| json!({"type": kind, "id": id, "x": 1.50});
    let whole = |index: u64, item: &Value| {
        ["added", "done"].map(|end| json!({"type": format!("response.output_item.{end}"), "output_index": index, "item": item}))
    };
    let search = json!({"type": "web_search_call", "id": "a", "status": "completed"});
    let progress =
        json!({"type": "response.web_search_call.searching", "item_id": "a", "output_index": 1});
    let [added, done] = whole(1, &item("odd", json!("a")));
    let mut events = whole(0, &search).to_vec();
    events.extend([added, progress, done]);
    let (events, output) = repaired(&events);
    let ids: Vec<Value> = events
        .iter()
        .map(text)
        .filter(|event| event["output_index"] == 1)
        .map(|event| {
            event["item_id"]
                .as_str()
                .or(event["item"]["id"].as_str())
                .unwrap()
                .into()
        })
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0] && *id != "a"), "{ids:?}");
    let last: Value = serde_json::from_str(&orouter_wire::to_string(&output[1])).unwrap();
    assert_eq!(last, json!({"type": "odd", "id": ids[0], "x": 1.5}));
    // An id that no other item has stays, and so does an item without one.
    for item in [item("odd", json!("b")), json!({"type": "odd", "x": 1.50})] {
        let mut events = whole(0, &search).to_vec();
        events.extend(whole(1, &item));
        let (events, _) = repaired(&events);
        for event in events
            .iter()
            .map(text)
            .filter(|event| event["output_index"] == 1)
        {
            assert_eq!(event["item"], item);
        }
    }
}

#[test]
fn trap_04_replies_may_have_very_many_items() {
    // The time grows with the number of items, not its square.
    let count = 20_000;
    let call = |number: usize| json!({"type": "response.output_item.done", "output_index": number, "item": {"type": "function_call", "call_id": format!("c{number}"), "name": "f", "arguments": "{}"}});
    let events: Vec<Value> = (0..count).map(call).collect();
    let (_, output) = repaired(&events);
    let ids: HashSet<&str> = output.iter().filter_map(Item::id).collect();
    assert_eq!((output.len(), ids.len()), (count, count));
    for (number, item) in output.iter().enumerate() {
        assert_eq!(item.call_id(), Some(&*format!("c{number}")));
    }
}

#[test]
fn trap_04_parts_of_several_lists_and_kinds_share_numbers() {
    let at = |kind: &str, list: &str, number: u64, delta: &str| json!({"type": format!("response.{kind}.delta"), "output_index": 0, "item_id": "x", list: number, "delta": delta});
    let (events, output) = repaired(&[
        at("reasoning_text", "content_index", 7, "a"),
        at("reasoning_summary_text", "summary_index", 7, "b"),
        at("reasoning_text", "content_index", 2, "c"),
        at("reasoning_summary_text", "summary_index", 7, "d"),
        at("reasoning_text", "content_index", 7, "e"),
    ]);
    assert_eq!(part_numbers(&events), [[0, 0, 1], [0, 0, 1]]);
    let item: Value = serde_json::from_str(&orouter_wire::to_string(&output[0])).unwrap();
    assert_eq!(item["content"][0]["text"], "ae");
    assert_eq!(item["content"][1]["text"], "c");
    assert_eq!(item["summary"][0]["text"], "bd");
    let (_, output) = repaired(&[
        at("output_text", "content_index", 0, "a"),
        at("refusal", "content_index", 0, "b"),
        at("output_text", "content_index", 0, "c"),
    ]);
    let item: Value = serde_json::from_str(&orouter_wire::to_string(&output[0])).unwrap();
    assert_eq!(item["content"][0]["text"], "ac");
    assert_eq!(item["content"][1]["refusal"], "b");
}

#[test]
fn trap_19_each_form_of_an_error_is_a_failure() {
    for data in [
        r#"{"type":"error","code":"x","message":"m"}"#,
        r#"{"type":"error","error":{"message":"m"}}"#,
        r#"{"type":"response.error","error":{"message":"m"}}"#,
        r#"{"error":{"message":"m","code":502}}"#,
        r#"{"error":"m"}"#,
        r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"m"}}}"#,
        r#"{"type":"response.completed","response":{"status":"failed","error":{"code":"server_error","message":"m"}}}"#,
        r#"{"type":"response.done","response":{"status":"failed"}}"#,
    ] {
        let more = r#"{"type":"response.completed","response":{"status":"completed","output":[]}}"#;
        let events = decoded(&[("", data), ("", more)]);
        assert_eq!(events.len(), 1, "nothing follows {data}");
        assert!(events[0].event.failure().is_some(), "{data}");
    }
    for (name, data) in [
        ("error", r#"{"message":"m"}"#),
        ("response.failed", r#"{"response":{"status":"failed"}}"#),
    ] {
        let events = decoded(&[(name, data)]);
        assert!(events[0].event.failure().is_some(), "{name} {data}");
    }
}

#[test]
fn trap_19_a_stream_that_is_cut_has_no_last_event() {
    let delta = r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"item_id":"m","delta":"a"}"#;
    for rest in [
        "[DONE]",
        "",
        "{\"type\":\"response.comp",
        "null",
        "{}",
        "[]",
        "7",
    ] {
        let events = decoded(&[("", delta), ("", rest)]);
        assert_eq!(events.len(), 1, "{rest}");
        assert!(!events[0].event.is_terminal());
    }
}

#[test]
fn trap_23_unknown_events_and_members_pass() {
    let texts = [
        r#"{"type":"response.thought.delta","item_id":"x","output_index":7,"n":1.50}"#,
        r#"{"n": 1.0,"type":"response.output_item.added","output_index":0,"item":{"type":"item_of_tomorrow","k":[1]}}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"item_of_tomorrow","k":[1, 2]}}"#,
    ];
    let frames: Vec<(&str, &str)> = texts.iter().map(|text| ("", *text)).collect();
    let mut repair = Repair::new("gen-1");
    let mut sent = Vec::new();
    for event in decoded(&frames) {
        repair.push(event, &mut |event| sent.push(event));
    }
    let originals: Vec<&[u8]> = sent
        .iter()
        .map(|event| match &event.original {
            Some(Original::Event(text)) => &text[..],
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(originals, texts.map(str::as_bytes));
}

#[test]
fn frames_without_a_type_are_named_by_their_event_line() {
    let events = decoded(&[(
        "response.output_text.delta",
        r#"{"output_index":0,"content_index":0,"item_id":"m","delta":"a"}"#,
    )]);
    assert_eq!(events[0].event.text_delta(), Some("a"));
    assert!(decoded(&[("ping", "{}"), ("message", r#"{"a":1}"#)]).is_empty());
}
