//! Recorded replies of Anthropic Messages: an independent reading of each equals the response that
//! the translator makes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use bytes::Bytes;
use orouter_wire::{Annotation, ContentPart, Item, Response, StreamEvent};
use reply_support::{
    anthropic_reader, events_of_frames, frames, recordings, response_of, without_ids,
};
use serde_json::{Map, Value, json};

/// The content of a reply, read from either side. The order is that of the blocks.
#[derive(Debug, Default, PartialEq)]
struct Said {
    blocks: Vec<Block>,
    status: String,
    reason: Option<String>,
    refusal: Option<String>,
    usage: Option<(u64, u64, u64, u64, u64)>,
    model: String,
}

#[derive(Debug, PartialEq)]
enum Block {
    /// Text, and the names or addresses of its sources.
    Text(String, Vec<String>),
    /// Text and signature.
    Thinking(String, String),
    Encrypted(String),
    /// Id, name and input.
    Call(String, String, Value),
}

/// Puts the events of a stream together, as the message that a body would have.
fn message_of(events: &[Value]) -> Value {
    let mut message = Value::Null;
    let mut inputs: Vec<String> = Vec::new();
    for event in events {
        let at = usize::try_from(event["index"].as_u64().unwrap_or(0)).unwrap();
        match event["type"].as_str().unwrap_or_default() {
            "message_start" if message.is_null() => {
                message = event["message"].clone();
                message["content"] = json!([]);
            }
            "content_block_start" => {
                let content = message["content"].as_array_mut().unwrap();
                content.resize(content.len().max(at + 1), Value::Null);
                content[at] = event["content_block"].clone();
                inputs.resize(inputs.len().max(at + 1), String::new());
                inputs[at].clear();
            }
            "content_block_delta" => {
                let (delta, block) = (&event["delta"], &mut message["content"][at]);
                let mut append = |name: &str| {
                    if let Some(piece) = delta[name].as_str() {
                        let before = block[name].as_str().unwrap_or_default();
                        block[name] = Value::from(format!("{before}{piece}"));
                    }
                };
                append("text");
                append("thinking");
                if let Some(signature) = delta.get("signature") {
                    block["signature"] = signature.clone();
                }
                if let Some(citation) = delta.get("citation") {
                    if !block["citations"].is_array() {
                        block["citations"] = json!([]);
                    }
                    let citations = block["citations"].as_array_mut().unwrap();
                    citations.push(citation.clone());
                }
                inputs[at].push_str(delta["partial_json"].as_str().unwrap_or_default());
                if !inputs[at].is_empty() {
                    block["input"] = serde_json::from_str(&inputs[at]).unwrap_or(Value::Null);
                }
            }
            "message_delta" => {
                for (name, value) in event["delta"].as_object().unwrap() {
                    message[name] = value.clone();
                }
                let empty = Map::new();
                for (name, value) in event["usage"].as_object().unwrap_or(&empty) {
                    message["usage"][name] = value.clone();
                }
            }
            _ => {}
        }
    }
    message
}

/// Reads a whole message.
fn read_message(message: &Value) -> Said {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut said = Said {
        model: text(&message["model"]),
        ..Said::default()
    };
    for block in message["content"].as_array().into_iter().flatten() {
        match block["type"].as_str().unwrap_or_default() {
            "text" if block["text"] != "" => {
                let sources = block["citations"].as_array().into_iter().flatten();
                let sources = sources.map(|source| {
                    let named = [&source["url"], &source["source"], &source["document_title"]];
                    text(
                        named
                            .into_iter()
                            .find(|name| name.is_string())
                            .unwrap_or(&Value::Null),
                    )
                });
                let mut unique: Vec<String> = Vec::new();
                for source in sources {
                    if !unique.contains(&source) {
                        unique.push(source);
                    }
                }
                said.blocks.push(Block::Text(text(&block["text"]), unique));
            }
            "thinking" => said.blocks.push(Block::Thinking(
                text(&block["thinking"]),
                text(&block["signature"]),
            )),
            "redacted_thinking" => said.blocks.push(Block::Encrypted(text(&block["data"]))),
            "tool_use" => said.blocks.push(Block::Call(
                text(&block["id"]),
                text(&block["name"]),
                block["input"].clone(),
            )),
            _ => {}
        }
    }
    let (status, reason) = match message["stop_reason"].as_str().unwrap_or_default() {
        "end_turn" | "tool_use" | "stop_sequence" => ("completed", None),
        "max_tokens" | "model_context_window_exceeded" => ("incomplete", Some("max_output_tokens")),
        "refusal" => ("incomplete", Some("content_filter")),
        "pause_turn" | "compaction" => ("incomplete", Some("max_tool_calls")),
        _ => ("failed", None),
    };
    status.clone_into(&mut said.status);
    said.reason = reason.map(str::to_owned);
    said.refusal = message["stop_details"]["explanation"]
        .as_str()
        .map(str::to_owned);
    if let Some(usage) = message["usage"].as_object() {
        let runs = usage.get("iterations").and_then(Value::as_array);
        let compactions = runs.into_iter().flatten();
        let compactions = compactions.filter(|run| run["type"] == "compaction");
        let compactions: Vec<&Value> = compactions.collect();
        let count = |name: &str| {
            let compacted = compactions.iter().filter_map(|run| run[name].as_u64());
            usage.get(name).and_then(Value::as_u64).unwrap_or(0) + compacted.sum::<u64>()
        };
        let (read, written) = (
            count("cache_read_input_tokens"),
            count("cache_creation_input_tokens"),
        );
        let thinking = message["usage"]["output_tokens_details"]["thinking_tokens"].as_u64();
        said.usage = Some((
            count("input_tokens") + read + written,
            read,
            written,
            count("output_tokens"),
            thinking.unwrap_or(0),
        ));
    }
    said
}

