//! Recorded replies: an independent reading of each equals the response that the translator makes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use bytes::Bytes;
use orouter_wire::{ContentPart, Item, Response, StreamEvent};
use reply_support::{events_of_frames, frames, reader_with, recordings, response_of, without_ids};
use serde_json::Value;

/// The content of a reply, read from either side.
#[derive(Debug, Default, PartialEq)]
struct Said {
    text: String,
    refusal: String,
    reasoning: String,
    encrypted: Vec<String>,
    signatures: Vec<String>,
    calls: Vec<(String, String, Value)>,
    status: String,
    reason: Option<String>,
    usage: Option<(u64, u64, u64, u64)>,
    model: String,
}

/// Reads a Chat Completions reply from its chunks; a body is one chunk.
fn read_chat(chunks: &[Value]) -> Said {
    let mut said = Said::default();
    let mut calls: Vec<(String, String, String)> = Vec::new();
    let (mut finish, mut usage) = (None, None);
    for chunk in chunks {
        if said.model.is_empty() {
            chunk["model"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut said.model);
        }
        for report in [&chunk["x_groq"]["usage"], &chunk["usage"]] {
            if report.is_object() {
                usage = Some(report.clone());
            }
        }
        for choice in chunk["choices"].as_array().into_iter().flatten() {
            if choice["index"].as_i64().unwrap_or(0) != 0 {
                continue;
            }
            if let Some(word) = choice["finish_reason"].as_str() {
                finish = Some(word.to_owned());
            }
            let whole = chunks.len() == 1 && choice["message"].is_object();
            let delta = &choice[if whole { "message" } else { "delta" }];
            match &delta["content"] {
                Value::String(text) => said.text.push_str(text),
                Value::Array(pieces) => {
                    for piece in pieces {
                        said.text
                            .push_str(piece["text"].as_str().unwrap_or_default());
                        for thought in piece["thinking"].as_array().into_iter().flatten() {
                            said.reasoning
                                .push_str(thought["text"].as_str().unwrap_or_default());
                        }
                    }
                }
                _ => {}
            }
            said.refusal
                .push_str(delta["refusal"].as_str().unwrap_or_default());
            let plain = delta["reasoning_content"]
                .as_str()
                .or(delta["reasoning"].as_str());
            said.reasoning.push_str(plain.unwrap_or_default());
            for detail in delta["reasoning_details"].as_array().into_iter().flatten() {
                let filled = |name: &str| detail[name].as_str().filter(|text| !text.is_empty());
                said.encrypted.extend(filled("data").map(str::to_owned));
                said.signatures
                    .extend(filled("signature").map(str::to_owned));
                let text = detail["text"].as_str().or(detail["summary"].as_str());
                if plain.is_none() {
                    said.reasoning.push_str(text.unwrap_or_default());
                }
            }
            for (at, call) in delta["tool_calls"]
                .as_array()
                .into_iter()
                .flatten()
                .enumerate()
            {
                let at = call["index"]
                    .as_u64()
                    .map_or(at, |at| usize::try_from(at).unwrap());
                if calls.len() <= at {
                    calls.resize(at + 1, <(String, String, String)>::default());
                }
                calls[at]
                    .0
                    .push_str(call["id"].as_str().unwrap_or_default());
                calls[at]
                    .1
                    .push_str(call["function"]["name"].as_str().unwrap_or_default());
                calls[at]
                    .2
                    .push_str(call["function"]["arguments"].as_str().unwrap_or_default());
            }
        }
    }
    for (id, name, arguments) in calls {
        // Behind some gateways the indexes begin at 1.
        if !(id.is_empty() && name.is_empty()) {
            said.calls.push((id, name, arguments_value(&arguments)));
        }
    }
    let content = said.text.trim_start().strip_prefix("<think>");
    if let Some(content) = content.filter(|_| said.reasoning.is_empty()) {
        let (reasoning, text) = content.split_once("</think>").unwrap_or((content, ""));
        let reasoning = if reasoning.trim().is_empty() {
            ""
        } else {
            reasoning
        };
        (said.reasoning, said.text) = (reasoning.to_owned(), text.to_owned());
    }
    let (status, reason) = match finish.as_deref() {
        Some("stop" | "tool_calls" | "function_call") => ("completed", None),
        Some("length") => ("incomplete", Some("max_output_tokens")),
        Some("content_filter") => ("incomplete", Some("content_filter")),
        None | Some("") if !said.text.is_empty() || !said.calls.is_empty() => ("completed", None),
        _ => ("failed", None),
    };
    status.clone_into(&mut said.status);
    said.reason = reason.map(str::to_owned);
    said.usage = usage.map(|usage| {
        let number = |value: &Value| value.as_u64().unwrap_or(0);
        let (mut input, mut output) = (
            number(&usage["prompt_tokens"]),
            number(&usage["completion_tokens"]),
        );
        let details = number(&usage["completion_tokens_details"]["reasoning_tokens"]);
        let reasoning = details.max(number(&usage["reasoning_tokens"]));
        let total = number(&usage["total_tokens"]);
        let audio = number(&usage["prompt_tokens_details"]["audio_tokens"]);
        if total == input + output + reasoning || total == 0 && reasoning > output {
            output += reasoning;
        } else if total == input + output + audio {
            input += audio;
        } else if total > input + output {
            output = total - input;
        }
        let cached = [
            &usage["prompt_tokens_details"]["cached_tokens"],
            &usage["prompt_cache_hit_tokens"],
            &usage["cached_tokens"],
            &usage["num_cached_tokens"],
            &usage["cache_read_input_tokens"],
        ];
        (
            input,
            output,
            cached.into_iter().map(number).max().unwrap(),
            reasoning,
        )
    });
    said
}