/// Reads a response.
fn read_response(response: &Response) -> Said {
    let mut said = Said {
        status: response.status.as_str().to_owned(),
        model: response.model.clone(),
        ..Said::default()
    };
    let details = response.incomplete_details.as_ref();
    said.reason = details.map(|details| details.reason.as_ref().unwrap().as_str().to_owned());
    for item in &response.output {
        match item {
            Item::Message(message) => {
                for part in message.parts() {
                    match part {
                        ContentPart::Refusal(part) => said.refusal = Some(part.refusal.clone()),
                        ContentPart::OutputText(part) => {
                            let annotations = part.annotations.iter().flatten();
                            let mut sources: Vec<String> = Vec::new();
                            for annotation in annotations {
                                let source = source_of(annotation, &part.text);
                                if !sources.contains(&source) {
                                    sources.push(source);
                                }
                            }
                            said.blocks.push(Block::Text(part.text.clone(), sources));
                        }
                        other => panic!("unexpected {}", other.kind()),
                    }
                }
            }
            Item::Reasoning(item) => {
                if let Some(encrypted) = &item.encrypted_content {
                    said.blocks.push(Block::Encrypted(encrypted.clone()));
                    continue;
                }
                let texts = item.content.iter().flatten();
                let text: Vec<&str> = texts.map(|part| part.reasoning_text().unwrap()).collect();
                assert!(text.len() <= 1);
                let signature = item.signature.clone().unwrap_or_default();
                said.blocks.push(Block::Thinking(text.concat(), signature));
            }
            Item::FunctionCall(call) => said.blocks.push(Block::Call(
                call.call_id.clone(),
                call.name.clone(),
                serde_json::from_str(&call.arguments).unwrap_or(Value::Null),
            )),
            other => panic!("unexpected {}", other.kind()),
        }
    }
    said.usage = response.usage.as_ref().map(|usage| {
        assert_eq!(usage.total_tokens, usage.input_tokens + usage.output_tokens);
        let details = usage.input_tokens_details.as_ref().unwrap();
        (
            usage.input_tokens,
            usage.cached_tokens(),
            details.cache_write_tokens.unwrap_or(0),
            usage.output_tokens,
            usage.reasoning_tokens(),
        )
    });
    said
}

fn source_of(annotation: &Annotation, text: &str) -> String {
    let length = u64::try_from(text.chars().count()).unwrap();
    match annotation {
        Annotation::UrlCitation(source) => {
            assert_eq!(
                (source.start_index, source.end_index),
                (Some(0), Some(length))
            );
            source.url.clone()
        }
        Annotation::FileCitation(source) => {
            assert_eq!(source.index, Some(length));
            let id = Some(&source.file_id).filter(|id| !id.is_empty());
            id.or(source.filename.as_ref()).unwrap().clone()
        }
        other => panic!("unexpected {other:?}"),
    }
}

fn events_in(body: &[u8]) -> Vec<Value> {
    let all = frames(body, usize::MAX);
    let events = all.iter();
    events
        .filter_map(|(_, data)| serde_json::from_str(data).ok())
        .collect()
}

/// The ids of the messages that a stream contains.
fn messages(events: &[Value]) -> usize {
    let starts = events
        .iter()
        .filter(|event| event["type"] == "message_start");
    let mut ids: Vec<&Value> = starts.map(|event| &event["message"]["id"]).collect();
    ids.dedup();
    ids.len()
}

#[test]
fn streams_say_what_their_recordings_say() {
    let reader = anthropic_reader(&[]);
    let mut differing = Vec::new();
    for (name, body) in recordings("anthropic-stream") {
        let recorded = events_in(&body);
        let events = events_of_frames(&*reader, &frames(&body, usize::MAX));
        let last = events.last();
        let ended = last.is_some_and(|last| last.response().is_some());
        let has = |kind: &str| recorded.iter().any(|event| event["type"] == kind);
        let expected_end = has("message_stop") && !has("error") && messages(&recorded) == 1;
        if ended != expected_end {
            differing.push(format!("{name}: ended: {ended}"));
        }
        if !ended {
            continue;
        }
        let expected = read_message(&message_of(&recorded));
        let found = read_response(&response_of(&events));
        if found != expected {
            differing.push(format!("{name}\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn bodies_say_what_their_recordings_say() {
    let reader = anthropic_reader(&[]);
    let mut differing = Vec::new();
    for (name, body) in recordings("anthropic-body") {
        let expected = read_message(&serde_json::from_slice(&body).unwrap());
        let event = match reader.body(&Bytes::from(body)) {
            Ok(event) => event.event,
            Err(error) => {
                differing.push(format!("{name}: {error}"));
                continue;
            }
        };
        let response = event.response().expect(&name);
        // The items are those with which a stream would end.
        let streamed = orouter_wire::assemble::events_of(response);
        assert!(orouter_conformance::audit(&streamed.collect::<Vec<_>>()).is_empty());
        let found = read_response(response);
        if found != expected {
            differing.push(format!("{name}\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn trap_04_ids_are_stable_and_unique() {
    let reader = anthropic_reader(&[]);
    for (name, body) in recordings("anthropic-stream") {
        let events = events_of_frames(&*reader, &frames(&body, usize::MAX));
        let mut ids: Vec<(u32, String)> = Vec::new();
        for event in &events {
            match event {
                StreamEvent::OutputItemAdded(added) => {
                    let index = added.output_index.unwrap();
                    assert_eq!(usize::try_from(index).unwrap(), ids.len(), "{name}");
                    let id = added.item.as_ref().unwrap().id().unwrap().to_owned();
                    assert!(ids.iter().all(|(_, other)| *other != id), "{name}");
                    ids.push((index, id));
                }
                event => {
                    if let Some(change) = event.item_change() {
                        let id = change.item_id.unwrap().to_owned();
                        assert!(ids.contains(&(change.output_index, id)), "{name}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_bytes_of_a_stream_can_be_split_anywhere() {
    let reader = anthropic_reader(&[]);
    for (name, body) in recordings("anthropic-stream").into_iter().step_by(3) {
        let read = |size| {
            let events = events_of_frames(&*reader, &frames(&body, size));
            let ended = events.last().is_some_and(|last| last.response().is_some());
            ended.then(|| without_ids(&response_of(&events)))
        };
        let expected = read(usize::MAX);
        for size in [1, 7, 4096] {
            assert_eq!(read(size), expected, "{name}");
        }
    }
}

#[test]
fn a_stream_that_is_cut_before_its_stop_reason_has_no_end() {
    let reader = anthropic_reader(&[]);
    for (name, body) in recordings("anthropic-stream") {
        let all = frames(&body, usize::MAX);
        let stop = all.iter().position(|(_, data)| {
            let event: Value = serde_json::from_str(data).unwrap_or_default();
            event["delta"]["stop_reason"].is_string()
        });
        for cut in 0..=stop.unwrap_or(0) {
            let events = events_of_frames(&*reader, &all[..cut]);
            assert!(
                events.iter().all(|event| event.response().is_none()),
                "{name} {cut}"
            );
        }
    }
}

#[test]
fn the_end_of_a_message_does_not_depend_on_its_last_event() {
    let reader = anthropic_reader(&[]);
    for (name, body) in recordings("anthropic-stream") {
        let all = frames(&body, usize::MAX);
        let whole = events_of_frames(&*reader, &all);
        let Some(last) = all
            .iter()
            .position(|(_, data)| data.contains("message_stop"))
        else {
            continue;
        };
        if whole.last().is_none_or(|last| last.response().is_none()) {
            continue;
        }
        let cut = events_of_frames(&*reader, &all[..last]);
        let (whole, cut) = (response_of(&whole), response_of(&cut));
        assert_eq!(without_ids(&whole), without_ids(&cut), "{name}");
    }
}

#[test]
fn errors_with_status_200_are_errors() {
    let reader = anthropic_reader(&[]);
    for (name, body) in recordings("anthropic-error") {
        let event = reader.body(&Bytes::from(body.clone())).unwrap().event;
        let failure = event.failure().expect(&name);
        assert!(
            failure.message.is_some_and(|message| !message.is_empty()),
            "{name}"
        );
        let text = String::from_utf8(body).unwrap().replace('\n', " ");
        for event in ["", "error"] {
            let events = events_of_frames(&*reader, &[(event.to_owned(), text.clone())]);
            assert_eq!(events.len(), 1, "{name}");
            assert!(events[0].is_failure(), "{name}");
        }
    }
}