fn arguments_value(arguments: &str) -> Value {
    let text = if arguments.trim().is_empty() {
        "{}"
    } else {
        arguments
    };
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Reads a response.
fn read_response(response: &Response) -> Said {
    let mut said = Said {
        text: response.output_text(),
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
                    if let ContentPart::Refusal(part) = part {
                        said.refusal.push_str(&part.refusal);
                    }
                }
            }
            Item::Reasoning(item) => {
                for part in item.summary.iter().flatten() {
                    said.reasoning.push_str(part.text().unwrap());
                }
                for part in item.content.iter().flatten() {
                    said.reasoning.push_str(part.reasoning_text().unwrap());
                }
                said.encrypted.extend(item.encrypted_content.clone());
                said.signatures.extend(item.signature.clone());
            }
            Item::FunctionCall(call) => said.calls.push((
                call.call_id.clone(),
                call.name.clone(),
                arguments_value(&call.arguments),
            )),
            Item::ImageGenerationCall(_) => {}
            other => panic!("unexpected {}", other.kind()),
        }
    }
    said.usage = response.usage.as_ref().map(|usage| {
        assert_eq!(usage.total_tokens, usage.input_tokens + usage.output_tokens);
        (
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens(),
            usage.reasoning_tokens(),
        )
    });
    said
}

/// A name or id that a server does not send is made up.
fn normal(mut said: Said, like: &Said) -> Said {
    for (own, other) in said.calls.iter_mut().zip(&like.calls) {
        if other.0.is_empty() {
            own.0.clear();
        }
    }
    said
}

#[test]
fn streams_say_what_their_recordings_say() {
    let reader = reader_with(&[]);
    let mut differing = Vec::new();
    for (name, body) in recordings("chat-stream") {
        let all = frames(&body, usize::MAX);
        let chunks: Vec<Value> = all
            .iter()
            .filter_map(|(_, data)| serde_json::from_str(data).ok())
            .collect();
        let events = events_of_frames(&*reader, &all);
        let expected = read_chat(&chunks);
        let last = events.last();
        let ended = last.is_some_and(|last| last.response().is_some() && !last.is_failure());
        let failed =
            expected.status == "failed" || chunks.iter().any(|chunk| chunk["error"].is_object());
        if failed == ended {
            differing.push(format!("{name}: ended: {ended}"));
        }
        if !ended {
            continue;
        }
        let found = normal(read_response(&response_of(&events)), &expected);
        if found != expected {
            differing.push(format!(
                "{name}
  {found:?}
  {expected:?}"
            ));
        }
    }
    assert!(
        differing.is_empty(),
        "{}",
        differing.join(
            "
"
        )
    );
}

#[test]
fn trap_04_ids_are_stable_and_unique() {
    let reader = reader_with(&[]);
    for (name, body) in recordings("chat-stream") {
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
fn bodies_say_what_their_recordings_say() {
    let reader = reader_with(&[]);
    let mut differing = Vec::new();
    for (name, body) in recordings("chat-body") {
        let expected = read_chat(&[serde_json::from_slice(&body).unwrap()]);
        let event = match reader.body(&Bytes::from(body)) {
            Ok(event) => event.event,
            Err(error) => {
                differing.push(format!("{name}: {error}"));
                continue;
            }
        };
        let Some(response) = event.response() else {
            assert_eq!(expected.status, "failed", "{name}");
            continue;
        };
        // The items are those with which a stream would end.
        let streamed = orouter_wire::assemble::events_of(response);
        assert!(orouter_conformance::audit(&streamed.collect::<Vec<_>>()).is_empty());
        let found = normal(read_response(response), &expected);
        if found != expected {
            differing.push(format!(
                "{name}
  {found:?}
  {expected:?}"
            ));
        }
    }
    assert!(
        differing.is_empty(),
        "{}",
        differing.join(
            "
"
        )
    );
}

#[test]
fn the_bytes_of_a_stream_can_be_split_anywhere() {
    let reader = reader_with(&[]);
    for (name, body) in recordings("chat-stream").into_iter().step_by(5) {
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
fn a_stream_that_is_cut_before_its_finish_reason_has_no_end() {
    let reader = reader_with(&[]);
    for (name, body) in recordings("chat-stream") {
        let all = frames(&body, usize::MAX);
        let finish = all.iter().position(|(_, data)| {
            let chunk: Value = serde_json::from_str(data).unwrap_or_default();
            chunk["choices"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|choice| choice["finish_reason"].is_string())
        });
        for cut in 0..finish.unwrap_or(0) {
            let events = events_of_frames(&*reader, &all[..cut]);
            assert!(
                events.iter().all(|event| event.response().is_none()),
                "{name} {cut}"
            );
        }
    }
}

#[test]
fn errors_with_status_200_are_errors() {
    let reader = reader_with(&[]);
    for (name, body) in recordings("chat-error") {
        let event = reader.body(&Bytes::from(body.clone())).unwrap().event;
        let failure = event.failure().expect(&name);
        assert!(
            failure.message.is_some_and(|message| !message.is_empty()),
            "{name}"
        );
        let text = String::from_utf8(body).unwrap().replace('\n', " ");
        let events = events_of_frames(&*reader, &[(String::new(), text)]);
        assert_eq!(events.len(), 1, "{name}");
        assert!(events[0].is_failure(), "{name}");
    }
}
